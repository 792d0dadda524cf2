"""How many modes a GAN's generator loses, with and without minibatch discrimination.

Salimans et al. (2016), section 3.2: a critic that sees each sample beside its batch can tell a batch of
equal samples from a varied one, and push the generator apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bench.toys.common import EFFORTS, Effort
from bench.toys.mixtures import Schedule, drawn, mode_centres, trained

MIXTURES = {"ring": ("gaussians8", 1e-3), "grid": ("gaussians25", 3e-3)}
"""Data set and learning rate, one with which the GAN alone loses modes within these steps."""

SCHEDULE = Schedule(2000, 10)

NETWORKS = {"architecture_options": {"width": 64, "latent_dim": 16}, "batch_size": 32}
"""Noise of more dimensions than the data, another way to a collapse that is quick to train."""

METHODS: dict[str, dict[str, Any]] = {
    "gan": {},
    "gan+minibatch_discrimination": {"minibatch_kernels": 8, "minibatch_dims": 2},
}
"""Fewer kernels than the authors' hundred, for 64 features."""

SHOWN = 24
"""Samples of each last generator that are kept for the figure."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains the same networks on the same draws with and without the technique.

    Returns:
        Rows of kind "look": `mixture`, the number of its `modes`, `method` and those of
        `bench.toys.mixtures.trained`; and of kind "sample": `x` and `y`, generated points of the trained
        networks.
    """
    first = int(rng.integers(1_000_000))
    pairs = [(mixture, method) for mixture in MIXTURES for method in METHODS]
    return pd.concat([_trainings(mixture, method, first, EFFORTS[effort]) for mixture, method in pairs])


def _trainings(mixture: str, method: str, first: int, effort: Effort) -> pd.DataFrame:
    dataset, rate = MIXTURES[mixture]
    options = {**METHODS[method], "learning_rate": rate}
    settings = {**NETWORKS, "dataset": dataset, "method": method, "method_options": options}
    ensemble, rows = trained(settings, first, effort, SCHEDULE)
    samples = [
        pd.DataFrame(drawn(ensemble, k, SHOWN).numpy(), columns=["x", "y"]).assign(kind="sample", replicate=k)
        for k in range(effort.seeds)
    ]
    looks = pd.DataFrame(rows).assign(kind="look", modes=len(mode_centres(ensemble)))
    return pd.concat([looks, *samples]).assign(mixture=mixture, method=method)
