"""What a claim can reach at all: the smallest p values of yes-or-no outcomes, which a few seeds bound from below.

Five wins of five have a p value of 1/32 whatever the runs do, and Holm's correction
may ask for less. Means have no such bound: seeds may agree as closely as they like.
"""

from __future__ import annotations

from collections.abc import Iterable

from claims.claim import Claim, Part
from claims.families import Tails
from claims.multiplicity import holm
from claims.outcomes import OUTCOMES
from claims.sequential import spent
from claims.statistics import Sample, p_values


def reaches(claims: Iterable[Claim]) -> dict[str, dict[str, float | int | bool]]:
    """Returns the smallest p values that claims about trainings can reach at the first look, one data set each.

    The correction is that of a whole family: the claims about trainings of the paper, all of them tested and as
    certain as they can be, which is the best that Holm's correction, growing with every p value, can come to.

    Returns:
        By claim, at its planned number of seeds: `reach` and `reach_holm`, the p value of its support, before and after
        the correction; and at `few` seeds, the least number that decides: `few_reach`, `few_reach_holm`, and
        `few_holm_against`, of its contradiction. `in_reach` and `few_in_reach`: whether `reach_holm` and
        `few_reach_holm` are at most the error level.
    """
    from claims.catalogue import CLAIMS

    asked = {claim.id: claim for claim in claims}
    known = {claim.id: claim for claim in (*CLAIMS.values(), *asked.values()) if claim.design}
    found = {}
    for claim in asked.values():
        family = [other for other in known.values() if other.paper == claim.paper]
        at = family.index(claim)
        planned = [least_p(other, other.declaration.planned_seeds) for other in family]
        few = [least_p(other, other.declaration.min_seeds) for other in family]
        alpha, after, few_after = claim.declaration.alpha, _supported(planned)[at], _supported(few)[at]
        found[claim.id] = {
            "reach": planned[at].supported,
            "reach_holm": after,
            "in_reach": after <= alpha,
            "few": claim.declaration.min_seeds,
            "few_reach": few[at].supported,
            "few_reach_holm": few_after,
            "few_in_reach": few_after <= alpha,
            "few_holm_against": float(holm([p.contradicted for p in few])[at]),
        }
    return found


def _supported(family: list[Tails]) -> list[float]:
    return [float(p) for p in holm([p.supported for p in family])]


def least_p(claim: Claim, n: int) -> Tails:
    """Returns the smallest p values of a claim at `n` seeds, as shares of what the first look may spend."""
    stated = [part for part in claim.parts if part.form == "stated"]
    found = [_of_part(claim, part, n) for part in stated]
    supported, contradicted = max(p.supported for p in found), len(stated) * min(p.contradicted for p in found)
    return Tails(*(min(1.0, p / spent(1, 1.0)) for p in (supported, contradicted)))


def _of_part(claim: Claim, part: Part, n: int) -> Tails:
    """All seeds alike, or of a pair all differing alike; what decides for several members is corrected for them."""
    question = part.question
    if question is None or OUTCOMES[question.outcome].kind == "number":
        return Tails(0.0, 0.0)
    ends = [p_values(Sample("share", (one,) * n), question.rule, claim.margin(part.id)) for one in (0.0, 1.0)]
    supported, contradicted = (min(p) for p in zip(*ends, strict=True))
    k = len(question.members)
    return Tails(k * supported, contradicted) if question.quantifier == "any" else Tails(supported, k * contradicted)
