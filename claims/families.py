"""Many claims, one table: Holm's correction within each paper, and how many false verdicts to expect.

A family is the claims of one paper that are tested statistically at a scale;
identities are not tested but checked. Within a claim no correction is due for
support, since all its stated parts have to hold (intersection-union, Berger 1982).

A claim can be supported falsely or contradicted falsely, so it brings two p
values, and there are two corrections: one over what supports the claims of a
family, one over what contradicts them. Were only the p value of what was found
taken, a claim rightly decided one way would make room for a false verdict the
other way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from claims.claim import Verdict
from claims.multiplicity import expected_false, holm

NOT_AFTER_HOLM = "not after Holm's correction"
"""The flag of a verdict that its own error level allows and that of its family does not."""

_HOLDS = (Verdict.SUPPORTED.value, Verdict.WEAKER.value)

Record = Mapping[str, Any]


class Tails(NamedTuple):
    """The p values of a claim's verdict, as shares of what its look may spend.

    Args:
        supported: of all that it asserts; 1 where it does not hold.
        contradicted: of at least one part being less than it asserts; 1 where none is found to be, 0 for an exact
            counterexample.
    """

    supported: float
    contradicted: float


def tails(record: Record) -> Tails | None:
    """Returns the p values of a claim's verdict; None where nothing is tested."""
    stated = [part for part in record["parts"] if part["form"] == "stated"]
    tested = [part for part in stated if part["p_supported"] is not None]
    if record["verdict"] == Verdict.NOT_RUN.value or not (tested or record["statistical"]):
        return None
    # One part is enough to contradict or to weaken, so its p value is corrected for their number; exact ones have none.
    less = Verdict.WEAKER.value if record["verdict"] == Verdict.WEAKER.value else Verdict.CONTRADICTED.value
    against = [part["p_contradicted"] or 0.0 for part in stated if part["verdict"] == less]
    holds = [part["p_supported"] for part in tested] if record["verdict"] in _HOLDS else [1.0]
    fails = _n_tests(record) * min(against, default=1.0)
    return Tails(*(min(1.0, p / record["share"]) for p in (max(holds, default=1.0), fails if against else 1.0)))


def _n_tests(record: Record) -> int:
    """How many stated parts may contradict a claim.

    Of trainings all of them: which of them a gate stopped is seen only afterwards.
    """
    stated = [part for part in record["parts"] if part["form"] == "stated"]
    return sum(record["statistical"] or part["p_supported"] is not None for part in stated)


def corrected(records: Iterable[Record]) -> dict[str, tuple[str, float | None]]:
    """Returns each claim's verdict after the correction in its family, and the corrected p value of its direction.

    A positive effect found to be smaller than matters, and not so after the correction, is supported: nothing more is
    known of it.

    Args:
        records: the verdict records of one scale.
    """
    found: dict[str, tuple[str, float | None]] = {}
    families: dict[str, list[tuple[Record, Tails]]] = {}
    for record in records:
        found[record["claim"]] = (record["verdict"], None)
        if p := tails(record):
            families.setdefault(record["family"], []).append((record, p))
    for members in families.values():
        holds, fails = (holm(p) for p in zip(*(p for _, p in members), strict=True))
        for (record, _), supported, contradicted in zip(members, holds, fails, strict=True):
            found[record["claim"]] = _left(record, Tails(float(supported), float(contradicted)))
    return found


def _left(record: Record, adjusted: Tails) -> tuple[str, float]:
    """What corrected p values leave of a verdict, and the one of its direction."""
    verdict, alpha = record["verdict"], record["alpha"]
    if verdict in _HOLDS:
        if adjusted.supported > alpha:
            verdict = Verdict.INCONCLUSIVE.value
        elif adjusted.contradicted > alpha:
            verdict = Verdict.SUPPORTED.value
        return verdict, adjusted.supported
    parts = {part["verdict"] for part in record["parts"] if part["form"] == "stated"}
    if Verdict.CONTRADICTED.value not in parts:
        return verdict, 1.0  # nothing is decided, or data sets disagree
    return verdict if adjusted.contradicted <= alpha else _withdrawn(parts), adjusted.contradicted


def _withdrawn(parts: set[str]) -> str:
    """The verdict where what is contradicted is left undecided: what the other parts come to then."""
    left = (verdict.value for verdict in (Verdict.INVALID, Verdict.MIXED) if verdict.value in parts)
    return next(left, Verdict.INCONCLUSIVE.value)


def size(records: Iterable[Record], family: str) -> int:
    """Returns how many claims of a family are tested."""
    return sum(record["family"] == family and tails(record) is not None for record in records)


def expectation(records: Sequence[Record]) -> dict[str, float | int]:
    """Returns how many false verdicts the statistical claims of a table may hold at most, on average.

    At its own level a claim that is not true is supported with probability at most alpha, since all its stated parts
    have to hold. One that is true is contradicted, or found weaker, by any one of its stated parts, each tested at
    alpha: with probability at most alpha times their number. Only one of the two can happen, so the second counts. A
    family may hold errors of both kinds, each with probability at most alpha after Holm's correction, which takes the
    number of parts into account.

    Returns:
        `tested` claims with `parts` stated in all, their `alpha`, `families`, and what is expected at most:
        `expected_false_at_most` verdicts before the correction, `expected_false_families_at_most` families after it.
    """
    tested = [record for record in records if tails(record) is not None]
    alpha = max((record["alpha"] for record in tested), default=0.0)
    families = len({record["family"] for record in tested})
    # An exact counterexample may stand alone, but support of the claim is tested all the same.
    tests = [max(1, _n_tests(record)) for record in tested]
    return {
        "tested": len(tested),
        "parts": sum(tests),
        "alpha": alpha,
        "expected_false_at_most": expected_false(tests, alpha),
        "families": families,
        "expected_false_families_at_most": expected_false([2] * families, alpha),
    }
