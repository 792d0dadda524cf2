"""What is taken of the course of a run, rather than of its end."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from claims.claim import Evidence
from claims.judges.grid import FAILED, KEPT, last, metric, quality, snapshots, way
from claims.statistics import fisher_z, spearman, z_resolution
from claims.thresholds import LEAST_SNAPSHOTS


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
        run, for every finished run with at least four snapshots scored that did not fail.
    """
    rows = points(evidence, estimate)
    rows = rows[(rows["step"] >= warm_up * rows["generator_steps"]) & ~rows["outcome"].isin(FAILED)]
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
    come = way(evidence, rows["run_id"], rows["value"])
    reached = rows[come >= level].groupby("run_id")["step"].min().astype(float)
    scored = last(evidence, scores).index
    return reached.reindex(scored).fillna(np.inf)


def drift(estimate: str, evidence: Evidence) -> pd.Series:
    """Returns the relative change of an estimate from the first half of a run's snapshots to the second, by run.

    (b - a) / max(|a|, |b|) of the means a and b of the two halves: 0 for a flat curve and for a run that failed, at
    most 2 in magnitude.
    """
    return with_failed(evidence, _relative(*_halves(points(evidence, estimate), "estimate")), 0.0)


def quality_drift(evidence: Evidence) -> pd.Series:
    """Returns how much the log of the score of quality fell from the first half of a run's snapshots to the second.

    0 for a run that failed, whose generator is the one it began with.
    """
    rows = snapshots(evidence, quality(evidence))
    rows = rows[rows["step"] > 0]
    early, late = _halves(rows.assign(quality=np.log(rows["value"])), "quality")
    return with_failed(evidence, early - late, 0.0)


def swing(evidence: Evidence) -> pd.Series:
    """Returns how much the score of quality changes from snapshot to snapshot in the second half of them, by run.

    The mean of |log q_{i+1} - log q_i|; infinite for a run that failed, since no generator is left to be steady.
    """
    scores = quality(evidence)
    rows = snapshots(evidence, scores)
    late = rows[rows.groupby("run_id")["step"].rank(pct=True) > 0.5].sort_values(["run_id", "step"])
    change = np.log(late["value"]).groupby(late["run_id"]).diff().abs()
    return with_failed(evidence, change.groupby(late["run_id"]).mean(), np.inf)


def with_failed(evidence: Evidence, found: pd.Series, value: float) -> pd.Series:
    """Returns what was found of runs, with `value` for every run that failed, whatever it did until then."""
    failed = evidence.runs.loc[evidence.runs["outcome"].isin(FAILED), "run_id"].unique()
    return pd.concat([found.drop(failed, errors="ignore"), pd.Series(value, index=failed, dtype=float)])


def gap(evidence: Evidence) -> pd.Series:
    """Returns the critic's estimate on training data less that on held-out data, relative to the larger, by run.

    Gulrajani et al. (2017), figure 5, show both curves; a critic that overfits scores training data higher. At most
    2 in magnitude, also for critics whose estimates are about 0.
    """
    fit = last(evidence, metric(evidence, "critic_estimate_train"))
    held = last(evidence, metric(evidence, "critic_estimate"))
    return _relative(held, fit)


def gap_growth(evidence: Evidence) -> pd.Series:
    """Returns Fisher's z of the rank correlation between the overfitting gap and the step, by run; 0 if it failed."""
    found = {
        run_id: fisher_z(spearman(run["value"] - run["value_held"], run["step"]), len(run))
        for run_id, run in _gaps(evidence).groupby("run_id")
    }
    return with_failed(evidence, pd.Series(found, dtype=float), 0.0)


def gap_growth_step(evidence: Evidence) -> float:
    """Returns the least standard deviation believed of `gap_growth`: that of the run with fewest snapshots."""
    snapshots_of = _gaps(evidence).groupby("run_id").size()
    return z_resolution(int(snapshots_of.min())) if len(snapshots_of) else 0.0


def _gaps(evidence: Evidence) -> pd.DataFrame:
    """The critic's estimates on training data and on held-out data at the snapshots of runs that have enough."""
    fit, held = (
        metric(evidence, name)[["run_id", "step", "value"]] for name in ("critic_estimate_train", "critic_estimate")
    )
    both = snapshots(evidence, fit).merge(held, on=["run_id", "step"], suffixes=("", "_held"))
    both = both[(both["step"] > 0) & ~both["outcome"].isin(FAILED)]
    return both[both.groupby("run_id")["step"].transform("size") >= LEAST_SNAPSHOTS]


def _relative(a: pd.Series, b: pd.Series) -> pd.Series:
    """(b - a) / max(|a|, |b|), and 0 where both are 0."""
    size = np.maximum(a.abs(), b.abs())
    return ((b - a) / size.where(size > 0, 1.0)).astype(float)


def _halves(rows: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """Means of a column over the first and the second half of the snapshots of each run."""
    place = rows.groupby("run_id")["step"].rank(pct=True)
    early, late = rows[place <= 0.5], rows[place > 0.5]
    return early.groupby("run_id")[column].mean(), late.groupby("run_id")[column].mean()
