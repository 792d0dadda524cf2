"""Value surfaces of clipped and penalised critics, in worlds of a known kind."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from claims.judges.value_surfaces import CLIPPED, DATASETS, OPTIMAL, PENALTY
from tests.claims.known.common import World

EXPECTED = {
    "clip-simple-critics": "mixed",
}

Critic = tuple[str, str]


def _surfaces(
    changed: dict[Critic, float] | None = None, *, odd: dict[Critic, float] | None = None,
    shares: tuple[float, float] = (0.5, 0.7), settled: float = 1.0, sway: float = 0.0,
    before: float = 1.0,
) -> World:  # fmt: skip
    """A world with these dips, others in odd seeds, and these shares of W1 clipped and penalised, swaying by seed.

    `before` is what of the dips was there at four fifths of the training.
    """

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for dataset, critic in itertools.product(DATASETS, (*CLIPPED, PENALTY, OPTIMAL)):
            known = {"dataset": dataset, "critic": critic}
            usual = {PENALTY: 0.3, OPTIMAL: 0.6}.get(critic, 0.0)
            for replicate in range(10):
                dip = (changed or {}).get((dataset, critic), usual)
                if replicate % 2:
                    dip = (odd or {}).get((dataset, critic), dip)
                share = {PENALTY: shares[1] + sway * (-1) ** replicate, OPTIMAL: 1.0}.get(critic, shares[0])
                dip += rng.normal(0, 0.005)
                rows.append({**known, "kind": "measure", "replicate": replicate, "dip": dip, "dip_before": before * dip,
                             "share": share + rng.normal(0, 0.01), "settled": settled})  # fmt: skip
            scores = rng.normal(size=27)
            for (i, x), (_, y) in itertools.product(enumerate(np.linspace(-2.5, 2.5, 27)), repeat=2):
                rows.append({**known, "kind": "surface", "x": x, "y": y, "score": 0.1 * scores[i] - x * x - y * y})
        return pd.DataFrame(rows)

    return build


SIMPLE: list[tuple[str, str, World]] = [
    *(
        row
        for name in DATASETS
        for row in [
            (f"clip-{name}", "supported", _surfaces()),
            (f"clip-{name}", "contradicted", _surfaces({(name, CLIPPED[1]): 0.3})),
            (f"clip-{name}", "inconclusive", _surfaces(odd={(name, CLIPPED[1]): 0.3})),
            (f"clip-{name}", "invalid", _surfaces(settled=0.7)),
            (f"penalty-{name}", "supported", _surfaces()),
            (f"penalty-{name}", "contradicted", _surfaces({(name, PENALTY): 0.0})),
            (f"penalty-{name}", "inconclusive", _surfaces(odd={(name, PENALTY): 0.0})),
            (f"penalty-{name}", "invalid", _surfaces(settled=0.7)),
        ]
    ),
    ("penalty-gaussians25", "invalid", _surfaces({("gaussians25", PENALTY): 0.03}, before=0.5)),
    ("closer", "supported", _surfaces()),
    ("closer", "contradicted", _surfaces(shares=(0.7, 0.5))),
    ("closer", "inconclusive", _surfaces(shares=(0.58, 0.62), sway=0.3)),
    ("closer", "invalid", _surfaces(settled=0.7)),
]

WORLDS: list[tuple[str, str, str, World]] = [
    *(("clip-simple-critics", *row) for row in SIMPLE),
]
