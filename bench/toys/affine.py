"""Generators whose distribution is known in closed form: an affine map of normal noise, so that G(z) is Gaussian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from bench.data import Source
from bench.ensemble import Ensemble, Stack
from bench.toys.common import CPU, replications


class Affine(nn.Module):
    """x = spread z + shift, with law N(shift, spread spread^T); the shift is learned.

    Args:
        spread: (dimension, latent_dim).
        shift: (dimension,) at the start.
    """

    spread: Tensor

    def __init__(self, spread: Tensor, shift: Tensor) -> None:
        super().__init__()
        self.shift = nn.Parameter(shift.clone())
        self.register_buffer("spread", spread.clone())

    def forward(self, z: Tensor) -> Tensor:
        """(n, latent_dim) -> (n, dimension)."""
        return z @ self.spread.T + self.shift


def normal(mean: Tensor, spread: Tensor) -> Source:
    """Returns the stream of real points with law N(mean, spread spread^T)."""

    def draw(n: int, rng: torch.Generator) -> Tensor:
        return torch.randn(n, spread.shape[1], generator=rng) @ spread.T + mean

    return draw


def against(
    settings: Mapping[str, Any], first: int, source: Source, generators: Sequence[nn.Module], dimension: int
) -> Ensemble:
    """Returns replications in which given generators stand in place of the architecture's.

    Args:
        settings: of the runs; the data set gives its name alone.
        first: seed of the first replication.
        source: draws real points.
        generators: one per replication.
        dimension: of a point.
    """
    ensemble = Ensemble(replications(settings, first, len(generators)), (dimension,), source, CPU)
    ensemble.generator = Stack(generators)
    ensemble.optimizers["generator"] = ensemble.method.optimizer.build(ensemble.generator.parameters())
    return ensemble
