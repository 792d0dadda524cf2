"""Sequences of distributions: which distance going to 0 takes which other one with it.

Convergence in distribution is measured by the bounded-Lipschitz distance, the
supremum of E_P f - E_Q f over 1-Lipschitz f between -1 and 1. It vanishes in
the limit exactly for convergence in distribution, and equals the transport
cost under the metric min(d, 2).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import special
from scipy.spatial.distance import cdist

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity
from claims.studies.divergences import jensen_shannon, kullback_leibler
from claims.studies.transport import between

N_SEQUENCES = 200
EPSILONS = 2.0 ** -np.arange(2, 18, 3)
VANISHED = 1e-3
"""A distance below this at the end of a sequence counts as gone to 0."""

Pair = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Points, and the masses of P_n and P on them."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Follows sequences P_n towards P, with epsilon halving, in five families.

    "mixture" (a little of Q mixed in), "outside" (of a point where P has no mass), "shift" (moved by epsilon),
    "escape" (mass epsilon at a distance c / epsilon), "heavy tail" (the same where P has a tail k^-s, so that
    KL is finite).

    Returns:
        One row per sequence and epsilon: `sequence`, `family`, `epsilon`, `kl` = KL(P_n || P), `jensen_shannon`,
        `wasserstein`, `weak` (bounded-Lipschitz distance), `diameter` of the supports.
    """
    rows = []
    for sequence in range(N_SEQUENCES):
        for family, start in FAMILIES.items():
            measure = start(rng)
            rows += [(sequence, family, epsilon, *measure(float(epsilon))) for epsilon in EPSILONS]
    columns = ["sequence", "family", "epsilon", "kl", "jensen_shannon", "wasserstein", "weak", "diameter"]
    return pd.DataFrame(rows, columns=columns)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Looks at each arrow where its premise holds at the end of a sequence, and tests the bounds on bounded sets."""
    rows = evidence.study
    last = rows[rows["epsilon"] == rows["epsilon"].min()]
    outside, shifted = (last[last["family"] == family] for family in ("outside", "shift"))
    kept = pd.concat([outside["kl"], shifted["jensen_shannon"]])
    bounded = rows[np.isfinite(rows["diameter"])]
    over = np.maximum(1, bounded["diameter"] / 2) * bounded["weak"]
    root = bounded["diameter"] * np.sqrt(2 * bounded["jensen_shannon"])
    wasserstein = bounded["wasserstein"]
    excess = pd.concat([wasserstein - root, wasserstein - over, bounded["weak"] - wasserstein]) / wasserstein.max()
    return [
        _arrow(claim, "kl-js", last, "kl", "jensen_shannon"),
        _arrow(claim, "js-w", last, "jensen_shannon", "wasserstein"),
        _arrow(claim, "w-weak", last, "wasserstein", "weak"),
        _arrow(claim, "weak-w", last, "weak", "wasserstein"),
        exceeds(claim, "one-way", kept.clip(upper=1), name="least distance that stays (nats, capped at 1)"),
        identity(claim, "bounded", excess.clip(lower=0), name="worst excess over a bound, relative to the largest W"),
    ]


def _arrow(claim: Claim, part: str, last: pd.DataFrame, premise: str, conclusion: str) -> Finding:
    led = last[last[premise] < VANISHED]
    note = ""
    if len(led):
        worst = led.loc[led[conclusion].idxmax()]
        note = (
            f"In the {worst['family']!r} family W is {worst['wasserstein']:.3g} where KL is {worst['kl']:.2g}, "
            f"JS {worst['jensen_shannon']:.2g} and the bounded-Lipschitz distance {worst['weak']:.2g}."
        )
    return identity(claim, part, led[conclusion], name="largest conclusion at the end of a sequence", note=note)


def _measure(points: np.ndarray, p: np.ndarray, q: np.ndarray) -> tuple[float, ...]:
    cost = cdist(points, points)
    distances = (between(p, q, c)[1] for c in (cost, np.minimum(cost, 2)))
    return (kullback_leibler(p, q), jensen_shannon(p, q), *distances, float(cost.max()))


def _cloud(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    size, dimension = rng.integers(3, 12), rng.choice([1, 2, 3, 8])
    return rng.uniform(0, 3, (size, dimension)), rng.dirichlet(np.ones(size))


def _mixture(rng: np.random.Generator) -> Callable[[float], tuple[float, ...]]:
    points, p = _cloud(rng)
    other = rng.dirichlet(np.ones(len(p)))
    return lambda epsilon: _measure(points, (1 - epsilon) * p + epsilon * other, p)


def _with_atom(points: np.ndarray, p: np.ndarray, atom: np.ndarray, epsilon: float) -> Pair:
    """P_n = (1 - epsilon) P + epsilon at the atom, where P has no mass."""
    return np.vstack([points, atom]), np.append((1 - epsilon) * p, epsilon), np.append(p, 0.0)


def _outside(rng: np.random.Generator) -> Callable[[float], tuple[float, ...]]:
    points, p = _cloud(rng)
    atom = np.asarray(rng.uniform(0, 3, points.shape[1]))
    return lambda epsilon: _measure(*_with_atom(points, p, atom, epsilon))


def _shift(rng: np.random.Generator) -> Callable[[float], tuple[float, ...]]:
    points, p = _cloud(rng)
    way, nothing = _direction(rng, points.shape[1]), np.zeros(len(p))
    here, there = np.append(nothing, p), np.append(p, nothing)
    return lambda epsilon: _measure(np.vstack([points + epsilon * way, points]), there, here)


def _escape(rng: np.random.Generator) -> Callable[[float], tuple[float, ...]]:
    points, p = _cloud(rng)
    way, reach = _direction(rng, points.shape[1]), rng.uniform(0.5, 2)
    return lambda epsilon: _measure(*_with_atom(points, p, way * reach / epsilon, epsilon))


def _heavy_tail(rng: np.random.Generator) -> Callable[[float], tuple[float, ...]]:
    exponent, reach = rng.uniform(2.5, 4), int(rng.integers(1, 4))
    return lambda epsilon: heavy_tail(exponent, round(reach / epsilon), epsilon)


def heavy_tail(exponent: float, place: int, epsilon: float) -> tuple[float, ...]:
    """Distances between P with p_k ~ k^-exponent on 1, 2, ... and P_n = (1 - epsilon) P + epsilon at `place`.

    The likelihood ratio is constant off `place`, so KL and JS are those of two
    cells. P_n - P is epsilon times (atom - P), whose transport cost is the mean
    distance from the atom.

    Returns:
        KL(P_n || P), JS, W1, bounded-Lipschitz distance, and the infinite diameter.
    """
    total = float(special.zeta(exponent))
    beside, here, beyond = (float(k) ** -exponent / total if k else 0.0 for k in (place - 1, place, place + 1))
    q = np.array([here, 1 - here])
    p = np.array([(1 - epsilon) * here + epsilon, (1 - epsilon) * (1 - here)])
    above = special.zeta(exponent - 1, place + 1) - place * special.zeta(exponent, place + 1)
    mean_distance = place - special.zeta(exponent - 1) / total + 2 * above / total
    weak = 2 * (1 - here) - beside - beyond
    return kullback_leibler(p, q), jensen_shannon(p, q), epsilon * float(mean_distance), epsilon * weak, np.inf


def _direction(rng: np.random.Generator, dimension: int) -> np.ndarray:
    way = rng.standard_normal(dimension)
    return way / np.linalg.norm(way)


FAMILIES: dict[str, Callable[[np.random.Generator], Callable[[float], tuple[float, ...]]]] = {
    "mixture": _mixture,
    "outside": _outside,
    "shift": _shift,
    "escape": _escape,
    "heavy tail": _heavy_tail,
}
