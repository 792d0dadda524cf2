"""Outcomes that count modes or are shares of samples, by hand: what is lost, what can be told, and how finely."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from claims.answers import answers, asked, contrasted, values
from claims.catalogue import CLAIMS
from claims.claim import Evidence, Finding, Verdict
from claims.design import Question
from claims.judges.questions import judge
from claims.outcomes import OUTCOMES
from claims.statistics import ROUNDING, z_resolution
from tests.claims import grid_worlds

SIZES = {"n_real": 250, "n_fake": 250}


def evidence(scores: dict[str, dict[str, list[float]]], real: float = 25.0, **sizes: int) -> Evidence:
    """Runs of one snapshot after step 0, by arm and metric a final score for each seed; and that of real samples."""
    same = {"dataset": "gaussians25", "image_size": 0}
    runs = [
        {"run_id": f"{arm}-{seed}", "arm": arm, "seed": seed, "generator_steps": 1, "outcome": "completed"}
        for arm, found in scores.items()
        for seed in range(len(next(iter(found.values()))))
    ]
    rows = [
        {"run_id": f"{arm}-{seed}", "architecture": "toy_mlp", "metric": metric, "step": 1, "value": value}
        for arm, found in scores.items()
        for metric, column in found.items()
        for seed, value in enumerate(column)
    ]
    metrics = {row["metric"] for row in rows}
    rows += [{"run_id": "r", "architecture": "reference", "metric": m, "step": 0, "value": real} for m in metrics]
    frame = pd.DataFrame(rows).assign(status="ok", **same, **{**SIZES, **sizes})
    return Evidence(pd.DataFrame(), frame, pd.DataFrame(runs).assign(**same))


def step(outcome: str, found: Evidence) -> float:
    """The least standard deviation believed of an outcome."""
    resolution = OUTCOMES[outcome].resolution
    assert resolution is not None
    return resolution(found)


def answer(outcome: str, member: str, found: Evidence, margin: float = 0.1) -> Verdict:
    """The verdict on a difference of two arms that is said to be positive."""
    ask = asked(Question(outcome, member, "greater"), margin, 0.05, found)
    return answers(contrasted(values(found, ask.outcome, ask.question.arms), ask), ask)[0].verdict


@pytest.mark.parametrize(("real", "keeps", "loses"), [(25.0, 25.0, 24.0), (1000.0, 970.0, 969.0)])
def test_modes_are_lost_against_what_real_samples_keep(real: float, keeps: float, loses: float) -> None:
    """One of twenty-five is lost, and more than 3 % of a thousand."""
    found = OUTCOMES["loses_modes"].of(evidence({"wgan": {"modes_kept": [keeps, loses]}}, real))
    assert (found["wgan-0"], found["wgan-1"]) == (0.0, 1.0)


def test_a_run_without_a_count_of_modes_neither_keeps_nor_loses_them() -> None:
    """Where data have no modes the outcomes are missing, and no error."""
    found = evidence({"wgan": {"fid": [9.0]}})
    for name in ("loses_modes", "modes_told", "log_modes"):
        assert OUTCOMES[name].of(found).dropna().empty
    assert step("log_modes", found) == step("recall", found) == 0.0


def test_blurred_samples_of_all_modes_lose_none() -> None:
    """A blob that hits three of twenty-five within three deviations, and is nearest to each often enough."""
    found = OUTCOMES["loses_modes"].of(evidence({"wgan": {"modes_kept": [25.0], "modes_covered": [3.0]}}))
    assert found["wgan-0"] == 0.0


def test_ten_samples_for_each_mode_are_enough_to_tell() -> None:
    """Of two thousand real samples 865 of a thousand classes have one: that is too few, ten thousand are enough."""
    counts = {"wgan": {"modes_kept": [900.0]}}
    for n_fake, real, told in ((2_000, 865.0, 0.0), (9_990, 1000.0, 0.0), (10_000, 1000.0, 1.0)):
        found = evidence(counts, real, n_fake=n_fake)
        assert OUTCOMES["modes_told"].of(found)["wgan-0"] == told
        for name in ("loses_modes", "log_modes"):
            assert values(found, OUTCOMES[name], ("wgan",))["aside"].item() is (told == 0.0)


def judged(n_fake: int) -> dict[str, Finding]:
    """The claim on images and Gaussians where every run on stacked digits is as even as the samples allow."""
    claim = CLAIMS["no-mode-collapse-grid"]
    world = grid_worlds.evidence(claim.id)
    stacked = world.runs[world.runs["dataset"] == "stacked_mnist"]
    seen = round(1000 * -math.expm1(-n_fake / 1000))
    rows = []
    for run in stacked.itertuples():
        lost = seen // 5 if "dcgan-gan" in run.arm else 0
        rows += [_row(run.run_id, name, value, n_fake) for name, value in (("fid", 6.0), ("modes_kept", seen - lost))]
        rows += [_row(run.run_id, "mode_kl", 0.1 + lost / seen + run.seed / 1000, n_fake)]
    rows.append(_row("stacked_mnist/reference/real", "modes_kept", seen, n_fake, architecture="reference", step=0))
    scores = world.scores.assign(n_fake=np.where(world.scores["dataset"] == "stacked_mnist", n_fake, 350))
    scores = pd.concat([scores, pd.DataFrame(rows)], ignore_index=True)
    scores["step"] = scores["step"].where(scores["step"] == 0, world.runs["generator_steps"].iloc[0])
    return {one.part: one for one in judge(claim, dataclasses.replace(world, scores=scores))}


def _row(run: str, metric: str, value: float, n_fake: int, **other: object) -> dict[str, object]:
    row = {"run_id": run, "dataset": "stacked_mnist", "image_size": 32, "architecture": "dcgan", "metric": metric}
    row |= {"step": 1, "value": value, "status": "ok", "extractor_sha256": "ab" * 32, "n_real": 350, "n_fake": n_fake}
    return row | other


def test_a_thousand_modes_are_not_judged_on_two_thousand_samples() -> None:
    """Invalid, for that reason, and not contradicted; with ten thousand the parts about them are decided."""
    few, enough = judged(2_000), judged(10_000)
    for part in ("stacked-wgan", "stacked-wgan-poor", "stacked-wgan_gp", "stacked-less", "stacked-evener"):
        assert few[part].verdict is Verdict.INVALID and "enough samples are scored" in few[part].note
        assert enough[part].verdict is Verdict.SUPPORTED, (part, enough[part])


def test_counts_that_never_differ_are_decided_by_their_rounding() -> None:
    """Eight modes against one in every seed are more modes, as they are with one seed of seven."""
    for kept in ([8.0] * 10, [8.0] * 9 + [7.0]):
        found = evidence({"wgan": {"modes_kept": kept}, "gan": {"modes_kept": [1.0] * 10}})
        assert answer("log_modes", "wgan - gan", found) is Verdict.SUPPORTED
    assert answer("log_modes", "gan - wgan", found) is Verdict.CONTRADICTED


def test_the_rounding_of_a_log_count_is_that_of_a_middling_run() -> None:
    """Of 1, 8 and 25 modes it is 1 / (8 sqrt(12)); of none as of one."""
    assert step("log_modes", evidence({"wgan": {"modes_kept": [1.0, 8.0, 25.0]}})) == pytest.approx(ROUNDING / 8)
    assert step("log_modes", evidence({"wgan": {"modes_kept": [1.0]}})) == pytest.approx(12**-0.5)


@pytest.mark.parametrize(
    ("outcome", "metric", "n"),
    [("recall", "recall", 100), ("precision", "precision", 400), ("high_quality", "high_quality_fraction", 400)],
)
def test_a_share_of_samples_has_the_deviation_of_a_share(outcome: str, metric: str, n: int) -> None:
    """Of one half sqrt(1 / 4n); of none at all that of one success in n + 2, and never nothing."""
    for shares, p in (([0.5, 0.0], 0.5), ([0.0, 0.0], 1 / (n + 2))):
        found = evidence({"gan": {metric: shares}}, n_real=100, n_fake=400)
        assert step(outcome, found) == pytest.approx(math.sqrt(p * (1 - p) / n))


def test_recall_of_nothing_in_every_seed_is_decided() -> None:
    """A quarter against none, the same each time, is a difference that a thousand samples show."""
    scores = {"wgan": {"recall": [0.25] * 10}, "gan": {"recall": [0.0] * 10}}
    assert answer("recall", "wgan - gan", evidence(scores, n_real=1000)) is Verdict.SUPPORTED


def test_a_gap_that_grows_alike_in_every_seed_is_decided_by_the_number_of_snapshots() -> None:
    """The resolution is that of Fisher's z of the run with fewest, those that failed left out."""
    steps = (0, 1, 2, 3, 4, 5)
    rows = [
        {"run_id": f"{run}", "architecture": "dcgan", "metric": metric, "step": step, "value": step * grows}
        for run, last in (("long", 6), ("short", 5), ("failed", 5))
        for metric, grows in (("critic_estimate_train", 2.0), ("critic_estimate", 1.0))
        for step in steps[: last if run != "failed" else 5]
    ]
    same = {"dataset": "digits", "image_size": 16}
    runs = pd.DataFrame({"run_id": ["long", "short", "failed"], "outcome": ["completed", "completed", "diverged"]})
    runs = runs.assign(arm="gan", seed=0, generator_steps=5, **same)
    found = Evidence(pd.DataFrame(), pd.DataFrame(rows).assign(status="ok", **same), runs)
    assert step("gap_growth", found) == pytest.approx(z_resolution(4))
    assert OUTCOMES["gap_growth"].of(found)["failed"] == 0.0
