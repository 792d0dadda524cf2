"""Does p_g converge to p_data where the discriminator is optimal at every step?

With D = p / (p + q), p the data's law and q the generator's, the criterion E_p log D + E_q log(1 - D) is
2 JS(p, q) - log 4, and its gradient with D held as it is, log(q / (p + q)) at each point, is that of the whole
(envelope theorem). Three ways to improve it:

    steps in q itself, on a finite set, downhill in a metric that keeps q a distribution: q <- q exp(-rate g) / Z.
        The criterion is convex in q and its Hessian p / (q (p + q)) is at most that of the negative entropy, 1 / q;
        so at rate 1 each step improves it, and 2 JS after t steps is at most KL(p || q at the start) / t.
    the same steps with rates 2^-k, k = 0, 1, ...: each improves the criterion, their lengths have a finite sum.
    steps in the means of a mixture of Gaussians that equals p_data when they are right.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity, invalid
from claims.studies.divergences import jensen_shannon, kullback_leibler, total_variation

N_CASES, N_STEPS = 200, 200

N_SHRINKING = 30
"""Steps with rates 1, 1/2, 1/4, ...; all that would follow could move no log q(x) / q(y) by more than 1e-6."""

CENTRES = np.array([-6.0, 0.0, 6.0])
"""Means of p_data, whose three parts are equally likely and have deviation 1."""

N_STARTS, N_MEAN_STEPS, MEAN_RATE, REACH = 60, 1000, 4.0, 9.0
"""Starts with means drawn evenly from -REACH to REACH, and as many with each mean within NEAR of its own centre."""

NEAR = 1.5

LINE = np.linspace(-16, 16, 129)
SPACING = LINE[1] - LINE[0]


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Descends from random starts.

    Returns:
        One row per case and step looked at: `kind` ("steps", "shrinking", "anywhere", "near"), `case`, `step`,
        `divergence` JS(p_data, p_g) in nats, `distance`, their total variation, `bound`, KL(p_data || p_g at the
        start), `gain`, the least improvement of the criterion by a step so far, and the means `m0`, `m1`, `m2`
        where there are such.
    """
    rows = [row for case in range(N_CASES) for row in _on_a_finite_set(rng, case)]
    anywhere = np.sort(rng.uniform(-REACH, REACH, (N_STARTS, 3)), axis=1)
    near = CENTRES + rng.uniform(-NEAR, NEAR, (N_STARTS, 3))
    frames = [_means("anywhere", anywhere), _means("near", near)]
    return pd.concat([pd.DataFrame(rows), *frames], ignore_index=True)


def optimal(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The optimal discriminator p / (p + q)."""
    return p / (p + q)


def criterion(p: np.ndarray, q: np.ndarray) -> float:
    """E_p log D + E_q log(1 - D) at the optimal D."""
    d = optimal(p, q)
    return float(p @ np.log(d) + q @ np.log1p(-d))


def step(p: np.ndarray, q: np.ndarray, rate: float) -> np.ndarray:
    """One step of p_g against the optimal discriminator, which stays as it is meanwhile."""
    moved = q * np.exp(-rate * np.log1p(-optimal(p, q)))
    return moved / moved.sum()


def _on_a_finite_set(rng: np.random.Generator, case: int) -> list[dict[str, object]]:
    size = int(rng.integers(2, 21))
    p, start = rng.dirichlet(np.ones(size), 2)
    schedules = {"steps": np.ones(N_STEPS), "shrinking": 0.5 ** np.arange(N_SHRINKING)}
    return [row for kind, rates in schedules.items() for row in _path(p, start, kind, case, rates)]


def _path(p: np.ndarray, start: np.ndarray, kind: str, case: int, rates: np.ndarray) -> list[dict[str, object]]:
    q, least, rows = start, math.inf, []
    for t in range(len(rates) + 1):
        if t in (0, 1, 2, 5, 10, 20, 50, 100, len(rates)):
            found = {"divergence": jensen_shannon(p, q), "distance": total_variation(p, q), "gain": least}
            rows.append({"kind": kind, "case": case, "step": t, "bound": kullback_leibler(p, start), **found})
        if t < len(rates):
            after = step(p, q, rates[t])
            least = min(least, criterion(p, q) - criterion(p, after))
            q = after
    return rows


def mixture(means: np.ndarray) -> np.ndarray:
    """Density on the line of equal Gaussians with these means, (..., 3) -> (..., points)."""
    return stats.norm.pdf(LINE - means[..., None]).mean(axis=-2)


def mean_gradient(means: np.ndarray) -> np.ndarray:
    """Gradient of the criterion with respect to the means with the optimal D held as it is, (S, 3) -> (S, 3).

    By parts, d/dm of the integral of N(x - m) g(x) / 3 is that of N(x - m) (x - m) g(x) / 3.
    """
    away = LINE - means[..., None]
    parts = np.exp(-(away**2) / 2) / math.sqrt(2 * math.pi) / 3
    p, q = mixture(CENTRES), parts.sum(axis=-2)
    cost = np.log(q) - np.log(p + q)
    return (parts * away * cost[:, None]).sum(axis=-1) * SPACING


def _means(kind: str, means: np.ndarray) -> pd.DataFrame:
    frames, p = [], mixture(CENTRES) * SPACING
    for t in range(N_MEAN_STEPS + 1):
        if t in (0, N_MEAN_STEPS // 10, N_MEAN_STEPS):
            q = mixture(means) * SPACING
            columns = {f"m{k}": means[:, k] for k in range(3)}
            divergence = [jensen_shannon(p, one) for one in q]
            distance = [total_variation(p, one) for one in q]
            found = pd.DataFrame({**columns, "divergence": divergence, "distance": distance})
            frames.append(found.assign(kind=kind, step=t, case=range(len(means))))
        means = means - MEAN_RATE * mean_gradient(means)
    return pd.concat(frames)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Looks at the distance from p_data at the end, and at what each step gained on the way there."""
    rows = evidence.study
    last = rows[rows["step"] == rows.groupby("kind")["step"].transform("max")]
    end = {kind: last[last["kind"] == kind] for kind in ("steps", "shrinking", "anywhere", "near")}
    gain, left = end["shrinking"]["gain"].min(), end["shrinking"]["distance"]
    missed = end["anywhere"]["distance"] > claim.margin("parameters")
    path = rows[(rows["kind"] == "steps") & (rows["step"] > 0)]
    notes = {
        "shrinking": f"Every step improved the criterion, by at least {gain:.2g}, and a total variation of "
        f"{left.min():.2g} to {left.max():.2g} stays.",
        "parameters": f"{int(missed.sum())} of {len(missed)} starts do not reach p_data; they end at JS of up to "
        f"{end['anywhere']['divergence'].max():.3g} nats.",
    }
    name = "largest total variation from p_data at the end"
    distances = {"steps": "steps", "shrinking": "shrinking", "parameters": "anywhere", "near": "near"}
    found = [
        identity(claim, part, end[kind]["distance"], name=name, note=notes.get(part, ""))
        for part, kind in distances.items()
    ]
    slack = 1 - 2 * path["divergence"] * path["step"] / path["bound"]
    if gain <= 0:
        found[1] = invalid("shrinking", "A step did not improve the criterion.", len(left))
    rate = exceeds(claim, "rate", slack, name="least of 1 - 2 JS t / KL(p_data || start)")
    return [*found, rate]
