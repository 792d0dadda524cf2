"""Judges what noise on two parallel lines does to the discriminator, to the minimax gradient and to the training.

With the lines a gap of 1 apart and noise of deviation s, points of the two differ across the lines alone, by the
laws N(0, s^2) and N(1, s^2). The optimal score is v(x) = (1/2 - x) / s^2, and with D = sigmoid(v)

    JS = log 2 - (E_real softplus(-v) + E_fake softplus(v)) / 2,    |d/dplace E log(1 - D)| = E_fake D / s^2.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import special

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, fraction, invalid

CERTAIN = 0.95
"""Share of log 2 of a Jensen-Shannon estimate from which on a discriminator has no difficulty."""

NEAR_OPTIMUM = 0.04
"""How far the mean estimate may fall short of the true divergence, in nats."""

USABLE = 1.0
"""Least gain of a gradient that counts, in powers of ten."""

MET, STAYED = 0.25, 0.75
"""The lines have come together, or have not, at this share of the gap."""

WIDE, NARROW = [0.25, 0.5, 1.0], 0.05
"""Widths of the noise as shares of the gap."""

LEAST = 1e-12
"""Gradients below are read as this."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares every training with noise to the one without noise of the same seed."""
    start, end = (at(evidence.study, which) for which in ("min", "max"))
    estimates, places = (rows.pivot(index="replicate", columns="width") for rows in (start, end))
    reason = _untrained(estimates["estimate"])
    if reason:
        return [invalid(part.id, reason) for part in claim.parts]
    found, gains, distances = estimates["estimate"], gain(estimates["gradient_norm"]), places["distance"]
    shown = {"difficult": [1.0], "any": _tested(gains), "wide": WIDE, "narrow": [0.0, NARROW]}
    notes = {part.id: _note(found, gains, distances, shown.get(part.id, [0.0, 1.0])) for part in claim.parts}
    findings = {
        part: fraction(claim, part, so, name="share of trainings", note=notes[part])
        for part, so in _successes(found, gains, distances).items()
    }
    name = "gradient with noise over that without, powers of ten"
    findings["gradient"] = effect(claim, "gradient", gains[1.0], name=name, note=notes["gradient"])
    return [findings[part.id] for part in claim.parts]


def _successes(estimates: pd.DataFrame, gains: pd.DataFrame, distances: pd.DataFrame) -> dict[str, pd.Series]:
    """By part, the trainings in which it is so."""
    unsure, usable, met = estimates < CERTAIN * math.log(2), gains >= USABLE, distances < MET
    stayed = distances > STAYED
    return {
        "difficult": unsure[1.0],
        "together": met[1.0] & stayed[0.0],
        "any": (unsure & usable)[_tested(gains)].all(axis=1),
        "wide": (unsure & usable & met)[WIDE].all(axis=1),
        "narrow": ~unsure[NARROW] & (gains[NARROW] < USABLE) & stayed[NARROW],
    }


def _tested(gains: pd.DataFrame) -> list[float]:
    return [width for width in gains.columns if width > 0]


def at(rows: pd.DataFrame, which: str) -> pd.DataFrame:
    """The first ("min") or last ("max") look at each training."""
    return rows[rows["generator_steps"] == rows["generator_steps"].agg(which)]


def gain(gradients: pd.DataFrame) -> pd.DataFrame:
    """(seeds, widths) gradient norms -> log10 of what each is of the one without noise of its seed."""
    powers = np.log10(gradients.clip(lower=LEAST))
    return powers.sub(powers[0.0], axis=0)


def divergence(width: float) -> float:
    """Jensen-Shannon divergence of the noisy lines, in nats."""
    if width == 0:
        return math.log(2)
    places, weights = _standard_normal()
    real, fake = (score(mean + width * places, width) for mean in (0.0, 1.0))
    return float(math.log(2) - weights @ (np.logaddexp(0, -real) + np.logaddexp(0, fake)) / 2)


def gradient(width: float) -> float:
    """Size of the minimax cost's slope in the place of the generated line, at the optimal discriminator."""
    if width == 0:
        return 0.0
    places, weights = _standard_normal()
    return float(weights @ special.expit(score(1 + width * places, width)) / width**2)


def score(x: np.ndarray, width: float) -> np.ndarray:
    """Logarithm of the ratio of the densities at x across the lines."""
    return (0.5 - x) / width**2


def _standard_normal() -> tuple[np.ndarray, np.ndarray]:
    places = np.linspace(-16, 16, 6401)
    density = np.exp(-(places**2) / 2)
    return places, density / density.sum()


def _untrained(estimates: pd.DataFrame) -> str:
    for width, found in estimates.items():
        true, mean = divergence(float(str(width))), float(found.mean())
        if not true - mean <= NEAR_OPTIMUM:
            return f"With noise of {width} gaps the mean estimate is {mean:.3g} nats, the divergence {true:.3g}."
    return ""


def _note(estimates: pd.DataFrame, gains: pd.DataFrame, distances: pd.DataFrame, widths: list[float]) -> str:
    each = [
        f"noise {width:g}: JS {estimates[width].mean() / math.log(2):.3f} log 2, "
        f"gradient x {10 ** gains[width].mean():.3g}, distance {distances[width].mean():.2g}"
        for width in widths
    ]
    return f"Means over trainings, lengths in gaps, gradients over that without noise: {'; '.join(each)}."
