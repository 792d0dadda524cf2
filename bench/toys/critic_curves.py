"""Discriminator and critics that tell two Gaussians on the line apart, as functions on the line.

Arjovsky et al. (2017), figure 2. Real points have the law N(-3, 1), generated ones N(3, 1), and neither
changes: what is recorded is the score v(x) and its slope, from which the judge computes D = sigmoid(v) and
every generator cost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import torch

from bench.ensemble import Ensemble
from bench.toys.affine import Affine, against, normal
from bench.toys.common import EFFORTS

MEAN = 3.0
"""Of the generated points; the real ones have the opposite mean, and both deviation 1."""

WINDOW, POINTS = 8.0, 161
"""Half the width of the plotted interval, as in the figure, and where on it the critics are looked at."""

STEPS = 3000

METHODS: dict[str, dict[str, float]] = {
    "gan": {"learning_rate": 1e-3},
    "wgan": {"learning_rate": 1e-3},
    "wgan_gp": {"learning_rate": 3e-3},
}
"""Critics with the options that bring them near their optimum in that many steps; the clipping value is the paper's."""

SETTINGS = {
    "dataset": "two_gaussians",
    "architecture": "toy_mlp",
    "architecture_options": {"latent_dim": 1, "width": 32, "critic_width": 32},
    "batch_size": 64,
}


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains critics between two Gaussians that stay as they are.

    Returns:
        One row per seed, method, checkpoint (half the training and its end) and place:
        `replicate`, `method`, `critic_steps`, `x`, `score` and `slope`, the score's derivative.
    """
    first, chosen = int(rng.integers(1_000_000)), EFFORTS[effort]
    frames = [_curves(method, first, chosen.seeds, chosen.steps(STEPS)) for method in METHODS]
    return pd.concat(frames, ignore_index=True)


def _curves(method: str, first: int, seeds: int, steps: int) -> pd.DataFrame:
    one, mean = torch.ones(1, 1), torch.tensor([MEAN])
    settings: dict[str, Any] = {**SETTINGS, "method": method, "method_options": METHODS[method]}
    generators = [Affine(one, mean) for _ in range(seeds)]
    ensemble = against(settings, first, normal(-mean, one), generators, dimension=1)
    frames = []
    for step in range(1, steps + 1):
        ensemble.critic_step()
        if step in (steps // 2, steps):
            frames.append(_looked_at(ensemble, seeds).assign(method=method, critic_steps=step))
    return pd.concat(frames)


def _looked_at(ensemble: Ensemble, seeds: int) -> pd.DataFrame:
    line = torch.linspace(-WINDOW, WINDOW, POINTS)
    places = line.repeat(seeds, 1)[..., None].requires_grad_()
    scores = ensemble.critic(places)
    (slopes,) = torch.autograd.grad(scores.sum(), places)
    columns = {
        "replicate": torch.arange(seeds).repeat_interleave(POINTS),
        "x": line.repeat(seeds),
        "score": scores.detach().flatten(),
        "slope": slopes.flatten(),
    }
    return pd.DataFrame({name: column.numpy() for name, column in columns.items()})
