"""Weights in a box: is the network Lipschitz, and what is clipping?

With weights of size at most c, a layer of n x m weights has a norm of at most
c sqrt(n m), so that with non-linearities of constant a the whole has at most
K = prod c sqrt(n m) prod a, one number for every point of the box.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import optimize

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity
from claims.studies.networks import ACTIVATIONS, Layers, jacobians

N_NETWORKS = 40
N_STEPS = 200
RADII = tuple(10.0**power for power in range(-1, 7))
N_DIRECTIONS = 40


def network_study(rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """Steepest slopes of networks with weights in a box, at inputs of many lengths."""
    for case, name in enumerate(name for name in ACTIVATIONS for _ in range(N_NETWORKS)):
        widths, box = rng.integers(1, 12, 1 + rng.integers(2, 5)), float(np.exp(rng.normal()))
        layers = _in_the_box(rng, widths, box)
        steepest = ACTIVATIONS[name].steepest
        factor = 1.0 if np.isinf(steepest) else steepest ** (len(layers) - 1)
        bound = float(np.prod([box * np.sqrt(weight.size) for weight, _ in layers])) * factor
        directions = rng.normal(size=(N_DIRECTIONS, widths[0]))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        for radius in RADII:
            slopes = np.linalg.norm(jacobians(layers, ACTIVATIONS[name], radius * directions), 2, axis=(1, 2))
            yield {"kind": "network", "case": case, "activation": name, "radius": radius,
                   "slope": float(slopes.max()), "bound": bound}  # fmt: skip


def step_study(rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """One update of weights in a box: w + p is clipped, compared with other ways to stay inside.

    The proposal is p = rate g / d, d the size of each coordinate's gradient as
    RMSProp divides by it, or p = rate M g with a full matrix M.
    """
    for case in range(N_STEPS):
        size, box, rate = int(rng.integers(2, 12)), float(np.exp(rng.normal())), float(np.exp(rng.normal()))
        weights, gradient = rng.uniform(-box, box, size), rng.normal(size=size)
        gradient[0] = np.sign(weights[0]) * (2 * box / rate + abs(gradient[0]))  # this one leaves the box
        scale = rng.uniform(0.5, 2, size)
        root = rng.normal(size=(size, size))
        for metric, matrix in (("diagonal", np.diag(scale)), ("full", np.eye(size) + root @ root.T / size)):
            proposed = weights + rate * np.linalg.solve(matrix, gradient)
            clipped = np.clip(proposed, -box, box)
            yield {"kind": "step", "case": case, "metric": metric,
                   "to_shortened": _distance(clipped, shortened(weights, proposed, box), box),
                   "to_best": _distance(clipped, best_in_the_box(proposed, matrix, box), box),
                   **_rest(gradient, matrix, box, rate)}  # fmt: skip


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Networks with weights in a box, and updates that stay in one.

    Returns:
        Rows of kind "network": `case`, `activation`, `radius` (length of the
        inputs), `slope` (largest norm of the Jacobian there), `bound` (K; for
        the square, the one of a 1-Lipschitz function). Rows of kind "step":
        `case`, `metric`, `to_shortened`, `to_best`, `moved` (distances, in units
        of the box, of the clipped update from the longest step inside the box
        along the same direction, from the constrained maximiser of the update's
        own quadratic model, and from where it started when it starts at the
        constrained maximum of a concave objective).
    """
    return pd.DataFrame([*network_study(rng), *step_study(rng)])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the bound K, networks without Lipschitz non-linearities, and what clipping differs from."""
    rows = evidence.study
    bounded = rows[(rows["kind"] == "network") & (rows["activation"] != "square")]
    squares = rows[(rows["kind"] == "network") & (rows["activation"] == "square")]
    plain, full = (rows[rows["metric"] == metric] for metric in ("diagonal", "full"))
    growth = decades(squares)
    note = f"In the median network of squares the slope grows {10 ** growth.median():.3g}-fold." if len(growth) else ""
    return [
        identity(
            claim,
            "some-k",
            (bounded["slope"] / bounded["bound"] - 1).clip(lower=0),
            name="worst relative excess over K",
        ),
        identity(claim, "any-non-linearity", growth, name="most growth of the slope, in powers of ten", note=note),
        exceeds(claim, "not-shortened", plain["to_shortened"], name="least distance, in units of the box"),
        exceeds(claim, "not-best", plain["to_best"], name="least distance, in units of the box", note=_same(plain)),
        identity(claim, "projected", plain["to_best"], name="worst distance, in units of the box"),
        identity(claim, "rests", plain["moved"], name="worst distance, in units of the box"),
        exceeds(
            claim, "full-matrix", full["to_best"].nlargest(len(full) // 2), name="least distance in half the cases"
        ),
    ]


def decades(rows: pd.DataFrame) -> pd.Series:
    """Powers of ten by which each network's slope grows between inputs of length 1000 and the longest."""
    slopes = rows.pivot(index="case", columns="radius", values="slope")
    return np.log10(slopes[max(RADII)] / slopes[1e3]) if len(slopes) else pd.Series(dtype=float)


def _same(rows: pd.DataFrame) -> str:
    share = (rows["to_best"] < 1e-9).mean()
    return f"In {share:.0%} of the cases the two are the same." if len(rows) else ""


def _in_the_box(rng: np.random.Generator, widths: np.ndarray, box: float) -> Layers:
    """Weights anywhere in the box, in every third network in its corners, and in half of those all in one corner."""
    kind = rng.integers(6)
    shapes = [((n, m), n) for n, m in zip(widths[1:], widths[:-1], strict=True)]
    layers = [(rng.uniform(-box, box, shape), rng.uniform(-box, box, size)) for shape, size in shapes]
    if kind == 0:
        return [(np.full_like(weight, box), bias) for weight, bias in layers]
    return [(box * np.sign(weight), bias) for weight, bias in layers] if kind == 1 else layers


def shortened(weights: np.ndarray, proposed: np.ndarray, box: float) -> np.ndarray:
    """The furthest point of the box on the way from `weights`, inside it, to `proposed`."""
    move = proposed - weights
    room = np.where(move > 0, box - weights, box + weights)
    with np.errstate(divide="ignore"):
        return weights + min(1.0, float((room / np.abs(move)).min())) * move


def best_in_the_box(proposed: np.ndarray, matrix: np.ndarray, box: float) -> np.ndarray:
    """The point w of the box with the least (w - proposed)^T M (w - proposed).

    It is where the model <g, w> - (w - w0)^T M (w - w0) / (2 rate) of the update from w0 is greatest.
    """
    root = np.linalg.cholesky(matrix).T
    found = optimize.lsq_linear(root, root @ proposed, bounds=(-box, box), method="bvls", tol=1e-14)
    return found.x


def _rest(gradient: np.ndarray, matrix: np.ndarray, box: float, rate: float) -> dict[str, float]:
    """How far clipping moves from the maximum in the box of a concave objective with peak at `gradient`."""
    top = np.clip(gradient, -box, box)
    after = np.clip(top + rate * np.linalg.solve(matrix, gradient - top), -box, box)
    return {"moved": _distance(after, top, box)}


def _distance(one: np.ndarray, other: np.ndarray, box: float) -> float:
    return float(np.abs(one - other).max() / box)
