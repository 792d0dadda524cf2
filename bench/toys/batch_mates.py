"""A batch-normalized critic as a function of whole batches.

A normalized layer maps the n values of a unit to (x - mean) / s with s =
sqrt(var + eps). Its derivative is (I - 11'/n - y y'/n) / s, with y what comes
out, and has norm 1 / s: at most 1 / sqrt(eps), where the batch has no spread.
With the divisor std + eps the least s is eps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bench.toys.clipped_scales import SETTINGS
from bench.toys.common import EFFORTS, Effort, together

GENERATOR_STEPS = 150
BATCH, SINGLES, DRAWS, SHIFT = 32, 32, 50, 1.0
SPREADS = (1.0, 0.1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)
"""By how much a batch is shrunk towards its mean."""

LAYER_SPREADS = tuple(10.0**power for power in (-8, -6, -5, -4, -3, -2, -1, -0.5, 0, 0.5, 1))

FORMS: dict[str, tuple[float, Callable[[Tensor, float], Tensor]]] = {
    "root": (1e-5, lambda variance, eps: (variance + eps).sqrt()),
    "sum": (1e-5, lambda variance, eps: variance.sqrt() + eps),
    "none": (0.0, lambda variance, eps: variance.sqrt() + eps),
}
"""What is divided by: sqrt(var + eps) in networks, std + eps as in the discussion of the paper, std."""

ARMS: dict[str, tuple[bool, str]] = {"batch": (True, "all"), "free": (True, "weights"), "plain": (False, "all")}
"""Whether the critic is batch normalized, and what is clipped: in "free" not its scales and shifts."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Measures normalized layers by themselves and in critics trained with weight clipping.

    Returns:
        Rows of four kinds, by `replicate`: "layer", a layer with divisor `form` and `eps`, and "critic", a whole one of
        an `arm`, at a batch of deviation `spread`, with `slope`, the norm of the derivative by the batch, `output`,
        the root mean square of what comes out, and `bound`, what the weights and eps allow; "mates", the deviation of
        a sample's score over batches (`within`) and of mean scores over samples (`between`); "shift", the `estimate`
        between a batch and the same batch moved by 1, beside `between`.
    """
    first = int(rng.integers(1_000_000))
    chosen = EFFORTS[effort]
    rows = [row for replicate in range(chosen.seeds) for row in _layer_rows(replicate, first + replicate)]
    return pd.DataFrame([*rows, *(row for arm in ARMS for row in _critic_rows(arm, first, chosen))])


def _layer_rows(replicate: int, seed: int) -> list[dict[str, Any]]:
    rng = torch.Generator().manual_seed(seed)
    rows = []
    for form, (eps, divisor) in FORMS.items():
        for spread in LAYER_SPREADS:
            x = torch.randn(BATCH, generator=rng, dtype=torch.float64)
            x = spread * (x - x.mean()) / x.std(correction=0)
            measures = {"slope": slope(normalizer(divisor, eps), x), "output": _size(normalizer(divisor, eps)(x))}
            rows.append(
                {"kind": "layer", "replicate": replicate, "form": form, "eps": eps, "spread": spread, **measures}
            )
    return rows


def normalizer(divisor: Callable[[Tensor, float], Tensor], eps: float) -> Callable[[Tensor], Tensor]:
    """The map (x - mean) / divisor(var, eps) of one unit's values in a batch."""

    def normalize(x: Tensor) -> Tensor:
        return (x - x.mean()) / divisor(x.var(correction=0), eps)

    return normalize


def slope(function: Callable[[Tensor], Tensor], batch: Tensor) -> float:
    """Norm of the derivative of all that comes out by all of a batch, which no slope beside it falls below."""
    jacobian = torch.func.jacrev(function)(batch)
    return float(torch.linalg.matrix_norm(jacobian.reshape(jacobian.shape[0], -1), 2))


def _size(values: Tensor) -> float:
    return float(values.square().mean().sqrt())


def _critic_rows(arm: str, first: int, effort: Effort) -> list[dict[str, Any]]:
    normalized, scope = ARMS[arm]
    options = {**SETTINGS["architecture_options"], "critic_batch_norm": normalized}
    settings = {**SETTINGS, "architecture_options": options, "method_options": {"clip_scope": scope}}
    ensemble = together(settings, first, effort.seeds)
    for _ in range(effort.steps(GENERATOR_STEPS)):
        ensemble.train_step()
    rows: list[dict[str, Any]] = []
    for replicate in range(effort.seeds):
        rng = torch.Generator().manual_seed(first + replicate)
        critic = ensemble.networks(replicate).critic.double().requires_grad_(False)
        points = ensemble.source(SINGLES + DRAWS * (BATCH - 1), rng).double()
        cell = {"arm": arm, "replicate": replicate}
        rows += [{**cell, **row} for row in (*slopes(critic, points[:BATCH]), *mates(critic, points))]
        critic.float()
    return rows


def slopes(critic: nn.Module, batch: Tensor) -> list[dict[str, Any]]:
    """Slopes at a batch (n, d) and at the same batch shrunk towards its mean, beside their bound."""
    centre, rows = batch.mean(dim=0), []
    for spread in SPREADS:
        shrunk = centre + spread * (batch - centre)
        found = {"slope": slope(critic, shrunk), "output": _size(critic(shrunk)), "bound": bound(critic)}
        rows.append({"kind": "critic", "spread": float(_size(shrunk - centre)), **found})
    return rows


def bound(critic: nn.Module) -> float:
    """Product over the layers of the weights' norms and of max |gamma| / sqrt(eps)."""
    factors = [
        float(torch.linalg.matrix_norm(layer.weight, 2)) for layer in critic.modules() if isinstance(layer, nn.Linear)
    ]
    norms = [layer for layer in critic.modules() if isinstance(layer, nn.BatchNorm1d)]
    return math.prod([*factors, *(float(layer.weight.abs().max()) / math.sqrt(layer.eps) for layer in norms)])


def mates(critic: nn.Module, points: Tensor) -> list[dict[str, Any]]:
    """How a sample's score depends on who else is in the batch, and what the critic says of a moved batch.

    Args:
        critic: (n, d) -> (n,).
        points: (SINGLES + DRAWS * (BATCH - 1), d) samples; the first are scored in batches of the others.
    """
    singles = points[:SINGLES, None, None].expand(-1, DRAWS, -1, -1)
    others = points[SINGLES:].reshape(DRAWS, BATCH - 1, -1).expand(SINGLES, -1, -1, -1)
    batches = torch.cat([singles, others], dim=2).flatten(0, 1)
    scores = torch.vmap(critic)(batches)[:, 0].reshape(SINGLES, DRAWS)
    between, within = float(scores.mean(dim=1).std()), float(scores.var(dim=1).mean().sqrt())
    moved = points[:BATCH] + SHIFT * torch.tensor([1.0, 0.0], dtype=points.dtype)
    estimate = float(critic(points[:BATCH]).mean() - critic(moved).mean())
    return [
        {"kind": "mates", "within": within, "between": between},
        {"kind": "shift", "estimate": estimate, "between": between},
    ]
