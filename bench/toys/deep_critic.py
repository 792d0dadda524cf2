"""How the gradient travels through a deep critic that is clipped, and through one with a gradient penalty.

Gulrajani et al. (2017), section 3.2 and figure 1 (b): generator and critic of
12 ReLU layers without batch normalization on the Swiss roll; the norm of the
gradient of the critic's loss with respect to the activations of each layer.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bench.ensemble import Ensemble
from bench.methods.wgan import critic_loss
from bench.toys.common import EFFORTS, Effort, sampled, together

CLIP_VALUES = (0.1, 0.01, 0.001)
CHECKPOINTS = (0, 1, 10, 100)
"""Generator steps, each after five of the critic."""

WIDTH, DEPTH, SAMPLES = 64, 12, 512
LEARNING_RATE = 5e-4
"""Ten times the published rate of clipping: some hundred critic steps then cross the widest interval."""

SETTINGS = {
    "dataset": "swiss_roll",
    "architecture": "toy_mlp",
    "architecture_options": {"width": WIDTH, "depth": DEPTH, "critic_depth": DEPTH},
    "batch_size": 64,
}


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains deep WGANs on the Swiss roll.

    Returns:
        One row per seed, setting, checkpoint and hidden layer (1 next to the input): `replicate`, `clip_value`
        (0 for the gradient penalty), `generator_steps`, `layer`, `gradient_norm`, `he_deviation` of the weights.
    """
    first = int(rng.integers(1_000_000))
    frame = pd.DataFrame(
        [row for clip_value in (*CLIP_VALUES, 0.0) for row in _rows(clip_value, first, EFFORTS[effort])]
    )
    return frame.assign(he_deviation=(2 / WIDTH) ** 0.5)


def constrained(clip_value: float, learning_rate: float) -> dict[str, Any]:
    """Returns the settings of weight clipping, or of the gradient penalty where there is no clipping value."""
    if clip_value:
        return {"method": "wgan", "method_options": {"clip_value": clip_value, "learning_rate": learning_rate}}
    return {"method": "wgan_gp", "method_options": {"learning_rate": learning_rate}}


def layer_gradients(critic: nn.Module, real: Tensor, fake: Tensor) -> list[float]:
    """Norm of the gradient of E f(fake) - E f(real) with respect to the activations of each ReLU, from the input on.

    In double precision, in which gradients of 1e-30 have a norm.
    """
    critic, samples = copy.deepcopy(critic).double(), torch.cat([real, fake]).double()
    activations: list[Tensor] = []
    units = [module for module in critic.modules() if isinstance(module, nn.ReLU)]
    hooks = [unit.register_forward_hook(lambda _, __, made: activations.append(made)) for unit in units]
    scores = critic(samples)
    for hook in hooks:
        hook.remove()
    loss = critic_loss(scores[: len(real)], scores[len(real) :])
    return [float(gradient.norm()) for gradient in torch.autograd.grad(loss, activations)]


def _rows(clip_value: float, first: int, effort: Effort) -> Iterator[dict[str, Any]]:
    ensemble = together({**SETTINGS, **constrained(clip_value, LEARNING_RATE)}, first, effort.seeds)
    checkpoints = sorted({effort.steps(steps) if steps > 1 else steps for steps in CHECKPOINTS})
    for step in range(checkpoints[-1] + 1):
        if step in checkpoints:
            for replicate in range(effort.seeds):
                for layer, norm in enumerate(_norms(ensemble, replicate, first + replicate), start=1):
                    yield {"replicate": replicate, "clip_value": clip_value, "generator_steps": step, "layer": layer,
                           "gradient_norm": norm}  # fmt: skip
        if step < checkpoints[-1]:
            ensemble.train_step()


def _norms(ensemble: Ensemble, replicate: int, seed: int) -> list[float]:
    networks = ensemble.networks(replicate)
    real = ensemble.source(SAMPLES, torch.Generator().manual_seed(seed))
    fake = sampled(networks.generator, networks.architecture.latent_dim, SAMPLES, seed)
    return layer_gradients(networks.critic, real, fake)
