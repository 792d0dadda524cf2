"""Claims about training, judged in simulated worlds where the answer is known."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

from claims.catalogue import CLAIMS
from claims.claim import Claim, Evidence, Verdict
from claims.evaluate import evaluate
from claims.judges.grid import combine_cells, relevant
from claims.judges.learning import progress
from claims.judges.loss_quality import correlations
from tests.claims import worlds

WGAN, GAN, NOBN = (CLAIMS[name] for name in ("loss-quality-wgan", "loss-quality-gan", "nobn-gan-fails"))
WORLDS = 8


def record(claim: Claim, evidence: Evidence) -> dict[str, Any]:
    return evaluate(claim, evidence, "test")


def curve_verdicts(claim: Claim, slope: float, n_seeds: int = 10) -> Counter[str]:
    method = claim.needs.methods[0] if claim.needs else ""
    rngs = map(np.random.default_rng, range(WORLDS))
    return Counter(
        record(claim, worlds.curve_world(rng, method, slope, 0.3, range(n_seeds)))["verdict"] for rng in rngs
    )


def learning_verdicts(gan: float, wgan: float) -> Counter[str]:
    rngs = map(np.random.default_rng, range(WORLDS))
    return Counter(record(NOBN, worlds.learning_world(rng, {"gan": gan, "wgan": wgan}))["verdict"] for rng in rngs)


def test_an_estimate_that_follows_quality_supports_the_wgan_claim() -> None:
    """True world: nearly always supported, never contradicted."""
    found = curve_verdicts(WGAN, 1.0)
    assert found["supported"] >= WORLDS - 1 and not found["contradicted"]


def test_an_estimate_that_rises_contradicts_the_wgan_claim() -> None:
    """Opposite world: always contradicted."""
    assert curve_verdicts(WGAN, -1.0) == {"contradicted": WORLDS}


def test_an_unrelated_estimate_never_supports_the_wgan_claim() -> None:
    """Null world: four parts would have to hold by chance."""
    assert not curve_verdicts(WGAN, 0.0)["supported"]


def test_the_gan_claim_gets_the_mirrored_verdicts() -> None:
    """No relation or a rising estimate supports it, a following one contradicts it."""
    assert curve_verdicts(GAN, -0.5)["supported"] >= WORLDS - 1
    assert curve_verdicts(GAN, 0.0)["contradicted"] == 0
    assert curve_verdicts(GAN, 1.0) == {"contradicted": WORLDS}


def test_learning_rates_decide_the_claim_without_batch_normalization() -> None:
    """True, opposite, equal and undecidable worlds."""
    assert learning_verdicts(0.0, 1.0) == {"supported": WORLDS}
    assert learning_verdicts(1.0, 0.0) == {"contradicted": WORLDS}
    assert learning_verdicts(1.0, 1.0) == {"mixed": WORLDS}
    assert learning_verdicts(0.5, 0.5)["supported"] == 0


@pytest.mark.parametrize("n_seeds", [1, 2, 4])
def test_few_seeds_cap_every_verdict_but_show_the_numbers(n_seeds: int) -> None:
    """Below five seeds nothing is decided; from two on there is an interval."""
    rng = np.random.default_rng(0)
    for claim, world in (
        (WGAN, worlds.curve_world(rng, "wgan", 1.0, 0.1, range(n_seeds))),
        (NOBN, worlds.learning_world(rng, {"gan": 1.0, "wgan": 0.0}, range(n_seeds))),
    ):
        found = record(claim, world)
        assert found["verdict"] == "inconclusive"
        for part in found["parts"]:
            assert part["verdict"] == "inconclusive" and "underpowered" in part["flags"]
            assert part["effect"] is not None
            assert (part["low"] is None) == (n_seeds == 1 and part["part"] not in ("gan-fails", "wgan-learns"))


def test_five_seeds_may_decide_and_say_that_ten_were_planned() -> None:
    """The minimum is enough for a verdict, with a flag."""
    found = record(WGAN, worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.1, range(5)))
    assert found["verdict"] == "supported"
    assert {flag for part in found["parts"] for flag in part["flags"]} == {"fewer seeds than planned"}


def test_a_diverged_run_counts_as_one_that_did_not_learn() -> None:
    """Failures stay in the denominator, and keep their untrained score in the comparison."""
    runs = [worlds.final_run(("dcgan_nobn", "wgan", seed), 15.0) for seed in range(5)]
    runs += [worlds.final_run(("dcgan_nobn", "wgan", seed), 0.0, "diverged") for seed in range(5, 10)]
    runs += [worlds.final_run(("dcgan_nobn", "gan", seed), 15.0) for seed in range(10)]
    evidence = worlds.evidence(runs)
    found = {part["part"]: part for part in record(NOBN, evidence)["parts"]}
    assert found["wgan-learns"]["effect"] == 0.5 and found["wgan-learns"]["n"] == 10
    table = progress(evidence)
    assert (table.loc[table["outcome"] == "diverged", "final"] == worlds.START).all()


def test_progress_is_one_half_at_the_geometric_mean_of_both_ends() -> None:
    """By hand: log FID half way between the untrained score and the floor."""
    half = (worlds.START * worlds.FLOOR) ** 0.5
    evidence = worlds.evidence([worlds.final_run(("dcgan_nobn", "gan", 0), half)])
    assert progress(evidence)["progress"].item() == pytest.approx(0.5)


def test_correlations_equal_a_hand_worked_case() -> None:
    """Eight snapshots in perfect order give 1, moved half a rank step for Fisher's z."""
    evidence = worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.0, [3])
    found = correlations(evidence, "mlp", "raw").iloc[0]
    assert (found["correlation"], found["snapshots"], found["seed"]) == (pytest.approx(1), 8, 3)
    assert np.tanh(found["z"]) == pytest.approx(1 - 6 / (8**3 - 8))


def test_a_metric_that_cannot_tell_untrained_from_real_invalidates() -> None:
    """The gate comes before any verdict."""
    runs = [worlds.final_run(("dcgan_nobn", m, seed), 15.0) for m in ("gan", "wgan") for seed in range(10)]
    found = record(NOBN, worlds.evidence(runs, floor=2 * worlds.START))
    assert found["verdict"] == "invalid"
    assert "does not tell the untrained generator" in found["parts"][0]["note"]


def test_a_missing_reference_invalidates() -> None:
    """Without the floor of the metric nothing can be said."""
    world = worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.1)
    world = dataclasses.replace(world, scores=world.scores[world.scores["architecture"] != "reference"])
    assert record(WGAN, world)["verdict"] == "invalid"


def test_many_unscored_runs_invalidate() -> None:
    """A third of the finished runs without scores is too many."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0}, range(9))
    lost = world.scores["seed"].isin([0, 1, 2]) & (world.scores["step"] > 0)
    world = dataclasses.replace(world, scores=world.scores[~lost])
    assert record(NOBN, world)["verdict"] == "invalid"


@pytest.mark.parametrize("outcome", ["skipped", "pending", "timed_out"])
def test_unfinished_runs_are_missing_and_listed(outcome: str) -> None:
    """They are no evidence, and the record says why they lack."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    runs = world.runs.copy()
    runs.loc[0, ["outcome", "reason"]] = [outcome, None]
    found = record(NOBN, dataclasses.replace(world, runs=runs))
    assert [run["outcome"] for run in found["runs_missing"]] == [outcome]
    assert found["runs_missing"][0]["reason"] == ""
    assert len(found["runs_used"]) == len(runs) - 1
    assert found["parts"][0]["n"] == 9


def test_no_finished_run_is_not_run_with_a_reason() -> None:
    """Neither an empty table nor pending runs are an error."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    pending = dataclasses.replace(world, runs=world.runs.assign(outcome="pending"))
    for evidence in (pending, Evidence(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())):
        found = record(NOBN, evidence)
        assert found["verdict"] == "not run"
        assert all(part["note"] and part["n"] == 0 for part in found["parts"])


def test_an_architecture_without_runs_leaves_its_parts_not_run() -> None:
    """The other parts are judged; the claim as a whole stays open."""
    world = worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.1)
    only = {name: frame[frame["architecture"] != "mlp"] for name, frame in (("s", world.scores), ("r", world.runs))}
    found = record(WGAN, Evidence(pd.DataFrame(), only["s"], only["r"]))
    assert [part["verdict"] for part in found["parts"]] == ["not run", "not run", "supported", "supported"]
    assert found["verdict"] == "inconclusive"


def test_smaller_images_networks_or_fewer_steps_are_flagged() -> None:
    """Other departures are listed but do not make a run scaled down."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    assert "scaled down" not in record(NOBN, world)["parts"][0]["flags"]
    for text in (
        "image_size 16 (published 64)",
        "dcgan_nobn.width 8 (published 512)",
        "generator_steps 9 (published 1)",
    ):
        runs = world.runs.assign(deviations=json.dumps([text]))
        found = record(NOBN, dataclasses.replace(world, runs=runs))
        assert "scaled down" in found["parts"][0]["flags"] and found["deviations"] == [text]


def test_data_sets_that_disagree_make_the_part_mixed() -> None:
    """One data set where the estimate follows quality, one where it runs against it."""
    rng = np.random.default_rng(0)
    cells = [(a, "wgan", seed) for a in ("mlp", "dcgan") for seed in range(10)]
    runs = [worlds.curve_run(rng, cell, 1.0, 0.1, "mnist") for cell in cells]
    runs += [worlds.curve_run(rng, cell, -1.0, 0.1, "digits") for cell in cells]
    found = record(WGAN, worlds.evidence(runs))
    assert {part["verdict"] for part in found["parts"]} == {"mixed"} == {found["verdict"]}
    assert {part["n"] for part in found["parts"]} == {10}


def test_cells_agree_unless_they_decide_in_opposite_directions() -> None:
    """An undecided data set does not make a part mixed."""
    assert combine_cells([Verdict.SUPPORTED, Verdict.INCONCLUSIVE]) is None
    assert combine_cells([Verdict.WEAKER, Verdict.CONTRADICTED]) is Verdict.MIXED


def test_cells_a_claim_does_not_rest_on_are_ignored() -> None:
    """Foreign methods in the tables change nothing; the reference stays."""
    rng = np.random.default_rng(0)
    own = worlds.curve_world(rng, "wgan", 1.0, 0.1)
    foreign = worlds.curve_world(rng, "lsgan", -1.0, 0.1)
    scores = pd.concat([own.scores, foreign.scores[foreign.scores["method"] == "lsgan"]], ignore_index=True)
    both = Evidence(pd.DataFrame(), scores, pd.concat([own.runs, foreign.runs], ignore_index=True))
    assert record(WGAN, both) == record(WGAN, own)
    assert "reference" in set(relevant(WGAN, both).scores["architecture"])
