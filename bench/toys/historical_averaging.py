"""Historical averaging on the game min over x, max over y of xy, and on distributions of low dimension.

Salimans et al. (2016), section 3.3. On xy with simultaneous steps of size eta and weight w, u = x + i y follows

    u[t + 1] = u[t] + eta (i u[t] - 2 w (u[t] - mean[t])),   mean[t] = (u[1] + ... + u[t]) / t.

Its fast part is multiplied by 1 - 2 w eta + i eta and dies out for eta < 4 w / (1 + 4 w^2); its slow part has
u = 2 w mean / (2 w - i), so that |u| falls as t to the power -1 / (1 + 4 w^2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bench.data import Source
from bench.methods.gan import jensen_shannon
from bench.methods.historical_averaging import begin_history, distance_from_mean, extend_history
from bench.metrics.transport import wasserstein1
from bench.step import Networks, train_step
from bench.toys.common import EFFORTS, Effort, one_by_one, sampled

GAMES = 40
WEIGHTS = (0.0, 0.5, 1.0)
"""Of the term; it is printed without a factor, hence 1; 0 is the game alone."""

GAME_STEPS = 4000
LOOKS = 17
"""The last one after all steps, each other one after half as many as the next; and one before the first step."""

WHOLE = 256
"""Steps at which the mean of the whole history is also taken anew."""

STEPS = 400
CIRCLE_LOOKS = 16
SAMPLES = 256
SHOWN = 120
"""Samples of the first replicate's last generator that are kept for the figure."""

METHODS = ("gan_minimax", "gan_minimax+historical_averaging")

CIRCLE = {
    "dataset": "gaussians_ring",
    "dataset_options": {"modes": 512, "std": 0.0, "radius": 8.0},
    "architecture": "toy_mlp",
    "architecture_options": {"width": 32, "latent_dim": 1},
    "batch_size": 64,
    "generator_steps": STEPS,
}
"""Points of a circle against a generator whose samples start on a curve well inside: supports of one dimension."""

CRITIC_STEPS = 5
LEARNING_RATE = 2e-3
"""With these the discriminator tells the two apart within some tens of steps."""


class Players(nn.Module):
    """One player of many independent games: all its positions as one parameter.

    Args:
        positions: (games,).
    """

    def __init__(self, positions: Tensor) -> None:
        super().__init__()
        self.at = nn.Parameter(positions.clone())
        begin_history(self)


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Plays xy with and without the term, and trains GANs on a circle with and without it.

    Returns:
        Rows of kind "game", one per `weight`, `case` and `step` looked at: `eta`, `x`, `y` and `whole`, the relative
        distance from where the same steps lead with the mean of the whole history taken anew at each (missing at
        late steps).
        Rows of kind "circle", one per `method`, `replicate` and `step`: `wasserstein` of samples to the circle by
        exact transport, and `estimate`, what the discriminator says of the Jensen-Shannon divergence (nats). Rows of
        kind "point": `x` and `y` of samples of the first replicate's last generator, by `method`.
    """
    first, scale = int(rng.integers(1_000_000)), EFFORTS[effort]
    etas = np.exp(rng.uniform(math.log(0.01), 0.0, size=GAMES))
    starts = rng.normal(size=(2, GAMES))
    games = [row for weight in WEIGHTS for row in played(weight, etas, starts, scale.steps(GAME_STEPS))]
    return pd.DataFrame([*games, *(row for method in METHODS for row in _circle(method, first, scale))])


def played(weight: float, etas: np.ndarray, starts: np.ndarray, steps: int) -> Iterator[dict[str, Any]]:
    """Plays independent games by simultaneous gradient steps with the technique's own term.

    Args:
        weight: of the term; 0 is the game alone.
        etas: (games,) step sizes.
        starts: (2, games) first positions.
        steps: how many.
    """
    players = [Players(torch.as_tensor(start)) for start in starts]
    size, whole = torch.as_tensor(etas), _Whole(weight, etas, starts)
    looks = {round(steps * 2.0**-back) for back in range(LOOKS)} | {0}
    for step in range(steps + 1):
        if step in looks:
            x, y = (player.at.detach().numpy() for player in players)
            missing = np.full(len(etas), math.nan)
            apart = np.abs(x + 1j * y - whole.at) / np.abs(whole.at) if step <= WHOLE else missing
            for case, (eta, *values) in enumerate(zip(etas, x, y, apart, strict=True)):
                found = dict(zip(("x", "y", "whole"), values, strict=True))
                yield {"kind": "game", "weight": weight, "case": case, "step": step, "eta": eta, **found}
        _step(players, weight, size)
        if step < WHOLE:
            whole.step()


def _step(players: list[Players], weight: float, size: Tensor) -> None:
    x, y = players
    gradients = [
        torch.autograd.grad(cost + weight * distance_from_mean(player), player.at)[0]
        for player, cost in ((x, (x.at * y.at.detach()).sum()), (y, -(x.at.detach() * y.at).sum()))
    ]
    with torch.no_grad():
        for player, gradient in zip(players, gradients, strict=True):
            player.at.sub_(size * gradient)
            extend_history(player)


class _Whole:
    """The same games with the mean of all past positions taken anew at every step, as complex numbers."""

    def __init__(self, weight: float, etas: np.ndarray, starts: np.ndarray) -> None:
        self.weight, self.etas, self.at = weight, etas, starts[0] + 1j * starts[1]
        self.past: list[np.ndarray] = []

    def step(self) -> None:
        mean = np.mean(self.past, axis=0) if self.past else self.at
        self.at = self.at + self.etas * (1j * self.at - 2 * self.weight * (self.at - mean))
        self.past.append(self.at)


def _circle(method: str, first: int, effort: Effort) -> Iterator[dict[str, Any]]:
    options = {"learning_rate": LEARNING_RATE, "n_critic": CRITIC_STEPS}
    trainings = one_by_one({**CIRCLE, "method": method, "method_options": options}, first, effort.seeds)
    steps = effort.steps(STEPS)
    looks = {round(steps * look / CIRCLE_LOOKS) for look in range(CIRCLE_LOOKS + 1)}
    for replicate, (spec, state, source) in enumerate(trainings):
        common = {"method": method, "replicate": replicate}
        for step in range(steps + 1):
            if step in looks:
                yield {"kind": "circle", **common, "step": step, **_measured(state.networks, source, spec.seed)}
            if step < steps:
                train_step(state, source, spec)
        if replicate == 0:
            points = sampled(state.networks.generator, 1, SHOWN, spec.seed).tolist()
            yield from ({"kind": "point", **common, "x": x, "y": y} for x, y in points)


def _measured(networks: Networks, source: Source, seed: int) -> dict[str, float]:
    fake = sampled(networks.generator, networks.architecture.latent_dim, SAMPLES, seed)
    real = source(SAMPLES, torch.Generator().manual_seed(seed))
    with torch.no_grad():
        estimate = float(jensen_shannon(networks.critic(real), networks.critic(fake)))
    return {"wasserstein": wasserstein1(fake, real), "estimate": estimate}
