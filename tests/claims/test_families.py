"""Many claims in one table: Holm's correction and the false verdicts to expect."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from claims.catalogue import CLAIMS
from claims.claim import Finding, Part, Verdict
from claims.evaluate import combine
from claims.families import corrected, expectation, size, tails
from claims.statistics import RULES, Sample, interval, p_values, proportion_interval

WORLDS = 400


def record(claim: str, verdict: str, *parts: tuple[str, float | None, float | None], **more: Any) -> dict[str, Any]:
    made = [
        {"form": "stated", "verdict": found, "p_supported": supported, "p_contradicted": contradicted}
        for found, supported, contradicted in parts
    ]
    return {
        "claim": claim,
        "verdict": verdict,
        "parts": made,
        "family": "A (2017)",
        "alpha": 0.05,
        "share": 0.8,
        "statistical": False,
        **more,
    }


def test_support_takes_the_largest_p_value_of_the_stated_parts() -> None:
    """All parts have to hold, so no correction is due; the p value is a share of what the look may spend."""
    both = record("a", "supported", ("supported", 0.01, 0.9), ("supported", 0.03, 0.9))
    assert tails(both) == pytest.approx((0.03 / 0.8, 1.0))
    assert tails(both | {"share": 0.1}) == pytest.approx((0.03 / 0.1, 1.0))


def test_contradiction_by_one_part_is_corrected_for_their_number() -> None:
    """The smallest p value times the number of tested parts."""
    mixed = record("a", "mixed", ("contradicted", 0.9, 0.01), ("supported", 0.001, 0.9))
    assert tails(mixed) == pytest.approx((1.0, 2 * 0.01 / 0.8))


def test_parts_that_a_gate_stopped_count_among_them() -> None:
    """Which parts are tested is seen only after the runs, so of trainings all of them count."""
    part, stopped = ("contradicted", 0.9, 0.03), ("invalid", None, None)
    found = record("a", "contradicted", part, stopped, stopped, statistical=True)
    assert tails(found) == pytest.approx((1.0, 3 * 0.03 / 0.8))
    assert tails(found | {"statistical": False}) == pytest.approx((1.0, 0.03 / 0.8))


def test_a_weaker_part_is_tested_both_ways() -> None:
    """It is positive, and less than matters: the first of all parts, the second of one among them."""
    weaker = record("a", "weaker than claimed", ("weaker than claimed", 0.001, 0.01), ("supported", 0.02, 0.9))
    assert tails(weaker) == pytest.approx((0.02 / 0.8, 2 * 0.01 / 0.8))
    assert corrected([weaker])["a"] == ("weaker than claimed", pytest.approx(0.025))
    small = record("b", "weaker than claimed", ("weaker than claimed", 0.001, 0.03), ("supported", 0.02, 0.9))
    assert corrected([small])["b"] == ("supported", pytest.approx(0.025))
    other = record("c", "inconclusive", ("inconclusive", 0.3, 0.3))
    assert corrected([weaker | {"share": 0.5}, other])["a"][0] == "inconclusive"


def test_identities_and_undecided_claims_have_no_small_p_value() -> None:
    """A claim of identities is not tested; an undecided one counts in its family with 1, a counterexample with 0."""
    assert tails(record("a", "contradicted", ("contradicted", None, None))) is None
    assert tails(record("a", "mixed", ("contradicted", None, None), ("supported", 0.01, 0.9))) == (1.0, 0.0)
    assert tails(record("a", "inconclusive", ("inconclusive", 0.06, 0.5))) == (1.0, 1.0)


def test_what_is_in_a_family_does_not_depend_on_how_claims_come_out() -> None:
    """A claim that turned out invalid stays in its family; one that was not run never was in it."""
    failed = record("a", "invalid", ("invalid", None, None), statistical=True)
    idle = record("b", "not run", ("not run", None, None), statistical=True)
    assert tails(failed) == (1.0, 1.0) and tails(idle) is None
    assert size([failed, idle], "A (2017)") == 1 and size([failed], "B (2018)") == 0


def decided(name: str, effect: float, rng: np.random.Generator) -> dict[str, Any]:
    """The record of a claim about ten seeds whose effect is to be greater than zero, and matters from three on."""
    sample = Sample("mean", tuple(rng.normal(effect, 1, 10)))
    verdict = RULES["greater"](*interval(sample, 0.04)[1:], 3.0).value
    return record(name, verdict, (verdict, *p_values(sample, "greater", 3.0)))


@pytest.mark.parametrize("effect", [0.0, 3.0])
def test_claims_rightly_decided_make_no_room_for_false_verdicts(effect: float) -> None:
    """Ten claims all at an edge: what is rightly decided one way is no reason to believe what is found the other way.

    Corrected by the p value of what was found alone, a false verdict is found in 30 % of these families.
    """
    rng, wrong = np.random.default_rng(3), {"supported", "weaker than claimed"} if effect == 0 else {
        "contradicted", "weaker than claimed",
    }  # fmt: skip
    false = 0
    for _ in range(WORLDS):
        left = corrected([decided(str(k), effect, rng) for k in range(10)])
        false += any(verdict in wrong for verdict, _ in left.values())
    assert proportion_interval(false, WORLDS, 0.005)[0] <= 0.05


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
    """Their disagreement is shown, not tested."""
    split = record("a", "mixed", ("mixed", 0.4, 0.4))
    small = record("b", "supported", ("supported", 0.03, 0.9))
    assert corrected([split, small]) == {"a": ("mixed", 1.0), "b": ("inconclusive", pytest.approx(0.075))}


def test_the_table_may_hold_alpha_times_the_tested_claims() -> None:
    """Identities are not counted; families are counted once; each stated part may contradict its claim falsely."""
    records = [record(name, "inconclusive", ("inconclusive", 0.5, 0.5)) for name in "abc"]
    records += [record("d", "supported", ("supported", None, None), family="B (2018)")]
    assert expectation(records) == {
        "tested": 3,
        "parts": 3,
        "alpha": 0.05,
        "expected_false_at_most": pytest.approx(0.15),
        "families": 1,
        "expected_false_families_at_most": pytest.approx(0.1),
    }
    assert expectation([])["tested"] == 0
    five = record("e", "inconclusive", *[("inconclusive", 0.5, 0.5)] * 4, ("invalid", None, None), statistical=True)
    assert expectation([five])["parts"] == 5
    assert expectation([five, *records])["expected_false_at_most"] == pytest.approx(0.4)
    assert expectation([five])["expected_false_families_at_most"] == pytest.approx(0.1)


def test_a_true_claim_of_many_parts_is_contradicted_no_more_often_than_expected() -> None:
    """Five parts, all just true: alone about one minus 0.96 to the fifth, after the correction at most alpha."""
    rng = np.random.default_rng(8)
    alone = after = 0
    for _ in range(3 * WORLDS):
        parts = []
        for _ in range(5):
            sample = Sample("mean", tuple(rng.normal(3.0, 1, 10)))
            verdict = RULES["at least"](*interval(sample, 0.04)[1:], 3.0).value
            tested = p_values(sample, "at least", 3.0) if verdict == "contradicted" else (1.0, 1.0)
            parts.append((verdict, *tested))
        against = any(part[0] == "contradicted" for part in parts)
        made = record("a", "contradicted" if against else "inconclusive", *parts)
        alone, after = alone + against, after + (corrected([made])["a"][0] == "contradicted")
        expected = expectation([made])["expected_false_at_most"]
    low, high = proportion_interval(alone, 3 * WORLDS, 0.005)
    assert 0.05 < low < 1 - 0.96**5 < high < expected == pytest.approx(0.25)
    assert proportion_interval(after, 3 * WORLDS, 0.005)[0] <= 0.05


@pytest.mark.parametrize("others", [("invalid",), ("mixed",), ("supported",), ("invalid", "mixed"), ("not run",), ()])
def test_a_withdrawn_contradiction_leaves_what_the_other_parts_come_to(others: tuple[str, ...]) -> None:
    """As if the contradicted part were inconclusive: an invalid part makes the claim invalid, a mixed one mixed."""
    verdicts = ("contradicted", *others)
    parts = tuple(Part(f"p{k}", "A statement.") for k in range(len(verdicts)))
    claim = dataclasses.replace(CLAIMS["nobn-gan-fails"], parts=parts)

    def whole(found: tuple[str, ...]) -> str:
        pairs = zip(parts, found, strict=True)
        return combine(claim, [Finding(p.id, Verdict(v), None, "", None, None, 10) for p, v in pairs]).value

    values = {"invalid": (None, None), "not run": (None, None), "mixed": (0.4, 0.4), "supported": (0.001, 0.9)}
    made = [("contradicted", 0.9, 0.039), *((name, *values[name]) for name in others)]
    found = record("a", whole(verdicts), *made, statistical=True)
    beside = record("b", "inconclusive", ("inconclusive", 0.5, 0.5))
    assert corrected([found, beside])["a"][0] == whole(("inconclusive", *others))
