"""Progress lines of a training, and signals that ask it to stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

REPORT_SECONDS = 5.0


class Progress:
    """Says at most every few seconds how far a training is, how fast, and how long it will take.

    Args:
        total: generator steps of the run.
        done: steps already done when this process began.
        say: where lines go.
    """

    def __init__(self, total: int, done: int, say: Callable[[str], None]) -> None:
        self._total = total
        self._first = done
        self._say = say
        self._began = self._spoke = time.monotonic()

    def report(self, step: int, record: np.ndarray) -> None:
        """Prints one line when it is time; `record` holds the history so far, (steps, 4)."""
        now = time.monotonic()
        if step == self._first or (now - self._spoke < REPORT_SECONDS and step < self._total):
            return
        self._spoke = now
        rate = (step - self._first) / (now - self._began)
        left = (self._total - step) / rate
        self._say(
            f"step {step}/{self._total} ({step / self._total:.0%}), {rate:.1f} steps/s, {left:.0f} s left, "
            f"critic loss {record[-1, 0]:.4g}, generator loss {record[-1, 1]:.4g}"
        )


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Collects SIGTERM and SIGUSR1 into the yielded list, so that work can stop at a safe point."""
    received: list[int] = []

    def note(number: int, frame: Any) -> None:
        del frame
        received.append(number)

    try:
        before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGUSR1)}
    except ValueError:  # not the main thread: the caller has its own way to stop
        before = {}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
