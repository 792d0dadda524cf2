"""Many claims, one table: Holm's correction within each paper, and how many false verdicts to expect.

A family is the claims of one paper that are tested statistically at a scale;
identities are not tested but checked. Within a claim no correction is due for
support, since all its stated parts have to hold (intersection-union, Berger 1982).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from claims.claim import Verdict
from claims.multiplicity import expected_false, holm
from claims.sequential import spent

NOT_AFTER_HOLM = "not after Holm's correction"
"""The flag of a verdict that its own error level allows and that of its family does not."""

_HOLDS = (Verdict.SUPPORTED.value, Verdict.WEAKER.value)
_FAILS = (Verdict.CONTRADICTED.value, Verdict.MIXED.value)

Record = Mapping[str, Any]


def p_value(record: Record) -> float | None:
    """Returns the p value of a claim's verdict, as a share of what its look may spend; None where nothing is tested.

    It is that of the decided direction; 1 for a verdict that decides nothing, or whose data sets disagree, and 0 for
    an exact counterexample.
    """
    stated = [part for part in record["parts"] if part["form"] == "stated"]
    tested = [part for part in stated if part["p_supported"] is not None]
    if not tested:
        return None
    found = 1.0
    if record["verdict"] in _HOLDS:
        found = max(part["p_supported"] for part in tested)
    elif against := [part for part in stated if part["verdict"] == Verdict.CONTRADICTED.value]:
        # One contradicted part is enough, so its p value is corrected for their number; exact parts have none.
        found = len(tested) * min(part["p_contradicted"] or 0.0 for part in against)
    return min(1.0, found / spent(record["look"], 1.0))


def corrected(records: Iterable[Record]) -> dict[str, tuple[str, float | None]]:
    """Returns each claim's verdict after the correction in its family, and its corrected p value.

    Args:
        records: the verdict records of one scale.
    """
    found: dict[str, tuple[str, float | None]] = {}
    families: dict[str, list[tuple[Record, float]]] = {}
    for record in records:
        p = p_value(record)
        found[record["claim"]] = (record["verdict"], None)
        if p is not None:
            families.setdefault(record["family"], []).append((record, p))
    for members in families.values():
        adjusted = holm([p for _, p in members])
        for (record, _), p in zip(members, adjusted, strict=True):
            withdrawn = _by_one_test(record) and p > record["alpha"]
            found[record["claim"]] = (Verdict.INCONCLUSIVE.value if withdrawn else record["verdict"], float(p))
    return found


def size(records: Iterable[Record], family: str) -> int:
    """Returns how many claims of a family are tested."""
    return sum(record["family"] == family and p_value(record) is not None for record in records)


def _by_one_test(record: Record) -> bool:
    """Whether a test decided: not where nothing is decided, and not where data sets decided in both directions."""
    against = any(part["verdict"] == Verdict.CONTRADICTED.value for part in record["parts"] if part["form"] == "stated")
    return record["verdict"] in _HOLDS or (record["verdict"] in _FAILS and against)


def expectation(records: Sequence[Record]) -> dict[str, float | int]:
    """Returns how many false verdicts the statistical claims of a table may hold at most, on average.

    A claim is either true or not, so of its two errors only one can happen, with probability at most alpha; what
    Holm's correction leaves is at most alpha for each family that any verdict of it is false.
    """
    tested = [record for record in records if p_value(record) is not None]
    alpha = max((record["alpha"] for record in tested), default=0.0)
    families = len({record["family"] for record in tested})
    return {
        "tested": len(tested),
        "alpha": alpha,
        "expected_false_at_most": expected_false(len(tested), alpha),
        "families": families,
        "expected_false_families_at_most": expected_false(families, alpha),
    }
