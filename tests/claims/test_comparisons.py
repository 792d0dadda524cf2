"""Two arms compared: against scipy, against enumeration, and by coverage."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from claims.comparisons import (
    MOST_ENUMERATED,
    hodges_lehmann,
    mcnemar,
    permutation_p,
    probability_of_superiority,
    welch_interval,
)

A, B = (2.1, 3.4, 1.2, 4.0, 2.2), (1.0, 0.3, 2.5, 0.9)


def test_welchs_interval_is_scipys() -> None:
    """Unequal variances and sizes, as scipy's t test has them."""
    expected = stats.ttest_ind(A, B, equal_var=False).confidence_interval(0.9)
    assert welch_interval(A, B, 0.05) == pytest.approx((np.mean(A) - np.mean(B), expected.low, expected.high))


def test_welchs_interval_of_constant_sides_is_a_point() -> None:
    """Without any spread there is no width, and no division by it."""
    assert welch_interval([2.0, 2.0], [0.5, 0.5, 0.5], 0.05) == (1.5, 1.5, 1.5)


def test_welchs_interval_refuses_a_single_value() -> None:
    """Each side needs a variance of its own."""
    with pytest.raises(ValueError, match="at least 2 values on each side, got 1 and 2"):
        welch_interval([1.0], [1.0, 2.0], 0.05)


@pytest.mark.parametrize("values", [(1.0, 2.0, -0.5, 3.0, 0.2), (0.3, -0.4, 0.1, 0.1), (1.0,) * 8])
def test_sign_flips_are_enumerated(values: tuple[float, ...]) -> None:
    """The p value is the share of the 2^n signings with a mean no smaller than the one seen."""
    signed = [sum(s * v for s, v in zip(signs, values, strict=True)) for signs in product((1, -1), repeat=len(values))]
    expected = np.mean([total >= sum(values) - 1e-12 for total in signed])
    assert permutation_p(values, rng=np.random.default_rng(0)) == pytest.approx(expected)


def test_the_smallest_p_values_that_so_few_seeds_can_give() -> None:
    """Two to the power -n for pairs, one over n out of 2n for two samples: five pairs reach 0.05, four do not."""
    rng = np.random.default_rng(0)
    assert permutation_p(range(1, 6), rng=rng) == pytest.approx(1 / 32)
    assert permutation_p(range(1, 5), rng=rng) == pytest.approx(1 / 16)
    assert (permutation_p([0.3], rng=rng), permutation_p([-0.3], rng=rng)) == (0.5, 1)


def test_drawn_permutations_never_give_zero() -> None:
    """Beyond the number that is enumerated the data's own arrangement counts as one of those drawn."""
    found = permutation_p(np.arange(1.0, 31.0), rng=np.random.default_rng(0))
    assert found == pytest.approx(1 / (MOST_ENUMERATED + 1))


def test_drawn_permutations_depend_on_the_generator_alone() -> None:
    """The same generator gives the same p value, another one another."""
    values = np.random.default_rng(1).normal(0.2, 1, 20)
    first, again, other = (permutation_p(values, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again != other


def test_superiority_is_mann_whitneys_u() -> None:
    """U over the number of pairs, ties counting half, as scipy counts them."""
    a, b = (3.0, 1.0, 4.0, 4.0, 5.0), (2.0, 4.0, 1.0)
    expected = stats.mannwhitneyu(a, b).statistic / 15
    assert probability_of_superiority(a, b, 0.05)[0] == pytest.approx(expected)


def test_superiority_of_values_that_never_came() -> None:
    """Infinite values are ranked like others and tie with each other: 2 x 2 pairs, of which 1, 1, 1/2 and 0 count."""
    assert probability_of_superiority([math.inf, 2.0], [math.inf, 1.0], 0.05)[0] == (0.5 + 1 + 0 + 1) / 4


def test_interval_of_superiority_solves_its_equation() -> None:
    """At both ends the distance to the estimate is the normal quantile times the standard error there."""
    found, *ends = probability_of_superiority(A, B, 0.05)
    for theta in ends:
        shape = 1 + 3.5 * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        error = math.sqrt(theta * (1 - theta) * shape / 20)
        assert abs(found - theta) == pytest.approx(stats.norm.ppf(0.95) * error)


def test_interval_of_superiority_has_width_where_one_side_lies_above() -> None:
    """Five of each, all above: the lower bound is well below 1, and sides exchanged give the mirror image."""
    found, low, high = probability_of_superiority(range(5, 10), range(5), 0.05)
    assert (found, high) == (1, 1) and 0.6 < low < 0.8
    assert probability_of_superiority(range(5), range(5, 10), 0.05) == pytest.approx((0, 0, 1 - low))


@pytest.mark.parametrize(("n", "shift"), [(5, 0.0), (5, 1.0), (10, 0.5), (10, 2.0)])
def test_interval_of_superiority_covers_nearly_as_often_as_it_says(n: int, shift: float) -> None:
    """Each bound holds in 95 % of 1000 samples but for three points, which is what the approximation costs."""
    rng = np.random.default_rng(n)
    truth = stats.norm.cdf(shift / math.sqrt(2))
    found = [probability_of_superiority(rng.normal(shift, 1, n), rng.normal(0, 1, n), 0.05)[1:] for _ in range(1000)]
    lows, highs = np.array(found).T
    assert np.mean(lows <= truth) > 0.92 and np.mean(truth <= highs) > 0.92


def test_superiority_needs_values_on_both_sides() -> None:
    """Nothing is above nothing."""
    with pytest.raises(ValueError, match="on both sides"):
        probability_of_superiority([], [1.0], 0.05)


def test_hodges_lehmann_shift_on_hand_worked_values() -> None:
    """The differences of (1, 4) and (0, 1, 5) are 1, 0, -4, 4, 3 and -1, with the median 0.5."""
    assert hodges_lehmann([1, 4], [0, 1, 5]) == 0.5


def test_hodges_lehmann_shift_bears_an_outlier() -> None:
    """One run that went astray does not move the shift, as it would the difference of means."""
    assert hodges_lehmann([1, 2, 3, 4, 1000], [0, 1, 2, 3, 4]) < 2


@pytest.mark.parametrize(("wins", "losses", "expected"), [(0, 0, 1), (8, 0, 2 / 256), (3, 1, 10 / 16), (2, 2, 1)])
def test_mcnemar_is_the_sign_test_of_discordant_pairs(wins: int, losses: int, expected: float) -> None:
    """Binomial tails of one half, by hand."""
    assert mcnemar(wins, losses) == pytest.approx(expected)
    assert mcnemar(losses, wins) == pytest.approx(expected)
