"""More seeds for undecided claims, in looks that are declared before the first, so that looking again costs no error.

The levels are spent by the union bound: a false verdict at any look is at most as
likely as the levels of the looks add up to, for every rule, every kind of sample,
however the looks hang together, and however their number is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from claims.claim import Verdict
from claims.simulation import AGAINST, FOR, SURE, Array, Decided, Kind, bounds, decisions, worlds_of
from claims.statistics import proportion_interval
from claims.thresholds import FIRST_SHARE

GROWTH = 2
"""Factor between the numbers of seeds at two looks."""


def spent(look: int, alpha: float) -> float:
    """Level of each bound at a look: 4/5 of alpha at the first, alpha 2^-(k-1) / 5 at look k from the second on.

    They add up to less than alpha, whatever the number of looks, which is an alpha-spending
    function (Lan and DeMets, 1983) with the union bound in place of the joint distribution.

    Args:
        look: from 1.
        alpha: one-sided error level of all looks together.

    Raises:
        ValueError: for a look before the first.
    """
    if look < 1:
        raise ValueError(f"looks are counted from 1, got {look}")
    return alpha * (FIRST_SHARE if look == 1 else (1 - FIRST_SHARE) * 2.0 ** (1 - look))


def looks_schedule(planned: int, looks: int) -> tuple[int, ...]:
    """Returns the number of seeds at each look: the planned number, doubled from look to look.

    Example:
        >>> looks_schedule(10, 4)
        (10, 20, 40, 80)
    """
    return tuple(planned * GROWTH**k for k in range(looks))


def inflation(
    kind: Kind,
    rule: str,
    margin: float,
    *,
    schedule: Sequence[int],
    alpha: float,
    rng: np.random.Generator,
    worlds: int = 4000,
) -> list[dict[str, Any]]:
    """How often a claim is decided falsely when it is looked at again until it is decided.

    Args:
        kind: "mean" or "share".
        rule: key of `claims.statistics.RULES`.
        margin: of the rule; the values of a mean have a standard deviation of 1.
        schedule: number of seeds at each look.
        alpha: one-sided error level of all looks together.
        rng: source of the simulated worlds.
        worlds: how many are drawn.

    Returns:
        Four rows, of `error` ("supported" in the null world, "contradicted" in the boundary world), `levels` ("full":
        alpha at each look, or "spent"), `looks`, `alpha`, and the `rate` with `low` and `high`.
    """
    found = worlds_of(kind, rule, margin)
    levels = {"full": [alpha] * len(schedule), "spent": [spent(k + 1, alpha) for k in range(len(schedule))]}

    def decide(values: Array, level: float) -> Decided:
        return decisions(rule, *bounds(kind, values, level), margin=margin)

    rows = []
    for error, world, wrong in (("supported", "null", FOR), ("contradicted", "boundary", AGAINST)):
        values = found[world].draw(rng, (worlds, schedule[-1]))
        for name, alphas in levels.items():
            first = _first_decisions(values, list(zip(schedule, alphas, strict=True)), decide)
            false = sum(verdict in wrong for verdict in first)
            low, high = proportion_interval(false, worlds, SURE)
            rate = {"rate": false / worlds, "low": low, "high": high}
            rows.append({"error": error, "levels": name, "looks": len(schedule), "alpha": alpha, **rate})
    return rows


def _first_decisions(
    values: Array, looks: Sequence[tuple[int, float]], decide: Callable[[Array, float], Decided]
) -> Decided:
    """The verdict of each world at the first look that decides it, or at the last."""
    first = np.full(len(values), Verdict.INCONCLUSIVE, dtype=object)
    for n, level in looks:
        undecided = first == Verdict.INCONCLUSIVE
        first[undecided] = decide(values[undecided, :n], level)
    return first
