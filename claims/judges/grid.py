"""What the judges of trainings share: units, validity gates, flags and caps.

The unit is the training seed. A run that diverged is evidence and never
dropped; a run that has not finished is missing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import pandas as pd

from claims import published
from claims.claim import Claim, Evidence, Finding, Verdict

Rule = Callable[[float, float, float], Verdict]
"""A decision from lower bound, upper bound and margin."""

FINISHED = ("completed", "diverged")
"""Outcomes of a run that are evidence."""

MOST_UNSCORED = 0.2
"""Share of finished runs without a usable score from which the evidence is invalid."""

PROTOCOL = ("extractor_sha256", "n_real", "n_fake")
"""What two FIDs must share to be comparable."""

_DECIDED = (Verdict.SUPPORTED, Verdict.WEAKER, Verdict.CONTRADICTED, Verdict.MIXED)


def relevant(claim: Claim, evidence: Evidence) -> Evidence:
    """Returns the evidence without the cells a claim does not rest on; reference rows are kept."""
    needs = claim.needs
    if needs is None:
        return evidence

    def keep(frame: pd.DataFrame) -> pd.DataFrame:
        if not len(frame):
            return frame
        cells = zip(frame["dataset"], frame["architecture"], frame["method"], strict=True)
        return frame[[cell[1] == "reference" or needs.wants(*cell) for cell in cells]]

    return Evidence(evidence.study, keep(evidence.scores), keep(evidence.runs))


def finished_runs(evidence: Evidence) -> pd.DataFrame:
    """Returns the runs that are evidence, with `data`, the data set and its image size."""
    runs = evidence.runs[evidence.runs["outcome"].isin(FINISHED)]
    return runs.assign(data=data_names(runs))


def data_names(frame: pd.DataFrame) -> pd.Series:
    """Names the data set of each row together with its image size."""
    return frame["dataset"].astype(str) + "-" + frame["image_size"].astype(str)


def metric(evidence: Evidence, name: str) -> pd.DataFrame:
    """Returns the usable scores of one metric: `run_id`, `step`, `value`, `data`, `architecture`."""
    scores = evidence.scores
    rows = scores[(scores["metric"] == name) & (scores["status"] == "ok") & scores["value"].notna()]
    return rows.assign(data=data_names(rows)).sort_values("step")


def floors(evidence: Evidence) -> dict[str, float]:
    """Returns FID of real training data against held-out data, for each data set."""
    rows = metric(evidence, "fid")
    rows = rows[rows["architecture"] == "reference"]
    return dict(zip(rows["data"], rows["value"], strict=True))


def untrained(evidence: Evidence) -> pd.Series:
    """Returns FID at step 0, by run."""
    rows = metric(evidence, "fid")
    rows = rows[(rows["step"] == 0) & (rows["architecture"] != "reference")]
    return rows.set_index("run_id")["value"]


def gate(evidence: Evidence) -> str:
    """Returns why the evidence is invalid, or "" where the metric can be trusted.

    On every data set all FIDs must come from one extractor and one number of
    samples, and FID must tell an untrained generator from real held-out data.
    """
    runs = finished_runs(evidence)
    return _mixed_protocols(evidence, set(runs["data"])) or _indistinct(evidence, runs)


def _mixed_protocols(evidence: Evidence, used: set[str]) -> str:
    rows = metric(evidence, "fid")
    for data, cell in rows[rows["data"].isin(used)].groupby("data"):
        for column in PROTOCOL:
            values = sorted({str(value) for value in cell[column]})
            if len(values) > 1:
                shown = ", ".join(value[:12] for value in values)
                return f"FIDs on {data} are not comparable: {column} is {shown}."
    return ""


def _indistinct(evidence: Evidence, runs: pd.DataFrame) -> str:
    known = floors(evidence)
    starts = untrained(evidence)
    for row in runs.itertuples():
        if row.data not in known:
            return f"FID of real data against held-out data is missing for {row.data}."
        start = starts.get(row.run_id)
        if start is not None and start <= known[row.data]:
            return f"FID does not tell the untrained generator from real data on {row.data} ({row.run_id})."
    return ""


def unscored_gate(n_finished: int, n_scored: int) -> str:
    """Returns why too few of the finished runs have usable scores, or ""."""
    lost = n_finished - n_scored
    if n_finished and lost / n_finished > MOST_UNSCORED:
        return f"{lost} of {n_finished} finished runs have no usable scores."
    return ""


def combine_cells(verdicts: Mapping[str, Verdict]) -> Verdict | None:
    """Returns MIXED when decided verdicts of the data sets disagree on the direction, else None."""
    holds = {Verdict.SUPPORTED, Verdict.WEAKER} & set(verdicts.values())
    return Verdict.MIXED if holds and Verdict.CONTRADICTED in verdicts.values() else None


def told_by_data(verdicts: Mapping[str, Verdict]) -> str:
    """Says the verdict of each data set in words; "" where there is only one."""
    told = ", ".join(f"{data} {verdict.value}" for data, verdict in verdicts.items())
    return f" By data set: {told}." if len(verdicts) > 1 else ""


def qualify(claim: Claim, finding: Finding, runs: pd.DataFrame) -> Finding:
    """Adds the flags, and caps the verdict when there are too few seeds.

    Args:
        claim: its declaration says how many seeds it takes.
        finding: on one part.
        runs: the finished runs behind the finding.
    """
    declared = claim.declaration
    seeds = runs.groupby("data")["seed"].nunique().min() if len(runs) else 0
    flags = list(finding.flags)
    verdict = finding.verdict
    if seeds < declared.min_seeds:
        flags.append("underpowered")
        verdict = Verdict.INCONCLUSIVE if verdict in _DECIDED else verdict
    elif seeds < declared.planned_seeds:
        flags.append("fewer seeds than planned")
    return dataclasses.replace(finding, verdict=verdict, flags=(*flags, *published.flags(claim, runs)))
