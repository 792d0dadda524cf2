"""Handwritten digits and what is built like them: 8x8 digits, MNIST, Fashion-MNIST, stacked MNIST."""

from __future__ import annotations

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import interpolate, pad

from bench.datasets import Arrays, Dataset
from bench.datasets.places import given_folder
from bench.datasets.resizing import resize, to_uint8
from bench.errors import UserError
from bench.spec import seed_for

STACKED_HELD_OUT = 10_000
STACKED_DIGITS = 3

_MNIST_LICENCE = "CC BY-SA 3.0 as commonly stated (Y. LeCun, C. Cortes)"


def digits() -> Dataset:
    """Handwritten digits 8x8, 1,797 images, bundled with scikit-learn; enlarged bilinearly.

    Paper: Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits (UCI)
    Every fifth image is held out.
    """

    def arrays(image_size: int, downloads: Path) -> Arrays:
        from sklearn.datasets import load_digits

        del downloads
        bunch = load_digits()
        grey = torch.from_numpy(bunch.images / 16.0 * 255.0).float()[:, None]
        images = to_uint8(interpolate(grey, size=image_size, mode="bilinear"))
        labels = bunch.target.astype(np.int64)
        held_out = np.arange(len(images)) % 5 == 4
        return Arrays(images[~held_out], labels[~held_out], images[held_out], labels[held_out])

    return Dataset(arrays, "CC BY 4.0 (UCI Machine Learning Repository)", accuracy_floor=0.95)


def mnist() -> Dataset:
    """Handwritten digits 28x28, 60,000 + 10,000 images; padded to 32x32, then averaged or enlarged.

    Paper: LeCun et al. (1998), Gradient-Based Learning Applied to Document Recognition
    """
    return Dataset(
        lambda size, downloads: Arrays(*_mnist("MNIST", size, downloads)), _MNIST_LICENCE, accuracy_floor=0.97
    )


def fashion_mnist() -> Dataset:
    """Clothing 28x28, 60,000 + 10,000 images; padded to 32x32, then averaged or enlarged.

    Paper: Xiao et al. (2017), Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms
    """
    return Dataset(
        lambda size, downloads: Arrays(*_mnist("FashionMNIST", size, downloads)),
        "MIT (Zalando SE)",
        accuracy_floor=0.85,
    )


def stacked_mnist(*, n_train: int = 50_000) -> Dataset:
    """Three random MNIST digits as the three channels of one image: 1,000 modes, labels 0 to 999.

    Paper: Metz et al. (2017), Unrolled Generative Adversarial Networks
    Training images are stacked from training digits, 10,000 held-out ones from held-out digits.

    Args:
        n_train: number of training images.
    """

    def arrays(image_size: int, downloads: Path) -> Arrays:
        train, train_labels, test, test_labels = _mnist("MNIST", image_size, downloads)
        rng = np.random.default_rng(seed_for("dataset", "stacked_mnist"))
        held_out = _stacked(test, test_labels, STACKED_HELD_OUT, rng)
        return Arrays(*_stacked(train, train_labels, n_train, rng), *held_out)

    return Dataset(arrays, _MNIST_LICENCE, accuracy_floor=0.97, task="channels", mode_classes=10**STACKED_DIGITS)


def _stacked(images: np.ndarray, labels: np.ndarray, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws n stacks (n, 3, h, w) and their labels, the three digits read as one number."""
    picks = rng.integers(len(images), size=(n, STACKED_DIGITS))
    powers = 10 ** np.arange(STACKED_DIGITS - 1, -1, -1)
    return images[:, 0][picks], labels[picks] @ powers


_MNIST_MD5 = {
    "MNIST": {
        "train-images-idx3-ubyte": ("f68b3c2dcbeaaa9fbdd348bbdeb94873", "6bbc9ace898e44ae57da46a324031adb"),
        "train-labels-idx1-ubyte": ("d53e105ee54ea40749a09fcbcd1e9432", "a25bea736e30d166cdddb491f175f624"),
        "t10k-images-idx3-ubyte": ("9fb629c4189551a2d022fa330f9573f3", "2646ac647ad5339dbf082846283269ea"),
        "t10k-labels-idx1-ubyte": ("ec29112dd5afa0611ce80d1b7f02629c", "27ae3e4e09519cfbb04c329615203637"),
    },
    "FashionMNIST": {
        "train-images-idx3-ubyte": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", "f4a8712d7a061bf5bd6d2ca38dc4d50a"),
        "train-labels-idx1-ubyte": ("25c81989df183df01b3e8a0aad5dffbe", "9018921c3c673c538a1fc5bad174d6f9"),
        "t10k-images-idx3-ubyte": ("bef4ecab320f06d8554ea6380940ec79", "8181f5470baa50b63fa0f6fddb340f0a"),
        "t10k-labels-idx1-ubyte": ("bb300cfdad3c16e7a12a480ee83cd310", "15d484375f8d13e6eb1aabb0c3f46965"),
    },
}
"""MD5 of the published gz files, as torchvision lists them too, and of what they unpack to."""


def _mnist(name: str, image_size: int, downloads: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images and labels, then held-out ones."""
    folder = _mnist_folder(name, downloads)
    train, train_labels, test, test_labels = (_read_idx(folder, file, *md5) for file, md5 in _MNIST_MD5[name].items())
    labels = train_labels.astype(np.int64), test_labels.astype(np.int64)
    return _resize_28(train, image_size), labels[0], _resize_28(test, image_size), labels[1]


def _mnist_folder(name: str, downloads: Path) -> Path:
    given = given_folder()
    if given:
        folder = given / name / "raw"
        if not folder.is_dir():
            raise UserError(
                f"GANCLAIMS_DATA is {str(given)!r}, but {folder} is not a folder. Expected torchvision's layout "
                f"{name}/raw/*-ubyte[.gz]; unset GANCLAIMS_DATA to download instead."
            )
        return folder
    folder = downloads / name / "raw"
    if not all((folder / f"{file}.gz").exists() for file in _MNIST_MD5[name]):
        _download_mnist(name, downloads)
    return folder


def _download_mnist(name: str, downloads: Path) -> None:
    from torchvision import datasets

    try:
        getattr(datasets, name)(root=str(downloads), download=True)
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise UserError(
            f"{name} could not be downloaded ({reason}). Set GANCLAIMS_DATA to a folder that holds "
            f"{name}/raw/*-ubyte.gz in torchvision's layout."
        ) from error


def _read_idx(folder: Path, file: str, packed_md5: str, plain_md5: str) -> np.ndarray:
    packed, plain = folder / f"{file}.gz", folder / file
    path, md5 = (packed, packed_md5) if packed.exists() else (plain, plain_md5)
    if not path.exists():
        raise UserError(f"{plain}[.gz] is missing; see the README on GANCLAIMS_DATA.")
    content = path.read_bytes()
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
        raise UserError(f"{path} is damaged (its MD5 is not the published one). Fetch it again.")
    content = gzip.decompress(content) if path == packed else content
    shape = struct.unpack(f">{content[3]}I", content[4 : 4 + 4 * content[3]])
    return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(shape)


def _resize_28(images: np.ndarray, image_size: int) -> np.ndarray:
    return resize(images[:, None], image_size, before=lambda batch: pad(batch, (2, 2, 2, 2)))
