"""The discriminator that is best for smoothed labels, by search."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.search import maximise

N_POINTS = 300
LABELS = {"example": (0.9, 0.1), "one-sided": (0.9, 0.0)}
"""Labels of real and of fake samples: the slide's example, and the same with real samples smoothed only."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Maximises the smoothed value over D at random densities.

    Returns:
        One row per point: `family` ("random" labels, "example", "one-sided"),
        `p_real`, `p_fake`, `alpha`, `beta`, `found` (maximiser).
    """
    tables = []
    for family in ("random", *LABELS):
        p, q = np.exp(2 * rng.standard_normal((2, N_POINTS)))
        p[:20], q[20:40] = 0, 0
        alpha, beta = LABELS.get(family, tuple(rng.uniform(size=(2, N_POINTS))))
        columns = {"family": family, "p_real": p, "p_fake": q, "alpha": alpha, "beta": beta}
        tables.append(pd.DataFrame({**columns, "found": best(p, q, alpha, beta)}))
    return pd.concat(tables, ignore_index=True)


def best(p: np.ndarray, q: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The D that maximises p [α log D + (1 - α) log(1 - D)] + q [β log D + (1 - β) log(1 - D)]."""
    real, fake = p * alpha + q * beta, p * (1 - alpha) + q * (1 - beta)
    ends = np.zeros_like(p), np.ones_like(p)
    return maximise(lambda d: special.xlogy(real, d) + special.xlog1py(fake, -d), *ends)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the formula with the maximiser, and the example with the slide's heading."""
    rows = evidence.study
    total = rows["p_real"] + rows["p_fake"]
    formula = (rows["alpha"] * rows["p_real"] + rows["beta"] * rows["p_fake"]) / total
    error = (rows["found"] - formula).abs()
    of = {family: rows["family"] == family for family in ("random", *LABELS)}
    alone = rows.loc[of["example"] & (rows["p_real"] == 0), "found"]
    name = "worst distance from the maximiser found"
    note = f"Where every sample is a fake the best D is {alone.mean():.3g}."
    return [
        identity(claim, "formula", error[of["random"]], name=name),
        identity(claim, "example", error[of["example"]], name=name),
        identity(claim, "heading", alone, name="largest D where p_r = 0", note=note),
        identity(claim, "one-sided", error[of["one-sided"]], name=name),
    ]
