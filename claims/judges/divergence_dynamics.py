"""Judges where a Gaussian goes that is fitted to two modes by different divergences."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, fraction, invalid

BOTH, ONE = 0.1, 0.02
"""Least share of a fit's mass on either side of the middle with which it lies over both modes, and the share on one
side below which it lies on one."""

EXACT_AGREE = 0.7
"""Share of the descents on the divergences themselves that must do what theory says, or nothing can be told."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts fits over both modes and fits to one, and compares spreads by seed."""
    ends = final(evidence.study)
    exact, games = ends.xs("exact", level="way"), ends.xs("game", level="way")
    theory = [covers(exact.xs("kl", level="fit")), seeks(exact.xs("reverse_kl", level="fit"))]
    if min(found.mean() for found in theory) < EXACT_AGREE:
        return [invalid(part.id, "Descent on the divergences does not end at their minima.") for part in claim.parts]
    over, one = "share of trainings that end over both modes", "share of trainings that end on one mode"
    parts = {
        "kl-covers": (covers, "kl", over),
        "reverse-kl-seeks": (seeks, "reverse_kl", one),
        "non-saturating-seeks": (seeks, "kl_non_saturating", one),
    }
    counted = [
        fraction(claim, part, rule(games.xs(fit, level="fit")), name=name, note=_told(games.xs(fit, level="fit")))
        for part, (rule, fit, name) in parts.items()
    ]
    spreads = np.log(games["spread"].unstack("fit").astype(float))
    gap = spreads["kl"] - spreads["reverse_kl"]
    note = f"Median spreads: {_spreads(games)}."
    return [effect(claim, "different", gap, name="log ratio of the spreads, KL over reverse KL", note=note), *counted]


def final(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean and spread at the last look, by way, fit and replicate."""
    last = rows[rows["step"] == rows.groupby(["way", "fit"])["step"].transform("max")]
    return last.set_index(["way", "fit", "replicate"])[["mean", "spread"]]


def lesser_side(ends: pd.DataFrame) -> pd.Series:
    """The mass of each fit on the side of the middle where it has less; not a number where a training diverged."""
    return pd.Series(stats.norm.cdf(-(ends["mean"].abs() / ends["spread"])), index=ends.index)


def covers(ends: pd.DataFrame) -> pd.Series:
    """Tells which fits lie over both modes; what is not finite does not."""
    return lesser_side(ends) >= BOTH


def seeks(ends: pd.DataFrame) -> pd.Series:
    """Tells which fits lie on one mode."""
    return lesser_side(ends) <= ONE


def _told(ends: pd.DataFrame) -> str:
    return (
        f"{int(covers(ends).sum())} of {len(ends)} end over both modes, {int(seeks(ends).sum())} on one, "
        f"{int(ends['spread'].isna().sum())} diverge; median spread {ends['spread'].median():.2g}."
    )


def _spreads(games: pd.DataFrame) -> str:
    return ", ".join(f"{fit} {value:.2g}" for fit, value in games["spread"].groupby("fit").median().items())
