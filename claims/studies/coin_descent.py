"""Descent on the parameter theta of a coin whose target is seen through minibatches.

Sample gradients: sign(theta - mean) for the Wasserstein loss |theta - mean|, and
2 (theta - mean) for the squared Cramér loss (theta - mean)^2, mean being that of the m draws.
Wasserstein descent starts on a lattice that its steps of fixed size never leave, so that
the exact distribution of theta after t steps is that of a Markov chain on the lattice.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from claims.statistics import t_interval

N_CELLS = 200
RATE = 1 / N_CELLS
"""Learning rate: one cell of the lattice for a gradient of 1."""

START = 20.5 * RATE
N_STEPS = 2000
EVERY = 25
N_PATHS = 200

CRAMER_RATE = 0.02
CRAMER_STEPS = 120


def wasserstein_paths(
    rng: np.random.Generator, target: float, m: int, *, chances: np.ndarray
) -> Iterator[dict[str, object]]:
    """Descent on the Wasserstein loss from theta = 0.1025, with theta kept in [0, 1].

    Args:
        rng: for the simulated minibatches.
        target: parameter of the target.
        m: minibatch size.
        chances: of 0, ..., m successes.

    Yields:
        Rows with `step`, `theta` (following the expected sample gradient), `expected` and `spread` (exact mean
        and standard deviation of theta over all sequences of minibatches), `sampled` (mean of
        200 simulated descents) and `true` (following the true gradient).
    """
    means, cells = np.arange(m + 1) / m, (np.arange(N_CELLS) + 0.5) / N_CELLS
    chain = transitions(cells, means, chances)
    mass, sampled = np.isclose(cells, START).astype(float), np.full(N_PATHS, START)
    theta = true = START
    for step in range(N_STEPS + 1):
        if step % EVERY == 0:
            mean = float(cells @ mass)
            spread = math.sqrt(max(float((cells - mean) ** 2 @ mass), 0.0))
            yield {"kind": "path", "target": target, "m": m, "step": step, "theta": theta, "expected": mean,
                   "spread": spread, "sampled": float(sampled.mean()), "true": true}  # fmt: skip
        drawn = rng.binomial(m, target, N_PATHS) / m
        sampled = _kept(sampled - RATE * np.sign(sampled - drawn), RATE / 2)
        mass = mass @ chain
        theta = float(_kept(theta - RATE * float(chances @ np.sign(theta - means)), 0.0))
        true = float(_kept(true - RATE * np.sign(true - target), 0.0))


def transitions(cells: np.ndarray, means: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Chance of each cell (column) after one step from each cell (row); a step out of [0, 1] is not made."""
    up = (chances * (means[None, :] > cells[:, None])).sum(axis=1)
    down = (chances * (means[None, :] < cells[:, None])).sum(axis=1)
    chain = np.diag(1 - up - down) + np.diag(up[:-1], 1) + np.diag(down[1:], -1)
    chain[0, 0] += down[0]
    chain[-1, -1] += up[-1]
    return chain


def cramer_means(target: float, start: float, rate: float, *, chances: np.ndarray) -> tuple[float, float]:
    """Five steps on the squared Cramér loss: mean over all sequences of minibatches, and true descent.

    Args:
        target: parameter of the target.
        start: first theta.
        rate: learning rate.
        chances: of 0, ..., m successes in a minibatch.
    """
    mean, true, m = 0.0, start, len(chances) - 1
    for counts in itertools.product(range(m + 1), repeat=5):
        theta = start
        for count in counts:
            theta -= 2 * rate * (theta - count / m)
        mean += float(np.prod(chances[list(counts)])) * theta
    for _ in range(5):
        true -= 2 * rate * (true - target)
    return mean, true


def cramer_paths(rng: np.random.Generator, target: float, m: int) -> Iterator[tuple[int, float, float, float, float]]:
    """Simulated descent on the squared Cramér loss.

    Yields:
        Step, mean of 200 descents with its 90 % interval, and the place of true descent.
    """
    sampled, true = np.full(N_PATHS, START), START
    for step in range(1, CRAMER_STEPS + 1):
        sampled = sampled - 2 * CRAMER_RATE * (sampled - rng.binomial(m, target, N_PATHS) / m)
        true -= 2 * CRAMER_RATE * (true - target)
        if step % 5 == 0:
            yield (step, *t_interval(sampled, 0.05), true)


def _kept(theta: np.ndarray | float, margin: float) -> np.ndarray:
    """Keeps theta between `margin` and 1 - `margin`."""
    return np.clip(theta, margin, 1 - margin)
