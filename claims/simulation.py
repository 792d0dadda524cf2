"""What a rule would say in simulated worlds: error rates, power, and the seeds it takes.

A world says how the number of each seed comes about. For every rule there are
four of them, from `worlds_of`:

| world | what holds in it | what is wrong there |
|---|---|---|
| "true" | the statement, comfortably | |
| "null" | the edge at which the statement is just not true | *supported*, *weaker* |
| "boundary" | the edge at which it is just true | *contradicted*, *weaker* |
| "opposite" | the contrary, comfortably | |

For "greater" with margin m these are the effects 2m, 0, m and -m, since an effect
is claimed that is positive and matters; "not greater" is its mirror image: -m, m,
0 and 2m. For "within" they are 0, m, m and 2m. For a bound, "null" and "boundary"
are the bound itself, the others lie one standard deviation from it, or for a
share four fifths of the way to 0 or 1. A margin of zero is replaced by one standard deviation
where a distance is needed.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from claims.claim import Verdict
from claims.statistics import RULES, t_intervals

Kind = Literal["mean", "share"]
Noise = Literal["normal", "skewed up", "skewed down", "skewed pairs", "one in ten fails"]
Array = NDArray[np.float64]
Decided = NDArray[np.object_]

SURE = 0.001
"""One-sided error level of the intervals of simulated rates: hardly one in a whole table misses its rate."""

POWER = 0.8
"""The power that a number of seeds is asked for (Cohen, 1988)."""

SEEDS = (5, 10, 20, 40, 80, 160, 320)
"""The numbers of seeds looked at."""

SKEW = 0.5
"""Standard deviation of the logarithm of skewed noise; its skewness is 1.75."""

FAILS = 0.1
"""Chance that a run fails, where one in ten does."""

LOST = 30.0
"""What a failed run loses, in standard deviations of those that do not fail. Scored as its untrained generator it
loses about 3 in log FID, beside a spread over seeds of about 0.1."""

BOUND_RULES = ("at least", "below")
"""The rules that a share can be asked about."""

FOR = (Verdict.SUPPORTED, Verdict.WEAKER)
"""Verdicts that are wrong where there is no effect."""

AGAINST = (Verdict.CONTRADICTED, Verdict.WEAKER)
"""Verdicts that are wrong where the effect is as large as claimed."""

SURE_OF_SHARE = 0.8
"""How far the true and the opposite world of a share lie on the way from its bound to 1 or 0: what "it trains" means
of a method is nearly always, not three times out of four."""

_STEPS = 14
"""Halvings of an interval of effects: to a ten thousandth of it, which is finer than the simulation."""

_LARGEST = 64.0
"""Multiple of the distance between "null" and "true" up to which an effect is looked for."""


@dataclass(frozen=True)
class World:
    """How the number of a seed comes about.

    Args:
        kind: of the sample: "mean" or "share".
        effect: mean of the values, or probability of a 1.
        sd: standard deviation of a mean's values over seeds.
        noise: shape of a mean's values, with the same mean and standard deviation: skewed ones are shifted lognormal,
            "skewed pairs" are differences of two of those; of "one in ten fails" one in ten lies far below the rest.
    """

    kind: Kind
    effect: float
    sd: float = 1.0
    noise: Noise = "normal"

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """Draws independent values."""
        if self.kind == "share":
            return (rng.random(shape) < self.effect).astype(float)
        return self.effect + self.sd * _standardised(rng, shape, self.noise)


def worlds_of(kind: Kind, rule: str, margin: float, *, sd: float = 1.0, noise: Noise = "normal") -> dict[str, World]:
    """Returns the worlds "true", "null", "boundary" and "opposite" of a rule; the module says what they are.

    Args:
        kind: "mean" or "share".
        rule: key of `claims.statistics.RULES`.
        margin: of the rule.
        sd: standard deviation over seeds.
        noise: shape of the values of a mean.

    Raises:
        ValueError: for a share and a rule that is not about a bound.
    """
    if kind == "share" and rule not in BOUND_RULES:
        raise ValueError(f"a share is at least or below a bound, got the rule {rule!r}")
    step = margin or sd
    away = 1 - SURE_OF_SHARE
    up, down = (1 - away * (1 - margin), away * margin) if kind == "share" else (margin + sd, margin - sd)
    effects = {
        "greater": (2 * step, 0.0, margin, -step),
        "not greater": (-step, margin, 0.0, 2 * step),
        "within": (0.0, margin, margin, 2 * step),
        "at least": (up, margin, margin, down),
        "below": (down, margin, margin, up),
    }
    names = ("true", "null", "boundary", "opposite")
    return {name: World(kind, effect, sd, noise) for name, effect in zip(names, effects[rule], strict=True)}


def bounds(kind: Kind, values: Array, alpha: float, *, least_spread: float = 0.0) -> tuple[Array, Array]:
    """Interval bounds of many samples at once.

    Args:
        kind: "mean" or "share".
        values: shape (worlds, n).
        alpha: one-sided error level of each bound.
        least_spread: smallest standard deviation believed of a mean's values.

    Returns:
        Lower and upper bounds, each of shape (worlds,).
    """
    if kind == "mean":
        return t_intervals(values, alpha, least_spread)[1:]
    counts = values.sum(axis=-1).astype(int)
    low, high = _share_table(values.shape[-1], alpha)
    return low[counts], high[counts]


def decisions(rule: str, low: Array, high: Array, *, margin: float) -> Decided:
    """Applies a rule to many intervals; returns a verdict for each."""
    decided = np.empty(len(low), dtype=object)
    decided[:] = [RULES[rule](*ends, margin) for ends in zip(low.tolist(), high.tolist(), strict=True)]
    return decided


def rates(
    kind: Kind,
    rule: str,
    margin: float,
    *,
    n: int,
    alpha: float,
    world: World,
    rng: np.random.Generator,
    worlds: int = 4000,
) -> dict[Verdict, float]:
    """How often a rule comes to each verdict in a world.

    Those of a share are exact: every count of successes is weighed by its binomial probability.

    Args:
        kind: "mean" or "share".
        rule: key of `claims.statistics.RULES`.
        margin: of the rule.
        n: seeds.
        alpha: one-sided error level of each bound.
        world: how the values come about.
        rng: source of the values of a mean.
        worlds: how many samples of a mean are drawn.
    """
    if kind == "share":
        low, high = _share_table(n, alpha)
        weights = stats.binom.pmf(np.arange(n + 1), n, world.effect)
        decided = decisions(rule, low, high, margin=margin)
    else:
        weights = np.ones(worlds)
        decided = _on_means(rule, world.draw(rng, (worlds, n)), margin, alpha)
    outcomes = (Verdict.SUPPORTED, Verdict.WEAKER, Verdict.CONTRADICTED, Verdict.INCONCLUSIVE)
    return {verdict: float(np.average(decided == verdict, weights=weights)) for verdict in outcomes}


def _on_means(rule: str, values: Array, margin: float, alpha: float) -> Decided:
    """As `claims.statistics.decision`, of many samples at once."""
    decided = decisions(rule, *bounds("mean", values, alpha), margin=margin)
    if (ends := RULES[rule].ends) > 1:
        surer = decisions(rule, *bounds("mean", values, alpha / ends), margin=margin)
        return np.where(decided == Verdict.CONTRADICTED, surer, decided)
    return decided


def power(
    kind: Kind,
    rule: str,
    margin: float,
    *,
    n: int,
    alpha: float,
    sd: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Chance to decide rightly at `n` seeds: *supported* in the true world, and *contradicted* in the opposite one.

    Args:
        kind: "mean" or "share".
        rule: key of `claims.statistics.RULES`.
        margin: of the rule.
        n: seeds.
        alpha: one-sided error level of each bound.
        sd: standard deviation over seeds, for a mean.
        rng: source of the simulated values.
    """
    found = worlds_of(kind, rule, margin, sd=sd)
    supported, contradicted = (
        rates(kind, rule, margin, n=n, alpha=alpha, world=found[name], rng=rng) for name in ("true", "opposite")
    )
    return supported[Verdict.SUPPORTED], contradicted[Verdict.CONTRADICTED]


def seeds_needed(
    kind: Kind, rule: str, margin: float, *, alpha: float, sd: float, rng: np.random.Generator
) -> int | None:
    """Fewest of `SEEDS` that support the statement in the true world with 80 % power; None where all are too few."""
    enough = (n for n in SEEDS if power(kind, rule, margin, n=n, alpha=alpha, sd=sd, rng=rng)[0] >= POWER)
    return next(enough, None)


def detectable(
    kind: Kind,
    rule: str,
    margin: float,
    *,
    n: int,
    alpha: float,
    sd: float,
    rng: np.random.Generator,
) -> float | None:
    """Effect closest to the null world that is found *supported* with 80 % power, by bisection.

    It is looked for from the null world through the true one: beyond that one too, up to 64 times as far, for a mean
    that may be as large as it likes; up to 0 or 1 for a share; no further than no effect for equivalence. One draw of
    the simulated noise serves all effects.

    Returns:
        The effect, in the unit of the measure; None where even the furthest is not found that often.
    """
    found = worlds_of(kind, rule, margin, sd=sd)
    noise = int(rng.integers(2**32))

    def enough(far: float) -> bool:
        moved = replace(found["null"], effect=_along(found, far))
        draws = np.random.default_rng(noise)
        return rates(kind, rule, margin, n=n, alpha=alpha, world=moved, rng=draws)[Verdict.SUPPORTED] >= POWER

    far = next((far for far in _reach(kind, rule) if enough(far)), None)
    if far is None:
        return None
    near = 0.0 if far <= 1 else far / 2
    for _ in range(_STEPS):
        middle = (near + far) / 2
        near, far = (near, middle) if enough(middle) else (middle, far)
    return _along(found, far)


def _reach(kind: Kind, rule: str) -> Iterator[float]:
    """How far to look, with the distance from the null world to the true one as the unit."""
    if rule == "within":
        yield 1.0
    elif kind == "share":
        yield 1 / SURE_OF_SHARE
    else:
        yield from (2.0**k for k in range(int(math.log2(_LARGEST)) + 1))


def _along(found: dict[str, World], far: float) -> float:
    null, true = found["null"].effect, found["true"].effect
    return null + far * (true - null)


def _standardised(rng: np.random.Generator, shape: tuple[int, ...], noise: Noise) -> Array:
    """Draws values of mean 0 and variance 1."""
    if noise == "normal":
        return rng.standard_normal(shape)
    if noise == "skewed pairs":
        return (_skewed(rng, shape) - _skewed(rng, shape)) / math.sqrt(2)
    if noise == "one in ten fails":
        failed = rng.random(shape) < FAILS
        return (rng.standard_normal(shape) - LOST * (failed - FAILS)) / math.sqrt(1 + LOST**2 * FAILS * (1 - FAILS))
    return _skewed(rng, shape) if noise == "skewed up" else -_skewed(rng, shape)


def _skewed(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    mean, growth = math.exp(SKEW**2 / 2), math.exp(SKEW**2)
    return (rng.lognormal(0.0, SKEW, shape) - mean) / (mean * math.sqrt(growth - 1))


@functools.lru_cache(maxsize=256)
def _share_table(n: int, alpha: float) -> tuple[Array, Array]:
    """Bounds of the exact interval for 0 to n successes: the beta quantiles that `proportion_interval` inverts."""
    counts = np.arange(n + 1)
    low, high = np.zeros(n + 1), np.ones(n + 1)
    low[1:] = stats.beta.ppf(alpha, counts[1:], n - counts[1:] + 1)
    high[:-1] = stats.beta.ppf(1 - alpha, counts[:-1] + 1, n - counts[:-1])
    return low, high
