"""What happens once, in the process the user started, before Snakemake plans: checks, and taking over after a crash."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from bench import planned
from bench.errors import EXIT_BAD_INPUT, UserError
from bench.files import check_writable, write_atomic
from bench.planned import Planned
from claims.catalogue import CLAIMS
from claims.declarations import declare

Result = TypeVar("Result")

INSPECTING = frozenset(
    "archive cleanup-metadata cleanup-shadow containerize d3dag dag delete-all-output delete-temp-output "
    "detailed-summary dry-run dryrun filegraph generate-unit-tests lint list list-changes list-input-changes "
    "list-params-changes list-rules list-target-rules list-untracked print-compilation report rulegraph summary "
    "unlock".split()
)
"""Options of Snakemake with which no job is run."""


def or_exit(function: Callable[[], Result]) -> Result:
    """Calls `function`; what the user can mend becomes one line on stderr and an exit."""
    try:
        return function()
    except UserError as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """Ends planning with one line and no traceback."""
    print(f"error: {message}", file=sys.stderr, flush=True)
    sys.exit(EXIT_BAD_INPUT)


def use_this_interpreter() -> None:
    """Lets jobs find the interpreter Snakemake runs in, whether or not its environment is activated."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


def runs_jobs(arguments: Iterable[str]) -> bool:
    """Tells whether a Snakemake command line runs jobs, rather than printing or deleting something."""
    given = {argument.lstrip("-").split("=")[0] for argument in arguments if argument.startswith("--")}
    return not given & INSPECTING


def check_places(results: Path, folders: Iterable[str] = ()) -> None:
    """Checks the folders every run depends on.

    Args:
        results: the results folder.
        folders: what the configuration's data sets are read from below GANCLAIMS_DATA; "a or b" where either will do.

    Raises:
        UserError: when a data folder is not there or the results folder cannot be written.
    """
    data = os.environ.get("GANCLAIMS_DATA")
    if data and not Path(data).is_dir():
        raise UserError(f"GANCLAIMS_DATA is {data!r}, which is not a folder. Correct it, or unset it to do without.")
    for folder in folders:
        if data and not any((Path(data) / name).exists() for name in folder.split(" or ")):
            raise UserError(f"GANCLAIMS_DATA is {data!r}, but it holds no {folder}; see the README on data.")
    check_writable(results)


def take_over(state: Path) -> None:
    """Makes this process the only controller of a working directory, and clears the locks of a dead one.

    Snakemake's own locks outlive a process that was killed and cannot be told
    from those of a live one. The kernel's lock on one more file can.

    Args:
        state: Snakemake's folder `.snakemake`.

    Raises:
        UserError: when another controller is at work here.
    """
    state.mkdir(exist_ok=True)
    file = os.open(state / "controller.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(file)
        raise UserError(
            f"Another snakemake is at work in {state.parent.absolute()}. Wait for it, or stop it."
        ) from error
    # The file stays open for the life of the process; the kernel unlocks it however the process ends.
    shutil.rmtree(state / "locks", ignore_errors=True)


def mirrored(stamp: Path) -> bool:
    """Tells whether the mirror in MLflow is complete."""
    try:
        return bool(json.loads(stamp.read_text())["complete"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def forget_unfinished(stamp: Path) -> None:
    """Removes the stamp of a mirror that could not finish, so that the mirror runs again."""
    if not mirrored(stamp):
        stamp.unlink(missing_ok=True)


def closing_words(reports: Mapping[Path, Path], stamp: Path) -> list[str]:
    """Returns where each report is that is of its verdicts as they are now, and whether MLflow lags behind."""
    there = ((report, verdicts) for report, verdicts in reports.items() if report.exists() and verdicts.exists())
    fresh = (report for report, verdicts in there if report.stat().st_mtime >= verdicts.stat().st_mtime)
    words = [f"report: {report}" for report in fresh]
    if stamp.exists() and not mirrored(stamp):
        words.append("warning: MLflow could not be updated; the next run tries again")
    return words


def record(config: Mapping[str, Any], path: Path) -> None:
    """Writes the configuration in force, command line included, beside the results it leads to."""
    import yaml

    plain = json.loads(json.dumps(config))
    write_atomic(path, yaml.safe_dump(plain, sort_keys=False).encode())


def begin(workflow: Any, results: Path, stamp: Path, plan: Planned, folders: Iterable[str]) -> None:
    """Does all of the above in the process the user started; nothing in jobs, dry runs and inspections.

    Args:
        workflow: Snakemake's workflow object.
        results: the results folder.
        stamp: what the mirror leaves behind.
        plan: what is to be trained; written beside the results it leads to, like the configuration in force.
        folders: folders below GANCLAIMS_DATA that the configuration's data sets are read from.
    """
    inspecting = workflow.output_settings.dryrun or not runs_jobs(sys.argv[1:])
    if inspecting or not workflow.is_main_process:
        return
    check_places(results, folders)
    take_over(Path(".snakemake"))
    forget_unfinished(stamp)
    record(workflow.config, results / "config" / f"{plan.scale}.yaml")
    planned.write(plan, results)
    declare([CLAIMS[name] for name in plan.claims], results)
