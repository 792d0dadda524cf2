"""How steadily a GAN's generator approaches the data, with and without feature matching.

Salimans et al. (2016), section 3.1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.toys.common import EFFORTS, Effort
from bench.toys.mixtures import Schedule, trained

MIXTURES = {"ring": "gaussians8", "grid": "gaussians25"}

METHODS = ("gan", "gan+feature_matching")

SCHEDULE = Schedule(1200, 24)

LEARNING_RATE = 1e-3
"""Above the published one, since trainings are shorter; the GAN learns with it."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains the same networks on the same draws with and without the technique.

    Returns:
        One row per look: `mixture`, `method` and those of `bench.toys.mixtures.trained`.
    """
    first = int(rng.integers(1_000_000))
    pairs = [(mixture, method) for mixture in MIXTURES for method in METHODS]
    return pd.concat([_trainings(*pair, first, EFFORTS[effort]) for pair in pairs], ignore_index=True)


def _trainings(mixture: str, method: str, first: int, effort: Effort) -> pd.DataFrame:
    options = {"learning_rate": LEARNING_RATE}
    settings = {"dataset": MIXTURES[mixture], "method": method, "method_options": options}
    rows = trained(settings, first, effort, SCHEDULE)[1]
    return pd.DataFrame(rows).assign(mixture=mixture, method=method)
