"""The training of a run: steps until it ends, with checkpoints, snapshots and a lease on its folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch

from bench import checkpoints, endings
from bench.data import Source, prepare, training_picks, training_source
from bench.endings import Ending
from bench.errors import UserError
from bench.files import read_json, remove_partial_files, write_atomic, write_json
from bench.lease import Lease, Unfinished
from bench.progress import Progress, stop_signals
from bench.provenance import provenance
from bench.spec import RunSpec
from bench.step import HISTORY, TrainState, start, train_step

CHECK_EVERY = 50
"""Generator steps between looks at the history; part of what a diverged run's bits depend on."""


@dataclass
class Controls:
    """How long to work and how to speak; only the time limit can change how a run ends.

    Args:
        device: where to train.
        deadline: time.monotonic() after which to checkpoint and stop.
        checkpoint_seconds: time between checkpoints.
        lease_wait: seconds to wait for another process that trains the same run.
        say: where progress lines go.
        time_limit: seconds of training in all, over all resumes, after which a run ends as timed out.
    """

    device: torch.device
    deadline: float = float("inf")
    checkpoint_seconds: float = 60.0
    lease_wait: float = 600.0
    say: Callable[[str], None] = print
    time_limit: float = float("inf")


def train(spec: RunSpec, results: Path, controls: Controls) -> dict[str, Any]:
    """Trains a run, or goes on where it was left, and publishes its result.

    Returns:
        The content of `final.json`; the outcome is "completed", "diverged" or "timed_out".

    Raises:
        Unfinished: when the deadline, a signal or another holder of the lease comes first.
        UserError: for missing or damaged data or checkpoints.
    """
    run = results / "runs" / spec.run_id
    patience = min(controls.lease_wait, max(0.0, controls.deadline - time.monotonic()))
    with Lease(run, patience) as lease:
        remove_partial_files(run)
        if not (run / "final.json").exists():
            _train_to_the_end(spec, results, controls, lease)
        checkpoints.remove_checkpoints(run)
        final = read_json(run / "final.json", sealed=True)
        write_json(run / "result.json", final, sealed=True)
    return final


def _train_to_the_end(spec: RunSpec, results: Path, controls: Controls, lease: Lease) -> None:
    run = results / "runs" / spec.run_id
    card = prepare(spec.data, results)
    picks = training_picks(spec, results)
    began = time.monotonic()
    write_atomic(run / "spec.json", spec.to_json().encode())
    state = start(spec, tuple(card["shape"]), controls.device)
    resumed = checkpoints.load_newest_checkpoint(run, controls.device)
    if resumed:
        _check_device(resumed["device"], controls.device, run)
        state.load_state_dict(resumed["state"])
        controls.say(f"resumed at step {state.step}/{spec.generator_steps}")
    seconds_before = resumed["seconds"] if resumed else 0.0
    source = training_source(spec.data, results, controls.device, picks=picks)

    def seconds() -> float:
        return seconds_before + time.monotonic() - began

    def checkpoint() -> None:
        content = {"state": state.state_dict(), "seconds": seconds(), "device": controls.device.type}
        checkpoints.save_checkpoint(run, state.step, content)

    ending = _loop(spec, state, source, controls, Hooks(run, lease, checkpoint, seconds))
    taken = seconds()
    columns = state.history[: state.step].cpu().numpy().T
    checkpoints.save_history(run, dict(zip(HISTORY, columns, strict=True)))
    write_json(run / "provenance.json", provenance(controls.device, taken, state.step))
    final = endings.final(spec, ending, run, networks=state.networks, data_sha256=card["sha256"])
    write_json(run / "final.json", final, sealed=True)
    controls.say(f"{spec.run_id}: {ending.outcome.replace('_', ' ')} in {taken:.1f} s")


def _check_device(made_on: str, device: torch.device, run: Path) -> None:
    if made_on != device.type:
        raise UserError(
            f"The checkpoints in {run} were made on {made_on}; on {device.type} the run would end with other bits. "
            f"Go on with --device {made_on}, or delete the folder to start again."
        )


class Hooks(NamedTuple):
    """What the loop calls besides the step itself."""

    run: Path
    lease: Lease
    checkpoint: Callable[[], None]
    seconds: Callable[[], float]


def _loop(spec: RunSpec, state: TrainState, source: Source, controls: Controls, hooks: Hooks) -> Ending:
    """Steps until the end, divergence or the time limit."""
    stops = sorted({*spec.snapshot_steps, *range(0, spec.generator_steps, CHECK_EVERY), spec.generator_steps})
    progress = Progress(spec.generator_steps, state.step, controls.say)
    checked, saved = 0, time.monotonic()
    with stop_signals() as stopped:

        def stop_if_asked() -> None:
            hooks.lease.beat()
            if state.step < spec.generator_steps and (stopped or time.monotonic() > controls.deadline):
                hooks.checkpoint()
                raise Unfinished(
                    f"{spec.run_id}: stopped at step {state.step}/{spec.generator_steps}, checkpoint kept."
                )

        for stop in (s for s in stops if s >= state.step):
            while state.step < stop and hooks.seconds() < controls.time_limit:
                stop_if_asked()
                train_step(state, source, spec)
            record = state.history[checked : state.step].cpu().numpy()
            ended = endings.early(spec, record, state.step, stop=stop, time_limit=controls.time_limit)
            if ended:
                return ended
            checked = state.step
            if stop in spec.snapshot_steps:
                checkpoints.save_snapshot(hooks.run, stop, state.networks.generator, state.networks.critic)
            progress.report(state.step, record)
            if stop < spec.generator_steps and time.monotonic() - saved > controls.checkpoint_seconds:
                hooks.checkpoint()
                saved = time.monotonic()
    return endings.completed(state.step)
