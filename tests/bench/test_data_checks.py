"""What a data set hands over is checked before anything of it is stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench import data
from bench.catalogue import DATASETS
from bench.data import prepare, stored
from bench.datasets import Arrays, Dataset, Stream
from bench.datasets.checks import checked
from bench.errors import UserError
from bench.spec import DataSpec

IMAGES, LABELS = np.zeros((3, 1, 16, 16), np.uint8), np.zeros(3, np.int64)
POINTS = np.zeros((3, 2), np.float32)
NOT_FINITE = np.array([[0.0, np.nan], [1e300, 0.0], [np.inf, 1.0]])
SHAPE = r"expected uint8 of shape \(n, 1 or 3, 16, 16\) with n at least 1"
FINITE = r"expected finite float32 of shape \(n, dimension\) with n at least 1"


def handed_over(samples: object, **others: object) -> Arrays:
    """The same samples with labels 0 in both parts, but for what is given."""
    parts = {"train": samples, "train_labels": LABELS, "test": samples, "test_labels": LABELS}
    return Arrays(**{**parts, **others})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("samples", "came"),
    [
        (IMAGES.astype(np.float32), r"float32 of shape \(3, 1, 16, 16\)"),
        (IMAGES.astype(np.uint16), r"uint16 of shape \(3, 1, 16, 16\)"),
        (IMAGES[:, 0], r"uint8 of shape \(3, 16, 16\)"),
        (IMAGES.repeat(2, axis=1), r"uint8 of shape \(3, 2, 16, 16\)"),
        (IMAGES[..., :8], r"uint8 of shape \(3, 1, 16, 8\)"),
        (IMAGES[:0], r"uint8 of shape \(0, 1, 16, 16\)"),
        (Stream((3, 3, 8, 8), lambda: iter(())), r"a stream of shape \(3, 3, 8, 8\)"),
        ([0], "list"),
    ],
)
def test_images_must_be_square_bytes(samples: object, came: str) -> None:
    """Another type, side or number of channels, or none at all, in one line with what came and what is expected."""
    with pytest.raises(UserError, match=f"^Data set 'mine', train: got {came}, {SHAPE}.$"):
        checked("mine", handed_over(samples), 16)


@pytest.mark.parametrize(
    ("samples", "came"),
    [
        (POINTS[:, 0], r"float32 of shape \(3,\)"),
        (POINTS[:0], r"float32 of shape \(0, 2\)"),
        (POINTS.astype(np.complex64), r"complex64 of shape \(3, 2\)"),
        (IMAGES, r"uint8 of shape \(3, 1, 16, 16\)"),
        (NOT_FINITE, "3 numbers that are not finite as float32"),
    ],
)
def test_points_must_be_finite_rows(samples: object, came: str) -> None:
    """Another type or number of axes, no points, and numbers that are not finite or too large for float32."""
    with pytest.raises(UserError, match=f"^Data set 'mine', train: got {came}, {FINITE}.$"):
        checked("mine", handed_over(samples), 0)


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (
            {"test": POINTS[:, :1]},
            r"test: got float32 of shape \(3, 1\), expected samples of shape \(2,\), as in train",
        ),
        ({"test": POINTS[:0]}, rf"test: got float32 of shape \(0, 2\), {FINITE}"),
        ({"train_labels": LABELS[:2]}, r"train_labels: got int64 of shape \(2,\), expected integers of shape \(3,\)"),
        ({"test_labels": LABELS / 2}, r"test_labels: got float64 of shape \(3,\), expected integers of shape \(3,\)"),
        ({"test_labels": None}, r"test_labels: got NoneType, expected integers of shape \(3,\)"),
    ],
)
def test_parts_must_fit_each_other(others: dict[str, object], message: str) -> None:
    """The held-out part looks like the training part, and every sample has one integer label."""
    with pytest.raises(UserError, match=f"^Data set 'mine', {message}"):
        checked("mine", handed_over(POINTS, **others), 0)


def test_harmless_types_are_cast() -> None:
    """Points become float32 and labels int64; values stay."""
    found = checked("mine", handed_over(np.full((3, 2), 0.5), train_labels=np.array([0, 1, 255], np.uint8)), 0)
    assert found.train.dtype == np.float32 and (found.train == 0.5).all()
    assert found.train_labels.dtype == np.int64 and found.train_labels.tolist() == [0, 1, 255]


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([IMAGES[:2]], "got 2 images in all its batches, expected 3, as its shape says"),
        ([IMAGES, IMAGES], "got 6 images in all its batches, expected 3"),
        ([IMAGES / 255], r"a batch: got float64 .* expected uint8 images of shape \(1, 16, 16\)"),
        ([IMAGES[..., :8]], r"a batch: got uint8 of shape \(3, 1, 16, 8\), expected uint8 images"),
    ],
)
def test_streams_must_keep_their_promise(
    batches: list[np.ndarray], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of another kind, or another number of images than the shape says, leave neither array nor card."""
    made = handed_over(Stream(IMAGES.shape, lambda: iter(batches)))
    monkeypatch.setattr(data, "source_of", lambda spec: Dataset(lambda size, downloads: made, licence="none"))
    with pytest.raises(UserError, match=message):
        prepare(DataSpec("digits", 16), tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_prepare_checks_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data set of doubles is stored as float32; one of floating-point images is refused and nothing is written."""
    monkeypatch.setattr(data, "source_of", lambda spec: Dataset(lambda size, downloads: made, licence="none"))
    made = handed_over(IMAGES / 255)
    with pytest.raises(UserError, match=r"Data set 'digits', train: got float64"):
        prepare(DataSpec("digits", 16), tmp_path)
    assert not list(tmp_path.iterdir())
    made = handed_over(np.full((3, 2), 0.5))
    prepare(DataSpec("gaussians8"), tmp_path)
    assert stored(DataSpec("gaussians8"), "train", tmp_path).tolist() == [[0.5, 0.5]] * 3


def test_what_is_no_data_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that returns no Dataset, and one whose arrays are a plain tuple."""
    monkeypatch.setattr(DATASETS, "builder", lambda name: lambda: None)
    with pytest.raises(UserError, match="The function 'digits' returned None; it must return a Dataset"):
        prepare(DataSpec("digits", 16), tmp_path)
    with pytest.raises(UserError, match=r"'mine', arrays: got tuple, expected bench\.datasets\.Arrays"):
        checked("mine", (POINTS, LABELS, POINTS, LABELS), 0)
