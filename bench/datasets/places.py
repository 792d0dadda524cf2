"""Where the files of data sets are found: below GANCLAIMS_DATA."""

from __future__ import annotations

import os
from pathlib import Path

from bench.errors import UserError


def given_folder() -> Path | None:
    """Returns the folder named by GANCLAIMS_DATA, or None where the variable is not set."""
    given = os.environ.get("GANCLAIMS_DATA")
    return Path(given) if given else None


def find(*names: str) -> Path | None:
    """Returns the first of `names` that exists below GANCLAIMS_DATA, or None."""
    folder = given_folder()
    found = (folder / name for name in names if (folder / name).exists()) if folder else iter(())
    return next(found, None)


def require(title: str, name: str) -> Path:
    """Returns `name` below GANCLAIMS_DATA, for a set that is never downloaded.

    Raises:
        UserError: when it is not there.
    """
    path = find(name)
    if path is None:
        raise missing(title, name)
    return path


def missing(title: str, expected: str) -> UserError:
    """Returns the error for a data set whose files are not there."""
    folder = given_folder()
    state = f"GANCLAIMS_DATA is {str(folder)!r}, which holds" if folder else "GANCLAIMS_DATA is not set, so there is"
    return UserError(
        f"The files of {title} are not here: {state} no {expected}. "
        "They are not downloaded; put them there, or leave the data set out."
    )
