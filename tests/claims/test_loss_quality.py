"""Does the estimate follow quality: simulated worlds with, against and without a relation."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from claims.catalogue import CLAIMS
from claims.claim import Claim, Evidence, Verdict
from claims.evaluate import evaluate
from claims.judges.curves import correlations
from claims.outcomes import OUTCOMES
from claims.statistics import decide_below, decide_not_positive, fisher_z, t_interval
from tests.claims import worlds

WGAN, GAN = CLAIMS["loss-quality-wgan"], CLAIMS["loss-quality-gan"]
BETTER = dataclasses.replace(WGAN, parts=(WGAN.part("dcgan-better"),))
WORLDS = 8

ESTIMATES = {
    "filtered": "train_critic_estimate_median101",
    "raw": "train_critic_estimate",
    "heldout": "critic_estimate",
}
"""The score that each kind of part looks at."""


def record(claim: Claim, evidence: Evidence) -> dict[str, Any]:
    """The verdict record on the parts all of whose arms were trained."""
    trained = set(evidence.runs["arm"])
    parts = tuple(part for part in claim.parts if part.question and trained.issuperset(part.question.arms))
    return evaluate(dataclasses.replace(claim, parts=parts), evidence, "test")


def method_of(claim: Claim) -> str:
    assert claim.design
    return claim.design.arms[0].method


def curve_verdicts(claim: Claim, slope: float, n_seeds: int = 10) -> Counter[str]:
    method = method_of(claim)
    rngs = map(np.random.default_rng, range(WORLDS))
    return Counter(
        record(claim, worlds.curve_world(rng, method, slope, 0.3, range(n_seeds)))["verdict"] for rng in rngs
    )


def test_an_estimate_that_follows_quality_supports_the_wgan_claim() -> None:
    """True world: nearly always supported, never contradicted."""
    found = curve_verdicts(WGAN, 1.0)
    assert found["supported"] >= WORLDS - 1 and not found["contradicted"]


def test_an_estimate_that_rises_contradicts_the_wgan_claim() -> None:
    """Opposite world: always contradicted."""
    assert curve_verdicts(WGAN, -1.0) == {"contradicted": WORLDS}


@pytest.mark.parametrize(
    ("claim", "wrong"), [(WGAN, ("supported", "weaker than claimed")), (GAN, ("contradicted",))], ids=["wgan", "gan"]
)
def test_a_part_is_wrong_by_chance_as_often_as_declared(claim: Claim, wrong: tuple[str, ...]) -> None:
    """Estimates that have nothing to do with FID: in 300 independent parts, as many errors as 5 % allows."""
    independent = {f"{architecture}-{curve}" for architecture in ("mlp", "dcgan") for curve in ESTIMATES}
    parts = tuple(part for part in claim.parts if part.id in independent)
    claim = dataclasses.replace(claim, parts=parts)
    method = method_of(claim)
    found: Counter[str] = Counter()
    for rng in map(np.random.default_rng, range(50)):
        world = worlds.curve_world(rng, method, 0.0, 0.3, range(5))
        found.update(part["verdict"] for part in record(claim, world)["parts"])
    low, high = stats.binom.interval(0.998, found.total(), claim.declaration.alpha)
    assert found.total() == 300 and low <= sum(found[verdict] for verdict in wrong) <= high


def test_the_gan_claim_gets_the_mirrored_verdicts() -> None:
    """A rising estimate supports it, a following one contradicts it."""
    assert curve_verdicts(GAN, -0.5)["supported"] >= WORLDS - 1
    assert curve_verdicts(GAN, 1.0) == {"contradicted": WORLDS}


def compared(wgan: float, gan: float, noise: float = 0.3) -> Counter[str]:
    """Verdicts on the comparison where the two estimates follow quality with these slopes."""
    found: Counter[str] = Counter()
    for rng in map(np.random.default_rng, range(WORLDS)):
        slopes = {"wgan": wgan, "gan": gan}
        runs = [worlds.curve_run(rng, ("dcgan", m, s), slope, noise) for m, slope in slopes.items() for s in range(10)]
        found.update(part["verdict"] for part in record(BETTER, worlds.evidence(runs))["parts"])
    return found


def test_a_loss_is_the_better_guide_where_it_follows_quality_more_closely() -> None:
    """More closely, less closely, and as closely as the other method's, whose own curve may follow too."""
    assert compared(1.0, -0.5) == {"supported": WORLDS}
    assert compared(1.0, 0.1)["supported"] >= WORLDS - 1
    assert compared(0.1, 1.0) == {"contradicted": WORLDS}
    alike = compared(0.3, 0.3)
    assert alike["supported"] + alike["weaker than claimed"] <= 1 and alike["contradicted"]


def test_the_comparison_takes_samples_of_both_methods_that_improve() -> None:
    """Where the GAN's samples stay as they were, its loss is no worse a guide."""
    runs = [worlds.curve_run(np.random.default_rng(s), ("dcgan", "wgan", s), 1.0, 0.1) for s in range(10)]
    runs += [worlds.curve_run(np.random.default_rng(s), ("dcgan", "gan", s), 0.0, 0.1) for s in range(10)]
    world = worlds.evidence(runs)
    still = (world.scores["method"] == "gan") & (world.scores["metric"] == "fid")
    scores = world.scores.assign(value=world.scores["value"].mask(still, worlds.START))
    (part,) = record(BETTER, dataclasses.replace(world, scores=scores))["parts"]
    assert part["verdict"] == "invalid" and "in 0% of" in part["note"] and "dcgan-gan" in part["note"]


def test_a_weak_positive_correlation_contradicts_the_gan_claim_as_stated() -> None:
    """Correlations around 0.4: "no correlation" is excluded, "no guide" is not."""
    mean, low, high = np.tanh(t_interval([fisher_z(rho, 9) for rho in (0.25, 0.3, 0.4, 0.45, 0.5)], 0.05))
    assert 0.25 < low < mean < high < 0.5
    assert decide_not_positive(low, high, 0.5) is Verdict.CONTRADICTED
    assert decide_below(low, high, 0.5) is Verdict.SUPPORTED
    world = worlds.curve_world(np.random.default_rng(0), "gan", 0.35, 1.0, range(40))
    parts = {part["part"]: part for part in record(GAN, world)["parts"]}
    weak = [part for part in parts.values() if part["low"] > 0 and part["high"] < 0.5]
    assert {part["verdict"] for part in weak if part["part"].endswith("-weak")} == {"supported"}
    assert {part["verdict"] for part in weak if not part["part"].endswith("-weak")} == {"contradicted"}


def test_no_correlation_is_supported_with_a_flag_where_a_small_one_is_possible() -> None:
    """An interval around zero that stays below 0.5."""
    world = worlds.curve_world(np.random.default_rng(0), "gan", 0.0, 0.3, range(40))
    for part in record(GAN, world)["parts"]:
        if part["form"] == "stated" and part["low"] <= 0 < part["high"]:
            assert part["verdict"] == "supported"
            assert "a small positive effect is not excluded" in part["flags"]
            break
    else:
        pytest.fail("no part has an interval around zero")


def still_world(n_still: int) -> Evidence:
    """Ten seeds of both architectures; in the first `n_still` FID ends where it began."""
    world = worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.1)
    scores = world.scores
    last = (scores["metric"] == "fid") & (scores["step"] == worlds.STEPS[-1]) & (scores["seed"] < n_still)
    return dataclasses.replace(world, scores=scores.assign(value=scores["value"].mask(last, worlds.START)))


def test_runs_whose_samples_do_not_improve_are_left_out_and_named() -> None:
    """Half of the runs are enough for a verdict on the others."""
    for part in record(WGAN, still_world(5))["parts"]:
        assert part["verdict"] == "supported" and part["n"] == 5
        assert "the samples of the run improve: 5 (" in part["note"]
        assert "wgan/s4-" in part["note"] and "wgan/s5-" not in part["note"]


def test_the_premise_that_samples_improve_is_a_gate() -> None:
    """With six of ten runs that do not improve the claim is about something else."""
    found = record(WGAN, still_world(6))
    assert found["verdict"] == "invalid"
    assert all("Premise: samples improve" in part["note"] and "40%" in part["note"] for part in found["parts"])


def test_the_premise_guards_a_claim_that_declares_no_gate() -> None:
    """Where most runs do not meet it, what is asked of the others decides nothing."""
    free = dataclasses.replace(WGAN, design=dataclasses.replace(WGAN.design, gates=()))
    for part in record(free, still_world(6))["parts"]:
        assert part["verdict"] == "invalid"
        assert "Premise: the samples of the run improve. It holds in 40%" in part["note"]


def test_with_too_few_seeds_a_failed_premise_decides_nothing_either() -> None:
    """Four runs that do not improve are no estimate of how many would."""
    world = still_world(6)
    few = {name: frame[frame["seed"] < 4] for name, frame in (("s", world.scores), ("r", world.runs))}
    reference = world.scores[world.scores["architecture"] == "reference"]
    scores = pd.concat([few["s"], reference]).drop_duplicates()
    for part in record(WGAN, Evidence(world.study, scores, few["r"]))["parts"]:
        assert part["verdict"] == "inconclusive" and "Premise: samples improve" in part["note"]
        assert "underpowered" in part["flags"]


def test_raw_parts_look_at_the_unfiltered_training_curve() -> None:
    """Each kind of part reads its own column."""
    rng = np.random.default_rng(0)
    for kind, column in ESTIMATES.items():
        world = worlds.curve_world(rng, "wgan", 1.0, 0.1)
        sign = np.where(world.scores["metric"] == column, -1, 1)
        turned = dataclasses.replace(world, scores=world.scores.assign(value=world.scores["value"] * sign))
        parts = record(WGAN, turned)["parts"]
        turned_parts = {part["part"] for part in parts if part["verdict"] == "contradicted"}
        assert turned_parts == {part["part"] for part in parts if part["part"].split("-")[1] == kind}


def test_the_warm_part_leaves_out_the_first_quarter() -> None:
    """An estimate that rises while the critic warms up and then follows FID holds after the warm-up only."""
    world = worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.05)
    scores = world.scores
    early = scores["metric"].isin(worlds.ESTIMATES) & (scores["step"] < worlds.STEPS[-1] / 4)
    lifted = scores["value"].mask(early, scores["step"] / 1e4)
    parts = {
        p["part"]: p for p in record(WGAN, dataclasses.replace(world, scores=scores.assign(value=lifted)))["parts"]
    }
    assert parts["mlp-filtered"]["verdict"] != "supported"
    assert parts["mlp-filtered-warm"]["verdict"] == "supported"
    filtered = ESTIMATES["filtered"]
    late = correlations(world, filtered, 0.25)
    assert set(late["snapshots"]) == {5} and set(correlations(world, filtered)["snapshots"]) == {8}


def test_too_few_snapshots_after_the_warm_up_have_no_correlation() -> None:
    """The other parts of the same runs are judged."""
    world = worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.1)
    kept = world.scores["step"].isin([0, 50, 200, 450, 3200])
    found = evaluate(WGAN, dataclasses.replace(world, scores=world.scores[kept]), "test")
    parts = {part["part"]: part for part in found["parts"]}
    assert parts["dcgan-filtered"]["verdict"] == "supported"
    assert parts["dcgan-filtered-warm"]["verdict"] == "invalid"
    assert "no usable scores" in parts["dcgan-filtered-warm"]["note"]


def test_correlations_equal_a_hand_worked_case() -> None:
    """Eight snapshots in perfect order give 1, moved half a rank step for Fisher's z."""
    evidence = worlds.curve_world(np.random.default_rng(0), "wgan", 1.0, 0.0, [3])
    found = correlations(evidence, ESTIMATES["raw"]).iloc[0]
    assert (found["correlation"], found["snapshots"]) == (pytest.approx(1), 8)
    taken = OUTCOMES["follows_raw"].of(evidence)
    assert list(np.tanh(taken)) == pytest.approx([1 - 6 / (8**3 - 8)] * 2)
