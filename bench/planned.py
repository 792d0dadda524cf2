"""The plan of a configuration as a file: every run, and which arm of which claim rests on it.

Whoever plans (the workflow, or `python -m claims plan`) writes it; training,
collecting and counting the cost read it, so that they need not know the claims.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.catalogue import REGISTRIES
from bench.config import Protocol, SkippedCell
from bench.errors import UserError
from bench.files import read_json, write_json
from bench.plugins import activate
from bench.spec import RunSpec, resolve

EVERYTHING = "all"
"""The subject that every run belongs to."""


@dataclass(frozen=True)
class Planned:
    """What is to be trained, and for whom.

    Args:
        scale: name of the configuration.
        protocol: how samples are scored.
        runs: every run, by run id.
        skipped: cells that make no sense, with the reason.
        subjects: run ids by arm, by claim.
        claims: ids of all claims judged.
        plugins: plug-in files behind the runs.
    """

    scale: str
    protocol: Protocol
    runs: Mapping[str, RunSpec]
    skipped: tuple[SkippedCell, ...]
    subjects: Mapping[str, Mapping[str, tuple[str, ...]]]
    claims: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()

    def run_ids(self, subject: str) -> list[str]:
        """Returns the runs of a subject, each once, in a fixed order."""
        if subject == EVERYTHING:
            return sorted(self.runs)
        return sorted({run for runs in self.subjects.get(subject, {}).values() for run in runs})

    def members(self, subject: str) -> list[tuple[str, str]]:
        """Returns the pairs of arm and run of a subject; the arm is empty for the subject of everything."""
        if subject == EVERYTHING:
            return [("", run) for run in sorted(self.runs)]
        return [(arm, run) for arm, runs in self.subjects.get(subject, {}).items() for run in runs]


def path_of(results: Path, scale: str) -> Path:
    """Where the plan of a scale is kept."""
    return results / "plan" / f"{scale}.json"


def paths(results: Path) -> list[Path]:
    """Returns the plans that are there."""
    return sorted((results / "plan").glob("*.json"))


def write(planned: Planned, results: Path) -> Path:
    """Writes a plan and returns where."""
    path = path_of(results, planned.scale)
    write_json(path, dataclasses.asdict(planned))
    return path


def read(path: Path) -> Planned:
    """Reads a plan, its names checked again.

    Raises:
        UserError: when it is missing, damaged or of another version, or a plug-in has changed.
    """
    content: dict[str, Any] = read_json(path)
    try:
        activate(content["plugins"], REGISTRIES)
        runs, protocol = content["runs"], content["protocol"]
        skipped = tuple(SkippedCell(**cell) for cell in content["skipped"])
        subjects = {c: {arm: tuple(ids) for arm, ids in arms.items()} for c, arms in content["subjects"].items()}
        scale, claims = content["scale"], tuple(content["claims"])
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path} is not a plan of this version. Plan again from the configuration.") from error
    specs = {run_id: resolve(settings) for run_id, settings in runs.items()}
    changed = [run_id for run_id, spec in specs.items() if spec.run_id != run_id]
    if changed:
        raise UserError(f"{path} was made by other code: {changed[0]} now has another name. Plan again.")
    scoring = Protocol(**{**protocol, "metrics": tuple(protocol["metrics"])})
    return Planned(scale, scoring, specs, skipped, subjects, claims, tuple(content["plugins"]))
