"""Snakemake's terminal output in this project: live bars on a terminal, one line a job elsewhere.

The name of this package is how Snakemake finds it; profiles/default asks for
it. Everything Snakemake itself would print is in `.snakemake/log/`.
"""

from __future__ import annotations

import re
import shutil
import sys
import threading
from logging import WARNING, LogRecord
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from workflows.progress import Progress, last_lines

REFRESH_SECONDS = 0.5
LOG_LINES = 15
ENDED_BY_CLUSTER = re.compile("TIME LIMIT|out.of.memory|oom.kill|CANCELLED|Killed|NODE FAIL", re.IGNORECASE)
CHATTER = (
    "Assuming ",
    "Building ",
    "Conda env",
    "Execute ",
    "Provided ",
    "Rules claiming",
    "Select jobs",
    "Using shell",
)


class LogHandler(LogHandlerBase):
    """Draws the progress of a run; in a dry run lists the jobs, one line each."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = False  # Snakemake's own honours --quiet
    has_formatter = False  # Snakemake's own serves --verbose
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self.stream = sys.stdout if self.common_settings.stdout else sys.stderr
        self.plain = bool(self.common_settings.verbose or self.common_settings.printshellcmds)
        self.live = self.stream.isatty() and not self.plain and not self.common_settings.dryrun
        self.progress = Progress()
        self.drawn = 0
        self.guard = threading.RLock()
        self.over = threading.Event()
        self.handlers = {
            LogEvent.RUN_INFO: self._run_info,
            LogEvent.JOB_INFO: self._job_info,
            LogEvent.JOB_FINISHED: self._job_finished,
            LogEvent.JOB_ERROR: self._job_error,
            LogEvent.GROUP_ERROR: self._group_error,
            LogEvent.ERROR: self._error,
            None: self._message,
        }

    def emit(self, record: LogRecord) -> None:
        """Shows one message of Snakemake's."""
        try:
            if self.plain:
                self._print(self.format(record))
                return
            handle = self.handlers.get(getattr(record, "event", None))
            if handle:
                handle(record)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Ends with one line on the whole run."""
        if self.progress.totals and not self.over.is_set() and not self.common_settings.dryrun and not self.plain:
            self.over.set()
            self._print(self.progress.summary())
        self.over.set()
        super().close()

    def _run_info(self, record: Any) -> None:
        said_before = bool(self.progress.totals)
        self.progress.plan({rule: count for rule, count in record.stats.items() if rule != "total"})
        if self.common_settings.dryrun:
            if said_before:  # Snakemake counts the jobs before and after it lists them; after is where it is seen
                self._print(record.getMessage())
            return
        self._print(f"{record.stats['total']} jobs to run")
        if self.live:
            threading.Thread(target=self._redraw, daemon=True).start()

    def _job_info(self, record: Any) -> None:
        name = " ".join(
            str(value) for key, value in (record.wildcards or {}).items() if key not in ("protocol", "scale")
        )
        if self.common_settings.dryrun:
            reason = "; ".join(part.split(":")[0].strip() for part in str(record.reason or "").split("; "))
            self._print(f"{record.rule_name} {name}  [{reason}]")
            return
        log = Path(record.log[0]) if record.log else None
        with self.guard:
            self.progress.start(record.jobid, record.rule_name, name, log)

    def _job_finished(self, record: Any) -> None:
        with self.guard:
            if record.job_id not in self.progress.running:
                return
            line = self.progress.finish(record.job_id)
        if not self.live:
            self._print(line)

    def _job_error(self, record: Any) -> None:
        with self.guard:
            job = self.progress.lose(record.jobid)
        if job is None:
            return
        self._print(f"failed: {job.title} (log: {job.log})")
        logs = [job.log, *(Path(log) for log in record.log or () if Path(log) != job.log)]
        told = next((log for log in logs if last_lines(log, 1)), None)
        for line in [*(record.rule_msg or "").splitlines()[:1], *last_lines(told, LOG_LINES)]:
            self._print(f"    {line}")

    def _group_error(self, record: Any) -> None:
        """Jobs that a cluster ran as one have one log beside their own; each is told of by the events that follow."""
        (log,) = record.aux_logs[:1] or [None]
        self._print(f"failed: {len(record.job_error_info)} jobs that ran as one (log: {log})")
        for line in last_lines(log and Path(log), None):
            if ENDED_BY_CLUSTER.search(line):
                self._print(f"    {line}")

    def _error(self, record: Any) -> None:
        # A failed command is told with the end of its log, by the event that follows.
        if "CalledProcessError" not in record.getMessage():
            self._print(record.getMessage())

    def _message(self, record: LogRecord) -> None:
        text = record.getMessage().strip()
        if record.levelno >= WARNING or (text and not text.startswith(CHATTER)):
            self._print(text)

    def _print(self, text: str) -> None:
        with self.guard:
            self._erase()
            print(text, file=self.stream, flush=True)

    def _erase(self) -> None:
        if self.drawn:
            self.stream.write(f"\x1b[{self.drawn}F\x1b[J")
            self.drawn = 0

    def _redraw(self) -> None:
        while not self.over.wait(REFRESH_SECONDS):
            with self.guard:
                lines = self.progress.lines(shutil.get_terminal_size().columns)
                self._erase()
                print("\n".join(lines), file=self.stream, flush=True)
                self.drawn = len(lines)
