"""Pictures of samples."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from bench import pictures
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


def test_points_on_the_line_become_densities() -> None:
    """Generated points that are all beyond the axis, or not finite, leave the plot of the real ones alone."""
    rng = torch.Generator().manual_seed(0)
    real = torch.randn(500, 1, generator=rng)
    nothing, far = torch.full((10, 1), float("nan")), torch.full((10, 1), 1e9)
    assert point_plot(real, nothing) == point_plot(real, far) != point_plot(real, real)
    assert (pixels(point_plot(real, real))[..., :3] == np.array([0x9A, 0xA5, 0xB1])).all(axis=2).sum() > 1000


def test_completions_are_shown_between_their_half_and_the_truth() -> None:
    """Eight rows: a grey right half, six completions, the true image; in `progress` one completion of each half."""
    truth = torch.linspace(-1, 1, 8)[:, None, None, None].repeat(1, 1, 48, 48)
    networks = SimpleNamespace(
        generator=lambda latents, images: torch.where(torch.arange(48) < 24, images, 1.0),
        architecture=SimpleNamespace(conditional=True, latent_dim=2),
    )
    sources: Any = SimpleNamespace(kind="images", splits={"test": truth}, protocol=SimpleNamespace(split="test"))
    spec: Any = SimpleNamespace(data_id="made-up", seed=0)
    shown = pictures.fixed_samples(spec, networks, sources, device="cpu")
    sheet, cell = pixels(pictures.last(sources, networks, shown)), 48 + GAP_PIXELS
    assert sheet.shape == (8 * cell - GAP_PIXELS, 8 * cell - GAP_PIXELS)
    expected = ((truth[:, 0, 0, 0] + 1) * 127.5).round().tolist()
    left, right = sheet[::cell, ::cell], sheet[::cell, 47::cell]
    assert left.tolist() == [[value] * 8 for value in expected]
    assert right.tolist() == [[NOT_FINITE_GREY, *[255] * 6, value] for value in expected]
    progress = pixels(pictures.progress(sources, networks, {0: shown, 5: shown}))
    assert progress[::cell, ::cell].tolist() == [expected, expected]
