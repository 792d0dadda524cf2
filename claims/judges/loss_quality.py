"""Does the critic's estimate follow sample quality along a training?

The id of a part says what it looks at: architecture, kind of estimate and, where
there is one, a variant: `mlp-filtered`, `dcgan-raw-weak`, `mlp-filtered-warm`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from claims.claim import Claim, Evidence, Finding, Verdict
from claims.judges.grid import (
    Rule,
    combine_cells,
    finished_runs,
    gate,
    metric,
    qualify,
    told_by_data,
    unscored_gate,
)
from claims.judges.learning import progress
from claims.judging import invalid, not_run
from claims.statistics import (
    correlation_interval,
    decide,
    decide_below,
    decide_not_positive,
    fisher_z,
    spearman,
    z_resolution,
)

ESTIMATES = {
    "filtered": "train_critic_estimate_median101",
    "raw": "train_critic_estimate",
    "heldout": "critic_estimate",
}
"""The estimate a part looks at: the training curve, filtered or not, or the snapshot's critic on held-out data."""

LEAST_SNAPSHOTS = 4
"""Snapshots below which a run has no rank correlation to speak of."""

WARM_UP = 0.25
"""Share of the generator steps that a "warm" part leaves out."""

LEAST_IMPROVEMENT = 0.25
"""The samples of a run improve when log FID comes this share of the way from the untrained generator to real
held-out data (`learning.progress`): half of what counts as having learned."""

LEAST_IMPROVED = 0.5
"""Share of the finished runs on a data set whose samples must improve for the claim to be about them."""


@dataclass(frozen=True)
class _Cell:
    """The runs a part is judged on.

    Args:
        runs: the finished runs of the architecture.
        found: the correlations of the runs whose samples improve.
        still: the runs whose samples do not.
        reason: why nothing can be judged, or "".
    """

    runs: pd.DataFrame
    found: pd.DataFrame
    still: pd.DataFrame
    reason: str


def judge_guide(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Judges "a smaller estimate goes with a smaller FID" for each architecture and curve."""
    return _judge_all(claim, evidence, {"": decide, "warm": decide})


def judge_no_guide(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Judges "the estimate does not fall with FID", and "it is no guide to FID", for each architecture and curve."""
    return _judge_all(claim, evidence, {"": decide_not_positive, "weak": decide_below})


def correlations(evidence: Evidence, architecture: str, curve: str, warm_up: float = 0.0) -> pd.DataFrame:
    """Correlates estimate and FID over the snapshots of each run.

    Args:
        evidence: scores and runs.
        architecture: of the generator.
        curve: key of ESTIMATES.
        warm_up: share of the generator steps before the first snapshot used.

    Returns:
        One row per finished run with at least four snapshots scored: `run_id`,
        `data`, `seed`, `snapshots`, `correlation`, `z`.
    """
    points = curve_points(evidence, architecture, curve)
    points = points[points["step"] >= warm_up * points["generator_steps"]]
    rows = []
    for run_id, run in points.groupby("run_id"):
        if len(run) >= LEAST_SNAPSHOTS:
            rho = spearman(run["estimate"], run["fid"])
            first = run.iloc[0]
            rows.append((run_id, first["data"], first["seed"], len(run), rho, fisher_z(rho, len(run))))
    return pd.DataFrame(rows, columns=["run_id", "data", "seed", "snapshots", "correlation", "z"])


def curve_points(evidence: Evidence, architecture: str, curve: str) -> pd.DataFrame:
    """Returns `estimate` and `fid` at every snapshot after step 0 of the finished runs of an architecture."""
    runs = finished_runs(evidence)
    runs = runs.loc[runs["architecture"] == architecture, ["run_id", "data", "seed", "generator_steps"]]
    fid, estimate = metric(evidence, "fid"), metric(evidence, ESTIMATES[curve])
    fid = fid.loc[fid["step"] > 0, ["run_id", "step", "value"]].rename(columns={"value": "fid"})
    estimate = estimate[["run_id", "step", "value"]].rename(columns={"value": "estimate"})
    return runs.merge(fid, on="run_id").merge(estimate, on=["run_id", "step"]).sort_values(["run_id", "step"])


def improved(evidence: Evidence) -> set[str]:
    """Returns the runs whose samples improve, which are the ones these claims are about."""
    moved = progress(evidence)
    return set(moved.loc[moved["progress"] >= LEAST_IMPROVEMENT, "run_id"])


def _judge_all(claim: Claim, evidence: Evidence, rules: dict[str, Rule]) -> list[Finding]:
    reason, moved = gate(evidence), progress(evidence)
    findings = []
    for part in claim.parts:
        architecture, curve, variant = (*part.id.split("-"), "")[:3]
        runs = finished_runs(evidence)
        runs = runs[runs["architecture"] == architecture]
        warm_up = WARM_UP if variant == "warm" else 0.0
        if runs.empty:
            findings.append(not_run(part.id, f"No run with architecture {architecture} has finished."))
        elif _most_snapshots(evidence, runs, warm_up) < LEAST_SNAPSHOTS:
            when = f"from {warm_up:.0%} of the generator steps on" if warm_up else "after step 0"
            findings.append(not_run(part.id, f"No run has {LEAST_SNAPSHOTS} snapshots {when}."))
        else:
            cell = _select(runs, correlations(evidence, architecture, curve, warm_up), moved, reason)
            findings.append(_judge(claim, part.id, cell, rules[variant]))
    return findings


def _most_snapshots(evidence: Evidence, runs: pd.DataFrame, warm_up: float) -> int:
    """Counts the snapshots that were to be scored in the run that has most of them, step 0 left out."""
    scores = evidence.scores[evidence.scores["metric"] == "fid"].merge(runs[["run_id", "generator_steps"]], on="run_id")
    used = scores[(scores["step"] > 0) & (scores["step"] >= warm_up * scores["generator_steps"])]
    return int(used.groupby("run_id")["step"].nunique().max()) if len(used) else 0


def _select(runs: pd.DataFrame, found: pd.DataFrame, moved: pd.DataFrame, reason: str) -> _Cell:
    """Keeps the runs whose samples improve, and says why there are too few of them or of their scores."""
    placed = moved.set_index("run_id")["progress"].reindex(runs["run_id"]).to_numpy()
    still = runs[placed < LEAST_IMPROVEMENT]
    improved = runs[placed >= LEAST_IMPROVEMENT]
    scored = improved[improved["run_id"].isin(found["run_id"])]
    share = runs["data"].map(improved["data"].value_counts() / runs["data"].value_counts()).fillna(0.0)
    reason = reason or unscored_gate(len(runs), len(scored) + len(still))
    if not reason and share.min() < LEAST_IMPROVED:
        data = runs.loc[share.idxmin(), "data"]
        reason = f"Premise: samples improve. On {data} they do in {share.min():.0%} of the finished runs."
    return _Cell(runs, found[found["run_id"].isin(scored["run_id"])], still, reason)


def _judge(claim: Claim, part: str, cell: _Cell, rule: Rule) -> Finding:
    if cell.reason:
        return qualify(claim, invalid(part, cell.reason + _told_still(cell.still), len(cell.found)), cell.runs)
    used = cell.runs[cell.runs["run_id"].isin(cell.found["run_id"])]
    return qualify(claim, _finding(claim, part, cell, rule), used)


def _finding(claim: Claim, part: str, cell: _Cell, rule: Rule) -> Finding:
    found, margin = cell.found, claim.margin(part)
    by_seed = found.groupby("seed")["z"].mean()
    name = "mean rank correlation of estimate and FID"
    values = ", ".join(f"{rho:.2f}" for rho in found["correlation"])
    note = f"Per run: {values}.{_told_still(cell.still)}"
    if len(by_seed) < 2:
        effect = float(found["correlation"].mean())
        return Finding(part, Verdict.INCONCLUSIVE, effect, name, None, None, len(by_seed), (), note)
    least = z_resolution(int(found["snapshots"].min()))
    effect, low, high = correlation_interval(by_seed.tolist(), claim.declaration.alpha, least)
    by_data = {str(data): _data_verdict(claim, part, rows, rule) for data, rows in found.groupby("data")}
    verdict = combine_cells(by_data) or rule(low, high, margin)
    flags = _edge_flags(rule, verdict, (low, high), margin)
    return Finding(part, verdict, effect, name, low, high, len(by_seed), flags, note + told_by_data(by_data))


def _edge_flags(rule: Rule, verdict: Verdict, bounds: tuple[float, float], margin: float) -> tuple[str, ...]:
    """Flags a supported part whose interval holds values that would not support it."""
    low, high = bounds
    if verdict is not Verdict.SUPPORTED:
        return ()
    if rule is decide_not_positive and high > 0:
        return ("a small positive correlation is not excluded",)
    return ("close to its margin",) if low < margin <= high else ()


def _told_still(still: pd.DataFrame) -> str:
    if still.empty:
        return ""
    runs = "run" if len(still) == 1 else "runs"
    return f" Left out, as the samples do not improve: {len(still)} {runs} ({', '.join(still['run_id'])})."


def _data_verdict(claim: Claim, part: str, rows: pd.DataFrame, rule: Rule) -> Verdict:
    if len(rows) < 2:
        return Verdict.INCONCLUSIVE
    least = z_resolution(int(rows["snapshots"].min()))
    _, low, high = correlation_interval(rows["z"].tolist(), claim.declaration.alpha, least)
    return rule(low, high, claim.margin(part))
