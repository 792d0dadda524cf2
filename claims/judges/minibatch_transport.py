"""Judges what a generator trained on transport between minibatches keeps of the data in higher dimensions."""

from __future__ import annotations

import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, fraction

FINE = 0.25
"""Shortfall, as a share of that of a single point, up to which a generator works fine."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares shortfalls over dimensions and batch sizes, and with a generator trained by a critic, by seed."""
    rows = evidence.study.set_index("replicate")
    low, high = _shortfall(rows, 2, 64), _shortfall(rows, 32, 64)
    small, large = (_select(rows, 32, batch) for batch in (16, 64))
    critic = _shortfall(rows, 32, 64, "wgan_gp")
    shown = rows[rows["method"] == "ot_generator"].groupby(["dimension", "batch"])["shortfall"].median()
    sizes = "; ".join(f"{d} dimensions, batches of {n}: {100 * v:.0f} %" for (d, n), v in shown.items())
    at_high = _select(rows, 32, 64)
    misled = (
        f"Its W1 to 500 real points, {at_high['distance'].mean():.2f}, lies "
        f"{'below' if at_high['distance'].mean() < at_high['floor'].mean() else 'above'} that between two sets of real "
        f"points, {at_high['floor'].mean():.2f}."
    )
    return [
        fraction(claim, "fine", low <= FINE, name="share of trainings that work fine", note=f"Shortfall: {sizes}."),
        effect(claim, "no-scale", high - low, name="shortfall, 32 less 2 dimensions", note=misled),
        effect(
            claim, "duality", high - critic, name="shortfall, without less with a critic",
            note=f"{100 * high.mean():.0f} % without, {100 * critic.mean():.0f} % with WGAN-GP's critic.",
        ),
        effect(
            claim, "in-the-cost", 1 - at_high["predicted"], name="1 less the scale of least cost",
            note=f"The trained generators' scale is {at_high['spread'].mean():.2f}.",
        ),
        effect(
            claim, "batch", large["predicted"] - small["predicted"], name="scale of least cost, 64 less 16 points",
            note=f"From {small['predicted'].mean():.2f} to {large['predicted'].mean():.2f}; trained generators have "
            f"{small['spread'].mean():.2f} and {large['spread'].mean():.2f}.",
        ),
    ]  # fmt: skip


def _select(rows: pd.DataFrame, dimension: int, batch: int, method: str = "ot_generator") -> pd.DataFrame:
    chosen = (rows["dimension"] == dimension) & (rows["batch"] == batch) & (rows["method"] == method)
    return rows[chosen]


def _shortfall(rows: pd.DataFrame, dimension: int, batch: int, method: str = "ot_generator") -> pd.Series:
    return _select(rows, dimension, batch, method)["shortfall"]
