"""Judges batch normalization as a map of batches, by itself and in a critic."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import fraction, identity

ALL_BUT = 1 + 1e-9
"""Rounding allowed in a bound."""

ZERO = 0.01
"""What counts as nothing behind a layer that gives 1 to a batch with spread."""

SHARE = 0.1
"""Least deviation of a sample's score over batches, as a share of that over samples, that matters."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares slopes with what is asserted, and scores over batches with scores over samples."""
    rows = evidence.study
    kinds = {kind: found for kind, found in rows.groupby("kind")}
    layers = kinds["layer"]
    guarded = layers[layers["eps"] > 0]
    bounded = guarded[guarded["spread"] > guarded["eps"]]
    collapsed = guarded[guarded["spread"] == guarded["spread"].min()]
    critics = kinds["critic"][kinds["critic"]["arm"] != "plain"]
    mates, shift = (kinds[kind].set_index(["arm", "replicate"]) for kind in ("mates", "shift"))
    return [
        _every(claim, "epsilon", critics, critics["slope"] <= critics["bound"] * ALL_BUT, _tightness(critics)),
        _every(claim, "constant-c", bounded, bounded["slope"] <= bounded["spread"] * ALL_BUT, _at(bounded)),
        _every(claim, "to-zero", collapsed, collapsed["output"] <= ZERO, _of(collapsed, "output")),
        _every(claim, "one-lipschitz", collapsed, collapsed["slope"] <= ALL_BUT, _of(collapsed, "slope")),
        _mates(claim, mates),
        identity(claim, "one-over-c", (bounded["slope"] * bounded["spread"] - 1).clip(lower=0), name="worst excess"),
        _collapse(claim, collapsed),
        _without(claim, layers[layers["eps"] == 0]),
        _moved(claim, shift),
    ]


def _every(claim: Claim, part: str, rows: pd.DataFrame, holds: pd.Series, note: str) -> Finding:
    each = holds.groupby(rows["replicate"]).all()
    return fraction(claim, part, each, name="share of draws or trainings in which it always is so", note=note)


def _tightness(critics: pd.DataFrame) -> str:
    worst = (critics["slope"] / critics["bound"]).max()
    return f"The steepest slope is {100 * worst:.2g} % of its bound; bounds reach {critics['bound'].max():.2g}."


def _at(bounded: pd.DataFrame) -> str:
    worst = bounded.loc[bounded["slope"].idxmax()]
    return f"At a deviation of {worst['spread']:.2g} the slope is {worst['slope']:.3g}."


def _of(collapsed: pd.DataFrame, column: str) -> str:
    found = collapsed.groupby("form")[column].max()
    words = {"root": "the divisor sqrt(var + eps)", "sum": "std + eps"}
    return f"The {column} is up to " + " and ".join(f"{value:.3g} with {words[form]}" for form, value in found.items())


def _mates(claim: Claim, mates: pd.DataFrame) -> Finding:
    shares = mates["within"] / mates["between"]
    worst = shares["plain"].max()
    note = (
        f"The share is {shares['batch'].min():.2g} to {shares['batch'].max():.2g} with scales clipped, "
        f"{shares['free'].min():.2g} to {shares['free'].max():.2g} with free ones; {worst:.2g} without normalization."
    )
    varies = (shares[["batch", "free"]] >= SHARE).groupby("replicate").all()
    return fraction(claim, "one-sample", varies, name="share of trainings in which scores depend on mates", note=note)


def _collapse(claim: Claim, collapsed: pd.DataFrame) -> Finding:
    steepest = np.where(collapsed["form"] == "root", collapsed["eps"] ** -0.5, 1 / collapsed["eps"])
    return identity(claim, "steepest", (collapsed["slope"] / steepest - 1).abs(), name="worst relative difference")


def _without(claim: Claim, rows: pd.DataFrame) -> Finding:
    note = f"It reaches {rows['slope'].max():.2g}."
    errors = (rows["slope"] * rows["spread"] - 1).abs()
    return identity(claim, "without-epsilon", errors, name="worst relative difference", note=note)


def _moved(claim: Claim, shift: pd.DataFrame) -> Finding:
    shares = (shift["estimate"] / shift["between"]).abs()
    note = f"Without batch normalization the estimate is {shares['plain'].min():.2g} times that deviation, or more."
    found = pd.concat([shares["batch"], shares["free"]])
    return identity(claim, "moved-batch", found, name="largest estimate / deviation of scores over samples", note=note)
