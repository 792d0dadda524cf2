"""Data sets: where the samples come from, and how images are brought to size.

Images are prepared once as uint8 arrays (n, channels, height, width); training
maps them to [-1, 1] by x / 127.5 - 1. Points are float32 arrays (n, 2).
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, pad

from bench.errors import UserError
from bench.spec import seed_for

POINTS_HELD_OUT = 10_000


class Arrays(NamedTuple):
    """A training and a held-out part, with class labels (-1 where there are none)."""

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


class Dataset(NamedTuple):
    """One data set.

    Args:
        arrays: (image_size, downloads folder) -> Arrays.
        licence: who allows what, in one line.
        accuracy_floor: least held-out accuracy of the feature classifier, images only.
        draw: (n, rng) -> fresh points on the generator's device, where training
            draws new points for every batch instead of from a fixed set.
        modes: (centres (k, 2), standard deviation) of a Gaussian mixture.
    """

    arrays: Callable[[int, Path], Arrays]
    licence: str
    accuracy_floor: float = 0.0
    draw: Callable[[int, torch.Generator], Tensor] | None = None
    modes: tuple[Tensor, float] | None = None


# Images


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
        images = _to_uint8(interpolate(grey, size=image_size, mode="bilinear"))
        labels = bunch.target.astype(np.int64)
        held_out = np.arange(len(images)) % 5 == 4
        return Arrays(images[~held_out], labels[~held_out], images[held_out], labels[held_out])

    return Dataset(arrays, "CC BY 4.0 (UCI Machine Learning Repository)", accuracy_floor=0.95)


def mnist() -> Dataset:
    """Handwritten digits 28x28, 60,000 + 10,000 images; padded to 32x32, then averaged or enlarged.

    Paper: LeCun et al. (1998), Gradient-Based Learning Applied to Document Recognition
    """
    return Dataset(
        lambda size, downloads: _mnist_arrays("MNIST", size, downloads),
        "CC BY-SA 3.0 as commonly stated (Y. LeCun, C. Cortes)",
        accuracy_floor=0.98,
    )


def fashion_mnist() -> Dataset:
    """Clothing 28x28, 60,000 + 10,000 images; padded to 32x32, then averaged or enlarged.

    Paper: Xiao et al. (2017), Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms
    """
    return Dataset(
        lambda size, downloads: _mnist_arrays("FashionMNIST", size, downloads),
        "MIT (Zalando SE)",
        accuracy_floor=0.88,
    )


_MNIST_MD5 = {
    "MNIST": {
        "train-images-idx3-ubyte": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte": "ec29112dd5afa0611ce80d1b7f02629c",
    },
    "FashionMNIST": {
        "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
    },
}
"""MD5 of the published gz files, as torchvision lists them too."""


def _mnist_arrays(name: str, image_size: int, downloads: Path) -> Arrays:
    folder = _mnist_folder(name, downloads)
    train, train_labels, test, test_labels = (_read_idx(folder, file, md5) for file, md5 in _MNIST_MD5[name].items())
    return Arrays(
        _resize_28(train, image_size),
        train_labels.astype(np.int64),
        _resize_28(test, image_size),
        test_labels.astype(np.int64),
    )


def _mnist_folder(name: str, downloads: Path) -> Path:
    given = os.environ.get("GANCLAIMS_DATA")
    if given:
        folder = Path(given) / name / "raw"
        if not folder.is_dir():
            raise UserError(
                f"GANCLAIMS_DATA is {given!r}, but {folder} is not a folder. Expected torchvision's layout "
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


def _read_idx(folder: Path, file: str, md5: str) -> np.ndarray:
    packed, plain = folder / f"{file}.gz", folder / file
    path = packed if packed.exists() else plain
    if not path.exists():
        raise UserError(f"{plain}[.gz] is missing; see the README on GANCLAIMS_DATA.")
    content = path.read_bytes()
    try:
        if path == packed:
            if hashlib.md5(content, usedforsecurity=False).hexdigest() != md5:
                raise ValueError("its MD5 is not the published one")
            content = gzip.decompress(content)
        shape = struct.unpack(f">{content[3]}I", content[4 : 4 + 4 * content[3]])
        return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(shape)
    except (ValueError, IndexError, struct.error, EOFError, OSError) as error:
        raise UserError(f"{path} is damaged ({error}). Fetch it again.") from error


def _resize_28(images: np.ndarray, image_size: int) -> np.ndarray:
    batches = torch.from_numpy(images.copy())[:, None].split(10_000)
    return np.concatenate([_to_uint8(_resize_batch(batch.float(), image_size)) for batch in batches])


def _resize_batch(batch: Tensor, image_size: int) -> Tensor:
    padded = pad(batch, (2, 2, 2, 2))
    if image_size <= 32:
        return avg_pool2d(padded, 32 // image_size)
    return interpolate(padded, size=image_size, mode="bilinear")


def _to_uint8(images: Tensor) -> np.ndarray:
    return images.round().clamp(0, 255).to(torch.uint8).numpy()


# Points in the plane, as in the official gan_toy.py of Gulrajani et al. (2017)


def gaussians8() -> Dataset:
    """Eight Gaussians on a circle: radius 2, deviation 0.02, all divided by 1.414; new points every batch.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1
    """
    angles = torch.arange(8, dtype=torch.float64) * (math.pi / 4)
    centres = (2 * torch.stack([angles.cos(), angles.sin()], dim=1) / 1.414).float()
    deviation = 0.02 / 1.414

    def draw(n: int, rng: torch.Generator) -> Tensor:
        picks = torch.randint(8, (n,), generator=rng, device=rng.device)
        return centres.to(rng.device)[picks] + deviation * torch.randn(n, 2, generator=rng, device=rng.device)

    return Dataset(_fresh_arrays("gaussians8", draw), "computed", draw=draw, modes=(centres, deviation))


def gaussians25() -> Dataset:
    """Twenty-five Gaussians on a 5x5 grid: spacing 2, deviation 0.05, all divided by 2.828; 100,000 fixed points.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1
    """
    axis = 2 * torch.arange(-2, 3, dtype=torch.float64)
    centres = (torch.cartesian_prod(axis, axis) / 2.828).float()
    deviation = 0.05 / 2.828

    def arrays(image_size: int, downloads: Path) -> Arrays:
        del image_size, downloads
        rng = torch.Generator().manual_seed(_points_seed("gaussians25"))
        train = _around(centres, deviation, 4_000, rng)
        test = _around(centres, deviation, POINTS_HELD_OUT // 25, rng)
        return Arrays(train, _no_labels(train), test, _no_labels(test))

    return Dataset(arrays, "computed", modes=(centres, deviation))


def swiss_roll() -> Dataset:
    """The Swiss roll of scikit-learn with noise 0.25, its first and third axis divided by 7.5; new points every batch.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1
    """

    def draw(n: int, rng: torch.Generator) -> Tensor:
        angle = 1.5 * math.pi * (1 + 2 * torch.rand(n, generator=rng, device=rng.device))
        spiral = torch.stack([angle * angle.cos(), angle * angle.sin()], dim=1)
        return (spiral + 0.25 * torch.randn(n, 2, generator=rng, device=rng.device)) / 7.5

    return Dataset(_fresh_arrays("swiss_roll", draw), "computed", draw=draw)


def _fresh_arrays(name: str, draw: Callable[[int, torch.Generator], Tensor]) -> Callable[[int, Path], Arrays]:
    def arrays(image_size: int, downloads: Path) -> Arrays:
        del image_size, downloads
        rng = torch.Generator().manual_seed(_points_seed(name))
        train, test = (draw(POINTS_HELD_OUT, rng).numpy() for _ in range(2))
        return Arrays(train, _no_labels(train), test, _no_labels(test))

    return arrays


def _around(centres: Tensor, deviation: float, per_mode: int, rng: torch.Generator) -> np.ndarray:
    points = centres.repeat_interleave(per_mode, dim=0)
    return (points + deviation * torch.randn(points.shape, generator=rng)).numpy()


def _no_labels(points: np.ndarray) -> np.ndarray:
    return np.full(len(points), -1, dtype=np.int64)


def _points_seed(name: str) -> int:
    return seed_for("dataset", name)
