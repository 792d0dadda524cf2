"""Counts of modes and shares of samples: which modes a generator keeps, and how finely such scores can be told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Evidence
from claims.judges.grid import last, metric, real_data
from claims.statistics import ROUNDING

KEPT = "modes_kept"


def share_of_modes(evidence: Evidence) -> pd.Series:
    """Returns the modes kept after the last step over those that as many real samples keep, by run."""
    scores = metric(evidence, KEPT)
    kept = last(evidence, scores)
    return kept / real_data(evidence, scores).reindex(kept.index)


def samples_a_mode(evidence: Evidence) -> pd.Series:
    """Returns how many samples a run was scored with for each mode that as many real samples keep, by run.

    Where real samples are too few to show every mode this is above their number for each mode, and well below ten.
    """
    scores = metric(evidence, KEPT)
    n_fake = scores.groupby("run_id")["n_fake"].min()
    return (n_fake / real_data(evidence, scores)).dropna()


def log_count_step(name: str, evidence: Evidence) -> float:
    """Returns the standard deviation of the rounding of the log of a count, of a middling run.

    Of the data sets, that whose counts are lowest decides.
    """
    scores = metric(evidence, name)
    counts = last(evidence, scores).clip(lower=1.0)
    data = scores.drop_duplicates("run_id").set_index("run_id")["data"]
    middling = counts.groupby(data.reindex(counts.index)).median()
    return float(ROUNDING / middling.min()) if len(middling) else 0.0


def share_step(name: str, size: str, evidence: Evidence) -> float:
    """Returns the largest standard deviation over samples that a run's share of them has: sqrt(p (1 - p) / n).

    p is taken after Laplace's rule of succession, (k + 1) / (n + 2) for k of n, so that it is never 0 or 1.

    Args:
        name: the score, a share.
        size: column that holds how many samples it is a share of.
        evidence: scores and runs.
    """
    scores, shares = metric(evidence, name), last(evidence, metric(evidence, name))
    if shares.empty:
        return 0.0
    n = scores.groupby("run_id")[size].min().reindex(shares.index)
    p = (n * shares + 1) / (n + 2)
    return float(np.sqrt(p * (1 - p) / n).max())
