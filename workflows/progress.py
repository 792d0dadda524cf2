"""How far a workflow is: counts, an estimate of the time left, and the lines that say so."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TAIL_BYTES = 4096
MANY = 0.1  # share of all jobs from which a rule decides how long the workflow takes
LIVE_JOBS = 8  # more running jobs than this are counted, not listed


@dataclass(frozen=True)
class Job:
    """A job that runs: what it is, where it writes, and when it began."""

    rule: str
    name: str
    log: Path | None
    began: float

    @property
    def kind(self) -> str:
        """The rule, without the number that tells rules of one kind apart: `batch` for `batch_62`."""
        return kind_of(self.rule)

    @property
    def title(self) -> str:
        """Rule and subject, for example `train digits-16/dcgan/wgan/s0-1f3a…`."""
        return f"{self.rule} {self.name}".strip()


@dataclass
class Progress:
    """Counts of jobs by kind of rule, in the order the workflow names them.

    Args:
        clock: seconds that only grow; given by tests.
    """

    clock: Callable[[], float] = time.monotonic
    totals: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    running: dict[int, Job] = field(default_factory=dict)
    most_running: int = 1
    began: float = 0.0

    def plan(self, totals: Mapping[str, int]) -> None:
        """Takes the number of jobs by rule."""
        self.totals = {}
        for rule, count in totals.items():
            if count:
                self.totals[kind_of(rule)] = self.totals.get(kind_of(rule), 0) + count
        self.began = self.clock()

    def start(self, job_id: int, rule: str, name: str, log: Path | None) -> None:
        """Notes that a job runs."""
        self.running[job_id] = Job(rule, name, log, self.clock())
        self.most_running = max(self.most_running, len(self.running))

    def finish(self, job_id: int) -> str:
        """Notes that a job has ended well and returns the line about it."""
        job = self.running.pop(job_id)
        took = self.clock() - job.began
        self.done[job.kind] = self.done.get(job.kind, 0) + 1
        self.seconds[job.kind] = self.seconds.get(job.kind, 0.0) + took
        return f"{self.counter()}  {job.title}  {duration(took)}{self._left()}"

    def lose(self, job_id: int) -> Job | None:
        """Notes that a job has failed, and returns it."""
        return self.running.pop(job_id, None)

    def counter(self) -> str:
        """Returns jobs done and jobs in all, aligned."""
        total = str(sum(self.totals.values()))
        return f"{sum(self.done.values()):>{len(total)}}/{total}"

    def summary(self) -> str:
        """Returns jobs done and time taken."""
        return f"{self.counter()} jobs, {duration(self.clock() - self.began)}"

    def seconds_left(self) -> float | None:
        """Estimates the time left from the mean time of each rule's jobs.

        A rule with no finished job yet counts as nothing where it has few
        jobs; where it has many there is no estimate (None), nor before as many
        jobs have ended as there were at once, since jobs that wait in a queue
        are among these.
        """
        if sum(self.done.values()) < self.most_running:
            return None
        work = 0.0
        for rule, total in self.totals.items():
            done = self.done.get(rule, 0)
            if done:
                work += (total - done) * self.seconds[rule] / done
            elif total > MANY * sum(self.totals.values()):
                return None
        return work / self.most_running

    def lines(self, width: int) -> list[str]:
        """Returns the block shown on a terminal: a bar per rule, the clock, and what each running job says."""
        label = max((len(rule) for rule in self.totals), default=0)
        block = [self._bar(rule, label) for rule in self.totals if self.totals[rule] > 1 or self._runs(rule)]
        block.append(self.summary() + self._left())
        jobs = list(self.running.values())
        block += [f"  {job.title}  {last_line(job.log)}".rstrip() for job in jobs[:LIVE_JOBS]]
        if len(jobs) > LIVE_JOBS:
            block.append(f"  and {len(jobs) - LIVE_JOBS} more")
        return [line[: width - 1] for line in block]

    def _bar(self, rule: str, label: int, cells: int = 30) -> str:
        done, total = self.done.get(rule, 0), self.totals[rule]
        full = cells * done // total
        running = self._runs(rule)
        tail = f"  {running} running" if running else ""
        return f"{rule:<{label}}  {'█' * full}{'░' * (cells - full)}  {done:>{len(str(total))}}/{total}{tail}"

    def _runs(self, rule: str) -> int:
        return sum(job.kind == rule for job in self.running.values())

    def _left(self) -> str:
        left = self.seconds_left()
        return "" if left is None else f", about {duration(left)} left"


def kind_of(rule: str) -> str:
    """Returns a rule's name without the number at its end, if it has one."""
    return re.sub(r"_\d+$", "", rule)


def duration(seconds: float) -> str:
    """Returns a time in the unit people would use.

    Example:
        >>> duration(8.4), duration(200), duration(9000)
        ('8 s', '3 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def last_line(log: Path | None) -> str:
    """Returns the last line of a log that says something; empty where there is none yet."""
    lines = last_lines(log, 1)
    return lines[0] if lines else ""


def last_lines(log: Path | None, count: int | None) -> list[str]:
    """Returns up to `count` lines of the last few thousand bytes of a log, all of them for None.

    A line drawn over with carriage returns counts once.
    """
    if log is None or not log.is_file():
        return []
    with log.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - TAIL_BYTES))
        text = file.read().decode(errors="replace")
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1].strip("\n") for line in text.split("\n")]
    return [line for line in lines if line.strip()][-(count or 0) :]
