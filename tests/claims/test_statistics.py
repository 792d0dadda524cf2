"""Intervals against second implementations, decisions against the table of verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from claims.claim import Verdict
from claims.statistics import (
    RULES,
    Sample,
    decide,
    decide_above,
    decide_below,
    decide_not_positive,
    decide_within,
    decision,
    fisher_z,
    interval,
    p_values,
    proportion_interval,
    spearman,
    t_interval,
    t_intervals,
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


def test_many_intervals_at_once_are_those_of_each_row() -> None:
    """The vectorised form differs from the single one in nothing."""
    rows = np.random.default_rng(4).normal(size=(6, 5))
    for row, *found in zip(rows, *t_intervals(rows, 0.05, 0.7), strict=True):
        assert tuple(found) == t_interval(row, 0.05, 0.7)


def test_interval_of_a_sample_is_that_of_its_kind() -> None:
    """A mean has Student's interval with the least spread believed, a share the exact one."""
    values = (1.0, 0.0, 1.0, 1.0)
    assert interval(Sample("mean", values, 0.8), 0.05) == t_interval(values, 0.05, 0.8)
    assert interval(Sample("share", values), 0.05) == (0.75, *proportion_interval(3, 4, 0.05))


@pytest.mark.parametrize(
    ("rule", "function"),
    [
        ("greater", decide),
        ("not greater", decide_not_positive),
        ("within", decide_within),
        ("at least", decide_above),
        ("below", decide_below),
    ],
)
@given(BOUNDS, st.floats(0.1, 1))
def test_a_named_rule_is_its_function(
    rule: str, function: Callable[..., Verdict], bounds: list[float], margin: float
) -> None:
    """The name in a question picks the decision that is meant."""
    assert RULES[rule](*bounds, margin) is function(*bounds, margin)


def _decided_by_p(rule: str, supported: bool, contradicted: bool) -> Verdict:
    """What two one-sided tests say together."""
    if supported and contradicted:
        return {"greater": Verdict.WEAKER, "not greater": Verdict.CONTRADICTED}[rule]
    return Verdict.SUPPORTED if supported else Verdict.CONTRADICTED if contradicted else Verdict.INCONCLUSIVE


@pytest.mark.parametrize("rule", RULES)
@given(
    st.integers(0, 2**32 - 1), st.integers(2, 30), st.floats(-3, 3), st.floats(0.05, 2), st.sampled_from([0.01, 0.04])
)
def test_p_values_of_a_mean_say_what_the_interval_says(
    rule: str, seed: int, n: int, effect: float, margin: float, alpha: float
) -> None:
    """A p value is at most alpha exactly where the interval at level alpha decides so."""
    sample = Sample("mean", tuple(np.random.default_rng(seed).normal(effect, 1, n)))
    found = [p <= alpha for p in p_values(sample, rule, margin)]
    assert _decided_by_p(rule, *found) is decision(sample, rule, margin, alpha)


@pytest.mark.parametrize("rule", ["at least", "below"])
@given(st.integers(1, 40), st.floats(0, 1), st.floats(0.05, 0.95), st.sampled_from([0.01, 0.04, 0.05]))
def test_p_values_of_a_share_say_what_the_interval_says(
    rule: str, n: int, share: float, bound: float, alpha: float
) -> None:
    """Also for the exact interval, whatever the number of successes."""
    successes = round(share * n)
    sample = Sample("share", (1.0,) * successes + (0.0,) * (n - successes))
    found = [p <= alpha for p in p_values(sample, rule, bound)]
    assert _decided_by_p(rule, *found) is RULES[rule](*interval(sample, alpha)[1:], bound)


def test_p_values_agree_with_scipys_one_sided_tests() -> None:
    """Student's t and the binomial test, each in the direction that supports and in the one that contradicts."""
    values = (0.4, 1.1, -0.2, 0.9, 0.8)
    found = p_values(Sample("mean", values), "greater", 0.7)
    assert found[0] == pytest.approx(stats.ttest_1samp(values, 0, alternative="greater").pvalue)
    assert found[1] == pytest.approx(stats.ttest_1samp(values, 0.7, alternative="less").pvalue)
    found = p_values(Sample("share", (1.0, 1.0, 1.0, 0.0, 1.0, 1.0)), "at least", 0.5)
    assert found[0] == pytest.approx(stats.binomtest(5, 6, 0.5, alternative="greater").pvalue)
    assert found[1] == pytest.approx(stats.binomtest(5, 6, 0.5, alternative="less").pvalue)


def test_equivalence_joins_two_one_sided_tests() -> None:
    """Schuirmann's p value is the larger of the two; a difference that matters has twice the smaller of its two."""
    values = (0.1, -0.2, 0.15, 0.05)
    supported, contradicted = p_values(Sample("mean", values), "within", 0.5)
    assert supported == pytest.approx(
        max(
            stats.ttest_1samp(values, -0.5, alternative="greater").pvalue,
            stats.ttest_1samp(values, 0.5, alternative="less").pvalue,
        )
    )
    assert contradicted == 1.0
    apart = tuple(value + 0.9 for value in values)
    assert p_values(Sample("mean", apart), "within", 0.5)[1] == pytest.approx(
        2 * stats.ttest_1samp(apart, 0.5, alternative="greater").pvalue
    )


@pytest.mark.parametrize(
    ("value", "rule", "expected"),
    [
        (1.0, "greater", (0, 1)),
        (0.25, "greater", (0, 0)),
        (0.0, "greater", (1, 0)),
        (0.5, "at least", (0, 1)),
        (0.5, "below", (1, 0)),
        (0.5, "within", (1, 0)),
    ],
)
def test_equal_values_leave_no_doubt(value: float, rule: str, expected: tuple[int, int]) -> None:
    """Where every seed gave the same, p values are 0 or 1, as the point that the interval is falls to the rule."""
    assert p_values(Sample("mean", (value,) * 3), rule, 0.5) == expected
    verdict = RULES[rule](*interval(Sample("mean", (value,) * 3), 0.05)[1:], 0.5)
    assert verdict is _decided_by_p(rule, not expected[0], not expected[1])


def test_the_least_spread_brings_doubt_back() -> None:
    """Values that are equal only on a coarse scale get the p value of that scale."""
    coarse = p_values(Sample("mean", (0.2,) * 5, 0.5), "greater", 0.5)
    assert coarse[0] == pytest.approx(stats.t.sf(0.2 / (0.5 / math.sqrt(5)), 4))


def test_one_seed_has_no_p_value_of_a_mean() -> None:
    """A single value says nothing about its spread."""
    with pytest.raises(ValueError, match="at least 2 values, got 1"):
        p_values(Sample("mean", (1.0,)), "greater", 0.5)
