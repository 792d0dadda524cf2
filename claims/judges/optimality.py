"""Judges what critics and discriminators near their optimum say, and what gradient they leave."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import equivalence, fraction, invalid

NEAR_OPTIMUM = 0.95
"""Least share of log 2 that a discriminator's Jensen-Shannon estimate must reach."""

STILL = 0.1
"""Largest relative change of a critic's estimate, over the second half of its steps, that counts as standing still."""

SMALL = 0.1
"""A gradient below this share of the largest of its training has been lost."""

PENALTY_WEIGHT = 10.0
"""Of the penalised critics of the study."""

GRADIENTS = {
    "clip-keeps": ("wgan", "wasserstein", False),
    "gp-keeps": ("wgan_gp", "wasserstein", False),
    "discriminator-loses": ("gan", "minimax", True),
    "printed-loses": ("gan", "non_saturating", True),
}
"""Method and cost of each part about gradients, and whether they are to be lost."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts lost gradients where the data lie apart, and compares estimates with the distance on both data sets."""
    rows = evidence.study
    apart = rows[rows["data"] == "apart"]
    findings = [_gradient(claim, part, apart, *spec) for part, spec in GRADIENTS.items()]
    return [*findings, *(_estimate(claim, part, rows) for part in ("estimate-clip", "estimate-soft"))]


def _gradient(claim: Claim, part: str, rows: pd.DataFrame, method: str, cost: str, loses: bool) -> Finding:
    mine = rows[(rows["method"] == method) & (rows["cost"] == cost)]
    ready = near_optimum(mine)
    if ready.sum() < min(claim.declaration.min_seeds, len(ready)):
        return invalid(part, f"Only {int(ready.sum())} of {len(ready)} critics came near their optimum.", len(ready))
    used = mine[mine["replicate"].isin(ready.index[ready])]
    left = _last(used)["gradient_norm"] / used.groupby("replicate")["gradient_norm"].max()
    note = (
        f"The last gradient is {100 * left.median():.3g} % of the largest (median), from {100 * left.min():.3g} % to "
        f"{100 * left.max():.3g} %; {int((~ready).sum())} of {len(ready)} critics did not come near their optimum."
    )
    name = f"share of trainings whose gradient {'is lost' if loses else 'stays'}"
    return fraction(claim, part, (left < SMALL) == loses, name=name, note=note)


def near_optimum(rows: pd.DataFrame) -> pd.Series:
    """Tells which critics of one method and cost came near their optimum, by replicate."""
    last = _last(rows)["estimate"]
    if rows["method"].iloc[0] == "gan":
        return last >= NEAR_OPTIMUM * math.log(2)
    steps = rows["critic_steps"].max()
    halfway = rows[rows["critic_steps"] == rows.loc[rows["critic_steps"] <= steps / 2, "critic_steps"].max()]
    return (last / halfway.set_index("replicate")["estimate"] - 1).abs() <= STILL


def log_ratios(rows: pd.DataFrame, part: str) -> pd.Series:
    """Logarithm of what a critic says over what it should say at its optimum; mean over the data sets, by replicate.

    That is W1 times its steepest slope for a clipped critic. With the two-sided penalty of weight l a critic of slope
    s gains s W1 - l (s - 1)^2, most at s = 1 + W1 / (2 l), and so says W1 (1 + W1 / (2 l)), where the optimal critic
    has one slope on all segments. Whether that is W1 but for a tenth, W1 and l alone decide.
    """
    method = "wgan" if part == "estimate-clip" else "wgan_gp"
    mine = rows[rows["method"] == method]
    standing = [(data, near_optimum(group)) for data, group in mine.groupby("data")]
    ready = pd.concat({data: found for data, found in standing}, names=["data"])
    last = mine[mine["critic_steps"] == mine["critic_steps"].max()].set_index(["data", "replicate"])
    factor = {
        "estimate-clip": last["slope"],
        "estimate-soft": 1 + last["distance"] / (2 * PENALTY_WEIGHT),
    }[part]
    ratio = np.log(last["estimate"].clip(lower=1e-12) / (last["distance"] * factor))
    return ratio[ready.reindex(ratio.index)].unstack("data").dropna().mean(axis=1)


def _estimate(claim: Claim, part: str, rows: pd.DataFrame) -> Finding:
    found = log_ratios(rows, part)
    total = rows["replicate"].nunique()
    if len(found) < min(claim.declaration.min_seeds, total):
        return invalid(part, f"Only {len(found)} of {total} critics stand still on both data sets.", total)
    note = f"The estimate is {np.exp(found.mean()):.2f} times that (geometric mean)."
    return equivalence(claim, part, found, name="mean log ratio of the estimate and what it should be", note=note)


def _last(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["critic_steps"] == rows["critic_steps"].max()].set_index("replicate")
