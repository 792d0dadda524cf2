"""What a data set must hand over, checked before it is written: type, shape, size and finiteness of its arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

import numpy as np

from bench.datasets import Arrays, Stream
from bench.errors import UserError


def checked(name: str, arrays: object, image_size: int) -> Arrays:
    """Returns arrays that are fit to be stored: images uint8, points cast to float32, labels to int64.

    Args:
        name: the data set, for messages.
        arrays: what it handed over.
        image_size: side of its images; 0 for points.

    Raises:
        UserError: for a wrong type or shape, an empty part, points that are not finite, or labels that do not fit.
    """
    what = f"Data set {name!r}"
    if not isinstance(arrays, Arrays):
        raise _refusal(f"{what}, arrays", arrays, "bench.datasets.Arrays")
    train, test = (
        _images(f"{what}, {part}", samples, image_size) if image_size else _points(f"{what}, {part}", samples)
        for part, samples in (("train", arrays.train), ("test", arrays.test))
    )
    if test.shape[1:] != train.shape[1:]:
        raise _refusal(f"{what}, test", test, f"samples of shape {train.shape[1:]}, as in train")
    return arrays._replace(
        train=train,
        train_labels=_labels(f"{what}, train_labels", arrays.train_labels, len(train)),
        test=test,
        test_labels=_labels(f"{what}, test_labels", arrays.test_labels, len(test)),
    )


def _images(what: str, images: object, side: int) -> np.ndarray | Stream:
    if isinstance(images, Stream) and _is_image_shape(images.shape, side):
        return Stream(images.shape, lambda: _batches(what, images))
    if _is_array(images, "u1") and _is_image_shape(images.shape, side):
        return images
    raise _refusal(what, images, f"uint8 of shape (n, 1 or 3, {side}, {side}) with n at least 1")


def _is_image_shape(shape: tuple[int, ...], side: int) -> bool:
    return len(shape) == 4 and shape[0] > 0 and shape[1] in (1, 3) and shape[2:] == (side, side)


def _batches(what: str, stream: Stream) -> Iterator[np.ndarray]:
    """Passes on a stream's batches, each of which must be what its shape promises."""
    count = 0
    for batch in stream.batches():
        if not _is_array(batch, "u1") or batch.shape[1:] != stream.shape[1:]:
            raise _refusal(f"{what}, a batch", batch, f"uint8 images of shape {stream.shape[1:]}")
        count += len(batch)
        yield batch
    if count != len(stream):
        raise UserError(f"{what}: got {count} images in all its batches, expected {len(stream)}, as its shape says.")


def _points(what: str, points: object) -> np.ndarray:
    expected = "finite float32 of shape (n, dimension) with n at least 1"
    if not _is_array(points, "f") or points.ndim != 2 or not points.size:
        raise _refusal(what, points, expected)
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, and is refused
        single = points.astype(np.float32, copy=False)
    wrong = np.count_nonzero(~np.isfinite(single))
    if wrong:
        raise UserError(f"{what}: got {wrong} numbers that are not finite as float32, expected {expected}.")
    return single


def _labels(what: str, labels: object, count: int) -> np.ndarray:
    if _is_array(labels, "i", "u") and labels.shape == (count,):
        return labels.astype(np.int64, copy=False)
    raise _refusal(what, labels, f"integers of shape ({count},), one label for each sample (-1 where it has none)")


def _is_array(value: object, *kinds: str) -> TypeGuard[np.ndarray]:
    """Whether it is an array of one of the kinds of numpy: "f", "i", "u", or with a number of bytes, as "u1"."""
    return isinstance(value, np.ndarray) and value.dtype.str[1:].startswith(kinds)


def _refusal(what: str, came: object, expected: str) -> UserError:
    described = f"{came.dtype} of shape {came.shape}" if isinstance(came, np.ndarray) else type(came).__name__
    if isinstance(came, Stream):
        described = f"a stream of shape {came.shape}"
    return UserError(f"{what}: got {described}, expected {expected}.")
