"""Simulated worlds against noncentral t, binomial sums and themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from claims.claim import Verdict
from claims.simulation import World, bounds, detectable, power, rates, seeds_needed, worlds_of
from claims.statistics import RULES, proportion_interval, t_interval


def rng() -> np.random.Generator:
    return np.random.default_rng(11)


@pytest.mark.parametrize("noise", ["normal", "skewed up", "skewed down", "skewed pairs", "one in ten fails"])
def test_noise_has_the_mean_and_the_spread_asked_for(noise: str) -> None:
    """Every shape has mean 3 and standard deviation 2; skewness is that of the lognormal, mirrored, or cancelled."""
    values = World("mean", 3.0, 2.0, noise).draw(rng(), (200_000,))
    growth = math.exp(0.25)
    skewness = (growth + 2) * math.sqrt(growth - 1)
    # Of one in ten far below that of a yes or no, but for the spread of the others beside it.
    yes_or_no = -0.8 / 0.3 * (1 + 1 / 81) ** -1.5
    expected = {"normal": 0, "skewed pairs": 0, "one in ten fails": yes_or_no}
    expected = {**expected, "skewed up": skewness, "skewed down": -skewness}[noise]
    assert values.mean() == pytest.approx(3, abs=0.02)
    assert values.std() == pytest.approx(2, abs=0.02)
    assert stats.skew(values) == pytest.approx(expected, abs=0.1)


def test_a_share_is_drawn_as_zeros_and_ones() -> None:
    """Their mean is the probability."""
    values = World("share", 0.3).draw(rng(), (100_000,))
    assert set(values) == {0.0, 1.0} and values.mean() == pytest.approx(0.3, abs=0.005)


def test_bounds_of_many_samples_are_those_of_each() -> None:
    """Student's interval row by row, and the exact interval by a table over counts."""
    values = rng().normal(size=(5, 4))
    assert np.transpose(bounds("mean", values, 0.05)) == pytest.approx(
        np.array([t_interval(row, 0.05)[1:] for row in values])
    )
    yes = (values > 0).astype(float)
    yes[0], yes[1] = 0.0, 1.0
    assert np.transpose(bounds("share", yes, 0.02)) == pytest.approx(
        np.array([proportion_interval(int(row.sum()), 4, 0.02) for row in yes])
    )


@pytest.mark.parametrize("rule", RULES)
def test_the_edges_are_where_the_rule_turns(rule: str) -> None:
    """A point well inside each comfortable world is decided as it should, and the two edges lie between them."""
    worlds = worlds_of("mean", rule, 0.4, sd=0.7)
    true, null, boundary, opposite = (worlds[name].effect for name in ("true", "null", "boundary", "opposite"))
    assert RULES[rule](true, true, 0.4) is Verdict.SUPPORTED
    assert RULES[rule](opposite, opposite, 0.4) is Verdict.CONTRADICTED
    assert min(true, opposite) < min(null, boundary) <= max(null, boundary) < max(true, opposite)


def test_the_worlds_of_shares_lie_close_to_certainty() -> None:
    """Above and below one half they are nine tenths and one tenth."""
    found = {name: world.effect for name, world in worlds_of("share", "below", 0.5).items()}
    assert found == {"true": pytest.approx(0.1), "null": 0.5, "boundary": 0.5, "opposite": 0.9}


def test_a_share_is_only_asked_about_a_bound() -> None:
    """An effect of zero is no bound of a probability."""
    with pytest.raises(ValueError, match="at least or below a bound, got the rule 'greater'"):
        worlds_of("share", "greater", 0.5)


def test_a_margin_of_zero_is_measured_in_standard_deviations() -> None:
    """Where only the sign is asked for, the comfortable worlds are two and one of them away."""
    found = worlds_of("mean", "greater", 0.0, sd=0.5)
    assert (found["true"].effect, found["opposite"].effect) == (1.0, -0.5)


@pytest.mark.parametrize("effect", [0.0, 0.6])
def test_rates_of_a_mean_are_the_noncentral_t(effect: float) -> None:
    """ "At least 0" is supported as often as the one-sided t test rejects."""
    found = rates("mean", "at least", 0.0, n=6, alpha=0.05, world=World("mean", effect), rng=rng(), worlds=20_000)
    expected = stats.nct.sf(stats.t.ppf(0.95, 5), 5, effect * math.sqrt(6))
    assert found[Verdict.SUPPORTED] == pytest.approx(expected, abs=0.01)
    assert sum(found.values()) == pytest.approx(1)


def test_rates_of_a_share_are_exact() -> None:
    """Six seeds support "at least 0.5" with six successes alone: chance 0.9^6; five more are undecided."""
    found = rates("share", "at least", 0.5, n=6, alpha=0.05, world=World("share", 0.9), rng=rng())
    assert found[Verdict.SUPPORTED] == pytest.approx(0.9**6)
    assert found[Verdict.CONTRADICTED] == pytest.approx(0.1**6)
    assert found[Verdict.INCONCLUSIVE] == pytest.approx(1 - 0.9**6 - 0.1**6)


def test_power_is_that_of_the_comfortable_worlds() -> None:
    """Two margins of one standard deviation each, against minus one: nearly sure at ten seeds, less so at five."""
    few, more = (power("mean", "greater", 0.5, n=n, alpha=0.05, sd=1.0, rng=rng()) for n in (5, 20))
    assert few[0] == pytest.approx(stats.nct.sf(stats.t.ppf(0.95, 4), 4, math.sqrt(5)), abs=0.03)
    assert min(more) > 0.95 > 0.6 > max(few)


def test_equivalence_takes_ten_seeds_at_a_margin_of_one_standard_deviation() -> None:
    """About 39 % at a margin of one standard deviation and ten two-sample seeds, but 80 % where seeds are paired."""
    assert power("mean", "within", 1.0, n=10, alpha=0.05, sd=1.0, rng=rng())[0] == pytest.approx(0.8, abs=0.02)
    assert power("mean", "within", 1.0, n=5, alpha=0.05, sd=1.0, rng=rng())[0] == pytest.approx(0.3, abs=0.03)


def test_seeds_needed_doubles_until_the_power_is_there() -> None:
    """The answer has the power and the number before it has not; where none is enough there is no answer."""
    found = seeds_needed("mean", "at least", 0.0, alpha=0.05, sd=1.0, rng=rng())
    assert found == 10
    assert power("mean", "at least", 0.0, n=5, alpha=0.05, sd=1.0, rng=rng())[0] < 0.8
    assert seeds_needed("mean", "greater", 0.01, alpha=0.05, sd=1.0, rng=rng()) is None


@pytest.mark.parametrize("n", [5, 10, 20])
def test_detectable_effect_of_a_mean_is_where_the_noncentral_t_has_80_percent(n: int) -> None:
    """Bisection on simulated worlds finds what the closed form gives."""
    found = detectable("mean", "at least", 0.0, n=n, alpha=0.05, sd=2.0, rng=rng())
    assert found is not None
    assert stats.nct.sf(stats.t.ppf(0.95, n - 1), n - 1, found / 2 * math.sqrt(n)) == pytest.approx(0.8, abs=0.02)


def test_detectable_effect_of_a_negative_statement_lies_below() -> None:
    """What supports "not greater" and "below" is a smaller effect, what supports "within" one closer to zero."""
    for rule in ("not greater", "below"):
        found = detectable("mean", rule, 0.5, n=10, alpha=0.05, sd=1.0, rng=rng())
        assert found is not None and found < 0.5
    found = detectable("mean", "within", 2.0, n=10, alpha=0.05, sd=1.0, rng=rng())
    assert found is not None and 0 < found < 2


def test_detectable_share_is_that_of_the_binomial() -> None:
    """Five seeds support "at least 0.5" with five successes alone, so that p^5 = 0.8 is found."""
    found = detectable("share", "at least", 0.5, n=5, alpha=0.05, sd=1.0, rng=rng())
    assert found == pytest.approx(0.8**0.2, abs=1e-4)


def test_nothing_is_detectable_where_even_certainty_does_not_decide() -> None:
    """Four successes of four do not exclude one half, and five seeds do not show equivalence at half the spread."""
    assert detectable("share", "at least", 0.5, n=4, alpha=0.05, sd=1.0, rng=rng()) is None
    assert detectable("mean", "within", 0.5, n=5, alpha=0.05, sd=1.0, rng=rng()) is None


def test_simulations_depend_on_the_generator_alone() -> None:
    """The same generator gives the same rates, another one others."""
    world = World("mean", 0.5)
    first, again, other = (
        rates("mean", "greater", 0.5, n=5, alpha=0.05, world=world, rng=np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert first == again != other
