"""What a training knows of the Slurm job it runs in, with a stand-in for `squeue`."""

from __future__ import annotations

import datetime
import math
import time
from pathlib import Path

import pytest
import torch

from bench import cluster
from bench.campaign import configure
from bench.cluster import STOPPING_SECONDS, time_left
from bench.errors import UserError
from bench.provenance import provenance


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Job 7 of an older Slurm, which does not say when it ends."""
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    monkeypatch.delenv("SLURM_JOB_END_TIME", raising=False)
    return monkeypatch


def squeue(folder: Path, inside: pytest.MonkeyPatch, script: str) -> None:
    """Puts a command of that name, and no other, where commands are found."""
    command = folder / "squeue"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    inside.setenv("PATH", str(folder))


def test_outside_of_a_job_time_is_not_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else is set."""
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    monkeypatch.setenv("SLURM_JOB_END_TIME", "0")
    assert time_left() == math.inf


def test_slurm_says_when_the_job_ends(inside: pytest.MonkeyPatch) -> None:
    """Two minutes of it are for stopping."""
    inside.setenv("SLURM_JOB_END_TIME", str(time.time() + 3600))
    assert time_left() == pytest.approx(3600 - STOPPING_SECONDS, abs=5)


def test_an_older_slurm_is_asked(inside: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By the number of the job, in local time."""
    end = datetime.datetime.fromtimestamp(time.time() + 3600).isoformat(timespec="seconds")
    squeue(tmp_path, inside, f'[ "$3" = 7 ] && echo {end}')
    assert time_left() == pytest.approx(3600 - STOPPING_SECONDS, abs=5)


@pytest.mark.parametrize("script", ["echo N/A", "exit 1", None])
def test_a_slurm_that_does_not_say_sets_no_limit(
    inside: pytest.MonkeyPatch, tmp_path: Path, script: str | None
) -> None:
    """A job without an end, a controller that is down, or no such command on the node."""
    if script is None:
        inside.setenv("PATH", str(tmp_path))
    else:
        squeue(tmp_path, inside, script)
    assert time_left() == math.inf


def test_a_gpu_that_torch_does_not_find_is_an_error(inside: pytest.MonkeyPatch) -> None:
    """Not hours of training on the CPU of a node with a GPU; whoever says cpu gets it."""
    inside.setenv("SLURM_JOB_GPUS", "3")
    inside.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="gave this job GPU 3, but torch finds none"):
        configure("auto", 1)
    assert configure("cpu", 1) == torch.device("cpu")


def test_provenance_says_on_which_node_and_in_which_job(inside: pytest.MonkeyPatch) -> None:
    """A row can be traced to a log of Slurm's and to a node; without Slurm to the host."""
    inside.setenv("SLURMD_NODENAME", "node9")
    made = provenance(torch.device("cpu"), 1.0, 1)
    assert (made["host"], made["slurm_job"]) == ("node9", "7")
    inside.delenv("SLURMD_NODENAME")
    assert cluster.where()["host"]
