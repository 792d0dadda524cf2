"""The GAN game at its optimum and around it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from claims.claim import Evidence
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, INK, ORANGE, panels


def _optimal_discriminator(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    rows = evidence.study[(evidence.study["p_real"] > 0) & (evidence.study["p_fake"] > 0)]
    ratio = np.log10(rows["p_real"] / rows["p_fake"])
    axes.scatter(ratio, rows["found"], color=BLUE, **DOTS)
    grid = np.linspace(-4, 4, 200)
    axes.plot(grid, 1 / (1 + 10**-grid), **DASHED)
    label(axes, (3.9, 0.3), "dashed: p_r / (p_r + p_g)", INK, (0, 0), "right")
    label(axes, (3.9, 0.17), "dots: best D found by search", BLUE, (0, 0), "right")
    axes.set(xlabel="log₁₀ of p_r / p_g", ylabel="discriminator D", xlim=(-4, 4))
    return figure


def _gan_value(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    rows, top = evidence.study, math.log(2)
    axes.scatter(rows["jensen_shannon"], rows["value"] + math.log(4), color=BLUE, **DOTS)
    axes.plot([0, top], [0, 2 * top], **DASHED)
    axes.plot([0, top], [0, top], **{**DASHED, "color": ORANGE})
    label(axes, (0.4, 0.8), "−log 4 + 2 JS", INK, (-8, 2), "right")
    label(axes, (0.45, 0.45), "as printed: −log 4 + JS", ORANGE, (2, -12), "left")
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
    label(axes, (-6, 0), "minimax: log(1 − D)", ORANGE, (0, -13), "left")
    label(axes, (5.7, 0), "non-saturating: −log D", BLUE, (0, 6), "right")
    label(axes, (-2.2, 2.2), "their sum = WGAN cost", GREEN, (10, 4), "left")
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


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "optimal-discriminator": _optimal_discriminator,
    "gan-value-at-optimum": _gan_value,
    "softplus-blend": _softplus,
    "minmax-xy-diverges": _minmax,
}
