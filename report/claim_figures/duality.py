"""Duality of W1, the gradient it gives a generator, and the critics that attain it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claims.claim import Evidence
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, GREY, INK, ORANGE, panels

N_DOTS = 120
"""Places drawn of each kind."""


def _duality(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.6)
    rows = evidence.study
    axes.scatter(rows["plan"], rows["indices"] / rows["plan"], color=ORANGE, **DOTS)
    axes.scatter(rows["plan"], rows["dual"] / rows["plan"], color=BLUE, **{**DOTS, "s": 8})
    axes.axhline(1, **DASHED)
    top = rows["plan"].max()
    label(axes, (top, 1), "sup of E f(X) − E f(Y)", BLUE, (0, 4), "right")
    worst = (rows["indices"] / rows["plan"]).idxmax()
    at = (rows.loc[worst, "plan"], rows.loc[worst, "indices"] / rows.loc[worst, "plan"])
    label(axes, at, "S1's discrete form,\nindices as printed", ORANGE, (7, 0), "left", va="center")
    axes.set(xscale="log", yscale="log", xlabel="W1: price of the cheapest plan", ylabel="supremum / W1")
    axes.set_yticks([0.25, 0.5, 1, 2, 4], labels=["¼", "½", "1", "2", "4"])
    axes.set_yticks([], minor=True)
    return figure


def _gradient(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(columns=2, height=3.2)
    kinds = dict(tuple(evidence.study.groupby("kind")))
    rows = kinds["derivative"]
    left.scatter(rows["found"], rows["critic"], color=BLUE, **{**DOTS, "s": 8})
    ends = np.array([rows["found"].min(), rows["found"].max()])
    left.plot(ends, ends, **DASHED)
    left.set(xlabel="derivative of W1", ylabel="that of −E f(g(z))", title="in θ (generator)")
    rows = kinds["printed"]
    shake = np.random.default_rng(0).uniform(-0.25, 0.25, len(rows))
    right.scatter(rows["atoms"] + shake, rows["critic"], color=ORANGE, **{**DOTS, "s": 8})
    right.axhline(0, **DASHED)
    label(right, (8.4, 0), "of W1: 0", INK, (0, 5), "right")
    label(right, (8.4, 0.62), "of −E f(g(z))", ORANGE, (0, 0), "right")
    right.set(xlabel="atoms = parameters w", ylabel="norm of the gradient", ylim=(-0.05, 0.72), xlim=(2.4, 8.6))
    right.set(title="in w, as printed")
    return figure


def _continuity(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(columns=2, height=3.3)
    rows = evidence.study[evidence.study["kind"] == "change"]
    worst = rows.groupby(["family", "step"])["change"].max()
    looks = {"escape": (ORANGE, 2.0), "rough": (INK, 1.4)}
    for family in rows["family"].unique():
        colour, width = looks.get(family, (BLUE, 0.9))
        left.plot(worst[family], color=colour, linewidth=width)
    tiniest = rows["step"].min()
    label(left, (tiniest, worst["escape"][tiniest]), "1/θ away with\nprobability θ", ORANGE, (2, 5), "left")
    label(left, (tiniest, worst["rough"][tiniest]), "rough\nmap", INK, (12, 0), "left", va="top")
    label(left, (tiniest, worst["translation"][tiniest]), "maps and\nnetworks", BLUE, (44, -4), "left")
    left.set(xscale="log", yscale="log", xlabel="step in θ", ylabel="change of W1", ylim=(None, 30))
    curve = evidence.study[evidence.study["kind"] == "curve"]
    right.plot(curve["theta"], curve["wasserstein"], color=INK, linewidth=0.7)
    right.set(xlabel="θ", ylabel="W1 along the rough map")
    return figure


STRIPS = (
    ("trained", "independent", "trained,\nrandom pairs", GREEN),
    ("trained", "coupled", "trained,\ncoupled", GREEN),
    ("exact", "shared", "exact,\nshared mass", ORANGE),
    ("exact", "box", "exact,\nanywhere", ORANGE),
    ("exact", "independent", "exact,\nrandom pairs", ORANGE),
    ("exact", "coupled", "exact,\ncoupled", BLUE),
)
"""Critic and place, from below: the norms of the gradient there."""


def _unit_gradient(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(columns=2, height=3.4, gridspec_kw={"width_ratios": [1.15, 1]})
    _plan(left, evidence)
    rows, draws = evidence.study[evidence.study["kind"] == "norm"], np.random.default_rng(0)
    for height, (critic, place, _, colour) in enumerate(STRIPS):
        mine = rows[(rows["critic"] == critic) & (rows["place"] == place)]["norm"].to_numpy()
        chosen = draws.permutation(mine)[:N_DOTS]
        right.scatter(chosen, height + draws.uniform(-0.3, 0.3, len(chosen)), color=colour, **{**DOTS, "s": 5})
    right.axvline(1, **DASHED)
    right.set_yticks(range(len(STRIPS)), labels=[words for _, _, words, _ in STRIPS], fontsize=8)
    right.set(xlabel="norm of the gradient", xlim=(0, 1.6), title="claimed: 1")
    return figure


def _plan(axes: Axes, evidence: Evidence) -> None:
    """Level lines of a trained critic, and lines of the optimal plan."""
    grid = evidence.study[evidence.study["kind"] == "map"]
    values = grid.pivot(index="x2", columns="x1", values="value")
    axes.contour(values.columns, values.index, values, levels=10, colors=GREEN, linewidths=0.7, linestyles="solid")
    for row in evidence.study[evidence.study["kind"] == "plan"].itertuples():
        axes.plot([row.x1, row.y1], [row.x2, row.y2], color=GREY, linewidth=0.7)
        axes.plot(row.x1, row.x2, "o", color=BLUE, markersize=2.5)
        axes.plot(row.y1, row.y2, "o", color=ORANGE, markersize=2.5)
    axes.set(aspect="equal", title="trained critic and plan")
    axes.set_xlabel("real (blue) — generated (orange)", fontsize=8.5)


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "kantorovich-rubinstein": _duality,
    "grad-of-w1": _gradient,
    "w-continuous-in-theta": _continuity,
    "optimal-critic-unit-gradient": _unit_gradient,
}
