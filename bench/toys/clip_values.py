"""How fast a clipped critic comes to its optimum, and what gradient it has there, by clipping value and depth.

Arjovsky et al. (2017), section 3: with a large clipping value the weights take long to reach their limit; with a
small one gradients vanish in networks of many layers or without batch normalization. The generator stays at its
initial weights; critics of 1 to 8 hidden layers are trained against it by Algorithm 1's critic step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bench.ensemble import Ensemble
from bench.toys.common import EFFORTS, Effort, sampled, together

CLIP_VALUES = (0.01, 0.1, 0.3, 1.0)
"""Of the critics of three layers, whose way to their optimum is recorded."""

LAYERS = (2, 4, 8)
SMALL, WIDER = 0.01, 0.1
"""The paper's clipping value, and one that the deep critics are compared with."""

CRITICS: dict[str, tuple[bool, str]] = {"plain": (False, "all"), "norm": (True, "all"), "free": (True, "weights")}
"""Whether hidden layers are batch normalized, and what is clipped: every parameter, as in the authors' code, or the
weights of linear layers alone, which leaves the normalization's scales and shifts free."""

WIDTH, SAMPLES, LEARNING_RATE = 32, 512, 1e-3
STEPS, LOOKS, DEEP_STEPS = 3000, 40, 300

Row = dict[str, Any]


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains critics against generators that stay as they are.

    Returns:
        `kind` "path" (three plain layers) or "depth" and the columns of `critic_rows`.
    """
    first, chosen = int(rng.integers(1_000_000)), EFFORTS[effort]
    paths = [critic_rows(clip_value, first, chosen) for clip_value in CLIP_VALUES]
    deep = [_deep(SMALL, layers, critic, first, chosen) for layers in LAYERS for critic in CRITICS]
    deep.append(_deep(WIDER, LAYERS[-1], "plain", first, chosen))
    return pd.concat([*(path.assign(kind="path") for path in paths), *(end.assign(kind="depth") for end in deep)])


def critic_rows(clip_value: float, first: int, effort: Effort) -> pd.DataFrame:
    """Trains critics of three plain layers and looks at them on their way.

    Returns:
        One row per `replicate` and look: `clip_value`, `critic`, `layers`, `critic_steps` and what `looks` finds.
    """
    steps = effort.steps(STEPS)
    checkpoints = {round(steps * look / LOOKS) for look in range(1, LOOKS + 1)} | {1}
    return _rows(clip_value, 3, "plain", first, effort, checkpoints)


def _deep(clip_value: float, layers: int, critic: str, first: int, effort: Effort) -> pd.DataFrame:
    return _rows(clip_value, layers, critic, first, effort, {effort.steps(DEEP_STEPS)})


def _rows(
    clip_value: float, layers: int, critic: str, first: int, effort: Effort, checkpoints: Collection[int]
) -> pd.DataFrame:  # fmt: skip
    ensemble = together(_settings(clip_value, layers, critic), first, effort.seeds)
    cell = {"clip_value": clip_value, "critic": critic, "layers": layers}
    return pd.DataFrame([cell | row for row in looks(ensemble, first, checkpoints)])


def _settings(clip_value: float, layers: int, critic: str) -> dict[str, Any]:
    batch_norm, scope = CRITICS[critic]
    return {
        "dataset": "gaussians8",
        "architecture": "toy_mlp",
        "architecture_options": {"width": WIDTH, "critic_depth": layers, "critic_batch_norm": batch_norm},
        "method": "wgan",
        "method_options": {"clip_value": clip_value, "clip_scope": scope, "learning_rate": LEARNING_RATE},
        "batch_size": 64,
    }


def looks(ensemble: Ensemble, seed: int, checkpoints: Collection[int]) -> Iterator[Row]:
    """Trains the critics alone, and after these numbers of steps measures them on points that stay the same.

    Yields:
        For each replicate `critic_steps`, the `estimate` E f(x) - E f(G(z)), the `slope` of the critic that reaches
        a generator, E |grad f(G(z))|, and the share of the layers' weights `at_limit`.
    """
    real, fake = fixed_points(ensemble, seed)
    for step in range(1, max(checkpoints) + 1):
        ensemble.critic_step()
        if step in checkpoints:
            columns = {**measured(ensemble, real, fake), "at_limit": at_limit(ensemble)}
            for replicate in range(len(real)):
                found = {name: float(values[replicate]) for name, values in columns.items()}
                yield {"replicate": replicate, "critic_steps": step, **found}


def fixed_points(ensemble: Ensemble, seed: int) -> tuple[Tensor, Tensor]:
    """Draws real and generated points for every replicate, each (S, n, d), that `seed` decides."""
    real, fake = [], []
    for index in range(len(ensemble.states)):
        networks = ensemble.networks(index)
        real.append(ensemble.source(SAMPLES, torch.Generator().manual_seed(seed + index)))
        fake.append(sampled(networks.generator, networks.architecture.latent_dim, SAMPLES, seed + index))
    return torch.stack(real), torch.stack(fake)


def measured(ensemble: Ensemble, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    """Returns each critic's estimate and its mean slope at the generated points, (S,) each."""
    places = fake.clone().requires_grad_()
    scores = ensemble.critic(places)
    (gradients,) = torch.autograd.grad(scores.sum(), places)
    with torch.no_grad():
        estimates = ensemble.critic(real).mean(dim=1) - scores.mean(dim=1)
    return {"estimate": estimates, "slope": gradients.norm(dim=2).mean(dim=1)}


def at_limit(ensemble: Ensemble) -> Tensor:
    """Returns the share of the weights of each critic's linear layers that the last clipping left at its ends, (S,)."""
    limit = ensemble.spec.method_options["clip_value"] * (1 - 1e-6)
    matrices = [values.detach().flatten(1) for values in ensemble.critic.parameters() if values.dim() == 3]
    return (torch.cat(matrices, dim=1).abs() >= limit).double().mean(dim=1)
