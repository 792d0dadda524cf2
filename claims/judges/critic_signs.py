"""Judges sign changes in a critic's estimate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, fraction, invalid

BURN_IN = 0.25
"""Share of the steps that are not counted: every critic starts untrained."""

APART = 0.2
"""Least exact distance at the end: below it a small estimate is right, and its sign says nothing of the critic."""

RARE, OFTEN = 0.01, 0.1
"""Shares of the steps."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the shares of steps at which the estimates of critics change their sign, paired by seed.

    Trainings that end with generator and data close together say nothing and are left out.
    """
    rows = evidence.study
    ends = rows[rows["step"] == rows["step"].max()].pivot(index="replicate", columns="arm")
    distances = ends["distance"].drop(columns="equal")
    apart = ends.index[np.isfinite(ends["estimate"]).all(axis=1) & (distances.min(axis=1, skipna=False) >= APART)]
    left_out, least = len(ends) - len(apart), distances.min().min()
    note = f"{left_out} of {len(ends)} left out; exact distances at the end {least:.2g} or more."
    if len(apart) < min(len(ends), claim.declaration.min_seeds):
        return [invalid(part.id, note, len(ends)) for part in claim.parts]
    shares, step = changes(rows[rows["replicate"].isin(apart)]), 1 / counted_steps(rows)
    never = int((shares["small"] == 0).sum())
    found = {arm: f"{100 * shares[arm].mean():.2g} % of the steps (mean)" for arm in shares}
    more = "share of steps with a sign change, beyond the able critic's"
    small = f"Small critic: {found['small']}, none in {never} of {len(shares)}; able: {found['able']}. {note}"
    hasty = f"Critic of one step: {found['hasty']}; able: {found['able']}. {note}"
    rare, often = shares["able"] <= RARE, shares["equal"] >= OFTEN
    alike = f"{found['equal']}."
    return [
        effect(claim, "small", shares["small"] - shares["able"], name=more, note=small, step=step),
        effect(claim, "badly-trained", shares["hasty"] - shares["able"], name=more, note=hasty, step=step),
        fraction(claim, "able", rare, name="share of trainings with hardly any", note=f"{found['able']}."),
        fraction(claim, "only-weak", ~often, name="share of critics that change sign more rarely", note=alike),
        fraction(claim, "equals", often, name="share of critics that change sign often", note=alike),
    ]


def changes(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of the pairs of successive steps behind the first quarter between which the sign changes.

    Args:
        rows: at least the steps that `turned`, and the last.

    Returns:
        The shares by replicate, one column per arm.
    """
    n_steps = counted_steps(rows)
    counted = rows["turned"] & (rows["step"] > rows["step"].max() - n_steps)
    return counted.groupby([rows["replicate"], rows["arm"]]).sum().unstack("arm") / n_steps


def counted_steps(rows: pd.DataFrame) -> int:
    """Returns how many pairs of successive steps lie behind the first quarter."""
    last = int(rows["step"].max())
    return last - int(BURN_IN * last) - 1
