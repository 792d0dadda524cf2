"""How a training can end, and what is published of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench import checkpoints
from bench.architectures.parts import count_parameters
from bench.metrics.measurable import Networks
from bench.spec import RunSpec


class Ending(NamedTuple):
    """How a training ended.

    Args:
        outcome: "completed", "diverged" or "timed_out".
        reason: why it is not completed.
        steps: generator steps taken.
        last_kept: the last step whose snapshot is kept.
    """

    outcome: str
    reason: str
    steps: int
    last_kept: int


def completed(step: int) -> Ending:
    """Returns the ending of a training that took all its steps."""
    return Ending("completed", "", step, step)


def early(spec: RunSpec, record: np.ndarray, step: int, *, stop: int, time_limit: float) -> Ending | None:
    """Returns why a training ends before its last step, or None where it goes on.

    Args:
        spec: the run.
        record: (n, len(HISTORY)) of the last n generator steps.
        step: generator steps taken.
        stop: where it was to look up next; it comes to a halt before only when its time is over.
        time_limit: seconds it had.
    """
    bad_step = first_bad_step(record, spec.divergence_limit)
    if bad_step is not None:
        bad_step += step - len(record)
        reason = f"a loss was not finite or beyond {spec.divergence_limit:g} at generator step {bad_step}"
        return Ending("diverged", reason, bad_step, bad_step - 1)
    if step < stop:
        reason = f"{time_limit:g} seconds of training were over at generator step {step}/{spec.generator_steps}"
        return Ending("timed_out", reason, step, step)
    return None


def first_bad_step(history: np.ndarray, limit: float) -> int | None:
    """Returns the first generator step (from 1) whose record is not finite or beyond `limit`, or None."""
    bad = ~np.isfinite(history).all(axis=1) | (np.abs(history[:, :2]) > limit).any(axis=1)
    return int(bad.argmax()) + 1 if bad.any() else None


def final(spec: RunSpec, ending: Ending, run: Path, *, networks: Networks, data_sha256: str) -> dict[str, Any]:
    """Returns the content of `final.json`: outcome, sizes, and checksums of weights, data and snapshots."""
    generator, critic = networks.generator, networks.critic
    kept = [step for step in spec.snapshot_steps if step <= ending.last_kept]
    return {
        "run_id": spec.run_id,
        "spec": dataclasses.asdict(spec),
        "outcome": ending.outcome,
        "reason": ending.reason,
        "steps_done": ending.steps,
        "weights_sha256": checkpoints.weights_sha256(generator, critic),
        "data_sha256": data_sha256,
        "generator_parameters": count_parameters(generator),
        "critic_parameters": count_parameters(critic),
        "estimate_name": networks.method.estimate_name,
        "snapshots": {str(step): checkpoints.snapshot_sha256(run, step) for step in kept},
    }
