"""The family alpha GAN + (1 - alpha) WGAN: its ends step by step, its gradients, and what it learns between.

The GAN at its end is one with WGAN's clipping, optimizer and critic steps: alpha weighs costs, and nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bench.ensemble import Ensemble
from bench.methods import gan, wgan
from bench.methods.method import Method
from bench.toys.common import EFFORTS, Effort, together
from bench.toys.mixtures import NETWORKS, Schedule, trained

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
SCHEDULE = Schedule(200, 5)
COMPARED_STEPS = 20
"""Generator steps, each with five of the critic, after which weights are compared."""

OPTIONS: dict[str, Any] = {"learning_rate": 1e-3, "optimizer": "rmsprop", "n_critic": 5}
CLIP_VALUE = 0.1

Costs = Callable[[Tensor, Tensor], Tensor]


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains the family, and compares its ends with the methods they should be.

    Returns:
        Rows of kind "look": `alpha` and those of `bench.toys.mixtures.trained`; of kind "end": `alpha`, `against`
        and `difference`, the largest between two trainings' weights relative to the largest weight; and of kind
        "gradient": `alpha`, `player` and `difference` of the family's gradient from the blend of the two gradients,
        relative to the longer of these.
    """
    first, size = int(rng.integers(1_000_000)), EFFORTS[effort]
    tables = [_ends(first, size)]
    for alpha in ALPHAS:
        ensemble, rows = trained(_blend(alpha), first, size, SCHEDULE)
        tables.append(pd.DataFrame(rows).assign(kind="look", alpha=alpha))
        tables.append(pd.DataFrame(_gradients(ensemble, alpha)).assign(kind="gradient", alpha=alpha))
    return pd.concat(tables, ignore_index=True)


def _blend(alpha: float) -> dict[str, Any]:
    options = {**OPTIONS, "alpha": alpha, "clip_value": CLIP_VALUE}
    return {"dataset": "gaussians8", "method": "blend", "method_options": options}


def _ends(first: int, effort: Effort) -> pd.DataFrame:
    steps, seeds = effort.steps(COMPARED_STEPS), effort.seeds
    blends = {alpha: _stepped(together({**NETWORKS, **_blend(alpha)}, first, seeds), steps) for alpha in (0.0, 1.0)}
    pairs = [(0.0, "wgan", True), (1.0, "gan, clipped", True), (1.0, "gan", False)]
    rows = []
    for alpha, name, clipped in pairs:
        other = _stepped(_pure(name.split(",")[0], clipped, first, seeds), steps)
        for k, difference in enumerate(largest_difference(blends[alpha], other)):
            rows.append({"kind": "end", "alpha": alpha, "against": name, "replicate": k, "difference": difference})
    return pd.DataFrame(rows)


def _pure(method: str, clipped: bool, first: int, seeds: int) -> Ensemble:
    """The ensemble of one of the two methods alone, with the family's settings."""
    settings = {**NETWORKS, "dataset": "gaussians8", "method": method, "method_options": OPTIONS}
    ensemble = together(settings, first, seeds)
    constrain = wgan.wgan(clip_value=CLIP_VALUE).constrain if clipped else None
    ensemble.method = dataclasses.replace(ensemble.method, constrain=constrain)
    return ensemble


def _stepped(ensemble: Ensemble, steps: int) -> Ensemble:
    for _ in range(steps):
        ensemble.train_step()
    return ensemble


def largest_difference(one: Ensemble, other: Ensemble) -> list[float]:
    """Returns the largest difference of weights of each replication, relative to its largest weight."""
    pairs = [(_flat(a), _flat(b)) for a, b in ((one.generator, other.generator), (one.critic, other.critic))]
    a, b = (torch.cat(side, dim=1) for side in zip(*pairs, strict=True))
    return ((a - b).abs().amax(dim=1) / b.abs().amax(dim=1)).tolist()


def _flat(stack: nn.Module) -> Tensor:
    """(replications, weights)."""
    return torch.cat([weight.detach().flatten(1) for weight in stack.parameters()], dim=1)


def _gradients(ensemble: Ensemble, alpha: float) -> list[dict[str, Any]]:
    """Compares gradients at the networks as trained, on one batch."""
    rows = []
    for k, state in enumerate(ensemble.states):
        networks = ensemble.networks(k)
        real = ensemble.source(ensemble.spec.batch_size, state.streams["data"])
        latents = torch.randn(len(real), networks.architecture.latent_dim, generator=state.streams["latent"])
        scores = networks.critic(real), networks.critic(networks.generator(latents))
        for player, network in (("critic", networks.critic), ("generator", networks.generator)):
            found = [_gradient(cost, scores, network) for cost in _costs(networks.method, player)]
            rows.append({"replicate": k, "player": player, "difference": _mixing_error(found, alpha)})
    return rows


def _costs(method: Method, player: str) -> tuple[Costs, Costs, Costs]:
    """The costs of one player: the family's, GAN's and WGAN's."""
    if player == "critic":
        return method.critic_loss, gan.critic_loss, wgan.critic_loss
    costs = method.generator_loss, gan.non_saturating_loss, wgan.generator_loss
    family, first, second = (lambda real, fake, cost=cost: cost(fake, real) for cost in costs)
    return family, first, second


def _gradient(cost: Costs, scores: tuple[Tensor, Tensor], network: nn.Module) -> Tensor:
    gradients = torch.autograd.grad(cost(*scores), list(network.parameters()), retain_graph=True, allow_unused=True)
    return torch.cat([g.flatten() for g in gradients if g is not None]).double()


def _mixing_error(found: list[Tensor], alpha: float) -> float:
    blend, first, second = found
    largest = max(float(first.norm()), float(second.norm()))
    return float((blend - alpha * first - (1 - alpha) * second).norm()) / largest
