"""Judges what a near-optimal critic leaves of the generator's gradient."""

from __future__ import annotations

import math

import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import fraction, invalid

NEAR_OPTIMUM = 0.95
"""Least share of log 2 that the discriminator's Jensen-Shannon estimate must reach: it tells the samples apart."""

SMALL = 0.1
"""A gradient below this share of the largest seen in its training has dropped close to zero."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings in which a cost's gradient ends far below, or near, its largest value.

    Trainings whose discriminator does not come near its optimum say nothing and are left out.
    """
    told_apart = final(evidence.study, "minimax")["estimate"] >= NEAR_OPTIMUM * math.log(2)
    left_out = f"{int((~told_apart).sum())} of {len(told_apart)} discriminators did not come near their optimum."
    if told_apart.sum() < claim.declaration.min_seeds:
        return [invalid(part.id, left_out, len(told_apart)) for part in claim.parts]
    rows = evidence.study[evidence.study["replicate"].isin(told_apart.index[told_apart])]
    shares = {cost: remaining(rows, cost) for cost in ("minimax", "non_saturating", "wasserstein")}
    notes = {
        cost: f"The last gradient is {100 * found.median():.3g} % of the largest (median), at most "
        f"{100 * found.max():.3g} %, at least {100 * found.min():.3g} %; {left_out}"
        for cost, found in shares.items()
    }
    dropped, kept = "share of trainings whose gradient drops", "share of trainings whose gradient stays"
    return [
        fraction(claim, "minimax", shares["minimax"] < SMALL, name=dropped, note=notes["minimax"]),
        fraction(claim, "non-saturating", shares["non_saturating"] >= SMALL, name=kept, note=notes["non_saturating"]),
        fraction(claim, "critic", shares["wasserstein"] >= SMALL, name=kept, note=notes["wasserstein"]),
    ]


def final(rows: pd.DataFrame, cost: str) -> pd.DataFrame:
    """The rows of a cost at the last checkpoint, by replicate."""
    return rows[(rows["cost"] == cost) & (rows["critic_steps"] == rows["critic_steps"].max())].set_index("replicate")


def remaining(rows: pd.DataFrame, cost: str) -> pd.Series:
    """The last gradient norm of each training as a share of the largest at any checkpoint."""
    largest = rows[rows["cost"] == cost].groupby("replicate")["gradient_norm"].max()
    return final(rows, cost)["gradient_norm"] / largest
