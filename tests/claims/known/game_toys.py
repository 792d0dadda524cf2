"""Discriminator and critics between two Gaussians."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from tests.claims.known.common import World

EXPECTED = {"critic-clean-gradients": "supported"}

LINE = np.linspace(-8, 8, 161)


def _curves(
    *,
    steep: float = 6.0,
    limit: float = 99.0,
    steady: bool = False,
    flat: dict[str, float] | None = None,
    odd: bool = False,
) -> World:
    """A world of curves: how steep the discriminator's score is, where it levels off, and the critics' least slopes.

    Args:
        steep: slope of the score.
        limit: of its size.
        steady: whether the slope keeps log(1 - D) changing everywhere.
        flat: least slope of a method's critic as a share of its largest.
        odd: whether all this holds of every second training alone.
    """

    def build(rng: np.random.Generator) -> pd.DataFrame:
        frames = []
        for replicate in range(10):
            usual = odd and replicate % 2 == 0
            noise = rng.uniform(0.98, 1.02)
            size = 99.0 if usual else limit
            score = np.clip(-noise * (6.0 if usual else steep) * LINE, -size, size)
            slope = -steep / special.expit(score) if steady and not usual else np.gradient(score, LINE)
            frames += _rows(replicate, "gan", score, slope)
            for method, share in {"wgan": 0.3, "wgan_gp": 0.8, **({} if usual else flat or {})}.items():
                falls = -np.where(np.abs(LINE) < 2, 1.0, share * noise)
                frames += _rows(replicate, method, np.cumsum(falls), falls)
        return pd.concat(frames, ignore_index=True)

    return build


def _rows(replicate: int, method: str, score: np.ndarray, slope: np.ndarray) -> list[pd.DataFrame]:
    columns = {"x": LINE, "score": score, "slope": slope, "replicate": replicate, "method": method}
    return [pd.DataFrame({**columns, "critic_steps": steps}) for steps in (1500, 3000)]


WORLDS: list[tuple[str, str, str, World]] = [
    ("critic-clean-gradients", part, verdict, world)
    for part, verdict, world in (
        ("saturates", "supported", _curves()),
        ("saturates", "contradicted", _curves(limit=4.4)),
        ("saturates", "inconclusive", _curves(limit=4.4, odd=True)),
        ("saturates", "invalid", _curves(steep=0.1)),
        ("minimax", "supported", _curves()),
        ("minimax", "contradicted", _curves(steady=True)),
        ("minimax", "inconclusive", _curves(steady=True, odd=True)),
        ("critic", "supported", _curves()),
        ("critic", "contradicted", _curves(flat={"wgan": 0.02})),
        ("critic", "inconclusive", _curves(flat={"wgan": -0.1}, odd=True)),
        ("non-saturating", "supported", _curves()),
        ("non-saturating", "contradicted", _curves(limit=10.0)),
        ("non-saturating", "inconclusive", _curves(limit=10.0, odd=True)),
        ("penalty", "supported", _curves()),
        ("penalty", "contradicted", _curves(flat={"wgan_gp": 0.02})),
        ("penalty", "inconclusive", _curves(flat={"wgan_gp": 0.02}, odd=True)),
    )
]
