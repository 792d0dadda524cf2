"""What the terminal says of jobs that fail."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_ganclaims import LogHandler


@pytest.fixture
def handler() -> LogHandler:
    """A handler of a workflow of two trainings, which prints into a string."""
    settings: Any = SimpleNamespace(stdout=True, verbose=False, printshellcmds=False, dryrun=False)
    handler = LogHandler(settings, None)
    handler.stream = io.StringIO()
    handler.progress.plan({"train": 2})
    return handler


def record(event: LogEvent, **extra: object) -> logging.LogRecord:
    """A message as Snakemake sends it."""
    made = logging.LogRecord("snakemake", logging.ERROR, "", 0, "Error", None, None)
    made.__dict__.update(event=event, **extra)
    return made


def test_a_job_that_a_cluster_ended_says_why(handler: LogHandler, tmp_path: Path) -> None:
    """The cluster's state, and the end of its log where the job itself wrote nothing."""
    own, slurm = tmp_path / "train.log", tmp_path / "70.log"
    own.touch()
    slurm.write_text("starting\nslurmstepd: error: Detected 1 oom-kill event(s)\n")
    handler.progress.start(1, "train", "a", own)
    why = "SLURM-job '70' failed, SLURM status is: 'OUT_OF_MEMORY'.\nmore"
    handler.emit(record(LogEvent.JOB_ERROR, jobid=1, rule_msg=why, log=[str(own), str(slurm)]))
    assert handler.stream.getvalue().splitlines() == [
        f"failed: train a (log: {own})",
        "    SLURM-job '70' failed, SLURM status is: 'OUT_OF_MEMORY'.",
        "    starting",
        "    slurmstepd: error: Detected 1 oom-kill event(s)",
    ]


def test_a_group_of_jobs_that_a_cluster_ended_says_where_to_look(handler: LogHandler, tmp_path: Path) -> None:
    """Of the cluster's log only what says why; the logs of its jobs follow."""
    log = tmp_path / "71.log"
    log.write_text("1 of 4 steps done\nslurmstepd: error: *** JOB 71 CANCELLED AT noon DUE TO TIME LIMIT ***\n")
    handler.emit(record(LogEvent.GROUP_ERROR, aux_logs=[str(log)], job_error_info=[{}, {}]))
    assert handler.stream.getvalue().splitlines() == [
        f"failed: 2 jobs that ran as one (log: {log})",
        "    slurmstepd: error: *** JOB 71 CANCELLED AT noon DUE TO TIME LIMIT ***",
    ]


def test_a_group_without_a_log_still_failed(handler: LogHandler) -> None:
    """For example where it could not be submitted."""
    handler.emit(record(LogEvent.GROUP_ERROR, aux_logs=[], job_error_info=[{}]))
    assert handler.stream.getvalue() == "failed: 1 jobs that ran as one (log: None)\n"
