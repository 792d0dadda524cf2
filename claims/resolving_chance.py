"""How likely a claim is to be decided at its next look, from the seeds so far.

A verdict record holds estimates, not the numbers of the seeds; those are taken
from the evidence again, on the way that the judge takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from claims.answers import LEAST, Asked, asked, contrasted, sample_of, values
from claims.claim import Claim, Evidence, Part
from claims.design import terms
from claims.looks import Look
from claims.sequential import chance_of_resolving
from claims.statistics import Sample


def samples(claim: Claim, part: Part, evidence: Evidence) -> tuple[Asked, dict[str, Sample]]:
    """Returns what a part asks, and the sample behind the verdict on each member of its question."""
    assert part.question is not None, f"part {part.id} of {claim.id} has no question"
    ask = asked(part.question, claim.margin(part.id), claim.declaration.alpha, evidence)
    rows = contrasted(values(evidence, ask.outcome, part.question.arms), ask)
    kind = ask.outcome.kind
    return ask, {member: sample_of(found, kind, len(terms(member)), ask.step) for member, found in rows.items()}


def chance(claim: Claim, evidence: Evidence, *, factor: float, look: Look, rng: np.random.Generator) -> float:
    """Chance that a claim is decided at its next look, as if all of its parts had to be and were independent.

    It is the product over the stated parts of the chance that each member is
    decided (`claims.sequential.chance_of_resolving`); where any member will do,
    that at least one is, at a level corrected for their number. One part or
    member that is contradicted would often be enough, and parts that share runs
    tend to be decided together; so the chance tends to be higher. Parts that are
    decided now count too: the next look judges them again, at its own, lower level.

    Args:
        claim: a claim whose parts have questions; one without has nothing to go by, and the chance is 1.
        evidence: its runs and scores so far.
        factor: seeds at the next look over those so far, more than 1.
        look: the next look.
        rng: source of the simulated seeds.
    """
    alpha = look.share * claim.declaration.alpha
    return math.prod(_chances(claim, evidence, factor, alpha, rng))


def _chances(
    claim: Claim, evidence: Evidence, factor: float, alpha: float, rng: np.random.Generator
) -> Iterator[float]:
    for part in claim.parts:
        if part.form == "stated" and part.question:
            ask, found = samples(claim, part, evidence)
            one_will_do = part.question.quantifier == "any"
            level = alpha / len(found) if one_will_do else alpha
            chances = [_chance(sample, ask, factor, level, rng) for sample in found.values()]
            yield 1 - math.prod(1 - one for one in chances) if one_will_do else math.prod(chances)


def _chance(sample: Sample, ask: Asked, factor: float, alpha: float, rng: np.random.Generator) -> float:
    """Seeds to come yield as many values as those so far did: of a pair of arms only seeds that differ count.

    What yielded too few values for an interval, or all the same, is not believed to be decided by more of them.
    """
    n = len(sample.values)
    if n < LEAST[sample.kind] or sample.without_spread:
        return 0.0
    n_next = max(n + 1, round(factor * n))
    return chance_of_resolving(sample, ask.question.rule, ask.margin, n_next=n_next, alpha_next=alpha, rng=rng)
