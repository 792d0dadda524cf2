"""Toy trainings about the GAN game."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import special, stats

from claims.claim import Evidence
from claims.judges import critic_curves
from report.claim_figures.marks import label
from report.plotting import BLUE, GREEN, GREY, INK, ORANGE, panels

THIN: dict[str, Any] = {"linewidth": 0.6, "alpha": 0.5}
"""One training among several."""

SHOWN = 6
"""Trainings drawn one by one; the thick lines are medians of all."""


def _critic_curves(evidence: Evidence) -> Figure:
    figure, (above, below) = panels(rows=2, height=6.0, sharex=True)
    gan, wgan = (critic_curves.curves(evidence.study, method) for method in ("gan", "wgan"))
    _functions(above, gan, wgan)
    slopes = {
        "−log D": (BLUE, gan["x"], critic_curves.non_saturating_slope(gan), (3.0, 1.02)),
        "−f, clipped critic": (GREEN, wgan["x"], np.abs(wgan["slope"]), (3.0, 0.66)),
        "log(1 − D)": (ORANGE, gan["x"], critic_curves.minimax_slope(gan), (2.2, 0.06)),
    }
    for words, (colour, x, slope, at) in slopes.items():
        share = slope / slope.max(axis=1, keepdims=True)
        below.plot(x[::4], share[:SHOWN, ::4].T, color=colour, **THIN)
        below.plot(x[::2], np.median(share, axis=0)[::2], color=colour)
        label(below, at, words, colour, (0, 0), "left", va="bottom")
    below.axvspan(1, 5, color=GREY, alpha=0.15, linewidth=0)
    below.set(xlabel="x", ylabel="share of the largest slope", ylim=(-0.03, 1.15))
    below.set_title("slope of the generator's cost (shaded: its points)")
    return figure


def _functions(axes: Axes, gan: critic_curves.Curves, wgan: critic_curves.Curves) -> None:
    """The paper's own plot: densities, discriminators and critics, these moved and scaled to lie between 0 and 1."""
    x = gan["x"]
    for mean, words in ((-3, "real"), (3, "generated")):
        axes.fill_between(x[::2], stats.norm.pdf(x[::2], mean), color=GREY, alpha=0.35, linewidth=0)
        label(axes, (mean, 0.4), words, INK, (0, 2), "center", fontsize=9)
    d, f = special.expit(gan["score"]), wgan["score"]
    f = (f - f.min(axis=1, keepdims=True)) / np.ptp(f, axis=1)[:, None]
    for curves, colour in ((d, ORANGE), (f, GREEN)):
        axes.plot(x[::4], curves[:SHOWN, ::4].T, color=colour, **THIN)
        axes.plot(x[::2], np.median(curves, axis=0)[::2], color=colour)
    label(axes, (-4.6, 1.0), "GAN discriminator D", ORANGE, (0, 4), "left")
    label(axes, (-7.9, 0.72), "WGAN critic f\n(scaled)", GREEN, (0, 0), "left", va="top")
    axes.set(ylim=(-0.03, 1.15), ylabel="value")
    axes.set_title("what is learned between two Gaussians")


FIGURES: dict[str, Callable[[Evidence], Figure]] = {"critic-clean-gradients": _critic_curves}
