"""Outcomes that are taken of several snapshots, by hand."""

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


def test_estimates_are_the_last_and_the_largest() -> None:
    """Also where the largest came before the end."""
    found = evidence("critic_estimate", {"run": (0.0, 0.6, 0.3, 0.2, 0.1)}, 0.0)
    assert OUTCOMES["estimate"].of(found)["run"] == 0.1
    assert OUTCOMES["largest_estimate"].of(found)["run"] == 0.6


def test_a_diverged_run_keeps_its_untrained_estimate() -> None:
    """Its critic may have been sure of anything by then."""
    found = evidence("critic_estimate", {"run": (0.1, 0.6, 0.3)}, 0.0, failed=("run",))
    assert OUTCOMES["largest_estimate"].of(found)["run"] == OUTCOMES["estimate"].of(found)["run"] == 0.1


def test_nothing_at_all_has_a_logarithm_too() -> None:
    """Completions that are all the same are a number among others."""
    found = OUTCOMES["log_completion_diversity"].of(evidence("completion_diversity", {"run": (9.0,) * 4 + (0.0,)}, 9.0))
    assert found["run"] == pytest.approx(math.log(2 / 255))
