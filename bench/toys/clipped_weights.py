"""Where clipping leaves the weights of a critic, and where the gradient penalty does.

Gulrajani et al. (2017), figure 1 (b), right: histograms of the weights of the 12-layer critic trained on the Swiss
roll. The networks and the training are those of `bench.toys.deep_critic`. Each clipping value has a second arm whose
weights start inside the interval, uniformly, so that only the training can take them to its ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bench.ensemble import Ensemble
from bench.toys.common import EFFORTS, Effort, together
from bench.toys.deep_critic import CLIP_VALUES, LEARNING_RATE, SETTINGS, constrained

GENERATOR_STEPS = 100
BINS = 41
OUTER = 0.9
"""The ends: from this share of the interval's half width on."""

ARMS = [(value, start) for value in CLIP_VALUES for start in ("usual", "inside")] + [(0.0, "usual")]


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains deep WGANs on the Swiss roll.

    Returns:
        Rows with `clip_value` (0 for the penalty), `start` of the weights ("usual" or "inside" the interval) and
        `stage` ("clipped", before training, or "trained"); of kind "share": by `replicate` the share `at_ends` of the
        weights; of kind "bin": the first replication's `count` of weights about `weight`, in units of the half width
        of their interval, which is that of their own range with the penalty.
    """
    first = int(rng.integers(1_000_000))
    return pd.DataFrame([row for arm in ARMS for row in _rows(*arm, first, EFFORTS[effort])])


def half_width(weights: Tensor, clip_value: float) -> float:
    """Of the clipping interval, or of the weights' own range around 0 where there is none."""
    return clip_value or float(weights.abs().max())


def share_at_ends(weights: Tensor, clip_value: float) -> float:
    """Share of the weights in the outer tenth of their interval; uniform weights have a tenth there."""
    return float((weights.abs() >= OUTER * half_width(weights, clip_value)).double().mean())


def _rows(clip_value: float, start: str, first: int, effort: Effort) -> Iterator[dict[str, Any]]:
    ensemble = together({**SETTINGS, **constrained(clip_value, LEARNING_RATE)}, first, effort.seeds)
    if start == "inside":
        _uniform(ensemble, clip_value, first)
    if ensemble.method.constrain:
        ensemble.method.constrain(ensemble.critic)
    yield from _looked_at(ensemble, clip_value, start, "clipped")
    for _ in range(effort.steps(GENERATOR_STEPS)):
        ensemble.train_step()
    yield from _looked_at(ensemble, clip_value, start, "trained")


def _uniform(ensemble: Ensemble, clip_value: float, seed: int) -> None:
    """Draws the weights uniformly from the clipping interval; biases start at 0 as they are."""
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for stacked in ensemble.critic.parameters():
            if stacked.dim() > 2:
                stacked.uniform_(-clip_value, clip_value, generator=rng)


def _looked_at(ensemble: Ensemble, clip_value: float, start: str, stage: str) -> Iterator[dict[str, Any]]:
    parts = [weights.detach().flatten(1) for weights in ensemble.critic.parameters() if weights.dim() > 2]
    known = {"clip_value": clip_value, "start": start, "stage": stage}
    for replicate, weights in enumerate(torch.cat(parts, dim=1)):
        share = share_at_ends(weights, clip_value)
        yield {**known, "kind": "share", "replicate": replicate, "at_ends": share}
        if replicate == 0:
            units = (weights / half_width(weights, clip_value)).clamp(-1, 1).numpy()
            counts, edges = np.histogram(units, bins=BINS, range=(-1, 1))
            for count, middle in zip(counts, (edges[1:] + edges[:-1]) / 2, strict=True):
                yield {**known, "kind": "bin", "weight": middle, "count": count}
