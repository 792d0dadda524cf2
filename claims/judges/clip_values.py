"""Judges how clipping values delay a critic or take its gradient away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, equivalence, invalid

TRAINED = 0.95
"""Share of its best estimate with which a critic counts as trained."""

AT_LIMIT = 0.5
"""Share of the weights at the limit with which "the weights" have reached it."""

SETTLED = 0.5
"""Share of the training after which the critic that the others are compared with must be trained."""

SMALL, USUAL, LARGE = 0.01, 0.1, 1.0

FLOOR = 1e-38
"""The least positive number of single precision, in which the slopes are computed, in place of 0."""

BETWEEN = "powers of ten between the slopes"

Cell = tuple[float, str, int]
"""Clipping value, kind of critic, hidden layers."""

COMPARED: dict[str, tuple[Cell, Cell]] = {
    "layers": ((SMALL, "plain", 2), (SMALL, "plain", 8)),
    "layers-norm": ((SMALL, "norm", 2), (SMALL, "norm", 8)),
    "small": ((USUAL, "plain", 8), (SMALL, "plain", 8)),
    "batch-norm": ((SMALL, "norm", 2), (SMALL, "plain", 2)),
    "batch-norm-deep": ((SMALL, "norm", 8), (SMALL, "plain", 8)),
    "free-norm": ((SMALL, "free", 2), (SMALL, "plain", 2)),
    "free-norm-deep": ((SMALL, "free", 8), (SMALL, "plain", 8)),
}
"""The critic of each part that is to have the greater slope, and the one whose gradient is to vanish beside it."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares by seed how long critics train, and the slopes they end with."""
    rows = evidence.study
    paths = rows[rows["kind"] == "path"]
    limits, trained = steps_until(paths, "at_limit", AT_LIMIT), steps_to_train(paths)
    return [
        slower(claim, "limit", limits, (USUAL, LARGE)),
        longer(claim, "optimality", paths, trained, (USUAL, LARGE)),
        longer(claim, "small-slower", paths, trained, (USUAL, SMALL)),
        *(_vanishes(claim, slopes(rows), part, *cells) for part, cells in COMPARED.items()),
        _level(claim, slopes(rows)),
    ]


def steps_until(paths: pd.DataFrame, column: str, level: float | pd.Series) -> pd.Series:
    """Critic steps to the first look with at least this level, by clipping value and replicate; all of them if none."""
    reached = paths[paths[column] >= level].groupby(["clip_value", "replicate"])["critic_steps"].min()
    whole = paths.groupby(["clip_value", "replicate"])["critic_steps"].max()
    return reached.reindex(whole.index).fillna(whole)


def steps_to_train(paths: pd.DataFrame) -> pd.Series:
    """Critic steps until an estimate is at a share TRAINED of the best that this critic has at any look."""
    best = paths.groupby(["clip_value", "replicate"])["estimate"].transform("max")
    return steps_until(paths, "estimate", TRAINED * best)


def longer(
    claim: Claim, part: str, paths: pd.DataFrame, steps: pd.Series, values: tuple[float, float]
) -> Finding:  # fmt: skip
    """`slower`, where the critic compared with is trained well before the end and both have learned something."""
    whole = int(paths["critic_steps"].max())
    if (usual := steps[values[0]].median()) > SETTLED * whole:
        reason = f"With c = {values[0]:g} the critic is trained after {usual:.0f} of {whole} steps only (median)."
        return invalid(part, reason, len(steps[values[0]]))
    best = paths[paths["clip_value"].isin(values)].groupby(["clip_value", "replicate"])["estimate"].max()
    if not (np.isfinite(best) & (best > 0)).all():
        return invalid(part, f"{int((~(best > 0)).sum())} critics never tell the two sides apart.", len(best))
    return slower(claim, part, steps, values)


def slower(claim: Claim, part: str, steps: pd.Series, values: tuple[float, float]) -> Finding:
    """Judges whether the second clipping value takes more steps than the first, in doublings."""
    quick, slow = (steps[value] for value in values)
    note = f"Medians: {quick.median():.0f} steps with c = {values[0]:g}, {slow.median():.0f} with c = {values[1]:g}."
    return effect(claim, part, np.log2(slow / quick), name="doublings of the critic steps", note=note)


def slopes(rows: pd.DataFrame) -> pd.Series:
    """Decimal logarithms of the deep critics' slopes, by clipping value, critic, layers and replicate."""
    deep = rows[rows["kind"] == "depth"].set_index(["clip_value", "critic", "layers", "replicate"])
    return np.log10(deep["slope"].clip(lower=FLOOR)).sort_index()


def _vanishes(claim: Claim, decades: pd.Series, part: str, kept: Cell, lost: Cell) -> Finding:
    difference, note = _between(decades, kept, lost)
    return effect(claim, part, difference, name=BETWEEN, note=note)


def _level(claim: Claim, decades: pd.Series) -> Finding:
    difference, note = _between(decades, (SMALL, "free", 2), (SMALL, "free", 8))
    return equivalence(claim, "free-layers", difference, name=BETWEEN, note=note)


def _between(decades: pd.Series, kept: Cell, lost: Cell) -> tuple[pd.Series, str]:
    """Decades between two slopes, by seed, and a sentence on both."""
    note = f"Median slopes: 10^{decades[kept].median():.1f} and 10^{decades[lost].median():.1f}."
    return decades[kept] - decades[lost], note
