"""What a plan costs before it is launched: runs, steps, hours per device and disk, per claim and in all.

The seconds of a training come from finished trainings whose steps are the same
work, else from timings on this machine (`bench.calibration`).
"""

from __future__ import annotations

import functools
import json
import os
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch

from bench import calibration
from bench.calibration import Timing, shape_of, signature, snapshot_bytes
from bench.catalogue import METHODS
from bench.config import Protocol
from bench.data import folder
from bench.errors import UserError
from bench.files import read_json
from bench.methods.method import Method
from bench.planned import Planned
from bench.provenance import device_name
from bench.spec import RunSpec, resolve

NO_CLAIM, TOTAL = "in no claim", "in all"

LONG_ENOUGH = 0.1
"""Share of a planned training's work that a finished one must have done, so that its start does not count for much."""

START_SECONDS = 3.0
"""Of a process: the imports, on one core of a machine of 2023."""

SCORE_SECONDS, SCORE_SECONDS_PER_IMAGE, SCORE_SECONDS_PER_POINT, CRITIC_LOOKS = 0.1, 0.0003, 0.00001, 1.2
"""Of a snapshot; for each sample compared, on one core of a machine of 2023; and looks of the critic at each.

A fit to the default metrics at 350 to 10,000 samples, 16x16 and 32x32 images and points; within a factor of 2.
"""

FORWARD_SHARE = 1 / 3
"""Share of a generator step that generating its samples takes, where that is not timed."""

HISTORY_BYTES, RUN_BYTES, SNAPSHOT_BYTES = 16, 60_000, 10_000
"""On disk beside the weights: of a generator step; of a run's tables and pictures; of a snapshot's names and rows."""

CHECKPOINTS = 6
"""Snapshots that a training's two checkpoints are as large as: weights and two moments each."""


class Work(NamedTuple):
    """Steps of a training."""

    critic_steps: int
    generator_steps: int


class Measured(NamedTuple):
    """What a finished training did, and how long that took in seconds."""

    work: Work
    seconds: float


@dataclass
class Row:
    """What is left to do for a claim, or in all.

    Args:
        claim: its id, or NO_CLAIM or TOTAL.
        arms: number of its arms.
        runs: number of its runs.
        done: how many of them are trained and scored.
        generator_steps, critic_steps: still to take.
        hours: still to come, by device; of a CPU on one core.
        unknown: runs whose hours are not known, by device.
        bytes: still to be written.
    """

    claim: str
    arms: int
    runs: int = 0
    done: int = 0
    generator_steps: int = 0
    critic_steps: int = 0
    hours: dict[str, float] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    bytes: int = 0


@dataclass(frozen=True)
class RunCost:
    """What is left to do for one run; seconds by device, None where they are not known."""

    work: Work
    seconds: Mapping[str, float | None]
    bytes: int
    done: bool


@dataclass(frozen=True)
class Cost:
    """What a plan costs.

    Args:
        scale: name of the configuration.
        rows: one for each claim with trainings, in the order of the catalogue, and one for runs of no claim.
        total: every run once.
        cpu: name of this machine's CPU among the devices.
        cores: how many cores it has.
        devices: names of all devices something is known of.
        checkpoint_bytes: what the largest training needs on disk besides, while it runs.
        unprepared: image sets whose number of channels is assumed.
        studies: number of claims that rest on no training of the grid.
        without: number of other claims for which the configuration plans no runs.
        skipped: number of cells that make no sense.
    """

    scale: str
    rows: tuple[Row, ...]
    total: Row
    cpu: str
    cores: int
    devices: tuple[str, ...]
    checkpoint_bytes: int
    unprepared: tuple[str, ...]
    studies: int
    without: int
    skipped: int


def work_of(spec: RunSpec, steps: int) -> Work:
    """Returns the steps of the first `steps` generator steps; a fixed critic is looked at once in each."""
    return Work(_critic_steps(spec.method, json.dumps(dict(spec.method_options)), steps), steps)


@functools.lru_cache(maxsize=4096)
def _critic_steps(name: str, options: str, steps: int) -> int:
    method: Method = METHODS.builder(name)(**json.loads(options))
    return sum(method.critic_steps(step) or 1 for step in range(steps))


def training_seconds(work: Work, timing: Timing | None, measured: Sequence[Measured]) -> float | None:
    """Estimates how long a training takes.

    A finished training tells the seconds of its critic and generator steps
    together; they are told apart in the ratio of the timings, or taken as equal.

    Args:
        work: its steps.
        timing: timings of such steps.
        measured: finished trainings of such steps.
    """
    ratio = timing.critic_step / timing.generator_step if timing else 1.0
    near = long_enough(work, measured)
    if timing and not near:
        return work.critic_steps * timing.critic_step + work.generator_steps * timing.generator_step
    units = [one.seconds / _effort(one.work, ratio) for one in near or measured]
    return statistics.median(units) * _effort(work, ratio) if units else None


def long_enough(work: Work, measured: Iterable[Measured]) -> list[Measured]:
    """Returns the finished trainings that say something about one of that length."""
    return [one for one in measured if sum(one.work) >= LONG_ENOUGH * sum(work)]


def _effort(work: Work, ratio: float) -> float:
    return ratio * work.critic_steps + work.generator_steps


def scoring_seconds(spec: RunSpec, protocol: Protocol, timing: Timing) -> float:
    """Estimates how long the scores of all snapshots of a run take: comparing, looking with the critic, generating."""
    comparing = SCORE_SECONDS_PER_IMAGE if spec.image_size else SCORE_SECONDS_PER_POINT
    looking = CRITIC_LOOKS * timing.critic_step / spec.batch_size
    per_pair = comparing + looking
    compared = (protocol.n_real + protocol.n_fake) / 2
    return len(spec.snapshot_steps) * (SCORE_SECONDS + per_pair * compared + timing.sample * protocol.n_fake)


def disk_bytes(spec: RunSpec, snapshot: int) -> int:
    """Estimates what a finished and scored run keeps on disk."""
    kept = len(spec.snapshot_steps) * (snapshot + SNAPSHOT_BYTES)
    return kept + spec.generator_steps * HISTORY_BYTES + RUN_BYTES


def finished(results: Path) -> dict[tuple[str, str], list[Measured]]:
    """Returns the finished trainings that are there, by device and signature.

    Left out are runs of other versions, damaged ones, and those that had several cores.
    """
    found: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for path in sorted((results / "runs").glob("*/*/*/*/provenance.json")):
        try:
            provenance, final = read_json(path), read_json(path.with_name("final.json"), sealed=True)
            spec = resolve(final["spec"])
            key = (provenance["device"], signature(spec, shape_of(spec.data, results)))
            alone = provenance["threads"] == 1 or not key[0].startswith("cpu")
        except (UserError, KeyError):
            continue
        if alone and final["steps_done"]:
            found[key].append(Measured(work_of(spec, final["steps_done"]), provenance["wall_seconds"]))
    return found


def cost(
    plan: Planned,
    results: Path,
    *,
    calibrate: bool = True,
    together: int = 1,
    say: Callable[[str], None] = print,
) -> Cost:
    """Counts what is left of a plan.

    Args:
        plan: the plan.
        results: where its results are, or will be.
        calibrate: whether to time here what nothing is known of.
        together: runs trained and scored in one process.
        say: where progress lines go.
    """
    accountant = Accountant(plan, results, together)
    if calibrate:
        accountant.calibrate(say)
    return accountant.cost()


class Accountant:
    """Knows what is there and how long things take.

    Args:
        plan: the plan.
        results: where its results are, or will be.
        together: runs trained and scored in one process.
    """

    def __init__(self, plan: Planned, results: Path, together: int = 1) -> None:
        self.plan, self.results, self.together = plan, results, together
        self.shapes = {data: shape_of(data, results) for data in {spec.data for spec in plan.runs.values()}}
        self.signatures = {run: signature(spec, self.shapes[spec.data]) for run, spec in plan.runs.items()}
        self.works = {run: work_of(spec, spec.generator_steps) for run, spec in plan.runs.items()}
        self.measured, self.timings = finished(results), calibration.load(results)
        self.trained = {run for run in plan.runs if (results / "runs" / run / "result.json").exists()}
        scores = {run: plan.protocol.scores_folder(run, results) / "scores.parquet" for run in plan.runs}
        self.scored = {run for run, path in scores.items() if run in self.trained and path.exists()}
        self.sizes: dict[str, int] = {}

    def calibrate(self, say: Callable[[str], None]) -> None:
        """Times, on the devices of this machine, what is left to train and not known from runs of some length."""
        kinds = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
        for device in map(torch.device, kinds):
            name = device_name(device)
            wanted = {
                self.signatures[run]: spec
                for run, spec in self.plan.runs.items()
                if run not in self.trained
                and not long_enough(self.works[run], self.measured.get((name, self.signatures[run]), ()))
            }
            self.timings[name] = calibration.calibrate(wanted, self.results, device, label=name, say=say)

    @functools.cached_property
    def devices(self) -> tuple[str, ...]:
        """This machine's CPU, and the devices on which something of the plan is measured or timed."""
        cpu, left = device_name(torch.device("cpu")), {self.signatures[run] for run in self.plan.runs}
        known = {device for device, timings in self.timings.items() if left & set(timings)}
        known |= {device for device, key in self.measured if key in left}
        return (cpu, *sorted(known - {cpu}))

    def run_cost(self, run: str) -> RunCost:
        """Returns what is left to do for a run."""
        spec = self.plan.runs[run]
        if run in self.scored:
            return RunCost(Work(0, 0), dict.fromkeys(self.devices, 0.0), 0, done=True)
        work = Work(0, 0) if run in self.trained else self.works[run]
        seconds = {device: self._seconds(run, work, device) for device in self.devices}
        return RunCost(work, seconds, 0 if run in self.trained else disk_bytes(spec, self.snapshot(run)), done=False)

    def snapshot(self, run: str) -> int:
        """Returns the size of a run's networks."""
        spec, key = self.plan.runs[run], self.signatures[run]
        if key not in self.sizes:
            self.sizes[key] = snapshot_bytes(spec, self.shapes[spec.data])
        return self.sizes[key]

    def _seconds(self, run: str, work: Work, device: str) -> float | None:
        spec, key = self.plan.runs[run], self.signatures[run]
        timing, measured = self.timings.get(device, {}).get(key), self.measured.get((device, key), [])
        training, step = (training_seconds(some, timing, measured) for some in (work, Work(0, 1)))
        if training is None or step is None:
            return None
        sample = step * FORWARD_SHARE / (spec.batch_size * spec.generator_batches)
        scoring = scoring_seconds(spec, self.plan.protocol, timing or Timing(step, step, sample))
        processes = 1 / self.together if self.together > 1 else 1 + (run not in self.trained)
        return training + scoring + processes * START_SECONDS

    def cost(self) -> Cost:
        """Adds everything up."""
        costs = {run: self.run_cost(run) for run in self.plan.runs}
        names = [claim for claim in self.plan.claims if self.plan.run_ids(claim)]
        wanted = {name: self.plan.run_ids(name) for name in names}
        rows = [summed(name, len(self.plan.subjects[name]), [costs[r] for r in wanted[name]]) for name in names]
        others = set(costs) - {run for runs in wanted.values() for run in runs}
        if others:
            rows.append(summed(NO_CLAIM, 0, [costs[run] for run in sorted(others)]))
        total = summed(TOTAL, sum(row.arms for row in rows), list(costs.values()))
        return Cost(
            scale=self.plan.scale,
            rows=tuple(rows),
            total=total,
            cpu=self.devices[0],
            cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            devices=self.devices,
            checkpoint_bytes=max((CHECKPOINTS * self.snapshot(run) for run in set(costs) - self.trained), default=0),
            unprepared=tuple(sorted(self._unprepared())),
            studies=len(set(self.plan.claims) - set(self.plan.subjects)),
            without=len(set(self.plan.subjects) - set(names)),
            skipped=len(self.plan.skipped),
        )

    def _unprepared(self) -> set[str]:
        """The image sets whose channels are not known yet."""
        images = {data for data in self.shapes if data.image_size}
        return {data.data_id for data in images if not (folder(data, self.results) / "card.json").exists()}


def summed(claim: str, arms: int, costs: Sequence[RunCost]) -> Row:
    """Adds up what is left to do for some runs."""
    row = Row(claim, arms, len(costs), sum(one.done for one in costs), bytes=sum(one.bytes for one in costs))
    for one in costs:
        row.critic_steps += one.work.critic_steps
        row.generator_steps += one.work.generator_steps
        for device, seconds in one.seconds.items():
            row.hours[device] = row.hours.get(device, 0.0) + (seconds or 0.0) / 3600
            row.unknown[device] = row.unknown.get(device, 0) + (seconds is None)
    return row
