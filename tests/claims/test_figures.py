"""One figure per claim: well-formed, reproducible, small, drawn from the evidence."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from claims.catalogue import CLAIMS
from claims.claim import Claim, Evidence
from claims.evaluate import run_study
from report.claim_figures import FIGURES, draw, questions
from tests.claims import grid_worlds, worlds
from tests.claims.known import FIXED, WORLDS

NOTHING = Evidence(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())


def evidence_for(claim: Claim, seed: int) -> Evidence:
    """The claim's study, or a simulated world of ten seeds, one in which it is true where there is such a world."""
    if claim.trains:
        worlds_of = {verdict: world for name, _, verdict, world in reversed(WORLDS) if name == claim.id}
        frame = worlds_of["supported"](np.random.default_rng(seed))
        return Evidence(frame, pd.DataFrame(), pd.DataFrame())
    if claim.study:
        return Evidence(run_study(claim, seed), pd.DataFrame(), pd.DataFrame())
    rng = np.random.default_rng(seed)
    if claim.id == "nobn-gan-fails":
        return worlds.learning_world(rng, {"gan": 0.2, "wgan": 0.9})
    return worlds.curve_world(rng, claim.id.rpartition("-")[2], 1.0, 0.3)


ASKED = {name: claim for name, claim in CLAIMS.items() if name not in FIGURES}
"""Claims drawn from the questions of their parts."""


def test_every_claim_has_a_figure() -> None:
    """One of its own, or that of its questions; and no figure lacks its claim."""
    assert set(FIGURES) <= set(CLAIMS)
    assert all(part.question for claim in ASKED.values() for part in claim.parts)


@pytest.mark.parametrize("claim", ASKED.values(), ids=ASKED)
def test_questions_are_drawn_with_their_margins_and_verdicts(claim: Claim) -> None:
    """Every part is named or in a map of cells; a reported verdict takes the place of the computed one."""
    evidence = grid_worlds.evidence(claim.id)
    world = grid_worlds.worlds()[claim.id]
    drawn = []
    for taken in (world.true, world.true, world.false):
        with grid_worlds.outcomes(taken, world.spread, evidence.runs, np.random.default_rng(0)):
            drawn.append(draw(claim, evidence, {part.id: "invalid" for part in claim.parts}))
    first, again, other = drawn
    assert first == again != other
    assert ElementTree.fromstring(first).get("viewBox") and len(first) < 150_000
    lines = [part for part in claim.parts if part.question and len(part.question.members) <= questions.MANY]
    assert [part.id for part in lines if f">{part.id}" not in first] == []
    assert first.count("invalid, n") >= len(lines)


@pytest.mark.parametrize("claim", [CLAIMS[name] for name in FIGURES], ids=FIGURES)
def test_a_figure_is_reproducible_labelled_svg_of_its_evidence(claim: Claim) -> None:
    """Same evidence, same bytes; other evidence, another picture; text is kept as text."""
    first, again = (draw(claim, evidence_for(claim, 0), {}) for _ in range(2))
    assert first == again
    assert first != draw(claim, evidence_for(claim, 1), {}) or claim.id in {*FIXED, "bakeries-optimal-plan"}
    root = ElementTree.fromstring(first)
    assert root.tag.endswith("svg") and root.get("viewBox") and root.get("width") is None
    assert len(list(root.iter("{http://www.w3.org/2000/svg}text"))) >= 5
    assert 'href="http' not in first and len(first) < 150_000


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_without_evidence_there_is_no_figure(claim: Claim) -> None:
    """An empty string, not an empty frame."""
    assert draw(claim, NOTHING, {}) == ""


def test_a_few_runs_are_enough_to_draw() -> None:
    """One seed, one architecture, another method to compare with, and a diverged run."""
    rng = np.random.default_rng(0)
    one = worlds.evidence([worlds.curve_run(rng, ("mlp", "wgan", 0), 1.0, 0.1)])
    assert "mlp" in draw(CLAIMS["loss-quality-wgan"], one, {})
    several = [worlds.curve_run(rng, (name, "gan", 0), 1.0, 0.1) for name in ("mlp_both", "dcgan")]
    drawn = draw(CLAIMS["loss-quality-gan"], worlds.evidence(several), {})
    assert "mlp_both (critic too)" in drawn and "dcgan generator" in drawn and "mlp generator" not in drawn
    compared = worlds.evidence([worlds.curve_run(rng, ("dcgan", m, 0), 1.0, 0.1) for m in ("wgan", "gan")])
    assert "dcgan with gan, filtered" in draw(CLAIMS["loss-quality-wgan"], compared, {})
    failed = worlds.evidence([worlds.final_run(("dcgan_nobn", "gan", 0), 0.0, "diverged")])
    assert "0 of 1 train" in draw(CLAIMS["nobn-gan-fails"], failed, {})
