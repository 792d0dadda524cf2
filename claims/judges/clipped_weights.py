"""Judges how many weights lie at the ends of their interval, and whether training takes them there."""

from __future__ import annotations

import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, fraction

HALF = 0.5
"""Least share of the weights at the ends with which they count as pushed there."""

UNIFORM = 0.1
"""Share of uniform weights in the outer tenth."""

NO_MORE = 0.05
"""What training may add to the share for the first clipping to have done it."""

VALUES = {"0.1": 0.1, "0.01": 0.01, "0.001": 0.001}
PENALTY = 0.0


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings that end with most weights at the ends; judges what training adds by seed."""
    shares = at_ends(evidence.study)
    penalty = shares.loc[(PENALTY, "usual")]["trained"]
    return [
        *(_ends(claim, f"ends-{name}", shares.loc[(value, "usual")]) for name, value in VALUES.items()),
        fraction(
            claim, "penalty", penalty < UNIFORM, name="share of trainings with fewer weights there than uniform ones",
            note=f"{100 * penalty.median():.2g} % of the weights are in the outer tenth of their own range (median).",
        ),
        *(_pushed(claim, f"pushed-{name}", shares.loc[(value, "inside")]) for name, value in VALUES.items()),
        _first_clip(claim, shares),
    ]  # fmt: skip


def at_ends(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares of the weights at the ends, by clipping value, start and replicate; columns are the stages."""
    mine = rows[rows["kind"] == "share"]
    return mine.pivot(index=["clip_value", "start", "replicate"], columns="stage", values="at_ends").astype(float)


def _note(shares: pd.DataFrame) -> str:
    before, after = (100 * shares[stage].median() for stage in ("clipped", "trained"))
    return f"{after:.3g} % of the weights are there in the end (median), {before:.3g} % before any training step."


def _ends(claim: Claim, part: str, shares: pd.DataFrame) -> Finding:
    name = "share of trainings with most weights at the ends"
    return fraction(claim, part, shares["trained"] >= HALF, name=name, note=_note(shares))


def _pushed(claim: Claim, part: str, shares: pd.DataFrame) -> Finding:
    name = "share of the weights that training takes to the ends"
    return effect(claim, part, shares["trained"] - shares["clipped"], name=name, note=_note(shares))


def _first_clip(claim: Claim, shares: pd.DataFrame) -> Finding:
    usual = pd.concat([shares.loc[(value, "usual")] for value in VALUES.values()], keys=VALUES)
    good = (usual["clipped"] >= HALF) & (usual["trained"] - usual["clipped"] <= NO_MORE)
    most = (usual["trained"] - usual["clipped"]).max()
    return fraction(
        claim, "first-clip", good.groupby("replicate").all(), name="share of trainings in which it is so",
        note=f"Training adds {100 * most:.2g} points at most.",
    )  # fmt: skip
