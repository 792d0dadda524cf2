"""What a process knows of the Slurm job that it runs in."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import time

STOPPING_SECONDS = 120.0
"""Before the end of a job: what a training takes at most to notice it, and to write its checkpoint."""


def gpu() -> str:
    """Returns which GPU Slurm gave to this job, "" for none."""
    return os.environ.get("SLURM_JOB_GPUS", "")


def where() -> dict[str, str]:
    """Returns the host, and the number of the Slurm job, "" outside of one."""
    return {
        "host": os.environ.get("SLURMD_NODENAME") or platform.node(),
        "slurm_job": os.environ.get("SLURM_JOB_ID", ""),
    }


def time_left() -> float:
    """Returns the seconds until a run has to stop because Slurm ends the job; infinite outside of one.

    A signal does not reach a training inside a job of Snakemake's on every cluster, so it has to look at the time.
    """
    job = os.environ.get("SLURM_JOB_ID")
    return _end_of(job) - time.time() - STOPPING_SECONDS if job else float("inf")


def _end_of(job: str) -> float:
    """When a job ends, in seconds since 1970; infinite where Slurm does not say."""
    if told := os.environ.get("SLURM_JOB_END_TIME"):  # not before Slurm 23
        return float(told)
    command = ["squeue", "--noheader", "--jobs", job, "--format", "%e"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        return datetime.datetime.fromisoformat(asked.stdout.strip()).timestamp()
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return float("inf")
