"""Distances and their sample estimates: minibatches, kernels, energies, gradients; and published defaults."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.studies import coin_descent, defaults
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, panels

LEGEND = {"frameon": False, "fontsize": 8.5, "handlelength": 1.4, "handletextpad": 0.4, "borderpad": 0.1}


def _minibatches(evidence: Evidence) -> Figure:
    figure, axes = panels(columns=3, height=3.3, sharey=True)
    rows = evidence.study[evidence.study["family"] == "Gaussian"]
    colours = dict(zip(sorted(rows["dimension"].unique()), (BLUE, GREEN, PURPLE, ORANGE), strict=False))
    for panel, (limit, cells) in zip(axes, rows.groupby("limit"), strict=True):
        for dimension, line in cells.groupby("dimension"):
            mean, colour = line["limit"] + line["bias"], colours[dimension]
            panel.fill_between(
                line["m"], mean - line["spread"], mean + line["spread"], color=colour, alpha=0.25, linewidth=0
            )
            panel.plot(line["m"], mean, color=colour, label=f"{dimension:g} dimension{'s' * (dimension > 1)}")
        panel.axhline(limit, **DASHED)
        panel.set(title="P = Q" if limit == 0 else f"{limit:g} apart", xscale="log", xticks=[4, 16, 64])
        panel.set_xticks([], minor=True)
        panel.set_xticklabels(["4", "16", "64"])
    label(axes[0], (4, 0), "true distance", INK, (-4, -12), "left", fontsize=9)
    axes[0].set(ylabel="W1 of two minibatches (mean ± s.d.)", ylim=(-0.9, None))
    axes[1].set(xlabel="samples in a minibatch")
    axes[1].legend(reverse=True, loc="center", bbox_to_anchor=(0.52, 0.55), **{**LEGEND, "fontsize": 7.5})
    return figure


def _mmd(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.6)
    rows = evidence.study[evidence.study["kind"] == "mmd"].groupby(["kernel", "dimension"]).head(15)
    axes.scatter(rows["closed"], rows["rival"], color=GREY, label="best of 50 random functions", **{**DOTS, "s": 8})
    for colour, (kernel, mine) in zip((BLUE, GREEN, PURPLE, ORANGE, INK), rows.groupby("kernel"), strict=False):
        axes.scatter(mine["closed"], mine["searched"], color=colour, label=f"optimiser, {kernel}", **{**DOTS, "s": 10})
    ends = np.array([rows["closed"].min(), rows["closed"].max()])
    axes.plot(ends, ends, **{**DASHED, "linewidth": 0.8}, label="equal")
    axes.legend(loc="upper left", **LEGEND)
    axes.set(xscale="log", yscale="log", ylim=(rows["closed"].min() / 10, rows["closed"].max() * 12))
    axes.set(xlabel="MMD in closed form", ylabel="E f(X) − E f(Y) in the unit ball")
    return figure


def _energy(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.5)
    rows = evidence.study.dropna(subset=["cramer"])
    names = {"atoms": BLUE, "exponentials": GREEN, "Gaussians": PURPLE, "uniforms": GREY, "tables": ORANGE}
    for name, colour in names.items():
        mine = rows[rows["family"] == name]
        text = "pairs in the plane" if name == "tables" else f"{name} on a line"
        axes.scatter(mine["cramer"], mine["energy"], color=colour, label=text, **{**DOTS, "s": 10})
    ends = np.array([rows["cramer"].min(), rows["cramer"].max()])
    axes.plot(ends, 2 * ends, **DASHED, label="energy = 2 Cramér")
    axes.legend(loc="upper left", **LEGEND)
    axes.set(xscale="log", yscale="log", xlabel="Cramér distance ∫(F − G)² dx", ylabel="energy distance")
    return figure


def _thinned(values: pd.Series, most: int = 60) -> np.ndarray:
    """At most so many values, spread over all of them by rank, with the least and the greatest."""
    ordered = np.sort(values)
    return ordered[np.linspace(0, len(ordered) - 1, min(most, len(ordered))).round().astype(int)]


IDEAL = {"kl": ("KL", GREEN), "wasserstein": ("Wasserstein", ORANGE), "cramer": ("Cramér", BLUE),
         "l_2": ("√Cramér", PURPLE)}  # fmt: skip


def _ideal(evidence: Evidence) -> Figure:
    figure, (sums, scales, gradients) = panels(columns=3, height=2.9, sharey=True)
    shake = np.random.default_rng(0)
    for place, (name, (_, colour)) in enumerate(reversed(IDEAL.items())):
        rows = evidence.study[evidence.study["divergence"] == name]
        kinds = {kind: rows[rows["kind"] == kind] for kind in ("sum", "scale", "gradient")}
        scale = kinds["scale"]
        found = (
            kinds["sum"]["other"] / kinds["sum"]["value"],
            np.log(scale["other"] / scale["value"]) / np.log(scale["factor"]),
            kinds["gradient"]["other"] - kinds["gradient"]["value"],
        )
        for axes, values in zip((sums, scales, gradients), map(_thinned, found), strict=True):
            height = place + shake.uniform(-0.25, 0.25, len(values))
            axes.scatter(values, height, color=colour, **{**DOTS, "s": 7})
    sums.axvline(1, **DASHED)
    gradients.axvline(0, **DASHED)
    sums.set(title="sum invariant?", xlabel="d after adding\nnoise / before", xlim=(0, 1.1), xticks=[0, 1])
    scales.set(title="scale sensitive?", xlabel="order β found\n(0: not at all)", xlim=(-0.2, 1.2), xticks=[0, 0.5, 1])
    gradients.set(title="unbiased?", xlabel="bias of the\nsample gradient")
    sums.set_yticks(range(4), labels=[text for text, _ in reversed(IDEAL.values())])
    return figure


COINS = ((0.6, 1), (0.6, 10), (0.9, 3))
"""Target and minibatch size of each column: the targets are those of the source's figure, which names no size."""


def _bernoulli(evidence: Evidence) -> Figure:
    figure, axes = panels(rows=2, columns=3, height=5.2, sharey="row")
    for column, (target, m) in enumerate(COINS):
        mine = evidence.study[(evidence.study["target"] == target) & (evidence.study["m"] == m)]
        _coin_paths(axes[column], mine[mine["kind"] == "path"])
        axes[column].axhline(target, **{**DASHED, "linewidth": 0.8})
        axes[column].set(title=f"θ* = {target:g}, m = {m}")
        gradients = mine[mine["kind"] == "gradient"].sort_values("theta")
        below = axes[3 + column]
        below.plot([0, target, target, 1], [-1, -1, 1, 1], color=BLUE)
        below.plot(gradients["theta"], gradients["expected"], color=ORANGE, drawstyle="steps-mid")
        below.scatter(gradients["theta"], gradients["sampled"], color=ORANGE, **{**DOTS, "s": 10})
        below.axhline(0, color=GREY, linewidth=0.8)
        below.set(xlabel="θ", xticks=[0, 0.5, 1])
    axes[0].set(ylabel="θ", ylim=(0, 1.04))
    axes[1].set(xlabel="step of descent")
    axes[3].set(ylabel="gradient", ylim=(-1.1, 1.1))
    key = {"true gradient": BLUE, "sample gradient:": ORANGE, "line: expected": ORANGE, "dots: simulated": ORANGE}
    for place, (text, colour) in enumerate(key.items()):
        label(axes[1], (1980, 0.4 - 0.11 * place), text, colour, (0, 0), "right", fontsize=8.5)
    return figure


def _coin_paths(axes: Axes, rows: pd.DataFrame) -> None:
    axes.plot(rows["step"], rows["true"], color=BLUE)
    axes.plot(rows["step"], rows["theta"], color=ORANGE)
    some = rows.iloc[::4]
    low, high = rows["expected"] - rows["spread"], rows["expected"] + rows["spread"]
    axes.fill_between(rows["step"], low.clip(0), high.clip(upper=1), color=ORANGE, alpha=0.2, linewidth=0)
    axes.scatter(some["step"], some["sampled"], color=ORANGE, **{**DOTS, "s": 10})
    axes.set(xticks=[0, coin_descent.N_STEPS // 2, coin_descent.N_STEPS])


def _cramer(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(columns=2, height=3.4)
    rows = evidence.study[~evidence.study["kind"].isin(["path", "descent"])]
    names = {
        "bernoulli": (GREY, "coins"),
        "discrete": (BLUE, "atoms, 1–32-d"),
        "gaussian": (GREEN, "Gaussians, 2–32-d"),
        "both-v": (ORANGE, "sample paired\nwith itself"),
    }
    for kind, (colour, name) in names.items():
        mine = rows[rows["kind"] == kind]
        left.scatter(mine["true"], mine["expected"], color=colour, label=name, **{**DOTS, "s": 16})
    low, high = rows["true"].min(), rows["true"].max()
    left.plot([low, high], [low, high], **DASHED, label="unbiased")
    left.legend(loc="upper left", **LEGEND)
    left.set(xlabel="true gradient", ylabel="expected sample gradient", ylim=(low - 0.5, 2.2 * high))
    paths = evidence.study[(evidence.study["kind"] == "path") & (evidence.study["m"] == 1)]
    for target, path in paths.groupby("target"):
        right.fill_between(path["step"], path["low"], path["high"], color=ORANGE, alpha=0.3, linewidth=0)
        right.plot(path["step"], path["expected"], color=ORANGE)
        right.plot(path["step"], path["true"], color=BLUE, linestyle=(0, (2, 2)))
        label(right, (path["step"].max(), target), f"θ* = {target:g}", INK, (0, 6), "right", fontsize=9)
    label(right, (118, 0.16), "true gradient", BLUE, (0, 0), "right", fontsize=9)
    label(right, (118, 0.08), "200 descents, m = 1", ORANGE, (0, 0), "right", fontsize=9)
    right.set(xlabel="step of descent", ylabel="θ", ylim=(0, 1.04))
    return figure


def _defaults(evidence: Evidence) -> Figure:
    figure, (wgan, wgan_gp, penalties, objective) = panels(rows=2, columns=2, height=5.4)
    rows = evidence.study[evidence.study["architecture"].isin(defaults.COMPARED)]
    for axes, method, title in ((wgan, "wgan", "WGAN"), (wgan_gp, "wgan_gp", "WGAN-GP")):
        _table(axes, rows[rows["method"] == method], title)
    found = evidence.study[evidence.study["kind"] == "penalty"]
    for column, colour, text in (("subscript", ORANGE, "∇w for ∇x"), ("point", PURPLE, "G(z) for x̂")):
        penalties.scatter(found["algorithm"], found[column], color=colour, label=text, **{**DOTS, "s": 9})
    ends = np.array([found["algorithm"].min(), found["algorithm"].max()])
    penalties.plot(ends, ends, **DASHED)
    penalties.legend(loc="upper left", **LEGEND)
    penalties.set(xscale="log", yscale="log", xlabel="penalty of Algorithm 1", ylabel="penalty as S2's equation")
    _objectives(objective, float(evidence.study["apart"].median()))
    return figure


def _table(axes: Axes, rows: pd.DataFrame, title: str) -> None:
    """Each setting, as asserted, and in how many architectures it is the default."""
    axes.set_axis_off()
    axes.set(title=title, xlim=(0, 1), ylim=(0, 11.6))
    for place, text in ((0.72, "printed"), (1, "default in")):
        axes.text(place, 11, text, color=GREY, fontsize=7.5, ha="right")
    for line, (name, mine) in enumerate(rows.groupby("name", sort=False)):
        agree = int((mine["asserted"] == mine["found"]).sum())
        colour = INK if agree == len(mine) else ORANGE
        axes.text(0, 10 - line, name.replace("_", " "), color=colour, fontsize=8)
        axes.text(0.72, 10 - line, mine["asserted"].iloc[0], color=colour, fontsize=8, ha="right")
        axes.text(1, 10 - line, f"{agree} of {len(mine)}", color=colour, fontsize=8, ha="right")


def _objectives(axes: Axes, apart: float) -> None:
    slopes = np.linspace(0, 3, 61)
    for sign, colour, text in ((1, ORANGE, "penalty added,\nas printed"), (-1, BLUE, "subtracted")):
        axes.plot(slopes, slopes * apart + sign * defaults.WEIGHT * (slopes - 1) ** 2, color=colour)
        label(axes, (1.2, sign * 28), text, colour, (0, 0), "left" if sign < 0 else "center", fontsize=9)
    axes.axvline(1 + apart / (2 * defaults.WEIGHT), ymax=0.4, **DASHED)
    axes.set(xlabel="slope of a linear critic", ylabel="objective maximised over w")


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "minibatch-ot-biased": _minibatches,
    "mmd-closed-form": _mmd,
    "energy-equals-cramer": _energy,
    "cramer-ideal-divergence": _ideal,
    "wasserstein-bernoulli-bias": _bernoulli,
    "cramer-unbiased": _cramer,
    "defaults-conform": _defaults,
}
