"""Distances between distributions: what they are and how they change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.studies import bakeries, peaks
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, INK, ORANGE, PURPLE, panels


def _js_peaks(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    widths = np.sort(evidence.study["width"].unique())
    for width, colour in zip(widths[[0, len(widths) // 2, -1]], (BLUE, ORANGE, GREEN), strict=True):
        rows = evidence.study[evidence.study["width"] == width]
        axes.scatter(rows["shift"].abs(), rows["jensen_shannon"], color=colour, **DOTS)
        grid = np.array([0, width, 1 - width])
        level = peaks.peak_constant(width) * np.minimum(grid, width)
        axes.plot(grid, level, **DASHED)
        label(axes, (grid[-1], level[-1]), f"d = {width:.2f}", colour, (4, 0), "left", va="center")
    axes.set(
        xlabel="distance |x| between the peaks", ylabel="Jensen–Shannon (nats)", ylim=(0, None), xlim=(-0.03, 1.18)
    )
    return figure


def _w1_peaks(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    axes.scatter(evidence.study["shift"].abs(), evidence.study["wasserstein"], color=BLUE, **DOTS)
    axes.plot([0, 1], [0, 0.5], **DASHED)
    label(axes, (0.72, 0.36), "claimed: |x| / 2", INK, (-8, 4), "right")
    axes.set(xlabel="distance |x| between the peaks", ylabel="Wasserstein-1 distance")
    return figure


def _parallel_lines(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.2)
    rows = evidence.study
    series = {"total_variation": (ORANGE, "TV"), "jensen_shannon": (GREEN, "JS"), "wasserstein": (BLUE, "W")}
    for column, (colour, name) in series.items():
        axes.scatter(rows["theta"], rows[column], color=colour, **DOTS)
        far = rows.loc[rows["theta"].idxmax()]
        label(axes, (far["theta"], far[column]), name, colour, (6, 0), "left", va="center")
    axes.plot([-1, 0, 1], [1, 0, 1], **DASHED)
    infinite = rows.loc[np.isinf(rows["kl"]), "theta"]
    axes.scatter(infinite, np.full(len(infinite), 1.25), marker="^", color=PURPLE, s=14)
    label(axes, (0, 1.25), "KL = ∞", PURPLE, (0, 6), "center")
    label(axes, (0, 0), "all 0 at θ = 0", INK, (14, 0), "left", va="center")
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


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "js-peaks-saturate": _js_peaks,
    "w1-peaks-linear": _w1_peaks,
    "parallel-lines": _parallel_lines,
    "bakeries-optimal-plan": _bakeries,
}
