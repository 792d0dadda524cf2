"""What the figures of claims share: marks, and labels beside them."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from report.plotting import INK

DASHED: dict[str, Any] = {"color": INK, "linestyle": (0, (4, 3)), "linewidth": 1.2, "zorder": 3}
"""What the claim expects."""

DOTS: dict[str, Any] = {"s": 14, "linewidths": 0, "zorder": 2}
"""What was found."""


def label(
    axes: Axes, at: tuple[float, float], text: str, colour: str, shift: tuple[float, float], ha: str, **options: Any
) -> None:
    """Writes a label beside a point, shifted by points of print."""
    axes.annotate(text, at, xytext=shift, textcoords="offset points", color=colour, ha=ha, **options)
