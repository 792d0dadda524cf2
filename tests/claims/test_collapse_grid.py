"""Claims about collapse on images: what they train on, what guards their parts, and two accounts of one argmax."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bench.config import load
from claims.catalogue import CLAIMS
from claims.claim import Finding, Verdict
from claims.designs import planned
from claims.evaluate import combine, judge
from tests.claims import grid_worlds
from tests.claims.grid_worlds import Taken

CONFIGS = Path(__file__).parents[2] / "workflows/config"
COLLAPSE, ARGMAX, DELTAS = (
    CLAIMS[name] for name in ("no-mode-collapse-grid", "fixed-critic-argmax-grid", "fixed-critic-deltas-grid")
)
WORLDS = grid_worlds.worlds()


def judged(claim_id: str, taken: Taken) -> dict[str, Finding]:
    """The findings of a claim in one world, by part."""
    found = grid_worlds.evidence(claim_id)
    with grid_worlds.outcomes(taken, 0.05, found.runs, np.random.default_rng(0)):
        return {one.part: one for one in judge(CLAIMS[claim_id], found)}


@pytest.mark.parametrize("scale", ["smoke", "night", "desk", "paper"])
def test_arms_on_plain_and_on_stacked_images_share_no_runs(scale: str) -> None:
    """The former are trained on plain images alone, and every run belongs to one arm."""
    made = planned(load(CONFIGS / f"{scale}.yaml"), [COLLAPSE])
    arms = made.subjects[COLLAPSE.id]
    assert max(Counter(run for ids in arms.values() for run in ids).values()) == 1
    data = {arm: {made.runs[run].dataset for run in ids} for arm, ids in arms.items() if ids}
    assert all((found == {"stacked_mnist"}) == arm.endswith("-stacked") for arm, found in data.items())
    assert {"dcgan-wgan", "toy_mlp-wgan"} <= set(data)


@pytest.mark.parametrize(
    ("place", "arm"), [("images", "dcgan-wgan"), ("stacked", "dcgan-wgan-stacked"), ("points", "toy_mlp-wgan")]
)
def test_a_wgan_that_has_not_learned_is_not_compared_with_gan(place: str, arm: str) -> None:
    """Whatever modes or recall its noise seems to have; parts about its own modes and no others fall with them."""
    world = WORLDS[COLLAPSE.id].true
    found = judged(COLLAPSE.id, {**world, arm: {**world[arm], "improves": 0.0}})
    stopped = {part for part, one in found.items() if one.verdict is Verdict.INVALID}
    assert stopped == {f"{place}-{what}" for what in ("wgan", "less", "evener")} & set(found)


def test_an_argmax_that_is_no_point_tells_two_accounts_apart() -> None:
    """Where images beat the fixed discriminator and stay apart, Goodfellow's words hold and the paper's do not."""
    frozen = {arm.id for arm in DELTAS.design.arms if "+" in arm.id} if DELTAS.design else set()
    spread_out = {"beats_critic": 1.0, "collapses": 0.0, "spread": 0.9, "recall": 0.5}
    taken = {**WORLDS[ARGMAX.id].true, "dcgan-gan": {"spread": 0.9, "recall": 0.5}, **dict.fromkeys(frozen, spread_out)}
    verdicts = {claim.id: combine(claim, list(judged(claim.id, taken).values())) for claim in (ARGMAX, DELTAS)}
    assert verdicts == {ARGMAX.id: Verdict.SUPPORTED, DELTAS.id: Verdict.CONTRADICTED}


def test_the_two_accounts_look_at_the_same_runs() -> None:
    """Judging both trains nothing twice."""
    settings = {claim.id: {arm.id: arm for arm in claim.design.arms} for claim in (ARGMAX, DELTAS) if claim.design}
    assert settings[DELTAS.id].items() <= settings[ARGMAX.id].items()


def test_a_generator_short_of_the_argmax_says_nothing_of_its_shape() -> None:
    """Against the discriminator that it has not beaten."""
    world = WORLDS[DELTAS.id].false
    late = next(arm for arm in world if arm.endswith("late"))
    found = judged(DELTAS.id, {**world, late: {**world[late], "beats_critic": 0.0}})
    assert found["late-gathers"].verdict is Verdict.INVALID
    assert found["early-gathers"].verdict is Verdict.CONTRADICTED
