"""How likely a claim is to be decided at its next look, from the seeds so far.

A verdict record holds estimates, not the numbers of the seeds; those are taken
from the evidence again, on the way that the judge takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from claims.answers import HOLDS, LEAST, Asked, asked, contrasted, sample_of, values
from claims.claim import Claim, Evidence, Part, Verdict
from claims.design import terms
from claims.looks import Look
from claims.simulation import Array, Decided, bounds, decisions
from claims.statistics import RULES, Sample


class Prospect(NamedTuple):
    """The chances that something is found to hold at the next look, and that it is contradicted there."""

    holds: float
    fails: float


class Levels(NamedTuple):
    """Of each bound at the next look: that of a verdict, and those at which one member or part alone can make one."""

    alpha: float
    holds: float
    fails: float


def samples(claim: Claim, part: Part, evidence: Evidence) -> tuple[Asked, dict[str, Sample]]:
    """Returns what a part asks, and the sample behind the verdict on each member of its question."""
    assert part.question is not None, f"part {part.id} of {claim.id} has no question"
    ask = asked(part.question, claim.margin(part.id), claim.declaration.alpha, evidence)
    rows = contrasted(values(evidence, ask.outcome, part.question.arms), ask)
    kind = ask.outcome.kind
    return ask, {member: sample_of(found, kind, len(terms(member)), ask.step) for member, found in rows.items()}


def chance(claim: Claim, evidence: Evidence, *, factor: float, look: Look, rng: np.random.Generator) -> float:
    """Chance that a claim is decided at its next look, as if its parts were independent.

    Either all stated parts hold, or one is contradicted, at its share of the level; these exclude each other. Parts
    that share runs tend to go together, so the first is likelier than that and the second less likely. Parts that are
    decided now count too: the next look judges them again, at its own, lower level.

    Args:
        claim: a claim whose parts have questions; one without has nothing to go by, and the chance is 1.
        evidence: its runs and scores so far.
        factor: seeds at the next look over those so far, more than 1.
        look: the next look.
        rng: source of the simulated seeds.
    """
    found = list(_parts(claim, evidence, factor, look.share * claim.declaration.alpha, rng))
    return math.prod(part.holds for part in found) + _one_of(part.fails for part in found)


def _parts(
    claim: Claim, evidence: Evidence, factor: float, alpha: float, rng: np.random.Generator
) -> Iterator[Prospect]:
    """What is to be expected of each stated part.

    The p value of the member that decides is multiplied by the number of members, that of the part which contradicts
    the claim by the number of parts (`claims.answers.join`, `claims.families.tails`).
    """
    stated = [part for part in claim.parts if part.form == "stated"]
    for part in stated:
        if part.question:
            ask, found = samples(claim, part, evidence)
            any_will_do, n = part.question.quantifier == "any", len(found)
            share = alpha / len(stated)
            levels = Levels(alpha, alpha / n, share) if any_will_do else Levels(alpha, alpha, share / n)
            members = [_member(sample, ask, factor, levels, rng) for sample in found.values()]
            holds, fails = zip(*members, strict=True)
            yield (
                Prospect(_one_of(holds), math.prod(fails))
                if any_will_do
                else Prospect(math.prod(holds), _one_of(fails))
            )


def _one_of(chances: Iterator[float] | Sequence[float]) -> float:
    """The chance that at least one of independent events comes about."""
    return 1 - math.prod(1 - one for one in chances)


def _member(sample: Sample, ask: Asked, factor: float, levels: Levels, rng: np.random.Generator) -> Prospect:
    """Seeds to come yield as many values as those so far did: of a pair of arms only seeds that differ count.

    What yielded too few values for an interval, or all the same, is not believed to be decided by more of them.
    """
    n = len(sample.values)
    if n < LEAST[sample.kind] or sample.without_spread:
        return Prospect(0.0, 0.0)
    n_next = max(n + 1, round(factor * n))
    # Where either end of the interval contradicts, each has its share of the level.
    levels = levels._replace(fails=levels.fails / RULES[ask.question.rule].ends)
    return prospect(sample, ask.question.rule, ask.margin, n_next=n_next, levels=levels, rng=rng)


def prospect(
    sample: Sample,
    rule: str,
    margin: float,
    *,
    n_next: int,
    levels: Levels,
    rng: np.random.Generator,
    worlds: int = 4000,
) -> Prospect:
    """Chances of either decision of a rule at the next look, given the seeds so far: conditional power.

    The seeds to come are drawn from their posterior predictive distribution under Jeffreys' priors, so that what is
    not known yet of mean and spread, or of the probability, counts: for a mean sigma^2 = (n - 1) s^2 / chi^2(n - 1)
    and mu ~ Normal(mean, sigma^2 / n); for a share p ~ Beta(1/2 + successes, 1/2 + failures) (Spiegelhalter, Freedman
    and Blackburn, 1986, call it predictive power).

    Args:
        sample: the seeds so far.
        rule: key of `claims.statistics.RULES`.
        margin: of the rule.
        n_next: seeds at the next look, those so far among them.
        levels: of each bound at the next look; a decision must come out at its own and at that of the verdict.
        rng: source of the simulated seeds.
        worlds: how many continuations are drawn.

    Raises:
        ValueError: when the next look has no more seeds than there are, or a mean has fewer than two values so far.
    """
    so_far = np.asarray(sample.values, dtype=float)
    if n_next <= so_far.size:
        raise ValueError(f"the next look takes more than the {so_far.size} seeds so far, got {n_next}")
    new = _predicted(sample, rng, (worlds, n_next - so_far.size))
    drawn = np.hstack([np.tile(so_far, (worlds, 1)), new])

    def decided(alpha: float) -> Decided:
        return decisions(rule, *bounds(sample.kind, drawn, alpha, least_spread=sample.least_spread), margin=margin)

    at = {alpha: decided(alpha) for alpha in set(levels)}
    found = np.asarray(HOLDS, dtype=object)
    holds = np.isin(at[levels.alpha], found) & np.isin(at[levels.holds], found)
    fails = (at[levels.alpha] == Verdict.CONTRADICTED) & (at[levels.fails] == Verdict.CONTRADICTED)
    return Prospect(float(holds.mean()), float(fails.mean()))


def _predicted(sample: Sample, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Draws seeds to come: a row for each world, with its own mean and spread or its own probability."""
    values, column = np.asarray(sample.values, dtype=float), (shape[0], 1)
    n = values.size
    if sample.kind == "share":
        chance = rng.beta(0.5 + values.sum(), 0.5 + n - values.sum(), column)
        return (rng.random(shape) < chance).astype(float)
    if n < 2:
        raise ValueError(f"a spread needs at least 2 values, got {n}")
    spread = max(float(values.std(ddof=1)), sample.least_spread)
    sigma = spread * np.sqrt((n - 1) / rng.chisquare(n - 1, column))
    centre = values.mean() + sigma / math.sqrt(n) * rng.standard_normal(column)
    return centre + sigma * rng.standard_normal(shape)
