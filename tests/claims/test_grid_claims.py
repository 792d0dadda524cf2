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
from claims.claim import Claim, Evidence
from claims.design import Gate, Question
from claims.evaluate import evaluate
from claims.judges.grid import last, progress, quality
from tests.claims import resolving_worlds, worlds

WGAN, NOBN = (CLAIMS[name] for name in ("loss-quality-wgan", "nobn-gan-fails"))
WGAN = dataclasses.replace(WGAN, parts=tuple(part for part in WGAN.parts if part.id != "dcgan-better"))
"""Without the comparison with GAN, whose runs these worlds do not hold."""
WORLDS = 8


def record(claim: Claim, evidence: Evidence) -> dict[str, Any]:
    return evaluate(claim, evidence, "test")


def learning_verdicts(gan: float, wgan: float) -> Counter[str]:
    rngs = map(np.random.default_rng, range(WORLDS))
    return Counter(record(NOBN, worlds.learning_world(rng, {"gan": gan, "wgan": wgan}))["verdict"] for rng in rngs)


@pytest.mark.parametrize(("column", "value"), [("extractor_sha256", "cd" * 32), ("n_real", 10), ("n_fake", 10)])
def test_scores_of_different_protocols_are_not_compared(column: str, value: object) -> None:
    """One run, or the reference, measured in another way makes the comparison invalid and names the difference."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    for odd in (world.scores["seed"] == 3, world.scores["architecture"] == "reference"):
        scores = world.scores.assign(**{column: world.scores[column].mask(odd, value)})
        found = record(NOBN, dataclasses.replace(world, scores=scores))
        assert found["verdict"] == "invalid" and column in found["parts"][0]["note"]


def test_only_pairs_with_both_scores_are_compared() -> None:
    """A lost score takes its partner along, from the count of seeds too; many lost pairs invalidate."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0}, range(5))
    for lost, verdict, flag in (([0], "inconclusive", "underpowered"), ([0, 1, 2], "invalid", "stand-in data")):
        gone = (world.scores["method"] == "gan") & world.scores["seed"].isin(lost) & (world.scores["step"] > 0)
        found = record(NOBN, dataclasses.replace(world, scores=world.scores[~gone]))
        part = next(part for part in found["parts"] if part["part"] == "wgan-better")
        assert part["verdict"] == verdict and flag in part["flags"]
        learned = next(part for part in found["parts"] if part["part"] == "gan-fails")
        assert learned["verdict"] == verdict


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
        for part in (part for part in found["parts"] if part["verdict"] != "not run"):
            assert part["verdict"] == "inconclusive" and "underpowered" in part["flags"]
            assert part["effect"] is not None
            assert (part["low"] is None) == (n_seeds == 1 and part["part"] not in ("gan-fails", "wgan-learns"))


def test_five_seeds_may_decide_and_say_that_ten_were_planned() -> None:
    """The minimum is enough for a verdict, with a flag."""
    found = record(WGAN, worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.1, range(5)))
    assert found["verdict"] == "supported"
    flags = {flag for part in found["parts"] for flag in part["flags"]}
    assert flags == {"fewer seeds than planned", "stand-in data"}


def test_a_diverged_run_counts_as_one_that_did_not_learn() -> None:
    """Failures stay in the denominator, and keep their untrained score in the comparison."""
    runs = [worlds.final_run(("dcgan_nobn", "wgan", seed), 15.0) for seed in range(5)]
    runs += [worlds.final_run(("dcgan_nobn", "wgan", seed), 0.0, "diverged") for seed in range(5, 10)]
    runs += [worlds.final_run(("dcgan_nobn", "gan", seed), 15.0) for seed in range(10)]
    evidence = worlds.evidence([*runs, *worlds.baseline(range(10))])
    found = {part["part"]: part for part in record(NOBN, evidence)["parts"]}
    assert found["wgan-learns"]["effect"] == 0.5 and found["wgan-learns"]["n"] == 10
    assert "dcgan_nobn-wgan: 5 diverged" in found["wgan-learns"]["note"]
    scores = last(evidence, quality(evidence))
    diverged = evidence.runs.loc[evidence.runs["outcome"] == "diverged", "run_id"]
    assert (scores[diverged] == worlds.START).all() and (progress(evidence)[diverged] == 0).all()


def test_progress_is_one_half_at_the_geometric_mean_of_both_ends() -> None:
    """By hand: log FID half way between the untrained score and the floor."""
    half = (worlds.START * worlds.FLOOR) ** 0.5
    evidence = worlds.evidence([worlds.final_run(("dcgan_nobn", "gan", 0), half)])
    assert progress(evidence).item() == pytest.approx(0.5)


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


@pytest.mark.parametrize("outcome", ["skipped", "pending"])
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


def test_many_missing_runs_invalidate() -> None:
    """Which runs crash may depend on how they went, so the others alone are no fair sample."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0}, range(9))
    lost = world.runs["seed"].isin([0, 1])
    found = record(
        NOBN, dataclasses.replace(world, runs=world.runs.assign(outcome=world.runs["outcome"].mask(lost, "pending")))
    )
    assert found["verdict"] == "invalid" and "2 of 9 runs have no usable scores" in found["parts"][0]["note"]


def test_a_gate_of_which_nothing_is_known_does_not_hold() -> None:
    """Without the runs of the baseline a part decides nothing; a few of them are too few seeds as well."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    gone = world.runs["arm"] == "dcgan-wgan"
    for lost, words in ((gone, "It is not known"), (gone & (world.runs["seed"] > 2), "")):
        found = record(NOBN, dataclasses.replace(world, runs=world.runs[~lost]))
        part = next(part for part in found["parts"] if part["part"] == "wgan-learns")
        assert part["verdict"] == ("not run" if words else "inconclusive") and words in part["note"]


def test_a_gate_of_which_too_little_is_known_does_not_hold() -> None:
    """One scored run of ten says nothing of the baseline, however it went."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    runs = world.runs[world.runs["arm"] == "dcgan-wgan"]
    lost = world.scores["run_id"].isin(runs.loc[runs["seed"] > 0, "run_id"]) & (world.scores["step"] > 0)
    found = record(NOBN, dataclasses.replace(world, scores=world.scores[~lost]))
    part = next(part for part in found["parts"] if part["part"] == "wgan-learns")
    assert part["verdict"] == "invalid" and "9 of 10 runs have no usable scores" in part["note"]


def test_seeds_are_counted_where_both_arms_have_one() -> None:
    """Six seeds an arm of which four are shared are four, too few to decide."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0}, range(6))
    crashed = world.runs["arm"].map({"dcgan_nobn-gan": 0, "dcgan_nobn-wgan": 1}) == world.runs["seed"]
    assert crashed.sum() == 2
    runs = world.runs.assign(outcome=world.runs["outcome"].mask(crashed, "crashed"))
    found = record(NOBN, dataclasses.replace(world, runs=runs))
    part = next(part for part in found["parts"] if part["part"] == "wgan-better")
    assert part["verdict"] == "inconclusive" and "underpowered" in part["flags"]


def test_scores_of_two_extractors_invalidate() -> None:
    """Where every run is scored twice nothing is taken of either; where another score is, neither."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    twice = pd.concat([world.scores, world.scores.assign(extractor_sha256="cd" * 32)], ignore_index=True)
    recall = world.scores.assign(metric="recall")
    recall.loc[(recall["method"] == "gan") & (recall["architecture"] != "reference"), "n_fake"] = 7
    real = world.scores["architecture"] == "reference"
    modes = world.scores.assign(metric="modes_kept", n_real=0, n_fake=world.scores["n_fake"].mask(real, 3500))
    for scores in (twice, *(pd.concat([world.scores, more], ignore_index=True) for more in (recall, modes))):
        found = record(NOBN, dataclasses.replace(world, scores=scores))
        assert found["verdict"] == "invalid" and "are not comparable" in found["parts"][0]["note"]


def test_what_is_read_off_networks_may_have_sizes_of_its_own() -> None:
    """Methods draw other numbers of samples, arms train on other numbers: that makes no score of samples another."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    fakes = world.scores["n_fake"].mask(world.scores["method"] == "gan", 7)
    trained = world.scores["architecture"] != "reference"
    estimate = world.scores[trained].assign(metric="critic_estimate", n_fake=fakes[trained])
    scores = pd.concat([world.scores, estimate], ignore_index=True)
    assert record(NOBN, dataclasses.replace(world, scores=scores))["parts"] == record(NOBN, world)["parts"]
    real = world.scores[~trained].assign(metric="completion_diversity", n_real=0)
    completed = world.scores[trained].assign(metric="completion_diversity")
    scores = pd.concat([world.scores, completed, real], ignore_index=True)
    assert record(NOBN, dataclasses.replace(world, scores=scores))["parts"] == record(NOBN, world)["parts"]


def test_without_scores_of_the_untrained_generator_nothing_is_judged() -> None:
    """That the metric tells it from real data cannot be seen."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    trained = (world.scores["step"] > 0) | (world.scores["architecture"] == "reference")
    found = record(NOBN, dataclasses.replace(world, scores=world.scores[trained]))
    assert found["verdict"] == "invalid" and "untrained generator is missing" in found["parts"][0]["note"]


def with_seeds(values: np.ndarray, fewer: int, **changes: Any) -> list[dict[str, Any]]:
    """The parts of a claim about two arms with these log scores, the second of which has only so many seeds."""
    runs, scores = resolving_worlds.frames(values)
    kept = (runs["arm"] == resolving_worlds.ARMS[0]) | (runs["seed"] < fewer)
    made = resolving_worlds.claim(
        "made-up", Question("log_quality", resolving_worlds.ARMS, "below"), margin=2.0, **changes
    )
    return record(made, Evidence(pd.DataFrame(), scores, runs[kept]))["parts"]


def test_the_cell_with_fewest_of_the_seeds_that_count_stands_for_the_part() -> None:
    """Ten and six seeds are fewer than planned for; with four in one cell neither is the whole decided."""
    values = np.random.default_rng(0).normal(0.0, 0.1, (2, 10))
    (ten,), (six,), (four,) = (with_seeds(values, n) for n in (10, 6, 4))
    assert ten["verdict"] == six["verdict"] == "supported" and four["verdict"] == "inconclusive"
    assert "fewer seeds than planned" in six["flags"] and "fewer seeds than planned" not in ten["flags"]
    assert "seed fragile" not in six["flags"]


def test_a_premise_is_undecided_only_by_too_few_seeds_of_its_own() -> None:
    """Ten runs that do not train fail it, however few the other arm has."""
    gate = Gate("Premise: it trains.", "trains", (resolving_worlds.ARMS[0],))
    (part,) = with_seeds(np.full((2, 10), 5.6), 3, gates=(gate,))
    assert part["verdict"] == "invalid"


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
    assert [part["verdict"] for part in found["parts"]] == ["not run"] * 4 + ["supported"] * 4 + ["not run"] * 2
    assert found["verdict"] == "inconclusive"


def test_smaller_images_networks_or_fewer_steps_are_flagged() -> None:
    """Against the defaults where the paper is silent; longer or other settings do not make a run scaled down."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    for text, shown, scaled in (
        ("wgan.beta1 0.5 (published 0.0)", "wgan.beta1 0.5 (default here 0.0)", False),
        ("generator_steps 9 (published 10)", "generator_steps 9 (default here 10)", True),
        ("dcgan_nobn.width 8 (published 512)", "dcgan_nobn.width 8 (default here 512)", True),
        ("generator_steps 11 (published 10)", "generator_steps 11 (default here 10)", False),
    ):
        runs = world.runs.assign(deviations=json.dumps([text]))
        found = record(NOBN, dataclasses.replace(world, runs=runs))
        assert ("scaled down" in found["parts"][0]["flags"]) == scaled and shown in found["deviations"]


def test_departures_are_taken_from_the_papers_own_experiment() -> None:
    """Data set, sizes and options against the paper, each once; what no setting shows is added."""
    world = worlds.learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    paper = "(Arjovsky, Chintala, Bottou (2017): "
    specs = [
        worlds.spec("mnist", "dcgan_nobn", run.method, image_size=32, method_options={"boosted": False})
        if run.method == "wgan"
        else worlds.spec("mnist", "dcgan_nobn", run.method, image_size=32)
        for run in world.runs.itertuples()
    ]
    listed = json.dumps(["image_size 32 (published 64)", "data set mnist (published LSUN bedrooms)"])
    runs = world.runs.assign(spec=[json.dumps(spec) for spec in specs], deviations=listed)
    found = record(NOBN, dataclasses.replace(world, runs=runs))
    assert found["deviations"] == [
        f"data set mnist {paper}lsun_bedroom)",
        f"image_size 32 {paper}64)",
        f"wgan.boosted False {paper}True)",
        *NOBN.published_notes,
    ]
    assert {"stand-in data", "scaled down"} <= set(found["parts"][0]["flags"])
    same = [json.dumps(worlds.spec("lsun_bedroom", "dcgan_nobn", run.method)) for run in world.runs.itertuples()]
    runs = world.runs.assign(spec=same, deviations="[]")
    found = record(NOBN, dataclasses.replace(world, runs=runs))
    assert found["deviations"] == list(NOBN.published_notes) and not found["parts"][0]["flags"]


def test_data_sets_that_disagree_make_the_part_mixed() -> None:
    """One data set where the estimate follows quality, one where it runs against it."""
    rng = np.random.default_rng(0)
    cells = [(a, "wgan", seed) for a in ("mlp", "dcgan") for seed in range(10)]
    runs = [worlds.curve_run(rng, cell, 1.0, 0.1, "mnist") for cell in cells]
    runs += [worlds.curve_run(rng, cell, -1.0, 0.1, "digits") for cell in cells]
    found = record(WGAN, worlds.evidence(runs))
    parts = [part for part in found["parts"] if part["verdict"] != "not run"]
    assert len(parts) == 8 and {part["verdict"] for part in parts} == {"mixed"} == {found["verdict"]}
    assert {part["n"] for part in parts} == {10}
    for part in parts:
        assert "digits-16 contradicted, mnist-16 supported" in part["note"]
        assert {cell["data"]: cell["verdict"] for cell in part["cells"]} == {
            "digits-16": "contradicted",
            "mnist-16": "supported",
        }
