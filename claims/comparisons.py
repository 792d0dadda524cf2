"""Two arms compared: intervals of a difference, exact tests and effect sizes, all pure functions of numbers.

`alpha` is the one-sided error level of each bound. Student's interval of the paired
differences decides; these are shown beside it, as sensitivity and as effect size.
"""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

MOST_ENUMERATED = 20_000
"""Permutations up to which a test goes through all of them, and the number drawn beyond."""


def welch_interval(a: ArrayLike, b: ArrayLike, alpha: float) -> tuple[float, float, float]:
    """Mean of a less that of b with Welch's interval (Welch, 1947), for samples of unequal variance.

    Raises:
        ValueError: when a side has fewer than two values.
    """
    sides = [np.asarray(a, dtype=float), np.asarray(b, dtype=float)]
    if min(side.size for side in sides) < 2:
        raise ValueError(f"an interval needs at least 2 values on each side, got {sides[0].size} and {sides[1].size}")
    difference = float(sides[0].mean() - sides[1].mean())
    if not any(np.ptp(side) for side in sides):  # where scipy has no degrees of freedom
        return difference, difference, difference
    with warnings.catch_warnings():
        # One side without any spread, such as runs that all failed, is nothing to be warned of.
        warnings.simplefilter("ignore", RuntimeWarning)
        found = stats.ttest_ind(*sides, equal_var=False).confidence_interval(1 - 2 * alpha)
    return difference, float(found.low), float(found.high)


def permutation_p(values: ArrayLike, *, rng: np.random.Generator) -> float:
    """One-sided permutation p value of a positive mean: the signs of the values are flipped (Fisher, 1935).

    Exact where each value is as likely to be negative as positive. Beyond
    `MOST_ENUMERATED` signings these are drawn, and p = (1 + as extreme) / (1 + drawn),
    which is never zero and valid too (Phipson and Smyth, 2010).

    Raises:
        ValueError: without any value.
    """
    found = np.asarray(values, dtype=float)
    if found.size == 1:  # which scipy refuses: one of two signings, or both
        return 0.5 if found[0] > 0 else 1.0
    test = stats.permutation_test(
        (found,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=MOST_ENUMERATED,
        alternative="greater",
        random_state=rng,
    )
    return float(test.pvalue)


def probability_of_superiority(a: ArrayLike, b: ArrayLike, alpha: float) -> tuple[float, float, float]:
    """Probability that a value of `a` exceeds one of `b`, ties counting half (Mann and Whitney, 1947).

    The estimate is U / (n m). The interval is method 5 of Newcombe (2006, Statistics
    in Medicine 25, part 2): all theta with |estimate - theta| <= z sqrt(V(theta)) and

        V(theta) = theta (1 - theta) [1 + (N - 1) ((1 - theta) / (2 - theta) + theta / (1 + theta))] / (n m),
        N = (n + m) / 2,

    which has width also where one side lies wholly above the other. It is approximate, and takes the sides as
    independent; values may be infinite.

    Returns:
        Estimate, lower and upper bound.

    Raises:
        ValueError: when a side has no value.
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if not first.size or not second.size:
        raise ValueError("a probability of superiority needs values on both sides")
    above = np.greater.outer(first, second) + 0.5 * np.equal.outer(first, second)
    found = float(above.mean())
    low, other = (_superiority_bound(share, (first.size, second.size), alpha) for share in (found, 1 - found))
    return found, low, 1 - other


def _superiority_bound(found: float, sizes: tuple[int, int], alpha: float) -> float:
    """The lower bound: where the score (found - theta) / sqrt(V(theta)) falls to its quantile."""
    z, mean_size = float(stats.norm.ppf(1 - alpha)), sum(sizes) / 2

    def excess(theta: float) -> float:
        shape = 1 + (mean_size - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return (found - theta) - z * math.sqrt(theta * (1 - theta) * shape / math.prod(sizes))

    # V vanishes at 1, which solves the equation for an estimate of 1 without being its bound.
    return float(optimize.brentq(excess, 0.0, min(found, 1 - 1e-12))) if found else 0.0


def hodges_lehmann(a: ArrayLike, b: ArrayLike) -> float:
    """Shift of `a` against `b`: the median of all differences of a value of each (Hodges and Lehmann, 1963)."""
    return float(np.median(np.subtract.outer(np.asarray(a, dtype=float), np.asarray(b, dtype=float))))


def mcnemar(wins: int, losses: int) -> float:
    """Exact two-sided p value of as many wins as losses among discordant pairs (McNemar, 1947).

    Pairs on which both sides agree say nothing; without any discordant pair p is 1.
    """
    return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0
