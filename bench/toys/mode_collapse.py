"""Which modes of a mixture WGAN, WGAN-GP and GAN cover after a short training.

The mixtures are those of Gulrajani et al. (2017), figure 1. Learning rates are above the published ones, since
trainings are shorter; clipping is at 0.1 and the penalty weighs 0.1, as in the official gan_toy.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bench.toys.common import EFFORTS, Effort
from bench.toys.mixtures import Schedule, drawn, mode_centres, trained

MIXTURES = {"ring": "gaussians8", "grid": "gaussians25"}

WAYS: dict[str, tuple[str, dict[str, Any], Schedule]] = {
    "wgan": ("wgan", {"clip_value": 0.1, "learning_rate": 1e-3}, Schedule(300, 5)),
    "wgan_poor": ("wgan", {"clip_value": 0.1, "learning_rate": 5e-3, "n_critic": 1}, Schedule(300, 5)),
    "wgan_gp": ("wgan_gp", {"gp_weight": 0.1, "learning_rate": 1e-3}, Schedule(200, 5)),
    "gan": ("gan", {"learning_rate": 1e-3}, Schedule(1000, 5)),
}
"""Each way to train: method, options and how long. A step of GAN is cheaper, with one critic step in place of five."""

SHOWN = 120
"""Samples of a replication's last generator that are kept for the figure."""

PICTURED = 1
"""Replications of which samples are kept."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains in each way on each mixture.

    Returns:
        Rows of kind "look": `mixture`, `way` and those of `bench.toys.mixtures.trained`; and of kind "sample":
        `x` and `y`, generated points of the first trained networks; and of kind "centre": those of the modes.
    """
    first = int(rng.integers(1_000_000))
    pairs = [(mixture, way) for mixture in MIXTURES for way in WAYS]
    tables = [_trainings(mixture, way, first, EFFORTS[effort]) for mixture, way in pairs]
    return pd.concat(tables, ignore_index=True)


def _trainings(mixture: str, way: str, first: int, effort: Effort) -> pd.DataFrame:
    method, options, schedule = WAYS[way]
    settings = {"dataset": MIXTURES[mixture], "method": method, "method_options": options}
    ensemble, rows = trained(settings, first, effort, schedule)
    samples = [
        pd.DataFrame(drawn(ensemble, k, SHOWN).numpy(), columns=["x", "y"]).assign(kind="sample", replicate=k)
        for k in range(PICTURED)
    ]
    looks = pd.DataFrame(rows).assign(kind="look")
    centres = pd.DataFrame(mode_centres(ensemble).numpy(), columns=["x", "y"]).assign(kind="centre")
    return pd.concat([looks, *samples, centres], ignore_index=True).assign(mixture=mixture, way=way)
