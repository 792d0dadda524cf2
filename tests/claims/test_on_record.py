"""What is on record of a claim: when it was declared, and how often it was looked at."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.files import read_json
from bench.spec import digest
from claims import thresholds
from claims.catalogue import CLAIMS
from claims.claim import Claim, Evidence
from claims.declarations import CHANGED, LATE, changed, declare, declared_at, timing
from claims.evaluate import evaluate_on_record
from claims.judges import questions
from claims.looks import FIRST, PASSED_OVER, digest_of, look_at
from claims.outcomes import OUTCOMES
from claims.sequential import spent
from tests.claims import resolving_worlds, worlds

NOBN = CLAIMS["nobn-gan-fails"]
EARLY, FUTURE = "2020-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"


def reworded(claim: Claim) -> Claim:
    return dataclasses.replace(claim, declaration=dataclasses.replace(claim.declaration, against="Something else."))


def test_a_declaration_is_recorded_once_and_never_changed(tmp_path: Path) -> None:
    """Its time is that of the first workflow, and the content is all that was declared."""
    declare([NOBN], tmp_path)
    first = declared_at(NOBN.id, NOBN.declaration_hash, tmp_path)
    path = next(tmp_path.rglob("*.json"))
    path.write_text(path.read_text().replace(str(first), EARLY))
    declare([NOBN, reworded(NOBN)], tmp_path)
    assert declared_at(NOBN.id, NOBN.declaration_hash, tmp_path) == EARLY and len(list(tmp_path.rglob("*.json"))) == 2
    declared = json.loads(path.read_text())["declaration"]
    assert declared["declaration"]["alpha"] == 0.05 and declared["thresholds"]["TRAINED"] == 0.5


@pytest.mark.parametrize("name", sorted(thresholds.in_force()))
def test_what_decides_for_every_claim_is_part_of_each_declaration(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another line of "trains" is another declaration of what is trained; a claim that rests on a study has none."""
    study = CLAIMS["power-iteration"]
    before = NOBN.declaration_hash, study.declaration_hash
    monkeypatch.setattr(thresholds, name, 0.3)
    assert NOBN.declaration_hash != before[0] and study.declaration_hash == before[1]


def described(function: object) -> list[object]:
    """The name of a function, with what is bound to it."""
    if isinstance(function, functools.partial):
        return [*described(function.func), *(described(one) if callable(one) else [one] for one in function.args)]
    return [getattr(function, "__qualname__", None)]


def test_what_outcomes_take_is_of_the_version_declared() -> None:
    """Whoever changes what one takes, presumes or can tell raises `thresholds.VERSION`, and puts both down here."""
    taken = [
        [name, one.kind, one.premise, one.scale, described(one.of), described(one.resolution)]
        for name, one in OUTCOMES.items()
    ]
    assert (thresholds.VERSION, digest(taken)) == (1, "b255573c4f")


def test_evidence_made_after_the_declaration_is_in_order(tmp_path: Path) -> None:
    """Also where the start of a run is not known."""
    declare([NOBN], tmp_path)
    assert timing(NOBN, tmp_path, [FUTURE, ""]) == "" and timing(NOBN, tmp_path, []) == ""


def test_a_declaration_younger_than_its_evidence_is_flagged(tmp_path: Path) -> None:
    """One run is enough; where another declaration came first it was changed, else it was late."""
    assert timing(NOBN, tmp_path, [FUTURE]) == LATE and timing(NOBN, tmp_path, [""]) == LATE
    declare([NOBN], tmp_path)
    assert timing(NOBN, tmp_path, [FUTURE, EARLY]) == LATE
    assert timing(reworded(NOBN), tmp_path, [FUTURE]) == CHANGED


def test_a_study_made_under_another_declaration_is_flagged() -> None:
    """Studies keep the hash they were made under; old ones without it say nothing."""
    study = pd.DataFrame({"declaration_hash": [NOBN.declaration_hash]})
    assert changed(NOBN, study) == "" and changed(NOBN, pd.DataFrame()) == ""
    assert changed(reworded(NOBN), study) == CHANGED


def test_the_flag_stands_on_every_part_of_the_verdict(tmp_path: Path) -> None:
    """Evidence first, declaration later."""
    world = worlds.learned(range(5))
    started = Evidence(world.study, world.scores, world.runs.assign(started_at=EARLY))
    declare([NOBN], tmp_path)
    record = evaluate_on_record(NOBN, started, tmp_path, "test")
    assert all(LATE in part["flags"] for part in record["parts"])


@pytest.mark.parametrize(("n_seeds", "recorded"), [(4, False), (5, True)])
def test_only_looks_that_can_decide_are_recorded(tmp_path: Path, n_seeds: int, recorded: bool) -> None:
    """Below the least number of seeds nothing is decided, so nothing is spent."""
    assert look_at(NOBN, ["a", "b"], n_seeds, tmp_path, "test") == FIRST
    assert (tmp_path / "looks/nobn-gan-fails.json").exists() == recorded


def test_looks_at_other_runs_cost_and_the_same_ones_do_not(tmp_path: Path) -> None:
    """4/5 of the level, then 1/5 halved at each further look; a changed declaration is another look too."""
    looks = [look_at(NOBN, [f"run{k}" for k in range(n)], n, tmp_path, "test") for n in (5, 10, 5, 20)]
    assert [look.number for look in looks] == [1, 2, 1, 3] and [look.taken for look in looks] == [1, 2, 2, 3]
    assert [look.share for look in looks] == pytest.approx([0.8, 0.1, 0.8, 0.05])
    assert look_at(reworded(NOBN), [f"run{k}" for k in range(5)], 5, tmp_path, "test").number == 4


def test_looks_at_other_scales_count_where_runs_are_shared(tmp_path: Path) -> None:
    """Another name for the same evidence is no fresh start; other trainings are."""
    look_at(NOBN, ["run0", "run1"], 5, tmp_path, "test")
    assert look_at(NOBN, ["run1", "run2"], 5, tmp_path, "other").number == 2
    assert look_at(NOBN, ["run3"], 5, tmp_path, "third").number == 1
    assert look_at(NOBN, ["run0", "run1"], 5, tmp_path, "test", protocols=["other"]).number == 3


def test_the_same_runs_trained_again_are_another_look(tmp_path: Path) -> None:
    """With another result; a result that was judged before is the look it was then, and old records lack it."""
    looks = [look_at(NOBN, ["run0"], 5, tmp_path, "test", judged=judged) for judged in ("a", "b", "a", "b", "c")]
    assert [look.number for look in looks] == [1, 2, 1, 2, 3]
    path = tmp_path / "looks" / f"{NOBN.id}.json"
    path.write_text(json.dumps([{k: v for k, v in look.items() if k != "judged"} for look in read_json(path)]))
    assert look_at(NOBN, ["run0"], 5, tmp_path, "test", judged="a").number == 4


def test_what_is_judged_is_told_by_outcomes_and_scores_alone() -> None:
    """Neither the order of rows, nor times, nor a score that cannot be used; a value, an outcome and a step do."""
    world = worlds.learned(range(5))
    runs, scores = world.runs, world.scores
    same = digest_of(runs, scores)
    unusable = scores.head(1).assign(status="failed", value=float("nan"))
    assert same == digest_of(runs[::-1].assign(started_at=EARLY), pd.concat([unusable, scores[::-1]]))
    other = scores["value"].where(scores.index != scores.index[-1], scores["value"] * (1 + 1e-9))
    changes = [(runs, scores.assign(value=other)), (runs.assign(outcome="diverged"), scores)]
    changes += [(runs, scores.assign(step=scores["step"] + 1)), (runs, scores.assign(metric="kid"))]
    assert len({same, *(digest_of(*one) for one in changes)}) == 5
    assert digest_of(pd.DataFrame(), pd.DataFrame()) == digest_of(runs.head(0), pd.DataFrame()) != same


def test_training_again_until_it_is_supported_finds_no_more_than_is_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same run ids without an effect, trained and judged up to eight times: each is a look of its own."""
    for name in ("_alternatives", "_fragile", "_compared", "gate"):
        monkeypatch.setattr(questions, name, lambda *_: ())
    claim, draws, false = resolving_worlds.claim(), np.random.default_rng(1), 0
    for world in range(40):
        shares = []
        for _ in range(8):
            evidence = Evidence(
                pd.DataFrame(), *reversed(resolving_worlds.frames(resolving_worlds.normal(draws, n=10)))
            )
            records = [evaluate_on_record(claim, evidence, tmp_path / str(world), "s") for _ in range(2)]
            assert records[0] == records[1]
            shares.append(records[0]["share"])
            if records[0]["verdict"] in ("supported", "weaker than claimed"):
                false += 1
                break
        assert shares == [spent(k + 1, 1.0) for k in range(len(shares))]
    assert false <= 4  # at 0.05 more would come about in one of 20 cases, eight looks at 4/5 of it would find 11 of 40


def test_a_verdict_at_an_earlier_look_says_so(tmp_path: Path) -> None:
    """Going back to fewer seeds does not undo what was seen with more."""

    def flags(n_seeds: int) -> set[str]:
        record = evaluate_on_record(NOBN, worlds.learned(range(n_seeds)), tmp_path, "test")
        return {flag for part in record["parts"] for flag in part["flags"]}

    assert PASSED_OVER not in flags(5) | flags(10) and PASSED_OVER in flags(5)


def test_a_later_look_is_judged_at_its_own_level(tmp_path: Path) -> None:
    """Nine of ten trainings are enough for the first look at one half, and not for the third."""

    def world(n_seeds: int) -> Evidence:
        finals = [200.0 if seed == 0 else 15.0 for seed in range(n_seeds)]
        runs = [worlds.final_run(("dcgan_nobn", "wgan", seed), final) for seed, final in enumerate(finals)]
        runs += [worlds.final_run(("dcgan_nobn", "gan", seed), 200.0) for seed in range(n_seeds)]
        return worlds.evidence([*runs, *worlds.baseline(range(n_seeds))])

    def learns(results: Path, n_seeds: int) -> str:
        record = evaluate_on_record(NOBN, world(n_seeds), results, "test")
        return next(part["verdict"] for part in record["parts"] if part["part"] == "wgan-learns")

    assert learns(tmp_path / "fresh", 10) == "supported"
    assert [learns(tmp_path / "again", n) for n in (6, 7, 10)] == ["inconclusive", "inconclusive", "inconclusive"]
