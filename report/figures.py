"""Drawings of the grid, as SVG text that is the same bytes for the same numbers."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from report.text import display

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

COMPLETED, COLLAPSED, ENDED_EARLY, MUTED = "#0072b2", "#aa4499", "#d55e00", "#64748b"
COLOURS = {"completed": COMPLETED, "collapsed": COLLAPSED}
"""Of the lines of runs, by outcome; all others ended early."""

MAX_POINTS = 120
JENSEN_SHANNON = "jensen_shannon"
"""The estimate that cannot exceed log 2."""

DENSE_STEPS = 1000
"""Runs longer than this are drawn median-filtered over 101 steps."""

SMALL: dict[Any, Any] = {
    "font.size": 8.5,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.grid": False,
    "axes.labelcolor": MUTED,
}
"""What differs from a claim's figure: these stand many to a page."""


def training_curves(
    estimates: pd.DataFrame,
    scores: pd.DataFrame,
    outcomes: Mapping[int, str],
    *,
    estimate_name: str,
    metric: str,
    floor: float | None,
    limits: tuple[float, float] | None,
) -> str:
    """Draws one cell: the critic's estimate above, the sample score below, one line per seed.

    Args:
        estimates: rows of the series critic_estimate (seed, step, value, value_median101).
        scores: rows of the primary metric (seed, step, value).
        outcomes: how each seed ended; it decides the colour of its lines.
        estimate_name: what the critic's estimate stands for.
        metric: name of the score below.
        floor: the score of real data against real data; None where unknown.
        limits: vertical limits of the lower panel, shared within the data set.

    Returns:
        An SVG document.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from report.plotting import style, to_svg

    with style("training-curves"), rc_context(SMALL):
        figure = Figure(figsize=(3.3, 2.9))
        figure.subplots_adjust(left=0.22, right=0.97, bottom=0.15, top=0.97, hspace=0.12)
        upper, lower = figure.subplots(2, 1, sharex=True)
        column = "value_median101" if estimates["step"].max() > DENSE_STEPS else "value"
        _lines(upper, estimates, column, outcomes)
        _focus(upper, estimates, column, outcomes)
        if estimate_name == JENSEN_SHANNON:
            upper.axhline(math.log(2), color=MUTED, linewidth=0.8, linestyle=":")
        upper.set_ylabel("\n".join(textwrap.wrap(display(estimate_name), 16)))
        figure.align_ylabels()
        _lines(lower, scores, "value", outcomes, marker="o")
        _score_axis(lower, metric, floor, limits)
        return to_svg(figure, f"Critic's estimate and {display(metric)} along training")


def shared_limits(values: pd.Series, floor: float | None) -> tuple[float, float] | None:
    """Returns limits that hold every positive value with a little room on a logarithmic axis.

    The floor is included where it is within a factor of ten: farther away it
    would flatten the curves. None where a value is not positive, so that a
    linear axis fits itself.

    Example:
        >>> import pandas
        >>> shared_limits(pandas.Series([8.0, 80.0]), 4.0), shared_limits(pandas.Series([8.0, 80.0]), 0.1)
        ((3.2, 100.0), (6.4, 100.0))
    """
    shown = [float(value) for value in values.dropna() if math.isfinite(value)]
    if not shown or min(shown) <= 0:
        return None
    low, high = min(shown), max(shown)
    if floor is not None and low / 10 <= floor <= low:
        low = floor
    return low / 1.25, high * 1.25


def _lines(
    axes: Axes, frame: pd.DataFrame, column: str, outcomes: Mapping[int, str], marker: str | None = None
) -> None:
    for seed, rows in frame.groupby("seed", sort=True):
        rows = _thinned(rows.sort_values("step"))
        color = COLOURS.get(outcomes.get(int(seed), ""), ENDED_EARLY)
        values = rows[column].astype(float)
        axes.plot(rows["step"], values, color=color, linewidth=0.9, alpha=0.75, marker=marker, markersize=2.2)
        if color == ENDED_EARLY and len(rows):
            axes.plot(rows["step"].iloc[-1:], values.iloc[-1:], color=color, marker="x", markersize=5, linestyle="")


def _thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """Keeps every k-th row, and always the last."""
    stride = -(-len(rows) // MAX_POINTS)
    if stride <= 1:
        return rows
    keep = sorted({*range(0, len(rows), stride), len(rows) - 1})
    return rows.iloc[keep]


def _focus(axes: Axes, frame: pd.DataFrame, column: str, outcomes: Mapping[int, str]) -> None:
    """Fits the axis to the runs that reached their end, so that an explosion does not flatten the others."""
    completed = frame[[outcomes.get(int(seed)) in COLOURS for seed in frame["seed"]]]
    values = [value for value in completed[column].astype(float) if math.isfinite(value)]
    if values and len(completed) < len(frame):
        room = 0.15 * (max(values) - min(values) or 1.0)
        axes.set_ylim(min(values) - room, max(values) + room)


def _score_axis(axes: Axes, metric: str, floor: float | None, limits: tuple[float, float] | None) -> None:
    if limits is not None:
        from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

        axes.set_yscale("log")
        axes.set_ylim(*limits)
        subdivisions = (1.0, 2.0, 5.0) if limits[1] / limits[0] < 200 else (1.0,)
        axes.yaxis.set_major_locator(LogLocator(subs=subdivisions))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    if floor is not None and (limits is None or limits[0] < floor < limits[1]):
        axes.axhline(floor, color=MUTED, linewidth=0.8, linestyle="--")
    axes.set_ylabel(display(metric))
    axes.set_xlabel("generator step")
