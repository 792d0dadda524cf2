"""When each declaration was first on record here: a claim has to be declared before its evidence is made.

One file per declaration, `results/declarations/<claim>/<hash>.json`, written when
a workflow starts and never changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.files import read_json, write_json
from bench.provenance import git_state
from claims import thresholds
from claims.claim import Claim

if TYPE_CHECKING:
    import pandas as pd

CHANGED = "declaration changed after its evidence"
LATE = "declared after its evidence"


def declare(claims: Iterable[Claim], results: Path) -> None:
    """Puts the declarations of claims on record, each once.

    Raises:
        UserError: when the results folder cannot be written.
    """
    new = [claim for claim in claims if not _path(claim, results).exists()]
    commit, _ = git_state() if new else ("", False)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for claim in new:
        content = {"claim": claim.id, "declared_at": now, "git_commit": commit, "declaration": _content(claim)}
        write_json(_path(claim, results), content)


def declared_at(claim_id: str, declaration_hash: str, results: Path) -> str | None:
    """Returns when a declaration of a claim was put on record, as ISO 8601; None where it was not."""
    path = _place(claim_id, declaration_hash, results)
    return read_json(path)["declared_at"] if path.exists() else None


def timing(claim: Claim, results: Path, made_at: Iterable[str]) -> str:
    """Returns the flag of a declaration that is younger than the evidence; "" where all is in order.

    Args:
        claim: the claim.
        results: the results folder.
        made_at: when the work on each piece of evidence began, as ISO 8601; empty where that is not known.
    """
    known = [datetime.fromisoformat(moment) for moment in made_at if moment]
    declared = declared_at(claim.id, claim.declaration_hash, results)
    if declared and (not known or datetime.fromisoformat(declared) <= min(known)):
        return ""
    earlier = len(list(_path(claim, results).parent.glob("*.json"))) > (declared is not None)
    return CHANGED if earlier else LATE


def changed(claim: Claim, study: pd.DataFrame) -> str:
    """Returns the flag of a declaration that is not the one its study was made under; "" where all is in order."""
    known = set(study["declaration_hash"]) if "declaration_hash" in study else set()
    return CHANGED if known - {claim.declaration_hash} else ""


def _path(claim: Claim, results: Path) -> Path:
    return _place(claim.id, claim.declaration_hash, results)


def _place(claim_id: str, declaration_hash: str, results: Path) -> Path:
    return results / "declarations" / claim_id / f"{declaration_hash}.json"


def _content(claim: Claim) -> dict[str, Any]:
    return {
        "parts": [dataclasses.asdict(part) for part in claim.parts],
        "declaration": dataclasses.asdict(claim.declaration),
        "design": dataclasses.asdict(claim.design) if claim.design else None,
        "thresholds": thresholds.in_force() if claim.design else None,
    }
