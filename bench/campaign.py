"""Runs a list of specifications without a workflow engine, under a time budget.

What it writes under `results/` is what the workflow would have written.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from bench import cluster, planned
from bench.config import Protocol, SkippedCell, load
from bench.data import prepare
from bench.errors import UserError
from bench.features import train_extractor
from bench.files import check_writable
from bench.lease import Unfinished
from bench.measure import measure, measure_reference, scores_name
from bench.spec import DataSpec, RunSpec, resolve, resolve_data
from bench.training import Controls, train

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass
class Campaign:
    """A list of runs and how to do them.

    Args:
        specs: the runs, in the order they are done.
        results: where everything is written.
        controls: device, deadline, time limit of a run and checkpoint interval.
        protocol: how to score them; None to train only.
        skipped: cells of the grid that make no sense.
    """

    specs: tuple[RunSpec, ...]
    results: Path
    controls: Controls
    protocol: Protocol | None = field(default_factory=Protocol)
    skipped: tuple[SkippedCell, ...] = ()

    @classmethod
    def from_options(cls, options: argparse.Namespace) -> Campaign:
        """Builds a campaign from parsed command-line options."""
        protocol = Protocol()
        skipped: tuple[SkippedCell, ...] = ()
        device = options.device
        if options.config:
            plan = load(options.config)
            specs, protocol, skipped = plan.runs, plan.protocol, plan.skipped
            device = plan.device if device == "auto" else device
        elif options.plan:
            whole = planned.read(options.plan)
            specs, protocol, skipped = _wanted(whole, options.runs), whole.protocol, whole.skipped
        elif options.specs:
            specs = specs_from_file(options.specs)
        else:
            specs = (spec_from_json(options.spec_json),)
        check_writable(options.results)
        budget = seconds(options.budget) if options.budget else float("inf")
        controls = Controls(
            configure(device, options.threads),
            time.monotonic() + min(budget, cluster.time_left()),
            options.checkpoint_seconds,
            say=_say_to_stderr if options.json else _say,
            time_limit=seconds(options.time_limit) if options.time_limit else float("inf"),
        )
        return cls(specs, options.results, controls, None if options.train_only else protocol, skipped)

    def run(self) -> dict[str, Any]:
        """Does what the deadline allows; returns the run ids by what became of them."""
        summary: dict[str, Any] = {name: [] for name in ("completed", "diverged", "timed_out", "unfinished", "failed")}
        for reason, n in Counter(cell.reason for cell in self.skipped).items():
            self.controls.say(f"skipped ({n}): {reason}")
        for number, spec in enumerate(self.specs, start=1):
            self.controls.say(f"[{number}/{len(self.specs)}] {spec.run_id}")
            summary[self._one(spec)].append(spec.run_id)
        return summary

    def describe(self, summary: dict[str, Any]) -> str:
        """Returns the summary as one line."""
        counts = ", ".join(f"{len(ids)} {name}" for name, ids in summary.items())
        return f"{counts}; results in {self.results}"

    def _one(self, spec: RunSpec) -> str:
        if time.monotonic() > self.controls.deadline:
            return "unfinished"
        try:
            final = train(spec, self.results, self.controls)
            if self.protocol and not self._scored(spec, self.protocol):
                return "unfinished"
        except Unfinished as reason:
            self.controls.say(str(reason))
            return "unfinished"
        except UserError as error:
            # One run's damaged file must not keep the others from being done.
            print(f"error: {error}", file=sys.stderr, flush=True)
            return "failed"
        return final["outcome"]

    def _scored(self, spec: RunSpec, protocol: Protocol) -> bool:
        """Scores a trained run and its reference where that is still to do; False when time is up."""
        if time.monotonic() > self.controls.deadline:
            return False
        prepare(spec.data, self.results)
        if protocol.needs_classifier(spec.image_size):
            train_extractor(spec.data, self.results)
        if not (protocol.reference_folder(spec.data_id, self.results) / scores_name()).exists():
            measure_reference(spec.data, protocol, self.results)
        if not (protocol.scores_folder(spec.run_id, self.results) / scores_name()).exists():
            measure(spec, protocol, self.results, str(self.controls.device))
        return True


def _wanted(plan: planned.Planned, names: Path | None) -> tuple[RunSpec, ...]:
    """The runs of a plan that a file lists, in its order; all of them without one."""
    if names is None:
        return tuple(plan.runs[run_id] for run_id in plan.run_ids(planned.EVERYTHING))
    listed = names.read_text().split()
    unknown = next((name for name in listed if name not in plan.runs), None)
    if unknown:
        raise UserError(f"Run {unknown} is not in the plan of scale {plan.scale!r}.")
    return tuple(plan.runs[name] for name in listed)


def spec_from_json(text: str) -> RunSpec:
    """Returns the run a JSON object describes, names checked and defaults filled in.

    Raises:
        UserError: when it is not a JSON object, or asks for something unknown.
    """
    return resolve(_json_object(text, "a run"))


def data_from_json(dataset: str, image_size: int, options: str) -> DataSpec:
    """Returns a data set at a size, its options given as a JSON object.

    Raises:
        UserError: for an unknown data set, a size it does not come in, or wrong options.
    """
    return resolve_data(dataset, image_size, _json_object(options, "data set options"))


def protocol_from_json(text: str) -> Protocol:
    """Returns the protocol a JSON object describes."""
    given = _json_object(text, "a protocol")
    try:
        return Protocol(**{**given, "metrics": tuple(given.get("metrics", Protocol().metrics))})
    except TypeError as error:
        raise UserError(f"The protocol is not understood: {error}.") from error


def specs_from_file(path: Path) -> tuple[RunSpec, ...]:
    """Returns the runs listed in a JSON file: one object, or a list of objects."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise UserError(f"Cannot read the runs in {path}: {error}.") from error
    items: Iterable[Any] = content if isinstance(content, list) else [content]
    return tuple(resolve(item) for item in items)


def seconds(text: str) -> float:
    """Returns a time such as "540s", "9m", "2h" or "540" in seconds.

    Raises:
        UserError: when it is none of these.

    Example:
        >>> seconds("9m")
        540.0
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not found:
        raise UserError(f"Time {text!r} is not understood; write seconds, minutes or hours as 540s, 9m or 2h.")
    return float(found[1]) * _UNITS[found[2] or "s"]


def configure(device: str, threads: int) -> torch.device:
    """Makes torch reproducible on the chosen device and returns it.

    Args:
        device: "cpu", "cuda", or "auto" for cuda where there is one.
        threads: CPU threads of one operation.

    Raises:
        UserError: when cuda is asked for and absent, or `threads` is not positive.
    """
    if threads < 1:
        raise UserError(f"--threads: got {threads}, expected at least 1.")
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError("--device cuda: torch finds no CUDA device here; use --device cpu or auto.")
    if device == "auto" and cluster.gpu() and not torch.cuda.is_available():
        raise UserError(
            f"Slurm gave this job GPU {cluster.gpu()}, but torch finds none; install a torch that fits the driver of "
            "the nodes, or put `device: cpu` into the configuration."
        )
    torch.set_num_threads(threads)
    if device == "cpu" or not torch.cuda.is_available():
        return torch.device("cpu")
    # Only here: on the CPU every operation used is deterministic, and the switch costs two seconds of imports.
    # Without the workspace setting cuBLAS may choose algorithms whose bits vary between runs.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.backends.cudnn.benchmark = False
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch.device("cuda")


def _json_object(text: str, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UserError(f"Expected {what} as JSON; {error}.") from error
    if not isinstance(value, dict):
        raise UserError(f"Expected {what} as a JSON object, got {type(value).__name__}.")
    return value


def _say(line: str) -> None:
    print(line, flush=True)


def _say_to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
