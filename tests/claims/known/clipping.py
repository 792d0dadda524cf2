"""Clipped and penalised critics, in worlds of a known kind."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from tests.claims.known.common import World

EXPECTED = {
    "clip-gradient-depth": "mixed",
}

SLOPES = {0.1: -0.4, 0.01: 1.3, 0.001: 2.3, 0.0: 0.01}
"""Decades per layer at the end, from the first hidden layer on, by clipping value, where the sources are right."""


def _depth(
    changed: dict[float, float] | None = None, *, odd: dict[float, float] | None = None, first: float = 0.3,
    untrained: float = 0.0, bend: float = 0.0,
) -> World:  # fmt: skip
    """A world with these slopes in the end, with others in odd seeds, and with c = 0.1 after the first step."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        layers = np.arange(1, 13)
        for replicate, clip_value, steps in itertools.product(range(10), SLOPES, (0, 1, 100)):
            ends = {**SLOPES, **(changed or {}), **((odd or {}) if replicate % 2 else {})}
            slope = {0: untrained, 1: first if clip_value == 0.1 else ends[clip_value], 100: ends[clip_value]}[steps]
            decades = slope * (layers - 12) + bend * (layers == 6) + rng.normal(0, 0.02, size=12)
            rows += [
                {"replicate": replicate, "clip_value": clip_value, "generator_steps": steps, "layer": layer,
                 "gradient_norm": 10**power, "he_deviation": 0.177}
                for layer, power in zip(layers, decades, strict=True)
            ]  # fmt: skip
        return pd.DataFrame(rows)

    return build


DEPTH: list[tuple[str, str, World]] = [
    ("c-0.1", "supported", _depth()),
    ("c-0.1", "supported", _depth({0.1: 0.4})),
    ("c-0.1", "contradicted", _depth({0.1: 0.02})),
    ("c-0.1", "inconclusive", _depth(odd={0.1: 0.02})),
    ("c-0.01", "supported", _depth()),
    ("c-0.01", "contradicted", _depth({0.01: 0.02})),
    ("c-0.01", "inconclusive", _depth(odd={0.01: 0.02})),
    ("c-0.001", "supported", _depth()),
    ("c-0.001", "contradicted", _depth({0.001: 0.02})),
    ("c-0.001", "inconclusive", _depth(odd={0.001: 0.02})),
    ("penalty", "supported", _depth()),
    ("penalty", "contradicted", _depth({0.0: 0.3})),
    ("penalty", "inconclusive", _depth(odd={0.0: 0.3})),
    ("exponential", "supported", _depth()),
    ("exponential", "contradicted", _depth(bend=9)),
    ("exponential", "contradicted", _depth({0.001: -1})),
    ("exponential", "inconclusive", _depth(odd={0.01: -0.5})),
    ("below-initialisation", "supported", _depth({0.1: 0.4})),
    ("below-initialisation", "contradicted", _depth()),
    ("below-initialisation", "inconclusive", _depth(odd={0.1: 0.4})),
    ("below-initialisation", "invalid", _depth(untrained=0.5)),
    ("aligned", "supported", _depth()),
    ("aligned", "contradicted", _depth(first=-0.4)),
]

WORLDS: list[tuple[str, str, str, World]] = [
    *(("clip-gradient-depth", *row) for row in DEPTH),
]
