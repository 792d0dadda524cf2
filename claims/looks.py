"""How often a claim about trainings has been looked at, and what that leaves of its error level.

Whoever adds seeds until a verdict comes out errs more often than declared, unless
every look pays for itself. Each look at evidence with enough seeds to decide is
recorded, in `results/looks/<scale>/<claim>.json`, whether it was planned, made by
`python -m claims resolve`, or came about because somebody raised the number of
seeds; it then spends what `claims.sequential.spent` declares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.files import read_json, write_json
from bench.spec import digest
from claims.claim import Claim
from claims.sequential import spent


@dataclass(frozen=True)
class Look:
    """One look.

    Args:
        number: from 1.
        share: of the declared error level, to be spent by it.
    """

    number: int
    share: float


FIRST = Look(1, spent(1, 1.0))
"""The planned look."""


def look_at(claim: Claim, runs: Iterable[str], n_seeds: int, results: Path, scale: str) -> Look:
    """Returns which look it is to judge a claim on these runs, and records it where it may decide something.

    Args:
        claim: the claim.
        runs: ids of the finished runs.
        n_seeds: seeds of the arm that has most: a part about that arm may be decided.
        results: the results folder.
        scale: name of the configuration.

    Raises:
        UserError: when the record is damaged.
    """
    path = results / "looks" / scale / f"{claim.id}.json"
    known: list[str] = read_json(path) if path.exists() else []
    key = digest([claim.declaration_hash, sorted(set(runs))])
    if key not in known:
        known = [*known, key]
        if n_seeds >= claim.declaration.min_seeds:
            write_json(path, known)
    number = known.index(key) + 1
    return Look(number, spent(number, 1.0))
