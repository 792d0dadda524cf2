"""Judges how the gradient's norm changes on its way back through a deep critic."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import fraction, invalid

LEVEL = 1.0
"""Decades from the last hidden layer to the first up to which a norm counts as level."""

STRAIGHT = 0.98
"""Least share of the variance of log norms that a straight line over the layers explains where they fall
exponentially."""

PARTS = {"c-0.1": 0.1, "c-0.01": 0.01, "c-0.001": 0.001}
NARROW = (0.01, 0.001)
PENALTY = 0.0


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings whose norms leave the band of one decade either way, or stay in it."""
    norms = log_norms(evidence.study)
    growth = norms.iloc[:, 0] - norms.iloc[:, -1]
    started = at(growth, PENALTY, 0)
    if started.abs().median() > LEVEL:
        reason = f"Before training the norm changes by {started.abs().median():.2g} decades already (median)."
        return [invalid(part.id, reason, len(started)) for part in claim.parts]
    ended = {value: at(growth, value) for value in {*PARTS.values(), PENALTY}}
    wide, first = ended[PARTS["c-0.1"]], at(growth, PARTS["c-0.1"], 1)
    both = f"After one generator step: {range_of(first)} In the end: {range_of(wide)}"
    counted = [
        *((part, ended[c].abs() > LEVEL, "explodes or vanishes", range_of(ended[c])) for part, c in PARTS.items()),
        ("penalty", ended[PENALTY].abs() <= LEVEL, "stays level", range_of(ended[PENALTY])),
        ("below-initialisation", wide < -LEVEL, "vanishes", _initial(evidence.study, wide)),
        ("aligned", (first < -LEVEL) & (wide > LEVEL), "first vanishes and then explodes", both),
    ]
    return [
        _exponential(claim, norms),
        *(
            fraction(claim, part, found, name=f"share of trainings whose gradient {does}", note=note)
            for part, found, does, note in counted
        ),
    ]


def log_norms(rows: pd.DataFrame) -> pd.DataFrame:
    """Decimal logarithms of the norms: a row per setting, checkpoint and training, a column per layer."""
    with np.errstate(divide="ignore"):
        rows = rows.assign(decades=np.log10(rows["gradient_norm"]))
    return rows.pivot(index=["clip_value", "generator_steps", "replicate"], columns="layer", values="decades")


def at(growth: pd.Series, clip_value: float, steps: int | None = None) -> pd.Series:
    """Values of one setting by training, at its last checkpoint unless told otherwise."""
    mine = growth.xs(clip_value, level="clip_value")
    checkpoints = mine.index.get_level_values("generator_steps")
    return mine.xs(checkpoints.max() if steps is None else steps, level="generator_steps")


def range_of(growth: pd.Series) -> str:
    """Says by how much the norm changes."""
    factors = (growth.median(), growth.min(), growth.max())
    return "From the last hidden layer to the first the norm changes by 10^{:.1f} (median; {:.1f} to {:.1f}).".format(
        *factors
    )


def _exponential(claim: Claim, norms: pd.DataFrame) -> Finding:
    """The least straight of each training's falling lines."""
    straight = norms.apply(straightness, axis=1)
    least = pd.concat([at(straight, value) for value in NARROW], axis=1).min(axis=1, skipna=False)
    return fraction(
        claim,
        "exponential",
        least >= STRAIGHT,
        name="share of trainings whose norms fall on a line",
        note=f"A line explains at least {100 * least.min():.4g} % of the variance of the log norms.",
    )


def straightness(decades: pd.Series) -> float:
    """Share of the variance that a falling straight line over the layers explains; 0 where it rises."""
    if not np.isfinite(decades).all():
        return 0.0
    correlation = float(np.corrcoef(np.arange(len(decades)), decades)[0, 1])
    return correlation**2 if correlation > 0 else 0.0


def _initial(rows: pd.DataFrame, wide: pd.Series) -> str:
    return f"The initial weights deviate by {rows['he_deviation'].iloc[0]:.3f}, more than c = 0.1. {range_of(wide)}"
