"""What claims can decide with their planned seeds, and the pilots it is computed from."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from bench.errors import UserError
from claims import power
from claims.__main__ import _show_power
from claims.catalogue import CLAIMS
from claims.claim import Part
from claims.design import Question
from claims.power import pilot_spreads, power_table
from claims.reach import least_p, reaches
from claims.statistics import proportion_interval
from claims.tables import write_pilots, write_protocol
from tests.claims import worlds

NOBN = CLAIMS["nobn-gan-fails"]


def with_question(question: Question, margin: float = 0.5) -> list[dict]:
    part = Part("part", "A statement.", margin=margin, question=question)
    return power_table([dataclasses.replace(NOBN, parts=(part,))])


def test_the_power_of_a_share_is_a_sum_of_binomial_probabilities() -> None:
    """Ten seeds that train with 0.9: by hand over the counts whose exact interval lies above one half."""
    (row,) = with_question(Question("trains", "dcgan_nobn-wgan", "at least"))
    enough = min(k for k in range(11) if proportion_interval(k, 10, 0.04)[0] >= 0.5)
    by_hand = sum(
        float(np.prod(range(10 - k + 1, 11)) / np.prod(range(1, k + 1))) * 0.9**k * 0.1 ** (10 - k)
        for k in range(enough, 11)
    )
    assert row["power"] == pytest.approx(by_hand) and row["decidable"] and row["sd_source"] == "exact"


def test_many_cells_need_more_than_one() -> None:
    """Seven of seven are supported as often as one to the seventh power; one of seven is seldom not contradicted."""
    arms = tuple(f"arm{k}" for k in range(7))
    (one,) = with_question(Question("trains", "arm0", "at least"))
    (each,) = with_question(Question("trains", arms, "at least"))
    assert each["power"] == pytest.approx(one["power"] ** 7) and each["members"] == 7
    (either,) = with_question(Question("trains", arms, "at least", "any"))
    assert either["power"] > 0.9 and either["false_supported"] <= 0.05


def test_a_mean_takes_the_spread_of_the_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    """A paired difference that of pairs; a sum of four arms sqrt(2) times as much; without a pilot nothing is said."""
    known = {"source": "pilots", "outcomes": {"log_quality": {"single": 0.4, "pair": 0.2, "arms": 4}}}
    monkeypatch.setattr(power, "pilots", lambda: known)
    found = {
        of: with_question(Question("log_quality", of, "greater"), 0.105)[0] for of in ("a", "a - b", "a - b - c + d")
    }
    assert [row["sd"] for row in found.values()] == pytest.approx([0.4, 0.2, 0.2 * 2**0.5])
    assert found["a"]["power"] < found["a - b"]["power"] and found["a - b"]["seeds_needed"] == 10
    (row,) = with_question(Question("recall", "a - b", "greater"))
    assert row["power"] is None and row["decidable"] is None and row["sd_source"] == "no pilot"


def test_pilots_measure_the_spread_within_arms_and_between_pairs() -> None:
    """Seeds that move both arms alike leave nothing in their difference."""
    rng = np.random.default_rng(0)
    shared = rng.normal(0, 0.5, 40)
    runs = [
        worlds.final_run(("dcgan", m, s), 20.0 * float(np.exp(shared[s]))) for m in ("gan", "wgan") for s in range(40)
    ]
    found = pilot_spreads(worlds.evidence(runs))["log_quality"]
    assert found["single"] == pytest.approx(shared.std(ddof=1), abs=1e-3)
    assert found["pair"] == pytest.approx(0.0, abs=1e-6) and found["arms"] == 2


def test_the_least_p_value_of_a_claim_is_that_of_seeds_all_alike() -> None:
    """By hand: five of five at one half are 1/32, as a share of 4/5 of alpha; of five members one pays for all."""
    least = {}
    for name, question in (
        ("one", Question("trains", "a", "at least")),
        ("pair", Question("steps_to_train", "a - b", "at least")),
        ("few", Question("trains", "a", "below")),
        ("any", Question("trains", ("a", "b", "c"), "below", "any")),
        ("each", Question("trains", ("a", "b", "c"), "below")),
        ("mean", Question("log_quality", "a", "greater")),
    ):
        part = Part("part", "A statement.", margin=0.85 if name == "few" else 0.5, question=question)
        least[name] = least_p(dataclasses.replace(NOBN, parts=(part,)), 5)
    half = 0.5**5 / 0.8
    assert least["one"] == pytest.approx((half, half)) and least["pair"] == pytest.approx((half, half))
    assert least["few"] == pytest.approx((0.15**5 / 0.8, 0.85**5 / 0.8))
    assert least["any"] == pytest.approx((3 * half, half)) and least["each"] == pytest.approx((half, 3 * half))
    assert least["mean"] == (0, 0)


def test_the_least_p_value_is_that_of_the_verdict_and_its_correction() -> None:
    """Runs that are as clear as can be come to it: with five seeds what holds alone does not after the correction."""
    found = reaches([CLAIMS["nobn-gan-fails"], CLAIMS["loss-quality-wgan"]])
    clear = found["nobn-gan-fails"]
    assert clear["few_reach"] == pytest.approx(0.5**5 / 0.8) and clear["few_reach"] < 0.05 < clear["few_reach_holm"]
    assert not clear["few_in_reach"] and clear["in_reach"]
    family = [claim for claim in CLAIMS.values() if claim.design and claim.paper == NOBN.paper]
    floors = [least_p(claim, 5).supported for claim in family]
    bounded = sum(p >= clear["few_reach"] for p in floors)
    assert bounded > 5 and clear["few_reach_holm"] == pytest.approx(bounded * 0.5**5 / 0.8)
    assert found["loss-quality-wgan"]["few_reach_holm"] == 0 and found["loss-quality-wgan"]["few_in_reach"]


def test_the_table_marks_what_is_out_of_reach() -> None:
    """In the terminal, beside each part."""
    (row,) = with_question(Question("trains", "dcgan_nobn-wgan", "at least"))
    assert row["few"] == 5 and not row["few_in_reach"]
    assert "0.43 (n = 5, out of reach)" in _show_power([row])


def test_every_numeric_outcome_that_a_claim_asks_for_has_a_pilot() -> None:
    """So that the power of each part is known."""
    missing = [row for row in power_table(CLAIMS.values()) if row["decidable"] is None]
    assert not missing


def test_protocol_tables_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    """Simulations are seeded."""
    texts = []
    for name in ("once", "again"):
        paths = write_protocol([NOBN], tmp_path / name)
        texts.append([Path(path).read_bytes() for path in paths])
    assert texts[0] == texts[1] and len(json.loads(texts[0][1])) == len(NOBN.parts)


def test_pilots_without_runs_are_one_clear_line(tmp_path: Path) -> None:
    """The folder is named."""
    with pytest.raises(UserError, match="Nothing was collected at scale 'pilot'"):
        write_pilots(tmp_path, "pilot")
