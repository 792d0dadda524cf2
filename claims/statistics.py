"""Intervals and decisions: small pure functions of numbers.

`alpha` is always the one-sided error level of each bound, so that an interval
covers with probability 1 - 2 alpha.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from claims.claim import Verdict


def proportion_interval(successes: int, trials: int, alpha: float) -> tuple[float, float]:
    """Exact (Clopper-Pearson) interval of a probability.

    Raises:
        ValueError: when there are no trials or more successes than trials.
    """
    interval = stats.binomtest(successes, trials).proportion_ci(1 - 2 * alpha, method="exact")
    return float(interval.low), float(interval.high)


def t_interval(values: ArrayLike, alpha: float, least_spread: float = 0.0) -> tuple[float, float, float]:
    """Mean of `values` with Student's interval.

    Args:
        values: one number per independent unit, at least two.
        alpha: one-sided error level of each bound.
        least_spread: smallest standard deviation believed, for values that are
            equal only because they were measured on a coarse scale.

    Returns:
        Mean, lower and upper bound.

    Raises:
        ValueError: for fewer than two values.
    """
    sample = np.asarray(values, dtype=float)
    if sample.size < 2:
        raise ValueError(f"an interval needs at least 2 values, got {sample.size}")
    spread = max(float(sample.std(ddof=1)), least_spread)
    half = float(stats.t.ppf(1 - alpha, sample.size - 1)) * spread / math.sqrt(sample.size)
    mean = float(sample.mean())
    return mean, mean - half, mean + half


def spearman(x: ArrayLike, y: ArrayLike) -> float:
    """Spearman's rank correlation with average ranks for ties; 0 where one side is constant.

    A curve that does not move at all says nothing about quality, which is evidence and not a missing value.
    """
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    return float(stats.spearmanr(x, y).statistic)


def fisher_z(correlation: float, n_points: int) -> float:
    """Fisher's transform of a rank correlation of `n_points` points, finite also at 1 and -1.

    A perfect correlation is moved half way to the next attainable value, which
    is 12 / (n^3 - n) below 1.
    """
    bound = 1 - 6 / (n_points**3 - n_points)
    return math.atanh(min(max(correlation, -bound), bound))


def z_resolution(n_points: int) -> float:
    """Standard deviation of the rounding of `fisher_z` at its end: its last step over sqrt(12)."""
    top = 1 - 6 / (n_points**3 - n_points)
    below = 1 - 12 / (n_points**3 - n_points)
    return (math.atanh(top) - math.atanh(below)) / math.sqrt(12)


def correlation_interval(z: Sequence[float], alpha: float, least_spread: float = 0.0) -> tuple[float, float, float]:
    """Mean correlation over runs from their Fisher z, with Student's interval transformed back."""
    mean, low, high = t_interval(z, alpha, least_spread)
    return math.tanh(mean), math.tanh(low), math.tanh(high)


def decide(low: float, high: float, margin: float) -> Verdict:
    """Three-way decision on an effect claimed to be positive, `margin` being the smallest that matters."""
    if low > 0:
        return Verdict.WEAKER if high < margin else Verdict.SUPPORTED
    return Verdict.CONTRADICTED if high < margin else Verdict.INCONCLUSIVE


def decide_above(low: float, high: float, bound: float) -> Verdict:
    """Decision on "the quantity is at least `bound`"."""
    if low >= bound:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if high < bound else Verdict.INCONCLUSIVE


def decide_below(low: float, high: float, bound: float) -> Verdict:
    """Decision on "the quantity is below `bound`"."""
    if high < bound:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if low >= bound else Verdict.INCONCLUSIVE


def decide_not_positive(low: float, high: float, margin: float) -> Verdict:
    """Decision on "there is no positive effect": excluded above zero, and too small to matter if there is one."""
    if low > 0:
        return Verdict.CONTRADICTED
    return Verdict.SUPPORTED if high < margin else Verdict.INCONCLUSIVE


def decide_within(low: float, high: float, margin: float) -> Verdict:
    """Equivalence: decision on "the quantity differs from zero by less than `margin`"."""
    if -margin < low and high < margin:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if low >= margin or high <= -margin else Verdict.INCONCLUSIVE
