"""Judges where points end that follow a critic which no longer changes."""

from __future__ import annotations

import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import fraction, invalid

ALL = 0.95
"""Share of a generator's points that counts as all of them."""

MOST = 0.5

AT_REST = 0.05
"""Largest change of the mean score, over the last third of the training, of a generator that has come to rest."""

POINT_LEFT, LINE_LEFT, RUN_AWAY = 0.05, 0.25, 10.0
"""Spread left of points gathered in one place, and spread left along a line, as shares of what it was; the factor by
which points are further from the origin that have run away."""

DISCRIMINATORS = ("short", "longer", "long")


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings that end as stated, for each critic."""
    rows = evidence.study[evidence.study["kind"] == "measure"]
    findings = [_at_maximum(claim, stage(rows, critic), critic) for critic in DISCRIMINATORS]
    point, line, unbounded = (stage(rows, critic) for critic in ("point", "line", "unbounded"))
    left = point["spread", "after"] / point["spread", "before"]
    along = line["along_diagonal", "after"] / line["along_diagonal", "before"]
    on_line = line["off_diagonal", "after"] / line["off_diagonal", "before"] <= POINT_LEFT
    further = unbounded["radius", "after"] / unbounded["radius", "before"]
    return [
        *findings,
        fraction(
            claim, "point", left <= POINT_LEFT, name="share of trainings that end in a point",
            note=f"{100 * left.median():.2g} % of the spread is left (median).",
        ),
        fraction(
            claim, "line", on_line & (along >= LINE_LEFT), name="share of trainings that end spread along the line",
            note=f"Along the line {100 * along.median():.0f} % of the spread is left (median).",
        ),
        fraction(
            claim, "unbounded", further >= RUN_AWAY, name="share of trainings that run away",
            note=f"The distance from the origin grows {further.median():.3g} times (median).",
        ),
        _peaks(claim, stage(rows, "long")),
    ]  # fmt: skip


def stage(rows: pd.DataFrame, critic: str) -> pd.DataFrame:
    """Measures of a critic's trainings by replicate, columns (measure, stage)."""
    measures = ["at_maximum", "at_peak", "reached", "on_edge", "spread", "radius", "off_diagonal", "along_diagonal"]
    mine = rows[rows["critic"] == critic]
    return mine.pivot(index="replicate", columns="stage", values=measures).astype(float)


def _at_maximum(claim: Claim, wide: pd.DataFrame, critic: str) -> Finding:
    resting, gate = _resting(claim, wide, critic)
    if gate:
        return gate
    there = resting["at_maximum", "after"]
    note = (
        f"{100 * there.median():.3g} % of the points are at the maximum (median), from {100 * there.min():.3g} % to "
        f"{100 * there.max():.3g} %; it is on the edge of the square in {int(resting['on_edge', 'after'].sum())} of "
        f"{len(resting)} trainings; {len(wide) - len(resting)} have not come to rest."
    )
    return fraction(claim, critic, there >= ALL, name="share of trainings with all points at the maximum", note=note)


def _peaks(claim: Claim, wide: pd.DataFrame) -> Finding:
    resting, gate = _resting(claim, wide, "peaks")
    if gate:
        return gate
    peaks = resting["at_peak", "after"]
    note = f"{100 * peaks.median():.3g} % of the points (median) are where nothing near them scores higher."
    return fraction(claim, "peaks", peaks >= MOST, name="share of trainings with most points at peaks", note=note)


def _resting(claim: Claim, wide: pd.DataFrame, part: str) -> tuple[pd.DataFrame, Finding | None]:
    """The trainings that have come to rest; where they are too few, the finding that says so."""
    moved = (wide["reached", "after"] - wide["reached", "late"]).abs()
    resting = wide[moved <= AT_REST]
    if len(resting) < min(claim.declaration.min_seeds, len(wide)):
        return resting, invalid(part, f"Only {len(resting)} of {len(wide)} generators have come to rest.", len(wide))
    return resting, None
