"""Does the critic's estimate follow sample quality along a training?"""

from __future__ import annotations

import pandas as pd

from claims.claim import Claim, Evidence, Finding, Verdict
from claims.judges.grid import Rule, combine_cells, finished_runs, gate, metric, qualify, unscored_gate
from claims.judging import invalid, not_run
from claims.statistics import correlation_interval, decide, decide_below, fisher_z, spearman, z_resolution

ESTIMATES = {"filtered": "train_critic_estimate_median101", "raw": "critic_estimate"}
"""The estimate each kind of part looks at: the filtered training curve, or the critic at the snapshot."""

LEAST_SNAPSHOTS = 4
"""Snapshots after step 0 below which a run has no rank correlation to speak of."""


def judge_guide(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Judges "a smaller estimate goes with a smaller FID" for each architecture and curve."""
    reason = gate(evidence)
    return [_judge(claim, evidence, part.id, decide, reason) for part in claim.parts]


def judge_no_guide(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Judges "the estimate is no guide to FID" for each architecture and curve."""
    reason = gate(evidence)
    return [_judge(claim, evidence, part.id, decide_below, reason) for part in claim.parts]


def correlations(evidence: Evidence, architecture: str, curve: str) -> pd.DataFrame:
    """Correlates estimate and FID over the snapshots of each run.

    Args:
        evidence: scores and runs.
        architecture: of the generator.
        curve: key of ESTIMATES.

    Returns:
        One row per finished run with at least four snapshots scored: `run_id`,
        `data`, `seed`, `snapshots`, `correlation`, `z`.
    """
    points = curve_points(evidence, architecture, curve)
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
    runs = runs.loc[runs["architecture"] == architecture, ["run_id", "data", "seed"]]
    fid, estimate = metric(evidence, "fid"), metric(evidence, ESTIMATES[curve])
    fid = fid.loc[fid["step"] > 0, ["run_id", "step", "value"]].rename(columns={"value": "fid"})
    estimate = estimate[["run_id", "step", "value"]].rename(columns={"value": "estimate"})
    return runs.merge(fid, on="run_id").merge(estimate, on=["run_id", "step"]).sort_values(["run_id", "step"])


def _judge(claim: Claim, evidence: Evidence, part: str, rule: Rule, reason: str) -> Finding:
    architecture, curve = part.rsplit("-", 1)
    runs = finished_runs(evidence)
    runs = runs[runs["architecture"] == architecture]
    if runs.empty:
        return not_run(part, f"No run with architecture {architecture} has finished.")
    found = correlations(evidence, architecture, curve)
    reason = reason or unscored_gate(len(runs), len(found))
    if reason:
        return qualify(claim, invalid(part, reason, len(found)), runs)
    scored = runs[runs["run_id"].isin(found["run_id"])]
    return qualify(claim, _finding(claim, part, found, rule), scored)


def _finding(claim: Claim, part: str, found: pd.DataFrame, rule: Rule) -> Finding:
    margin = claim.margin(part)
    by_seed = found.groupby("seed")["z"].mean()
    name = "mean rank correlation of estimate and FID"
    values = ", ".join(f"{rho:.2f}" for rho in found["correlation"])
    note = f"Per run: {values}."
    if len(by_seed) < 2:
        effect = float(found["correlation"].mean())
        return Finding(part, Verdict.INCONCLUSIVE, effect, name, None, None, len(by_seed), (), note)
    least = z_resolution(int(found["snapshots"].min()))
    effect, low, high = correlation_interval(by_seed.tolist(), claim.declaration.alpha, least)
    cells = [_cell_verdict(claim, part, cell, rule) for _, cell in found.groupby("data")]
    verdict = combine_cells(cells) or rule(low, high, margin)
    close = ("close to its margin",) if low < margin <= high and verdict is Verdict.SUPPORTED else ()
    return Finding(part, verdict, effect, name, low, high, len(by_seed), close, note)


def _cell_verdict(claim: Claim, part: str, cell: pd.DataFrame, rule: Rule) -> Verdict:
    if len(cell) < 2:
        return Verdict.INCONCLUSIVE
    least = z_resolution(int(cell["snapshots"].min()))
    _, low, high = correlation_interval(cell["z"].tolist(), claim.declaration.alpha, least)
    return rule(low, high, claim.margin(part))
