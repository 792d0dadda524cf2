"""A linear layer trained to enlarge its output, with and without spectral normalization.

The loop of S0's two slides: y = x W^T + b for 100 inputs x uniform on [0, 1]^5,
loss -|y| (the root of the sum of squares over all outputs), 100 steps of gradient
descent at rate 0.1. With spectral normalization the layer uses W / s, where
s = u^T W v after one step of power iteration a pass; u and v count as constants.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import fraction, identity

N_STARTS, SIZE, N_INPUTS = 400, 5, 100
RATE, N_STEPS = 0.1, 100
SHOWN = (0, 1, 2, 3, 5, 7, 10, 15, *range(20, N_STEPS + 1, 10))
SETTLED = 10
"""Step from which on the growth is steady."""
ABOUT = (50.0, 200.0)
"""What still counts as "about 10^2": a factor of two either way."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Trains the same starts without and with spectral normalization.

    Returns:
        One row per start, `normalized` and `step`: `largest` singular value of
        the weight that the layer uses in that pass (at the last step, as S0
        prints it: without normalization after the update, with it as of the last
        pass), and `inputs`, the largest singular value of the inputs.
    """
    x = rng.uniform(size=(N_STARTS, N_INPUTS, SIZE))
    weights, biases = (rng.uniform(-1, 1, (N_STARTS, SIZE, columns)) / math.sqrt(SIZE) for columns in (SIZE, 1))
    u = rng.normal(size=(N_STARTS, SIZE, 1))
    inputs = np.linalg.norm(x, 2, axis=(1, 2))
    tables = []
    for normalized in (False, True):
        paths = train(x, weights, biases[:, :, 0], u if normalized else None)
        for step in SHOWN:
            columns = {"normalized": normalized, "step": step, "largest": paths[step], "inputs": inputs}
            tables.append(pd.DataFrame({"start": np.arange(N_STARTS), **columns}))
    return pd.concat(tables, ignore_index=True)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Counts the starts that end as printed, and bounds the growth without normalization."""
    rows = evidence.study
    last = rows[rows["step"] == N_STEPS]
    free, bound = last[~last["normalized"]], last[last["normalized"]]
    low, middle, high = free["largest"].quantile([0, 0.5, 1])
    before = rows[~rows["normalized"] & (rows["step"] == 0)].set_index("start")["largest"]
    limit = free["start"].map(before) + N_STEPS * RATE * free["inputs"]
    return [
        fraction(
            claim,
            "without",
            free["largest"].between(*ABOUT),
            name="fraction of starts that end between 50 and 200",
            note=f"They end between {low:.0f} and {high:.0f}, half of them below {middle:.0f}.",
        ),
        fraction(
            claim,
            "with",
            bound["largest"].round(4) == 1,
            name="fraction of starts that print 1.0000",
            note=f"The largest is {bound['largest'].max():.6f}, the smallest {bound['largest'].min():.6f}.",
        ),
        _steady(claim, rows[~rows["normalized"]]),
        identity(claim, "growth", (free["largest"] / limit - 1).clip(lower=0), name="worst relative excess"),
        _before_convergence(claim, rows[rows["normalized"]]),
    ]


def _steady(claim: Claim, rows: pd.DataFrame) -> Finding:
    """Growth between the steps looked at from SETTLED on, a step, against rate times that of the inputs."""
    paths = rows[rows["step"] >= SETTLED].pivot(index="start", columns="step", values="largest")
    most = RATE * rows.groupby("start")["inputs"].first()
    share = (paths.diff(axis=1) / paths.columns.to_series().diff()).div(most, axis=0).iloc[:, 1:].to_numpy()
    note = f"It grows by {share.min():.3g} to {share.max():.3g} times that a step." if share.size else ""
    return identity(claim, "steady", np.abs(share - 1), name="worst relative deviation of the growth", note=note)


def _before_convergence(claim: Claim, rows: pd.DataFrame) -> Finding:
    early = rows[rows["step"] == 1]
    note = f"In the first pass the largest singular value is up to {early['largest'].max():.3g}." if len(early) else ""
    return fraction(
        claim, "first-pass", early["largest"].round(4) > 1, name="fraction of starts above 1.0000", note=note
    )


def train(x: np.ndarray, weights: np.ndarray, biases: np.ndarray, u: np.ndarray | None) -> list[np.ndarray]:
    """Trains all starts at once.

    Args:
        x: inputs (start, n, in).
        weights, biases: of the layer, (start, out, in) and (start, out).
        u: start of the power iteration (start, out, 1); None trains without normalization.

    Returns:
        Largest singular value before training, then of the weight used in each
        pass; without normalization of the weight after each update.
    """
    found = [np.linalg.norm(weights, 2, axis=(1, 2))]
    for _ in range(N_STEPS):
        v = np.zeros_like(biases)[:, :, None]
        scale = np.ones((len(x), 1, 1))
        if u is not None:
            v = unit(weights.transpose(0, 2, 1) @ u)
            u = unit(weights @ v)
            scale = u.transpose(0, 2, 1) @ weights @ v
        used = weights / scale
        by_weight, by_bias = gradients(x, used, biases)
        if u is not None:
            inner = (by_weight * used).sum(axis=(1, 2), keepdims=True)
            by_weight = (by_weight - inner * u @ v.transpose(0, 2, 1)) / scale
        weights, biases = weights + RATE * by_weight, biases + RATE * by_bias
        found.append(np.linalg.norm(used if u is not None else weights, 2, axis=(1, 2)))
    return found


def gradients(x: np.ndarray, weights: np.ndarray, biases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of |x W^T + b| in W and b, for each start."""
    y = x @ weights.transpose(0, 2, 1) + biases[:, None]
    y = y / np.linalg.norm(y, axis=(1, 2), keepdims=True)
    return y.transpose(0, 2, 1) @ x, y.sum(axis=1)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Columns (start, n, 1) of length 1."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
