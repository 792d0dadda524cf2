"""The gradient of W1 by way of the optimal critic: with respect to what?

With a critic f that attains W1 = max E f(x) - E f(g_theta(z)), the derivative
with respect to theta is -E_z grad_theta f(g_theta(z)) where both exist. Between n
real atoms x_i and n generated atoms g_theta(z_j) an optimal critic is

    f_w(y) = max_i w_i - |y - x_i|,

1-Lipschitz for every w, whose parameters w are its values at the real atoms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize
from scipy.spatial.distance import cdist

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity
from claims.studies.networks import ACTIVATIONS, draw_layers, forward
from claims.studies.transport import by_assignment

DIMENSIONS = (2, 3, 8)
N_CASES = 20
N_DIRECTIONS = 3
ATOMS = (3, 9)
STEP = 1e-5
LEAST_SLACK = 1e-2
"""Problems in which another plan is this close to optimal are drawn again: a difference quotient would see both."""

Generator = Callable[[np.ndarray], np.ndarray]
"""From parameters theta (k,) to atoms (n, d)."""


@dataclass(frozen=True)
class Problem:
    """Real atoms, a generator, its parameters, and the values of an optimal critic at the real atoms."""

    real: np.ndarray
    generator: Generator
    theta: np.ndarray
    values: np.ndarray


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Derivatives of W1 along random directions, by differences and by the optimal critic.

    Returns:
        Rows with `family` of the generator, `dimension` and `case`. Kind "derivative": `found` (of W1 along a direction
        in theta, central difference), `critic` (of -E f(g_theta(z)), f held fixed). Kind "printed": `found`, the norm
        of the derivative of the maximum with respect to the critic's parameters, and `critic`, the norm of
        -E_z grad_w f_w(g_theta(z)), with as many parameters as `atoms`. Kind "kink", at a theta where a generated atom
        passes through its real one: `found`, the jump of the slope of W1, relative to 2 |v| / n with v the speed of
        that atom.
    """
    rows: list[dict[str, Any]] = []
    for case in range(N_CASES):
        for dimension in DIMENSIONS:
            for family, draw in GENERATORS.items():
                common = {"family": family, "dimension": dimension, "case": case}
                problem = _drawn(rng, draw, dimension)
                rows += [{**common, **row} for row in _derivatives(rng, problem)]
                rows += [{**common, **_printed(problem)}, {**common, **_kink(rng, problem)}]
    return pd.DataFrame(rows)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the theorem with the subscript it prints, with the generator's, and the points without a gradient."""
    rows = evidence.study
    printed, derivative, kink = (rows[rows["kind"] == kind] for kind in ("printed", "derivative", "kink"))
    apart, note = "largest difference of the two sides", _printed_note(printed)
    return [
        identity(claim, "printed", error(printed), name=apart, note=note),
        identity(claim, "generator", error(derivative), name=apart),
        exceeds(claim, "kinks", kink["found"], name="least jump of the slope, relative to 2 |v| / n"),
    ]


def error(rows: pd.DataFrame) -> pd.Series:
    """Difference of the two sides, relative to the larger of 1 and the right one."""
    return (rows["found"] - rows["critic"]).abs() / rows["critic"].abs().clip(lower=1)


def _printed_note(rows: pd.DataFrame) -> str:
    if not len(rows):
        return ""
    return (
        f"The left side has the norm {rows['found'].max():.2g} or less, the right one between "
        f"{rows['critic'].min():.3g} and {rows['critic'].max():.3g}."
    )


def critic(values: np.ndarray, real: np.ndarray, y: np.ndarray) -> np.ndarray:
    """f_w at points y (m, d): the greatest of w_i - |y - x_i|."""
    return (values - cdist(y, real)).max(axis=1)


def roomy_values(real: np.ndarray, generated: np.ndarray) -> tuple[np.ndarray, float]:
    """Values at the real atoms of the optimal critic with the most room beside the optimal plan.

    Returns:
        w (n,), and the slack of the tightest constraint f(x_i) - f(y_j) <= |x_i - y_j| off the plan.
    """
    n, distance = len(real), cdist(real, generated)
    column, _ = by_assignment(distance)
    partner = np.argsort(column)  # of y_j among the real atoms
    # f(y_j) = w_partner(j) - |x_partner(j) - y_j|, so that the unknowns are w and the slack.
    i, j = np.nonzero(np.arange(n)[:, None] != partner[None, :])
    rows = np.arange(len(i))
    constraints = np.zeros((len(i), n + 1))
    constraints[rows, i] += 1
    constraints[rows, partner[j]] -= 1
    constraints[:, n] = 1
    room = distance[i, j] - distance[partner[j], j]
    bounds = [(0, 0)] + [(None, None)] * (n - 1) + [(0, None)]
    found = optimize.linprog(-np.eye(n + 1)[n], constraints, room, bounds=bounds, method="highs")
    return found.x[:n], float(found.x[n])


def wasserstein(real: np.ndarray, generated: np.ndarray) -> float:
    """W1 between the uniform weights on n real and n generated atoms."""
    return by_assignment(cdist(real, generated))[1] / len(real)


def _derivatives(rng: np.random.Generator, problem: Problem) -> Iterator[dict[str, Any]]:
    def distance(theta: np.ndarray) -> float:
        return wasserstein(problem.real, problem.generator(theta))

    def cost(theta: np.ndarray) -> float:
        return -float(critic(problem.values, problem.real, problem.generator(theta)).mean())

    for _ in range(N_DIRECTIONS):
        step = STEP * direction(rng, len(problem.theta))
        found, expected = ((f(problem.theta + step) - f(problem.theta - step)) / (2 * STEP) for f in (distance, cost))
        yield {"kind": "derivative", "found": found, "critic": expected}


def _printed(problem: Problem) -> dict[str, Any]:
    """Both sides as printed, by central differences with respect to the critic's parameters."""
    generated = problem.generator(problem.theta)
    n = len(problem.real)
    right, left = np.zeros(n), np.zeros(n)
    for k, step in enumerate(STEP * np.eye(n)):
        above, below = (
            [critic(problem.values + sign * step, problem.real, points).mean() for points in (problem.real, generated)]
            for sign in (1, -1)
        )
        left[k] = ((above[0] - above[1]) - (below[0] - below[1])) / (2 * STEP)
        right[k] = -(above[1] - below[1]) / (2 * STEP)
    norms = {"found": float(np.linalg.norm(left)), "critic": float(np.linalg.norm(right))}
    return {"kind": "printed", "atoms": n, **norms}


def _kink(rng: np.random.Generator, problem: Problem) -> dict[str, Any]:
    """Slopes of W1 on both sides of a theta at which one generated atom lies on a real one."""
    step = STEP * direction(rng, len(problem.theta))
    before, here, after = (problem.generator(problem.theta + sign * step) for sign in (-1, 0, 1))
    partner = by_assignment(cdist(problem.real, here))[0]
    real = problem.real.copy()
    real[0] = here[partner[0]]
    jump = (wasserstein(real, after) - 2 * wasserstein(real, here) + wasserstein(real, before)) / STEP
    speed = float(np.linalg.norm(after - before, axis=1)[partner[0]]) / (2 * STEP)
    return {"kind": "kink", "found": jump * len(real) / (2 * speed), "critic": np.nan}


def direction(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draws a unit vector, all directions being equally likely."""
    vector = rng.normal(size=size)
    return vector / np.linalg.norm(vector)


def _drawn(rng: np.random.Generator, draw: Callable[..., tuple[Generator, np.ndarray]], dimension: int) -> Problem:
    """A problem with a plan that is optimal by some margin."""
    while True:
        n = int(rng.integers(*ATOMS))
        generator, theta = draw(rng, n, dimension)
        real = rng.normal(size=(n, dimension)) + rng.normal(size=dimension)
        values, slack = roomy_values(real, generator(theta))
        if slack > LEAST_SLACK:
            return Problem(real, generator, theta, values)


def _translation(rng: np.random.Generator, n: int, dimension: int) -> tuple[Generator, np.ndarray]:
    atoms = rng.normal(size=(n, dimension))
    return lambda theta: atoms + theta, rng.normal(size=dimension)


def _affine(rng: np.random.Generator, n: int, dimension: int) -> tuple[Generator, np.ndarray]:
    latents = np.column_stack([rng.normal(size=(n, dimension)), np.ones(n)])
    return lambda theta: latents @ theta.reshape(-1, dimension), rng.normal(size=(dimension + 1) * dimension)


def _network(name: str) -> Callable[..., tuple[Generator, np.ndarray]]:
    def draw(rng: np.random.Generator, n: int, dimension: int) -> tuple[Generator, np.ndarray]:
        layers, latents = draw_layers(rng, [2, 6, 6, dimension], scale=2.0), rng.normal(size=(n, 2))
        ends = np.cumsum([part.size for layer in layers for part in layer])

        def generator(theta: np.ndarray) -> np.ndarray:
            parts = iter(np.split(theta, ends[:-1]))
            again = [tuple(next(parts).reshape(part.shape) for part in layer) for layer in layers]
            return forward([(weight, bias) for weight, bias in again], ACTIVATIONS[name], latents)

        return generator, np.concatenate([part.ravel() for layer in layers for part in layer])

    return draw


GENERATORS = {
    "translation": _translation,
    "affine map": _affine,
    "tanh network": _network("tanh"),
    "ReLU network": _network("ReLU"),
}
