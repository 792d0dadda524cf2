"""One figure per claim: what was measured beside what the claim expects (dashed)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claims.catalogue import CLAIMS
from claims.claim import Claim, Evidence
from claims.judges.grid import relevant
from claims.judges.learning import LEAST_PROGRESS, progress
from claims.judges.loss_quality import ESTIMATES, correlations, curve_points, improved
from claims.studies import bakeries, peaks, power_iteration, sample_gradients
from report.plotting import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, panels, style, to_svg

DASHED: dict[str, Any] = {"color": INK, "linestyle": (0, (4, 3)), "linewidth": 1.2, "zorder": 3}
DOTS: dict[str, Any] = {"s": 14, "linewidths": 0, "zorder": 2}


def draw(claim: Claim, evidence: Evidence) -> str:
    """Draws a claim's figure as one inline SVG element; "" where there is nothing to draw.

    Args:
        claim: a claim of the catalogue.
        evidence: what its verdict rests on.
    """
    evidence = relevant(claim, evidence)
    if not len(evidence.study) and not (len(evidence.scores) and len(evidence.runs)):
        return ""
    with style(claim.id):
        figure = FIGURES[claim.id](evidence)
        return to_svg(figure, claim.title)


def _js_peaks(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    widths = np.sort(evidence.study["width"].unique())
    for width, colour in zip(widths[[0, len(widths) // 2, -1]], (BLUE, ORANGE, GREEN), strict=True):
        rows = evidence.study[evidence.study["width"] == width]
        axes.scatter(rows["shift"].abs(), rows["jensen_shannon"], color=colour, **DOTS)
        grid = np.array([0, width, 1 - width])
        level = peaks.peak_constant(width) * np.minimum(grid, width)
        axes.plot(grid, level, **DASHED)
        _label(axes, (grid[-1], level[-1]), f"d = {width:.2f}", colour, (4, 0), "left", va="center")
    axes.set(
        xlabel="distance |x| between the peaks", ylabel="Jensen–Shannon (nats)", ylim=(0, None), xlim=(-0.03, 1.18)
    )
    return figure


def _w1_peaks(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    axes.scatter(evidence.study["shift"].abs(), evidence.study["wasserstein"], color=BLUE, **DOTS)
    axes.plot([0, 1], [0, 0.5], **DASHED)
    _label(axes, (0.72, 0.36), "claimed: |x| / 2", INK, (-8, 4), "right")
    axes.set(xlabel="distance |x| between the peaks", ylabel="Wasserstein-1 distance")
    return figure


def _parallel_lines(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.2)
    rows = evidence.study
    series = {"total_variation": (ORANGE, "TV"), "jensen_shannon": (GREEN, "JS"), "wasserstein": (BLUE, "W")}
    for column, (colour, name) in series.items():
        axes.scatter(rows["theta"], rows[column], color=colour, **DOTS)
        far = rows.loc[rows["theta"].idxmax()]
        _label(axes, (far["theta"], far[column]), name, colour, (6, 0), "left", va="center")
    axes.plot([-1, 0, 1], [1, 0, 1], **DASHED)
    infinite = rows.loc[np.isinf(rows["kl"]), "theta"]
    axes.scatter(infinite, np.full(len(infinite), 1.25), marker="^", color=PURPLE, s=14)
    _label(axes, (0, 1.25), "KL = ∞", PURPLE, (0, 6), "center")
    _label(axes, (0, 0), "all 0 at θ = 0", INK, (14, 0), "left", va="center")
    axes.set(xlabel="θ, distance of the lines (signed)", ylabel="distance", ylim=(-0.06, 1.45), xlim=(-1.05, 1.18))
    return figure


def _bakeries(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.9)
    axes.grid(False)
    axes.imshow(bakeries.COST, cmap="Greys", alpha=0.35, vmin=0, vmax=70)
    for (row, column), cost in np.ndenumerate(bakeries.COST):
        axes.text(column, row, f"{cost:g}", ha="center", va="center")
    marks = {"printed": (ORANGE, "o", 620), "assignment": (BLUE, "s", 420)}
    for method, (colour, marker, size) in marks.items():
        plan = evidence.study[evidence.study["method"] == method].iloc[0]
        columns = [int(name) - 1 for name in plan["plan"].split()]
        axes.scatter(columns, range(6), marker=marker, s=size, facecolors="none", edgecolors=colour, linewidths=1.8)
        place = 0.0 if method == "printed" else 0.55
        shape = "○ printed" if method == "printed" else "□ cheapest"
        axes.text(place, 1.14, f"{shape}: {plan['price']:g} min", color=colour, transform=axes.transAxes)
    axes.set(xticks=range(6), yticks=range(6), xlabel="", ylabel="bakery")
    axes.set_xticklabels([f"y{i}" for i in range(1, 7)])
    axes.set_yticklabels([f"x{i}" for i in range(1, 7)])
    axes.xaxis.tick_top()
    axes.set_xlabel("café (minutes in the cells)")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _bernoulli(evidence: Evidence) -> Figure:
    figure, axes = panels(columns=2, height=3.2, sharey=True)
    rows = evidence.study[evidence.study["kind"] == "gradient"].sort_values("theta")
    for panel, target in zip(axes, sample_gradients.TARGETS, strict=True):
        for m, colour in ((1, ORANGE), (5, PURPLE), (100, BLUE)):
            mine = rows[(rows["target"] == target) & (rows["m"] == m)]
            panel.plot(mine["theta"], mine["expected"], color=colour, linewidth=0.8, alpha=0.6)
            panel.scatter(mine["theta"], mine["sampled"], color=colour, label=f"m = {m}", **DOTS)
        panel.plot([0, target, target, 1], [-1, -1, 1, 1], **DASHED, label="true")
        panel.set(title=f"true parameter {target:g}", xlabel="θ of the model", xticks=[0, 0.5, 1])
    axes[0].set(ylabel="gradient of the Wasserstein loss", ylim=(-1.15, 1.15))
    axes[0].legend(frameon=False, fontsize=8.5, loc="upper left", handlelength=1.4, borderpad=0.1)
    return figure


def _cramer(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.6)
    rows = evidence.study
    names = {
        "bernoulli": (GREY, "coins"),
        "discrete": (BLUE, "atoms, 1–32 dimensions"),
        "gaussian": (GREEN, "Gaussians, 2–32 dimensions"),
        "both-v": (ORANGE, "sample paired with itself"),
    }
    for kind, (colour, name) in names.items():
        mine = rows[rows["kind"] == kind]
        axes.scatter(mine["true"], mine["expected"], color=colour, label=name, **{**DOTS, "s": 22})
    low, high = rows["true"].min(), rows["true"].max()
    axes.plot([low, high], [low, high], **DASHED, label="unbiased")
    axes.legend(frameon=False, fontsize=8.5, loc="upper left", handletextpad=0.3, borderpad=0)
    axes.set(xlabel="true gradient", ylabel="expected sample gradient")
    return figure


def _optimal_discriminator(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    rows = evidence.study[(evidence.study["p_real"] > 0) & (evidence.study["p_fake"] > 0)]
    ratio = np.log10(rows["p_real"] / rows["p_fake"])
    axes.scatter(ratio, rows["found"], color=BLUE, **DOTS)
    grid = np.linspace(-4, 4, 200)
    axes.plot(grid, 1 / (1 + 10**-grid), **DASHED)
    _label(axes, (3.9, 0.3), "dashed: p_r / (p_r + p_g)", INK, (0, 0), "right")
    _label(axes, (3.9, 0.17), "dots: best D found by search", BLUE, (0, 0), "right")
    axes.set(xlabel="log₁₀ of p_r / p_g", ylabel="discriminator D", xlim=(-4, 4))
    return figure


def _gan_value(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    rows, top = evidence.study, math.log(2)
    axes.scatter(rows["jensen_shannon"], rows["value"] + math.log(4), color=BLUE, **DOTS)
    axes.plot([0, top], [0, 2 * top], **DASHED)
    axes.plot([0, top], [0, top], **{**DASHED, "color": ORANGE})
    _label(axes, (0.4, 0.8), "−log 4 + 2 JS", INK, (-8, 2), "right")
    _label(axes, (0.45, 0.45), "as printed: −log 4 + JS", ORANGE, (2, -12), "left")
    axes.set(xlabel="Jensen–Shannon divergence (nats)", ylabel="L(G, D*) + log 4 (nats)", xlim=(0, 0.9))
    return figure


def _softplus(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    rows = evidence.study[evidence.study["logit"].abs() < 6].sort_values("logit")
    x = rows["logit"]
    axes.plot(x, rows["minimax"], color=ORANGE)
    axes.plot(x, rows["non_saturating"], color=BLUE)
    axes.plot(x, rows["minimax"] + rows["non_saturating"], color=GREEN, linewidth=4, alpha=0.5)
    axes.plot(x, rows["wgan"], **DASHED)
    _label(axes, (-6, 0), "minimax: log(1 − D)", ORANGE, (0, -13), "left")
    _label(axes, (5.7, 0), "non-saturating: −log D", BLUE, (0, 6), "right")
    _label(axes, (-2.2, 2.2), "their sum = WGAN cost", GREEN, (10, 4), "left")
    axes.set(xlabel="discriminator logit x, D = σ(x)", ylabel="generator cost")
    return figure


def _minmax(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.9)
    rows = evidence.study
    eta = min(rows["eta"].unique(), key=lambda value: abs(value - 0.15))
    for scheme, colour in (("simultaneous", ORANGE), ("alternating", BLUE)):
        path = rows[(rows["eta"] == eta) & (rows["scheme"] == scheme)]
        scale = math.hypot(path["x"].iloc[0], path["y"].iloc[0])
        axes.plot(
            path["x"] / scale, path["y"] / scale, color=colour, marker="o", markersize=2.5, linewidth=1, label=scheme
        )
    axes.plot([0], [0], marker="+", color=INK, markersize=11, linestyle="none", label="equilibrium")
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(-0.05, 1.0), ncols=3, columnspacing=1)
    axes.set(xlabel=f"x (start at distance 1, step size η = {eta:.2f})", ylabel="y", aspect="equal")
    return figure


def _power_iteration(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    share = power_iteration.reached(evidence.study).groupby(evidence.study["steps"]).mean()
    claimed = CLAIMS["power-iteration"].margin("ten-steps")
    axes.axhline(claimed, **DASHED)
    axes.plot(share.index, share, color=BLUE, marker="o", markersize=5)
    _label(axes, (1, claimed), f"claimed: at least {100 * claimed:.0f} %", INK, (0, -12), "left")
    _label(axes, (10, share[10]), f"10 steps: {100 * share[10]:.0f} %", ORANGE, (8, -4), "left", va="center")
    axes.scatter([10], [share[10]], color=ORANGE, s=50, zorder=4)
    axes.set(xscale="log", xlabel="steps of power iteration", ylabel="matrices right to 4 decimals", ylim=(-0.03, 1.05))
    axes.set_xticks([1, 10, 100], labels=["1", "10", "100"])
    return figure


def _loss_quality(evidence: Evidence) -> Figure:
    figure, (above, below) = panels(rows=2, height=5.6)
    looks = {"mlp": (ORANGE, "o"), "dcgan": (BLUE, "s")}
    used = improved(evidence)
    for architecture, (colour, marker) in looks.items():
        points = curve_points(evidence, architecture, "filtered")
        for run_id, run in points.groupby("run_id"):
            look: dict[str, Any] = {
                "color": colour,
                "marker": marker,
                "markersize": 3.5,
                "linewidth": 0.7,
                "alpha": 0.7,
            }
            above.plot(run["estimate"], run["fid"], markerfacecolor=colour if run_id in used else "none", **look)
        above.plot([], [], color=colour, marker=marker, markersize=4, label=f"{architecture} generator")
    above.set(yscale="log", xlabel="critic's estimate (median-filtered)", ylabel="FID (lower is better)")
    above.legend(frameon=False, fontsize=8.5, loc="best")
    rows = [(architecture, curve) for architecture in looks for curve in ESTIMATES]
    for place, (architecture, curve) in enumerate(rows):
        colour, marker = looks[architecture]
        found = correlations(evidence, architecture, curve)
        spread = np.linspace(-0.18, 0.18, len(found)) if len(found) > 1 else np.zeros(len(found))
        fill = [colour if run_id in used else "none" for run_id in found["run_id"]]
        below.scatter(
            found["correlation"], place + spread, c=fill, edgecolors=colour, marker=marker, s=20, linewidths=1, zorder=2
        )
    margin = CLAIMS["loss-quality-wgan"].declaration.margin
    below.axvline(margin, **DASHED)
    below.axvline(0, color=GREY, linewidth=1)
    below.set(
        xlim=(-1.08, 1.08),
        ylim=(len(rows) - 0.4, -0.6),
        xlabel="rank correlation, one mark per seed\n(hollow: left out, samples do not improve)",
    )
    below.set_yticks(range(len(rows)), labels=[f"{architecture}\n{curve}" for architecture, curve in rows])
    _label(below, (margin, -0.6), "a guide →", INK, (0, 3), "left")
    return figure


def _nobn(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    table = progress(evidence)
    for place, (method, colour) in enumerate((("gan", ORANGE), ("wgan", BLUE))):
        rows = table[table["method"] == method].sort_values("progress")
        spread = np.linspace(-0.2, 0.2, len(rows)) if len(rows) > 1 else np.zeros(len(rows))
        for outcome, marker in (("completed", "o"), ("diverged", "x")):
            mine = (rows["outcome"] == outcome).to_numpy()
            axes.scatter(rows["progress"][mine], (place + spread)[mine], color=colour, marker=marker, s=34, zorder=2)
        text = f"{rows['learned'].sum()} of {len(rows)} learned"
        axes.text(0.02, place - 0.3, text, color=colour, transform=axes.get_yaxis_transform(), va="bottom")
    axes.axvline(LEAST_PROGRESS, **DASHED)
    _label(axes, (LEAST_PROGRESS, -0.6), "learned →", INK, (4, 3), "left")
    axes.set(ylim=(1.5, -0.6), xlabel="progress: 0 untrained, 1 real data; one mark per seed")
    axes.set_xlim(min(-0.1, table["progress"].min() - 0.1), 1.1)
    axes.set_yticks([0, 1], labels=["GAN", "WGAN"])
    return figure


def _label(
    axes: Axes, at: tuple[float, float], text: str, colour: str, shift: tuple[float, float], ha: str, **options: Any
) -> None:
    """Writes a label beside a point, shifted by points of print."""
    axes.annotate(text, at, xytext=shift, textcoords="offset points", color=colour, ha=ha, **options)


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "js-peaks-saturate": _js_peaks,
    "w1-peaks-linear": _w1_peaks,
    "parallel-lines": _parallel_lines,
    "bakeries-optimal-plan": _bakeries,
    "wasserstein-bernoulli-bias": _bernoulli,
    "cramer-unbiased": _cramer,
    "optimal-discriminator": _optimal_discriminator,
    "gan-value-at-optimum": _gan_value,
    "softplus-blend": _softplus,
    "minmax-xy-diverges": _minmax,
    "power-iteration": _power_iteration,
    "loss-quality-wgan": _loss_quality,
    "loss-quality-gan": _loss_quality,
    "nobn-gan-fails": _nobn,
}
"""The figure of each claim; a claim of the catalogue without one fails the tests."""
