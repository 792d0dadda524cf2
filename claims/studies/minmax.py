"""Gradient play on min over x, max over y of xy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity

N_CASES = 40
N_STEPS = 60
STEP = 0.5
"""Of the central differences, which for a bilinear function lose nothing but rounding at any length."""
NEAR = 10.0
"""Derivatives are judged within this distance of the equilibrium; far away xy loses digits."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Plays from random starts with random step sizes, simultaneously and alternately.

    Returns:
        One row per step: `case`, `scheme` ("simultaneous", "alternating"), `eta`, `step`, `x`, `y`, and
        `slope_x`, `slope_y`, the central differences of xy in x and in y there.
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
    path = pd.DataFrame(rows, columns=["case", "scheme", "eta", "step", "x", "y"])
    x, y = path["x"], path["y"]
    return path.assign(
        slope_x=(_value(x + STEP, y) - _value(x - STEP, y)) / (2 * STEP),
        slope_y=(_value(x, y + STEP) - _value(x, y - STEP)) / (2 * STEP),
    )


def _value(x: pd.Series, y: pd.Series) -> pd.Series:
    """f(x, y)."""
    return x * y


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests that each simultaneous step leads away, by how much, and that alternating ones do not."""
    rows = evidence.study
    together = _steps(rows[rows["scheme"] == "simultaneous"])
    alternating = rows[rows["scheme"] == "alternating"]
    energy = alternating["x"] ** 2 - alternating["eta"] * alternating["x"] * alternating["y"] + alternating["y"] ** 2
    drift = energy / energy.groupby(alternating["case"]).transform("first") - 1
    near = rows[np.hypot(rows["x"], rows["y"]) < NEAR]
    name = "worst error of the derivatives"
    return [
        exceeds(claim, "outwards", together["growth"] - 1, name="least relative growth of the distance in a step"),
        exceeds(claim, "turns", together["turn"], name="least turn in a step (rad)"),
        identity(claim, "printed-derivative", _slope_error(near, -1), name=name, note=_example(near)),
        identity(claim, "derivative", _slope_error(near, 1), name=name),
        identity(
            claim,
            "rate",
            (together["growth"] / np.sqrt(1 + together["eta"] ** 2) - 1).abs(),
            name="worst relative error",
        ),
        identity(claim, "alternating", drift.abs(), name="worst relative drift of x^2 - eta x y + y^2"),
    ]


def _slope_error(rows: pd.DataFrame, sign: int) -> pd.Series:
    """The worse error of the two derivatives, if that in y were `sign` times x."""
    return np.maximum((rows["slope_x"] - rows["y"]).abs(), (rows["slope_y"] - sign * rows["x"]).abs())


def _example(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    return f"At x = {first['x']:.3g} the derivative in y is {first['slope_y']:.3g}, and {-first['x']:.3g} as printed."


def _steps(path: pd.DataFrame) -> pd.DataFrame:
    """Growth of the distance from the equilibrium and turn, at every step."""
    after = path.groupby("case")[["x", "y"]].shift(-1)
    growth = np.hypot(after["x"], after["y"]) / np.hypot(path["x"], path["y"])
    cross = path["x"] * after["y"] - path["y"] * after["x"]
    turn = np.arctan2(cross, path["x"] * after["x"] + path["y"] * after["y"])
    return pd.DataFrame({"eta": path["eta"], "growth": growth, "turn": turn}).dropna()
