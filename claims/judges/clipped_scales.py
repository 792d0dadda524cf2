"""Judges what clipping makes of batch normalization's scales and of the activations behind them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, fraction

CLIPPED, FREE = "all 0.01", "weights 0.01"
"""The arm that clips every parameter, and the one that leaves scales and shifts alone."""

ABOUT = 2.0
"""What still counts as about 1 %: a factor of two either way."""

AROUND, BELOW_EPSILON = 0.5, 0.5
TINY = 1e-12
ROUNDING = 1 + 1e-6


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings in which scales, activations and estimates are as stated."""
    rows = evidence.study
    clipped, free = (rows[rows["arm"] == arm].set_index(["replicate", "layer"]) for arm in (CLIPPED, FREE))
    share = (clipped["output"] / free["output"]).unstack("layer")
    last = share.columns.max()
    held = (clipped[["scale", "shift"]].max(axis=1) <= clipped["clip"] * ROUNDING) & (free["mean_scale"] > AROUND)
    usual = free["mean_scale"].between(AROUND, 1 / AROUND) & (free["shift"] <= AROUND)
    weak = (clipped["normalized"].unstack("layer")[last] < BELOW_EPSILON) & (
        free["normalized"].unstack("layer")[last] >= BELOW_EPSILON
    )
    shares = ", ".join(f"{100 * share[layer].median():.2g} %" for layer in share)
    note = f"Median shares of what they are with free scales, first layer to last: {shares}."
    name = "share of trainings in which it is so"
    return [
        fraction(claim, "clipped", _each(held), name=name, note=_sizes(clipped, free)),
        fraction(claim, "one-percent", _about(share, 0.01).all(axis=1), name=name, note=note),
        _loss(claim, clipped, free),
        fraction(claim, "usual", _each(usual), name=name, note=_sizes(clipped, free)),
        fraction(claim, "first-layer", _about(share[1], 0.01), name=name, note=note),
        fraction(claim, "compounds", share[last] < 0.01 / ABOUT, name=name, note=note),
        fraction(claim, "below-epsilon", weak, name=name, note=_normalized(clipped, last)),
        _limit(claim, rows),
    ]


def _each(layers: pd.Series) -> pd.Series:
    """Whether it is so in every layer of a training."""
    return layers.groupby("replicate").all()


def _about(shares: pd.DataFrame | pd.Series, expected: float | pd.Series) -> pd.DataFrame | pd.Series:
    return (shares >= expected / ABOUT) & (shares <= expected * ABOUT)


def _sizes(clipped: pd.DataFrame, free: pd.DataFrame) -> str:
    low, high = free["mean_scale"].min(), free["mean_scale"].max()
    return (
        f"Largest clipped scale {clipped['scale'].max():.4g}; free ones are {low:.2f} to {high:.2f} on average in a "
        f"layer, with shifts up to {free['shift'].max():.2g}."
    )


def _loss(claim: Claim, clipped: pd.DataFrame, free: pd.DataFrame) -> Finding:
    sizes = [arm["estimate"].groupby("replicate").first().abs().clip(lower=TINY) for arm in (free, clipped)]
    note = f"Median sizes of the estimate: {sizes[0].median():.2g} with free scales, {sizes[1].median():.2g} clipped."
    orders = np.log10(sizes[0] / sizes[1])
    return effect(claim, "loss", orders, name="powers of ten between the critics' estimates", note=note)


def _normalized(clipped: pd.DataFrame, last: int) -> str:
    behind = clipped["normalized"].unstack("layer")[last]
    return f"Behind the last normalization, before its scale, the root mean square is {behind.median():.2g} (median)."


def _limit(claim: Claim, rows: pd.DataFrame) -> Finding:
    first = rows[(rows["layer"] == 1) & (rows["arm"] != FREE)]
    shares = first["output"] / first["normalized"]
    good = _about(shares, first["clip"]).groupby(first["replicate"]).all()
    found = shares.groupby(first["clip"]).median()
    note = "; ".join(f"c = {clip:g}: {share:.2g}" for clip, share in found.items())
    return fraction(claim, "limit", good, name="share of trainings in which it is so", note=f"Median shares: {note}.")
