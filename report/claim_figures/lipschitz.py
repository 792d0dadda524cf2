"""Lipschitz constraints."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from claims.catalogue import CLAIMS
from claims.claim import Evidence
from claims.studies import power_iteration
from report.claim_figures.marks import DASHED, label
from report.plotting import BLUE, INK, ORANGE, panels


def _power_iteration(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    share = power_iteration.reached(evidence.study).groupby(evidence.study["steps"]).mean()
    claimed = CLAIMS["power-iteration"].margin("ten-steps")
    axes.axhline(claimed, **DASHED)
    axes.plot(share.index, share, color=BLUE, marker="o", markersize=5)
    label(axes, (1, claimed), f"claimed: at least {100 * claimed:.0f} %", INK, (0, -12), "left")
    label(axes, (10, share[10]), f"10 steps: {100 * share[10]:.0f} %", ORANGE, (8, -4), "left", va="center")
    axes.scatter([10], [share[10]], color=ORANGE, s=50, zorder=4)
    axes.set(xscale="log", xlabel="steps of power iteration", ylabel="matrices right to 4 decimals", ylim=(-0.03, 1.05))
    axes.set_xticks([1, 10, 100], labels=["1", "10", "100"])
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "power-iteration": _power_iteration,
}
