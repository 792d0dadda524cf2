"""Large sets of photographs, read where torchvision keeps them and never downloaded: CelebA, LSUN bedrooms, STL-10.

Each image is cut to its centre square and every pixel becomes the mean of its
area. Images pass from the source to the prepared file in small batches.
"""

from __future__ import annotations

import importlib
import io
import itertools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.datasets import Arrays, Dataset, Stream
from bench.datasets.places import require
from bench.datasets.resizing import open_image, squares
from bench.errors import UserError

if TYPE_CHECKING:
    from PIL.Image import Image

UNMEASURED_FLOOR = 0.5
"""Least accuracy at telling four rotations apart (chance 0.25) for sets on which it was not measured here."""

LSUN_HELD_OUT = 10_000
STL10_SHAPE = (3, 96, 96)
STL10_IMAGES = {"unlabeled_X.bin": 100_000, "test_X.bin": 8_000}
"""Published number of images in each file (Coates et al. 2011)."""


def celeba() -> Dataset:
    """Colour faces 178x218 of celebrities, 162,770 + 19,962 images (training and test part); centre square.

    Paper: Liu et al. (2015), Deep Learning Face Attributes in the Wild
    """
    licence = "non-commercial research only; no part may be copied or distributed (CelebA agreement)"
    return Dataset(_celeba_arrays, licence, accuracy_floor=UNMEASURED_FLOOR, task="rotations")


def lsun_bedroom(*, n_train: int = 3_000_000) -> Dataset:
    """Colour photographs of bedrooms, shorter side 256, of 3,033,042; centre square.

    Paper: Yu et al. (2015), Construction of a Large-scale Image Dataset using Deep Learning with Humans in the Loop
    The first 10,000 (at most a tenth) in the order of their keys are held out, since the published
    validation part has 300.

    Args:
        n_train: most training images, the next in the order of their keys.
    """

    def arrays(image_size: int, downloads: Path) -> Arrays:
        del downloads
        folder = require("the LSUN bedrooms", "bedroom_train_lmdb")
        total = _lmdb_count(folder)
        held_out = min(LSUN_HELD_OUT, total // 10)
        cuts = (held_out, min(total, held_out + n_train)), (0, held_out)
        train, test = (_lsun_stream(folder, image_size, first=first, last=last) for first, last in cuts)
        return Arrays(train, _unlabelled(train), test, _unlabelled(test))

    licence = "none stated by the authors; research use (photographs found on the web)"
    return Dataset(arrays, licence, accuracy_floor=UNMEASURED_FLOOR, task="rotations")


def stl10() -> Dataset:
    """Colour photographs 96x96: the 100,000 unlabelled ones to train on, the 8,000 of the test part held out.

    Paper: Coates et al. (2011), An Analysis of Single-Layer Networks in Unsupervised Feature Learning
    """
    licence = "none stated by the authors; research use (photographs from ImageNet)"
    return Dataset(_stl10_arrays, licence, accuracy_floor=UNMEASURED_FLOOR, task="rotations")


def _celeba_arrays(image_size: int, downloads: Path) -> Arrays:
    del downloads
    images = require("CelebA", "celeba/img_align_celeba")
    parts = _celeba_parts(require("CelebA", "celeba/list_eval_partition.txt"))
    train, test = (_file_stream([images / name for name in parts[part]], image_size) for part in ("0", "2"))
    return Arrays(train, _unlabelled(train), test, _unlabelled(test))


def _celeba_parts(partition: Path) -> dict[str, list[str]]:
    """File names by part: "0" training, "1" validation, "2" test."""
    parts: dict[str, list[str]] = {"0": [], "1": [], "2": []}
    for number, line in enumerate(partition.read_text().splitlines(), start=1):
        words = line.split()
        if len(words) != 2 or words[1] not in parts:
            raise UserError(f"{partition}, line {number}: expected a file name and 0, 1 or 2; got {line!r}.")
        parts[words[1]].append(words[0])
    return parts


def _file_stream(files: Sequence[Path], image_size: int) -> Stream:
    def batches() -> Iterator[np.ndarray]:
        return squares((open_image(file, file) for file in files), image_size)

    return Stream((len(files), 3, image_size, image_size), batches)


def _stl10_arrays(image_size: int, downloads: Path) -> Arrays:
    del downloads
    train, test = (_stl10_stream(require("STL-10", f"stl10_binary/{name}"), image_size) for name in STL10_IMAGES)
    return Arrays(train, _unlabelled(train), test, _unlabelled(test))


def _stl10_stream(file: Path, image_size: int) -> Stream:
    """The file holds images as bytes, channel by channel, each in columns."""
    expected, found = STL10_IMAGES[file.name] * math.prod(STL10_SHAPE), file.stat().st_size
    if found != expected:
        raise UserError(f"{file} is damaged (it has {found} bytes, the published file {expected}). Fetch it again.")
    columns = np.memmap(file, np.uint8, mode="r").reshape(-1, *STL10_SHAPE)

    def photographs() -> Iterator[Image]:
        from PIL import Image

        return (Image.fromarray(np.ascontiguousarray(image.transpose(2, 1, 0))) for image in columns)

    return Stream((len(columns), 3, image_size, image_size), lambda: squares(photographs(), image_size))


def _lsun_stream(folder: Path, image_size: int, *, first: int, last: int) -> Stream:
    def photographs() -> Iterator[Image]:
        with _open_lmdb(folder) as database, database.begin() as reading:
            for key, content in itertools.islice(reading.cursor(), first, last):
                yield open_image(io.BytesIO(content), f"{folder}, entry {key.decode()}")

    return Stream((last - first, 3, image_size, image_size), lambda: squares(photographs(), image_size))


def _lmdb_count(folder: Path) -> int:
    with _open_lmdb(folder) as database:
        return database.stat()["entries"]


def _open_lmdb(folder: Path) -> Any:
    try:
        lmdb = importlib.import_module("lmdb")
    except ImportError as error:
        raise UserError("LSUN is kept in an LMDB database; pip install lmdb to read it.") from error
    try:
        return lmdb.open(str(folder), readonly=True, lock=False, readahead=False, meminit=False)
    except lmdb.Error as error:
        raise UserError(f"{folder} cannot be opened ({error}). Fetch it again.") from error


def _unlabelled(images: Stream) -> np.ndarray:
    return np.full(len(images), -1, dtype=np.int64)
