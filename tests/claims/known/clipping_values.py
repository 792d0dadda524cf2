"""Clipping values, in worlds of a known kind."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from tests.claims.known.common import World

EXPECTED = {
    "clip-terrible": "mixed",
    "clip-value-insensitive": "mixed",
}

Cell = tuple[float, str, int]

SLOPES: dict[Cell, float] = {
    (0.01, "plain", 2): -4, (0.01, "plain", 4): -6, (0.01, "plain", 8): -13, (0.1, "plain", 8): 1,
    (0.01, "norm", 2): -2, (0.01, "norm", 4): -5, (0.01, "norm", 8): -10,
    (0.01, "free", 2): -1, (0.01, "free", 4): -1, (0.01, "free", 8): -1,
}  # fmt: skip
"""Decimal logarithms of the slopes where the source is right."""

TIMES = {0.01: 900.0, 0.1: 300.0, 0.3: 600.0, 1.0: 1500.0}
"""Critic steps until a critic is trained, and until its weights are at their limit."""

LOOKS = (1, *range(75, 3001, 75))


def _paths(
    rng: np.random.Generator, times: dict[float, float], limits: dict[float, float], odd: dict[float, float], sign: int
) -> pd.DataFrame:  # fmt: skip
    """Estimates and shares at the limit that grow in proportion to the steps until their time is there."""
    rows = []
    for replicate, clip_value in itertools.product(range(10), times):
        changed = odd if replicate % 2 else {}
        trained, limited = ({**known, **changed}[clip_value] * rng.uniform(0.9, 1.1) for known in (times, limits))
        rows += [
            {"kind": "path", "critic": "plain", "layers": 3, "clip_value": clip_value, "replicate": replicate,
             "critic_steps": step, "estimate": sign * clip_value * min(step / trained, 1), "slope": clip_value,
             "at_limit": 0.5 * min(step / limited, 1.5)}
            for step in LOOKS
        ]  # fmt: skip
    return pd.DataFrame(rows)


def _values(
    times: dict[float, float] | None = None, limits: dict[float, float] | None = None,
    slopes: dict[Cell, float] | None = None, *, odd_times: dict[float, float] | None = None,
    odd_slopes: dict[Cell, float] | None = None, sign: int = 1,
) -> World:  # fmt: skip
    """A world with these times and slopes in place of the usual ones, and with others in odd seeds."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        deep = []
        for replicate, cell in itertools.product(range(10), SLOPES):
            decades = {**SLOPES, **(slopes or {}), **((odd_slopes or {}) if replicate % 2 else {})}[cell]
            row = dict(zip(("clip_value", "critic", "layers"), cell, strict=True))
            slope = 10 ** (decades + rng.normal(0, 0.1))
            deep.append({"kind": "depth", "replicate": replicate, "critic_steps": 300, "slope": slope, **row})
        paths = _paths(rng, {**TIMES, **(times or {})}, {**TIMES, **(limits or {})}, odd_times or {}, sign)
        return pd.concat([paths, pd.DataFrame(deep)], ignore_index=True)

    return build


TERRIBLE: list[tuple[str, str, World]] = [
    ("limit", "supported", _values()),
    ("limit", "contradicted", _values(limits={1.0: 150.0})),
    ("limit", "inconclusive", _values(odd_times={1.0: 100.0})),
    ("optimality", "supported", _values()),
    ("optimality", "contradicted", _values({1.0: 150.0})),
    ("optimality", "inconclusive", _values(odd_times={1.0: 100.0})),
    ("optimality", "invalid", _values({0.1: 2000.0})),
    ("optimality", "invalid", _values(sign=-1)),
    ("layers", "supported", _values()),
    ("layers", "contradicted", _values(slopes={(0.01, "plain", 8): -3.7})),
    ("layers", "inconclusive", _values(odd_slopes={(0.01, "plain", 8): 3})),
    ("layers-norm", "supported", _values()),
    ("layers-norm", "contradicted", _values(slopes={(0.01, "norm", 8): -1.7})),
    ("layers-norm", "inconclusive", _values(odd_slopes={(0.01, "norm", 8): 3})),
    ("small", "supported", _values()),
    ("small", "contradicted", _values(slopes={(0.01, "plain", 8): 1.5})),
    ("small", "inconclusive", _values(odd_slopes={(0.01, "plain", 8): 12})),
    ("batch-norm", "supported", _values()),
    ("batch-norm", "contradicted", _values(slopes={(0.01, "norm", 2): -7})),
    ("batch-norm", "inconclusive", _values(odd_slopes={(0.01, "norm", 2): -6})),
    ("batch-norm-deep", "supported", _values()),
    ("batch-norm-deep", "contradicted", _values(slopes={(0.01, "norm", 8): -20})),
    ("batch-norm-deep", "inconclusive", _values(odd_slopes={(0.01, "norm", 8): -16})),
    ("small-slower", "supported", _values()),
    ("small-slower", "contradicted", _values({0.01: 150.0})),
    ("free-norm", "supported", _values()),
    ("free-norm", "contradicted", _values(slopes={(0.01, "free", 2): -5})),
    ("free-norm-deep", "supported", _values()),
    ("free-norm-deep", "contradicted", _values(slopes={(0.01, "free", 8): -14})),
    ("free-layers", "supported", _values()),
    ("free-layers", "contradicted", _values(slopes={(0.01, "free", 8): -5})),
]

WORLDS: list[tuple[str, str, str, World]] = [
    *(("clip-terrible", *row) for row in TERRIBLE),
]

VALUES = (0.01, 0.03, 0.1, 0.3, 1.0)


def _trainings(
    ends: dict[float, float] | None = None, well: dict[float, float] | None = None,
    swings: dict[float, float] | None = None, times: dict[float, float] | None = None, *,
    sway: float = 0.0,
) -> World:  # fmt: skip
    """A world with these distances at the end, swings and times by clipping value, swaying by seed.

    `well` are the distances with more critic steps.
    """
    nearer = {0.01: 0.6, 0.1: 0.3, 1.0: 0.2}

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        cells = [(5, c) for c in VALUES] + [(15, c) for c in (0.01, 0.1, 1.0)]
        for replicate, (n_critic, value) in itertools.product(range(10), cells):
            level = {**nearer, **(well or {})}[value] if n_critic == 15 else {**(ends or {})}.get(value, 0.5)
            swing = {0.01: 0.02, 1.0: 0.1, **(swings or {})}.get(value, 0.05)
            away = sway * (-1) ** replicate * (value > 0.01)
            rows += [
                {"kind": "look", "n_critic": n_critic, "clip_value": value, "replicate": replicate, "step": 25 * look,
                 "distance": level * np.exp(away + swing * np.exp(away) * (look % 2) + rng.normal(0, 0.001)),
                 "collapsed": 1.5}
                for look in range(13)
            ]  # fmt: skip
        for replicate, value, steps in itertools.product(range(10), (0.01, 0.1, 1.0), range(0, 401, 50)):
            share = 0.9 + 0.1 * steps / 400
            rows.append({"kind": "after", "n_critic": 15, "clip_value": value, "replicate": replicate,
                         "critic_steps": steps, "estimate": value * share})  # fmt: skip
        known = {0.01: 300.0, 0.1: 600.0, 1.0: 1500.0, **(times or {})}
        away = {c: np.exp(sway * 3) ** (1 if c == 1.0 else 0) for c in known}
        usual = _paths(rng, known, known, {c: known[c] / away[c] for c in known}, 1).assign(kind="critic")
        return pd.concat([pd.DataFrame(rows), usual], ignore_index=True)

    return build


INSENSITIVE: list[tuple[str, str, World]] = [
    ("decade", "supported", _trainings()),
    ("decade", "contradicted", _trainings({0.1: 1.0})),
    ("decade", "inconclusive", _trainings({0.1: 0.75}, sway=0.3)),
    ("two-decades", "supported", _trainings()),
    ("two-decades", "contradicted", _trainings({1.0: 1.0})),
    ("two-decades", "inconclusive", _trainings({1.0: 0.75}, sway=0.3)),
    ("slower", "supported", _trainings()),
    ("slower", "contradicted", _trainings(times={1.0: 150})),
    ("slower", "inconclusive", _trainings(sway=0.75)),
    ("stable", "supported", _trainings()),
    ("stable", "contradicted", _trainings(swings={1.0: 0.01})),
    ("stable", "inconclusive", _trainings(swings={1.0: 0.022}, sway=1.2)),
    ("better", "supported", _trainings()),
    ("better", "contradicted", _trainings(well={0.1: 0.9})),
    ("better", "inconclusive", _trainings(well={0.1: 0.5}, sway=0.8)),
    ("better-far", "supported", _trainings()),
    ("better-far", "contradicted", _trainings(well={1.0: 0.9})),
    ("better-far", "inconclusive", _trainings(well={1.0: 0.5}, sway=0.8)),
    ("slower-upwards", "supported", _trainings()),
    ("slower-upwards", "contradicted", _trainings(times={1.0: 150})),
]

WORLDS += [("clip-value-insensitive", *row) for row in INSENSITIVE]
