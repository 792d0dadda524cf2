"""A run directory has one writer at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.lease import STALE_SECONDS, Lease, Unfinished

HOLDER = "import sys, time; from pathlib import Path; from bench.lease import Lease\n"
HOLDER += "with Lease(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"


def test_a_second_process_waits_and_gives_up(tmp_path: Path) -> None:
    """While another process holds the lease, entering fails after the wait; once it is killed, at once not."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(Unfinished, match="held by another process"), Lease(tmp_path, wait=0.1):
            pass
        holder.kill()
        holder.wait()
    with Lease(tmp_path, wait=0.1):
        assert json.loads((tmp_path / "lease.json").read_text())["pid"] == os.getpid()
    assert not (tmp_path / "lease.json").exists()


def test_another_machines_heartbeat_is_respected_until_stale(tmp_path: Path) -> None:
    """A fresh heartbeat from elsewhere blocks; an old one is taken over."""
    beat = tmp_path / "lease.json"
    beat.write_text(json.dumps({"host": "elsewhere", "pid": 1, "time": time.time()}))
    with pytest.raises(Unfinished, match="held by another machine"), Lease(tmp_path, wait=0.1):
        pass
    beat.write_text(json.dumps({"host": "elsewhere", "pid": 1, "time": time.time() - STALE_SECONDS - 1}))
    with Lease(tmp_path, wait=0.1):
        assert json.loads(beat.read_text())["pid"] == os.getpid()


def test_a_holder_that_was_taken_over_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another machine took the lease over, the old holder notices at its next heartbeat and leaves it alone."""
    monkeypatch.setattr("bench.lease.HEARTBEAT_SECONDS", 0.0)
    with pytest.raises(Unfinished, match="taken over by another machine"), Lease(tmp_path) as lease:
        lease.beat()
        (tmp_path / "lease.json").write_text(json.dumps({"host": "elsewhere", "token": "theirs"}))
        lease.beat()
    assert json.loads((tmp_path / "lease.json").read_text())["token"] == "theirs"
