"""What a fixed generator learns from a critic that comes ever closer to its optimum.

Arjovsky and Bottou (2017), section 2: with D near its optimum and supports apart, the gradient of
E log(1 - D(G(z))) vanishes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bench.ensemble import Ensemble
from bench.methods.gan import jensen_shannon, minimax_loss, non_saturating_loss
from bench.methods.wgan import generator_loss, wasserstein
from bench.toys.common import EFFORTS, Effort, together

CHECKPOINTS = (0, 10, 30, 100, 200, 400)
LEARNING_RATE = 3e-3
"""Above the papers', so that some hundred steps bring a critic close to its optimum."""

SAMPLES = 2048

APART = {"modes": 1, "radius": 8.0, "std": 0.5, "scale": 1.0}
"""One Gaussian eight units from the origin, where an untrained generator's samples lie."""

SETTINGS = {
    "dataset": "gaussians_ring",
    "dataset_options": APART,
    "architecture": "toy_mlp",
    "architecture_options": {"width": 32},
    "batch_size": 64,
}

Cost = Callable[[Tensor], Tensor]

COSTS: dict[str, dict[str, Cost]] = {
    "gan": {"minimax": minimax_loss, "non_saturating": non_saturating_loss},
    "wgan_gp": {"wasserstein": generator_loss},
}
"""The generator costs measured with each method's critic."""

ESTIMATES = {"gan": jensen_shannon, "wgan_gp": wasserstein}


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains critics against a generator that stays as it is.

    Returns:
        One row per seed, critic step and cost: `replicate`, `critic_steps`, `cost`,
        `gradient_norm` with respect to the generator's parameters, and `estimate`,
        what the critic says of the distance (Jensen-Shannon in nats for `gan`).
    """
    first = int(rng.integers(1_000_000))
    return pd.DataFrame([row for method in COSTS for row in _rows(method, first, EFFORTS[effort])])


def _rows(method: str, first: int, effort: Effort) -> list[dict[str, Any]]:
    settings = {**SETTINGS, "method": method, "method_options": {"learning_rate": LEARNING_RATE}}
    ensemble = together(settings, first, effort.seeds)
    checkpoints = sorted({effort.steps(steps) if steps else 0 for steps in CHECKPOINTS})
    rows: list[dict[str, Any]] = []
    for steps in range(checkpoints[-1] + 1):
        if steps in checkpoints:
            found = [(k, _measured(ensemble, k, method, first + k)) for k in range(effort.seeds)]
            rows += [{"replicate": k, "critic_steps": steps, **row} for k, measured in found for row in measured]
        ensemble.critic_step()
    return rows


def _measured(ensemble: Ensemble, index: int, method: str, seed: int) -> list[dict[str, Any]]:
    """Gradient norm of every cost at these networks, on fresh samples that all checkpoints share."""
    networks = ensemble.networks(index)
    draws = torch.Generator().manual_seed(seed)
    latents = torch.randn(SAMPLES, networks.architecture.latent_dim, generator=draws)
    scores = networks.critic(networks.generator(latents))
    estimate = float(ESTIMATES[method](networks.critic(ensemble.source(SAMPLES, draws)), scores).detach())
    weights = list(networks.generator.parameters())
    rows = []
    for name, cost in COSTS[method].items():
        gradients = torch.autograd.grad(cost(scores), weights, retain_graph=True)
        norm = float(torch.nn.utils.get_total_norm(gradients))
        rows.append({"cost": name, "gradient_norm": norm, "estimate": estimate})
    return rows
