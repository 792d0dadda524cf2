"""What `python -m claims resolve` has done by others: Snakemake trains and judges, `python -m bench cost` estimates."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import planned
from bench.errors import UserError
from bench.planned import Planned

ROOT = Path(__file__).resolve().parents[1]

STDERR = 2
"""Where the messages of other programs go, so that what is printed here is all there is on stdout."""


@dataclass(frozen=True)
class Price:
    """What is left to do of a plan.

    Args:
        device: what the hours are of; "" where they are not known of all runs on any device.
        runs: still to train or score, by claim.
        hours: by claim; a run that several share counts for each.
        total: hours of all, each run once.
    """

    device: str
    runs: Mapping[str, int]
    hours: Mapping[str, float | None]
    total: float | None


def price(plan: Planned, results: Path, *, together: int = 1, calibrate: bool = True) -> Price:
    """Estimates what is left to do of a plan.

    Args:
        plan: the plan.
        results: the results folder.
        together: runs trained and scored in one process.
        calibrate: whether to time here what nothing is known of.

    Raises:
        UserError: when it cannot be estimated.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = planned.write(plan, Path(folder))
        command = [sys.executable, "-m", "bench", "cost", "--plan", str(path), "--results", str(results), "--json"]
        command += ["--together", str(together), "--calibrate" if calibrate else "--no-calibrate"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise UserError(f"The cost could not be estimated: `python -m bench cost` ended with {done.returncode}.")
    return price_of(json.loads(done.stdout))


def price_of(cost: Mapping[str, Any]) -> Price:
    """Reads an estimate: in hours of a GPU where one is known, and of the dearest if of several; else of a core."""
    total, rows = cost["total"], cost["rows"]
    known = [device for device in cost["devices"] if not total["unknown"].get(device, 0)]
    gpus = [device for device in known if device != cost["cpu"]]
    device = max(gpus or known, key=lambda name: total["hours"].get(name, 0.0), default="")
    runs = {row["claim"]: row["runs"] - row["done"] for row in rows}
    if not device:
        return Price("", runs, dict.fromkeys(runs), None)
    hours = {row["claim"]: row["hours"].get(device, 0.0) for row in rows}
    return Price(device, runs, hours, total["hours"].get(device, 0.0))


def train(config: Path, targets: Iterable[str], results: Path, cores: str, further: Sequence[str]) -> None:
    """Runs the workflow until the targets are there.

    Args:
        config: the configuration.
        targets: files, relative to the folder that holds the results.
        results: the results folder, whose name is `results`.
        cores: for Snakemake's option; "" leaves it to a profile.
        further: options of Snakemake.

    Raises:
        UserError: when the workflow ends with an error.
    """
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--directory", str(results.absolute().parent), *(["--cores", cores] if cores else []), *further]
    command += ["--configfile", str(config.absolute()), "--", *targets]
    with subprocess.Popen(command, stdout=STDERR) as process:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            # Snakemake was interrupted too; its trainings save their state before they end.
            process.wait()
            raise
    if status:
        raise UserError(
            f"The workflow ended with exit status {status}; its messages are above. Give the same command to go on."
        )
