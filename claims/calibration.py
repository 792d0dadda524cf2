"""How often each rule errs and how often it decides, by simulation: the table behind trust in the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from claims.claim import Verdict
from claims.simulation import AGAINST, BOUND_RULES, FOR, SURE, Kind, Noise, World, rates, worlds_of
from claims.statistics import RULES, proportion_interval

ALPHA = 0.05
"""Error level of each bound in the table."""

SIZES = (5, 10, 20)
"""Numbers of seeds in the table."""

SHARE_BOUNDS = (0.5, 0.8)
"""Bounds of shares in the table."""

NARROW = 0.1
"""A margin much smaller than the spread over seeds, in its standard deviations."""

_NOISES: tuple[Noise, ...] = ("normal", "skewed up", "skewed down", "skewed pairs", "one in ten fails")


def calibration_table(rng: np.random.Generator, worlds: int = 10_000) -> list[dict[str, Any]]:
    """Error rates and power of every rule, for every kind of sample, number of seeds and shape of noise.

    Means have a standard deviation of 1 over seeds. Where one run in ten fails no interval knows of failures that it
    has not seen, and the rates are far above the error level. Rates of shares are exact, so their intervals are points.

    Args:
        rng: source of the simulated worlds; the same one gives the same table.
        worlds: samples drawn for each rate of a mean.

    Returns:
        A row for each case: `rule`, `kind`, `margin`, `noise`, `n` and `alpha`; `false_supported` in the null world
        and `false_contradicted` in the boundary world, where *weaker* is wrong too, each with `_low` and `_high`;
        `power_supported` in the true world and `power_contradicted` in the opposite one.
    """
    return [
        _row(kind, rule, margin, noise=noise, n=n, rng=rng, worlds=worlds)
        for kind, rule, margin, noise in _cases()
        for n in SIZES
    ]


def _cases() -> Iterator[tuple[Kind, str, float, Noise]]:
    for rule in RULES:
        for noise in _NOISES:
            yield "mean", rule, 1.0, noise
    yield "mean", "within", NARROW, "normal"
    for rule in BOUND_RULES:
        for bound in SHARE_BOUNDS:
            yield "share", rule, bound, "normal"


def _row(
    kind: Kind, rule: str, margin: float, *, noise: Noise, n: int, rng: np.random.Generator, worlds: int
) -> dict[str, Any]:
    found = worlds_of(kind, rule, margin, noise=noise)

    def rate(name: str, verdicts: Iterable[Verdict]) -> float:
        world: World = found[name]
        seen = rates(kind, rule, margin, n=n, alpha=ALPHA, world=world, rng=rng, worlds=worlds)
        return sum(seen[verdict] for verdict in verdicts)

    row = {"rule": rule, "kind": kind, "margin": margin, "noise": noise if kind == "mean" else "", "n": n}
    for name, world_name, verdicts in (("false_supported", "null", FOR), ("false_contradicted", "boundary", AGAINST)):
        error = rate(world_name, verdicts)
        low, high = (error, error) if kind == "share" else proportion_interval(round(error * worlds), worlds, SURE)
        row |= {name: error, f"{name}_low": low, f"{name}_high": high}
    power = {
        "power_supported": rate("true", (Verdict.SUPPORTED,)),
        "power_contradicted": rate("opposite", (Verdict.CONTRADICTED,)),
    }
    return {**row, **power, "alpha": ALPHA}
