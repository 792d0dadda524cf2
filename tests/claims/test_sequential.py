"""Looking again: the levels add up, and simulated claims are not decided falsely more often for it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from claims.claim import Verdict
from claims.sequential import chance_of_resolving, inflation, looks_schedule, spent
from claims.simulation import World, rates
from claims.statistics import Sample


def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def test_the_first_levels_by_hand() -> None:
    """Of 0.05 the planned look has 0.04, the next 0.005, then 0.0025: each half of the one before it."""
    assert [spent(look, 0.05) for look in (1, 2, 3, 4)] == pytest.approx([0.04, 0.005, 0.0025, 0.00125])


def test_the_levels_never_add_up_to_alpha() -> None:
    """After k looks alpha 2^-(k-1) / 5 is left, whatever k is."""
    for looks in (1, 2, 3, 10, 30):
        assert 0.05 - sum(spent(k, 0.05) for k in range(1, looks + 1)) == pytest.approx(0.01 * 2.0 ** (1 - looks))


def test_there_is_no_look_before_the_first() -> None:
    """Counting from 0 would spend more than there is."""
    with pytest.raises(ValueError, match="counted from 1, got 0"):
        spent(0, 0.05)


def test_each_look_doubles_the_seeds() -> None:
    """The first has the planned number."""
    schedule = looks_schedule(5, 6)
    assert schedule[0] == 5 and all(after == 2 * before for before, after in pairwise(schedule))


@pytest.mark.parametrize(
    ("kind", "rule", "margin"),
    [
        ("mean", "greater", 0.2),
        ("mean", "not greater", 0.2),
        ("mean", "at least", 0.0),
        ("mean", "below", 0.0),
        ("share", "at least", 0.5),
    ],
)
def test_looking_again_inflates_errors_at_the_full_level_and_not_at_the_spent_ones(
    kind: str, rule: str, margin: float
) -> None:
    """Six looks, from 10 seeds to 320: two to four times the error of one look, against at most alpha."""
    rows = inflation(kind, rule, margin, schedule=looks_schedule(10, 6), alpha=0.05, rng=rng(), worlds=2000)
    assert [(row["error"], row["levels"]) for row in rows] == [
        (error, levels) for error in ("supported", "contradicted") for levels in ("full", "spent")
    ]
    for row in rows:
        assert row["low"] <= row["rate"] <= row["high"]
        if row["levels"] == "full":
            assert row["low"] > 0.08
        else:
            assert row["low"] <= 0.05 and row["rate"] < 0.06


def test_equivalence_is_covered_too() -> None:
    """The union bound asks nothing of the rule: both errors stay at alpha, and the contradiction's is inflated."""
    rows = inflation("mean", "within", 0.3, schedule=looks_schedule(10, 6), alpha=0.05, rng=rng(), worlds=2000)
    rates_found = {(row["error"], row["levels"]): row["rate"] for row in rows}
    assert rates_found["contradicted", "full"] > 0.1
    assert max(rates_found["supported", "spent"], rates_found["contradicted", "spent"]) < 0.06


def test_one_look_at_the_full_level_errs_as_one_test_does() -> None:
    """Without looking again there is nothing to inflate."""
    rows = inflation("share", "at least", 0.5, schedule=(20,), alpha=0.05, rng=rng())
    full = next(row for row in rows if row["levels"] == "full" and row["error"] == "supported")
    assert full["rate"] == pytest.approx(stats.binom.sf(14, 20, 0.5), abs=0.01)


def test_a_world_decided_at_one_look_stays_decided() -> None:
    """More looks can only add decisions: false ones never become fewer."""
    worlds = [
        inflation("mean", "at least", 0.0, schedule=(320,) if looks == 1 else (10, 320), alpha=0.05, rng=rng())[0]
        for looks in (1, 2)
    ]
    assert worlds[0]["rate"] < worlds[1]["rate"]


def test_chance_of_resolving_a_share_is_the_beta_binomial() -> None:
    """Five of six so far, ten in all at 0.05: "at least 0.5" takes nine, hence four of four; its contrary is out."""
    sample = Sample("share", (1.0,) * 5 + (0.0,))
    found = chance_of_resolving(sample, "at least", 0.5, n_next=10, alpha_next=0.05, rng=rng(), worlds=20_000)
    assert found == pytest.approx(stats.betabinom.pmf(4, 4, 5.5, 1.5), abs=0.01)


def test_chance_of_resolving_a_mean_follows_its_predictive_distribution() -> None:
    """One value more is Student's t about the mean, with the spread of a new value and of the mean."""
    values = (0.9, 1.3, 0.2, 0.8, 1.6)
    sample = Sample("mean", values)
    found = chance_of_resolving(sample, "at least", 0.0, n_next=6, alpha_next=0.005, rng=rng(), worlds=20_000)
    scale = np.std(values, ddof=1) * np.sqrt(1 + 1 / 5)
    new = stats.t.rvs(4, loc=np.mean(values), scale=scale, size=20_000, random_state=rng())
    extended = np.column_stack([np.tile(values, (len(new), 1)), new])
    decided = stats.ttest_1samp(extended, 0, axis=1, alternative="greater").pvalue <= 0.005
    assert 0.1 < found < 0.9 and found == pytest.approx(np.mean(decided), abs=0.015)


def test_a_clear_effect_is_likely_to_be_resolved_and_an_absent_one_is_not() -> None:
    """Seeds far from the edge decide soon; a mean right between the edges has no prospect at twice the seeds."""
    spread = np.linspace(-1, 1, 10)
    clear, edge = (
        chance_of_resolving(
            Sample("mean", tuple(spread + centre)), "greater", 0.4, n_next=20, alpha_next=0.005, rng=rng()
        )
        for centre in (0.9, 0.2)
    )
    assert clear > 0.9 > 0.3 > edge


def test_chance_of_resolving_after_very_many_seeds() -> None:
    """With very many seeds the mean of all is normal about the one so far, which gives the chance in closed form."""
    sample = Sample("mean", tuple(np.tile([-1.0, 2.0], 500)))
    found = chance_of_resolving(sample, "at least", 0.45, n_next=1600, alpha_next=0.05, rng=rng(), worlds=2000)
    mean_of_all = stats.norm(0.5, 600 / 1600 * 1.5 * np.sqrt(1 / 1000 + 1 / 600))
    half = stats.norm.ppf(0.95) * 1.5 / np.sqrt(1600)
    expected = mean_of_all.sf(0.45 + half) + mean_of_all.cdf(0.45 - half)
    assert found == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(("least_spread", "expected"), [(0.0, 1.0), (0.3, 0.0)])
def test_the_least_spread_counts_for_the_seeds_so_far_and_to_come(least_spread: float, expected: float) -> None:
    """Equal values decide for certain, unless the scale is too coarse for one seed more to decide anything."""
    sample = Sample("mean", (0.1,) * 5, least_spread)
    found = chance_of_resolving(sample, "at least", 0.05, n_next=6, alpha_next=1e-6, rng=rng())
    assert found == pytest.approx(expected, abs=0.01)


def test_predicted_seeds_are_spread_at_least_as_the_scale_is() -> None:
    """Equal values on a coarse scale predict as values of that spread do: Student's t about their mean."""
    sample = Sample("mean", (0.0,) * 5, 1.0)
    found = chance_of_resolving(sample, "at least", 0.0, n_next=105, alpha_next=0.05, rng=rng())
    # The mean of all 105 has the predictive scale below; its own interval is that of the spread drawn with it.
    generator = rng()
    sigma = np.sqrt(4 / generator.chisquare(4, 20_000))
    ratio = 100 / 105 * generator.normal(0, np.sqrt(1 / 5 + 1 / 100), 20_000)
    assert found == pytest.approx(np.mean(np.abs(ratio * sigma) > 1.66 * np.maximum(sigma, 1) / np.sqrt(105)), abs=0.03)


def test_the_next_look_has_more_seeds() -> None:
    """Looking at the same seeds again at a smaller level cannot resolve anything."""
    with pytest.raises(ValueError, match="more than the 2 seeds so far, got 2"):
        chance_of_resolving(Sample("mean", (1.0, 2.0)), "greater", 0.4, n_next=2, alpha_next=0.005, rng=rng())


def test_one_seed_says_nothing_of_the_next() -> None:
    """A mean needs a spread to predict from."""
    with pytest.raises(ValueError, match="at least 2 values, got 1"):
        chance_of_resolving(Sample("mean", (1.0,)), "greater", 0.4, n_next=5, alpha_next=0.005, rng=rng())


def test_rates_at_a_spent_level_are_below_it() -> None:
    """The planned look errs at four fifths of alpha."""
    found = rates("mean", "at least", 0.0, n=10, alpha=spent(1, 0.05), world=World("mean", 0.0), rng=rng())
    assert found[Verdict.SUPPORTED] == pytest.approx(0.04, abs=0.01)
    assert found[Verdict.CONTRADICTED] == pytest.approx(0.04, abs=0.01)
