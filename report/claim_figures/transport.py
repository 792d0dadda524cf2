"""Transport: bounds, duality, and how the Wasserstein distance follows a distribution."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.studies import noise
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, panels

N_SHOWN = 8
"""Sequences drawn of each family."""


def _hierarchy(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.6)
    families = {
        "mixture": (BLUE, "mixture: both vanish", (4, -12)),
        "shift": (GREEN, "shift:\nJS = log 2", (6, -14)),
        "escape": (ORANGE, "mass escapes: W stays", (0, 18)),
        "heavy tail": (PURPLE, "… into a tail: even KL vanishes", (0, 34)),
    }
    for family, (colour, name, shift) in families.items():
        rows = evidence.study[(evidence.study["family"] == family) & (evidence.study["sequence"] < N_SHOWN)]
        for _, mine in rows.groupby("sequence"):
            look: dict[str, Any] = {"color": colour, "marker": "o", "markersize": 3, "linewidth": 0.8}
            axes.plot(mine["jensen_shannon"], mine["wasserstein"], **look)
        last = rows[rows["epsilon"] == rows["epsilon"].min()]
        at = (last["jensen_shannon"].median(), last["wasserstein"].median())
        label(axes, at, name, colour, shift, "left")
    axes.set(xscale="log", yscale="log", xlabel="Jensen–Shannon divergence (nats)", ylabel="Wasserstein-1 distance")
    axes.set(xlim=(None, 60), ylim=(None, 40))
    return figure


def _noise(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.4)
    right, left = noise.transcribed(evidence.study), evidence.study["wasserstein"]
    broken = left > right
    for mine, colour in ((~broken, BLUE), (broken, ORANGE)):
        axes.scatter(right[mine], left[mine], color=colour, **DOTS)
    ends = [right.min(), right.max()]
    axes.plot(ends, ends, **DASHED)
    text = f"bound broken: {broken.sum()} of {len(broken)} cases"
    axes.text(0.03, 0.95, text, color=ORANGE, transform=axes.transAxes, va="top")
    axes.text(0.97, 0.06, "claimed: below the dashed line", color=INK, transform=axes.transAxes, ha="right")
    axes.set(xscale="log", yscale="log", xlabel="right side: 2 V^(1/2) + JS^(1/2)", ylabel="W(P_r, P_g)")
    axes.set(ylim=(1e-3, None))
    return figure


def _monge(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.4)
    tried = evidence.study.dropna(subset="tried").groupby("size")["tried"].max()
    looks = evidence.study.groupby("size")["looks"].max()
    sizes = np.arange(1, 14)
    axes.plot(sizes, [math.factorial(n) for n in sizes], **DASHED)
    axes.scatter(tried.index, tried, color=ORANGE, **{**DOTS, "s": 26})
    axes.plot(looks.index, looks, color=BLUE, marker="o", markersize=4)
    axes.plot(looks.index, looks.index**3, color=GREY, linewidth=1)
    label(axes, (13, math.factorial(13)), "n!", INK, (6, -4), "left")
    label(axes, (8, tried[8]), "plans priced\nby enumeration", ORANGE, (-8, 2), "right")
    label(axes, (64, 64**3), "n³", GREY, (0, 6), "right")
    label(axes, (64, 1), "prices looked at by augmenting paths", BLUE, (0, 4), "right")
    axes.set(xscale="log", yscale="log", xlabel="size n of the problem", ylabel="number of calculations")
    axes.set_xticks([1, 2, 4, 8, 16, 32, 64], labels=["1", "2", "4", "8", "16", "32", "64"])
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "convergence-hierarchy": _hierarchy,
    "noise-bound": _noise,
    "monge-factorial": _monge,
}
