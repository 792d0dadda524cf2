"""Where a generator goes when it is trained to the end against a critic that no longer changes.

Two kinds of critics: discriminators of a GAN, fixed after a short, a longer and a long training (1 : 5 : 20), with
the generator's points held in a square by a last layer, as images are; and the three functions of a public
discussion of WGAN (2017), in the whole plane:

    point -|x|^2,    line -(x - y)^2,    unbounded |x|^2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bench.ensemble import Ensemble, Stack
from bench.toys.common import EFFORTS, Effort, together
from bench.toys.mixtures import NETWORKS

HALF_WIDTH = 3.0
"""Of the square around the origin in which points stay; the data lie on a circle of radius 1.414."""

TRAINED_STEPS = {"short": 50, "longer": 250, "long": 1000}
GENERATOR_STEPS = 1500
LEARNING_RATE = 1e-3

GRID = 121
"""Points per side of the square on which a maximum is looked for."""

DRAWN_GRID = 27
"""Points per side of the surface that is kept for the figure."""

TOLERANCE = 0.05
"""Of the height of a critic's maximum over its median in the square."""

RADIUS, RIM = 0.3, 16
"""Of the circle around a point, and points on it."""

SAMPLES = 1000
SHOWN = 120
"""Samples measured, and those of the first replication kept for the figure."""

FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "point": lambda p: -p.square().sum(dim=1),
    "line": lambda p: -(p[:, 0] - p[:, 1]).square(),
    "unbounded": lambda p: p.square().sum(dim=1),
}


class Known(nn.Module):
    """A critic that is a given function of points.

    Args:
        function: (n, 2) -> (n,).
    """

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, points: Tensor) -> Tensor:
        """(n, 2) -> (n,)."""
        return self.function(points)


class Square(nn.Module):
    """Holds points in a square, nearly unchanged around its middle: x -> h tanh(x / h)."""

    def forward(self, points: Tensor) -> Tensor:
        """(n, 2) -> (n, 2)."""
        return HALF_WIDTH * torch.tanh(points / HALF_WIDTH)


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains generators against fixed critics.

    Returns:
        Rows of kind "measure": `critic`, `stage` ("before", "late" in and "after" the training of the generator),
        `replicate`, and what `measure` finds; of kind "sample": `x`, `y` by critic and stage; and of kind "surface":
        `x`, `y`, `score` of the first replication's trained discriminators.
    """
    first, size = int(rng.integers(1_000_000)), EFFORTS[effort]
    tables = [_against(_discriminators(steps, first, size), name, size) for name, steps in TRAINED_STEPS.items()]
    tables += [_against(_functions(name, first, size), name, size) for name in FUNCTIONS]
    return pd.concat(tables, ignore_index=True)


def _discriminators(steps: int, first: int, effort: Effort) -> Ensemble:
    """GANs on eight Gaussians after some steps; their generators end in the square."""
    settings = {"dataset": "gaussians8", "method": "gan", "method_options": {"learning_rate": LEARNING_RATE}}
    ensemble = together({**NETWORKS, **settings}, first, effort.seeds)
    ensemble.generator = Stack([nn.Sequential(state.networks.generator, Square()) for state in ensemble.states])
    ensemble.optimizers["generator"] = ensemble.method.optimizer.build(ensemble.generator.parameters())
    for _ in range(effort.steps(steps)):
        ensemble.train_step()
    return ensemble


def _functions(name: str, first: int, effort: Effort) -> Ensemble:
    """Untrained generators before a known critic; WGAN's generator cost, its optimizer that of GAN."""
    options = {"learning_rate": LEARNING_RATE, "optimizer": "adam"}
    settings = {"dataset": "gaussians8", "method": "wgan", "method_options": options}
    ensemble = together({**NETWORKS, **settings}, first, effort.seeds)
    ensemble.critic = Stack([Known(FUNCTIONS[name]) for _ in ensemble.states])
    return ensemble


def _against(ensemble: Ensemble, critic: str, effort: Effort) -> pd.DataFrame:
    tables = [_stage(ensemble, critic, "before")]
    for stage, steps in (("late", 2 * GENERATOR_STEPS // 3), ("after", GENERATOR_STEPS // 3)):
        for _ in range(effort.steps(steps)):
            ensemble.generator_step()
        tables.append(_stage(ensemble, critic, stage))
    if critic in TRAINED_STEPS:
        grid = square(DRAWN_GRID)
        scores = ensemble.critic(grid.expand(len(ensemble.states), -1, -1))[0].detach()
        surface = {"x": grid[:, 0], "y": grid[:, 1], "score": scores}
        tables.append(pd.DataFrame({key: value.numpy() for key, value in surface.items()}).assign(kind="surface"))
    return pd.concat(tables, ignore_index=True).assign(critic=critic)


def _stage(ensemble: Ensemble, critic: str, stage: str) -> pd.DataFrame:
    """Measures every replication, and keeps some points of the first."""
    latents = ensemble.states[0].networks.architecture.latent_dim
    seeds = range(len(ensemble.states))
    z = torch.stack([torch.randn(SAMPLES, latents, generator=torch.Generator().manual_seed(k)) for k in seeds])
    with torch.no_grad():
        points = ensemble.generator(z)
        scores, grid = ensemble.critic(points), square(GRID)
        surfaces = ensemble.critic(grid.expand(len(z), -1, -1))
        rim = ensemble.critic(around(points).flatten(1, 2)).unflatten(1, (SAMPLES, RIM))
    rows = [{"replicate": k, **measure(points[k], scores[k], surfaces[k], rim[k])} for k in seeds]
    shown = pd.DataFrame(points[0, :SHOWN].numpy(), columns=["x", "y"]).assign(kind="sample")
    return pd.concat([pd.DataFrame(rows).assign(kind="measure"), shown]).assign(stage=stage)


def square(side: int) -> Tensor:
    """A regular grid on the square, (side^2, 2)."""
    axis = torch.linspace(-HALF_WIDTH, HALF_WIDTH, side)
    return torch.cartesian_prod(axis, axis)


def around(points: Tensor) -> Tensor:
    """Points on small circles around others, held in the square, (..., 2) -> (..., RIM, 2)."""
    angles = torch.arange(RIM) * (2 * math.pi / RIM)
    circle = RADIUS * torch.stack([angles.cos(), angles.sin()], dim=1)
    return (points[..., None, :] + circle).clamp(-HALF_WIDTH, HALF_WIDTH)


def measure(points: Tensor, scores: Tensor, surface: Tensor, rim: Tensor) -> dict[str, Any]:
    """Compares where points are with where a critic is largest.

    Args:
        points: (n, 2).
        scores: of the points, (n,).
        surface: scores on the grid of the square, (GRID^2,).
        rim: scores around each point, (n, RIM).

    Returns:
        `at_maximum`, the share of points whose score comes within 5 % of the largest in the square, 0 % being the
        median of the square; `at_peak`, of those whose score nothing on a small circle around them exceeds by more than
        as much; `on_edge`, whether the largest is on the edge of the square; `reached`, the mean score on that scale;
        `spread`, the root mean square distance of the points
        from their mean; `radius`, from the origin; `off_diagonal`, from the line x = y; `along_diagonal`, the
        deviation along that line.
    """
    base, place = surface.median(), square(GRID)[surface.argmax()]
    height = surface.max() - base
    reached = (scores - base) / height
    across, along = (points[:, 0] - points[:, 1]) / 2**0.5, (points[:, 0] + points[:, 1]) / 2**0.5
    return {
        "at_maximum": float((reached >= 1 - TOLERANCE).double().mean()),
        "at_peak": float((rim.amax(dim=1) <= scores + TOLERANCE * height).double().mean()),
        "reached": float(reached.mean()),
        "on_edge": bool((place.abs() >= HALF_WIDTH - 1e-6).any()),
        "spread": float((points - points.mean(dim=0)).square().sum(dim=1).mean().sqrt()),
        "radius": float(points.square().sum(dim=1).mean().sqrt()),
        "off_diagonal": float(across.square().mean().sqrt()),
        "along_diagonal": float(along.std()),
    }
