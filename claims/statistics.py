"""Intervals, decisions and their p values: small pure functions of numbers.

`alpha` is always the one-sided error level of each bound, so that an interval
covers with probability 1 - 2 alpha. Every statement about trainings is reduced
to a `Sample`, one number per seed, and a rule in `RULES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from claims.claim import Verdict

ROUNDING = 12**-0.5
"""Standard deviation of the rounding to whole steps of a scale, the least believed of what lies on one."""


def proportion_interval(successes: int, trials: int, alpha: float) -> tuple[float, float]:
    """Exact interval of a probability (Clopper and Pearson, 1934).

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
    mean, low, high = (float(end) for end in t_intervals(np.asarray(values, dtype=float), alpha, least_spread))
    return mean, low, high


def t_intervals(
    values: NDArray[np.float64], alpha: float, least_spread: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Means over the last axis of `values` with Student's intervals (Student, 1908).

    Args:
        values: shape (..., n) with n at least 2.
        alpha: one-sided error level of each bound.
        least_spread: smallest standard deviation believed.

    Returns:
        Means, lower and upper bounds, each of shape (...).

    Raises:
        ValueError: for fewer than two values.
    """
    n = values.shape[-1]
    if n < 2:
        raise ValueError(f"an interval needs at least 2 values, got {n}")
    mean = values.mean(axis=-1)
    half = stats.t.ppf(1 - alpha, n - 1) * np.maximum(values.std(axis=-1, ddof=1), least_spread) / math.sqrt(n)
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
    """Standard deviation of the rounding of `fisher_z` at its end, where steps are largest."""
    top = 1 - 6 / (n_points**3 - n_points)
    below = 1 - 12 / (n_points**3 - n_points)
    return (math.atanh(top) - math.atanh(below)) * ROUNDING


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


WITHOUT_SPREAD = "All seeds have the same value, so there is no spread to judge by."
"""Why a sample decides nothing: as where both arms fail with every seed, nothing is known of how much seeds vary."""


@dataclass(frozen=True)
class Sample:
    """One number per independent unit: a seed, or a training where a yes or no is counted over data sets.

    Args:
        kind: "mean" where the statement is about the mean of the values, which may be paired differences; "share"
            where it is about the probability of a 1 and every value is 0 or 1. Pairs of runs that a yes or no tells
            apart are a share: of the wins among them (McNemar, 1947).
        values: one per unit.
        least_spread: smallest standard deviation believed of a mean's values.
    """

    kind: Literal["mean", "share"]
    values: tuple[float, ...]
    least_spread: float = 0.0

    @property
    def without_spread(self) -> bool:
        """Whether the values of a mean are all equal, and not because of a coarse scale."""
        return self.kind == "mean" and not self.least_spread and len(set(self.values)) == 1


@dataclass(frozen=True)
class _Tails:
    """One-sided p values of one sample: that its mean or probability lies `above` or `below` a number."""

    above: Callable[[float], float]
    below: Callable[[float], float]


@dataclass(frozen=True)
class Rule:
    """How an interval decides on a statement.

    Args:
        verdict: function (low, high, margin) -> Verdict.
        supported: function (tails, margin) -> p value of what supports it.
        contradicted: function (tails, margin) -> p value of what contradicts it, of one end of the interval.
        ends: how many ends of the interval may contradict it, each at its share of the error level.
    """

    verdict: Callable[[float, float, float], Verdict]
    supported: Callable[[_Tails, float], float]
    contradicted: Callable[[_Tails, float], float]
    ends: int = 1

    def __call__(self, low: float, high: float, margin: float) -> Verdict:
        """Decides on the interval from `low` to `high`."""
        return self.verdict(low, high, margin)


RULES: dict[str, Rule] = {
    "greater": Rule(
        decide,
        lambda tails, margin: tails.above(0.0),
        lambda tails, margin: tails.below(margin),
    ),
    "not greater": Rule(
        decide_not_positive,
        lambda tails, margin: tails.below(margin),
        lambda tails, margin: tails.above(0.0),
    ),
    "within": Rule(
        decide_within,
        lambda tails, margin: max(tails.above(-margin), tails.below(margin)),
        lambda tails, margin: min(tails.above(margin), tails.below(-margin)),
        ends=2,
    ),
    "at least": Rule(
        decide_above,
        lambda tails, margin: tails.above(margin),
        lambda tails, margin: tails.below(margin),
    ),
    "below": Rule(
        decide_below,
        lambda tails, margin: tails.below(margin),
        lambda tails, margin: tails.above(margin),
    ),
}
"""The rules a question may name. The one of equivalence joins two one-sided tests (Schuirmann, 1987); either of two
contradicts it, so that each has half of the error level."""


def interval(sample: Sample, alpha: float) -> tuple[float, float, float]:
    """Mean or share of a sample with its interval: Student's, or the exact one.

    Returns:
        Estimate, lower and upper bound.

    Raises:
        ValueError: for fewer than two values of a mean, or no value of a share.
    """
    if sample.kind == "mean":
        return t_interval(sample.values, alpha, sample.least_spread)
    low, high = proportion_interval(int(sum(sample.values)), len(sample.values), alpha)
    return float(np.mean(sample.values)), low, high


def decision(sample: Sample, rule_name: str, margin: float, alpha: float) -> Verdict:
    """Decides on a sample: a false contradiction is at most alpha likely, whichever end of the interval makes it.

    Args:
        sample: the values.
        rule_name: key of RULES.
        margin: of the rule.
        alpha: one-sided error level.

    Raises:
        ValueError: for fewer than two values of a mean, or no value of a share.
    """
    rule = RULES[rule_name]
    verdict = rule(*interval(sample, alpha)[1:], margin)
    if verdict is Verdict.CONTRADICTED:
        return rule(*interval(sample, alpha / rule.ends)[1:], margin)
    return verdict


def p_values(sample: Sample, rule_name: str, margin: float) -> tuple[float, float]:
    """One-sided p values of a rule on a sample: at most alpha where `decision` decides so.

    Both are at most alpha for an effect that is there and too small to matter: such a positive effect is weaker than
    claimed under "greater", and contradicts "not greater".

    Args:
        sample: the values.
        rule_name: key of RULES.
        margin: of the rule.

    Returns:
        p value of what supports the statement, and of what contradicts it.

    Raises:
        ValueError: for fewer than two values of a mean.
    """
    rule = RULES[rule_name]
    if sample.kind == "share":
        tails = _share_tails(int(sum(sample.values)), len(sample.values))
    elif spread := _spread(sample):
        tails = _mean_tails(float(np.mean(sample.values)), spread, len(sample.values))
    else:
        return _certain(rule(sample.values[0], sample.values[0], margin))
    return rule.supported(tails, margin), min(1.0, rule.ends * rule.contradicted(tails, margin))


def _spread(sample: Sample) -> float:
    if len(sample.values) < 2:
        raise ValueError(f"a p value needs at least 2 values, got {len(sample.values)}")
    return max(float(np.std(sample.values, ddof=1)), sample.least_spread)


def _certain(verdict: Verdict) -> tuple[float, float]:
    """The p values where all values are equal and the interval is a point."""
    weaker = Verdict.WEAKER
    return float(verdict not in (Verdict.SUPPORTED, weaker)), float(verdict not in (Verdict.CONTRADICTED, weaker))


def _mean_tails(mean: float, spread: float, n: int) -> _Tails:
    t = stats.t(n - 1, scale=spread / math.sqrt(n))
    return _Tails(lambda bound: float(t.sf(mean - bound)), lambda bound: float(t.cdf(mean - bound)))


def _share_tails(successes: int, trials: int) -> _Tails:
    return _Tails(
        lambda bound: float(stats.binom.sf(successes - 1, trials, bound)),
        lambda bound: float(stats.binom.cdf(successes, trials, bound)),
    )
