"""Toy trainings on supports of low dimension: planes in R^16, and parallel lines with noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.judges import noisy_lines, planes
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, GREY, ORANGE, PURPLE, panels

FLOOR = 1e-4
"""Least share of errors drawn."""

CASES: dict[str, tuple[float, bool, str, int]] = {
    "planes differ": (0.0, False, BLUE, 5),
    "noise 0.25": (0.25, False, GREEN, -5),
    "noise 0.5": (0.5, False, PURPLE, 0),
    "noise 1": (1.0, False, ORANGE, 6),
    "one plane, means differ": (0.0, True, GREY, -10),
}
"""Pairs of distributions with k = 4: noise, whether on one plane, colour, and by how much the label is moved."""


def _planes(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(rows=2, height=6.0)
    rows = evidence.study
    same = rows[rows["plane"] == 4]
    for words, (noise, shared, colour, up) in CASES.items():
        found = same[(same["noise"] == noise) & (same["shared"] == shared)]
        table = found.pivot(index="critic_steps", columns="replicate", values="accuracy")
        left.plot(table.index, table, color=colour, linewidth=0.6, alpha=0.5)
        left.plot(table.index, table.median(axis=1), color=colour)
        last, best = table.index[-1], found["best"].mean()
        left.plot([last, 1.3 * last], [best, best], **{**DASHED, "linewidth": 2})
        label(left, (1.3 * last, best), words.replace(", ", ",\n"), colour, (4, up), "left", va="center", fontsize=9)
    left.set(xscale="log", xlabel="discriminator steps", ylabel="held-out accuracy", ylim=(0.45, 1.03))
    left.set_xticks([10, 100, 1000], ["10", "100", "1000"])
    left.set_xlim(right=9 * rows["critic_steps"].max())
    left.set_title("4 of 16 dimensions (dashed: best possible)")
    _errors(right, planes.final(rows[(rows["noise"] == 0) & ~rows["shared"]]))
    return figure


def _errors(axes: Axes, rows: pd.DataFrame) -> None:
    sizes = sorted(rows["plane"].unique())
    for place, size in enumerate(sizes):
        found = rows[rows["plane"] == size].sort_values("replicate")
        errors = np.maximum(1 - found["accuracy"].to_numpy(), FLOOR)
        axes.scatter(place + np.linspace(-0.2, 0.2, len(errors)), 100 * errors, color=BLUE, **DOTS)
    axes.axhline(100 * (1 - planes.PERFECT), **DASHED)
    label(axes, (2, 1), "allowed: 1 %", DASHED["color"], (0, 4), "center", fontsize=9)
    axes.set(yscale="log", xticks=range(len(sizes)), xticklabels=sizes, ylim=(50 * FLOOR, 3))
    axes.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    axes.set(xlabel="dimension of the planes, of 16", ylabel="errors (%; 0.01 or fewer)")
    axes.set_title("planes that differ: every training")


def _noisy_lines(evidence: Evidence) -> Figure:
    figure, (above, below) = panels(rows=2, height=6.0)
    start = noisy_lines.at(evidence.study, "min")
    noisy = start[start["width"] > 0]
    widths = np.geomspace(noisy["width"].min(), 1.15, 60)
    optimal = [noisy_lines.gradient(width) for width in widths]
    above.plot(widths, optimal, **DASHED)
    above.scatter(noisy["width"], noisy["gradient_norm"], color=BLUE, **DOTS)
    none = start[start["width"] == 0]["gradient_norm"]
    above.axhspan(none.min(), none.max(), color=ORANGE, alpha=0.25, linewidth=0)
    label(above, (1.15, none.max()), "range without noise", ORANGE, (0, 4), "right")
    label(above, (0.3, 0.03), "dashed: at the optimal\ndiscriminator", DASHED["color"], (0, 0), "left", va="center")
    above.set(xscale="log", yscale="log", ylim=(1e-6, 5), ylabel="size of the gradient")
    above.set(xlabel="width of the noise / gap", xticks=sorted(noisy["width"].unique()))
    above.set_xticklabels([f"{width:g}" for width in sorted(noisy["width"].unique())])
    above.minorticks_off()
    above.set_title("gradient of log(1 − D) at a trained discriminator")
    _distances(below, evidence.study)
    return figure


def _distances(axes: Axes, rows: pd.DataFrame) -> None:
    shown = {0.0: ("no noise", ORANGE), 0.125: ("1/8", PURPLE), 0.25: ("1/4", GREEN), 1.0: ("1", BLUE)}
    places = {0.0: (300, 0.93), 0.125: (215, 0.35), 0.25: (-16, 0.35), 1.0: (32, 0.3)}
    for width, (words, colour) in shown.items():
        table = rows[rows["width"] == width].pivot(index="generator_steps", columns="replicate", values="distance")
        axes.plot(table.index, table, color=colour, linewidth=0.6, alpha=0.5)
        axes.plot(table.index, table.median(axis=1), color=colour)
        label(axes, places[width], words, colour, (0, 0), "left", va="center")
    axes.set(xlabel="generator steps", ylabel="distance of the lines / gap", ylim=(-0.03, 1.3))
    axes.set_title("training from there, by width of the noise / gap")


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "perfect-discriminator": _planes,
    "noise-on-supports": _noisy_lines,
}
"""Trainings on supports of low dimension."""
