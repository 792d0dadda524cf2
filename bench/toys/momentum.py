"""WGAN with clipping and WGAN-GP under optimizers with and without momentum.

Eight Gaussians, the trainings of one seed from the same first weights. Plain gradient descent has the learning
rate at which it did best of 0.03 and 0.3 on other seeds: with clipped weights its gradients are small.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bench.toys.common import EFFORTS
from bench.toys.mixtures import Schedule, trained

SCHEDULE = Schedule(250, 10)

CLIPPED = {"clip_value": 0.1, "learning_rate": 1e-3}
PENALISED = {"gp_weight": 0.1, "learning_rate": 1e-3}
USUAL_ADAM = {"optimizer": "adam", "beta1": 0.9, "beta2": 0.999}
"""The decays of Kingma and Ba (2015)."""

CODE_ADAM = {"optimizer": "adam", "beta1": 0.5, "beta2": 0.999}
"""Those of the WGAN authors' code where it is told to use Adam."""

WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "clip_rmsprop": ("wgan", CLIPPED),
    "clip_adam_0.5": ("wgan", {**CLIPPED, **CODE_ADAM}),
    "clip_adam_0.9": ("wgan", {**CLIPPED, **USUAL_ADAM}),
    "clip_sgd": ("wgan", {**CLIPPED, "optimizer": "sgd", "learning_rate": 0.3}),
    "gp_adam_0.5": ("wgan_gp", {**PENALISED, **CODE_ADAM}),
    "gp_adam_0.9": ("wgan_gp", {**PENALISED, **USUAL_ADAM}),
}


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains in each way.

    Returns:
        `way` and the rows of `bench.toys.mixtures.trained`.
    """
    first = int(rng.integers(1_000_000))
    tables = []
    for way, (method, options) in WAYS.items():
        settings = {"dataset": "gaussians8", "method": method, "method_options": options}
        _, rows = trained(settings, first, EFFORTS[effort], SCHEDULE)
        tables.append(pd.DataFrame(rows).assign(way=way))
    return pd.concat(tables, ignore_index=True)
