"""How the runs behind a claim differ from the experiment of its paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from claims.claim import Claim

if TYPE_CHECKING:
    import pandas as pd

_OWNERS = {"architecture_options": "architecture", "method_options": "method"}

_NAMES = {"dataset": "data set"}
"""How a listed departure from the defaults names a setting, where that is not its own name."""

_SIZES = re.compile(r"^(image_size|generator_steps|\w+\.(critic_)?width)$")
"""Settings whose reduction makes a run a scaled-down one."""

_NUMBER = re.compile(r"^(?P<name>\S+) (?P<used>[\d.e+-]+) \(\w[\w ]* (?P<wanted>[\d.e+-]+)\)$")


def deviations(claim: Claim, runs: pd.DataFrame) -> list[str]:
    """Lists every departure of these runs from the paper's experiment, one line each.

    Departures from this project's defaults follow, where the paper's setting is not known.
    """
    paper = claim.paper.partition(")")[0] + ")"
    found = {
        f"{_NAMES.get(name, name)} {used} ({paper}: {wanted})"
        for name, used, wanted in _differences(claim, runs)
        if used != wanted
    }
    known = {_NAMES.get(name, name) for name, _, _ in _differences(claim, runs)}
    own = {item for item in _listed(runs) if not any(item.startswith(f"{name} ") for name in known)}
    if claim.published:
        own = {item.replace("(published ", "(default here ") for item in own}
    return [*sorted(found), *(claim.published_notes if len(runs) else ()), *sorted(own)]


def flags(claim: Claim, runs: pd.DataFrame) -> list[str]:
    """Says whether other data stand in for the paper's, and whether the runs are smaller or shorter."""
    differences = set(_differences(claim, runs))
    numbers = [match for match in map(_NUMBER.match, _listed(runs)) if match]
    pairs = [(match["name"], float(match["used"]), float(match["wanted"])) for match in numbers]
    pairs += [(name, used, wanted) for name, used, wanted in differences if not isinstance(used, bool | str)]
    stand_in = any(name == "dataset" and used != wanted for name, used, wanted in differences)
    smaller = any(_SIZES.match(name) and used < wanted for name, used, wanted in pairs)
    return ["stand-in data"] * stand_in + ["scaled down"] * smaller


def _listed(runs: pd.DataFrame) -> set[str]:
    return {item for text in runs["deviations"] for item in json.loads(text)}


def _differences(claim: Claim, runs: pd.DataFrame) -> Iterator[tuple[str, Any, Any]]:
    """Yields name, value used and published value of every setting of every run that the paper fixes."""
    for text in runs["spec"].unique() if claim.published else ():
        spec = json.loads(text)
        for path, wanted in claim.published.items():
            yield from ((name, used, wanted) for name, used in _setting(spec, path))


def _setting(spec: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Yields name and value of a setting, or nothing where the run has no such setting."""
    group, *rest = path.split(".")
    if not rest:
        yield group, spec[group]
        return
    owner = spec[_OWNERS[group]]
    if rest[-1] in spec[group] and rest[:-1] in ([], [owner]):
        yield f"{owner}.{rest[-1]}", spec[group][rest[-1]]
