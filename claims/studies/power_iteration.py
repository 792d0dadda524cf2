"""Power iteration for the largest singular value of random matrices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import fraction, identity

N_MATRICES = 2000
SIZE = 15
STEPS = (1, 2, 5, 10, 20, 50, 100, 200)
DECIMALS = 4


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Runs the printed loop on many 15 x 15 matrices with standard normal entries.

    Returns:
        One row per matrix and number of steps: `matrix`, `steps`, `estimate`,
        `largest`, `second` (singular values), `start_tangent` (tangent of the
        angle between the start and the leading left singular vector).
    """
    matrices = rng.standard_normal((N_MATRICES, SIZE, SIZE))
    start = rng.standard_normal((N_MATRICES, SIZE, 1))
    left, values, _ = np.linalg.svd(matrices)
    cosine = np.abs(left[:, :, 0] * start[:, :, 0] @ np.ones(SIZE)) / np.linalg.norm(start, axis=1)[:, 0]
    common = {
        "matrix": np.arange(N_MATRICES),
        "largest": values[:, 0],
        "second": values[:, 1],
        "start_tangent": np.sqrt(1 / cosine**2 - 1),
    }
    tables, u = [], start
    for step in range(1, max(STEPS) + 1):
        v = _unit(matrices.transpose(0, 2, 1) @ u)
        u = _unit(matrices @ v)
        if step in STEPS:
            estimate = (u.transpose(0, 2, 1) @ matrices @ v)[:, 0, 0]
            tables.append(pd.DataFrame({**common, "steps": step, "estimate": estimate}))
    return pd.concat(tables, ignore_index=True)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the matrices on which 10 and 100 steps reach the printed precision; tests the error bound."""
    rows = evidence.study
    right = reached(rows)
    shortfall = 1 - rows["estimate"] / rows["largest"]
    ten = rows["steps"] == 10
    note = (
        f"After ten steps the median estimate falls short by {100 * shortfall[ten].median():.2g} %, "
        f"the worst by {100 * shortfall[ten].max():.2g} %."
    )
    name = f"fraction of matrices right to {DECIMALS} decimals"
    lost = 1 - (rows["estimate"] / rows["largest"]) ** 2
    return [
        fraction(claim, "ten-steps", right[ten], name=name, note=note),
        fraction(claim, "hundred-steps", right[rows["steps"] == 100], name=name),
        identity(claim, "lower-bound", (-shortfall).clip(lower=0), name="worst relative excess"),
        identity(claim, "error-bound", (lost - error_bound(rows)).clip(lower=0), name="worst excess over the bound"),
    ]


def reached(rows: pd.DataFrame) -> pd.Series:
    """Tells where the estimate and the largest singular value print alike, to four decimals."""
    return rows["estimate"].round(DECIMALS) == rows["largest"].round(DECIMALS)


def error_bound(rows: pd.DataFrame) -> pd.Series:
    """Bound on 1 - (estimate / s1)^2 after k steps: (s2 / s1)^(4k - 2) tan^2 of the starting angle.

    The vector v after k steps holds the i-th right singular vector in
    proportion to s_i^(2k - 1), and the estimate is the length of W v.
    """
    return (rows["second"] / rows["largest"]) ** (4 * rows["steps"] - 2) * rows["start_tangent"] ** 2


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
