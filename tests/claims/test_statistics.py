"""Intervals against second implementations, decisions against the table of verdicts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from claims.claim import Verdict
from claims.statistics import (
    correlation_interval,
    decide,
    decide_above,
    decide_below,
    decide_not_positive,
    decide_within,
    fisher_z,
    proportion_interval,
    spearman,
    t_interval,
    z_resolution,
)

BOUNDS = st.tuples(st.floats(-2, 2), st.floats(-2, 2)).map(sorted)


@pytest.mark.parametrize("successes", [0, 1, 5, 9, 10])
def test_proportion_interval_inverts_the_binomial_tails(successes: int) -> None:
    """The bounds are beta quantiles, which is Clopper and Pearson's interval in closed form."""
    low, high = proportion_interval(successes, 10, 0.05)
    assert low == pytest.approx(stats.beta.ppf(0.05, successes, 11 - successes) if successes else 0, abs=1e-9)
    assert high == pytest.approx(stats.beta.ppf(0.95, successes + 1, 10 - successes) if successes < 10 else 1, abs=1e-9)


def test_five_successes_of_five_exclude_one_half() -> None:
    """Five of five is the least that decides "more than half": the bound is 0.05 to the power 1/5."""
    assert proportion_interval(5, 5, 0.05)[0] == pytest.approx(0.05**0.2)
    assert proportion_interval(4, 4, 0.05)[0] < 0.5


def test_t_interval_equals_scipys_confidence_interval() -> None:
    """Student's interval agrees with that of scipy's one-sample test."""
    values = [1.0, 2.5, 0.3, 4.1]
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    mean, low, high = t_interval(values, 0.05)
    assert (mean, low, high) == pytest.approx((np.mean(values), expected.low, expected.high))


def test_t_interval_uses_the_least_spread_where_values_are_equal() -> None:
    """Equal values get an interval of the width that the scale's resolution gives."""
    mean, low, high = t_interval([2.0, 2.0, 2.0], 0.05, least_spread=0.3)
    assert high - mean == pytest.approx(mean - low) == pytest.approx(stats.t.ppf(0.95, 2) * 0.3 / math.sqrt(3))


def test_t_interval_refuses_a_single_value() -> None:
    """One value has no interval."""
    with pytest.raises(ValueError, match="at least 2 values, got 1"):
        t_interval([1.0], 0.05)


def test_t_interval_covers_as_often_as_it_says() -> None:
    """Over 2000 samples of five the 90 % interval covers the mean in 90 %, give or take two."""
    rng = np.random.default_rng(3)
    covered = [low <= 0 <= high for _, low, high in (t_interval(rng.normal(size=5), 0.05) for _ in range(2000))]
    assert np.mean(covered) == pytest.approx(0.9, abs=0.02)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=4, max_size=20))
def test_spearman_is_the_correlation_of_average_ranks(pairs: list[tuple[int, int]]) -> None:
    """Also with ties; a constant side counts as no correlation."""
    x, y = zip(*pairs, strict=True)
    if len(set(x)) > 1 and len(set(y)) > 1:
        ranks = [[sum(u < v for u in side) + sum(u == v for u in side) / 2 for v in side] for side in (x, y)]
        assert spearman(x, y) == pytest.approx(np.corrcoef(ranks)[0, 1], abs=1e-12)
    else:
        assert spearman(x, y) == 0


@given(st.floats(-1, 1), st.integers(4, 50))
def test_fisher_z_is_finite_odd_and_bounded_by_half_a_rank_step(rho: float, n: int) -> None:
    """A perfect correlation is moved half way to the next attainable one."""
    bound = 1 - 6 / (n**3 - n)
    assert fisher_z(rho, n) == -fisher_z(-rho, n)
    assert math.tanh(fisher_z(rho, n)) == pytest.approx(max(-bound, min(bound, rho)))


def test_next_attainable_rank_correlation_is_one_swap_away() -> None:
    """For five points one swap of neighbours gives 0.9, which the resolution at the end is taken from."""
    assert spearman([1, 2, 3, 4, 5], [1, 2, 3, 5, 4]) == pytest.approx(0.9)
    assert z_resolution(5) == pytest.approx((math.atanh(0.95) - math.atanh(0.9)) / math.sqrt(12))


def test_correlation_interval_is_the_t_interval_on_the_scale_of_z() -> None:
    """Averages are taken of z and transformed back."""
    z = [0.2, 0.9, 1.4]
    assert np.arctanh(correlation_interval(z, 0.05)) == pytest.approx(t_interval(z, 0.05))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.2, 0.9, Verdict.SUPPORTED),
        (0.6, 0.9, Verdict.SUPPORTED),
        (0.1, 0.4, Verdict.WEAKER),
        (-0.3, 0.4, Verdict.CONTRADICTED),
        (-0.9, -0.4, Verdict.CONTRADICTED),
        (-0.3, 0.9, Verdict.INCONCLUSIVE),
        (0.0, 0.5, Verdict.INCONCLUSIVE),
    ],
)
def test_three_way_decision(low: float, high: float, expected: Verdict) -> None:
    """Each row of the vocabulary's table, with 0.5 the smallest effect that matters."""
    assert decide(low, high, 0.5) is expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.28, 0.47, Verdict.CONTRADICTED),
        (0.01, 0.9, Verdict.CONTRADICTED),
        (-0.2, 0.47, Verdict.SUPPORTED),
        (-0.6, -0.1, Verdict.SUPPORTED),
        (-0.2, 0.5, Verdict.INCONCLUSIVE),
        (0.0, 0.4, Verdict.SUPPORTED),
    ],
)
def test_decision_on_no_positive_effect(low: float, high: float, expected: Verdict) -> None:
    """A small but certain effect excludes it; an uncertain one may not reach what matters."""
    assert decide_not_positive(low, high, 0.5) is expected


@given(BOUNDS, st.floats(0.1, 1))
def test_decisions_agree_with_each_other(bounds: list[float], margin: float) -> None:
    """Above and below one bound never both hold; equivalence is below on both sides."""
    low, high = bounds
    above, below = decide_above(low, high, margin), decide_below(low, high, margin)
    assert not above is below is Verdict.SUPPORTED
    both = below is Verdict.SUPPORTED and decide_below(-high, -low, margin) is Verdict.SUPPORTED
    assert (decide_within(low, high, margin) is Verdict.SUPPORTED) == both
    assert (decide_within(low, high, margin) is Verdict.CONTRADICTED) == (low >= margin or high <= -margin)


@given(BOUNDS, st.floats(0.1, 1), st.floats(0, 1))
def test_a_narrower_interval_never_undecides(bounds: list[float], margin: float, share: float) -> None:
    """Shrinking an interval inside a decided one keeps it decided."""
    low, high = bounds
    inner = (low + share * (high - low) / 3, high - share * (high - low) / 3)
    if decide(low, high, margin) is not Verdict.INCONCLUSIVE:
        assert decide(*inner, margin) is not Verdict.INCONCLUSIVE
