"""What is taken of the course of a run, rather than of its end."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from claims.claim import Evidence
from claims.judges.grid import FAILED, KEPT, first, floors, last, metric, quality, snapshots
from claims.statistics import fisher_z, spearman

LEAST_SNAPSHOTS = 4
"""Snapshots below which a run has no rank correlation to speak of."""

WARM_UP = 0.25
"""Share of the generator steps that an outcome "after the warm-up" leaves out."""


def points(evidence: Evidence, estimate: str) -> pd.DataFrame:
    """Returns `estimate` and `quality` at every snapshot after step 0 of the finished runs."""
    rows = snapshots(evidence, quality(evidence)).rename(columns={"value": "quality"})
    other = metric(evidence, estimate)[["run_id", "step", "value"]].rename(columns={"value": "estimate"})
    return rows[rows["step"] > 0].merge(other, on=["run_id", "step"]).sort_values(["run_id", "step"])


@functools.lru_cache(maxsize=KEPT)
def correlations(evidence: Evidence, estimate: str, warm_up: float = 0.0) -> pd.DataFrame:
    """Correlates an estimate with the quality of samples over the snapshots of each run.

    Args:
        evidence: scores and runs.
        estimate: metric that holds the estimate.
        warm_up: share of the generator steps before the first snapshot used.

    Returns:
        `correlation` (Spearman's, positive where the estimate falls as samples get better) and `snapshots`, by
        run, for every finished run with at least four snapshots scored.
    """
    rows = points(evidence, estimate)
    rows = rows[rows["step"] >= warm_up * rows["generator_steps"]]
    found = {
        run_id: (spearman(run["estimate"], run["quality"]), len(run))
        for run_id, run in rows.groupby("run_id")
        if len(run) >= LEAST_SNAPSHOTS
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=["correlation", "snapshots"])


def steps_to(level: float, evidence: Evidence) -> pd.Series:
    """Returns the generator step of the first snapshot at which a run has come `level` of the way; infinite if never.

    A run that failed never came.
    """
    scores = quality(evidence)
    rows = snapshots(evidence, scores)
    rows = rows[~rows["outcome"].isin(FAILED)]
    start = rows["run_id"].map(first(evidence, scores))
    data = evidence.runs.drop_duplicates("run_id").set_index("run_id")
    names = data["dataset"].astype(str) + "-" + data["image_size"].astype(str)
    floor = rows["run_id"].map(names).map(floors(evidence)).astype(float)
    come = (np.log(start) - np.log(rows["value"])) / (np.log(start) - np.log(floor))
    reached = rows[come >= level].groupby("run_id")["step"].min().astype(float)
    scored = last(evidence, scores).index
    return reached.reindex(scored).fillna(np.inf)


def drift(estimate: str, evidence: Evidence) -> pd.Series:
    """Returns the relative change of an estimate from the first half of a run's snapshots to the second, by run.

    (b - a) / max(|a|, |b|) of the means a and b of the two halves: 0 for a flat curve, at most 2 in magnitude.
    """
    return _relative(*_halves(points(evidence, estimate), "estimate"))


def quality_drift(evidence: Evidence) -> pd.Series:
    """Returns how much the log of the score of quality fell from the first half of a run's snapshots to the second."""
    rows = snapshots(evidence, quality(evidence))
    rows = rows[rows["step"] > 0]
    early, late = _halves(rows.assign(quality=np.log(rows["value"])), "quality")
    return early - late


def swing(evidence: Evidence) -> pd.Series:
    """Returns how much the score of quality changes from snapshot to snapshot in the second half of them, by run.

    The mean of |log q_{i+1} - log q_i|; infinite for a run that failed, since no generator is left to be steady.
    """
    scores = quality(evidence)
    rows = snapshots(evidence, scores)
    late = rows[rows.groupby("run_id")["step"].rank(pct=True) > 0.5].sort_values(["run_id", "step"])
    change = np.log(late["value"]).groupby(late["run_id"]).diff().abs()
    found = change.groupby(late["run_id"]).mean()
    failed = rows.loc[rows["outcome"].isin(FAILED), "run_id"].unique()
    return pd.concat([found.drop(failed, errors="ignore"), pd.Series(np.inf, index=failed)])


def gap(evidence: Evidence) -> pd.Series:
    """Returns the critic's estimate on training data less that on held-out data, relative to the larger, by run.

    Gulrajani et al. (2017), figure 5, show both curves; a critic that overfits scores training data higher. At most
    2 in magnitude, also for critics whose estimates are about 0.
    """
    fit = last(evidence, metric(evidence, "critic_estimate_train"))
    held = last(evidence, metric(evidence, "critic_estimate"))
    return _relative(held, fit)


def gap_growth(evidence: Evidence) -> pd.Series:
    """Returns Fisher's z of the rank correlation between the overfitting gap and the step, by run."""
    fit, held = (
        metric(evidence, name)[["run_id", "step", "value"]] for name in ("critic_estimate_train", "critic_estimate")
    )
    both = snapshots(evidence, fit).merge(held, on=["run_id", "step"], suffixes=("", "_held"))
    both = both[both["step"] > 0]
    return pd.Series(
        {
            run_id: fisher_z(spearman(run["value"] - run["value_held"], run["step"]), len(run))
            for run_id, run in both.groupby("run_id")
            if len(run) >= LEAST_SNAPSHOTS
        },
        dtype=float,
    )


def _relative(a: pd.Series, b: pd.Series) -> pd.Series:
    """(b - a) / max(|a|, |b|), and 0 where both are 0."""
    size = np.maximum(a.abs(), b.abs())
    return ((b - a) / size.where(size > 0, 1.0)).astype(float)


def _halves(rows: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """Means of a column over the first and the second half of the snapshots of each run."""
    place = rows.groupby("run_id")["step"].rank(pct=True)
    early, late = rows[place <= 0.5], rows[place > 0.5]
    return early.groupby("run_id")[column].mean(), late.groupby("run_id")[column].mean()
