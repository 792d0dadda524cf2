"""A map of cells for parts about many arms: architecture by method, or method by setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from bench.catalogue import ARCHITECTURES, METHODS
from claims.claim import Claim
from claims.design import terms
from report.grid import in_order
from report.plotting import INK

BLUES = colormaps["Blues"]

Cells = Mapping[tuple[str, str], Sequence[float]]
"""Numbers by row and column."""


def place(claim: Claim, part: str, member: str) -> tuple[str, str]:
    """Returns row and column of a member of a part: of one arm by what it is, of a difference by the part."""
    assert claim.design
    arm = claim.design.arm(terms(member)[0][1])
    several = len({one.architecture for one in claim.design.arms}) > 1
    row = arm.architecture if several else arm.method
    if len(terms(member)) > 1:
        return row, part
    rest = arm.id.removeprefix(arm.architecture).strip("-")
    return row, rest if several else rest.removeprefix(arm.method).strip("-") or "plain"


def heat_map(axes: Axes, cells: Cells, words: str, shares: bool, *, shown: Callable[[float], float]) -> None:
    """Draws the mean of each cell, or how many of its numbers are 1, with the number of numbers behind it.

    Args:
        axes: where to draw.
        cells: by row and column.
        words: what the numbers are.
        shares: whether every number is 0 or 1.
        shown: how their mean is shown otherwise.
    """
    rows = in_order((row for row, _ in cells), {**ARCHITECTURES, **METHODS})
    columns = in_order((column for _, column in cells), METHODS)
    means = {at: float(np.mean(values)) for at, values in cells.items() if len(values)}
    low, high = (0.0, 1.0) if shares else (min(means.values()), max(means.values()))
    for at, values in cells.items():
        x, y = columns.index(at[1]), rows.index(at[0])
        level = (means[at] - low) / (high - low) if at in means and high > low else 0.0
        box = Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=BLUES(0.85 * level), edgecolor="#cbd5e1", lw=0.5)
        axes.add_patch(box)
        counted = (
            f"{sum(values):.0f}/{len(values)}" if shares else f"{shown(means.get(at, np.nan)):.2g}\nn={len(values)}"
        )
        axes.text(
            x,
            y,
            counted if len(values) else "–",
            ha="center",
            va="center",
            fontsize=8.5,
            color="white" if level > 0.62 else INK,
        )
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), labels=[column.replace("-", "\n") for column in columns], fontsize=8)
    axes.set_yticks(range(len(rows)), labels=rows)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.set_xlabel(words)
