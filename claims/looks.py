"""How often a claim about trainings has been looked at, and what that leaves of its error level.

Whoever adds seeds until a verdict comes out errs more often than declared, unless
every look pays for itself. Each look at evidence with enough seeds to decide is
recorded, in `results/looks/<claim>.json`, whether it was planned, made by
`python -m claims resolve`, or came about because somebody raised the number of
seeds; it then spends what `claims.sequential.spent` declares. Looks at other
scales count where they share a run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.files import read_json, write_json
from bench.spec import digest
from claims.claim import Claim
from claims.sequential import spent

if TYPE_CHECKING:
    import pandas as pd

PASSED_OVER = "not the latest look"
"""The flag of a verdict after which further looks at the same runs were taken."""


@dataclass(frozen=True)
class Look:
    """One look.

    Args:
        number: from 1.
        share: of the declared error level, to be spent by it.
        taken: looks on record so far that share runs with it, itself among them.
    """

    number: int
    share: float
    taken: int = 1


FIRST = Look(1, spent(1, 1.0))
"""The planned look."""


def look_at(
    claim: Claim,
    runs: Iterable[str],
    n_seeds: int,
    results: Path,
    scale: str,
    *,
    protocols: Iterable[str] = (),
    judged: str = "",
) -> Look:
    """Returns which look it is to judge a claim on these runs, and records it where it may decide something.

    Args:
        claim: the claim.
        runs: ids of the finished runs.
        n_seeds: seeds of the arm that has most: a part about that arm may be decided.
        results: the results folder.
        scale: name of the configuration.
        protocols: how the runs were scored; the same runs scored in another way are another look.
        judged: digest of what they came to (`digest_of`); the same runs trained again are another look.

    Raises:
        UserError: when the record is damaged.
    """
    path = results / "looks" / f"{claim.id}.json"
    known: list[dict[str, Any]] = read_json(path) if path.exists() else []
    ids = sorted(set(runs))
    this = {
        "declaration_hash": claim.declaration_hash,
        "scale": scale,
        "runs": ids,
        "protocols": sorted(set(protocols)),
        "judged": judged,
    }
    # Older records lack what was judged; whether this is the same is not known then.
    places = [k for k, look in enumerate(known) if {key: look.get(key) for key in this} == this]
    if not places:
        places = [len(known)]
        known = [*known, {**this, "seeds": n_seeds, "at": datetime.now(UTC).isoformat(timespec="seconds")}]
        if n_seeds >= claim.declaration.min_seeds:
            write_json(path, known)
    related = [k for k, look in enumerate(known) if look["scale"] == scale or set(ids) & set(look["runs"])]
    number = related.index(places[0]) + 1
    return Look(number, spent(number, 1.0), len(related))


def digest_of(runs: pd.DataFrame, scores: pd.DataFrame) -> str:
    """Returns a digest of what a verdict rests on: how runs ended, and every usable score, in whatever order.

    Nothing counts that differs where the same evidence is collected again.

    Args:
        runs: the finished runs.
        scores: of these runs and of their references.
    """
    tables = [runs[["run_id", "outcome"]]] if len(runs) else []
    tables += [scores.loc[scores["status"] == "ok", ["run_id", "step", "metric", "value"]]] if len(scores) else []
    return digest([sorted(set(table.to_csv(index=False, header=False).splitlines())) for table in tables])
