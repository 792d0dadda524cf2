"""Judges which optimizers train which WGAN."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judges.mode_collapse import LEARNED
from claims.judging import effect, fraction

LEARNS = {
    "gp-adam": ("gp_adam_0.5", True),
    "gp-strong": ("gp_adam_0.9", True),
    "clip-adam": ("clip_adam_0.5", False),
    "clip-strong": ("clip_adam_0.9", False),
    "sgd": ("clip_sgd", True),
}
"""The way to train of each part about learning at all, and whether it is to learn."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings that learn, and compares optimizers by seed."""
    rows = evidence.study
    findings = [_learns(claim, rows, part, *spec) for part, spec in LEARNS.items()]
    late, early, steady = (measure(rows) for measure in (late_distance, early_distance, fluctuation))
    usual = "clip_rmsprop"
    return [
        *findings,
        _ratio(claim, "less-well", late, "clip_adam_0.5", usual, "distance to the data late in training"),
        _ratio(claim, "unstable", steady, "clip_adam_0.5", usual, "change of the distance between looks"),
        _ratio(claim, "rmsprop-faster", early, "clip_sgd", usual, "distance to the data half way"),
    ]


def _learns(claim: Claim, rows: pd.DataFrame, part: str, way: str, wanted: bool) -> Finding:
    last = rows[(rows["way"] == way) & (rows["step"] == rows["step"].max())]
    share = last["distance"] / last["collapsed"]
    learned = share <= LEARNED
    note = (
        f"{int(learned.sum())} of {len(last)} learn; the distance ends at {share.median():.2f} (median) of that of a "
        f"single point, {int(share.isna().sum())} diverge."
    )
    name = f"share of trainings that {'learn' if wanted else 'do not learn'}"
    return fraction(claim, part, learned == wanted, name=name, note=note)


def late_distance(rows: pd.DataFrame) -> pd.Series:
    """Mean log distance over the second half of the looks, by way and replicate; a diverged one as a single point."""
    known = _log_distance(rows)
    return known[rows["step"] > rows["step"].max() / 2].groupby([rows["way"], rows["replicate"]]).mean()


def early_distance(rows: pd.DataFrame) -> pd.Series:
    """Log distance half way, by way and replicate."""
    return _log_distance(rows)[rows["step"] == _halfway(rows)].groupby([rows["way"], rows["replicate"]]).mean()


def fluctuation(rows: pd.DataFrame) -> pd.Series:
    """Log of the mean absolute change of the log distance between looks of the second half, by way and replicate."""
    known = _log_distance(rows)[rows["step"] >= _halfway(rows)]
    groups = known.groupby([rows["way"], rows["replicate"]])
    return np.log(groups.apply(lambda path: path.diff().abs().mean()).clip(lower=1e-6))


def _halfway(rows: pd.DataFrame) -> int:
    return int(rows.loc[rows["step"] <= rows["step"].max() / 2, "step"].max())


def _log_distance(rows: pd.DataFrame) -> pd.Series:
    return np.log(rows["distance"].fillna(rows["collapsed"]))


def _ratio(claim: Claim, part: str, measured: pd.Series, way: str, usual: str, what: str) -> Finding:
    wide = measured.unstack("way")
    difference = wide[way] - wide[usual]
    note = f"{np.exp(difference.mean()):.2f} times that with RMSProp (geometric mean over seeds)."
    return effect(claim, part, difference, name=f"mean log ratio: {what}", note=note)
