"""A generator trained on transport between minibatches, against the dimension and the batch size.

The data are standard normal in d dimensions, where what is lost can be said exactly. For batches of n points X of
the data and n points s Y of a generator that has the right shape and the scale s, the expected squared cost is
least at

    s* = E <X, Y>_pi / E |Y|^2,    pi the optimal pairing of the two batches,

which is below 1, since independent batches do not coincide (`least_cost_scale`). A generator trained by a critic,
here WGAN-GP's, is not bound to that scale.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor, nn

from bench.data import Source
from bench.ensemble import Ensemble
from bench.metrics.transport import wasserstein1
from bench.spec import RunSpec
from bench.step import generator_step, start
from bench.toys.common import CPU, EFFORTS, Effort, replications, sampled

SIZES = ((2, 64), (8, 64), (32, 16), (32, 64))
"""Dimension and batch size."""

BY_CRITIC = (32, 64)
"""The size at which a generator is trained by a critic too."""

STEPS = {"ot_generator": 1000, "wgan_gp": 400}
"""Generator steps. A generator without a critic takes more: after 400 its scale still falls."""

OPTIONS: dict[str, dict[str, Any]] = {
    "ot_generator": {"learning_rate": 1e-3},
    "wgan_gp": {"learning_rate": 1e-3, "beta1": 0.5},
}

SAMPLES = 4000
"""For moments."""

POINTS = 500
"""Per side of the transport distance."""

REAL_SEEDS = 1_000_000
"""Of the real points, from here on: with the seed of the latent vectors both would be the same numbers."""

BATCHES = 4
"""Pairs of batches behind a predicted scale."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains generators of every size.

    Returns:
        One row per training: `method`, `dimension`, `batch`, `replicate`; `shortfall` and `spread`, see `measure`;
        `predicted`, an estimate of the scale of least cost, independent of the others; `distance`, W1 between 500
        generated and 500 real points, and `floor`, between two sets of as many real points.
    """
    first, size = int(rng.integers(1_000_000)), EFFORTS[effort]
    rows = []
    for dimension, batch in SIZES:
        for k, generator in enumerate(_by_transport(dimension, batch, first, size)):
            predicted = {"predicted": least_cost_scale(dimension, batch, rng)}
            rows.append(_row("ot_generator", dimension, batch, k, generator) | predicted)
    rows += [_row("wgan_gp", *BY_CRITIC, k, g) for k, g in enumerate(_by_critic(*BY_CRITIC, first, size))]
    return pd.DataFrame(rows)


def _specs(method: str, dimension: int, batch: int, first: int, effort: Effort) -> list[RunSpec]:
    """Networks that can represent the data; the data set of a specification gives no more than its seeds here."""
    network = {"latent_dim": dimension, "width": 128, "depth": 1, "critic_width": 64, "critic_depth": 2}
    settings = {"dataset": "two_gaussians", "architecture": "toy_mlp", "architecture_options": network}
    trained = {"method": method, "method_options": OPTIONS[method], "batch_size": batch}
    return replications({**settings, **trained}, first, effort.seeds)


def normal(dimension: int) -> Source:
    """Standard normal points in a dimension."""
    return lambda n, rng: torch.randn(n, dimension, generator=rng)


def _by_transport(dimension: int, batch: int, first: int, effort: Effort) -> list[nn.Module]:
    """One by one: a transport plan is no operation on tensors. There is no critic to train."""
    generators = []
    for spec in _specs("ot_generator", dimension, batch, first, effort):
        state = start(spec, (dimension,), CPU)
        for _ in range(effort.steps(STEPS["ot_generator"])):
            generator_step(state, normal(dimension), batch)
        generators.append(state.networks.generator)
    return generators


def _by_critic(dimension: int, batch: int, first: int, effort: Effort) -> list[nn.Module]:
    specs = _specs("wgan_gp", dimension, batch, first, effort)
    ensemble = Ensemble(specs, (dimension,), normal(dimension), CPU)
    for _ in range(effort.steps(STEPS["wgan_gp"])):
        ensemble.train_step()
    return [ensemble.networks(k).generator for k in range(effort.seeds)]


def _row(method: str, dimension: int, batch: int, replicate: int, generator: nn.Module) -> dict[str, Any]:
    draws = torch.Generator().manual_seed(REAL_SEEDS + replicate)
    real, other = normal(dimension)(POINTS, draws), normal(dimension)(POINTS, draws)
    points = sampled(generator, dimension, SAMPLES, replicate)
    return {
        "method": method,
        "dimension": dimension,
        "batch": batch,
        "replicate": replicate,
        "distance": wasserstein1(points[:POINTS], real),
        "floor": wasserstein1(other, real),
        **measure(points),
    }


def measure(points: Tensor) -> dict[str, float]:
    """Compares the moments of points with those of the standard normal.

    No distribution with mean m and covariance C is closer to it, in Wasserstein-2 distance, than
    (|m|^2 + tr (C^(1/2) - 1)^2)^(1/2) (Gelbrich, 1990); a single point at the mean is at d^(1/2).

    Args:
        points: (n, d).

    Returns:
        `shortfall`, that least distance over d^(1/2), and `spread`, (tr C / d)^(1/2).
    """
    mean, covariance = points.double().mean(dim=0), torch.cov(points.double().T)
    variances = torch.linalg.eigvalsh(covariance).clamp(min=0)
    squared = mean.square().sum() + (variances.sqrt() - 1).square().sum()
    d = points.shape[1]
    return {"shortfall": math.sqrt(float(squared) / d), "spread": math.sqrt(float(variances.sum()) / d)}


def least_cost_scale(dimension: int, batch: int, rng: np.random.Generator) -> float:
    """Returns s* of this module's equation, by drawing pairs of batches."""
    paired = total = 0.0
    for _ in range(BATCHES):
        x, y = rng.normal(size=(2, batch, dimension))
        rows, columns = linear_sum_assignment(cdist(x, y, "sqeuclidean"))
        paired += float((x[rows] * y[columns]).sum())
        total += float((y**2).sum())
    return paired / total
