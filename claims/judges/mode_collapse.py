"""Judges which trainings lose a mode of a mixture."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding, Verdict
from claims.judging import CLOSE, effect, invalid, not_run

LOST = 1 / 20
"""Below this multiple of an equal share of the samples a mode is lost; the margin of a part says when it is covered."""

LEARNED = 0.5
"""A training has learned when the distance to the data is at most this share of that of their mean alone."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Looks for a training that loses a mode, and compares the modes covered with those of GAN."""
    last = final(evidence.study)
    by_setting = [("wgan", "ring"), ("wgan", "grid"), ("wgan_poor", "ring"), ("wgan_poor", "grid")]
    by_setting += [("wgan_gp", "ring"), ("wgan_gp", "grid")]
    return [*(_universal(claim, last, *setting) for setting in by_setting), _less(claim, last)]


def final(rows: pd.DataFrame) -> pd.DataFrame:
    """The last look at each training."""
    looks = rows[rows["kind"] == "look"]
    return looks[looks["step"] == looks.groupby(["mixture", "way"])["step"].transform("max")]


def _universal(claim: Claim, last: pd.DataFrame, way: str, mixture: str) -> Finding:
    """One training that loses a mode is a counterexample; a mode that is rare, but not lost, leaves it open."""
    part, name = f"{mixture}-{way.replace('_', '-')}", "samples of the rarest mode of all trainings, in equal shares"
    rows = last[(last["way"] == way) & (last["mixture"] == mixture)]
    judged = rows[learned(rows) | (rows["least_share"] < LOST)]
    if rows.empty:
        return not_run(part, "The study has no such training.")
    if len(judged) < min(claim.declaration.min_seeds, len(rows)):
        return invalid(part, f"{len(rows) - len(judged)} of {len(rows)} trainings have not learned.", len(rows))
    shares = np.sort(judged["least_share"].to_numpy())
    verdict = _verdict(shares, claim.margin(part))
    covering = int((judged["uncovered"] == 0).sum())
    note = (
        f"{int((shares < LOST).sum())} of {len(shares)} trainings lose a mode, {covering} cover all; "
        f"{len(rows) - len(judged)} have not learned."
    )
    worst = float(shares[0])
    flags = _closeness(shares, claim.margin(part))
    return Finding(part, verdict, worst, name, worst, worst, len(shares), flags, note)


def _closeness(shares: np.ndarray, margin: float) -> tuple[str, ...]:
    """Flags a verdict that one or two trainings decide, or a least share that lies within a factor of two of a limit.

    Args:
        shares: of the rarest mode, ascending, by training.
        margin: from here on a mode is covered.
    """
    verdict = _verdict(shares, margin)
    few = any(_verdict(shares[left_out:], margin) != verdict for left_out in (1, 2) if left_out < len(shares))
    near = any(limit / 2 <= shares[0] <= 2 * limit for limit in (LOST, margin))
    return (CLOSE,) if few or near else ()


def _verdict(shares: np.ndarray, margin: float) -> Verdict:
    if shares.min() < LOST:
        return Verdict.CONTRADICTED
    return Verdict.SUPPORTED if shares.min() >= margin else Verdict.INCONCLUSIVE


def learned(rows: pd.DataFrame) -> pd.Series:
    """Tells which trainings came closer to the data than a multiple of the distance of a single point."""
    return rows["distance"] <= LEARNED * rows["collapsed"]


def _less(claim: Claim, last: pd.DataFrame) -> Finding:
    """Share of the modes that is not covered, GAN less WGAN, of the same seed; mean over the mixtures."""
    means = last.groupby(["way", "replicate"])["uncovered"].mean().unstack("way")
    difference = means["gan"] - means["wgan"]
    note = f"Modes not covered: {means['gan'].mean():.1%} with GAN, {means['wgan'].mean():.1%} with WGAN."
    return effect(claim, "less", difference, name="share of modes not covered, GAN less WGAN", note=note)
