"""What stands beside a verdict: the other ways of asking, and what too few seeds leave of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

from claims.catalogue import CLAIMS
from claims.claim import Evidence
from claims.design import Gate, Question
from claims.evaluate import evaluate
from claims.outcomes import OTHER_THRESHOLDS
from tests.claims import resolving_worlds, worlds
from tests.claims.resolving_worlds import ARMS, REAL, UNTRAINED

SMALL = Question("log_quality", ARMS, "below")
TRAINS = Gate("Premise: it trains.", "trains", ARMS)


def judged(values: np.ndarray, gates: tuple[Gate, ...] = (TRAINS,)) -> dict[str, Any]:
    """The part "log scores lie below 2" of two arms with these log scores."""
    runs, scores = resolving_worlds.frames(values)
    made = resolving_worlds.claim("made-up", SMALL, margin=2.0, gates=gates)
    (part,) = evaluate(made, Evidence(pd.DataFrame(), scores, runs), "test")["parts"]
    return part


def having_come(way: float, seeds: int = 10) -> np.ndarray:
    """Log scores of runs that have come about so much of the way from the untrained generator to real data."""
    ends = np.log(UNTRAINED), np.log(REAL)
    return np.random.default_rng(0).normal(ends[0] + way * (ends[1] - ends[0]), 0.1, (len(ARMS), seeds))


@pytest.mark.parametrize(("way", "verdict"), [(0.4, "invalid"), (0.55, "supported")])
def test_a_premise_on_training_is_asked_at_every_threshold(way: float, verdict: str) -> None:
    """Also of a question that has no threshold itself, and where the premise fails at the one that counts."""
    part = judged(having_come(way))
    assert part["verdict"] == verdict
    shown = dict(part["sensitivity"])
    for level in OTHER_THRESHOLDS:
        assert shown[f"trained from {level:g}"] == ("supported" if level < way else "invalid")
    assert shown["best snapshot"] == verdict


def test_a_premise_that_fails_with_few_seeds_is_undecided_at_other_thresholds_too() -> None:
    """As it is at the one that counts; where it holds too few seeds decide nothing either."""
    part = judged(having_come(0.4, seeds=3))
    shown = dict(part["sensitivity"])
    assert part["verdict"] == "inconclusive" and "premise not met" in part["flags"]
    assert {shown[f"trained from {level:g}"] for level in OTHER_THRESHOLDS} == {"inconclusive"}


@pytest.mark.parametrize(("seeds", "word"), [(3, "inconclusive"), (5, "supported")])
def test_too_few_seeds_decide_nothing_beside_a_verdict_either(seeds: int, word: str) -> None:
    """Neither another score or snapshot, nor a single cell; and there is no verdict that could be fragile."""
    part = judged(having_come(0.8, seeds), gates=())
    assert part["verdict"] == word
    assert dict(part["sensitivity"])["best snapshot"] == word
    assert {cell["verdict"] for cell in part["cells"]} == {word}
    assert not {"seed fragile", "metric fragile", "close to its margin"} & set(part["flags"])


def test_a_difference_of_correlations_stays_a_difference_of_fishers_z() -> None:
    """Its tangent would be neither a correlation nor a difference of two; a correlation itself is shown as one."""
    rng = np.random.default_rng(0)
    runs = [worlds.curve_run(rng, ("dcgan", "wgan", seed), 1.0, 0.02) for seed in range(10)]
    runs += [worlds.curve_run(rng, ("dcgan", "gan", seed), 1.0, 0.5) for seed in range(10)]
    claim = CLAIMS["loss-quality-wgan"]
    kept = tuple(claim.part(name) for name in ("dcgan-better", "dcgan-filtered"))
    found = evaluate(dataclasses.replace(claim, parts=kept), worlds.evidence(runs), "test")["parts"]
    better, alone = ({part["part"]: part for part in found}[part.id] for part in kept)
    assert better["effect"] > 1.0 and better["effect_name"].startswith("mean of: Fisher's z of the rank correlation")
    assert {cell["effect"] for cell in better["cells"]} == {better["effect"]}
    assert 0.9 < alone["effect"] < 1.0 and "Fisher" not in alone["effect_name"]
