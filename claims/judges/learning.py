"""Does a training learn to sample at all?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding, Verdict
from claims.judges.grid import (
    Rule,
    combine_cells,
    finished_runs,
    floors,
    gate,
    metric,
    qualify,
    told_by_data,
    unscored_gate,
    untrained,
)
from claims.judging import invalid, not_run
from claims.statistics import decide, decide_above, decide_below, proportion_interval, t_interval

LEAST_PROGRESS = 0.5
"""A run has learned when log FID came half of the way from the untrained generator to real held-out
data. On a log scale a collapsed or noisy generator stays near the start and a recognisable one is well
past the middle; both ends are measured under the same protocol, so the scale of FID does not matter."""


def judge_nobn(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Judges which share of GAN and of WGAN trainings learns, and which of the two ends better."""
    runs = finished_runs(evidence)
    table = progress(evidence)
    rates = {"gan-fails": ("gan", decide_below), "wgan-learns": ("wgan", decide_above)}
    findings = []
    for part, (method, rule) in rates.items():
        mine = runs[runs["method"] == method]
        scored = mine[mine["run_id"].isin(table["run_id"])]
        reason = gate(evidence) or unscored_gate(len(mine), len(scored))
        if mine.empty:
            findings.append(not_run(part, f"No run with method {method} has finished."))
        elif reason:
            findings.append(qualify(claim, invalid(part, reason, len(mine)), mine))
        else:
            cells = table[table["method"] == method]
            findings.append(qualify(claim, _rate(claim, part, cells, rule), scored))
    return [*findings, _difference(claim, table, runs, gate(evidence))]


def progress(evidence: Evidence) -> pd.DataFrame:
    """Measures how far each finished run has come.

    progress = (log FID_0 - log FID_T) / (log FID_0 - log floor), the floor being
    real training data against held-out data; a diverged run counts as 0.

    Returns:
        One row per finished run that can be placed: `run_id`, `data`,
        `architecture`, `method`, `seed`, `outcome`, `start`, `final`, `floor`, `progress`, `learned`.
    """
    columns = ["run_id", "data", "architecture", "method", "seed", "outcome", "generator_steps"]
    runs = finished_runs(evidence)[columns]
    fid = metric(evidence, "fid")[["run_id", "step", "value"]]
    final = fid.rename(columns={"step": "generator_steps", "value": "final"})
    table = runs.merge(final, on=["run_id", "generator_steps"], how="left")
    table["start"] = table["run_id"].map(untrained(evidence))
    table["floor"] = table["data"].map(floors(evidence)).astype(float)
    diverged = table["outcome"] == "diverged"
    table["final"] = table["final"].where(~diverged, table["start"])
    moved = np.log(table["start"]) - np.log(table["final"])
    table["progress"] = (moved / (np.log(table["start"]) - np.log(table["floor"]))).where(~diverged, 0.0)
    table = table[table["progress"].notna()]
    return table.assign(learned=table["progress"] >= LEAST_PROGRESS).drop(columns="generator_steps")


def _rate(claim: Claim, part: str, cells: pd.DataFrame, rule: Rule) -> Finding:
    def interval(rows: pd.DataFrame) -> tuple[float, float]:
        return proportion_interval(int(rows["learned"].sum()), len(rows), claim.declaration.alpha)

    low, high = interval(cells)
    by_data = {str(data): rule(*interval(cell), claim.margin(part)) for data, cell in cells.groupby("data")}
    verdict = combine_cells(by_data) or rule(low, high, claim.margin(part))
    learned, diverged = int(cells["learned"].sum()), int((cells["outcome"] == "diverged").sum())
    note = f"{learned} of {len(cells)} learned, {diverged} diverged; median progress {cells['progress'].median():.2f}."
    note += told_by_data(by_data)
    share = float(cells["learned"].mean())
    return Finding(part, verdict, share, "share of trainings that learn", low, high, len(cells), (), note)


def _difference(claim: Claim, table: pd.DataFrame, runs: pd.DataFrame, reason: str) -> Finding:
    """Seeds paired: log of the ratio of final FIDs, GAN over WGAN, where both have one."""
    part, name = "wgan-better", "mean log ratio of final FID, GAN over WGAN"
    finished, pairs = _pairs(runs.assign(final=1.0)), _pairs(table)
    if finished.empty:
        return not_run(part, "It takes finished runs of both methods.")
    reason = reason or unscored_gate(len(finished), len(pairs))
    if reason:
        return qualify(claim, invalid(part, reason, len(pairs)), runs)
    scored = runs[runs.set_index(["data", "seed"]).index.isin(pairs.index)]
    ratios = np.log(pairs["gan"] / pairs["wgan"]).groupby("seed").mean()
    if len(ratios) < 2:
        effect = float(ratios.mean())
        return qualify(claim, Finding(part, Verdict.INCONCLUSIVE, effect, name, None, None, len(ratios)), scored)
    effect, low, high = t_interval(ratios, claim.declaration.alpha)
    note = f"Final FID of GAN is {np.exp(effect):.2f} times that of WGAN (geometric mean over {len(ratios)} seeds)."
    verdict = decide(low, high, claim.margin(part))
    return qualify(claim, Finding(part, verdict, effect, name, low, high, len(ratios), (), note), scored)


def _pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Returns `gan` and `wgan`, the final FIDs, by data set and seed, where both are there."""
    wide = table.pivot_table(index=["data", "seed"], columns="method", values="final")
    return wide.reindex(columns=["gan", "wgan"]).dropna()
