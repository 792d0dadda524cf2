"""A fixed generator under a critic that comes ever closer to its optimum."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd

from tests.claims.known.common import World

EXPECTED = {"vanishing-gradient": "supported"}

CHECKPOINTS = (0, 10, 100, 400)
TRUE = {"minimax": 0.02, "non_saturating": 1.0, "wasserstein": 0.7}
"""What is left of each cost's gradient at the end where the claim is true."""


def _gradients(estimate: float = 0.99, odd_seeds: float | None = None, **left: float) -> World:
    """A world in which the gradients fall to these shares, that of odd seeds to another."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        for replicate, (cost, share) in itertools.product(range(10), {**TRUE, **left}.items()):
            last = odd_seeds if odd_seeds is not None and replicate % 2 else share
            norms = np.array([1.0, 1.0, 1.0, last]) * rng.uniform(0.95, 1.05, size=4)
            rows += [
                {"replicate": replicate, "cost": cost, "critic_steps": steps, "gradient_norm": norm,
                 "estimate": estimate * math.log(2)}
                for steps, norm in zip(CHECKPOINTS, norms, strict=True)
            ]  # fmt: skip
        return pd.DataFrame(rows)

    return build


WORLDS: list[tuple[str, str, str, World]] = [
    ("vanishing-gradient", "minimax", "supported", _gradients()),
    ("vanishing-gradient", "minimax", "contradicted", _gradients(minimax=0.8)),
    ("vanishing-gradient", "minimax", "inconclusive", _gradients(odd_seeds=0.8)),
    ("vanishing-gradient", "minimax", "invalid", _gradients(estimate=0.8)),
    ("vanishing-gradient", "non-saturating", "supported", _gradients()),
    ("vanishing-gradient", "non-saturating", "contradicted", _gradients(non_saturating=0.01)),
    ("vanishing-gradient", "non-saturating", "inconclusive", _gradients(odd_seeds=0.01)),
    ("vanishing-gradient", "critic", "supported", _gradients()),
    ("vanishing-gradient", "critic", "contradicted", _gradients(wasserstein=0.01)),
    ("vanishing-gradient", "critic", "inconclusive", _gradients(odd_seeds=0.01)),
]
