"""What the toy trainings share: replications of a small run, real points, and how much is trained.

They use the networks, methods and steps of the grid; only the loop around the
steps is a study's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from bench.catalogue import DATASETS
from bench.data import Source
from bench.ensemble import Ensemble
from bench.spec import RunSpec, resolve
from bench.step import TrainState, start

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Effort:
    """How much a toy study trains.

    Args:
        seeds: trainings of each setting.
        share: of the steps that the study declares.
    """

    seeds: int
    share: float

    def steps(self, full: int) -> int:
        """Returns the steps to train where the study declares `full`, at least 2."""
        return max(2, round(full * self.share))


EFFORTS = {"full": Effort(10, 1.0), "quick": Effort(2, 0.02)}
"""Quick studies show that everything runs; nothing is decided by them."""


def replications(settings: Mapping[str, Any], first: int, count: int) -> list[RunSpec]:
    """Returns the specifications of `count` runs that differ in their seed, from `first` on."""
    return [resolve({**settings, "seed": first + index}) for index in range(count)]


def source_of(spec: RunSpec) -> Source:
    """Returns the stream of real points a run trains on; nothing is read from or written to a disk."""
    dataset = DATASETS.builder(spec.dataset)(**spec.dataset_options)
    if dataset.draw is not None:
        return dataset.draw
    points = torch.as_tensor(dataset.arrays(0, Path()).train)

    def draw(n: int, rng: torch.Generator) -> Tensor:
        return points[torch.randint(len(points), (n,), generator=rng)]

    return draw


def dimension(source: Source) -> int:
    """Returns the number of coordinates of a point."""
    return source(1, torch.Generator().manual_seed(0)).shape[1]


def together(settings: Mapping[str, Any], first: int, count: int) -> Ensemble:
    """Returns `count` replications that are trained by the same operations at once."""
    specs = replications(settings, first, count)
    source = source_of(specs[0])
    return Ensemble(specs, (dimension(source),), source, CPU)


def one_by_one(settings: Mapping[str, Any], first: int, count: int) -> list[tuple[RunSpec, TrainState, Source]]:
    """Returns `count` replications that are trained each by itself, for what an ensemble refuses."""
    specs = replications(settings, first, count)
    source = source_of(specs[0])
    return [(spec, start(spec, (dimension(source),), CPU), source) for spec in specs]


def sampled(generator: nn.Module, latent_dim: int, n: int, seed: int) -> Tensor:
    """Draws n generated points with latent vectors that the seed alone decides, without gradient."""
    with torch.no_grad():
        return generator(torch.randn(n, latent_dim, generator=torch.Generator().manual_seed(seed)))
