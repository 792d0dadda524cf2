"""Judges where the gradient of an optimal critic has norm 1."""

from __future__ import annotations

import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, equivalence, fraction, invalid

EXACT = 1e-6
"""Rounding: differences of the norm from 1, and of two optimal critics, below this are none."""

NEAR_ONE, MOST = 0.1, 0.95
"""Where the norm need not be exactly 1: at this share of the places it has to be this close."""

NEAR_OPTIMUM = 0.2
"""A trained critic whose estimate is further from W1 than this share of it is not near its optimum."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the problems in which the norm is 1 where it is said to be, and averages it over trained critics."""
    norms = evidence.study[evidence.study["kind"] == "norm"]
    exact = norms[norms["critic"] == "exact"]
    coupled, shared, moved = (exact[exact["place"] == place] for place in ("coupled", "shared", "moved"))
    box, drawn = (exact[exact["place"] == place] for place in ("box", "independent"))
    upper = norms[norms["critic"] == "upper"]
    name = "share of problems in which it holds"
    return [
        fraction(claim, "coupled", everywhere(coupled), name=name, note=_exact_note(coupled)),
        fraction(claim, "under-both", everywhere(shared), name=name, note=_off(shared)),
        fraction(claim, "almost-everywhere", nearly(box), name=name, note=_off(box)),
        fraction(claim, "interpolates", nearly(drawn), name=name, note=_off(drawn)),
        *_trained(claim, evidence.study),
        fraction(claim, "moved", everywhere(moved), name=name, note=_exact_note(moved)),
        fraction(claim, "greatest", nearly(upper), name=name, note=_off(upper)),
    ]


def everywhere(rows: pd.DataFrame) -> pd.Series:
    """Whether, in each replicate, the norm is 1 at every place and, where there are two critics, they agree there."""
    alike = rows["gap"].fillna(0).abs() <= EXACT
    return _per_replicate((rows["norm"] - 1).abs().le(EXACT) & (alike | (rows["place"] != "coupled")), rows).eq(1)


def nearly(rows: pd.DataFrame) -> pd.Series:
    """Whether, in each replicate and for every pair of distributions, the norm is close to 1 at most places."""
    close = _close(rows)
    return close.groupby([rows["replicate"], rows["pair"]]).mean().ge(MOST).groupby("replicate").all()


def _close(rows: pd.DataFrame) -> pd.Series:
    return (rows["norm"] - 1).abs() <= NEAR_ONE


def _per_replicate(holds: pd.Series, rows: pd.DataFrame) -> pd.Series:
    return holds.groupby(rows["replicate"]).mean()


def _trained(claim: Claim, rows: pd.DataFrame) -> list[Finding]:
    """The mean norm of critics near their optimum; others say nothing and are left out."""
    training = rows[rows["kind"] == "training"].set_index("replicate")
    near = (training["estimate"] / training["wasserstein"] - 1).abs() <= NEAR_OPTIMUM
    left_out = f"{int((~near).sum())} of {len(near)} critics did not come near their optimum."
    parts = ("trained", "trained-places", "above-one", "penalised")
    if near.sum() < claim.declaration.min_seeds:
        return [invalid(part, left_out, len(near)) for part in parts]
    mine = rows[(rows["critic"] == "trained") & rows["replicate"].isin(near.index[near])]
    lines = mine[mine["place"] == "coupled"]
    means = mine.groupby(["replicate", "place"])["norm"].mean().unstack()
    on, name = means["coupled"] - 1, "mean norm on lines between coupled points, minus 1"
    note = f"A tenth of the places have a norm above {lines['norm'].quantile(0.9):.3g}."
    places = "share of trained critics of which it holds"
    return [
        equivalence(claim, "trained", on, name=name, note=f"{note} {left_out}"),
        fraction(claim, "trained-places", nearly(lines), name=places, note=f"{_off(lines)}. {left_out}"),
        effect(claim, "above-one", on, name=name, note=left_out),
        equivalence(
            claim, "penalised", means["coupled"] - means["independent"], name="difference of mean norms", note=left_out
        ),
    ]


def _exact_note(rows: pd.DataFrame) -> str:
    return f"Over {len(rows)} places the norm differs from 1 by {(rows['norm'] - 1).abs().max():.2g} at most."


def _off(rows: pd.DataFrame) -> str:
    """Share of places with a norm further from 1 than allowed, by pair of distributions."""
    shares = (~_close(rows)).groupby(rows["pair"]).mean()
    return "Share of places with a norm below 0.9 or above 1.1: " + "; ".join(
        f"{pair} {100 * share:.3g} %" for pair, share in shares.items()
    )
