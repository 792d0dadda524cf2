"""The bound on W1 by the Jensen-Shannon divergence of noisy distributions.

With V = E|e|^2, W(P_r, P_g) <= 2 V^(1/2) + W(P_{r+e}, P_{g+e}), because noise moves a point by at most V^(1/2) on
average. The last distance is at most C TV <= C (2 JS)^(1/2) on a set of diameter C, and at most
2 ((M_r + M_g) JS)^(1/2) where M is a mean squared distance from some point: by Cauchy and Schwarz with
the sum of (p - q)^2 / (p + q), which is at most 4 JS.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist
from scipy.stats import norm

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.divergences import jensen_shannon
from claims.studies.transport import between

N_CASES = 250
SCALES = (0.02, 50.0)


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Measures both sides for random atoms, with bounded noise on a lattice and with Gaussian noise.

    Returns:
        One row per case: `noise` ("bounded", "gaussian"), `dimension`, `wasserstein`, `variance` = E|e|^2,
        `jensen_shannon` of the noisy distributions (nats), `diameter` of their support, and `moments`,
        the sum of their mean squared distances from one point.
    """
    families = [family for _ in range(N_CASES) for family in (_bounded, _gaussian)]
    return pd.DataFrame([family(rng, float(np.exp(rng.uniform(*np.log(SCALES))))) for family in families])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the bound as transcribed, with the diameter it lost, and in the form for unbounded noise."""
    rows = evidence.study
    size = np.maximum(rows["wasserstein"], 1)
    printed = (rows["wasserstein"] - transcribed(rows)) / size
    worst = rows.loc[printed.idxmax()]
    right = transcribed(rows).loc[printed.idxmax()]
    small = rows["diameter"] <= 0.5
    note = (
        f"With W = {worst['wasserstein']:.3g}, V = {worst['variance']:.2g} and JS = {worst['jensen_shannon']:.3g} the "
        f"right side is {right:.3g}; it fails in {(printed > 0).sum()} of {len(rows)} cases, "
        f"in {(printed[small] > 0).sum()} of the {small.sum()} of diameter up to 1/2."
    )
    bounded = rows["noise"] == "bounded"
    root = 2 * np.sqrt(rows["variance"])
    by_diameter = root + 2 * rows["diameter"] * np.sqrt(rows["jensen_shannon"])
    by_moments = root + 2 * np.sqrt(rows["moments"] * rows["jensen_shannon"])
    name = "worst excess over the bound, relative to max(1, W)"
    return [
        identity(claim, "transcribed", printed.clip(lower=0), name=name, note=note),
        identity(claim, "diameter", _excess(rows, by_diameter, size)[bounded], name=name),
        identity(claim, "moments", _excess(rows, by_moments, size), name=name),
    ]


def transcribed(rows: pd.DataFrame) -> pd.Series:
    """The right side as S1 has it."""
    return 2 * np.sqrt(rows["variance"]) + np.sqrt(rows["jensen_shannon"])


def _excess(rows: pd.DataFrame, bound: pd.Series, size: pd.Series) -> pd.Series:
    return ((rows["wasserstein"] - bound) / size).clip(lower=0)


def _bounded(rng: np.random.Generator, scale: float) -> dict[str, Any]:
    """Atoms and noise on a lattice, so that the noisy distributions are finite sums."""
    dimension = int(rng.integers(1, 4))
    sides = [(rng.integers(0, 9, (n, dimension)), rng.dirichlet(np.ones(n))) for n in rng.integers(1, 6, 2)]
    offsets = rng.integers(-2, 3, (4, dimension))
    offsets, chances = np.vstack([offsets, -offsets]), np.tile(rng.dirichlet(np.ones(4)) / 2, 2)
    clouds = [(points[:, None] + offsets).reshape(-1, dimension) for points, _ in sides]
    support, index = np.unique(np.concatenate(clouds), axis=0, return_inverse=True)
    halves = np.split(index.ravel(), [len(clouds[0])])
    masses = [np.outer(weights, chances).ravel() for _, weights in sides]
    p, q = (np.bincount(i, m, len(support)) for i, m in zip(halves, masses, strict=True))
    squares = ((support - support.mean(axis=0)) ** 2).sum(axis=1)
    return {
        "noise": "bounded",
        "dimension": dimension,
        "wasserstein": scale * between(sides[0][1], sides[1][1], cdist(sides[0][0], sides[1][0]))[1],
        "variance": scale**2 * float(chances @ (offsets**2).sum(axis=1)),
        "jensen_shannon": jensen_shannon(p, q),
        "diameter": scale * float(cdist(support, support).max()),
        "moments": scale**2 * float((p + q) @ squares),
    }


def _gaussian(rng: np.random.Generator, scale: float) -> dict[str, Any]:
    """Atoms on a line in any dimension: across the line the noise of both sides is alike and cancels in JS."""
    dimension, sigma = int(rng.choice([1, 2, 8, 32])), scale * math.exp(rng.uniform(math.log(0.02), 0))
    (x, p), (y, q) = ((rng.normal(0, scale, n), rng.dirichlet(np.ones(n))) for n in rng.integers(1, 6, 2))
    squares = p @ x**2 + q @ y**2 + 2 * dimension * sigma**2
    return {
        "noise": "gaussian",
        "dimension": dimension,
        "wasserstein": between(p, q, np.abs(x[:, None] - y))[1],
        "variance": dimension * sigma**2,
        "jensen_shannon": noisy_divergence((x, p), (y, q), sigma),
        "diameter": math.inf,
        "moments": float(squares),
    }


def noisy_divergence(real: tuple[np.ndarray, np.ndarray], fake: tuple[np.ndarray, np.ndarray], sigma: float) -> float:
    """JS of two mixtures of normal densities (centres, weights), by the trapezoid rule.

    The rule is exact to rounding for densities this smooth at a spacing of sigma / 8.
    """
    centres = np.concatenate([real[0], fake[0]])
    low, high = centres.min() - 10 * sigma, centres.max() + 10 * sigma
    grid = np.linspace(low, high, math.ceil(8 * (high - low) / sigma) + 1)
    p, q = (norm.pdf(grid[:, None], places, sigma) @ weights for places, weights in (real, fake))
    return jensen_shannon(p, q) * float(grid[1] - grid[0])
