"""Gradients of optimal critics: exact ones between atoms, and trained ones, beside the optimal plan.

Gulrajani et al. (2017), proposition 1. With optimal values f(x_i), f(y_j) from
the dual of the transport problem, every optimal critic with these values lies
between

    lower(x) = max_i f(x_i) - |x - x_i|   and   upper(x) = min_j f(y_j) + |x - y_j|,

which are optimal themselves, as is their mean. Their gradients are the
directions from the y_j and to the x_i where the extreme is attained.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bench.ensemble import Ensemble
from bench.methods.method import gradient_norms
from bench.methods.wgan import wasserstein
from bench.toys.common import EFFORTS, Effort, sampled, together

ATOMS, PLACES = 200, 60
TRAININGS = 4
"""Critics trained for each exact problem: their norms differ more from seed to seed."""

SAMPLES, MEASURED = 500, 100
CRITIC_STEPS = 1200
LEARNING_RATE = 1e-3
"""Ten times the published rate, so that a thousand steps bring a critic near its optimum."""

STEP = 1e-6
BESIDE = 1e-4
"""How far beside a sample its gradient is looked at: on a kink at the sample itself there is none."""

FURTHER_OUT = 1.25
"""Each mode of a generator that has found them all lies this much further out."""

MOVED = 3.0
GRID, ROOM, SHOWN = 31, 0.5, 60

SETTINGS = {
    "dataset": "gaussians8",
    "architecture": "toy_mlp",
    "architecture_options": {"width": 64},
    "method": "wgan_gp",
    "method_options": {"learning_rate": LEARNING_RATE},
    "batch_size": 128,
}

SHARED = "half the modes right"


@dataclass(frozen=True)
class Potentials:
    """Real atoms x and generated atoms y (n, d), the partner of each x in the optimal plan, and optimal values."""

    x: np.ndarray
    y: np.ndarray
    partner: np.ndarray
    at_x: np.ndarray
    at_y: np.ndarray

    def upper(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Value (m,) and gradient (m, d) of the greatest optimal critic with these values."""
        offset, distance = _offsets(points, self.y)
        nearest, rows = (self.at_y + distance).argmin(axis=1), np.arange(len(points))
        size = distance[rows, nearest]
        return self.at_y[nearest] + size, offset[rows, nearest] / size[:, None]

    def lower(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Value (m,) and gradient (m, d) of the least."""
        offset, distance = _offsets(points, self.x)
        nearest, rows = (self.at_x - distance).argmax(axis=1), np.arange(len(points))
        size = distance[rows, nearest]
        return self.at_x[nearest] - size, -offset[rows, nearest] / size[:, None]


def potentials(x: np.ndarray, y: np.ndarray) -> Potentials:
    """Solves the transport problem between equal weights on as many rows of x as of y (n, d)."""
    ot = importlib.import_module("ot")
    weights = np.full(len(x), 1 / len(x))
    plan, log = ot.emd(weights, weights, _offsets(x, y)[1], numItermax=1_000_000, log=True)
    return Potentials(x, y, plan.argmax(axis=1), log["u"], -log["v"])


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Gradient norms of exact optimal critics on several pairs, and of trained critics on one of them.

    Returns:
        Rows of kind "norm": `replicate`, `critic` ("exact": the mean of the greatest and the least; "upper": the
        greatest, by differences; "trained"), `pair` of distributions, `place` ("coupled": on lines between coupled
        points; "independent": between independently drawn ones; "box": anywhere around both; "shared": beside points
        with mass of both; "moved": beside those without), `norm`, and `gap` between the greatest and the least.
        Kind "training": `estimate` of a critic and `wasserstein` on the same samples. For the first replicate, kind
        "map": `x1`, `x2`, `value` of the trained critic, and kind "plan": a coupled pair, `x1`, `x2`, `y1`, `y2`.
    """
    chosen, first = EFFORTS[effort], int(rng.integers(1_000_000))
    ensemble = _trained(first, chosen)
    rows: list[dict[str, Any]] = []
    for k in range(TRAININGS * chosen.seeds):
        draws = np.random.default_rng(first + k)
        exact = _exact(ensemble, k, draws) if k < chosen.seeds else ()
        rows += [{"replicate": k, **row} for row in (*exact, *_learned(ensemble, k, draws))]
    return pd.DataFrame(rows)


def _trained(first: int, effort: Effort) -> Ensemble:
    ensemble = together(SETTINGS, first, TRAININGS * effort.seeds)
    for _ in range(effort.steps(CRITIC_STEPS)):
        ensemble.critic_step()
    return ensemble


def pairs(ensemble: Ensemble, index: int, draws: np.random.Generator) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Real and generated atoms of every pair of distributions, (n, d) each."""
    ring = ensemble.source
    clouds = draws.normal(size=(2, ATOMS, 8))
    clouds[1, :, 0] += MOVED
    points = _drawn(ring, ATOMS, draws)
    return {
        "untrained generator": (_drawn(ring, ATOMS, draws), _generated(ensemble, index, ATOMS, draws)),
        "modes further out": (_drawn(ring, ATOMS, draws), FURTHER_OUT * _drawn(ring, ATOMS, draws)),
        "8 dimensions": (clouds[0], clouds[1]),
        SHARED: (points, np.where(points[:, :1] < 0, points, FURTHER_OUT * points)),
    }


def _exact(ensemble: Ensemble, index: int, draws: np.random.Generator) -> Iterator[dict[str, Any]]:
    for pair, (x, y) in pairs(ensemble, index, draws).items():
        critic = potentials(x, y)
        places = _shared(critic, draws) if pair == SHARED else _between(critic, draws)
        for place, points in places.items():
            yield from _norms(critic, points, pair=pair, place=place)
            if place == "box":
                yield from ({"kind": "norm", "critic": "upper", "pair": pair, "place": place, "norm": norm}
                            for norm in _by_differences(critic, points))  # fmt: skip


def _between(critic: Potentials, draws: np.random.Generator) -> dict[str, np.ndarray]:
    """Places on lines between coupled points, between independent ones, and anywhere in the box around both."""
    chosen, others = draws.integers(ATOMS, size=(2, PLACES))
    x, position = critic.x[chosen], draws.uniform(0.01, 0.99, (PLACES, 1))
    both = np.concatenate([critic.x, critic.y])
    return {
        "coupled": position * x + (1 - position) * critic.y[critic.partner[chosen]],
        "independent": position * x + (1 - position) * critic.y[others],
        "box": draws.uniform(both.min(axis=0), both.max(axis=0), (PLACES, both.shape[1])),
    }


def _shared(critic: Potentials, draws: np.random.Generator) -> dict[str, np.ndarray]:
    """Places beside points that carry mass of both, and beside points that do not, towards their partner."""
    partner = critic.y[critic.partner]
    stays = (critic.x == partner).all(axis=1)
    turn = draws.uniform(0, 2 * np.pi, int(stays.sum()))
    around = critic.x[stays] + BESIDE * np.column_stack([np.cos(turn), np.sin(turn)])
    way = (partner - critic.x)[~stays]
    inwards = BESIDE * way / np.linalg.norm(way, axis=1, keepdims=True)
    moved = np.concatenate([critic.x[~stays] + inwards, partner[~stays] - inwards])
    return {"shared": around[:PLACES], "moved": draws.permutation(moved)[:PLACES]}


def _norms(critic: Potentials, points: np.ndarray, *, pair: str, place: str) -> Iterator[dict[str, Any]]:
    (above, rising), (below, falling) = critic.upper(points), critic.lower(points)
    norms = np.linalg.norm((rising + falling) / 2, axis=1)
    for norm, gap in zip(norms, above - below, strict=True):
        yield {"kind": "norm", "critic": "exact", "pair": pair, "place": place, "norm": norm, "gap": gap}


def _by_differences(critic: Potentials, points: np.ndarray) -> np.ndarray:
    """Gradient norms of the greatest optimal critic by central differences."""
    steps = STEP * np.eye(points.shape[1])
    slopes = [(critic.upper(points + step)[0] - critic.upper(points - step)[0]) / (2 * STEP) for step in steps]
    return np.linalg.norm(slopes, axis=0)


def _learned(ensemble: Ensemble, index: int, draws: np.random.Generator) -> Iterator[dict[str, Any]]:
    critic = ensemble.networks(index).critic
    exact = potentials(_drawn(ensemble.source, SAMPLES, draws), _generated(ensemble, index, SAMPLES, draws))
    x, coupled, position = exact.x, exact.y[exact.partner], draws.uniform(size=(SAMPLES, 1))
    for place, other in (("coupled", coupled), ("independent", exact.y)):  # the order of the samples is random
        points = (position * x + (1 - position) * other)[:MEASURED]
        for norm in gradient_norms(critic, _tensor(points)).tolist():
            yield {"kind": "norm", "critic": "trained", "pair": "untrained generator", "place": place, "norm": norm}
    with torch.no_grad():
        estimate = float(wasserstein(critic(_tensor(x)), critic(_tensor(exact.y))))
    distance = float(np.linalg.norm(x - coupled, axis=1).mean())
    yield {"kind": "training", "estimate": estimate, "wasserstein": distance}
    if index == 0:
        yield from _picture(critic, x, coupled)


def _picture(critic: torch.nn.Module, x: np.ndarray, coupled: np.ndarray) -> Iterator[dict[str, Any]]:
    both = np.concatenate([x, coupled])
    sides = np.linspace(both.min(axis=0) - ROOM, both.max(axis=0) + ROOM, GRID)
    grid = np.stack(np.meshgrid(*sides.T), axis=-1).reshape(-1, 2)
    with torch.no_grad():
        values = critic(_tensor(grid)).flatten().tolist()
    for (x1, x2), value in zip(grid, values, strict=True):
        yield {"kind": "map", "x1": x1, "x2": x2, "value": value}
    for (x1, x2), (y1, y2) in zip(x[:SHOWN], coupled[:SHOWN], strict=True):
        yield {"kind": "plan", "x1": x1, "x2": x2, "y1": y1, "y2": y2}


def _offsets(points: np.ndarray, atoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    offset = points[:, None] - atoms[None]
    return offset, np.linalg.norm(offset, axis=2)


def _drawn(source: Any, n: int, draws: np.random.Generator) -> np.ndarray:
    return source(n, torch.Generator().manual_seed(int(draws.integers(2**31)))).double().numpy()


def _generated(ensemble: Ensemble, index: int, n: int, draws: np.random.Generator) -> np.ndarray:
    networks = ensemble.networks(index)
    latent_dim = networks.architecture.latent_dim
    return sampled(networks.generator, latent_dim, n, int(draws.integers(2**31))).double().numpy()


def _tensor(points: np.ndarray) -> Tensor:
    return torch.as_tensor(points, dtype=torch.float32)
