"""Outcomes that are taken of several snapshots, or against real samples, by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from claims.claim import Evidence
from claims.outcomes import OUTCOMES

STEPS = (0, 10, 20, 30, 40)


def evidence(metric: str, values: dict[str, tuple[float, ...]], real: float, failed: tuple[str, ...] = ()) -> Evidence:
    """Runs of five snapshots, or fewer, with the scores of one metric; and that of real samples."""
    scores = [
        {"run_id": run, "architecture": "dcgan", "step": step, "value": value}
        for run, path in values.items()
        for step, value in zip(STEPS, path, strict=False)
    ]
    scores.append({"run_id": "digits-16/reference", "architecture": "reference", "step": 0, "value": real})
    runs = [
        {
            "run_id": run,
            "arm": run,
            "generator_steps": STEPS[-1],
            "outcome": "diverged" if run in failed else "completed",
        }
        for run in values
    ]
    same = {"dataset": "digits", "image_size": 16}
    frame = pd.DataFrame(scores).assign(metric=metric, status="ok", **same)
    return Evidence(pd.DataFrame(), frame, pd.DataFrame(runs).assign(**same))


def test_swing_is_the_mean_change_of_the_log_in_the_second_half() -> None:
    """Snapshots 20, 30 and 40 of 8, 4 and 8 change by log 2 twice; what came before does not count."""
    paths = {"swings": (900.0, 1.0, 8.0, 4.0, 8.0), "stands": (900.0, 1.0, 8.0, 8.0, 8.0)}
    found = OUTCOMES["swing"].of(evidence("fid", paths, 1.0))
    assert found["swings"] == pytest.approx(math.log(2)) and found["stands"] == 0


def test_nothing_swings_more_than_a_run_that_diverged() -> None:
    """Whatever its scores were until then, and where it has none but the untrained one."""
    paths = {"late": (9.0, 8.0, 8.0, 8.0), "early": (9.0,), "completed": (9.0, 1.0, 9.0, 1.0, 9.0)}
    found = OUTCOMES["swing"].of(evidence("fid", paths, 1.0, failed=("late", "early")))
    assert found["late"] == found["early"] == math.inf > found["completed"]


def test_modes_are_lost_against_what_real_samples_cover() -> None:
    """Of 950 modes that real samples show, 903 are 95 % and 902 are not."""
    paths = {run: (0.0, 0.0, 0.0, 0.0, last) for run, last in {"keeps": 903.0, "loses": 902.0}.items()}
    found = OUTCOMES["loses_modes"].of(evidence("modes_covered", paths, 950.0))
    assert (found["keeps"], found["loses"]) == (0.0, 1.0)


def test_a_run_without_a_count_of_modes_neither_keeps_nor_loses_them() -> None:
    """Where data have no modes the outcome is missing, and no error."""
    found = OUTCOMES["loses_modes"].of(evidence("fid", {"run": (9.0,) * 5}, 1.0))
    assert found.dropna().empty


def test_estimates_are_the_last_and_the_largest() -> None:
    """Also where the largest came before the end."""
    found = evidence("critic_estimate", {"run": (0.0, 0.6, 0.3, 0.2, 0.1)}, 0.0)
    assert OUTCOMES["estimate"].of(found)["run"] == 0.1
    assert OUTCOMES["largest_estimate"].of(found)["run"] == 0.6


def test_a_diverged_run_keeps_its_untrained_estimate() -> None:
    """Its critic may have been sure of anything by then."""
    found = evidence("critic_estimate", {"run": (0.1, 0.6, 0.3)}, 0.0, failed=("run",))
    assert OUTCOMES["largest_estimate"].of(found)["run"] == OUTCOMES["estimate"].of(found)["run"] == 0.1


@pytest.mark.parametrize(
    ("outcome", "metric", "least"),
    [("log_modes", "modes_covered", 1.0), ("log_completion_diversity", "completion_diversity", 2 / 255)],
)
def test_nothing_at_all_has_a_logarithm_too(outcome: str, metric: str, least: float) -> None:
    """Samples far from every mode, or completions that are all the same, are a number among others."""
    found = OUTCOMES[outcome].of(evidence(metric, {"run": (9.0, 9.0, 9.0, 9.0, 0.0)}, 9.0))
    assert found["run"] == pytest.approx(math.log(least))
