"""What critics make of modes: value surfaces of clipped and penalised critics beside the optimal one.

Gulrajani et al. (2017), figure 1 (a): critics trained to optimality on 8 Gaussians, 25 Gaussians and the Swiss roll,
the generator fixed at the data plus unit-variance noise. With the dual variables v of the optimal transport plan
between samples x and y, an optimal critic, which has slope 1 at most, is f(p) = min_j |p - y_j| - v_j.

A critic that knows the modes is lower halfway between two of them. The dip is

    [(f(a) + f(b)) / 2 - f(m)] / (s d)

for neighbours a and b, the point m between them at distances of d on average, and the critic's steepest slope s: at
most 1, and never above 0 for a concave bowl.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bench.toys.common import EFFORTS, Effort
from bench.toys.fixed_pairs import FixedPairs, fixed_pairs

ARMS: dict[str, dict[str, Any]] = {
    "clip 0.01": {"method": "wgan", "method_options": {"clip_value": 0.01, "learning_rate": 5e-4}},
    "clip 0.1": {"method": "wgan", "method_options": {"clip_value": 0.1, "learning_rate": 5e-4}},
    "penalty": {"method": "wgan_gp", "method_options": {"learning_rate": 1e-3, "gp_weight": 0.1}},
}
SETTINGS = {"architecture": "toy_mlp", "architecture_options": {"width": 64}, "batch_size": 128}
CRITIC_STEPS = 3000
LONGER = {("gaussians25", "penalty"): 3}
"""How many times as long to train where the critic starts to learn the modes only then."""

SAMPLES = 500
HALF_WIDTH, GRID, DRAWN_GRID = 2.5, 81, 27
"""Of the square drawn; points a side for the steepest slope and for the figure."""

Pairs = tuple[Tensor, Tensor, Tensor]
"""Neighbours, and what lies between them, (n, 2) each."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains critics against the fixed pairs.

    Returns:
        Rows by `dataset` and `critic`, an arm or "optimal": of kind "measure", by `replicate`, the `dip`, `share` (the
        estimate over the steepest slope, as a share of POT's W1 of the same samples), `settled` (the estimate at four
        fifths of the training over that at its end) and `dip_before` (the dip then); of kind "surface", the first
        replication's `score` by `x`, `y`.
    """
    first, size = int(rng.integers(1_000_000)), EFFORTS[effort]
    return pd.concat([_dataset(name, first, size) for name in NEIGHBOURS], ignore_index=True)


def ring_neighbours() -> Pairs:
    """Eight modes at radius sqrt(2); between two of them the point of the circle, which no radius tells apart."""
    angles = torch.arange(8) * (math.pi / 4)
    return _polar(2**0.5, angles), _polar(2**0.5, angles + math.pi / 4), _polar(2**0.5, angles + math.pi / 8)


def grid_neighbours() -> Pairs:
    """Modes at (2 i, 2 j) / 2.828 for i, j = -2 ... 2; those beside each other."""
    axis = torch.arange(-2.0, 3.0)
    a = torch.cat([torch.cartesian_prod(axis[:-1], axis), torch.cartesian_prod(axis, axis[:-1])])
    b = a + torch.tensor([[1.0, 0.0]] * 20 + [[0.0, 1.0]] * 20)
    return a * (2 / 2.828), b * (2 / 2.828), (a + b) / 2.828


def roll_neighbours() -> Pairs:
    """Points of the roll t (cos t, sin t) / 7.5 and those of its next winding, at the same angle."""
    t = torch.linspace(1.5 * math.pi, 2.5 * math.pi, 40)
    radii = (t, t + 2 * math.pi, t + math.pi)
    a, b, m = (_polar(1.0, t) * radius[:, None] / 7.5 for radius in radii)
    return a, b, m


NEIGHBOURS: dict[str, Callable[[], Pairs]] = {
    "gaussians8": ring_neighbours,
    "gaussians25": grid_neighbours,
    "swiss_roll": roll_neighbours,
}


def dip(critic: Callable[[Tensor], Tensor], slope: float, pairs: Pairs) -> float:
    """How much lower a critic is between neighbours than at them, as a share of what its slope allows."""
    a, b, m = pairs
    distance = ((a - m).norm(dim=1) + (b - m).norm(dim=1)) / 2
    return float((((critic(a) + critic(b)) / 2 - critic(m)) / (slope * distance)).mean())


def optimal_critic(x: Tensor, y: Tensor) -> tuple[Callable[[Tensor], Tensor], float]:
    """Returns an optimal critic of two sets of as many samples, and their Wasserstein-1 distance, both from POT."""
    ot = importlib.import_module("ot")
    weights = np.full(len(x), 1 / len(x))
    cost, log = ot.emd2(weights, weights, torch.cdist(x.double(), y.double()).numpy(), log=True)
    v = torch.as_tensor(log["v"])
    return lambda p: (torch.cdist(p.double(), y.double()) - v).amin(dim=1), float(cost)


def steepest(critic: Callable[[Tensor], Tensor], points: Tensor) -> float:
    """Largest norm of the gradient at these points."""
    points = points.clone().requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).sum(), points)
    return float(slopes.norm(dim=1).max())


def _polar(radius: float, angles: Tensor) -> Tensor:
    return radius * torch.stack([angles.cos(), angles.sin()], dim=1)


def _square(side: int) -> Tensor:
    axis = torch.linspace(-HALF_WIDTH, HALF_WIDTH, side)
    return torch.cartesian_prod(axis, axis)


def _dataset(name: str, first: int, effort: Effort) -> pd.DataFrame:
    trained = {
        arm: _trained({**SETTINGS, **own, "dataset": name}, first, effort, CRITIC_STEPS * LONGER.get((name, arm), 1))
        for arm, own in ARMS.items()
    }
    tables = []
    for replicate in range(effort.seeds):
        rng = torch.Generator().manual_seed(first + replicate)
        x, shown = (trained["penalty"][0].source(SAMPLES, rng) for _ in range(2))
        y = shown + torch.randn(shown.shape, generator=rng)
        optimal, distance = optimal_critic(x, y)
        critics: dict[str, Callable[[Tensor], Tensor]] = {
            **{arm: found[0].networks(replicate).critic for arm, found in trained.items()},
            "optimal": optimal,
        }
        rows = []
        for arm, critic in critics.items():
            known = arm == "optimal"
            slope = 1.0 if known else max(steepest(critic, torch.cat([x, y, _square(GRID)])), 1e-38)
            with torch.no_grad():
                share = float(critic(x).mean() - critic(y).mean()) / slope / distance
                row = {"critic": arm, "dip": dip(critic, slope, NEIGHBOURS[name]()), "share": share, "slope": slope}
            settled, before = (1.0, row["dip"]) if known else [found[replicate] for found in trained[arm][1:]]
            rows.append({**row, "settled": settled, "dip_before": before, "replicate": replicate})
        tables.append(pd.DataFrame(rows).assign(kind="measure"))
        if replicate == 0:
            tables += [_surface(critic, arm) for arm, critic in critics.items()]
    return pd.concat(tables).assign(dataset=name)


def _trained(
    settings: dict[str, Any], first: int, effort: Effort, steps: int
) -> tuple[FixedPairs, list[float], list[float]]:
    """Trained critics, each one's mean estimate before its last fifth over that at the end, and its dip then."""
    ensemble = fixed_pairs(settings, first, effort.seeds)
    steps = effort.steps(steps)
    estimates, dips = [], [math.nan] * effort.seeds
    for step in range(steps):
        if step == steps * 4 // 5:
            dips = [_dip_now(ensemble.networks(index).critic, settings["dataset"]) for index in range(effort.seeds)]
        estimates.append(ensemble.critic_step()[1].detach())
    window = max(1, steps // 15)
    levels = torch.stack(estimates)
    before, end = levels[steps * 4 // 5 - window : steps * 4 // 5].mean(dim=0), levels[-window:].mean(dim=0)
    return ensemble, (before / end).tolist(), dips


def _dip_now(critic: Callable[[Tensor], Tensor], dataset: str) -> float:
    slope = max(steepest(critic, _square(GRID)), 1e-38)
    with torch.no_grad():
        return dip(critic, slope, NEIGHBOURS[dataset]())


def _surface(critic: Callable[[Tensor], Tensor], arm: str) -> pd.DataFrame:
    grid = _square(DRAWN_GRID)
    with torch.no_grad():
        scores = critic(grid).double()
    table = {"x": grid[:, 0].numpy(), "y": grid[:, 1].numpy(), "score": scores.numpy()}
    return pd.DataFrame(table).assign(kind="surface", critic=arm)
