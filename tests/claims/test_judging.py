"""From errors, counts and effects to findings, and when a verdict is close to its margin."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from claims.catalogue import CLAIMS
from claims.claim import Claim, Evidence, Verdict
from claims.evaluate import evaluate
from claims.judging import CLOSE, effect, equivalence, exceeds, fraction, identity

TOY = CLAIMS["vanishing-gradient"]
SPREAD = np.linspace(-1, 1, 10)  # standard deviation 0.673, so Student's half-width at 5 % a bound is 0.390


def with_margin(margin: float) -> Claim:
    """The toy with another margin, at an error level of 5 % a bound."""
    return dataclasses.replace(TOY, declaration=dataclasses.replace(TOY.declaration, margin=margin, alpha=0.05))


@pytest.mark.parametrize(
    ("mean", "verdict"),
    [(1.0, "supported"), (0.0, "inconclusive"), (-1.0, "contradicted")],
)
def test_an_effect_is_judged_by_students_interval(mean: float, verdict: str) -> None:
    """Above zero, around it, below the margin; the interval is the one worked out by hand."""
    finding = effect(with_margin(0.3), "minimax", SPREAD + mean, name="effect")
    assert finding.verdict.value == verdict
    assert (finding.low, finding.high) == (pytest.approx(mean - 0.390, abs=1e-3), pytest.approx(mean + 0.390, abs=1e-3))


@pytest.mark.parametrize(
    ("mean", "verdict"),
    [(0.0, "supported"), (0.5, "inconclusive"), (0.95, "inconclusive"), (2.0, "contradicted"), (-2.0, "contradicted")],
)
def test_equivalence_needs_the_whole_interval_within_the_margin(mean: float, verdict: str) -> None:
    """A difference is excluded, possible, or shown, on either side."""
    assert equivalence(with_margin(0.5), "minimax", SPREAD + mean, name="difference").verdict.value == verdict


def test_a_verdict_is_close_where_half_the_interval_changes_it() -> None:
    """With a half-width of 0.39 a lower bound of 0.1 is close to zero and one of 0.61 is not."""
    claim = with_margin(0.2)
    assert effect(claim, "minimax", SPREAD + 0.49, name="effect").flags == (CLOSE,)
    assert effect(claim, "minimax", SPREAD + 1.0, name="effect").flags == ()


def test_a_share_is_close_by_the_width_of_its_own_interval() -> None:
    """Nine of ten are enough for one half, from 0.61 to 0.99, but half of that lower they would not be; ten would."""
    found = {k: fraction(with_margin(0.5), "minimax", np.arange(10) < k, name="share") for k in (0, 5, 8, 9, 10)}
    verdicts = ["contradicted", "inconclusive", "inconclusive", "supported", "supported"]
    assert [found[k].verdict.value for k in found] == verdicts
    assert [found[k].flags for k in found] == [(), (), (CLOSE,), (CLOSE,), ()]


def test_seeds_without_a_value_invalidate_an_effect() -> None:
    """They are counted, not left out; and one seed has no interval."""
    finding = effect(with_margin(0.5), "minimax", [1.0, float("nan"), 2.0], name="effect")
    assert finding.verdict is Verdict.INVALID and "1 of 3" in finding.note
    assert effect(with_margin(0.5), "minimax", [1.0], name="effect").verdict is Verdict.NOT_RUN


def test_cases_without_a_value_invalidate() -> None:
    """Whatever is asked of the cases; a value that is missing neither exceeds a bound nor falls short of it."""
    claim = with_margin(0.5)
    for found in (
        identity(claim, "minimax", [0.0, float("nan")], name="error"),
        exceeds(claim, "minimax", [1.0, float("nan")], name="least"),
        fraction(claim, "minimax", [1.0, float("nan")], name="share"),
    ):
        assert found.verdict is Verdict.INVALID and found.effect is None


def test_seeds_that_all_have_one_value_decide_nothing() -> None:
    """Nothing is known of how much seeds vary, neither in an effect nor in an equivalence."""
    for value, judged in ((1.0, effect), (0.0, effect), (0.0, equivalence)):
        found = judged(with_margin(0.5), "minimax", [value] * 5, name="effect")
        assert found.verdict is Verdict.INCONCLUSIVE and "no spread" in found.note and found.p_supported == 1.0


@pytest.mark.parametrize(("seeds", "effort", "flag"), [(4, "full", "underpowered"), (10, "quick", "quick study")])
def test_too_little_training_decides_nothing(seeds: int, effort: str, flag: str) -> None:
    """Fewer seeds than declared, or a quick study, cap every decided part at inconclusive and say why."""
    rows = [
        {"replicate": k, "cost": cost, "critic_steps": s, "gradient_norm": norm, "estimate": 0.69, "effort": effort}
        for k in range(seeds)
        for cost, last in (("minimax", 0.01), ("non_saturating", 1.0), ("wasserstein", 1.0))
        for s, norm in ((0, 1.0), (400, last))
    ]
    claim = dataclasses.replace(TOY, judge="tests.claims.test_judging:lenient")
    record = evaluate(claim, Evidence(pd.DataFrame(rows), pd.DataFrame(), pd.DataFrame()), "test")
    assert {part["verdict"] for part in record["parts"]} == {"inconclusive"}
    assert all(flag in part["flags"] for part in record["parts"])


def lenient(claim: Claim, evidence: Evidence) -> list[object]:
    """A judge that supports every part, whatever the evidence, to show that the cap is not its business."""
    n = evidence.study["replicate"].nunique()
    return [dataclasses.replace(fraction(claim, part.id, [True] * 10, name="share"), n=n) for part in claim.parts]
