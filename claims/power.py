"""Can a question be decided at all with the seeds it was planned with? Simulated worlds with the spread of pilot runs.

The spread of an outcome over seeds comes from `claims/pilots.json`, which
`python -m claims pilot` makes from runs whose seeds no verdict uses. A yes or no needs none.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.spec import seed_for
from claims.answers import contrasts, unit, values
from claims.claim import Claim, Evidence, Part
from claims.design import Question, terms
from claims.outcomes import OUTCOMES
from claims.reach import reaches
from claims.sequential import spent
from claims.simulation import FOR, Kind, detectable, power, rates, seeds_needed, worlds_of

PILOTS = Path(__file__).with_name("pilots.json")

DECIDABLE = 0.5
"""A question can be decided when the world in which it is true, or the opposite one, is told with this chance."""

Row = dict[str, Any]


def power_table(claims: Iterable[Claim]) -> list[Row]:
    """Returns a row for each part with a question.

    Keys: `claim`, `part`, `n` (planned seeds), `rule`, `margin`, `members` (cells joined), `sd` (None for a share, and
    where no pilot measured the outcome), `sd_source`, `power` (supported in the true world), `false_supported` (or
    weaker, in the null world), `contradicted_in_opposite`, `detectable` (effect found with 80 % power),
    `seeds_needed`, and `decidable`; what cannot be computed is None. And of its claim, at the planned seeds and at the
    least number of them that decides: see `claims.reach.reaches`.
    """
    asked = [claim for claim in claims if claim.design]
    reached = reaches(asked)
    return [_row(claim, part) | reached[claim.id] for claim in asked for part in claim.parts if part.question]


def _row(claim: Claim, part: Part) -> Row:
    question, n = part.question, claim.declaration.planned_seeds
    assert question is not None
    outcome = OUTCOMES[question.outcome]
    kind: Kind = "mean" if outcome.kind == "number" else "share"
    margin = unit(outcome, claim.margin(part.id))
    n_arms = max(len(terms(member)) for member in question.members)
    sd, source = (None, "exact") if kind == "share" else _spread(question.outcome, n_arms)
    about = {"claim": claim.id, "part": part.id, "n": n, "rule": question.rule, "margin": claim.margin(part.id)}
    about |= {"members": len(question.members), "sd": sd, "sd_source": source}
    if kind == "mean" and sd is None:
        return about | dict.fromkeys((*_FOUND, "decidable"))
    found = _found(kind, question, margin, n, claim.declaration.alpha, sd or 1.0)
    told = max(found["power"], found["contradicted_in_opposite"])
    return about | found | {"decidable": bool(told >= DECIDABLE)}


_FOUND = ("power", "false_supported", "contradicted_in_opposite", "detectable", "seeds_needed")


def _found(kind: Kind, question: Question, margin: float, n: int, alpha: float, sd: float) -> Row:
    """Rates of one member, joined for all of them as if they were independent."""
    rng = np.random.default_rng(seed_for("power", question.rule, kind, margin, n, sd))
    k, level = len(question.members), spent(1, alpha)
    each = question.quantifier == "each"
    for_level, against_level = (level, level / k) if each else (level / k, level)
    supported, _ = power(kind, question.rule, margin, n=n, alpha=for_level, sd=sd, rng=rng)
    _, against = power(kind, question.rule, margin, n=n, alpha=against_level, sd=sd, rng=rng)
    null = worlds_of(kind, question.rule, margin, sd=sd)["null"]
    wrong = rates(kind, question.rule, margin, n=n, alpha=for_level, world=null, rng=rng)
    one = sum(wrong[verdict] for verdict in FOR)
    return {
        "power": supported**k if each else 1 - (1 - supported) ** k,
        "false_supported": one if each else 1 - (1 - one) ** k,
        "contradicted_in_opposite": 1 - (1 - against) ** k if each else against**k,
        "detectable": detectable(kind, question.rule, margin, n=n, alpha=for_level, sd=sd, rng=rng),
        "seeds_needed": seeds_needed(kind, question.rule, margin, alpha=for_level, sd=sd, rng=rng),
    }


def _spread(outcome: str, n_arms: int) -> tuple[float | None, str]:
    """Standard deviation over seeds of a sum of `n_arms` arms: of one, of a paired difference, or of more of those."""
    known = pilots()
    found = known["outcomes"].get(outcome)
    if found is None:
        return None, "no pilot"
    sd = found["single"] if n_arms == 1 else found["pair"] * math.sqrt(n_arms / 2)
    return sd, known["source"]


@functools.cache
def pilots() -> dict[str, Any]:
    """Returns what the pilot runs measured: `source`, and `outcomes` with `single` and `pair` by name."""
    return json.loads(PILOTS.read_text()) if PILOTS.exists() else {"source": "", "outcomes": {}}


def pilot_spreads(evidence: Evidence) -> dict[str, dict[str, float]]:
    """Measures how much each numeric outcome varies from seed to seed, within arms and between paired arms.

    Args:
        evidence: pilot runs, their arm being architecture and method.

    Returns:
        By outcome: `single`, the root of the mean variance within arms, `pair`, that of the differences of two arms of
        one architecture and data set, paired by seed, and `arms`, how many were there.
    """
    found = {}
    for name, outcome in OUTCOMES.items():
        if outcome.kind == "number":
            table = values(evidence, outcome, sorted(evidence.runs["arm"].unique()))
            spread = dict(_spreads(table))
            if spread:
                found[name] = spread
    return found


def _spreads(table: pd.DataFrame) -> Iterator[tuple[str, float]]:
    used = table[table["value"].notna() & ~table["aside"]]
    groups = [cell for _, cell in used.groupby(["data", "arm"]) if len(cell) >= 3]
    single = [float(cell["value"].var(ddof=1)) for cell in groups]
    pairs = []
    for _, cell in used.groupby("data"):
        arms = sorted(cell["arm"].unique())
        for k, first in enumerate(arms):
            for second in (other for other in arms[k + 1 :] if other.split("-")[0] == first.split("-")[0]):
                rows = contrasts(cell, f"{first} - {second}", "number")
                pairs += [float(rows["value"].var(ddof=1))] if len(rows) >= 3 else []
    if single and pairs:
        yield "single", round(float(np.sqrt(np.mean(single))), 4)
        yield "pair", round(float(np.sqrt(np.mean(pairs))), 4)
        yield "arms", len(single)
