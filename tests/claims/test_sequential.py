"""Looking again: the levels add up, and simulated claims are not decided falsely more often for it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from claims.claim import Verdict
from claims.sequential import inflation, looks_schedule, spent
from claims.simulation import World, rates


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


def test_rates_at_a_spent_level_are_below_it() -> None:
    """The planned look errs at four fifths of alpha."""
    found = rates("mean", "at least", 0.0, n=10, alpha=spent(1, 0.05), world=World("mean", 0.0), rng=rng())
    assert found[Verdict.SUPPORTED] == pytest.approx(0.04, abs=0.01)
    assert found[Verdict.CONTRADICTED] == pytest.approx(0.04, abs=0.01)
