"""Parallel lines with noise of several widths: what a discriminator leaves of the minimax gradient, and where it leads.

Arjovsky and Bottou (2017), section 3: noise on both distributions, N(0, s^2) in all directions, makes supports
overlap. Real points lie on the line x = 0, generated ones on x = GAP, both N(0, 1) along it, and the generator
moves its line. With noise, both get two more normal numbers times s. First the generator stays as it is; then
both are trained, the generator by plain gradient descent, whose steps are as large as the gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bench.ensemble import Ensemble
from bench.methods.gan import jensen_shannon
from bench.toys.affine import Affine, against, normal
from bench.toys.common import EFFORTS, Effort

GAP = 1.0
"""Between the two lines."""

WIDTHS = (0.0, 0.05, 0.125, 0.25, 0.5, 1.0)
"""Deviation of the noise as a share of GAP; the first is no noise."""

CRITIC_STEPS = 1000
GENERATOR_STEPS, EVERY = 400, 20
"""Steps of the generator, and after how many the lines are looked at."""

DESCENT = 0.1
"""Learning rate of the generator's gradient descent."""

SAMPLES = 4096

SETTINGS = {
    "dataset": "two_gaussians",
    "architecture": "toy_mlp",
    "architecture_options": {"latent_dim": 3, "width": 32},
    "method": "gan_minimax",
    "method_options": {"learning_rate": 2e-3, "n_critic": 2},
    "batch_size": 128,
}


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains discriminators between two lines, then generators with them.

    Returns:
        One row per seed, width and look: `replicate`, `width` (noise over gap), `generator_steps`, `distance` of
        the lines over the gap, `estimate` of the Jensen-Shannon divergence of the noisy points (nats), and
        `gradient_norm` of E log(1 - D(G(z))) with respect to the generator's place.
    """
    first = int(rng.integers(1_000_000))
    return pd.DataFrame([row for width in WIDTHS for row in _rows(width, first, EFFORTS[effort])])


def noisy_line(width: float) -> Tensor:
    """(2, 3), the map from three normal numbers to a point about the line x = 0."""
    return torch.tensor([[0.0, width * GAP, 0.0], [1.0, 0.0, width * GAP]])


def _rows(width: float, first: int, effort: Effort) -> list[dict[str, Any]]:
    spread = noisy_line(width)
    generators = [Affine(spread, torch.tensor([GAP, 0.0])) for _ in range(effort.seeds)]
    ensemble = against(SETTINGS, first, normal(torch.zeros(2), spread), generators, dimension=2)
    ensemble.optimizers["generator"] = torch.optim.SGD(ensemble.generator.parameters(), DESCENT)
    for _ in range(effort.steps(CRITIC_STEPS)):
        ensemble.critic_step()
    found = _measured(ensemble, first)
    rows = [{"replicate": k, "width": width, "generator_steps": 0, **row} for k, row in enumerate(found)]
    for step in range(1, effort.steps(GENERATOR_STEPS) + 1):
        ensemble.train_step()
        if step % EVERY == 0 or step == effort.steps(GENERATOR_STEPS):
            found = _measured(ensemble, first)
            rows += [{"replicate": k, "width": width, "generator_steps": step, **row} for k, row in enumerate(found)]
    return rows


def _measured(ensemble: Ensemble, seed: int) -> list[dict[str, float]]:
    """What every replication has reached, on fresh points that all widths and looks share."""
    draws, seeds = torch.Generator().manual_seed(seed), len(ensemble.states)
    fake = ensemble.generator(torch.randn(seeds, SAMPLES, 3, generator=draws))
    real = torch.stack([ensemble.source(SAMPLES, draws) for _ in range(seeds)])
    scores, real_scores = ensemble.critic(fake), ensemble.critic(real).detach()
    place = ensemble.generator.network.get_parameter("shift")
    losses = torch.stack([ensemble.method.generator_loss(each, None) for each in scores])
    (gradients,) = torch.autograd.grad(losses.sum(), place)
    estimates = [float(jensen_shannon(*pair)) for pair in zip(real_scores, scores.detach(), strict=True)]
    distances = place.detach()[:, 0].abs() / GAP
    columns = zip(distances.tolist(), estimates, gradients.norm(dim=1).tolist(), strict=True)
    return [dict(zip(("distance", "estimate", "gradient_norm"), row, strict=True)) for row in columns]
