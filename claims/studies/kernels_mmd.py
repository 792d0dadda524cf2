"""The maximum mean discrepancy (MMD) as a maximum, and in closed form.

MMD = max of E_P f - E_Q f over the unit ball of the space of a kernel k
    = sqrt(E k(X, X') + E k(Y, Y') - 2 E k(X, Y)),
reached by the witness f proportional to E k(X, .) - E k(Y, .); Gretton et al.
(2012), A kernel two-sample test, section 2.2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import optimize
from scipy.spatial.distance import cdist

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.same_form import in_ball, mmd_closed

N_PAIRS = 40
DIMENSIONS = (1, 2, 8, 32)
N_RIVALS = 50

Kernel = Callable[[np.ndarray], np.ndarray]


def _distance_kernel(x: np.ndarray) -> np.ndarray:
    """|x| + |y| - |x - y|, whose squared MMD is the energy distance."""
    size = np.linalg.norm(x, axis=1)
    return size[:, None] + size[None, :] - cdist(x, x)


KERNELS: dict[str, Kernel] = {
    "Gaussian": lambda x: np.exp(-cdist(x, x, "sqeuclidean") / 2),
    "Laplace": lambda x: np.exp(-cdist(x, x)),
    "rational quadratic": lambda x: 1 / (1 + cdist(x, x, "sqeuclidean") / 2),
    "cubic": lambda x: (1 + x @ x.T) ** 3,
    "distance": _distance_kernel,
}
"""Matrices of kernel values between the rows of an array of points."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Distributions on random points under five kernels.

    Returns:
        Rows of kind "mmd": `kernel`, `dimension`, `points`, `closed` (the closed form), `searched`
        (the maximum over the unit ball, by an optimiser), `witness` (value of the closed-form
        witness), `rival` (the best of random functions in the ball), `quadratic` (twice the maximum of
        E_P f - E_Q f - |f|^2 / 2 over all f, by an optimiser). Rows of kind "mean": `dimension`,
        `points` and `gap`, from the mean of vectors to the minimum of their summed squared distances.
    """
    kernels = [_mmd(rng, name, dimension) for name in KERNELS for dimension in DIMENSIONS for _ in range(N_PAIRS)]
    return pd.DataFrame([*kernels, *(_mean(rng, d) for d in DIMENSIONS for _ in range(N_PAIRS))])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the maximum, its witness, the quadratic problem, and the comparison with a mean of vectors."""
    rows = evidence.study[evidence.study["kind"] == "mmd"]
    means = evidence.study[evidence.study["kind"] == "mean"]
    size = rows["closed"].clip(lower=1.0)
    excess = (rows["rival"] - rows["closed"]).clip(lower=0)
    name = "worst error relative to max(1, MMD)"
    return [
        identity(claim, "maximum", (rows["searched"] - rows["closed"]).abs() / size, name=name),
        identity(claim, "witness", np.maximum((rows["witness"] - rows["closed"]).abs(), excess) / size, name=name),
        identity(claim, "quadratic", (rows["quadratic"] - rows["closed"] ** 2).abs() / size**2,
                 name="worst error relative to max(1, squared MMD)"),
        identity(claim, "mean", means["gap"], name="worst distance of the minimum from the mean"),
    ]  # fmt: skip


def searched(weights: np.ndarray, features: np.ndarray) -> float:
    """The maximum of E_P f - E_Q f over |f| <= 1, by sequential quadratic programming on the features' coefficients.

    Args:
        weights: masses of P minus those of Q at the points.
        features: coordinates (points, rank) of the points in the kernel's space.
    """
    slope = features.T @ weights
    scale = max(float(np.abs(slope).max()), 1e-300)
    found = optimize.minimize(
        lambda u: -float(u @ slope) / scale,
        np.full(slope.shape, 0.1 / np.sqrt(slope.size)),
        jac=lambda u: -slope / scale,
        constraints={"type": "ineq", "fun": lambda u: 1 - u @ u, "jac": lambda u: -2 * u},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return float(found.x @ slope / max(1.0, float(np.linalg.norm(found.x))))


def penalised(weights: np.ndarray, features: np.ndarray) -> float:
    """Twice the maximum of E_P f - E_Q f - |f|^2 / 2, by quasi-Newton steps."""
    slope = features.T @ weights
    found = optimize.minimize(
        lambda u: float(u @ u / 2 - u @ slope), np.zeros(slope.shape), jac=lambda u: u - slope, method="BFGS",
        options={"gtol": 1e-10},
    )  # fmt: skip
    return -2 * float(found.fun)


def coordinates(gram: np.ndarray) -> np.ndarray:
    """Coordinates (n, rank) whose inner products are the kernel's values."""
    values, vectors = np.linalg.eigh(gram)
    kept = values > 1e-12 * values.max()
    return vectors[:, kept] * np.sqrt(values[kept])


def _mmd(rng: np.random.Generator, name: str, dimension: int) -> dict[str, object]:
    """P and Q weigh random shares of the points; further points, weighed by neither, could serve the search only."""
    count = int(rng.integers(3, 10))
    gram = KERNELS[name](rng.normal(size=(count + 3, dimension)) / np.sqrt(dimension))
    p, q = (np.concatenate([rng.dirichlet(np.ones(count)), np.zeros(3)]) for _ in range(2))
    features = coordinates(gram)
    rivals = [in_ball(rng.standard_normal(count + 3), gram) for _ in range(N_RIVALS)]
    return {
        "kind": "mmd", "kernel": name, "dimension": dimension, "points": count, "closed": mmd_closed(p, q, gram),
        "searched": searched(p - q, features), "quadratic": penalised(p - q, features),
        "witness": float((p - q) @ in_ball(p - q, gram)), "rival": float(max(np.dot(p - q, f) for f in rivals)),
    }  # fmt: skip


def _mean(rng: np.random.Generator, dimension: int) -> dict[str, object]:
    vectors = rng.normal(size=(int(rng.integers(2, 10)), dimension))
    found = optimize.minimize(
        lambda x: float(((vectors - x) ** 2).sum()), vectors[0], jac=lambda x: 2 * (x - vectors).sum(axis=0),
        options={"gtol": 1e-10},
    )  # fmt: skip
    gap = float(np.linalg.norm(found.x - vectors.mean(axis=0)))
    return {"kind": "mean", "dimension": dimension, "points": len(vectors), "gap": gap}
