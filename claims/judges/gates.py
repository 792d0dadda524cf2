"""Gates: the conditions without which evidence says nothing about a part of a claim."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from claims.answers import values
from claims.claim import Claim, Evidence, Part
from claims.design import Gate
from claims.judges.grid import planned_runs, unscored_gate
from claims.outcomes import OUTCOMES, alternative


def guards(claim: Claim, part: Part) -> tuple[Gate, ...]:
    """Returns the gates of a part, the premise of its outcome among them."""
    gates = claim.design.gates if claim.design else ()
    mine = tuple(gate for gate in gates if not gate.parts or part.id in gate.parts)
    premise = OUTCOMES[part.question.outcome].premise if part.question else ""
    if not (part.question and premise) or part.question.quantifier == "any":
        return mine  # of "any" a member whose runs are left out decides nothing, and the others may
    # Asked of the runs that meet it, a question says nothing where most do not; also of claims that declare no gate.
    return (*mine, Gate(f"Premise: {OUTCOMES[premise].words}.", premise, part.question.arms))


def otherwise(gates: Sequence[Gate], name: str) -> list[Gate]:
    """Returns gates asked in the other way of that name, where their outcomes have it: at another threshold, say."""
    others = [alternative(gate.outcome, name) for gate in gates]
    return [
        dataclasses.replace(gate, outcome=other.outcome) if other else gate
        for gate, other in zip(gates, others, strict=True)
    ]


def unplanned(gates: Sequence[Gate], evidence: Evidence) -> str:
    """Returns which gate has an arm without any planned run, or ""."""
    planned = set(planned_runs(evidence)["arm"])
    for one in gates:
        for arm in one.arms:
            if arm not in planned:
                return f"{one.reason} It is not known: no run of {arm} was planned."
    return ""


def failed(gates: Sequence[Gate], evidence: Evidence) -> tuple[str, int] | None:
    """Returns why a part cannot be judged, and on how many seeds that rests; None where all its gates hold.

    A gate of which too little is known does not hold.
    """
    for one in gates:
        table = values(evidence, OUTCOMES[one.outcome], one.arms)
        for (arm, data), cell in table.groupby(["arm", "data"])["value"]:
            if lost := unscored_gate(len(cell), int(cell.notna().sum())):
                return f"{one.reason} It is not known of {arm} on {data}: {lost}", len(cell)
            if cell.mean() < one.least:
                shown = f"{one.reason} It holds in {cell.mean():.0%} of the scored runs of {arm} on {data}."
                return shown, int(cell.notna().sum())
    return None
