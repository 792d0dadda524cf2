"""The Cramér distance and the energy distance, each from its own definition.

Cramér: the integral of (F - G)^2. Energy: 2 E|X - Y| - E|X - X'| - E|Y - Y'|. On
a line with finite means E|X - Y| is the integral of F(1 - G) + G(1 - F), from
which the energy distance is the integral of 2(F - G)^2 (Székely 2002).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import integrate, stats
from scipy.spatial.distance import cdist

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity

N_PAIRS = 60
DIMENSIONS = (1, 2, 8, 32)

Parameters = tuple[float, float]


class Family(NamedTuple):
    """A family on the line.

    Args:
        distribution: scipy's frozen distribution for two parameters.
        draw: random parameters.
        mean_distance: E|X - Y| in closed form, for the parameters of X and Y.
    """

    distribution: Callable[..., stats.rv_continuous]
    draw: Callable[[np.random.Generator], Parameters]
    mean_distance: Callable[[Parameters, Parameters], float]


def gaussian_distance(one: Parameters, other: Parameters) -> float:
    """E|X - Y| of Gaussians with (mean, standard deviation): the mean of a folded normal variable."""
    mean, spread = one[0] - other[0], math.hypot(one[1], other[1])
    folded = spread * math.sqrt(2 / math.pi) * math.exp(-((mean / spread) ** 2) / 2)
    return folded + mean * math.erf(mean / spread / math.sqrt(2))


def exponential_distance(one: Parameters, other: Parameters) -> float:
    """E|X - Y| of exponential variables with (0, mean): the sum of the means less twice the mean of the smaller one."""
    a, b = one[1], other[1]
    return a + b - 2 * a * b / (a + b)


def uniform_distance(one: Parameters, other: Parameters) -> float:
    """E|X - Y| of uniform variables on (start, start + length): third differences of |t|^3 / 6."""
    start = one[0] - other[0]
    gaps = ((1, start + one[1]), (1, start - other[1]), (-1, start + one[1] - other[1]), (-1, start))
    return sum(sign * abs(gap) ** 3 / 6 for sign, gap in gaps) / (one[1] * other[1])


def _placed(rng: np.random.Generator) -> Parameters:
    return float(rng.normal()), float(np.exp(rng.normal() / 2))


FAMILIES = {
    "Gaussians": Family(stats.norm, _placed, gaussian_distance),
    "exponentials": Family(stats.expon, lambda rng: (0.0, float(np.exp(rng.normal()))), exponential_distance),
    "uniforms": Family(stats.uniform, _placed, uniform_distance),
}


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Both distances of random pairs on the line, and the energy distance of random atoms in more dimensions.

    Returns:
        One row per pair: `family`, `dimension`, `energy`, `cramer` (in the plane that of joint
        distribution functions, for tables with equal margins; else NaN), `apart` (the mean
        distance E|X - Y|).
    """
    line = [_continuous(rng, name) for name in FAMILIES for _ in range(N_PAIRS)]
    atoms = [_atoms(rng, dimension) for dimension in DIMENSIONS for _ in range(4 * N_PAIRS)]
    return pd.DataFrame([*line, *atoms, *(_table(rng) for _ in range(N_PAIRS))])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests that the two are proportional on a line, with which factor, that they are not below 0, and other spaces."""
    rows = evidence.study
    line, tables = rows[rows["dimension"] == 1], rows[rows["family"] == "tables"]
    constant = float((line["energy"] / line["cramer"]).median())
    planar = tables["energy"] / tables["cramer"]
    name = "as a share of E|X - Y|"
    return [
        identity(claim, "equivalent", _departure(line, constant), name=f"worst departure from one factor, {name}",
                 note=f"Energy / Cramér is {constant:.9g} in the median pair."),
        identity(claim, "non-negative", (-rows["energy"] / rows["apart"]).clip(lower=0), name=f"most below 0, {name}"),
        identity(claim, "twice", _departure(line, 2.0), name=f"worst departure from energy = 2 Cramér, {name}"),
        exceeds(claim, "line-only", [planar.max() / planar.min()] if len(planar) else [],
                name="largest ratio / least ratio in the plane"),
    ]  # fmt: skip


def _departure(rows: pd.DataFrame, factor: float) -> pd.Series:
    return (rows["energy"] - factor * rows["cramer"]).abs() / rows["apart"]


def energy_distance(points: tuple[np.ndarray, np.ndarray], masses: tuple[np.ndarray, np.ndarray]) -> float:
    """2 E|X - Y| - E|X - X'| - E|Y - Y'| of two distributions on points (k, d) with masses (k,)."""
    (x, y), (p, q) = points, masses
    return float(2 * p @ cdist(x, y) @ q - p @ cdist(x, x) @ p - q @ cdist(y, y) @ q)


def cramer_distance(points: tuple[np.ndarray, np.ndarray], masses: tuple[np.ndarray, np.ndarray]) -> float:
    """Integral of (F - G)^2, F and G being (joint) distribution functions, constant between the points' coordinates.

    Taken between the outermost points: beyond them F and G are equal on a line, and in
    the plane where both distributions have the same margins; else the integral is infinite.
    """
    both, signed = np.concatenate(points), np.concatenate([masses[0], -masses[1]])
    axes = [np.sort(column) for column in both.T]
    cells = np.meshgrid(*(axis[:-1] for axis in axes), indexing="ij")
    below = np.all([column[(...,) + (None,) * len(axes)] <= cell for column, cell in zip(both.T, cells, strict=True)],
                   axis=0)  # fmt: skip
    difference = np.tensordot(signed, below.astype(float), axes=1)
    widths = np.prod(np.meshgrid(*(np.diff(axis) for axis in axes), indexing="ij"), axis=0)
    return float((difference**2 * widths).sum())


def _continuous(rng: np.random.Generator, name: str) -> dict[str, object]:
    family = FAMILIES[name]
    one, other = family.draw(rng), family.draw(rng)
    apart = family.mean_distance(one, other)
    energy = 2 * apart - family.mean_distance(one, one) - family.mean_distance(other, other)
    first, second = family.distribution(*one), family.distribution(*other)
    ends = sorted(float(value) for frozen in (first, second) for value in frozen.ppf([0.0, 1e-18, 0.5, 1 - 1e-16]))
    kinks = [value for value in ends if math.isfinite(value)]
    pieces = [
        integrate.quad(lambda x: (first.cdf(x) - second.cdf(x)) ** 2, low, high, epsabs=1e-15, epsrel=1e-12, limit=200)
        for low, high in zip(kinks, kinks[1:], strict=False)
        if high > low
    ]
    return {"family": name, "dimension": 1, "energy": energy, "cramer": sum(piece[0] for piece in pieces),
            "apart": apart}  # fmt: skip


def _atoms(rng: np.random.Generator, dimension: int) -> dict[str, object]:
    """Random points; every third pair is the same points with masses that differ by up to a tenth."""
    sizes = rng.integers(2, 9, 2)
    points = tuple(rng.normal(size=(size, dimension)) for size in sizes)
    masses = tuple(rng.dirichlet(np.ones(size)) for size in sizes)
    if rng.integers(3) == 0:
        moved = masses[0] * rng.uniform(0.9, 1.1, sizes[0])
        points, masses = (points[0], points[0]), (masses[0], moved / moved.sum())
    pair = (points[0], points[1]), (masses[0], masses[1])
    cramer = cramer_distance(*pair) if dimension == 1 else math.nan
    apart = float(pair[1][0] @ cdist(*pair[0]) @ pair[1][1])
    return {"family": "atoms", "dimension": dimension, "energy": energy_distance(*pair), "cramer": cramer,
            "apart": apart}  # fmt: skip


def _table(rng: np.random.Generator) -> dict[str, object]:
    """A random 3 x 3 table at random places of the plane, and the independent one with its margins."""
    places = [np.exp(rng.normal()) * rng.normal(size=3) for _ in range(2)]
    points = np.stack(np.meshgrid(*places, indexing="ij"), axis=-1).reshape(9, 2)
    p = rng.dirichlet(np.ones(9)).reshape(3, 3)
    q = np.outer(p.sum(axis=1), p.sum(axis=0))
    pair = (points, points), (p.ravel(), q.ravel())
    apart = float(pair[1][0] @ cdist(points, points) @ pair[1][1])
    return {"family": "tables", "dimension": 2, "energy": energy_distance(*pair), "cramer": cramer_distance(*pair),
            "apart": apart}  # fmt: skip
