"""More seeds in rounds: who gets them, when it stops, what is kept, and how often a verdict is false."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.config import load
from bench.errors import UserError
from claims import resolving
from claims.answers import HOLDS
from claims.catalogue import CLAIMS
from claims.claim import Claim, Verdict
from claims.design import Gate, Question
from claims.judges import questions
from claims.resolving import NO_HOURS, NO_ROUNDS, NO_SEEDS, RESOLVED, UNLIKELY
from claims.resolving_record import Book, design_of, more_seeds, raised
from claims.resolving_tools import Price, price_of
from claims.sequential import looks_schedule
from claims.statistics import proportion_interval, t_intervals
from tests.claims import resolving_worlds
from tests.claims.resolving_worlds import SCALE, Trainer, Values, configuration, normal, resolver

LOOKS = 6
WORLDS = 200
LOWER = Question("log_quality", "toy-gan", "below")
TRAINS = Question("trains", "toy-gan", "at least")

Register = Callable[[Claim], Claim]
Make = Callable[[dict[str, Values]], Trainer]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Adds a claim to the catalogue."""

    def add(claim: Claim) -> Claim:
        monkeypatch.setitem(CLAIMS, claim.id, claim)
        return claim

    return add


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a trainer of worlds, whose evidence the rounds then read."""

    def made(worlds: dict[str, Values]) -> Trainer:
        trainer = Trainer(tmp_path / "results", worlds)
        monkeypatch.setattr(resolving, "load_evidence", trainer.load_evidence)
        return trainer

    return made


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def undecided(mean: float = 0.3, n: int = 160) -> Values:
    """Differences of that mean that spread by 1, the same for every 5 seeds: hard to decide, and foreseeable."""
    noise = np.tile([-1.2, -0.6, 0.0, 0.6, 1.2], n // 5)[:n] / 2
    return np.stack([mean / 2 + noise, -mean / 2 - noise])


def test_seeds_double_until_the_claim_is_decided(make: Make, register: Register) -> None:
    """The first look has the configuration's 5, each later one twice as many and its own level; then it ends."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided(0.6)})
    found = resolver(trainer, [claim], configuration(), least_chance=0).run()
    rows = found["rounds"]
    assert trainer.calls == [{claim.id: row["seeds"]} for row in rows]
    assert [row["seeds"] for row in rows] == list(looks_schedule(5, len(rows))) and len(rows) > 2
    assert [row["look"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["alpha"] for row in rows] == pytest.approx([0.04, 0.005, 0.0025, 0.00125][: len(rows)])
    assert [row["verdict"] for row in rows] == ["inconclusive"] * (len(rows) - 1) + ["supported"]
    assert [row["stopped"] for row in rows] == [""] * (len(rows) - 1) + [RESOLVED]
    assert found["claims"][0] | {"hours": 0} == {
        "claim": claim.id, "rounds": len(rows), "seeds": rows[-1]["seeds"], "look": len(rows), "hours": 0,
        "verdict": "supported", "chance": None, "stopped": RESOLVED,
    }  # fmt: skip


def test_too_few_seeds_in_the_configuration_become_the_planned_ones(make: Make, register: Register) -> None:
    """Two seeds cannot decide, so the first look has 10; a configuration that lists seeds keeps those."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided(9.0)})
    resolver(trainer, [claim], configuration(2)).run()
    assert trainer.calls == [{claim.id: 10}]
    listed = raised(configuration([3, 0]), {claim.id: 5})
    assert (listed.design(claim.id) or {})["seeds"] == [3, 0, 1, 2, 4]
    assert more_seeds(8, 5) == 8 and more_seeds([1, 2, 3], 2) == [1, 2, 3]


def test_a_second_call_goes_on_and_a_third_has_nothing_to_do(make: Make, register: Register) -> None:
    """Each call takes up the record; a claim that is closed is not trained again, with wider limits it is open."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided()})
    first = resolver(trainer, [claim], configuration(), least_chance=0, rounds=1).run()
    assert first["claims"][0]["stopped"] == NO_ROUNDS
    for _ in range(2):
        last = resolver(trainer, [claim], configuration(), least_chance=0, max_seeds=20).run()
    assert [call[claim.id] for call in trainer.calls] == [5, 10, 20]
    assert [row["stopped"] for row in last["rounds"]] == ["", "", NO_SEEDS]
    resolver(trainer, [claim], configuration(), least_chance=0, max_seeds=40).run()
    assert trainer.calls[3:] == [{claim.id: 40}]


def test_a_killed_call_loses_nothing(make: Make, register: Register) -> None:
    """What was launched is trained to its end by the next call, at the same look, and paid for once."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided()})
    trainer.killed = True
    with pytest.raises(KeyboardInterrupt):
        resolver(trainer, [claim], configuration(), least_chance=0, hours=10).run()
    book = Book.read(trainer.results, SCALE)
    assert book.rows == [] and book.hours() == 10
    trainer.killed = False
    found = resolver(trainer, [claim], configuration(), least_chance=0, hours=10).run()
    assert [(row["look"], row["seeds"], row["hours"]) for row in found["rounds"]] == [(1, 5, 10)]
    assert found["claims"][0]["stopped"] == NO_HOURS and trainer.calls == [{claim.id: 5}] * 2


def test_hours_are_never_overspent_and_go_to_the_most_promising(make: Make, register: Register) -> None:
    """Of two claims that cost alike only one fits: the one whose next look is likelier to decide."""
    names = {"hopeless": 0.1, "hopeful": 0.5}
    claims = [register(resolving_worlds.claim(name)) for name in names]
    trainer = make({name: undecided(mean) for name, mean in names.items()})
    plan = configuration(10, hopeful={"training": {"generator_steps": 5}})
    found = resolver(trainer, claims, plan, least_chance=0, hours=90).run()
    # Two arms of 10 seeds at an hour each are 20 hours a claim, of 20 seeds 40: 80 of the 90, and no more fits.
    assert trainer.calls == [{"hopeless": 10, "hopeful": 10}, {"hopeful": 20}]
    assert [row["hours"] for row in found["rounds"]] == [20, 20, 40]
    assert [one["stopped"] for one in found["claims"]] == [NO_HOURS, NO_HOURS]


def test_runs_that_claims_share_are_paid_for_once(make: Make, register: Register) -> None:
    """Two claims about the same trainings are charged half of them each."""
    claims = [register(resolving_worlds.claim(name)) for name in ("one", "two")]
    trainer = make({claim.id: undecided() for claim in claims})
    found = resolver(trainer, claims, configuration(), least_chance=0, hours=10).run()
    assert [row["hours"] for row in found["rounds"]] == [5, 5] and len(trainer.calls) == 1


def test_hours_that_nobody_knows_cannot_be_kept(make: Make, register: Register) -> None:
    """A budget needs an estimate; without one rounds go on and are not counted."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided()})
    unknown = Price("", {claim.id: 10}, {claim.id: None}, None)
    limited = dataclasses.replace(resolver(trainer, [claim], configuration(), hours=9), price=lambda _: unknown)
    with pytest.raises(UserError, match="hours of the next round are not known here"):
        limited.run()
    free = dataclasses.replace(limited, limits=dataclasses.replace(limited.limits, hours=None, rounds=1))
    assert free.run()["claims"][0]["hours"] is None and len(trainer.calls) == 1


def test_a_claim_is_given_up_when_its_next_look_is_unlikely_to_decide(make: Make, register: Register) -> None:
    """An effect in the middle between none and one that matters is not decided by twice the seeds; asked for, it is."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided(0.1)})
    found = resolver(trainer, [claim], configuration()).run()
    assert found["claims"][0]["stopped"] == UNLIKELY and found["claims"][0]["chance"] < 0.1
    assert trainer.calls == [{claim.id: 5}]
    resolver(trainer, [claim], configuration(), least_chance=0, rounds=1).run()
    assert trainer.calls == [{claim.id: 5}, {claim.id: 10}]


def test_a_claim_that_its_family_makes_inconclusive_gets_more_seeds(make: Make, register: Register) -> None:
    """Alone its p of .024 is .030 of what a first look may spend; beside an undecided claim of its paper it is .059."""
    likely, unlikely = register(resolving_worlds.claim("likely")), register(resolving_worlds.claim("unlikely"))
    trainer = make({"likely": undecided(1.2), "unlikely": undecided(0.1)})
    found = resolver(trainer, [unlikely, likely], configuration()).run()
    assert trainer.calls == [{"unlikely": 5, "likely": 5}, {"likely": 10}]
    rows = [row for row in found["rounds"] if row["claim"] == "likely"]
    assert [row["verdict"] for row in rows] == ["inconclusive", "supported"]
    assert [part["verdict"] for row in rows for part in row["parts"]] == ["supported", "supported"]
    assert 0.1 < rows[0]["chance"] < 1 and rows[1]["stopped"] == RESOLVED


def test_a_verdict_that_a_later_one_takes_away_is_open_again(make: Make, register: Register) -> None:
    """Supported while it was alone; then another claim of its paper is judged, and its p of .030 becomes .059."""
    likely, unlikely = register(resolving_worlds.claim("likely")), register(resolving_worlds.claim("unlikely"))
    trainer = make({"likely": undecided(1.2), "unlikely": undecided(0.1)})
    first = resolver(trainer, [likely], configuration()).run()
    assert (first["claims"][0]["verdict"], first["claims"][0]["stopped"]) == ("supported", RESOLVED)
    second = resolver(trainer, [unlikely, likely], configuration(), max_seeds=5).run()
    states = {one["claim"]: one for one in second["claims"]}
    assert (states["likely"]["verdict"], states["likely"]["stopped"]) == ("inconclusive", NO_SEEDS)
    assert 0.1 < states["likely"]["chance"] < 1
    third = resolver(trainer, [unlikely, likely], configuration()).run()
    assert trainer.calls == [{"likely": 5}, {"unlikely": 5}, {"likely": 10}]
    assert {one["claim"]: one["verdict"] for one in third["claims"]}["likely"] == "supported"


def test_a_verdict_that_others_have_made_possible_takes_no_further_look(make: Make, register: Register) -> None:
    """Inconclusive beside an undecided claim of its paper; once that is decided it is supported as it stands."""
    likely, other = register(resolving_worlds.claim("likely")), register(resolving_worlds.claim("other"))
    trainer = make({"likely": undecided(1.2), "other": undecided(0.1)})
    first = resolver(trainer, [other, likely], configuration(), rounds=1).run()
    assert [one["verdict"] for one in first["claims"]] == ["inconclusive"] * 2
    trainer.worlds["other"] = undecided(9.0)
    resolver(trainer, [other], configuration(10), least_chance=0, rounds=1).run()
    found = resolver(trainer, [likely], configuration()).run()["claims"][0]
    assert (found["verdict"], found["chance"], found["stopped"], found["look"]) == ("supported", None, RESOLVED, 1)
    assert trainer.calls == [{"other": 5, "likely": 5}, {"other": 10}]


def test_a_verdict_on_fewer_seeds_does_not_undo_a_later_look(make: Make, register: Register) -> None:
    """Judged again with the seeds of the configuration, the claim is still the one that was decided with more."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided(0.6)})
    decided = resolver(trainer, [claim], configuration(), least_chance=0).run()["claims"][0]
    trainer.judge(claim, 5)
    again = resolver(trainer, [claim], configuration(), least_chance=0).run()["claims"][0]
    assert again == decided and decided["verdict"] == "supported"


def test_a_failed_premise_is_not_mended_by_seeds(make: Make, register: Register) -> None:
    """An invalid claim is closed, and says why."""
    gate = Gate("Premise: it trains.", "trains", ("toy-gan",))
    claim = register(resolving_worlds.claim("with-premise", gates=(gate,)))
    trainer = make({claim.id: undecided() + 5.6})
    found = resolver(trainer, [claim], configuration()).run()
    assert [(row["verdict"], row["stopped"]) for row in found["rounds"]] == [("invalid", "a premise fails")]


def test_the_overlay_raises_the_seeds_of_the_claims_concerned_only(make: Make, register: Register) -> None:
    """It is a valid configuration; claims of earlier calls keep their seeds, all others those they had."""
    claims = [register(resolving_worlds.claim(name)) for name in ("one", "two")]
    trainer = make({claim.id: undecided() for claim in claims})
    for claim in claims:
        resolver(trainer, [claim], configuration(), least_chance=0, max_seeds=10).run()
    path = trainer.results / "resolve" / f"{SCALE}.yaml"
    written = load(path).config
    assert written["designs"] == {**configuration().config["designs"], "one": {"seeds": 10}, "two": {"seeds": 10}}


def test_other_trainings_of_a_claim_begin_anew(make: Make, register: Register) -> None:
    """A record of other settings says nothing about these, but its looks stay spent."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided()})
    resolver(trainer, [claim], configuration(), least_chance=0, max_seeds=10).run()
    longer = configuration(6, **{claim.id: {"training": {"generator_steps": 5}}})
    assert design_of(longer, claim) != design_of(configuration(), claim) == design_of(configuration(7), claim)
    found = resolver(trainer, [claim], longer, least_chance=0, max_seeds=6).run()
    assert [(row["seeds"], row["look"]) for row in found["rounds"]] == [(5, 1), (10, 2), (6, 3)]


def test_the_preview_trains_nothing(make: Make, register: Register) -> None:
    """It tells seeds, runs and hours of the next round, and leaves no file."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: undecided()})
    found = resolver(trainer, [claim], configuration()).preview()
    assert found["next"] == [{"claim": claim.id, "seeds": 0, "next_seeds": 5, "runs": 10, "hours": 10.0, "stopped": ""}]
    assert trainer.calls == [] and not trainer.results.exists()


def test_seeds_that_are_all_alike_promise_no_decision(make: Make, register: Register) -> None:
    """Both arms failed with every seed: nothing tells them apart, nor will more of the same."""
    claim = register(resolving_worlds.claim())
    trainer = make({claim.id: np.zeros((2, 160))})
    found = resolver(trainer, [claim], configuration()).run()
    assert trainer.calls == [{claim.id: 5}] and found["claims"][0]["stopped"] == UNLIKELY


def naive(differences: np.ndarray[Any, Any], margin: float, alpha: float = 0.05) -> bool:
    """Whether "greater" is ever found where each look has the full level, by formula."""
    for n in looks_schedule(5, LOOKS):
        _, low, high = t_intervals(differences[:n], alpha)
        if low > 0:
            return True
        if high < margin:
            return False
    return False


def test_looking_again_errs_more_than_declared_and_resolve_does_not(
    tmp_path: Path, register: Register, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six looks at 200 claims without an effect, undecided ones always going on: the naive rule finds too many."""
    for name in ("_alternatives", "_fragile", "_compared", "gate"):
        monkeypatch.setattr(questions, name, lambda *_: ())
    monkeypatch.setattr(resolving, "chance", lambda *_, **__: 1.0)
    monkeypatch.setattr(resolving, "planned", lambda *_: None)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    claim, draws = register(resolving_worlds.claim(margin=0.4)), rng()
    false: dict[str, int] = {"naive": 0, "resolve": 0}
    for world in range(WORLDS):
        trainer = make({claim.id: normal(draws)})
        trainer.results = tmp_path / str(world)
        one = resolver(trainer, [claim], configuration(), least_chance=0, max_seeds=looks_schedule(5, LOOKS)[-1])
        found = dataclasses.replace(one, price=lambda _: Price("", {}, {}, None)).run()
        assert len(trainer.calls) == LOOKS or found["claims"][0]["stopped"] == RESOLVED
        false["resolve"] += Verdict(found["claims"][0]["verdict"]) in HOLDS
        gan, lsgan = trainer.worlds[claim.id]
        false["naive"] += naive(gan - lsgan, claim.declaration.margin)
    rates = {name: proportion_interval(n, WORLDS, 0.025) for name, n in false.items()}
    assert rates["naive"][0] > 0.05, (false, rates)
    assert rates["resolve"][0] <= 0.05 and rates["resolve"][1] < rates["naive"][1] / 2, (false, rates)


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is damaged"), (json.dumps({"rounds": [{"claim": "x"}]}), "is not a record of this version")],
)
def test_a_damaged_record_is_one_clear_error(text: str, message: str, tmp_path: Path) -> None:
    """Cut short, or of another version."""
    path = tmp_path / "resolve" / f"{SCALE}.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        Book.read(tmp_path, SCALE)


def test_hours_are_those_of_the_gpu_where_one_is_known() -> None:
    """Of the dearest of several; of a core where none knows all runs; unknown where that is not known either."""
    devices = {"cpu: a": (60.0, 0), "cuda: b": (2.0, 0), "cuda: c": (3.0, 0), "cuda: d": (1.0, 4)}
    row = {"claim": "x", "runs": 9, "done": 5}
    row |= {"hours": {d: h for d, (h, _) in devices.items()}, "unknown": {d: n for d, (_, n) in devices.items()}}
    cost = {"cpu": "cpu: a", "devices": list(devices), "rows": [row], "total": row}
    assert price_of(cost) == Price("cuda: c", {"x": 4}, {"x": 3.0}, 3.0)
    assert price_of({**cost, "devices": ["cpu: a", "cuda: d"]}) == Price("cpu: a", {"x": 4}, {"x": 60.0}, 60.0)
    assert price_of({**cost, "devices": ["cuda: d"]}) == Price("", {"x": 4}, {"x": None}, None)
