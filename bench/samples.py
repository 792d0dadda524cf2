"""Pictures of samples: grids of images, scatter plots of points; deterministic PNG bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TILE_PIXELS = 48
"""Images are enlarged by a whole factor to at least this size."""

GAP_PIXELS = 2
NOT_FINITE_GREY = 128
REAL_COLOUR, FAKE_COLOUR = "#9aa5b1", "#c2410c"
PLOT_INCHES = 2.4
BINS = 60


def image_grid(images: Tensor, columns: int) -> bytes:
    """Returns a PNG with the images row by row.

    Args:
        images: (n, c, h, w) in [-1, 1], c being 1 or 3; values that are not finite come out grey.
        columns: images per row.
    """
    from PIL import Image

    tiles = _to_pixels(images)
    n, height, width, channels = tiles.shape
    rows = -(-n // columns)
    cell = height + GAP_PIXELS, width + GAP_PIXELS
    sheet = np.full((rows * cell[0] - GAP_PIXELS, columns * cell[1] - GAP_PIXELS, channels), 255, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = index // columns * cell[0], index % columns * cell[1]
        sheet[top : top + height, left : left + width] = tile
    buffer = io.BytesIO()
    Image.fromarray(sheet[:, :, 0] if channels == 1 else sheet).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def point_plot(real: Tensor, fake: Tensor) -> bytes:
    """Returns a PNG with generated points (n, d) over real ones (m, d).

    Points on the line become densities; of points in space the first two coordinates are shown.
    """
    figure, (axes,) = _figure(1, scale=1.6)
    _points(axes, real, fake)
    return _png(figure)


def point_plots(real: Tensor, fake_by_step: Mapping[int, Tensor]) -> bytes:
    """Returns a PNG with one small plot per step, in the order given."""
    figure, panels = _figure(len(fake_by_step))
    for axes, (step, fake) in zip(panels, fake_by_step.items(), strict=True):
        _points(axes, real, fake)
        axes.set_title(f"step {step:,}", fontsize=8)
    return _png(figure)


def _to_pixels(images: Tensor) -> np.ndarray:
    """(n, c, h, w) floats -> (n, h, w, c) bytes, enlarged to at least TILE_PIXELS."""
    pixels = ((images + 1) * 127.5).round().clamp(0, 255)
    pixels = torch.where(torch.isfinite(images), pixels, NOT_FINITE_GREY).to(torch.uint8)
    factor = -(-TILE_PIXELS // images.shape[-1])
    enlarged = pixels.repeat_interleave(factor, dim=2).repeat_interleave(factor, dim=3)
    return enlarged.permute(0, 2, 3, 1).numpy()


def _figure(panels: int, scale: float = 1.0) -> tuple[Figure, list[Axes]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    side = PLOT_INCHES * scale
    figure = Figure(figsize=(side * panels, side), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, [figure.add_subplot(1, panels, k + 1) for k in range(panels)]


def _points(axes: Axes, real: Tensor, fake: Tensor) -> None:
    fake = fake[torch.isfinite(fake).all(dim=1)]
    draw = _densities if real.shape[1] == 1 else _scatter
    draw(axes, real, fake, 1.3 * float(real.abs().max()))


def _densities(axes: Axes, real: Tensor, fake: Tensor, reach: float) -> None:
    edges = np.linspace(-reach, reach, BINS + 1)
    for points, fill, colour in ((real, True, REAL_COLOUR), (fake, False, FAKE_COLOUR)):
        # Counted by hand: points beyond the axis belong to the total, and there may be none at all.
        heights = np.histogram(points[:, 0].numpy(), edges)[0] / (max(1, len(points)) * np.diff(edges))
        axes.stairs(heights, edges, fill=fill, color=colour)
    axes.set(xlim=(-reach, reach), yticks=[])


def _scatter(axes: Axes, real: Tensor, fake: Tensor, reach: float) -> None:
    axes.scatter(real[:, 0], real[:, 1], s=4, color=REAL_COLOUR, linewidths=0)
    axes.scatter(fake[:, 0], fake[:, 1], s=3, color=FAKE_COLOUR, linewidths=0)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[], aspect="equal")


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    return buffer.getvalue()
