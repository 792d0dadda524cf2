"""From a matplotlib figure to a small, reproducible SVG that can stand inside a page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from html import escape
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, GREY, BLUE, ORANGE, GREEN, PURPLE = "#334155", "#94a3b8", "#0072b2", "#d55e00", "#009e73", "#aa4499"
"""Text and lines; the four hues are told apart with every common form of colour blindness."""

VERDICTS = {
    "supported": "#00664f",
    "weaker than claimed": "#0b5f99",
    "contradicted": "#9c3c00",
    "mixed": "#6f3f86",
    **dict.fromkeys(("inconclusive", "invalid", "not run"), "#525c6b"),
}
"""The colours of the page's badges."""

WIDTH = 4.6
"""Inches: readable on a telephone."""

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e2e8f0",
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "lines.linewidth": 1.6,
}

_DATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_CLIP = re.compile(r'<clipPath id="(\w+)"')
_GROUP = re.compile(r'<g id="[^"]*"')


@contextmanager
def style(salt: str) -> Iterator[None]:
    """Applies the look of the report's figures; `salt` makes the ids in the SVG reproducible."""
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": salt}):
        yield


def panels(rows: int = 1, columns: int = 1, height: float = 3.0, **options: Any) -> tuple[Figure, list[Axes]]:
    """Returns a figure of the usual width and its axes row by row."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, list(axes.ravel())


def to_svg(figure: Figure, title: str) -> str:
    """Renders a figure as one inline SVG element that scales with its column.

    Args:
        figure: drawn under `style`.
        title: what a screen reader says.
    """
    sink = io.StringIO()
    figure.savefig(sink, format="svg", transparent=True, metadata={"Date": None})
    text = sink.getvalue()
    text = text[text.index("<svg") :]
    text = _renamed(_GROUP.sub("<g", _DATA.sub("", text)))
    head, body = text.split(">", 1)
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    look = ' role="img" style="width:100%;max-width:560px;height:auto"'
    return f"{head}{look}><title>{escape(title)}</title>{body}".rstrip()


def _renamed(text: str) -> str:
    """Numbers the areas that drawings are clipped to, in their order.

    Their own names are digests of coordinates down to the last bit, which the layout's solver does not repeat.
    """
    salt = sha256(str(matplotlib.rcParams["svg.hashsalt"]).encode()).hexdigest()[:8]
    for number, name in enumerate(dict.fromkeys(_CLIP.findall(text))):
        text = text.replace(name, f"c{salt}-{number}")
    return text
