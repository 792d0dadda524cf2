"""What clipping makes of a batch-normalized critic whose scales and shifts it clips too.

A normalized layer gives gamma (x - mean) / sqrt(var + eps) + beta. The authors'
code clips gamma and beta with all other parameters to [-c, c].
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm

from bench.step import Networks
from bench.toys.common import EFFORTS, Effort, sampled, together

GENERATOR_STEPS, SAMPLES = 300, 1024

ARMS: dict[str, dict[str, Any]] = {
    "all 0.01": {"clip_value": 0.01},
    "weights 0.01": {"clip_value": 0.01, "clip_scope": "weights"},
    "all 0.1": {"clip_value": 0.1},
    "all 0.001": {"clip_value": 0.001},
}
"""Clipping with the authors' scope, and with scales and shifts left out; then other limits."""

SETTINGS: dict[str, Any] = {
    "dataset": "gaussians8",
    "architecture": "toy_mlp",
    "architecture_options": {"width": 64, "critic_batch_norm": True},
    "method": "wgan",
    "batch_size": 64,
}


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains WGANs with batch-normalized critics.

    Returns:
        One row per `arm`, `replicate` and normalized `layer` (from 1), on a fresh batch of data after training:
        `clip`, the largest size of `scale` and of `shift` and the mean size `mean_scale`, the root mean squares of
        its `input` about the mean, of what is `normalized` and of its `output`, and of the critic the `estimate`.
    """
    first = int(rng.integers(1_000_000))
    return pd.DataFrame([row for arm in ARMS for row in _rows(arm, first, EFFORTS[effort])])


def _rows(arm: str, first: int, effort: Effort) -> list[dict[str, Any]]:
    ensemble = together({**SETTINGS, "method_options": ARMS[arm]}, first, effort.seeds)
    for _ in range(effort.steps(GENERATOR_STEPS)):
        ensemble.train_step()
    rows: list[dict[str, Any]] = []
    for replicate in range(effort.seeds):
        networks = ensemble.networks(replicate)
        real = ensemble.source(SAMPLES, torch.Generator().manual_seed(first + replicate))
        cell = {"arm": arm, "clip": ARMS[arm]["clip_value"], "replicate": replicate}
        cell["estimate"] = _estimate(networks, real, first + replicate)
        rows += [{**cell, **row} for row in scales(networks.critic, real)]
    return rows


def _estimate(networks: Networks, real: Tensor, seed: int) -> float:
    fake = sampled(networks.generator, networks.architecture.latent_dim, len(real), seed)
    with torch.no_grad():
        return float(networks.method.critic_estimate(networks.critic(real), networks.critic(fake)))


def scales(critic: nn.Module, x: Tensor) -> list[dict[str, float]]:
    """Sizes before, between and after the two halves of every batch normalization in a critic of points.

    Args:
        critic: a sequence of layers.
        x: its inputs (n, d).
    """
    rows: list[dict[str, float]] = []
    for module in [layer for layer in critic.modules() if not len(list(layer.children()))]:
        if isinstance(module, nn.BatchNorm1d):
            plain = batch_norm(x, None, None, training=True, eps=module.eps)
            weights = {"scale": module.weight, "shift": module.bias}
            row = {name: float(value.detach().abs().max()) for name, value in weights.items()}
            row |= {"layer": len(rows) + 1, "mean_scale": float(module.weight.detach().abs().mean())}
            sizes = {"input": x - x.mean(dim=0), "normalized": plain, "output": module(x)}
            rows.append(row | {name: float(value.detach().square().mean().sqrt()) for name, value in sizes.items()})
        x = module(x)
    return rows
