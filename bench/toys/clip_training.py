"""WGAN with other clipping values: what it learns, how steadily, and how long its critic takes.

Eight Gaussians; the trainings of one seed start from the same weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bench.ensemble import Ensemble
from bench.toys.clip_values import LEARNING_RATE, critic_rows, fixed_points, looks, measured
from bench.toys.common import EFFORTS, Effort
from bench.toys.mixtures import Schedule, trained

CLIP_VALUES = (0.01, 0.03, 0.1, 0.3, 1.0)
"""From the paper's value on."""

DECADES = (0.01, 0.1, 1.0)
"""The values whose critics are also trained well, or against a generator that stays as it is."""

USUAL, WELL = 5, 15
"""Critic steps per generator step: the paper's, and those of the well trained critics."""

SCHEDULE = Schedule(300, 12)

AFTERWARDS, AFTER_LOOKS = 400, 8
"""Critic steps against the trained generator, which show what the critic's estimate can come to."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains with each clipping value.

    Returns:
        `kind` "look": `n_critic`, `clip_value` and the rows of `bench.toys.mixtures.trained`; "after": `estimate` of
        the well trained critics at `critic_steps` 0, when training ends, and behind; "critic": the rows of
        `bench.toys.clip_values.critic_rows`.
    """
    first, chosen = int(rng.integers(1_000_000)), EFFORTS[effort]
    tables = [critic_rows(clip_value, first, chosen).assign(kind="critic") for clip_value in DECADES]
    tables += [_training(clip_value, USUAL, first, chosen)[1] for clip_value in CLIP_VALUES]
    for clip_value in DECADES:
        ensemble, rows = _training(clip_value, WELL, first, chosen)
        tables += [rows, _afterwards(ensemble, first, chosen).assign(clip_value=clip_value)]
    return pd.concat(tables, ignore_index=True)


def _training(clip_value: float, n_critic: int, first: int, effort: Effort) -> tuple[Ensemble, pd.DataFrame]:
    options: dict[str, Any] = {"clip_value": clip_value, "n_critic": n_critic, "learning_rate": LEARNING_RATE}
    settings = {"dataset": "gaussians8", "method": "wgan", "method_options": options}
    ensemble, rows = trained(settings, first, effort, SCHEDULE)
    return ensemble, pd.DataFrame(rows).assign(kind="look", clip_value=clip_value, n_critic=n_critic)


def _afterwards(ensemble: Ensemble, first: int, effort: Effort) -> pd.DataFrame:
    """Trains the critics further while the generators stay as they are."""
    steps = effort.steps(AFTERWARDS)
    estimates = measured(ensemble, *fixed_points(ensemble, first))["estimate"]
    now = [{"replicate": k, "critic_steps": 0, "estimate": float(value)} for k, value in enumerate(estimates)]
    checkpoints = {round(steps * look / AFTER_LOOKS) for look in range(1, AFTER_LOOKS + 1)}
    behind = pd.DataFrame([*now, *looks(ensemble, first, checkpoints)])
    return behind[["replicate", "critic_steps", "estimate"]].assign(kind="after", n_critic=WELL)
