"""How W1 between a fixed P and the law of g_theta(Z) follows theta.

By the triangle inequality |W(P_a, P) - W(P_b, P)| <= E |g_a(Z) - g_b(Z)|, which
goes to 0 with a - b where the maps are continuous in theta and stay in a
bounded set, and is Lipschitz in theta where the maps are, with a constant of
finite mean; a Lipschitz function has a derivative almost everywhere
(Rademacher). Two maps show what each condition is for:

    g_theta(z) = c + u tent(z / theta) / theta,  Z uniform on (0, 1),  g_0 = c:

each g_theta(z) goes to c as theta does to 0, and E |g_theta(Z) - c| does not; and

    g_theta(z) = z + u sum_k a^k cos(b^k pi theta),  a b > 1,

continuous, and nowhere differentiable (Hardy, 1916).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, fraction, identity
from claims.studies.critic_gradient import GENERATORS, direction, wasserstein
from claims.studies.transport import between

DIMENSIONS = (1, 2, 8)
STEPS = 2.0 ** -np.arange(2, 27, 3)
N_CASES = 12
N_SLOPES = 30
SLOPE_STEP = 1e-6
SAME_SLOPE = 1e-3
ATOMS = 6
LATENTS = 40

SHARE, BASE, TERMS = 0.6, 3, 28
"""a and b of the rough map; the terms left out add less than 2e-6."""

N_ROUGH = 100
SCALES = range(1, 11)
OFFSETS = np.concatenate([sign * np.linspace(1 / BASE, 1, 7) for sign in (-1, 1)])
CURVE = np.linspace(0, 1, 601)


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Changes of theta and of W1, slopes of W1, and its difference quotients along a rough map.

    Returns:
        Rows of kind "change": `family` of the map, `case`, `dimension`, `step` in theta, `map_change` (largest change
        of g(z) over a fixed set of z), `change` of W1, `bounded` (whether the maps stay in a bounded set). Kind
        "slopes": `left` and `right` slope of W1 at a random theta. Kind "quotient": `step`, the longest of its scale,
        and `quotient`, the largest difference quotient of W1 over steps between a third of it and itself. Kind
        "curve": `theta` and `wasserstein` along the rough map.
    """
    rows: list[dict[str, Any]] = []
    for case in range(N_CASES):
        for dimension in DIMENSIONS:
            common = {"kind": "change", "case": case, "dimension": dimension}
            rows += [{**common, **row} for row in _changes(rng, dimension)]
    for family in GENERATORS:
        rows += [
            {"kind": "slopes", "family": family, **_slopes(rng, family)} for _ in range(N_SLOPES * len(DIMENSIONS))
        ]
    return pd.DataFrame([*rows, *_rough(rng)])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests continuity of any continuous map and of bounded ones, and slopes with and without local Lipschitz maps."""
    rows = evidence.study
    last = rows[(rows["kind"] == "change") & (rows["step"] == rows["step"].min())]
    near = last[last["map_change"] <= claim.margin("continuous")]
    slopes, rough = rows[rows["kind"] == "slopes"], rows[rows["kind"] == "quotient"]
    jump = "change of W1 over the last step"
    same = (slopes["left"] - slopes["right"]).abs() <= SAME_SLOPE
    finest = rough[rough["step"] == rough["step"].min()]
    return [
        identity(claim, "continuous", near["change"], name=jump, note=_note(near)),
        fraction(claim, "differentiable", same, name="share of random theta at which both slopes agree"),
        identity(claim, "bounded", near.loc[near["bounded"].astype(bool), "change"], name=jump),
        exceeds(claim, "continuity-alone", finest["quotient"], name="least of the steepest quotients, over theta"),
    ]


def _note(rows: pd.DataFrame) -> str:
    if not len(rows):
        return ""
    worst = rows.loc[rows["change"].idxmax()]
    return (
        f"In the family '{worst['family']}' a step of {worst['step']:.2g} moves no g(z) looked at by more than "
        f"{worst['map_change']:.2g}, and W1 by {worst['change']:.3g}."
    )


def rough(theta: np.ndarray) -> np.ndarray:
    """Weierstrass's function: continuous, without a derivative anywhere."""
    powers = np.arange(TERMS)
    return np.cos(np.multiply.outer(theta, math.pi * float(BASE) ** powers)) @ SHARE**powers


def escaping(theta: float, centre: np.ndarray, towards: np.ndarray, z: np.ndarray) -> np.ndarray:
    """c + u tent(z / theta) / theta: a share theta of the latents is sent 1 / theta away."""
    if theta == 0:
        return np.tile(centre, (len(z), 1))
    return centre + np.multiply.outer(np.maximum(0, 1 - np.abs(2 * z / theta - 3)) / theta, towards)


def escaped(theta: float, centre: np.ndarray, towards: np.ndarray, real: np.ndarray) -> float:
    """W1 between the law of `escaping` and uniform weights on real atoms; the tent's base by 16 midpoints."""
    if theta == 0:
        return float(np.linalg.norm(real - centre, axis=1).mean())
    z = theta * (1 + (np.arange(16) + 0.5) / 16)
    atoms = np.concatenate([centre[None], escaping(theta, centre, towards, z)])
    masses = np.concatenate([[1 - theta], np.full(len(z), theta / len(z))])
    return between(np.full(len(real), 1 / len(real)), masses, cdist(real, atoms))[1]


def _changes(rng: np.random.Generator, dimension: int) -> Iterator[dict[str, Any]]:
    """What steps of many sizes from one theta change, for every family of maps."""
    real, towards = rng.normal(size=(ATOMS, dimension)), direction(rng, dimension)
    for family, draw in GENERATORS.items():
        generator, theta = draw(rng, ATOMS, dimension)
        ray = direction(rng, len(theta))
        atoms = [generator(theta + step * ray) for step in (0, *STEPS)]
        yield from _compared(family, True, atoms, [wasserstein(real, points) for points in atoms])
    base, start = rng.normal(size=(ATOMS, dimension)), rng.uniform(0, 1)
    atoms = [base + float(rough(np.array(start + step))) * towards for step in (0, *STEPS)]
    yield from _compared("rough", True, atoms, [wasserstein(real, points) for points in atoms])
    centre, z = rng.normal(size=dimension), rng.uniform(size=LATENTS)
    maps = [escaping(step, centre, towards, z) for step in (0, *STEPS)]
    yield from _compared("escape", False, maps, [escaped(step, centre, towards, real) for step in (0, *STEPS)])


def _compared(family: str, bounded: bool, maps: list[np.ndarray], distances: list[float]) -> Iterator[dict[str, Any]]:
    for step, points, distance in zip(STEPS, maps[1:], distances[1:], strict=True):
        yield {
            "family": family,
            "bounded": bounded,
            "step": step,
            "map_change": float(np.abs(points - maps[0]).max()),
            "change": abs(distance - distances[0]),
        }


def _slopes(rng: np.random.Generator, family: str) -> dict[str, float]:
    """Slopes of W1 on both sides of a random theta, along a random direction."""
    dimension = int(rng.choice(DIMENSIONS))
    generator, theta = GENERATORS[family](rng, ATOMS, dimension)
    real, ray = rng.normal(size=(ATOMS, dimension)), SLOPE_STEP * direction(rng, len(theta))
    before, here, after = (wasserstein(real, generator(theta + sign * ray)) for sign in (-1, 0, 1))
    return {"left": (here - before) / SLOPE_STEP, "right": (after - here) / SLOPE_STEP}


def _rough(rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """W1 along the rough map, with P so far off that all mass moves one way."""
    towards = direction(rng, 2)
    base = rng.normal(size=(ATOMS, 2))
    real = rng.normal(size=(ATOMS, 2)) + 20 * towards

    def distance(theta: np.ndarray) -> np.ndarray:
        return np.array([wasserstein(real, base + height * towards) for height in rough(theta)])

    for theta, value in zip(CURVE, distance(CURVE), strict=True):
        yield {"kind": "curve", "family": "rough", "theta": theta, "wasserstein": value}
    thetas = rng.uniform(0, 1, N_ROUGH)
    here = distance(thetas)
    for scale in SCALES:
        steps = OFFSETS * float(BASE) ** -scale
        there = distance(np.add.outer(thetas, steps).ravel()).reshape(N_ROUGH, -1)
        quotients = np.abs((there - here[:, None]) / steps).max(axis=1)
        for case, (theta, quotient) in enumerate(zip(thetas, quotients, strict=True)):
            yield {"kind": "quotient", "family": "rough", "case": case, "theta": theta,
                   "step": float(BASE) ** -scale, "quotient": quotient}  # fmt: skip
