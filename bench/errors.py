"""The one exception users see, the nearest-name hint it often carries, and how commands end."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterable

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130  # as shells report Ctrl-C
EXIT_PIPE_CLOSED = 141  # as shells report a reader that went away
EXIT_UNFINISHED = 75  # EX_TEMPFAIL: the same command may be given again


class UserError(Exception):
    """Something the user can mend; shown as one line, without a traceback.

    The message says what came, what is allowed and what to do.
    """


SHOWN = 60
"""Most names that an error lists."""


def unknown_name(kind: str, name: object, allowed: Iterable[str], advice: str = "") -> UserError:
    """Returns the error for a name that is not among `allowed`, with the nearest names first.

    More than `SHOWN` names are counted, not listed, where there is advice to go by.
    """
    names = sorted(allowed)
    near = difflib.get_close_matches(str(name), names, n=2, cutoff=0.5)
    hint = f" Did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
    listed = f"There are {len(names)}." if advice and len(names) > SHOWN else f"Available: {', '.join(names)}."
    tail = f" {advice}" if advice else ""
    return UserError(f"Unknown {kind} {name!r}.{hint} {listed}{tail}")


def piped(command: Callable[[], int]) -> int:
    """Runs a command whose output may go to a reader that stops early, such as `head`; returns its exit status."""
    try:
        status = command()
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Otherwise Python would complain at exit of what it could not write.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PIPE_CLOSED
