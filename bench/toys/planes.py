"""Discriminators between distributions on planes through the origin of a space of more dimensions.

Arjovsky and Bottou (2017), theorem 2.2: where two supports have a dimension below the space's and do not align,
some discriminator has accuracy 1. Here the real points have the law N(0, 1) on the first k axes of R^16 and the
generated ones on k random directions. The means are equal, so that no straight cut tells the two apart. With
noise, N(0, s^2) is added in all 16 directions. The best accuracy is that of the ratio of the two densities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal

from bench.ensemble import Ensemble
from bench.methods.gan import jensen_shannon
from bench.toys.affine import Affine, against, normal
from bench.toys.common import EFFORTS, Effort

SPACE = 16
"""Dimension of the space."""

SHIFT = 1.0
"""Between the two means where both distributions lie on one plane."""

THICKNESS = 1e-9
"""Variance given to a plane's normal directions, for a density to exist; points are exact to 1e-7."""

CHECKPOINTS = (10, 30, 100, 300, 1000)
SAMPLES = 4096
"""Held-out points of either distribution."""

SETTINGS = {
    "dataset": "two_gaussians",
    "architecture": "toy_mlp",
    "method": "gan",
    "method_options": {"learning_rate": 1e-3},
    "batch_size": 128,
}


@dataclass(frozen=True)
class Case:
    """Two distributions.

    Args:
        plane: dimension of either's plane.
        noise: deviation of what is added in all directions.
        shared: whether both lie on one plane, their means SHIFT apart.
    """

    plane: int
    noise: float = 0.0
    shared: bool = False

    def spread(self, frame: Tensor) -> Tensor:
        """(16, k) directions -> (16, k + 16), the map from normal numbers to points."""
        return torch.cat([frame, self.noise * torch.eye(SPACE)], dim=1)


CASES = (
    *(Case(plane) for plane in (1, 2, 4, 8, 12)),
    *(Case(4, noise=noise) for noise in (0.25, 0.5, 1.0)),
    Case(4, shared=True),
)


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains discriminators between two distributions that stay as they are.

    Returns:
        One row per seed, case and checkpoint: `replicate`, `plane`, `noise`, `shared`, `critic_steps`; on held-out
        points `accuracy`, the share on the right side of D = 1/2, `estimate` of the Jensen-Shannon divergence
        (nats), and `best`, the accuracy of the ratio of densities.
    """
    first = int(rng.integers(1_000_000))
    return pd.DataFrame([row for case in CASES for row in _rows(case, first, EFFORTS[effort])])


def _rows(case: Case, first: int, effort: Effort) -> list[dict[str, Any]]:
    real, generators = distributions(case, first, effort.seeds)
    widths = {"latent_dim": case.plane + SPACE, "width": 64}
    settings = {**SETTINGS, "architecture_options": widths}
    ensemble = against(settings, first, normal(torch.zeros(SPACE), real.spread), generators, SPACE)
    points = _held_out(real, generators, first)
    best = [accuracy(ratio(real, generators[k], points[k])) for k in range(effort.seeds)]
    checkpoints = sorted({effort.steps(steps) for steps in CHECKPOINTS})
    fixed = {"plane": case.plane, "noise": case.noise, "shared": case.shared}
    rows: list[dict[str, Any]] = []
    for steps in range(1, checkpoints[-1] + 1):
        ensemble.critic_step()
        if steps in checkpoints:
            found = _measured(ensemble, points)
            rows += [
                {"replicate": k, **fixed, "critic_steps": steps, "best": best[k], **row} for k, row in enumerate(found)
            ]
    return rows


def distributions(case: Case, first: int, seeds: int) -> tuple[Affine, list[Affine]]:
    """The real distribution and, for every seed, a generated one with random directions of its own."""
    axes, middle = torch.eye(SPACE)[:, : case.plane], torch.zeros(SPACE)
    if case.shared:
        generated = [Affine(case.spread(axes), SHIFT * axes[:, 0]) for _ in range(seeds)]
    else:
        streams = [torch.Generator().manual_seed(first + k) for k in range(seeds)]
        frames = [torch.linalg.qr(torch.randn(SPACE, case.plane, generator=stream)).Q for stream in streams]
        generated = [Affine(case.spread(frame), middle) for frame in frames]
    return Affine(case.spread(axes), middle), generated


def ratio(real: Affine, generated: Affine, points: Tensor) -> Tensor:
    """Logarithm of the ratio of the densities, real over generated, at points (n, 16)."""
    first, second = (_law(one).log_prob(points.double()) for one in (real, generated))
    return first - second


def accuracy(scores: Tensor) -> float:
    """Share of points on the right side of zero: the first half of (2 n,) is real, the second generated."""
    real, fake = scores.chunk(2)
    return float(((real > 0).double().mean() + (fake < 0).double().mean()) / 2)


def _law(one: Affine) -> MultivariateNormal:
    spread = one.spread.double()
    covariance = spread @ spread.T + THICKNESS * torch.eye(SPACE, dtype=torch.float64)
    return MultivariateNormal(one.shift.detach().double(), covariance)


def _held_out(real: nn.Module, generators: list[Affine], seed: int) -> Tensor:
    """(seeds, 2 n, 16): real points, then generated ones."""
    draws = torch.Generator().manual_seed(seed)
    size = (SAMPLES, generators[0].spread.shape[1])
    with torch.no_grad():
        pairs = [[one(torch.randn(size, generator=draws)) for one in (real, each)] for each in generators]
    return torch.stack([torch.cat(pair) for pair in pairs])


def _measured(ensemble: Ensemble, points: Tensor) -> list[dict[str, float]]:
    with torch.no_grad():
        scores = ensemble.critic(points)
    return [{"accuracy": accuracy(each), "estimate": float(jensen_shannon(*each.chunk(2)))} for each in scores]
