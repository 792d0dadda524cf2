"""Many claims in one table: Holm's correction and the false verdicts to expect."""

from __future__ import annotations

from typing import Any

import pytest

from claims.families import corrected, expectation, p_value


def record(claim: str, verdict: str, *parts: tuple[str, float | None, float | None], **more: Any) -> dict[str, Any]:
    made = [
        {"form": "stated", "verdict": found, "p_supported": supported, "p_contradicted": contradicted}
        for found, supported, contradicted in parts
    ]
    return {"claim": claim, "verdict": verdict, "parts": made, "family": "A (2017)", "alpha": 0.05, "look": 1, **more}


def test_support_takes_the_largest_p_value_of_the_stated_parts() -> None:
    """All parts have to hold, so no correction is due; the p value is a share of what the look may spend."""
    both = record("a", "supported", ("supported", 0.01, 0.9), ("supported", 0.03, 0.9))
    assert p_value(both) == pytest.approx(0.03 / 0.8)
    assert p_value(both | {"look": 2}) == pytest.approx(0.03 / 0.1)


def test_contradiction_by_one_part_is_corrected_for_their_number() -> None:
    """The smallest p value times the number of tested parts."""
    mixed = record("a", "mixed", ("contradicted", 0.9, 0.01), ("supported", 0.001, 0.9))
    assert p_value(mixed) == pytest.approx(2 * 0.01 / 0.8)


def test_identities_and_undecided_claims_have_no_small_p_value() -> None:
    """A claim of identities is not tested; an undecided one counts in its family with 1, a counterexample with 0."""
    assert p_value(record("a", "contradicted", ("contradicted", None, None))) is None
    assert p_value(record("a", "mixed", ("contradicted", None, None), ("supported", 0.01, 0.9))) == 0.0
    assert p_value(record("a", "inconclusive", ("inconclusive", 0.06, 0.5))) == 1.0


def test_holm_withdraws_what_the_family_does_not_allow() -> None:
    """By hand: 0.01, 0.016 and 0.04 of three claims become 0.03, 0.032 and 0.04; another paper is another family."""
    p_values = {"a": 0.008, "b": 0.0128, "c": 0.032}
    found = corrected([record(name, "supported", ("supported", p, 0.9)) for name, p in p_values.items()])
    assert {name: verdict for name, (verdict, _) in found.items()} == dict.fromkeys("abc", "supported")
    assert [found[name][1] for name in "abc"] == pytest.approx([0.03, 0.032, 0.04])
    late = corrected([record(name, "supported", ("supported", 2 * p, 0.9)) for name, p in p_values.items()])
    assert late["a"] == ("inconclusive", pytest.approx(0.06)) and late["c"][0] == "inconclusive"
    alone = record("a", "supported", ("supported", 0.032, 0.9), family="B (2018)")
    assert corrected([alone, record("b", "supported", ("supported", 0.02, 0.9))])["a"][0] == "supported"


def test_data_sets_that_disagree_stay_in_their_family_and_stay_mixed() -> None:
    """What is in a family must not depend on how the claims come out."""
    split = record("a", "mixed", ("mixed", 0.4, 0.4))
    small = record("b", "supported", ("supported", 0.03, 0.9))
    assert corrected([split, small]) == {"a": ("mixed", 1.0), "b": ("inconclusive", pytest.approx(0.075))}


def test_the_table_may_hold_alpha_times_the_tested_claims() -> None:
    """Identities are not counted; families are counted once."""
    records = [record(name, "inconclusive", ("inconclusive", 0.5, 0.5)) for name in "abc"]
    records += [record("d", "supported", ("supported", None, None), family="B (2018)")]
    assert expectation(records) == {
        "tested": 3,
        "alpha": 0.05,
        "expected_false_at_most": pytest.approx(0.15),
        "families": 1,
        "expected_false_families_at_most": pytest.approx(0.05),
    }
    assert expectation([])["tested"] == 0
