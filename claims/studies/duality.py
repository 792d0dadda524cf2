"""Kantorovich and Rubinstein: W1 as a supremum over 1-Lipschitz functions.

Between weighted points both sides are linear programs. The supremum is found
by another solver than the plan, and its f is replaced by

    min_k f(x_k) + |x - x_k|,

which is 1-Lipschitz on the whole space to the last digit. Any such f gives at
most W1 and any plan at least, so that their difference bounds both errors.
Between densities on the line, and between laws that depend on |x| alone, f has
the slope sign(F_q - F_p), and |Q_p - Q_q| integrated over the quantiles is the
price of the plan that keeps the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.spatial.distance import cdist

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.transport import between

DIMENSIONS = (1, 2, 3, 8, 32)
N_CASES = 8
N_DENSITIES = 25
MOST_POINTS = 9
RANGE = 8.2
"""Normal scores beyond this have a probability of 1e-16."""

CLOUDS = ("Gaussian", "heavy tails", "shared points", "lattice", "equal masses")
LAWS = ("norm", "laplace", "logistic", "uniform", "expon", "t", "gamma")


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Compares the cheapest plan with the supremum over 1-Lipschitz functions.

    Returns:
        One row per pair of distributions: `kind` ("points" or "densities"), `family`, `dimension`, `plan` (W1 by
        its definition), `dual` (the supremum of E_p f - E_q f) and, for points: `sizes_equal`, `same_places`
        (both masses on one list of points), `reversed` (the supremum of E_q f - E_p f) and `indices` (of
        sum_i f(x_i) q_i - sum_j f(y_j) p_j, which is nothing where the two lists differ in length).
    """
    points = [_points(rng, family, d) for family in CLOUDS for d in DIMENSIONS for _ in range(N_CASES)]
    return pd.DataFrame([*points, *_densities(rng)])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the duality, and S1's discrete form with the order and with the indices that it prints."""
    rows = evidence.study
    points = rows[rows["kind"] == "points"]
    equal = points[points["sizes_equal"].astype(bool)]
    apart = equal[~equal["family"].isin(["shared points", "equal masses"])]
    name = "worst relative difference from W1"
    return [
        identity(claim, "duality", error(rows, "dual"), name=name),
        identity(claim, "order", error(points, "reversed"), name=name),
        identity(claim, "indices", error(equal, "indices"), name=name, note=_note(points, apart)),
        identity(claim, "same-places", error(equal[equal["same_places"].astype(bool)], "indices"), name=name),
    ]


def error(rows: pd.DataFrame, column: str) -> pd.Series:
    """Difference from the price of the cheapest plan, relative to it."""
    return (rows[column] / rows["plan"] - 1).abs()


def _note(points: pd.DataFrame, apart: pd.DataFrame) -> str:
    unlike = int((~points["sizes_equal"].astype(bool)).sum())
    if not len(apart):
        return ""
    worst = apart.loc[error(apart, "indices").idxmax()]
    return (
        f"With places apart and unlike masses it is off by {100 * error(apart, 'indices').median():.3g} % (median); "
        f"at worst {worst['indices']:.3g} in place of {worst['plan']:.3g}. In {unlike} of {len(points)} cases the two "
        "lists differ in length and it is not defined."
    )


def lipschitz_supremum(places: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Largest sum_k w_k f(x_k) over 1-Lipschitz f.

    Args:
        places: points (n, d).
        weights: w (n,), with sum 0.

    Returns:
        Values of f at the points, exactly 1-Lipschitz, and the sum.
    """
    n, distance = len(places), cdist(places, places)
    one, other = np.nonzero(~np.eye(n, dtype=bool))
    rows = np.arange(len(one))
    constraints = np.zeros((len(one), n))
    constraints[rows, one], constraints[rows, other] = 1, -1
    bounds = [(0, 0)] + [(None, None)] * (n - 1)  # f may be shifted, so it is 0 at the first point
    found = optimize.linprog(-weights, constraints, distance[one, other], bounds=bounds, method="highs")
    values = (found.x[None, :] + distance).min(axis=1)
    return values, float(weights @ values)


def _points(rng: np.random.Generator, family: str, dimension: int) -> dict[str, Any]:
    """A pair of weighted clouds; every other pair has two lists of the same length."""
    n = int(rng.integers(3, MOST_POINTS))
    equal = family in ("shared points", "equal masses") or bool(rng.integers(2))
    m = n if equal else n + int(rng.integers(1, 4))
    x, y = _cloud(rng, family, (n, dimension)), _cloud(rng, family, (m, dimension)) + rng.normal(size=dimension)
    y = x if family == "shared points" else y
    p, q = (np.full(k, 1 / k) if family == "equal masses" else rng.dirichlet(np.ones(k)) for k in (n, m))
    places = np.concatenate([x, y])
    return {
        "kind": "points",
        "family": family,
        "dimension": dimension,
        "plan": between(p, q, cdist(x, y))[1],
        "dual": lipschitz_supremum(places, np.concatenate([p, -q]))[1],
        "reversed": lipschitz_supremum(places, np.concatenate([-p, q]))[1],
        "indices": lipschitz_supremum(places, np.concatenate([q, -p]))[1] if equal else np.nan,
        "sizes_equal": equal,
        "same_places": family == "shared points",
    }


def _cloud(rng: np.random.Generator, family: str, shape: tuple[int, int]) -> np.ndarray:
    """Points of a cloud; on the lattice many distances are equal, and points may coincide."""
    if family == "lattice":
        return rng.integers(0, 4, shape).astype(float)
    return rng.standard_t(1, shape) if family == "heavy tails" else rng.normal(size=shape)


def _densities(rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    for _ in range(N_DENSITIES):
        one, other = (_law(rng, str(name)) for name in rng.choice(LAWS, 2))
        yield {"kind": "densities", "family": "on the line", "dimension": 1, **_on_the_line(one, other)}
    for case in range(N_DENSITIES):
        dimension = DIMENSIONS[1 + case % (len(DIMENSIONS) - 1)]
        one = stats.chi(dimension, scale=rng.uniform(0.5, 2))
        other = stats.gamma(rng.uniform(1, 9), loc=rng.uniform(0, 1), scale=rng.uniform(0.3, 1))
        yield {"kind": "densities", "family": "radial", "dimension": dimension, **_on_the_line(one, other)}


def _law(rng: np.random.Generator, name: str) -> Any:
    shape = {"t": (3.0,), "gamma": (rng.uniform(0.8, 5),)}.get(name, ())
    return getattr(stats, name)(*shape, loc=rng.normal(), scale=np.exp(rng.normal() / 2))


def _on_the_line(one: Any, other: Any) -> dict[str, float]:
    """Price of the plan that keeps the order, and E_p f - E_q f of the zigzag f that turns where the cdfs cross."""
    x, y = _quantiles(one, PLAN_NODES), _quantiles(other, PLAN_NODES)
    turns, slope = crossings(one, other, np.unique(np.concatenate([x, y])))
    # Each expectation on nodes of its own: neither knows which point of the other law its point is coupled to.
    means = [
        zigzag(turns, slope, _quantiles(law, nodes)) @ _weights(nodes)
        for law, nodes in zip((one, other), NODES, strict=True)
    ]
    return {"plan": float(np.abs(x - y) @ _weights(PLAN_NODES)), "dual": float(means[0] - means[1])}


def _nodes(count: int) -> np.ndarray:
    """Midpoints of equal parts of the normal law's range: levels of quantiles, fine in both tails."""
    return (np.arange(count) + 0.5) / count * 2 * RANGE - RANGE


def _weights(nodes: np.ndarray) -> np.ndarray:
    return stats.norm.pdf(nodes) * 2 * RANGE / len(nodes)


def _quantiles(law: Any, nodes: np.ndarray) -> np.ndarray:
    """Quantiles at the levels of normal scores; in the upper half from above, where the digits are."""
    return np.concatenate([law.ppf(stats.norm.cdf(nodes[nodes <= 0])), law.isf(stats.norm.sf(nodes[nodes > 0]))])


def crossings(one: Any, other: Any, grid: np.ndarray) -> tuple[np.ndarray, float]:
    """Where two cdfs cross between the points of a grid, and the sign of F_q - F_p before the first crossing."""

    def gap(x: float | np.ndarray) -> Any:
        return other.cdf(x) - one.cdf(x)

    signs = np.sign(gap(grid))
    points, signs = grid[signs != 0], signs[signs != 0]
    changes = np.flatnonzero(signs[1:] != signs[:-1])
    turns = [optimize.brentq(gap, points[index], points[index + 1], xtol=1e-14) for index in changes]
    return np.array(turns), float(signs[0])


def zigzag(turns: np.ndarray, slope: float, x: np.ndarray) -> np.ndarray:
    """The function of slope 1 or -1, `slope` at first, that turns round at each of `turns`."""
    corners = np.concatenate([[0.0], np.cumsum(np.diff(turns) * slope * (-1.0) ** (1 + np.arange(len(turns) - 1)))])
    if not len(turns):
        return slope * x
    piece = np.searchsorted(turns, x)
    nearest = np.maximum(piece - 1, 0)
    return corners[nearest] + slope * (-1.0) ** piece * (x - turns[nearest])


PLAN_NODES, NODES = _nodes(6_000), (_nodes(7_000), _nodes(8_000))
