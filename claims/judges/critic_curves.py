"""Judges what a discriminator and critics of two Gaussians look like as functions on the line.

With score v, D = sigmoid(v), the generator's costs and their slopes at x are

    log(1 - D) = -softplus(v), slope -D v';    -log D = softplus(-v), slope -(1 - D) v';    -f, slope -f'.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import special, stats

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, fraction, invalid

REAL_MEAN, FAKE_MEAN = -3.0, 3.0

NEAR_OPTIMUM = 0.95
"""Least share of log 2 of the discriminator's Jensen-Shannon estimate; that of these Gaussians is 0.98 log 2."""

SETTLED = 0.05
"""Largest relative growth of a critic's estimate in the second half of its training."""

SMALL = 0.1
"""A slope below this share of the largest on the line has vanished."""

CERTAIN, ALMOST_ALL = 0.01, 0.95
"""D this near its label, for this share of the points of either distribution: it saturates."""

STRAIGHT = 0.95
"""Least share of a curve's variance that a straight line explains."""

Curves = dict[str, np.ndarray]


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the trainings whose curves are as the figure's caption says, after a look at how well they are trained."""
    gan, wgan, penalised = (curves(evidence.study, method) for method in ("gan", "wgan", "wgan_gp"))
    reason = _untrained(evidence.study, gan)
    if reason:
        return [invalid(part.id, reason) for part in claim.parts]
    certain, share = saturation(gan), at_fakes(gan, minimax_slope(gan))
    fit, clean, between = straightness(gan), least_share(wgan), least_share(penalised, within=5.0)
    name = "share of trainings"
    notes = {
        "saturates": f"{_range(certain)} of the points get a D within {CERTAIN} of their label.",
        "minimax": f"Over the generated points the slope is {_range(share)} of the largest on the line.",
        "critic": f"The least slope on the line is {_range(clean)} of the largest.",
        "non-saturating": f"A straight line explains {_range(fit)} of the variance.",
        "penalty": f"Between -5 and 5 the least slope is {_range(between)} of the largest, on the whole line "
        f"{_range(least_share(penalised))}.",
    }
    successes = {
        "saturates": certain >= ALMOST_ALL,
        "minimax": share < SMALL,
        "non-saturating": fit >= STRAIGHT,
        "penalty": between >= SMALL,
    }
    found = [fraction(claim, part, which, name=name, note=notes[part]) for part, which in successes.items()]
    over = "least slope as a share of the largest, less 0.1"
    return [*found, effect(claim, "critic", clean - SMALL, name=over, note=notes["critic"])]


def curves(rows: pd.DataFrame, method: str, *, half_way: bool = False) -> Curves:
    """A method's curves at the end or half way: `x` (n,), and `score` and `slope`, (trainings, n)."""
    found = rows[rows["method"] == method]
    steps = found["critic_steps"].min() if half_way else found["critic_steps"].max()
    found = found[found["critic_steps"] == steps]
    table = found.pivot(index="replicate", columns="x", values=["score", "slope"])
    tables = {name: table[name].to_numpy(dtype=float) for name in ("score", "slope")}
    return {"x": table["score"].columns.to_numpy(dtype=float), **tables}


def saturation(found: Curves) -> np.ndarray:
    """Share of the points of the distribution less often recognised whose D lies within CERTAIN of their label."""
    d = special.expit(found["score"])
    real, fake = weights(found["x"], REAL_MEAN), weights(found["x"], FAKE_MEAN)
    return np.minimum((d > 1 - CERTAIN) @ real, (d < CERTAIN) @ fake)


def minimax_slope(found: Curves) -> np.ndarray:
    """Size of the slope of log(1 - D)."""
    return np.abs(special.expit(found["score"]) * found["slope"])


def non_saturating_slope(found: Curves) -> np.ndarray:
    """Size of the slope of -log D."""
    return np.abs(special.expit(-found["score"]) * found["slope"])


def at_fakes(found: Curves, slope: np.ndarray) -> np.ndarray:
    """Mean slope over the generated points as a share of the largest on the line."""
    return (slope @ weights(found["x"], FAKE_MEAN)) / slope.max(axis=1)


def straightness(found: Curves) -> np.ndarray:
    """Share of the variance of -log D on the right half that a rising straight line explains; 0 where it falls."""
    right = found["x"] >= 0
    costs = np.logaddexp(0, -found["score"][:, right])
    correlations = np.array([stats.pearsonr(found["x"][right], cost).statistic for cost in costs])
    return np.clip(correlations, 0, None) ** 2


def least_share(found: Curves, within: float = math.inf) -> np.ndarray:
    """Least slope towards the real points as a share of the largest; negative where a critic leads away from them."""
    towards = -found["slope"][:, np.abs(found["x"]) <= within]
    return towards.min(axis=1) / np.abs(towards).max(axis=1)


def weights(x: np.ndarray, mean: float) -> np.ndarray:
    """Probability of each place under a Gaussian of deviation 1, up to what lies outside the plot."""
    density = stats.norm.pdf(x, mean)
    return density / density.sum()


def estimate(found: Curves) -> np.ndarray:
    """What each critic says of the distance, E f(real) - E f(fake)."""
    return found["score"] @ (weights(found["x"], REAL_MEAN) - weights(found["x"], FAKE_MEAN))


def divergence(found: Curves) -> np.ndarray:
    """Each discriminator's lower bound of the Jensen-Shannon divergence, in nats."""
    real, fake = weights(found["x"], REAL_MEAN), weights(found["x"], FAKE_MEAN)
    loss = np.logaddexp(0, -found["score"]) @ real + np.logaddexp(0, found["score"]) @ fake
    return math.log(2) - loss / 2


def _untrained(rows: pd.DataFrame, gan: Curves) -> str:
    if np.median(divergence(gan)) < NEAR_OPTIMUM * math.log(2):
        return (
            f"The discriminators' Jensen-Shannon estimate is {np.median(divergence(gan)):.3g} nats: not near its end."
        )
    for method in ("wgan", "wgan_gp"):
        last = estimate(curves(rows, method))
        growth = float(np.median(1 - estimate(curves(rows, method, half_way=True)) / last))
        if growth > SETTLED:
            return f"The estimate of {method} still grew by {100 * growth:.3g} % in the second half."
    return ""


def _range(values: np.ndarray) -> str:
    low, middle, high = (100 * value for value in (values.min(), np.median(values), values.max()))
    return f"{middle:.3g} % (median; {low:.3g} to {high:.3g} %)"
