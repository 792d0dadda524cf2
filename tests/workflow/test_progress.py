"""The numbers and lines of the progress display."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflows.progress import LIVE_JOBS, Progress, duration, last_lines


class Clock:
    """Seconds that tests set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at zero."""
    return Clock()


@pytest.fixture
def progress(clock: Clock) -> Progress:
    """A workflow of 20 trainings, 20 measurements and one report."""
    progress = Progress(clock)
    progress.plan({"train": 20, "measure": 20, "render": 1, "none": 0})
    return progress


def finish(progress: Progress, clock: Clock, rule: str, seconds: float) -> str:
    """Runs one job of `rule` to its end."""
    progress.start(1, rule, "digits-16/dcgan/wgan/s0", None)
    clock.now += seconds
    return progress.finish(1)


def test_the_time_left_is_the_mean_of_what_ran_times_what_is_to_run(progress: Progress, clock: Clock) -> None:
    """19 trainings of 10 s and 19 measurements of 4 s, one at a time, are 266 s; the unknown report counts nothing."""
    finish(progress, clock, "train", 10)
    assert progress.seconds_left() is None
    line = finish(progress, clock, "measure", 4)
    assert progress.seconds_left() == pytest.approx(19 * 10 + 19 * 4)
    assert line == " 2/41  measure digits-16/dcgan/wgan/s0  4 s, about 4 min left"


def test_jobs_side_by_side_divide_the_time_left(progress: Progress, clock: Clock) -> None:
    """Two jobs at a time halve the estimate."""
    finish(progress, clock, "measure", 4)
    progress.start(1, "train", "a", None)
    progress.start(2, "train", "b", None)
    clock.now += 10
    progress.finish(1)
    progress.finish(2)
    assert progress.seconds_left() == pytest.approx((18 * 10 + 19 * 4) / 2)


def test_jobs_that_may_be_waiting_in_a_queue_tell_nothing(clock: Clock) -> None:
    """Of ten submitted at once, how many run is seen when ten have ended: the last wait for the first."""
    progress = Progress(clock)
    progress.plan({"train": 40})
    for job in range(10):
        progress.start(job, "train", "", None)
    for job in range(10):
        assert progress.seconds_left() is None
        clock.now += 60
        progress.finish(job)
    assert progress.seconds_left() == pytest.approx(30 * 330 / 10)


def test_numbered_rules_are_one_kind(clock: Clock) -> None:
    """Ten batches, each a rule of its own, tell of each other: nine left at 60 s, one at a time, are 540 s."""
    progress = Progress(clock)
    progress.plan({**{f"batch_{number}": 1 for number in range(10)}, "reference": 2})
    finish(progress, clock, "reference", 5)
    assert progress.seconds_left() is None
    finish(progress, clock, "batch_3", 60)
    assert progress.seconds_left() == pytest.approx(9 * 60 + 5)
    progress.start(1, "batch_4", "", None)
    assert [line[:5] for line in progress.lines(80)[:2]] == ["batch", "refer"]
    assert "1/10  1 running" in progress.lines(80)[0]


def test_a_failed_job_is_neither_done_nor_running(progress: Progress) -> None:
    """Failures leave the counts of finished jobs alone."""
    progress.start(1, "train", "a", None)
    lost = progress.lose(1)
    assert lost is not None and lost.title == "train a"
    assert progress.counter() == " 0/41"
    assert progress.lose(1) is None


def test_the_block_shows_bars_and_what_each_running_job_says(progress: Progress, tmp_path: Path) -> None:
    """A terminal sees one bar a rule and the last line of each running job's log, cut to its width."""
    log = tmp_path / "train.log"
    log.write_text("starting\nstep 10/200\rstep 20/200, 35 steps/s\n")
    for job in range(LIVE_JOBS + 2):
        progress.start(job, "train", f"run{job}", log)
    lines = progress.lines(60)
    assert lines[0].startswith("train    ░░░") and lines[0].endswith(" 0/20  10 running")
    assert "  train run0  step 20/200, 35 steps/s" in lines
    assert lines[-1] == "  and 2 more"
    assert not any(line.startswith("render") for line in lines)
    assert max(map(len, lines)) <= 59


def test_the_end_of_a_long_log_is_read_without_its_beginning(tmp_path: Path) -> None:
    """Only whole lines from the end are returned, blank ones left out."""
    log = tmp_path / "x.log"
    log.write_text("".join(f"line {number}\n\n" for number in range(5000)))
    assert last_lines(log, 2) == ["line 4998", "line 4999"]
    assert last_lines(tmp_path / "none.log", 2) == []


def test_durations_are_in_the_unit_people_use() -> None:
    """Seconds, then minutes, then hours."""
    assert [duration(seconds) for seconds in (0.4, 99, 100, 5999, 6000)] == ["0 s", "99 s", "2 min", "100 min", "1.7 h"]
