"""Are a bounded gradient and a Lipschitz function the same thing?

On a segment, f(x) - f(y) is the integral of the gradient along it, so a bound
on the gradient's norm bounds the function wherever the segment lies in the
domain. Where it does not, nothing ties the two ends together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity
from claims.studies.networks import ACTIVATIONS, draw_layers, forward, jacobians

SMOOTH = ("tanh", "sine", "softplus", "SiLU")
N_FUNCTIONS = 240
N_PAIRS = 2
N_APART = 120
PANELS = 16
STEP = 1e-5
NODES, _ = np.polynomial.legendre.leggauss(16)


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Compares gradients with difference quotients.

    Returns:
        One row per comparison: `kind`, `domain`, `dimension`, `quotient`
        |f(x) - f(y)| / |x - y|, `gradient`. Kind "at a point": y lies beside x
        along the gradient, `gradient` is its norm there. Kind "on a segment":
        x and y are far apart, `gradient` is the greatest norm found on the
        segment. Kind "in the domain": `gradient` is the supremum of its norm
        over a domain that does not hold the whole segment.
    """
    rows = [row for _ in range(N_FUNCTIONS) for row in (*_network_rows(rng), *_half_plane_rows(rng))]
    rows += [row for _ in range(N_APART) for row in (_slit_ring(rng), _two_balls(rng))]
    return pd.DataFrame(rows, columns=["kind", "domain", "dimension", "quotient", "gradient"])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests each direction on the whole space, then on domains that are not convex and on convex ones."""
    rows = evidence.study
    here, segment = (rows[rows["kind"] == kind] for kind in ("at a point", "on a segment"))
    whole, convex = segment[segment["domain"] == "whole space"], segment[segment["domain"] == "half-plane"]
    apart = rows[rows["kind"] == "in the domain"]
    steeper = "worst relative excess of a difference quotient over the gradient bound"
    return [
        identity(
            claim,
            "lipschitz-bounds-gradient",
            (here["gradient"] - here["quotient"]).clip(lower=0) / (1 + here["gradient"]),
            name="worst excess of the gradient over the difference quotient, relative to 1 + its norm",
        ),
        identity(claim, "gradient-bounds-lipschitz", excess(whole), name=steeper),
        exceeds(
            claim,
            "other-domains",
            apart["quotient"] / apart["gradient"] - 1,
            name="least relative excess of a difference quotient over the gradient bound",
            note=_steepest(apart),
        ),
        identity(claim, "convex-domain", excess(convex), name=steeper),
    ]


def excess(rows: pd.DataFrame) -> pd.Series:
    """What the difference quotient exceeds the gradient bound by, relative to it."""
    return (rows["quotient"] / rows["gradient"] - 1).clip(lower=0)


def _steepest(rows: pd.DataFrame) -> str:
    if not len(rows):
        return ""
    worst = rows.loc[(rows["quotient"] / rows["gradient"]).idxmax()]
    return (
        f"On {worst['domain']} a function has gradients of norm at most {worst['gradient']:.3g} and a difference "
        f"quotient of {worst['quotient']:.3g}."
    )


Row = tuple[str, str, int, float, float]


def _network_rows(rng: np.random.Generator) -> Iterator[Row]:
    """A random smooth network on the whole space."""
    dimension = int(rng.choice([1, 2, 3, 8, 32]))
    layers = draw_layers(rng, [dimension, 8, 8, 1], scale=float(rng.uniform(0.5, 2)))
    activation = ACTIVATIONS[str(rng.choice(SMOOTH))]
    for _ in range(N_PAIRS):
        x, y = rng.normal(size=(2, dimension))
        gradient = jacobians(layers, activation, x[None])[0, 0]
        length = float(np.linalg.norm(gradient))
        beside = STEP * gradient / length
        values = forward(layers, activation, np.stack([x + beside, x - beside, x, y]))[:, 0]
        yield "at a point", "whole space", dimension, abs(float(values[0] - values[1])) / (2 * STEP), length
        steepest = np.linalg.norm(jacobians(layers, activation, _segment(x, y))[:, 0], axis=1).max()
        quotient = abs(float(values[2] - values[3])) / float(np.linalg.norm(x - y))
        yield "on a segment", "whole space", dimension, quotient, float(steepest)


def _segment(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Points on the segment at which a rule of Gauss integrates what the gradient does along it."""
    places = ((NODES + 1) / 2 + np.arange(PANELS)[:, None]).ravel() / PANELS
    return x + places[:, None] * (y - x)


def _half_plane_rows(rng: np.random.Generator) -> Iterator[Row]:
    """The angle on the half-plane right of a line: convex, and the gradient's norm is 1 / radius."""
    edge = float(rng.uniform(0.1, 1))
    x, y = np.stack([edge + rng.exponential(size=2), rng.normal(size=2)], axis=1)
    turn = abs(math.atan2(x[1], x[0]) - math.atan2(y[1], y[0]))
    steepest = (1 / np.linalg.norm(_segment(x, y), axis=1)).max()
    yield "on a segment", "half-plane", 2, turn / float(np.linalg.norm(x - y)), float(steepest)


def _slit_ring(rng: np.random.Generator) -> Row:
    """The angle on a ring cut open: on both sides of the cut it differs by nearly a full turn."""
    inner = float(rng.uniform(0.5, 2))
    radius, opening = inner * float(rng.uniform(1, 2)), float(np.exp(rng.uniform(math.log(1e-3), 0)))
    turn, distance = 2 * (math.pi - opening), 2 * radius * math.sin(opening)
    return "in the domain", "a slit ring", 2, turn / distance, 1 / inner


def _two_balls(rng: np.random.Generator) -> Row:
    """A linear function on two separate balls of radius 1, with a step of its own on one of them."""
    dimension = int(rng.choice([1, 2, 8, 32]))
    gap, step, slope = np.exp(rng.normal(size=3))
    return "in the domain", "two separate balls", dimension, float(slope + step / gap), float(slope)
