"""Toy trainings on supports of low dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.judges.noisy_lines import divergence
from tests.claims.known.common import World

EXPECTED = {"perfect-discriminator": "supported", "noise-on-supports": "mixed"}

Case = tuple[int, float, bool]

ACCURACIES: dict[Case, float] = {
    **{(plane, 0.0, False): 0.998 for plane in (1, 2, 4, 8, 12)},
    (4, 0.25, False): 0.98,
    (4, 0.5, False): 0.89,
    (4, 1.0, False): 0.7,
    (4, 0.0, True): 0.69,
}


def _planes(*, odd: bool = False, untrained: bool = False, **changed: float) -> World:
    """A world of discriminators, with the accuracies of a part's cases changed.

    Args:
        odd: in every second training alone.
        untrained: whether the best accuracy is far above those with noise and on one plane.
        changed: accuracy by part.
    """
    parts: dict[str, tuple[Case, ...]] = {
        "low": ((1, 0.0, False),),
        "high": ((12, 0.0, False),),
        "noise": ((4, 0.5, False),),
        "shared": ((4, 0.0, True),),
    }
    others = {case: value for part, value in changed.items() for case in parts[part]}

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        for replicate in range(10):
            found = {**ACCURACIES, **({} if odd and replicate % 2 else others)}
            for (plane, noise, shared), value in found.items():
                accuracy = value + rng.uniform(-1e-3, 1e-3)
                differs = noise == 0 and not shared
                best = 1.0 if differs else min(1.0, accuracy + (0.1 if untrained else 0.005))
                fixed = {"replicate": replicate, "plane": plane, "noise": noise, "shared": shared, "best": best}
                rows += [
                    {**fixed, "critic_steps": steps, "accuracy": reached, "estimate": 0.6}
                    for steps, reached in ((10, 0.5), (300, accuracy), (1000, accuracy))
                ]
        return pd.DataFrame(rows)

    return build


def _lines(
    *,
    estimates: dict[float, float] | None = None,
    gradients: dict[float, float] | None = None,
    distances: dict[float, float] | None = None,
    odd: bool = False,
) -> World:
    """A world of noisy lines with other values at some widths, in every second training alone where `odd`.

    The true values are those of noise that works from a quarter of the gap on.
    """
    changes = {"estimate": estimates or {}, "gradient_norm": gradients or {}, "distance": distances or {}}

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        for replicate in range(10):
            for width in (0.0, 0.05, 0.125, 0.25, 0.5, 1.0):
                works = width >= 0.25
                found = {
                    "estimate": divergence(width),
                    "gradient_norm": 0.5 if works else 1e-4,
                    "distance": 0.01 if works else 0.99,
                }
                if not (odd and replicate % 2):
                    found |= {name: values[width] for name, values in changes.items() if width in values}
                found["gradient_norm"] *= 10 ** rng.normal(0, 0.1)
                fixed = {"replicate": replicate, "width": width}
                rows += [{**fixed, **found, "generator_steps": 0, "distance": 1.0}]
                rows += [{**fixed, **found, "generator_steps": steps} for steps in (20, 400)]
        return pd.DataFrame(rows)

    return build


DOUBTFUL = {0.05: 0.655, 0.125: 0.655}
"""Estimates below 0.95 log 2, yet within what the gate lets pass."""

SMALL = {width: 2e-4 for width in (0.25, 0.5, 1.0)}
"""Twice the gradient without noise."""

WORLDS: list[tuple[str, str, str, World]] = [
    ("perfect-discriminator", part, verdict, world)
    for part, verdict, world in (
        ("low", "supported", _planes()),
        ("low", "contradicted", _planes(low=0.97)),
        ("low", "inconclusive", _planes(low=0.97, odd=True)),
        ("high", "supported", _planes()),
        ("high", "contradicted", _planes(high=0.8)),
        ("high", "inconclusive", _planes(high=0.8, odd=True)),
        ("noise", "supported", _planes()),
        ("noise", "contradicted", _planes(noise=0.99)),
        ("noise", "inconclusive", _planes(noise=0.99, odd=True)),
        ("noise", "invalid", _planes(untrained=True)),
        ("shared", "supported", _planes()),
        ("shared", "contradicted", _planes(shared=0.99)),
        ("shared", "inconclusive", _planes(shared=0.99, odd=True)),
        ("shared", "invalid", _planes(untrained=True)),
    )
] + [
    ("noise-on-supports", part, verdict, world)
    for part, verdict, world in (
        ("difficult", "supported", _lines()),
        ("difficult", "contradicted", _lines(estimates={1.0: 0.67})),
        ("difficult", "inconclusive", _lines(estimates={1.0: 0.67}, odd=True)),
        ("difficult", "invalid", _lines(estimates={1.0: 0.05})),
        ("gradient", "supported", _lines()),
        ("gradient", "weaker than claimed", _lines(gradients=SMALL)),
        ("gradient", "contradicted", _lines(gradients={1.0: 1e-4})),
        ("gradient", "inconclusive", _lines(gradients={1.0: 1e-7}, odd=True)),
        ("together", "supported", _lines()),
        ("together", "contradicted", _lines(distances={1.0: 0.9})),
        ("together", "contradicted", _lines(distances={0.0: 0.1})),
        ("together", "inconclusive", _lines(distances={1.0: 0.9}, odd=True)),
        ("any", "supported", _lines(estimates=DOUBTFUL, gradients={0.05: 0.1, 0.125: 0.1})),
        ("any", "contradicted", _lines()),
        ("any", "inconclusive", _lines(estimates=DOUBTFUL, gradients={0.05: 0.1, 0.125: 0.1}, odd=True)),
        ("wide", "supported", _lines()),
        ("wide", "contradicted", _lines(gradients=SMALL)),
        ("narrow", "supported", _lines()),
        ("narrow", "contradicted", _lines(gradients={0.05: 0.1})),
        ("narrow", "invalid", _lines(estimates={0.0: 0.5})),
    )
]
