"""What the judges of trainings share: the runs that count, their scores, and gates on the metric itself.

The unit is the training seed. A run that diverged or ran out of time is
evidence and never dropped; a run that has not ended is missing.
"""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pandas as pd

from claims import published
from claims.claim import Claim, Evidence, Finding, Verdict
from claims.judging import DECIDED, UNDERPOWERED
from claims.thresholds import MOST_UNSCORED

FINISHED = ("completed", "collapsed", "diverged", "timed_out")
"""Outcomes of a run that are evidence."""

FAILED = ("diverged", "timed_out")
"""Outcomes of a run that left no generator: it is scored as the untrained one it began with."""

QUALITY = ("fid", "ot_samples")
"""The score that stands for the quality of samples: the first that the data set has."""

PROTOCOL = ("extractor_sha256", "n_real", "n_fake")
"""What two scores must share to be comparable."""

KEPT = 32
"""Tables kept: judging asks for the same few of one claim again and again. Nobody changes them in place."""


@functools.lru_cache(maxsize=KEPT)
def finished_runs(evidence: Evidence) -> pd.DataFrame:
    """Returns the runs that are evidence, a row for each arm of each, with `data`: data set and image size."""
    runs = evidence.runs[evidence.runs["outcome"].isin(FINISHED)]
    return runs.assign(data=data_names(runs))


@functools.lru_cache(maxsize=KEPT)
def planned_runs(evidence: Evidence) -> pd.DataFrame:
    """Returns the runs that there should be, those that crashed or were not started among them, with `data`."""
    runs = evidence.runs[evidence.runs["outcome"] != "skipped"]
    return runs.assign(data=data_names(runs))


def data_names(frame: pd.DataFrame) -> pd.Series:
    """Names the data set of each row together with its image size."""
    return frame["dataset"].astype(str) + "-" + frame["image_size"].astype(str)


@functools.lru_cache(maxsize=KEPT)
def metric(evidence: Evidence, name: str) -> pd.DataFrame:
    """Returns the usable scores of one metric: `run_id`, `step`, `value`, `data`, `architecture`."""
    scores = evidence.scores
    rows = scores[(scores["metric"] == name) & (scores["status"] == "ok") & np.isfinite(scores["value"].astype(float))]
    return rows.assign(data=data_names(rows)).sort_values("step")


@functools.lru_cache(maxsize=KEPT)
def quality(evidence: Evidence) -> pd.DataFrame:
    """Returns the scores of sample quality, lower is better: FID, or transport cost where there are no features.

    They are judged by their logs, so that one of 0, or less by rounding, is not usable.
    """
    found = [rows[rows["value"] > 0] for rows in (metric(evidence, name) for name in QUALITY)]
    known: set[str] = set()
    for k, rows in enumerate(found):
        found[k] = rows[~rows["data"].isin(known)]
        known |= set(rows["data"])
    return pd.concat(found, ignore_index=True)


def snapshots(evidence: Evidence, scores: pd.DataFrame) -> pd.DataFrame:
    """Returns the scores of finished runs at their snapshots: `run_id`, `step`, `value`, `generator_steps`."""
    runs = finished_runs(evidence).drop_duplicates("run_id")[["run_id", "generator_steps", "outcome"]]
    return scores[["run_id", "step", "value"]].merge(runs, on="run_id")


def first(evidence: Evidence, scores: pd.DataFrame) -> pd.Series:
    """Returns the score of the untrained generator, by run."""
    rows = snapshots(evidence, scores)
    return rows[rows["step"] == 0].set_index("run_id")["value"]


def last(evidence: Evidence, scores: pd.DataFrame) -> pd.Series:
    """Returns the score after the last step, by run; a run that failed keeps that of its untrained generator."""
    rows = snapshots(evidence, scores)
    done = rows[(rows["step"] == rows["generator_steps"]) & ~rows["outcome"].isin(FAILED)]
    failed = rows[(rows["step"] == 0) & rows["outcome"].isin(FAILED)]
    return pd.concat([done, failed]).set_index("run_id")["value"]


def best(evidence: Evidence, scores: pd.DataFrame) -> pd.Series:
    """Returns the lowest score of any snapshot, by run; a run that failed keeps that of its untrained generator."""
    rows = snapshots(evidence, scores)
    return rows[~rows["outcome"].isin(FAILED) | (rows["step"] == 0)].groupby("run_id")["value"].min()


def floors(evidence: Evidence) -> dict[str, float]:
    """Returns the quality of real training data against held-out data, for each data set."""
    return of_real_data(quality(evidence))


def real_data(evidence: Evidence, scores: pd.DataFrame) -> pd.Series:
    """Returns the score of real data of each finished run's data set, by run; missing where there is none."""
    runs = finished_runs(evidence).drop_duplicates("run_id").set_index("run_id")
    return runs["data"].map(of_real_data(scores)).astype(float)


def of_real_data(scores: pd.DataFrame) -> dict[str, float]:
    """Returns the score of real data, for each data set."""
    rows = scores[scores["architecture"] == "reference"]
    return dict(zip(rows["data"], rows["value"], strict=True))


@functools.lru_cache(maxsize=KEPT)
def progress(evidence: Evidence) -> pd.Series:
    """Measures how far each finished run has come, by run.

    progress = (log q_0 - log q_T) / (log q_0 - log floor), where q is FID, or the
    transport cost of points, and the floor is real training data against
    held-out data; a run that failed has come nowhere.
    """
    return _progress(evidence, last(evidence, quality(evidence)))


def best_progress(evidence: Evidence) -> pd.Series:
    """Measures how far each finished run had come at its best snapshot, by run."""
    return _progress(evidence, best(evidence, quality(evidence)))


def _progress(evidence: Evidence, scored: pd.Series) -> pd.Series:
    runs = pd.Series(finished_runs(evidence)["run_id"].unique())
    return way(evidence, runs, runs.map(scored)).set_axis(runs)


def way(evidence: Evidence, runs: pd.Series, scored: pd.Series) -> pd.Series:
    """Measures how far scores of quality have come from the untrained generator (0) to real data (1), on a log scale.

    Args:
        evidence: runs and scores.
        runs: the run of each score.
        scored: the scores, with the same index.
    """
    start = np.log(runs.map(first(evidence, quality(evidence))))
    floor = np.log(runs.map(real_data(evidence, quality(evidence))))
    return (start - np.log(scored)) / (start - floor)


def gate(evidence: Evidence) -> str:
    """Returns why the evidence is invalid, or "" where the metrics can be trusted.

    On every data set all scores of samples that one metric gives must come from one extractor and one
    number of them, and quality must tell an untrained generator from real held-out data.
    """
    runs = finished_runs(evidence)
    return _mixed_protocols(evidence, set(runs["data"])) or _indistinct(evidence, runs)


def _mixed_protocols(evidence: Evidence, used: set[str]) -> str:
    """Scores of samples are those that real data has too; what is read off networks or batches has sizes of its own."""
    rows = evidence.scores[evidence.scores["status"] == "ok"]
    rows = rows.assign(data=data_names(rows), real=rows["architecture"] == "reference")
    for (data, name), cell in rows[rows["data"].isin(used)].groupby(["data", "metric"]):
        if not cell["real"].any():
            continue
        # Of real data some metrics take another kind of score, which looks at no further real samples.
        kinds = (cell["n_real"] > 0).groupby(cell["real"]).any()
        compared = cell if kinds.nunique() == 1 else cell[~cell["real"]]
        for column in PROTOCOL:
            values = sorted({str(value) for value in compared[column]})
            if len(values) > 1:
                shown = ", ".join(value[:12] for value in values)
                return f"The scores {name} on {data} are not comparable: {column} is {shown}."
    return ""


def _indistinct(evidence: Evidence, runs: pd.DataFrame) -> str:
    known, starts = floors(evidence), first(evidence, quality(evidence))
    scored = set(quality(evidence)["run_id"])
    for row in runs.itertuples():
        if row.data not in known:
            return f"The score of real data against held-out data is missing for {row.data}."
        start = starts.get(row.run_id)
        if start is None and row.run_id in scored:
            return f"The score of the untrained generator is missing on {row.data} ({row.run_id})."
        if start is not None and start <= known[row.data]:
            return f"The score does not tell the untrained generator from real data on {row.data} ({row.run_id})."
    return ""


def unscored_gate(n_planned: int, n_scored: int) -> str:
    """Returns why too few of the planned runs have usable scores, or ""."""
    lost = n_planned - n_scored
    if n_planned and lost / n_planned > MOST_UNSCORED:
        return f"{lost} of {n_planned} runs have no usable scores."
    return ""


def fewest_seeds(runs: pd.DataFrame) -> int:
    """Returns how many seeds the arm has that has fewest, on the data set on which it has fewest."""
    return int(runs.groupby(["arm", "data"])["seed"].nunique().min()) if len(runs) else 0


def qualify(claim: Claim, finding: Finding, runs: pd.DataFrame, seeds: int) -> Finding:
    """Adds the flags, and caps the verdict when there are too few seeds.

    Args:
        claim: its declaration says how many seeds it takes.
        finding: on one part.
        runs: the finished runs behind the finding, a row for each arm.
        seeds: how many of them it rests on.
    """
    declared = claim.declaration
    flags = list(finding.flags)
    verdict = finding.verdict
    if seeds < declared.min_seeds:
        flags.append(UNDERPOWERED)
        verdict = Verdict.INCONCLUSIVE if verdict in DECIDED else verdict
    elif seeds < declared.planned_seeds:
        flags.append("fewer seeds than planned")
    return dataclasses.replace(finding, verdict=verdict, flags=(*flags, *published.flags(claim, runs)))
