"""What the clipping value changes."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.judges.clip_values import TRAINED, slopes
from report.claim_figures.marks import DASHED, label
from report.plotting import BLUE, GREEN, GREY, ORANGE, PURPLE, panels

COLOURS = {0.01: BLUE, 0.03: GREY, 0.1: GREEN, 0.3: PURPLE, 1.0: ORANGE}


def _terrible(evidence: Evidence) -> Figure:
    rows = evidence.study
    figure, (left, right) = panels(rows=2, height=5.4)
    _critics(left, rows[rows["kind"] == "path"])
    _depth(right, slopes(rows))
    return figure


def _critics(axes: Axes, paths: pd.DataFrame) -> None:
    """Estimates as shares of their best: the median of the seeds and the range of the middle half."""
    best = paths.groupby(["clip_value", "replicate"])["estimate"].transform("max")
    shares = paths.assign(share=paths["estimate"] / best).groupby(["clip_value", "critic_steps"])["share"]
    for clip_value, middle in shares.median().groupby("clip_value"):
        known = middle.droplevel("clip_value")
        low, high = (shares.quantile(part)[clip_value] for part in (0.25, 0.75))
        axes.fill_between(known.index, low, high, color=COLOURS[clip_value], alpha=0.15, linewidth=0)
        axes.plot(known.index, known, color=COLOURS[clip_value])
        place = known.index[(known >= 0.5).to_numpy().argmax()]
        label(axes, (place, known[place]), f"c = {clip_value:g}", COLOURS[clip_value], (4, -10), "left", fontsize=8)
    axes.axhline(TRAINED, **DASHED)
    axes.set(xlim=(0, 2000), ylim=(0, 1.05), xlabel="critic steps (the generator stays)")
    axes.set_ylabel("estimate, share of its best")


_CRITICS = {
    (0.01, "free"): (GREEN, "batch normalization, scales not clipped", (-4, 6)),
    (0.01, "plain"): (BLUE, "c = 0.01, no batch normalization", (-4, 14)),
    (0.01, "norm"): (ORANGE, "batch normalization, all clipped", (-70, -4)),
    (0.1, "plain"): (PURPLE, "c = 0.1, no batch normalization", (0, 6)),
}


def _depth(axes: Axes, decades: pd.Series) -> None:
    for (clip_value, critic), (colour, words, shift) in _CRITICS.items():
        mine = decades.xs((clip_value, critic), level=("clip_value", "critic")).unstack("replicate")
        axes.plot(mine.index, mine.to_numpy(), ".", color=colour, markersize=4, alpha=0.5)
        middle = mine.median(axis=1)
        axes.plot(middle.index, middle, color=colour)
        label(axes, (8, middle[8]), words, colour, shift, "right", fontsize=8)
    axes.set(xticks=sorted(set(decades.index.get_level_values("layers"))), xlabel="hidden layers of the critic")
    axes.set_ylabel("slope at generated points\n(power of ten)")
    axes.margins(y=0.12)


def _insensitive(evidence: Evidence) -> Figure:
    """Distances at the end by clipping value, for ordinary and well trained critics, and paths of three values."""
    looks = evidence.study[evidence.study["kind"] == "look"]
    last = looks[looks["step"] == looks["step"].max()]
    figure, (above, below) = panels(rows=2, height=5.2)
    for n_critic, colour, words in ((5, BLUE, "5 critic steps"), (15, ORANGE, "15 critic steps")):
        mine = last[last["n_critic"] == n_critic].groupby("clip_value")["distance"]
        middle = mine.median()
        shift = 1.06 if n_critic == 15 else 1 / 1.06
        for value, found in mine:
            above.plot([value * shift] * len(found), found, ".", color=colour, markersize=4, alpha=0.6)
        above.plot(middle.index * shift, middle, color=colour)
        label(above, (middle.index[-1] * shift, middle.iloc[-1]), words, colour, (6, 0), "left", va="center")
    above.set(xscale="log", yscale="log", xlim=(0.008, 4), xlabel="clipping value c", ylabel="W1 to the data")
    above.set_xticks([0.01, 0.03, 0.1, 0.3, 1], labels=["0.01", "0.03", "0.1", "0.3", "1"])
    for value in (0.01, 0.1, 1.0):
        paths = looks[(looks["n_critic"] == 5) & (looks["clip_value"] == value)]
        for _, path in paths.groupby("replicate"):
            below.plot(path["step"], path["distance"], color=COLOURS[value], linewidth=0.7, alpha=0.4)
        middle = paths.groupby("step")["distance"].median()
        below.plot(middle.index, middle, color=COLOURS[value])
        label(below, (middle.index[-1], middle.iloc[-1]), f"c = {value:g}", COLOURS[value], (6, 0), "left", va="center")
    below.set(yscale="log", xlim=(0, looks["step"].max() * 1.2), xlabel="generator steps", ylabel="W1 to the data")
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "clip-terrible": _terrible,
    "clip-value-insensitive": _insensitive,
}
