"""Prepared data: each set is brought to size once, checked, and read by every training as one tensor."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from bench.catalogue import DATASETS
from bench.datasets import Arrays, Dataset
from bench.errors import UserError
from bench.files import read_json, sha256, write_atomic, write_json

Source = Callable[[int, torch.Generator], Tensor]
"""(n, rng) -> n real samples on the generator's device."""


def folder(dataset: str, image_size: int, results: Path) -> Path:
    """Returns where the prepared set lives."""
    return results / "data" / (f"{dataset}-{image_size}" if image_size else dataset)


def prepare(dataset: str, image_size: int, results: Path) -> dict[str, Any]:
    """Writes the arrays of a set and, last, its card; does nothing where both are there.

    Returns:
        The card: counts, shape, value range, licence and a checksum of every array.

    Raises:
        UserError: when the source is missing or damaged.
    """
    place = folder(dataset, image_size, results)
    if (place / "card.json").exists():
        return read_json(place / "card.json", sealed=True)
    source: Dataset = DATASETS.builder(dataset)()
    arrays = source.arrays(image_size, results / "downloads")
    files = {name: _write_array(place / f"{name}.npy", array) for name, array in arrays._asdict().items()}
    card = {
        "dataset": dataset,
        "image_size": image_size,
        "shape": list(arrays.train.shape[1:]),
        "range": [-1.0, 1.0] if image_size else _range(arrays),
        "n_train": len(arrays.train),
        "n_test": len(arrays.test),
        "licence": source.licence,
        "fresh_draws": source.draw is not None,
        "files": files,
        "sha256": sha256("".join(files.values()).encode()),
    }
    write_json(place / "card.json", card, sealed=True)
    return card


def load(dataset: str, image_size: int, split: Literal["train", "test"], results: Path) -> Tensor:
    """Returns the samples of one split as float32: images (n, c, h, w) in [-1, 1], points (n, 2).

    Raises:
        UserError: when the prepared file is missing or damaged.
    """
    array = torch.from_numpy(_read_array(dataset, image_size, split, results))
    return array.float() / 127.5 - 1 if image_size else array


def load_labels(dataset: str, image_size: int, split: Literal["train", "test"], results: Path) -> Tensor:
    """Returns the class labels of one split, int64, shape (n,)."""
    return torch.from_numpy(_read_array(dataset, image_size, f"{split}_labels", results))


def training_source(dataset: str, image_size: int, results: Path, device: torch.device) -> Source:
    """Returns the stream of real samples a training draws from.

    A fixed set lives on the device as one tensor and batches are drawn from it
    by index, with replacement, so nothing waits for the host.
    """
    fresh = DATASETS.builder(dataset)().draw
    if fresh is not None:
        return fresh
    samples = load(dataset, image_size, "train", results).to(device)

    def draw(n: int, rng: torch.Generator) -> Tensor:
        return samples[torch.randint(len(samples), (n,), generator=rng, device=device)]

    return draw


def _write_array(path: Path, array: np.ndarray) -> str:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    write_atomic(path, buffer.getvalue())
    return hashlib.sha256(buffer.getbuffer()).hexdigest()


def _read_array(dataset: str, image_size: int, name: str, results: Path) -> np.ndarray:
    place = folder(dataset, image_size, results)
    card = read_json(place / "card.json", sealed=True)
    path = place / f"{name}.npy"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}. Delete {place} to prepare it again.") from error
    if sha256(content) != card["files"][name]:
        raise UserError(
            f"{path} is damaged (its checksum is not the one in card.json). Delete {place} to prepare it again."
        )
    return np.load(io.BytesIO(content), allow_pickle=False)


def _range(arrays: Arrays) -> list[float]:
    both = np.concatenate([arrays.train, arrays.test])
    return [float(both.min()), float(both.max())]
