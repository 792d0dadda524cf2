"""The protocol in code: what every claim about trainings has to declare. In words: claims/PROTOCOL.md."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import get_args

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS
from bench.errors import UserError
from claims.claim import Claim, Part
from claims.design import RULE_NAMES, Quantifier, Question, terms

ALPHA = 0.05
"""One-sided error level of a claim."""

CONFIRMATORY = 5
"""Least number of seeds with which anything is decided; fewer show that a grid runs."""

STANDARD = 10
"""Seeds a claim is planned with."""

EQUIVALENCE = 20
"""Seeds a claim is planned with that says of something that it makes no difference."""

EQUIVALENCE_LEAST = 10
"""Least number of seeds with which such a claim is decided."""


EXPRESSION = re.compile(r"\S+( [+-] \S+)*")
"""A sum or difference of arms."""

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""An id of a claim, which is part of every path and link."""


def check(claim: Claim) -> None:
    """Refuses a claim about trainings that breaks the protocol.

    Raises:
        UserError: naming the first thing that is wrong.
    """
    for words in violations(claim):
        raise UserError(f"Claim {claim.id!r}: {words}")


def violations(claim: Claim) -> Iterator[str]:
    """Yields what in a claim about trainings breaks the protocol."""
    if claim.design is None:
        return
    if not NAME.fullmatch(claim.id):
        yield "its id may have lower-case letters, digits and single hyphens only."
    yield from _of_declaration(claim)
    yield from _of_arms(claim)
    if not any(part.form == "stated" for part in claim.parts):
        yield "it has no stated part, so it asserts nothing."
    for part in claim.parts:
        yield from _of_part(claim, part)
    yield from _of_gates(claim)


def _of_declaration(claim: Claim) -> Iterator[str]:
    declared = claim.declaration
    for key in ("measure", "direction", "test", "against", "checkpoint"):
        if not getattr(declared, key):
            yield f"its declaration leaves {key!r} empty."
    if declared.alpha != ALPHA:
        yield f"it declares alpha {declared.alpha}; every claim about trainings has {ALPHA}."
    equal = any(part.question and part.question.rule == "within" for part in claim.parts)
    least, planned = (EQUIVALENCE_LEAST, EQUIVALENCE) if equal else (CONFIRMATORY, STANDARD)
    if declared.min_seeds < least or declared.planned_seeds < max(planned, declared.min_seeds):
        yield (
            f"it declares min_seeds={declared.min_seeds} and planned_seeds={declared.planned_seeds}; "
            f"they are at least {least} and {planned}{' for equivalence' if equal else ''}."
        )


def _of_arms(claim: Claim) -> Iterator[str]:
    assert claim.design
    ids = [arm.id for arm in claim.design.arms]
    if len(set(ids)) < len(ids):
        yield "two of its arms have one name."
    for arm in claim.design.arms:
        for registry, name in ((ARCHITECTURES, arm.architecture), (METHODS, arm.method)):
            if name not in registry:
                yield f"arm {arm.id!r} names the unknown {registry.kind} {name!r}."
        for name in arm.datasets:
            if name not in DATASETS:
                yield f"arm {arm.id!r} names the unknown data set {name!r}."
        if " " in arm.id:
            yield f"arm {arm.id!r} has a space in its name."


def _of_part(claim: Claim, part: Part) -> Iterator[str]:
    from claims.outcomes import OUTCOMES

    question = part.question
    if question is None:
        if claim.judge == type(claim).judge:
            yield f"part {part.id!r} has no question."
        return
    if not question.members or question.quantifier not in get_args(Quantifier):
        yield f"part {part.id!r} asks {question.quantifier!r} of {question.of!r}; it is 'each' or 'any' of some arms."
    for member in question.members:
        if not EXPRESSION.fullmatch(member):
            yield f"part {part.id!r} asks of {member!r}; write an arm, or arms with signs between, as in 'a - b'."
            return
    if question.outcome not in OUTCOMES:
        yield f"part {part.id!r} asks for the unknown outcome {question.outcome!r}; there are {', '.join(OUTCOMES)}."
    elif question.rule not in RULE_NAMES:
        yield f"part {part.id!r} has the unknown rule {question.rule!r}; there are {', '.join(RULE_NAMES)}."
    else:
        yield from _of_question(claim, part, question)


def _of_question(claim: Claim, part: Part, question: Question) -> Iterator[str]:
    from claims.outcomes import OUTCOMES

    assert claim.design
    known = {arm.id for arm in claim.design.arms}
    for arm in question.arms:
        if arm not in known:
            yield f"part {part.id!r} asks about {arm!r}, which is no arm of it."
    outcome, margin = OUTCOMES[question.outcome], claim.margin(part.id)
    for member in question.members:
        yield from _of_member(part, question, outcome.kind, member)
    if question.rule in ("greater", "not greater", "within") and not (0 <= margin < math.inf):
        yield f"part {part.id!r} has the margin {margin}; the smallest effect that matters is positive."
    if question.rule == "within" and margin == 0:
        yield f"part {part.id!r} has the margin 0; no two ways of training differ by nothing at all."
    if outcome.scale == "correlation" and not -1 < margin < 1:
        yield f"part {part.id!r} has the margin {margin}; a correlation lies between -1 and 1."
    counted = outcome.kind != "number"
    if counted and (question.rule not in ("at least", "below") or not 0 < margin < 1):
        yield f"part {part.id!r} is about a share: its rule is 'at least' or 'below' a margin between 0 and 1."


def _of_member(part: Part, question: Question, kind: str, member: str) -> Iterator[str]:
    """What is wrong with one arm, or one sum or difference of arms, that a question of some kind of outcome asks of."""
    signs, arms = zip(*terms(member), strict=True)
    if len(set(arms)) < len(arms):
        yield f"part {part.id!r} asks of {member!r}, in which an arm stands twice."
    allowed = {"number": (signs,), "yes or no": ((1,), (1, -1)), "order": ((1, -1),)}[kind]
    if signs not in allowed:
        shown = " or ".join({(1,): "one arm", (1, -1): "'a - b'"}[one] for one in allowed)
        yield f"part {part.id!r} asks of {member!r}; of {question.outcome} it can ask of {shown}."


def _of_gates(claim: Claim) -> Iterator[str]:
    from claims.outcomes import OUTCOMES

    assert claim.design
    arms, parts = {arm.id for arm in claim.design.arms}, {part.id for part in claim.parts}
    for gate in claim.design.gates:
        if not (set(gate.arms) <= arms and set(gate.parts) <= parts and gate.arms):
            yield f"its gate {gate.reason!r} names arms or parts that it does not have."
        if gate.outcome not in OUTCOMES or OUTCOMES[gate.outcome].kind != "yes or no":
            yield f"its gate {gate.reason!r} needs an outcome that is true or false of a run, not {gate.outcome!r}."
