"""Data sets: what each one gives to training and scoring.

Images are prepared once as uint8 arrays (n, channels, height, width); training
maps them to [-1, 1] by x / 127.5 - 1. Points are float32 arrays (n, dimension).
Nothing heavy is imported here: listing the data sets reads this package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Stream:
    """Images made while they are written, for sets that memory cannot hold.

    Args:
        shape: (n, channels, height, width).
        batches: () -> uint8 arrays whose lengths add up to n.
    """

    shape: tuple[int, ...]
    batches: Callable[[], Iterator[np.ndarray]]

    def __len__(self) -> int:
        return self.shape[0]


class Arrays(NamedTuple):
    """A training and a held-out part, with class labels (-1 where there are none).

    `note` says which of several possible versions this is.
    """

    train: np.ndarray | Stream
    train_labels: np.ndarray
    test: np.ndarray | Stream
    test_labels: np.ndarray
    note: str = ""


class Dataset(NamedTuple):
    """One data set.

    Args:
        arrays: (image_size, downloads folder) -> Arrays.
        licence: who allows what, in one line.
        accuracy_floor: least held-out accuracy of the feature classifier, images only.
        draw: (n, rng) -> fresh points on the generator's device, where training
            draws new points for every batch instead of from a fixed set.
        modes: centres (k, dimension) and standard deviation of a Gaussian mixture;
            one deviation for all modes, or (k,).
        task: what the feature classifier learns to tell apart, a name in `bench.tasks.TASKS`.
        mode_classes: number of classes, where each is a mode to be covered; 0 where none is.
        version: which of several possible versions its files are, as in the note of its arrays;
            empty where there is one, or none can be seen.
    """

    arrays: Callable[[int, Path], Arrays]
    licence: str
    accuracy_floor: float = 0.0
    draw: Callable[[int, torch.Generator], Tensor] | None = None
    modes: tuple[Tensor, Tensor | float] | None = None
    task: str = "classes"
    mode_classes: int = 0
    version: str = ""
