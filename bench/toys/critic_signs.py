"""How often a critic's estimate changes its sign, for critics that differ in size and in training.

The estimate is E f(x) - E f(G(z)) on the critic's own batch, at the last critic
step before each generator step, as Arjovsky et al. (2017) plot it.
"""

from __future__ import annotations

import copy
import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import torch

from bench.data import Source
from bench.ensemble import Ensemble
from bench.metrics.transport import wasserstein1
from bench.toys.common import EFFORTS, Effort, sampled, together

GENERATOR_STEPS, CHECK_EVERY, SAMPLES = 400, 100, 512

SEEDS_FACTOR = 2
"""Ten trainings leave it open in how many the able critic's estimate keeps its sign."""

ARMS: dict[str, dict[str, int]] = {
    "able": {"width": 64, "depth": 3, "n_critic": 5},
    "small": {"width": 2, "depth": 1, "n_critic": 5},
    "hasty": {"width": 64, "depth": 3, "n_critic": 1},
}
"""A critic of three layers of 64 units trained for 5 steps a generator step; one of 2 units; one of a single step."""

EQUAL = "equal"
"""The able critic between what the untrained generator makes and more of the same."""

SETTINGS: dict[str, Any] = {"dataset": "gaussians8", "architecture": "toy_mlp", "method": "wgan", "batch_size": 64}


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains WGANs whose critics differ, and an able critic between two equal distributions.

    Returns:
        By `arm`, `replicate` and generator `step`, the critic's `estimate`, whether it has `turned` from the sign it
        had at the step before, and at every CHECK_EVERY-th step `distance`, the exact Wasserstein distance of 512
        fresh samples (else NaN). Steps that show nothing are left out, but for the last.
    """
    first = int(rng.integers(1_000_000))
    chosen = Effort(SEEDS_FACTOR * EFFORTS[effort].seeds, EFFORTS[effort].share)
    rows = [row for arm in ARMS for row in _trained(arm, first, chosen)]
    return turning_points(pd.DataFrame([*rows, *_between_equals(first, chosen)]))


def turning_points(rows: pd.DataFrame) -> pd.DataFrame:
    """Marks the steps at which the estimate of a training turns, and keeps them, those with a distance and the last."""
    rows = rows.sort_values(["arm", "replicate", "step"], ignore_index=True)
    signs = np.sign(rows["estimate"])
    rows["turned"] = signs * signs.groupby([rows["arm"], rows["replicate"]]).shift() < 0
    kept = rows["turned"] | rows["distance"].notna() | (rows["step"] == rows["step"].max())
    return rows[kept].reset_index(drop=True)


def _ensemble(arm: str, first: int, seeds: int) -> Ensemble:
    own = ARMS[arm]
    architecture = {"width": 64, "critic_width": own["width"], "critic_depth": own["depth"]}
    method = {"n_critic": own["n_critic"]}
    return together({**SETTINGS, "architecture_options": architecture, "method_options": method}, first, seeds)


def _trained(arm: str, first: int, effort: Effort) -> list[dict[str, Any]]:
    ensemble, rows = _ensemble(arm, first, effort.seeds), []
    for step in range(1, effort.steps(GENERATOR_STEPS) + 1):
        estimates = ensemble.train_step()[2]
        checked = step % effort.steps(CHECK_EVERY) == 0
        rows += _recorded(arm, step, estimates, _distances(ensemble, first) if checked else None)
    return rows


def _between_equals(first: int, effort: Effort) -> list[dict[str, Any]]:
    ensemble, rows = _ensemble("able", first, effort.seeds), []
    ensemble.source = more_of_the_same(ensemble)
    for step in range(1, effort.steps(GENERATOR_STEPS) + 1):
        for _ in range(ARMS["able"]["n_critic"]):
            estimates = ensemble.critic_step()[1]
        rows += _recorded(EQUAL, step, estimates, None)
    return rows


def more_of_the_same(ensemble: Ensemble) -> Source:
    """A source of points that each replication's own generator, as it is now, makes.

    An ensemble asks its source once for each replication, in order.
    """
    made = [copy.deepcopy(ensemble.networks(index)) for index in range(len(ensemble.states))]
    turns = itertools.cycle(made)

    def draw(n: int, rng: torch.Generator) -> torch.Tensor:
        networks = next(turns)
        with torch.no_grad():
            return networks.generator(torch.randn(n, networks.architecture.latent_dim, generator=rng))

    return draw


def _recorded(arm: str, step: int, estimates: torch.Tensor, distances: list[float] | None) -> list[dict[str, Any]]:
    known = distances or [math.nan] * len(estimates)
    return [
        {"arm": arm, "replicate": replicate, "step": step, "estimate": float(estimate), "distance": distance}
        for replicate, (estimate, distance) in enumerate(zip(estimates, known, strict=True))
    ]


def _distances(ensemble: Ensemble, first: int) -> list[float]:
    found = []
    for replicate in range(len(ensemble.states)):
        networks = ensemble.networks(replicate)
        real = ensemble.source(SAMPLES, torch.Generator().manual_seed(first + replicate))
        fake = sampled(networks.generator, networks.architecture.latent_dim, SAMPLES, first + replicate)
        found.append(wasserstein1(real, fake))
    return found
