"""Toy trainings."""

from __future__ import annotations

import pandas as pd

from tests.claims.known.common import Change

EXPECTED = {"vanishing-gradient": "supported"}


def _flat(cost: str, change: float = 1.0) -> Change:
    """A world in which the gradient of one cost ends at a share of what it was at the start."""

    def changed(rows: pd.DataFrame) -> pd.DataFrame:
        mine, last = rows["cost"] == cost, rows["critic_steps"] == rows["critic_steps"].max()
        norms = rows["gradient_norm"].mask(mine, 1.0).mask(mine & last, change)
        return rows.assign(gradient_norm=norms)

    return changed


def _half(rows: pd.DataFrame) -> pd.DataFrame:
    """A world in which half of the minimax gradients vanish."""
    odd = rows["replicate"] % 2 == 1
    return rows.assign(gradient_norm=rows["gradient_norm"].mask(odd & (rows["cost"] == "minimax"), 1.0))


PERTURBED: list[tuple[str, str, str, Change]] = [
    ("vanishing-gradient", "minimax", "contradicted", _flat("minimax")),
    ("vanishing-gradient", "minimax", "inconclusive", _half),
    ("vanishing-gradient", "minimax", "invalid", lambda f: f.assign(estimate=f["estimate"] - 0.1)),
    ("vanishing-gradient", "non-saturating", "contradicted", _flat("non_saturating", 0.01)),
    ("vanishing-gradient", "critic", "contradicted", _flat("wasserstein", 0.01)),
]
