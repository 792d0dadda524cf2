"""Pictures of samples."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from bench.samples import GAP_PIXELS, NOT_FINITE_GREY, image_grid, point_plot, point_plots


def pixels(png: bytes) -> np.ndarray:
    """The picture as an array."""
    return np.asarray(Image.open(io.BytesIO(png)))


def test_images_are_laid_out_row_by_row_and_enlarged() -> None:
    """Three 16x16 images in two columns, each 48x48, in order; what is not finite is grey."""
    images = torch.stack([torch.full((1, 16, 16), value) for value in (-1.0, 1.0, float("nan"))])
    sheet = pixels(image_grid(images, columns=2))
    assert sheet.shape == (2 * 48 + GAP_PIXELS, 2 * 48 + GAP_PIXELS)
    below = 48 + GAP_PIXELS
    assert (sheet[0, 0], sheet[0, below], sheet[below, 0]) == (0, 255, NOT_FINITE_GREY)


@pytest.mark.parametrize(("channels", "size", "shape"), [(3, 32, (64, 64, 3)), (1, 64, (64, 64))])
def test_colour_and_large_images(channels: int, size: int, shape: tuple[int, ...]) -> None:
    """Colour stays colour; 64 pixels are large enough."""
    assert pixels(image_grid(torch.zeros(1, channels, size, size), columns=1)).shape == shape


def test_point_plots_are_repeatable_pictures() -> None:
    """Same points, same bytes; points that are not finite are left out."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 30, 2, generator=rng)
    fake[0, 0] = float("nan")
    assert point_plot(real, fake) == point_plot(real, fake)
    assert pixels(point_plots(real, {0: fake, 5: real})).shape[1] > pixels(point_plots(real, {0: fake})).shape[1]
