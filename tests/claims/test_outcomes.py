"""Every outcome against scores worked by hand; with a start of 16 and a floor of 1, an FID of 4 is half of the way."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from claims.answers import contrasts, values
from claims.claim import Evidence
from claims.outcomes import OTHER_THRESHOLDS, OUTCOMES
from claims.statistics import z_resolution
from claims.thresholds import COLLAPSED, FLAT, TRAINED

STEPS = (0, 5, 10, 20, 30, 40)
Paths = dict[str, tuple[float, ...]]

QUALITY: Paths = {
    "half": (16, 16, 16, 8, 4, 4),
    "back": (16, 8, 8, 2, 4, 8),
    "still": (16, 16, 16, 16, 16, 16),
    "diverged": (16, 8, 2),
    "lost": (16, 8, 2),
}
"""Comes half of the way; comes three quarters and goes back to one; never moves; diverges; loses its last scores."""

FILTERED, RAW, HELD, TRAIN = (
    "train_critic_estimate_median101",
    "train_critic_estimate",
    "critic_estimate",
    "critic_estimate_train",
)

PERFECT = math.atanh(1 - 6 / (5**3 - 5))
"""Fisher's z of five points in perfect order: half a step of the rank correlation below 1."""


def evidence(scores: dict[str, Paths], failed: tuple[str, ...] = ("diverged",)) -> Evidence:
    """Runs with these scores at the first steps, by metric; FID is that of `QUALITY` where none is given."""
    rows = [
        (run, "dcgan", name, step, value)
        for name, paths in {"fid": QUALITY, **scores}.items()
        for run, path in paths.items()
        for step, value in zip(STEPS, path, strict=False)
    ]
    rows.append(("digits-16/reference/real", "reference", "fid", 0, 1.0))
    found = pd.DataFrame(rows, columns=["run_id", "architecture", "metric", "step", "value"])
    runs = pd.DataFrame({"run_id": list(scores.get("fid", QUALITY))})
    runs = runs.assign(arm=runs["run_id"], generator_steps=STEPS[-1], seed=0, outcome="completed")
    runs.loc[runs["run_id"].isin(failed), "outcome"] = "diverged"
    same = {"dataset": "digits", "image_size": 16}
    return Evidence(pd.DataFrame(), found.assign(status="ok", **same), runs.assign(**same))


def taken(outcome: str, scores: dict[str, Paths]) -> dict[str, float]:
    """What an outcome takes of the runs that have it."""
    found = OUTCOMES[outcome].of(evidence(scores)).dropna()
    return {str(run): float(value) for run, value in found.items()}


def of_paths(outcome: str, name: str, half: tuple[float, ...], still: tuple[float, ...]) -> dict[str, float]:
    """What an outcome takes of two runs with these scores of one metric."""
    return taken(outcome, {name: {"half": half, "still": still}})


LOGS = {"half": math.log(4), "back": math.log(8), "still": math.log(16), "diverged": math.log(16)}
TRAINS = {"half": 1.0, "back": 0.0, "still": 0.0, "diverged": 0.0}
NEVER = dict.fromkeys(TRAINS, 0.0)
AFTER = {"half": 30.0, "back": 20.0, "still": math.inf, "diverged": math.inf}

OF_QUALITY: dict[str, dict[str, float]] = {
    "log_quality": LOGS,
    "best_log_quality": {**LOGS, "back": math.log(2), "lost": math.log(2)},
    "progress": {"half": 0.5, "back": 0.25, "still": 0.0, "diverged": 0.0},
    "trains": TRAINS,
    "trains_0.25": {**TRAINS, "back": 1.0},
    "trains_0.35": TRAINS,
    "trains_0.65": NEVER,
    "trains_0.75": NEVER,
    "trains_best": {**TRAINS, "back": 1.0, "lost": 1.0},
    "n_trained": TRAINS,
    "n_trained_0.25": {**TRAINS, "back": 1.0},
    "n_trained_0.35": TRAINS,
    "n_trained_0.65": NEVER,
    "n_trained_0.75": NEVER,
    "improves": {**TRAINS, "back": 1.0},
    "steps_to_train": AFTER,
    "steps_to_0.25": {**AFTER, "half": 20.0, "back": 5.0},
    "steps_to_0.35": AFTER,
    "steps_to_0.65": {**AFTER, "half": math.inf},
    "steps_to_0.75": {**AFTER, "half": math.inf},
    "quality_drift": {
        "half": math.log(16) - math.log(128) / 3,
        "back": math.log(8) - math.log(64) / 3,
        "still": 0.0,
        "diverged": 0.0,
        "lost": math.log(8 / 2),
    },
    "samples_flat": {"half": 0.0, "back": 0.0, "still": 1.0, "diverged": 0.0, "lost": 0.0},
}
"""What is taken of `QUALITY`: a run that failed keeps its untrained score, one that lost its last has none."""

FINAL = {
    "kid": "kid",
    "recall": "recall",
    "precision": "precision",
    "mode_kl": "mode_kl",
    "high_quality": "high_quality_fraction",
    "spread": "spread",
}
LOG_FINAL = {
    "log_modes": "modes_kept",
    "log_completion_error": "completion_error",
    "log_completion_diversity": "completion_diversity",
}
BOUNDS = {"collapses": ("spread", COLLAPSED), "beats_critic": (HELD, 0.0)}
CURVES = {"follows_filtered": FILTERED, "follows_raw": RAW, "follows_heldout": HELD}
BY_HAND = {
    *(*OF_QUALITY, *FINAL, *LOG_FINAL, *BOUNDS, *CURVES),
    *(f"{name}_all" for name in (*CURVES, "follows_filtered_warm")),
    *("follows_filtered_warm", "estimate_drift", "estimate_flat", "critic_tells_apart"),
    *("overfitting_gap", "gap_growth"),
}


def test_every_outcome_is_worked_by_hand() -> None:
    """Here, or beside."""
    beside = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_outcomes_*.py"))
    assert {name for name in OUTCOMES if f'OUTCOMES["{name}"]' not in beside} <= BY_HAND <= set(OUTCOMES)


@pytest.mark.parametrize("outcome", OF_QUALITY)
def test_what_is_taken_of_the_score_of_quality(outcome: str) -> None:
    """Runs that diverged keep their untrained score, and one without its last score has no value."""
    assert taken(outcome, {}) == pytest.approx(OF_QUALITY[outcome])


def test_thresholds_are_those_of_the_names() -> None:
    """Every other place for the line has its outcomes, and is shown beside the one decided on."""
    levels = [f"{level:g}" for level in OTHER_THRESHOLDS]
    assert TRAINED not in OTHER_THRESHOLDS
    for name, other in (("trains", "trains_"), ("n_trained", "n_trained_"), ("steps_to_train", "steps_to_")):
        asked = [one.outcome for one in OUTCOMES[name].alternatives]
        assert asked[: len(levels)] == [other + level for level in levels]


@pytest.mark.parametrize(("outcome", "name"), FINAL.items())
def test_a_final_score_is_the_last_one(outcome: str, name: str) -> None:
    """Whatever came before."""
    assert of_paths(outcome, name, (0.9, 0, 0, 0, 0, 0.25), (0, 0, 0, 0, 0, 0.5)) == {"half": 0.25, "still": 0.5}


@pytest.mark.parametrize(("outcome", "name"), LOG_FINAL.items())
def test_a_final_score_on_a_log_scale(outcome: str, name: str) -> None:
    """The logarithm of the last one."""
    found = of_paths(outcome, name, (9, 9, 9, 9, 9, 10), (9, 9, 9, 9, 9, 1))
    assert found == pytest.approx({"half": math.log(10), "still": 0.0})


@pytest.mark.parametrize(("outcome", "bound"), [(key, bound) for key, (_, bound) in BOUNDS.items()])
def test_a_score_below_its_bound(outcome: str, bound: float) -> None:
    """At the bound it is not."""
    above = (1.0,) * 5
    assert of_paths(outcome, BOUNDS[outcome][0], (*above, bound - 0.01), (*above, bound)) == {"half": 1, "still": 0}


def test_a_critic_that_gives_both_the_same_tells_nothing_apart() -> None:
    """Nor do its scores of generated samples lie above."""
    for outcome, still in (("critic_tells_apart", 0.0), ("beats_critic", 0.0)):
        assert of_paths(outcome, HELD, (0, 0, 0, 0, 0, 1), (1, 1, 1, 1, 1, 0))["still"] == still
    assert of_paths("critic_tells_apart", HELD, (0, 0, 0, 0, 0, 1), (1, 1, 1, 1, 1, 0))["half"] == 1


@pytest.mark.parametrize(("outcome", "name"), CURVES.items())
def test_an_estimate_in_the_order_of_fid_follows_it(outcome: str, name: str) -> None:
    """Five snapshots in perfect order, in the reverse order, and a curve that never moves."""
    fid: Paths = {run: (64, 32, 16, 8, 4, 2) for run in ("follows", "against", "constant")}
    paths: Paths = {"follows": (0, 5, 4, 3, 2, 1), "against": (0, 1, 2, 3, 4, 5), "constant": (0, 3, 3, 3, 3, 3)}
    found = taken(outcome, {"fid": fid, name: paths})
    assert found == pytest.approx({"follows": PERFECT, "against": -PERFECT, "constant": 0.0})
    assert OUTCOMES[outcome].premise == "improves"


def test_the_warm_up_is_left_out() -> None:
    """What the estimate does in the first quarter of the steps does not count; four snapshots are left."""
    fid: Paths = {"run": (64, 32, 16, 8, 4, 2)}
    found = taken("follows_filtered_warm", {"fid": fid, FILTERED: {"run": (0, 0, 4, 3, 2, 1)}})
    assert found == pytest.approx({"run": math.atanh(1 - 6 / (4**3 - 4))})
    assert taken("follows_filtered", {"fid": fid, FILTERED: {"run": (0, 0, 4, 3, 2, 1)}})["run"] < 1


def test_too_few_snapshots_have_no_correlation() -> None:
    """Three points order by chance too often to say anything."""
    assert not taken("follows_raw", {"fid": {"run": (64, 32, 16, 8)}, RAW: {"run": (0, 3, 2, 1)}})


def test_drift_is_relative_to_the_larger_half() -> None:
    """Means over the first two of five snapshots after step 0 and over the last three: 4 to 2, and -1 to 1."""
    found = of_paths("estimate_drift", FILTERED, (99, 4, 4, 1, 2, 3), (99, -1, -1, 1, 1, 1))
    assert found == pytest.approx({"half": -0.5, "still": 2.0, "diverged": 0.0})


def test_a_curve_is_flat_when_it_changes_by_less_than_declared() -> None:
    """Of 10 a fifth is 2; a fall by exactly that is none too small, and a run that diverged did not stay the same."""
    assert FLAT == 0.2
    found = of_paths("estimate_flat", FILTERED, (99, 10, 10, 8.1, 8.1, 8.1), (99, 10, 10, 8, 8, 8))
    assert found == {"half": 1.0, "still": 0.0, "diverged": 0.0}
    fid: Paths = {"up": (9, 8, 8, 9.9, 9.9, 9.9), "down": (9, 8, 8, 6.3, 6.3, 6.3), "diverged": (9, 8, 8)}
    assert taken("samples_flat", {"fid": fid}) == {"up": 1.0, "down": 0.0, "diverged": 0.0}


def test_the_overfitting_gap_is_a_share_of_the_larger_estimate() -> None:
    """4 on training data against 1 is three quarters, the reverse its negative, and 0 against 0 is no gap."""
    last: Paths = {"half": (0, 0, 0, 0, 0, 4), "still": (0, 0, 0, 0, 0, 1), "back": (0, 0, 0, 0, 0, 0)}
    held: Paths = {"half": (0, 0, 0, 0, 0, 1), "still": (0, 0, 0, 0, 0, 4), "back": (0, 0, 0, 0, 0, 0)}
    found = taken("overfitting_gap", {TRAIN: last, HELD: held})
    assert found == {"half": 0.75, "still": -0.75, "back": 0.0}


def test_a_gap_that_grows_all_the_time_has_a_perfect_rank_correlation() -> None:
    """Differences in the order of the steps, and against it."""
    held: Paths = {"half": (0,) * 6, "still": (0,) * 6}
    found = taken("gap_growth", {TRAIN: {"half": (9, 1, 2, 3, 4, 9), "still": (0, 9, 4, 3, 2, 1)}, HELD: held})
    assert found == pytest.approx({"half": PERFECT, "still": -PERFECT, "diverged": 0.0})


@pytest.mark.parametrize("outcome", ["estimate_drift", "quality_drift", "gap_growth"])
def test_the_course_of_a_run_that_failed_is_that_of_an_untrained_generator(outcome: str) -> None:
    """Nothing moves, however far the run had come by then and however early it failed."""
    course: Paths = {"late": (16, 8, 4, 2, 1), "early": (16,), "half": (16, 8, 4, 2, 1, 1)}
    scores = {"fid": course, FILTERED: course, TRAIN: course, HELD: dict.fromkeys(course, (0.0,) * 6)}
    found = OUTCOMES[outcome].of(evidence(scores, failed=("late", "early")))
    assert found["late"] == found["early"] == 0.0 != found["half"]


def test_a_run_that_failed_follows_nothing() -> None:
    """Its curve until then is no evidence, nor are its few snapshots the measure of how fine correlations are."""
    paths: Paths = {"half": (0, 5, 4, 3, 2, 1), "diverged": (0, 4, 3, 2, 1)}
    fid: Paths = {"half": (16, 16, 16, 8, 4, 2), "diverged": (16, 8, 4, 2, 1)}
    found = evidence({"fid": fid, FILTERED: paths})
    assert list(OUTCOMES["follows_filtered"].of(found).index) == ["half"]
    step = OUTCOMES["follows_filtered"].resolution
    assert step and step(found) == z_resolution(5)


@pytest.mark.parametrize("unusable", [0.0, -1e-9, math.inf])
def test_a_score_without_a_logarithm_is_missing(unusable: float) -> None:
    """At the end of one run it leaves the other as it is, and neither is infinitely good."""
    fid: Paths = {"half": (16, 16, 16, 8, 4, 4), "odd": (16, 16, 16, 8, 4, unusable)}
    for outcome in ("log_quality", "progress", "trains", "improves", "steps_to_train"):
        assert set(taken(outcome, {"fid": fid})) == {"half"}, outcome
    assert taken("best_log_quality", {"fid": fid})["odd"] == pytest.approx(math.log(4))


def test_a_premise_sets_runs_aside() -> None:
    """Those whose samples do not improve, the diverged one too; a run that improves is kept."""
    paths: Paths = dict.fromkeys(("half", "back", "still", "diverged"), (0, 5, 4, 3, 2, 1))
    table = values(evidence({FILTERED: paths}), OUTCOMES["follows_filtered"], tuple(QUALITY)).set_index("run_id")
    assert {run for run, row in table.iterrows() if row["aside"]} == {"still", "diverged"}
    assert contrasts(table.reset_index(), "half", "number")["value"].notna().all()
    assert contrasts(table.reset_index(), "still", "number")["value"].isna().all()


def test_without_the_premise_runs_that_do_not_improve_have_no_relation() -> None:
    """0 for a run that never moves and for one that diverged; the others as with the premise."""
    paths: Paths = dict.fromkeys(("half", "back", "still", "diverged"), (0, 5, 4, 3, 2, 1))
    for name, metric in {**CURVES, "follows_filtered_warm": FILTERED}.items():
        found, usual = taken(f"{name}_all", {metric: paths}), taken(name, {metric: paths})
        assert found == usual | {"still": 0.0, "diverged": 0.0} and found["half"] != 0.0


def test_two_runs_that_never_get_there_are_equal() -> None:
    """Infinite against infinite is a tie, infinite against a number a win."""
    table = values(evidence({}), OUTCOMES["steps_to_train"], tuple(QUALITY))
    for member, sign in (("still - diverged", 0.0), ("still - half", 1.0), ("back - half", -1.0)):
        assert np.array_equal(contrasts(table, member, "order")["value"], [sign])
