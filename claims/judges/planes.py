"""Judges how well discriminators tell distributions on planes apart, and what else they could not tell apart."""

from __future__ import annotations

import math

import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import fraction, invalid

PERFECT = 0.99
"""Share of held-out points on the right side from which on a discriminator counts as perfect."""

AT_A_LOSS = 0.95
"""Share below which it has no easy time."""

TRAINED = 0.03
"""Largest mean loss of accuracy against the best there is, where that is below PERFECT."""

LOW, HIGH = (1, 2, 4), (8, 12)
"""Dimensions of the planes, of a space of 16: below, and from, half of it."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings in which the discriminator ends perfect, or far from it."""
    rows = final(evidence.study)
    apart = rows[(rows["noise"] == 0) & ~rows["shared"]]
    noisy, shared = rows[rows["noise"] >= 0.5], rows[rows["shared"]]
    found = {
        "low": (apart[apart["plane"].isin(LOW)], PERFECT, True),
        "high": (apart[apart["plane"].isin(HIGH)], PERFECT, True),
        "noise": (noisy, AT_A_LOSS, False),
        "shared": (shared, AT_A_LOSS, False),
    }
    return [_counted(claim, part, *case) for part, case in found.items()]


def final(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last checkpoint."""
    return rows[rows["critic_steps"] == rows["critic_steps"].max()]


def _counted(claim: Claim, part: str, rows: pd.DataFrame, bound: float, above: bool) -> Finding:
    """A training counts where it is so in every case of the part."""
    loss = float((rows["best"] - rows["accuracy"]).mean())
    if not above and not loss <= TRAINED:
        return invalid(part, f"The discriminators are {loss:.3g} below the best accuracy: not trained.", len(rows))
    by_seed = rows.groupby("replicate")["accuracy"]
    so = by_seed.min() >= bound if above else by_seed.max() < bound
    return fraction(claim, part, so, name="share of trainings", note=_note(rows))


def _note(rows: pd.DataFrame) -> str:
    means = rows.groupby(["plane", "noise"])[["accuracy", "best", "estimate"]].mean()
    each = [
        f"dimension {plane}{f', noise {noise:g}' if noise else ''}: {100 * row['accuracy']:.2f} % "
        f"(best {100 * row['best']:.2f} %), JS {row['estimate'] / math.log(2):.3f} log 2"
        for (plane, noise), row in means.iterrows()
    ]
    return "Mean accuracy: " + "; ".join(each) + "."
