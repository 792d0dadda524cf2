"""How sure of itself, and how easily fooled, a discriminator is that is trained with smoothed labels.

Salimans et al. (2016), section 3.4. The generator stays as it is, so that all discriminators have the same
task. A discriminator is fooled by a perturbation that carries a point it judges rightly across D = 1/2; the
shortest one is searched for on rays around the point, not along gradients, which saturated scores hide.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bench.ensemble import Ensemble
from bench.toys.common import EFFORTS, Effort, together

STEPS = 1500
POINTS = 128
"""Real and as many generated points, fresh ones, at which a discriminator is examined."""

DIRECTIONS = 32
RADII = np.geomspace(0.01, 2.0, 40)
"""Lengths tried, 15 % apart; the data is about 3 wide. A point that none of them fools counts with the last."""

SETTINGS = {
    "dataset": "gaussians8",
    "architecture": "toy_mlp",
    "architecture_options": {"width": 64},
    "batch_size": 64,
}

LABELS: dict[str, tuple[float, float]] = {"hard": (1.0, 0.0), "one-sided": (0.9, 0.0), "two-sided": (0.9, 0.1)}
"""Targets for real and for generated points."""

LEARNING_RATE = 1e-3

EDGES = np.linspace(0, 1, 21)
"""Bins of the values of D."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains discriminators of real points from those of a generator as it is initialised.

    Returns:
        Rows of kind "side", one per labels, replicate and `side` ("real", "generated"): `confidence`, the mean of
        max(D, 1 - D); `value`, the mean of D; `right`, the share of points on the right side of 1/2, and `fooled_at`,
        the geometric mean length of the shortest perturbations that carry these across, missing where there are
        none. For the first replicate also rows of kind "bin": `edge`, its left one, and `share` of the values of D.
    """
    first = int(rng.integers(1_000_000))
    return pd.concat([_rows(labels, first, EFFORTS[effort]) for labels in LABELS], ignore_index=True)


def _rows(labels: str, first: int, effort: Effort) -> pd.DataFrame:
    alpha, beta = LABELS[labels]
    options = {"smoothing_alpha": alpha, "smoothing_beta": beta, "learning_rate": LEARNING_RATE}
    ensemble = together({**SETTINGS, "method": "gan+label_smoothing", "method_options": options}, first, effort.seeds)
    for _ in range(effort.steps(STEPS)):
        ensemble.critic_step()
    rows = [{"replicate": k, **row} for k in range(effort.seeds) for row in _examined(ensemble, k, first + k)]
    return pd.DataFrame(rows).assign(labels=labels)


def _examined(ensemble: Ensemble, index: int, seed: int) -> list[dict[str, Any]]:
    """Both sides of one replication's discriminator, and for the first one the values of D by bins."""
    networks = ensemble.networks(index)
    draws = torch.Generator().manual_seed(seed)
    real = ensemble.source(POINTS, draws)
    rows: list[dict[str, Any]] = []
    with torch.no_grad():
        latents = torch.randn(POINTS, networks.architecture.latent_dim, generator=draws)
        for side, points in (("real", real), ("generated", networks.generator(latents))):
            values = torch.sigmoid(networks.critic(points)).double()
            right = values > 0.5 if side == "real" else values < 0.5
            lengths = shortest(networks.critic, points[right])
            rows.append(
                {
                    "kind": "side",
                    "side": side,
                    "confidence": float(torch.maximum(values, 1 - values).mean()),
                    "value": float(values.mean()),
                    "right": float(right.double().mean()),
                    "fooled_at": math.exp(np.log(lengths).mean()) if len(lengths) else math.nan,
                }
            )
            if index == 0:
                shares = np.histogram(values, EDGES)[0] / POINTS
                pairs = zip(EDGES, shares, strict=False)
                rows += [{"kind": "bin", "side": side, "edge": edge, "share": share} for edge, share in pairs]
    return rows


def shortest(critic: nn.Module, points: Tensor) -> np.ndarray:
    """Length of the shortest perturbation among RADII times DIRECTIONS that changes the sign of each score.

    Args:
        critic: (n, 2) -> (n,).
        points: (n, 2).

    Returns:
        (n,) lengths, the last of RADII where no perturbation does.
    """
    angles = torch.arange(DIRECTIONS) * (2 * math.pi / DIRECTIONS)
    rays = torch.stack([angles.cos(), angles.sin()], dim=1)
    steps = torch.as_tensor(RADII, dtype=torch.float32)[:, None, None] * rays
    with torch.no_grad():
        before = critic(points) > 0
        after = critic((points[:, None, None] + steps).flatten(0, 2)) > 0
    crossed = (after.unflatten(0, (len(points), len(RADII), DIRECTIONS)) != before[:, None, None]).any(dim=2)
    crossed[:, -1] = True
    return RADII[crossed.int().argmax(dim=1).numpy()]
