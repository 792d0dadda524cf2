"""Judges whether critics' values see the modes of the data."""

from __future__ import annotations

import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, fraction, invalid

IGNORED = 0.1
"""Share of the optimal critic's dip below which a critic ignores the modes."""

SETTLED = 0.1
"""How much estimate and dip may still change over the last fifth of the training, as a share of themselves (median)."""

LEAST_GROWTH = 0.01
"""Growth of the dip over that time, as a share of the optimal critic's, that is within its noise."""

DATASETS = ("gaussians8", "gaussians25", "swiss_roll")
CLIPPED, PENALTY, OPTIMAL = ["clip 0.01", "clip 0.1"], "penalty", "optimal"


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares dips with those of the optimal critic, and estimates by seed."""
    rows = evidence.study
    measured = rows[rows["kind"] == "measure"]
    return [
        *(_dips(claim, f"clip-{name}", measured[measured["dataset"] == name], CLIPPED) for name in DATASETS),
        *(_dips(claim, f"penalty-{name}", measured[measured["dataset"] == name], [PENALTY]) for name in DATASETS),
        _closer(claim, measured),
    ]


def dips(rows: pd.DataFrame) -> pd.DataFrame:
    """Dips on one data set as shares of the optimal critics' median: a row per replicate, a column per critic."""
    wide = rows.pivot(index="replicate", columns="critic", values="dip").astype(float)
    return wide / wide[OPTIMAL].median()


def unsettled(rows: pd.DataFrame, critics: list[str]) -> str:
    """Says which critics still change where they count as trained to optimality; "" where none does.

    Neither may the estimate change, nor the dip grow: a critic that is still learning the modes does not ignore them.
    """
    columns = ["settled", "dip", "dip_before"]
    found = rows.astype(dict.fromkeys(columns, float)).groupby(["dataset", "critic"])[columns].median()
    optimal = found["dip"].xs(OPTIMAL, level="critic").reindex(found.index, level="dataset")
    growth = found["dip"] - found["dip_before"]
    learning = growth > (SETTLED * found["dip"].abs()).clip(lower=LEAST_GROWTH * optimal.abs())
    bad = found[((found["settled"] - 1).abs() > SETTLED) | learning].index
    told = [" ".join(key) for key in bad if key[1] in critics]
    return f"Not trained to the end (median): {', '.join(told)}." if told else ""


def _dips(claim: Claim, part: str, rows: pd.DataFrame, critics: list[str]) -> Finding:
    if reason := unsettled(rows, critics):
        return invalid(part, reason, rows["replicate"].nunique())
    shares = dips(rows)
    seen = shares[critics] >= IGNORED
    note = "; ".join(f"{critic}: {100 * shares[critic].median():.3g} %" for critic in critics)
    optimal = rows.loc[rows["critic"] == OPTIMAL, "dip"].median()
    good, name = (seen.all(axis=1), "see") if critics == [PENALTY] else ((~seen).all(axis=1), "ignore")
    return fraction(
        claim, part, good, name=f"share of trainings that {name} the modes",
        note=f"Median dips as shares of the optimal critic's, which is {optimal:.2g}: {note}.",
    )  # fmt: skip


def _closer(claim: Claim, rows: pd.DataFrame) -> Finding:
    if reason := unsettled(rows, [*CLIPPED, PENALTY]):
        return invalid("closer", reason, rows["replicate"].nunique())
    wide = rows.pivot(index=["replicate", "dataset"], columns="critic", values="share").astype(float)
    gain = (wide[PENALTY] - wide[CLIPPED].max(axis=1)).groupby("replicate").mean()
    found = "; ".join(f"{critic} {wide[critic].median():.2f}" for critic in (*CLIPPED, PENALTY))
    name = "shares of W1 gained, mean of three data sets"
    return effect(claim, "closer", gain, name=name, note=f"Median shares of W1: {found}.")
