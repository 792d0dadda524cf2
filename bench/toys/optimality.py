"""Critics and discriminators trained to their optimum against a generator that stays as it is.

Two sets of data: "apart", one Gaussian eight units away from where an untrained generator's samples lie, and
"around", eight Gaussians on a circle around them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bench.ensemble import Ensemble
from bench.methods import gan, wgan
from bench.methods.method import gradient_norms, interpolate
from bench.metrics.transport import wasserstein1
from bench.toys.common import EFFORTS, Effort, together
from bench.toys.mixtures import NETWORKS

CHECKPOINTS = (1, 10, 30, 100, 300, 500, 1000)
"""Critic steps. At the first the weights of a clipped critic have been clipped."""

POINTS = 500
"""Per side of the transport distance; gradients and estimates are measured on the same points."""

DATA = {
    "apart": {"modes": 1, "radius": 8.0, "std": 0.5, "scale": 1.0},
    "around": {"modes": 8, "radius": 4.0, "std": 0.1, "scale": 1.0},
}

METHODS: dict[str, dict[str, Any]] = {
    "gan": {"learning_rate": 3e-3},
    "wgan": {"learning_rate": 1e-3, "clip_value": 0.1},
    "wgan_gp": {"learning_rate": 3e-3, "gp_weight": 10.0},
}

COSTS: dict[str, dict[str, Callable[[Tensor], Tensor]]] = {
    "gan": {"minimax": gan.minimax_loss, "non_saturating": gan.non_saturating_loss},
    "wgan": {"wasserstein": wgan.generator_loss},
    "wgan_gp": {"wasserstein": wgan.generator_loss},
}


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains critics and measures what they say and what they leave to the generator.

    Returns:
        One row per data, method, generator cost, critic step and seed: `data`, `method`, `cost`, `critic_steps`,
        `replicate`, `gradient_norm` with respect to the generator's parameters, `estimate` of the method's
        divergence, `distance`, W1 of the same points, and `slope`, the largest gradient norm of the critic found on
        the segments between them.
    """
    first = int(rng.integers(1_000_000))
    pairs = [(data, method) for data in DATA for method in METHODS]
    return pd.DataFrame([row for data, method in pairs for row in _rows(data, method, first, EFFORTS[effort])])


def _rows(data: str, method: str, first: int, effort: Effort) -> list[dict[str, Any]]:
    settings = {**NETWORKS, "dataset": "gaussians_ring", "dataset_options": DATA[data]}
    ensemble = together({**settings, "method": method, "method_options": METHODS[method]}, first, effort.seeds)
    pairs = [_pair(ensemble, k) for k in range(effort.seeds)]
    distances = [wasserstein1(real, fake.detach()) for real, fake in pairs]
    rows: list[dict[str, Any]] = []
    steps = 0
    for checkpoint in sorted({effort.steps(steps) for steps in CHECKPOINTS}):
        while steps < checkpoint:
            ensemble.critic_step()
            steps += 1
        for k, (pair, distance) in enumerate(zip(pairs, distances, strict=True)):
            where = {"data": data, "method": method, "critic_steps": steps, "replicate": k, "distance": distance}
            rows += [{**where, **found} for found in _measured(ensemble, k, *pair)]
    return rows


def _pair(ensemble: Ensemble, index: int) -> tuple[Tensor, Tensor]:
    """Real and generated points, the generated ones with the graph of the generator behind them."""
    networks, draws = ensemble.states[index].networks, torch.Generator().manual_seed(index)
    latents = torch.randn(POINTS, networks.architecture.latent_dim, generator=draws)
    return ensemble.source(POINTS, draws), networks.generator(latents)


def _measured(ensemble: Ensemble, index: int, real: Tensor, fake: Tensor) -> list[dict[str, Any]]:
    networks = ensemble.states[index].networks
    ensemble.critic.write(networks.critic, index)
    method, weights = networks.method, list(networks.generator.parameters())
    scores = networks.critic(fake)
    between = interpolate(real, fake.detach(), torch.Generator().manual_seed(index))
    said = {
        "estimate": float(method.critic_estimate(networks.critic(real), scores).detach()),
        "slope": float(gradient_norms(networks.critic, between).detach().max()),
    }
    rows = []
    for name, cost in COSTS[ensemble.spec.method].items():
        gradients = torch.autograd.grad(cost(scores), weights, retain_graph=True)
        norm = float(torch.nn.utils.get_total_norm(gradients))
        rows.append({"cost": name, "gradient_norm": norm, **said})
    return rows
