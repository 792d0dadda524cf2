"""Formulas of gradients, and conventions that change nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from claims.catalogue import CLAIMS
from claims.claim import Evidence
from claims.studies.backpropagation import relative_error
from claims.studies.conventions import mean_gap
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, INK, ORANGE, panels

FLOOR = 1e-18
"""Where errors of exactly 0 are drawn on a logarithmic axis."""

NAMES = {
    "softmax": "softmax Jacobian",
    "chain-rule": "chain rule as printed",
    "chain-rule-rows": "… nothing transposed",
    "chain-rule-gradient": "… gradient as a column",
    "output-pre-activation": "output pre-activation",
    "output-weights": "output weights",
    "output-bias": "output bias",
    "hidden-output": "hidden output",
    "hidden-pre-activation": "hidden pre-activation, σ = g",
    "hidden-logistic": "… σ logistic",
    "hidden-weights": "hidden weights",
    "hidden-bias": "hidden bias",
}
"""The formulas from top to bottom; those with dots, and the last two, are not printed."""


def _backpropagation(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.8)
    claim = CLAIMS["softmax-and-backprop"]
    worst = relative_error(evidence.study).groupby(evidence.study["formula"]).max().clip(lower=FLOOR)
    names = [name for name in NAMES if name in worst.index]
    for place, name in enumerate(names):
        colour = ORANGE if worst[name] > claim.margin(name) else BLUE
        fill = colour if claim.part(name).form == "stated" else "none"
        axes.plot([FLOOR, worst[name]], [-place, -place], color=colour, linewidth=1, alpha=0.4)
        axes.scatter([worst[name]], [-place], s=34, edgecolors=colour, facecolors=fill, linewidths=1.4, zorder=3)
    axes.axvline(claim.declaration.margin, **DASHED)
    label(axes, (claim.declaration.margin, 0.5), "tolerance", INK, (5, 0), "left")
    axes.set_yticks([-place for place in range(len(names))], labels=[NAMES[name] for name in names])
    axes.set(xscale="log", xlim=(FLOOR, 1e2), ylim=(0.4 - len(names), 1.2), xlabel="worst error (filled: as printed)")
    return figure


CONVENTIONS = (
    ("WGAN: mean as a layer", "wgan", "mean", BLUE),
    ("WGAN: signs exchanged", "wgan", "mirrored", BLUE),
    ("… same first critic", "wgan", "same_start", ORANGE),
    ("GAN: signs exchanged", "gan", "mirrored", BLUE),
    ("GAN: mean as a layer", "gan", "mean", ORANGE),
)
"""Lines of the figure: name, loss, column, and the colour that says whether no difference is expected."""


def _conventions(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=2.8)
    rows = evidence.study.assign(mean=mean_gap(evidence.study))
    for place, (_, loss, column, colour) in enumerate(CONVENTIONS):
        values = rows.loc[rows["loss"] == loss, column].clip(lower=FLOOR)
        shake = np.random.default_rng(place).uniform(-0.25, 0.25, len(values))
        axes.scatter(values, shake - place, color=colour, **{**DOTS, "s": 7})
    margin = CLAIMS["sign-and-mean-conventions"].declaration.margin
    axes.axvline(margin, **DASHED)
    label(axes, (margin, 0.6), "tolerance", INK, (5, 0), "left")
    axes.set_yticks([-place for place in range(len(CONVENTIONS))], labels=[name for name, *_ in CONVENTIONS])
    axes.set(xscale="log", xlim=(FLOOR / 3, 1e1), ylim=(0.4 - len(CONVENTIONS), 1.1), xlabel="difference it makes")
    axes.set_xticks([FLOOR, 1e-12, 1e-6, 1], labels=["0", "$10^{-12}$", "$10^{-6}$", "1"])
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "softmax-and-backprop": _backpropagation,
    "sign-and-mean-conventions": _conventions,
}
