"""Image sets that come as one NumPy archive: CIFAR-10 (or whole from torchvision), LFW and Olivetti faces."""

from __future__ import annotations

import lzma
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.datasets import Arrays, Dataset
from bench.datasets.places import find, given_folder, missing, require
from bench.datasets.resizing import resize
from bench.errors import UserError

CIFAR10_FOLDER, CIFAR10_SUBSET = "cifar-10-batches-py", "cifar10_subset.npz"
CIFAR10_VERSIONS = {CIFAR10_FOLDER: "CIFAR-10, complete (50k/10k)", CIFAR10_SUBSET: "CIFAR-10 subset (20k/5k)"}


def cifar10() -> Dataset:
    """Colour photographs 32x32 of ten classes, 50,000 + 10,000 or a subset of 20,000 + 5,000; averaged or enlarged.

    Paper: Krizhevsky (2009), Learning Multiple Layers of Features from Tiny Images
    The whole set is preferred where both are there; the card says which it is. Scores
    against the subset are not comparable with published ones. A results folder holds one of
    the two: what is prepared from one is not used where the other is found.
    """
    found = find(CIFAR10_FOLDER, CIFAR10_SUBSET)
    version = CIFAR10_VERSIONS[found.name] if found else ""

    def arrays(image_size: int, downloads: Path) -> Arrays:
        if found is not None and found.name == CIFAR10_SUBSET:
            names = ("train_images", "train_labels", "test_images", "test_labels")
            return _channels_first(_read(found, *names), image_size, version)
        whole = [array for train in (True, False) for array in _torchvision_cifar10(downloads, train=train)]
        return _channels_first(whole, image_size, CIFAR10_VERSIONS[CIFAR10_FOLDER])

    licence = "none stated by the authors (A. Krizhevsky, University of Toronto)"
    return Dataset(arrays, licence, accuracy_floor=0.45, version=version)


def lfw_faces() -> Dataset:
    """Grey faces 64x64 from press photographs, aligned, 12,090 + 1,143 of 5,749 people; averaged.

    Paper: Huang et al. (2007), Labeled Faces in the Wild: A Database for Studying Face Recognition
    Stands in for CelebA, whose agreement forbids copies: grey, fewer and less uniform
    pictures. No person is in both parts.
    """

    def arrays(image_size: int, downloads: Path) -> Arrays:
        del downloads
        file = require("the LFW faces", "lfw_faces_gray64.npz")
        train, test = (resize(images[:, None], image_size) for images in _read(file, "train_images", "test_images"))
        return Arrays(train, _unlabelled(train), test, _unlabelled(test), "LFW, grey; stands in for CelebA")

    licence = "research use only; press photographs whose rights stay with their owners (no licence stated)"
    return Dataset(arrays, licence, accuracy_floor=0.95, task="rotations")


def olivetti_faces() -> Dataset:
    """Grey faces 64x64 of 40 people, ten each, one camera; the last of each ten is held out; averaged.

    Paper: Samaria and Harter (1994), Parameterisation of a Stochastic Model for Human Face Identification
    For quick runs: 40 held-out images are too few for distances between features.
    """

    def arrays(image_size: int, downloads: Path) -> Arrays:
        del downloads
        images, person = _read(require("the Olivetti faces", "olivetti_faces.npz"), "images", "person")
        images, person = resize(images[:, None], image_size), person.astype(np.int64)
        held_out = np.arange(len(images)) % 10 == 9
        return Arrays(images[~held_out], person[~held_out], images[held_out], person[held_out])

    licence = "none stated; AT&T Laboratories Cambridge ask to be credited"
    return Dataset(arrays, licence, accuracy_floor=0.95, task="rotations")


def _channels_first(arrays: Sequence[np.ndarray], image_size: int, note: str) -> Arrays:
    """From images (n, h, w, 3) and labels of the training part, then of the held-out one."""
    train, train_labels, test, test_labels = arrays
    small = [resize(images.transpose(0, 3, 1, 2), image_size) for images in (train, test)]
    return Arrays(small[0], train_labels.astype(np.int64), small[1], test_labels.astype(np.int64), note)


def _torchvision_cifar10(downloads: Path, *, train: bool) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 32, 32, 3) and labels, their files checked by torchvision; downloaded where no folder is given."""
    from torchvision.datasets import CIFAR10

    given = given_folder()
    if given is not None and find(CIFAR10_FOLDER) is None:
        raise missing("CIFAR-10", f"{CIFAR10_FOLDER} and no {CIFAR10_SUBSET}")
    try:
        found: Any = CIFAR10(str(given or downloads), train=train, download=given is None)
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise UserError(
            f"CIFAR-10 cannot be read or downloaded ({reason}). Set GANCLAIMS_DATA to a folder with "
            f"{CIFAR10_FOLDER} or {CIFAR10_SUBSET}."
        ) from error
    return found.data, np.array(found.targets)


def _read(file: Path, *names: str) -> list[np.ndarray]:
    """Reads arrays of an archive, whose zip container has a checksum for each."""
    try:
        with file.open("rb") as content, np.load(content, allow_pickle=False) as archive:
            return [archive[name] for name in names]
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, lzma.LZMAError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"{file} is damaged or not the archive expected ({reason}). Fetch it again.") from error


def _unlabelled(images: np.ndarray) -> np.ndarray:
    return np.full(len(images), -1, dtype=np.int64)
