"""Gradient play on min over x, max over y of xy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity

N_CASES = 40
N_STEPS = 60


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Plays from random starts with random step sizes, simultaneously and alternately.

    Returns:
        One row per step: `case`, `scheme` ("simultaneous", "alternating"), `eta`, `step`, `x`, `y`.
    """
    rows = []
    for case in range(N_CASES):
        eta = math.exp(rng.uniform(math.log(0.01), 0))
        start = rng.normal(size=2)
        for scheme in ("simultaneous", "alternating"):
            x, y = map(float, start)
            for step in range(N_STEPS + 1):
                rows.append((case, scheme, eta, step, x, y))
                before = x
                x = x - eta * y
                y = y + eta * (before if scheme == "simultaneous" else x)
    return pd.DataFrame(rows, columns=["case", "scheme", "eta", "step", "x", "y"])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests that each simultaneous step leads away, by how much, and that alternating ones do not."""
    rows = evidence.study
    together = _steps(rows[rows["scheme"] == "simultaneous"])
    alternating = rows[rows["scheme"] == "alternating"]
    energy = alternating["x"] ** 2 - alternating["eta"] * alternating["x"] * alternating["y"] + alternating["y"] ** 2
    drift = energy / energy.groupby(alternating["case"]).transform("first") - 1
    return [
        exceeds(claim, "outwards", together["growth"] - 1, name="least relative growth of the distance in a step"),
        exceeds(claim, "turns", together["turn"], name="least turn in a step (rad)"),
        identity(
            claim,
            "rate",
            (together["growth"] / np.sqrt(1 + together["eta"] ** 2) - 1).abs(),
            name="worst relative error",
        ),
        identity(claim, "alternating", drift.abs(), name="worst relative drift of x^2 - eta x y + y^2"),
    ]


def _steps(path: pd.DataFrame) -> pd.DataFrame:
    """Growth of the distance from the equilibrium and turn, at every step."""
    after = path.groupby("case")[["x", "y"]].shift(-1)
    growth = np.hypot(after["x"], after["y"]) / np.hypot(path["x"], path["y"])
    cross = path["x"] * after["y"] - path["y"] * after["x"]
    turn = np.arctan2(cross, path["x"] * after["x"] + path["y"] * after["y"])
    return pd.DataFrame({"eta": path["eta"], "growth": growth, "turn": turn}).dropna()
