"""Clipped and penalised weights, in worlds of a known kind."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from tests.claims.known.common import World

EXPECTED = {
    "clip-extremes": "mixed",
}

STAGES = ("clipped", "trained")
ARMS = [*itertools.product((0.1, 0.01, 0.001), ("usual", "inside")), (0.0, "usual")]
TRUE = {"usual": (0.7, 0.72), "inside": (0.1, 0.5), 0.0: (0.0, 0.001)}
"""Shares at the ends before and after training, by start or clipping value, where the source is right."""

Arm = tuple[float, str]


def _ends(changed: dict[Arm, tuple[float, float]] | None = None, *, odd: dict[Arm, float] | None = None) -> World:
    """A world with these shares in some arms, and with others after training in odd seeds."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for arm, (index, stage) in itertools.product(ARMS, enumerate(STAGES)):
            known = {"clip_value": arm[0], "start": arm[1], "stage": stage}
            for replicate in range(10):
                share = (changed or {}).get(arm, TRUE[0.0 if arm[0] == 0 else arm[1]])[index]
                if index and replicate % 2:
                    share = (odd or {}).get(arm, share)
                share += abs(rng.normal(0, 0.005))
                rows.append({**known, "kind": "share", "replicate": replicate, "at_ends": share})
            counts = rng.integers(100, 1000, size=41)
            rows += [
                {**known, "kind": "bin", "weight": weight, "count": count}
                for weight, count in zip(np.linspace(-0.976, 0.976, 41), counts, strict=True)
            ]
        return pd.DataFrame(rows)

    return build


EXTREMES: list[tuple[str, str, World]] = [
    *(
        row
        for c in (0.1, 0.01, 0.001)
        for row in [
            (f"ends-{c}", "supported", _ends()),
            (f"ends-{c}", "contradicted", _ends({(c, "usual"): (0.2, 0.3)})),
            (f"ends-{c}", "inconclusive", _ends(odd={(c, "usual"): 0.3})),
            (f"pushed-{c}", "supported", _ends()),
            (f"pushed-{c}", "contradicted", _ends({(c, "inside"): (0.1, 0.1)})),
            (f"pushed-{c}", "inconclusive", _ends({(c, "inside"): (0.2, 0.5)}, odd={(c, "inside"): 0.0})),
        ]
    ),
    ("penalty", "supported", _ends()),
    ("penalty", "contradicted", _ends({(0.0, "usual"): (0.0, 0.3)})),
    ("penalty", "inconclusive", _ends(odd={(0.0, "usual"): 0.3})),
    ("first-clip", "supported", _ends()),
    ("first-clip", "contradicted", _ends({(0.1, "usual"): (0.1, 0.7)})),
]

WORLDS: list[tuple[str, str, str, World]] = [
    *(("clip-extremes", *row) for row in EXTREMES),
]
