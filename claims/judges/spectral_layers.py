"""Judges spectrally normalized layers by their norms as operators."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding, Verdict
from claims.judging import closeness, fraction, identity
from claims.statistics import decide_above, proportion_interval

LAYER, NETWORK = 1.01, 1.1
"""What still counts as at most 1: a percent for a layer, a tenth for the product of up to seven of them."""

CONNECTED = "toy_mlp"

CRITICS = {"connected-network": CONNECTED, "network-5x5": "dcgan", "network-3x3": "sn_cnn"}
"""The architecture of each part about a whole critic."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings whose layers, and whose networks, keep to 1 at every checkpoint."""
    rows = evidence.study
    network = rows["kind"] == "network"
    layers, networks = rows[~network], rows[network]
    convolutions = layers[layers["kind"] != "linear"]
    excess = layers["operator"] / (layers["matrix"] * np.sqrt(layers["patches"])) - 1
    return [
        _layers(claim, "fully-connected", layers[layers["architecture"] == CONNECTED]["matrix"], rows, LAYER),
        _layers(claim, "convolutional", convolutions["operator"], rows, LAYER),
        *(_networks(claim, part, networks[networks["architecture"] == which]) for part, which in CRITICS.items()),
        _layers(claim, "tenth", layers["matrix"], rows, NETWORK),
        identity(claim, "from-above", (1 - layers["matrix"]).clip(lower=0), name="largest shortfall below 1"),
        identity(claim, "patches", excess.clip(lower=0), name="worst relative excess", note=_steepest(convolutions)),
        identity(claim, "product", (networks["slope"] / networks["operator"] - 1).clip(lower=0), name="worst excess"),
    ]


def _layers(claim: Claim, part: str, norms: pd.Series, rows: pd.DataFrame, limit: float) -> Finding:
    worst = norms.groupby(rows.loc[norms.index, "replicate"]).max()
    note = f"The largest norm in a training is between {worst.min():.3f} and {worst.max():.3f}."
    return fraction(claim, part, worst <= limit, name=f"share of trainings with norms of at most {limit:g}", note=note)


def _networks(claim: Claim, part: str, rows: pd.DataFrame) -> Finding:
    """A network certainly keeps to the limit where the product of norms does, and not where a slope exceeds it.

    The interval of the share reaches from the lower end for the sure ones to the upper end for the possible ones. It is
    close to its margin where one of the two is, as what lies between them is not for other seeds to close.
    """
    worst = rows.groupby("replicate")[["slope", "operator"]].max()
    sure, possible = (int((worst[column] <= NETWORK).sum()) for column in ("operator", "slope"))
    count, alpha, margin = len(worst), claim.declaration.alpha, claim.margin(part)

    ends = [proportion_interval(number, count, alpha) for number in (sure, possible)]
    low, high = ends[0][0], ends[1][1]

    def rule(low: float, high: float) -> Verdict:
        return decide_above(low, high, margin)

    before = rows.loc[rows["step"] == rows["step"].min(), "slope"]
    note = (
        f"Steepest slopes found: {worst['slope'].min():.2g} to {worst['slope'].max():.2g}, before training at most "
        f"{before.max():.2g}; products of the layers' norms: {worst['operator'].min():.3g} to "
        f"{worst['operator'].max():.3g}."
    )
    flags = tuple({flag for end in ends for flag in closeness(rule, *end)})
    name = "share of trainings whose network is steeper than 1 nowhere"
    return Finding(part, rule(low, high), possible / count, name, low, high, count, flags, note)


def _steepest(convolutions: pd.DataFrame) -> str:
    largest = convolutions.loc[convolutions["operator"].idxmax()]
    bound = math.sqrt(largest["patches"])
    return f"The largest norm is {largest['operator']:.3g}, of a {largest['kind']} convolution with bound {bound:.3g}."
