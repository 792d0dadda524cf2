"""Three properties of a divergence d, after Bellemare et al. (2017), section 2.

Sum invariance: d(A + X, A + Y) <= d(X, Y) for every A independent of X and Y. Scale sensitivity of
order beta > 0: d(cX, cY) <= c^beta d(X, Y) for c > 0. Unbiased sample gradients: the mean of the
gradient of d(P_m, Q) over minibatches P_m of P is the gradient of d(P, Q).

All distributions lie on small grids. On a line the l_p distance is the p-th root of the integral of
|F - G|^p; the Cramér distance is l_2 squared, and half the energy distance in any dimension.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd
from scipy import signal, stats
from scipy.spatial.distance import cdist

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity
from claims.studies.divergences import kullback_leibler
from claims.studies.minibatch_transport import compositions
from claims.studies.transport import between

N_CASES = 80
N_GRADIENTS = 40
SIDE = 3
POWERS = (1.5, 2.0, 3.0, 4.0)
BATCHES = (1, 2, 4)
STEP = 1e-6

Divergence = Callable[[np.ndarray, np.ndarray, np.ndarray], float]
"""From points (k, d) with masses p and q (k,) to d(P, Q)."""


def wasserstein(points: np.ndarray, p: np.ndarray, q: np.ndarray) -> float:
    """W1 by linear programming."""
    return between(p, q, cdist(points, points))[1]


def cramer(points: np.ndarray, p: np.ndarray, q: np.ndarray) -> float:
    """Half the energy distance."""
    return float(-(p - q) @ cdist(points, points) @ (p - q) / 2)


def kl(points: np.ndarray, p: np.ndarray, q: np.ndarray) -> float:
    """Kullback-Leibler divergence of P from Q, which does not look at the points."""
    del points
    return kullback_leibler(p, q)


def l_p(points: np.ndarray, p: np.ndarray, q: np.ndarray, *, power: float, rooted: bool) -> float:
    """The l_p distance of distributions on a line, its points in order, or its p-th power."""
    value = float(np.diff(points[:, 0]) @ np.abs(np.cumsum(p - q)[:-1]) ** power)
    return value ** (1 / power) if rooted else value


PLAIN: dict[str, Divergence] = {"wasserstein": wasserstein, "cramer": cramer, "kl": kl}
ROOTED: dict[str, Divergence] = {f"l_{p:g}": partial(l_p, power=p, rooted=True) for p in POWERS}
POWERED: dict[str, Divergence] = {f"l_{p:g}^{p:g}": partial(l_p, power=p, rooted=False) for p in POWERS}


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Each property for random pairs on grids in 1 to 3 dimensions, those of l_p on a line.

    Returns:
        Rows with `divergence`, `dimension` and `case`, of kind "sum" (`value` of d(X, Y), `other` of
        d(A + X, A + Y)), "scale" (`factor` c, `value`, `other` of d(cX, cY)) and "gradient" (`m`,
        `value`, the derivative along a random change of Q's masses, `other`, its exact
        mean over all minibatches of P).
    """
    rows: list[dict[str, object]] = []
    for dimension, case in itertools.product((1, 2, 3), range(N_CASES)):
        drawn = {"dimension": dimension, "case": case}
        rows += [{**drawn, **row} for row in _sums_and_scales(rng, dimension)]
    for dimension, case in itertools.product((1, 2), range(N_GRADIENTS)):
        drawn = {"dimension": dimension, "case": case}
        rows += [{**drawn, **row} for row in _gradients(rng, dimension)]
    return pd.DataFrame(rows)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests which divergence has which property."""
    rows = evidence.study
    found = rows.assign(excess=(rows["other"] - rows["value"]).clip(lower=0) / rows["value"].clip(lower=1e-3),
                        bias=(rows["other"] - rows["value"]).abs(), order=order(rows))  # fmt: skip
    names = {name: found[found["divergence"] == name] for name in found["divergence"].unique()}
    sums, gradients = (found[found["kind"] == kind] for kind in ("sum", "gradient"))
    pairs = sums.pivot(index=["dimension", "case"], columns="divergence", values="value")
    beyond = (pairs["cramer"] - pairs["wasserstein"]).clip(lower=0)
    excess, off = "worst relative excess after adding A", "worst departure of the order found"
    roots = pd.concat([names[name]["order"].dropna() - 1 / power for name, power in zip(ROOTED, POWERS, strict=True)])
    return [
        identity(claim, "sum", _of(names["cramer"], "sum")["excess"], name=excess),
        identity(claim, "scale", _off(names["cramer"], 1.0), name=f"{off} from 1"),
        identity(claim, "gradients", _of(names["cramer"], "gradient")["bias"], name="worst bias"),
        identity(claim, "continuity", beyond, name="worst excess over W1"),
        identity(claim, "wasserstein-sum", _of(names["wasserstein"], "sum")["excess"], name=excess),
        identity(claim, "wasserstein-scale", _off(names["wasserstein"], 1.0), name=f"{off} from 1"),
        exceeds(claim, "wasserstein-lacks", _largest(gradients, ["wasserstein"]), name=LARGEST),
        identity(claim, "kl-sum", _of(names["kl"], "sum")["excess"], name=excess),
        identity(claim, "kl-gradients", _of(names["kl"], "gradient")["bias"], name="worst bias"),
        identity(claim, "kl-lacks", _off(names["kl"], 0.0), name=f"{off} from 0"),
        identity(claim, "roots", roots.abs(), name=f"{off} from 1 / p"),
        exceeds(claim, "root-biased", _largest(gradients, ["l_2"]), name=LARGEST),
        exceeds(claim, "only-square", _largest(gradients, [n for n in POWERED if n != "l_2^2"]), name=LARGEST),
    ]


LARGEST = "largest bias over the pairs, least over divergences, dimensions and minibatches"


def order(rows: pd.DataFrame) -> pd.Series:
    """The beta for which d(cX, cY) = c^beta d(X, Y), NaN in rows of another kind."""
    ratio = (rows["other"] / rows["value"]).where(rows["kind"] == "scale")
    return np.log(ratio) / np.log(rows["factor"])


def _of(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    return rows[rows["kind"] == kind]


def _off(rows: pd.DataFrame, wanted: float) -> pd.Series:
    return (_of(rows, "scale")["order"] - wanted).abs()


def _largest(gradients: pd.DataFrame, names: list[str]) -> pd.Series:
    chosen = gradients[gradients["divergence"].isin(names)]
    return chosen.groupby(["divergence", "dimension", "m"])["bias"].max()


def _grid(side: int, dimension: int) -> np.ndarray:
    return np.array(list(itertools.product(range(side), repeat=dimension)), dtype=float)


def _masses(rng: np.random.Generator, dimension: int) -> np.ndarray:
    return rng.dirichlet(np.ones(SIDE**dimension)).reshape((SIDE,) * dimension)


def _sums_and_scales(rng: np.random.Generator, dimension: int) -> Iterator[dict[str, object]]:
    """One pair, the pair after adding A, and the pair scaled by c."""
    p, q, a = (_masses(rng, dimension) for _ in range(3))
    summed = [signal.convolve(mass, a, method="direct").ravel() for mass in (p, q)]
    points, wider = _grid(SIDE, dimension), _grid(2 * SIDE - 1, dimension)
    factor = float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.5, 2)))
    for name, distance in (PLAIN | ROOTED if dimension == 1 else PLAIN).items():
        value = distance(points, p.ravel(), q.ravel())
        yield {"kind": "sum", "divergence": name, "value": value, "other": distance(wider, *summed)}
        scaled = distance(factor * points, p.ravel(), q.ravel())
        yield {"kind": "scale", "divergence": name, "factor": factor, "value": value, "other": scaled}


def _gradients(rng: np.random.Generator, dimension: int) -> Iterator[dict[str, object]]:
    """Four points; Q's masses move along a random direction that keeps their sum."""
    points = np.sort(rng.normal(size=(4, 1)), axis=0) if dimension == 1 else rng.normal(size=(4, dimension))
    p, q = rng.dirichlet(np.ones(4)), rng.dirichlet(np.full(4, 3.0))
    move = rng.normal(size=4)
    move = (move - move.mean()) * float(q.min()) / float(np.abs(move).max())
    for name, distance in (PLAIN | ROOTED | POWERED if dimension == 1 else PLAIN).items():
        for m in BATCHES:
            counts = compositions(m, 4)
            chances = stats.multinomial(m, p).pmf(counts)
            slopes = [slope(distance, points, batch / m, (q, move)) for batch in counts]
            yield {"kind": "gradient", "divergence": name, "m": m, "value": slope(distance, points, p, (q, move)),
                   "other": math.fsum(chances * slopes)}  # fmt: skip


def slope(distance: Divergence, points: np.ndarray, p: np.ndarray, model: tuple[np.ndarray, np.ndarray]) -> float:
    """Central difference of d(P, Q) as Q's masses move along a direction."""
    q, move = model
    ends = [distance(points, p, q + sign * STEP * move) for sign in (1, -1)]
    return (ends[0] - ends[1]) / (2 * STEP)
