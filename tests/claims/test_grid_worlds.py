"""Every claim about trainings, judged in worlds in which its source is right, wrong, or nothing matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats

from claims.answers import HOLDS, answers, asked, contrasted, join, values
from claims.catalogue import CLAIMS
from claims.claim import Claim, Verdict
from claims.design import terms
from claims.evaluate import combine, judge
from claims.judges import questions
from claims.outcomes import OUTCOMES
from tests.claims import grid_worlds
from tests.claims.grid_worlds import Taken

GRID = [claim.id for claim in CLAIMS.values() if claim.design]
WORLDS = grid_worlds.worlds()
NOISES = 4
DRAWS = 25

EVERY_WORLD = pytest.mark.parametrize("claim_id", WORLDS)


def _no_flag(*_: object) -> tuple[()]:
    return ()


@pytest.fixture(autouse=True)
def no_sensitivity(monkeypatch: pytest.MonkeyPatch) -> None:
    """What else a part might have come to takes most of the time, and changes no verdict."""
    for name in ("_alternatives", "_fragile"):
        monkeypatch.setattr(questions, name, _no_flag)


def verdicts(claim: Claim, taken: Taken, noise: int, spread: float = 0.2) -> dict[str, Verdict]:
    """Verdict of each part, and of the claim under its own name, in one world."""
    found = grid_worlds.evidence(claim.id)
    with grid_worlds.outcomes(taken, spread, found.runs, np.random.default_rng(noise)):
        findings = judge(claim, found)
    return {finding.part: finding.verdict for finding in findings} | {"claim": combine(claim, findings)}


def test_every_claim_about_trainings_has_its_worlds() -> None:
    """In both worlds something is said of every arm and outcome that a question asks about, under their names."""
    assert sorted(WORLDS) == sorted(GRID)
    for claim_id, world in WORLDS.items():
        wanted = grid_worlds.asked(CLAIMS[claim_id])
        design = CLAIMS[claim_id].design
        known = {arm.id for arm in design.arms} if design else set()
        for taken in (world.true, world.false):
            missing = {arm: names - set(taken.get(arm, {})) for arm, names in wanted.items()}
            assert not any(missing.values()), (claim_id, missing)
            assert set(taken) <= known and {name for cell in taken.values() for name in cell} <= set(OUTCOMES)


@EVERY_WORLD
def test_a_run_belongs_to_one_arm_of_a_claim(claim_id: str) -> None:
    """Arms that differ in name only would compare runs with themselves."""
    runs = grid_worlds.evidence(claim_id).runs
    assert not runs["run_id"].duplicated().any()
    design = CLAIMS[claim_id].design
    assert design is not None and set(runs["arm"]) == {arm.id for arm in design.arms}


@EVERY_WORLD
def test_where_the_source_is_right_the_claim_is_supported(claim_id: str) -> None:
    """Every stated part, nearly always, and none is contradicted."""
    claim, world = CLAIMS[claim_id], WORLDS[claim_id]
    stated = [part.id for part in claim.parts if part.form == "stated"]
    found = [verdicts(claim, world.true, noise, world.spread) for noise in range(NOISES)]
    for part in stated:
        counts = Counter(one[part] for one in found)
        assert counts[Verdict.SUPPORTED] >= NOISES - 1, (part, counts)
        assert not counts[Verdict.CONTRADICTED] and not counts[Verdict.MIXED], (part, counts)


@EVERY_WORLD
def test_where_the_source_is_wrong_the_claim_is_not_supported(claim_id: str) -> None:
    """It is contradicted or mixed, nearly always, and never holds."""
    claim, world = CLAIMS[claim_id], WORLDS[claim_id]
    found = Counter(verdicts(claim, world.false, noise, world.spread)["claim"] for noise in range(NOISES))
    assert found[Verdict.CONTRADICTED] + found[Verdict.MIXED] >= NOISES - 1, found
    assert not found[Verdict.SUPPORTED] and not found[Verdict.WEAKER], found


def differences(claim: Claim) -> list[str]:
    """Parts that assert a difference between two arms: of means above zero, or of wins above or below one half."""
    found = []
    for part in claim.parts:
        question = part.question
        if question is None or any(len(terms(member)) != 2 for member in question.members):
            continue
        numbers = OUTCOMES[question.outcome].kind == "number"
        if question.rule in (("greater",) if numbers else ("at least", "below")):
            found.append(part.id)
    return found


@EVERY_WORLD
def test_arms_that_are_alike_show_no_difference_more_often_than_declared(claim_id: str) -> None:
    """In a world in which nothing matters a part is wrongly found to hold at most as often as its error level says."""
    claim = CLAIMS[claim_id]
    found, taken = grid_worlds.evidence(claim_id), grid_worlds.alike(claim)
    wrong: Counter[str] = Counter()
    for noise in range(DRAWS):
        with grid_worlds.outcomes(taken, 0.2, found.runs, np.random.default_rng(noise)):
            for part in differences(claim):
                question = claim.part(part).question
                assert question is not None
                ask = asked(question, claim.margin(part), claim.declaration.alpha, found)
                table = values(found, ask.outcome, question.arms)
                wrong[part] += join(answers(contrasted(table, ask), ask), ask)[0] in HOLDS
    allowed = stats.binom.ppf(0.9999, DRAWS, claim.declaration.alpha)
    assert all(count <= allowed for count in wrong.values()), (allowed, wrong)


@EVERY_WORLD
def test_a_failed_gate_makes_the_parts_that_it_guards_invalid(claim_id: str) -> None:
    """Whatever the outcomes are otherwise; gates are what the design says they are."""
    claim, world = CLAIMS[claim_id], WORLDS[claim_id]
    for gate in claim.design.gates if claim.design else ():
        shut: Mapping[str, dict[str, float]] = {arm: {**cell} for arm, cell in world.true.items()}
        broken = {**shut, gate.arms[0]: {**shut.get(gate.arms[0], {}), gate.outcome: 0.0}}
        found = verdicts(claim, broken, 0, world.spread)
        guarded = gate.parts or tuple(part.id for part in claim.parts)
        assert {found[part] for part in guarded} == {Verdict.INVALID}, (gate.reason, found)
