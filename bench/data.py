"""Prepared data: each set is brought to size once, checked, and mapped into memory by whoever reads it.

The arrays of a prepared set are read through the page cache, images as the
bytes they are stored as, so that all processes of a machine share one copy.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from bench.catalogue import DATASETS
from bench.datasets import Arrays, Dataset, Stream
from bench.datasets.checks import checked
from bench.errors import UserError
from bench.files import read_json, sha256, write_chunks, write_json
from bench.spec import DataSpec, RunSpec, seed_for

Source = Callable[[int, torch.Generator], Tensor]
"""(n, rng) -> n real samples on the generator's device."""

Split = Literal["train", "test"]

PARTS = ("train", "train_labels", "test", "test_labels")


def folder(data: DataSpec, results: Path) -> Path:
    """Returns where the prepared set lives."""
    return results / "data" / data.data_id


def source_of(data: DataSpec) -> Dataset:
    """Returns what the registered builder makes of a data set's options.

    Raises:
        UserError: when it is not a Dataset.
    """
    made = DATASETS.builder(data.dataset)(**data.options)
    if not isinstance(made, Dataset):
        raise UserError(f"The function {data.dataset!r} returned {made!r}; it must return a Dataset.")
    return made


def prepare(data: DataSpec, results: Path) -> dict[str, Any]:
    """Writes the arrays of a set and, last, its card; does nothing where both are there.

    Returns:
        The card: counts, shape, value range, licence, version and a checksum of every array.

    Raises:
        UserError: when the source is missing, damaged or hands over something else than it must, or
            when another version of it is prepared.
    """
    place = folder(data, results)
    if (place / "card.json").exists():
        return _card(data, results)
    source = source_of(data)
    arrays = checked(data.dataset, source.arrays(data.image_size, results / "downloads"), data.image_size)
    files = {name: write_chunks(place / f"{name}.npy", _npy_chunks(getattr(arrays, name))) for name in PARTS}
    card = {
        "dataset": data.dataset,
        "image_size": data.image_size,
        "options": dict(data.options),
        "version": arrays.note,
        "shape": list(arrays.train.shape[1:]),
        "range": [-1.0, 1.0] if data.image_size else _range(arrays),
        "n_train": len(arrays.train),
        "n_test": len(arrays.test),
        "licence": source.licence,
        "fresh_draws": source.draw is not None,
        "files": files,
        "sha256": sha256("".join(files.values()).encode()),
    }
    write_json(place / "card.json", card, sealed=True)
    return card


def stored(data: DataSpec, part: str, results: Path) -> Tensor:
    """Returns a prepared array as it is stored, mapped into memory: images uint8, points float32, labels int64.

    Args:
        data: the data set.
        part: a name in PARTS.
        results: the results folder.

    Raises:
        UserError: when the prepared file is missing, damaged or of another version than its source.
    """
    place = folder(data, results)
    card = _card(data, results)
    path = place / f"{part}.npy"
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}. Delete {place} to prepare it again.") from error
    if found != card["files"][part]:
        raise UserError(
            f"{path} is damaged (its checksum is not the one in card.json). Delete {place} to prepare it again."
        )
    # Copy on write, not read-only: torch has no read-only tensors. Nothing is written, so no page is ever copied.
    return torch.from_numpy(np.load(path, mmap_mode="c", allow_pickle=False))


def load(data: DataSpec, split: Split, results: Path, picks: Tensor | None = None) -> Tensor:
    """Returns samples of one split as float32: images (n, c, h, w) in [-1, 1], points (n, dimension).

    Args:
        data: the data set.
        split: "train" or "test".
        results: the results folder.
        picks: which samples, in this order; all of them when None.

    Raises:
        UserError: when the prepared file is missing or damaged.
    """
    samples = stored(data, split, results)
    return as_floats(samples if picks is None else samples[picks])


def as_floats(samples: Tensor) -> Tensor:
    """Maps bytes 0..255 to x / 127.5 - 1, the same bits on every device; returns floats as they are."""
    if samples.dtype != torch.uint8:
        return samples
    # Divided by a tensor: by a number, a GPU would multiply by its reciprocal instead.
    return samples.float() / samples.new_full((), 127.5, dtype=torch.float32) - 1


def training_picks(spec: RunSpec, results: Path) -> Tensor | None:
    """Returns which samples of the training split a run is trained on, in random order; None for all of them.

    Chosen by data set and replication number, so methods are compared on the
    same samples, and a smaller choice is a part of every larger one.

    Raises:
        UserError: when the split holds fewer than are asked for.
    """
    if not spec.train_samples:
        return None
    there = _card(spec.data, results)["n_train"]
    if spec.train_samples > there:
        raise UserError(
            f"Run setting 'train_samples': got {spec.train_samples}, but the training split of {spec.data_id} holds "
            f"{there} samples; choose at most {there}, or 0 for all."
        )
    rng = torch.Generator().manual_seed(seed_for("subset", spec.data_id, spec.seed))
    return torch.randperm(there, generator=rng)[: spec.train_samples]


def training_source(data: DataSpec, results: Path, device: torch.device, *, picks: Tensor | None = None) -> Source:
    """Returns the stream of real samples a training draws from.

    A fixed set is one tensor, on a GPU moved there once, and batches are drawn
    from it by index, with replacement, so nothing waits for the host.

    Args:
        data: the data set.
        results: the results folder.
        device: where the samples are needed.
        picks: the samples of a fixed set to draw from; all of them when None.
    """
    fresh = source_of(data).draw
    if fresh is not None:
        return fresh
    whole = stored(data, "train", results)
    samples = (whole if picks is None else whole[picks]).to(device)

    def draw(n: int, rng: torch.Generator) -> Tensor:
        return as_floats(samples[torch.randint(len(samples), (n,), generator=rng, device=device)])

    return draw


def _card(data: DataSpec, results: Path) -> dict[str, Any]:
    """The card of a prepared set, which must not be of another version than the files that are there now."""
    place = folder(data, results)
    card, version = read_json(place / "card.json", sealed=True), source_of(data).version
    if version and card["version"] != version:
        raise UserError(
            f"{place} was prepared from {card['version']}, but GANCLAIMS_DATA holds {version}; runs of both would have "
            "the same name. Use another results folder, or point GANCLAIMS_DATA to the former."
        )
    return card


def _npy_chunks(array: np.ndarray | Stream) -> Iterator[bytes | memoryview]:
    """Yields the bytes of an .npy file, never those of a whole stream at once."""
    dtype = np.dtype(np.uint8) if isinstance(array, Stream) else array.dtype
    header = io.BytesIO()
    about = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": array.shape}
    np.lib.format.write_array_header_1_0(header, about)
    yield header.getvalue()
    for batch in array.batches() if isinstance(array, Stream) else (array,):
        yield np.ascontiguousarray(batch).data.cast("B")


def _range(arrays: Arrays) -> list[float]:
    both = [part for part in (arrays.train, arrays.test) if isinstance(part, np.ndarray)]
    return [float(min(part.min() for part in both)), float(max(part.max() for part in both))]
