"""A lease on a run directory: two processes never train the same run at once.

On one machine the kernel decides, through a file lock that a killed process
loses at once. Between machines, where such locks may not reach, a heartbeat
file decides: a foreign one that is fresh is respected, a stale one is taken over.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock, Timeout

from bench.errors import UserError
from bench.files import read_json, write_json

HEARTBEAT_SECONDS = 15
STALE_SECONDS = 120


class Unfinished(Exception):
    """The work is not done but nothing is lost: the same command, given again, goes on."""


class Lease:
    """Context manager that holds a run directory.

    Args:
        run: the run directory.
        wait: seconds to wait for another holder before giving up.

    Raises:
        Unfinished: on entering, when another process still holds the lease after `wait` seconds.
    """

    def __init__(self, run: Path, wait: float = 600.0) -> None:
        self._path = run / "lease.json"
        self._lock = FileLock(run / "lease.lock")
        self._wait = wait
        self._last_beat = float("-inf")
        self._token = uuid.uuid4().hex

    def __enter__(self) -> Lease:
        deadline = time.monotonic() + self._wait
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=self._wait)
        except Timeout as error:
            raise Unfinished(f"{self._path.parent} is held by another process on this machine.") from error
        except OSError as error:
            raise UserError(f"Cannot write {self._path.parent}: {error.strerror}. Make it writable.") from error
        while self._held_elsewhere():
            if time.monotonic() > deadline:
                self._lock.release()
                raise Unfinished(f"{self._path.parent} is held by another machine (see {self._path}).")
            time.sleep(1.0)
        self.beat()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._holder().get("token") == self._token:
            self._path.unlink(missing_ok=True)
        self._lock.release()

    def beat(self) -> None:
        """Renews the heartbeat, at most every `HEARTBEAT_SECONDS`; cheap enough for every step.

        Raises:
            Unfinished: when another machine has taken the lease over.
        """
        if time.monotonic() - self._last_beat < HEARTBEAT_SECONDS:
            return
        first = self._last_beat == float("-inf")
        if not first and self._holder().get("token") != self._token:
            raise Unfinished(f"{self._path.parent} was taken over by another machine; this process stops.")
        self._last_beat = time.monotonic()
        job = os.environ.get("SLURM_JOB_ID", "")
        mine = {"host": socket.gethostname(), "pid": os.getpid(), "job": job, "token": self._token}
        write_json(self._path, {**mine, "time": time.time()})

    def _held_elsewhere(self) -> bool:
        holder = self._holder()
        elsewhere = holder.get("host", socket.gethostname()) != socket.gethostname()
        return elsewhere and time.time() - holder.get("time", 0.0) < STALE_SECONDS

    def _holder(self) -> dict[str, Any]:
        """What the heartbeat file says; nothing where it is missing or half a foreign write."""
        try:
            return read_json(self._path)
        except UserError:
            return {}
