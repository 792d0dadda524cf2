"""How images are brought to size: averages of whole blocks downwards, bilinear upwards, areas for photographs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from bench.errors import UserError

if TYPE_CHECKING:
    from PIL.Image import Image

BATCH = 10_000
PHOTOGRAPHS = 256
"""Photographs brought to size between two writes."""


def resize(images: np.ndarray, image_size: int, *, before: Callable[[Tensor], Tensor] | None = None) -> np.ndarray:
    """Brings square images to another side that divides their own, or is divided by it.

    Args:
        images: uint8, (n, c, h, h).
        image_size: the side wanted.
        before: applied to each batch of float images first.

    Returns:
        uint8, (n, c, image_size, image_size).
    """
    batches = (batch.float() for batch in torch.from_numpy(images.copy()).split(BATCH))
    return np.concatenate([to_uint8(_resize(before(batch) if before else batch, image_size)) for batch in batches])


def to_uint8(images: Tensor) -> np.ndarray:
    """Rounds images of 0..255."""
    return images.round().clamp(0, 255).to(torch.uint8).numpy()


def square(image: Image, image_size: int) -> np.ndarray:
    """Returns a photograph's centre square, uint8 (3, image_size, image_size), each pixel the mean of its area."""
    from PIL.Image import Resampling

    side = min(image.size)
    left, top = ((length - side) // 2 for length in image.size)
    box = (left, top, left + side, top + side)
    small = image.resize((image_size, image_size), Resampling.BOX, box=box)
    return np.asarray(small).transpose(2, 0, 1)


def squares(images: Iterable[Image], image_size: int) -> Iterator[np.ndarray]:
    """Yields batches (n, 3, image_size, image_size) of centre squares."""
    batch: list[np.ndarray] = []
    for image in images:
        batch.append(square(image, image_size))
        if len(batch) == PHOTOGRAPHS:
            yield np.stack(batch)
            batch = []
    if batch:
        yield np.stack(batch)


def open_image(file: BinaryIO | Path, name: object) -> Image:
    """Returns a decoded image in colour.

    Raises:
        UserError: when it cannot be read; `name` says which.
    """
    from PIL import Image

    try:
        with Image.open(file) as image:
            return image.convert("RGB")
    except OSError as error:
        raise UserError(f"{name} cannot be read as an image ({error}). Fetch it again.") from error


def _resize(batch: Tensor, image_size: int) -> Tensor:
    side = batch.shape[-1]
    if image_size <= side:
        return avg_pool2d(batch, side // image_size)
    return interpolate(batch, size=image_size, mode="bilinear")
