"""One Gaussian fitted to two modes on the line by f-GANs of different divergences, and by the divergences themselves.

The generator is G(z) = mean + spread z, with law q = N(mean, spread^2); both numbers are learned. Real points have
the law p = (N(-2, 1/4) + N(2, 1/4)) / 2. The closest q is, for KL(p || q), N(0, 4.25), over both modes, and for
KL(q || p) nearly one of the modes. The generator minimises the bound (Nowozin et al., 2016, equation 6), or takes
the step of its section 3.2, which maximises E_q g(v).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bench.toys.affine import against
from bench.toys.common import EFFORTS, replications, source_of

CENTRE, WIDTH = 2.0, 0.5
"""The modes lie at -CENTRE and CENTRE, with this deviation."""

GAMES: dict[str, tuple[str, bool, float]] = {
    "kl": ("fgan_kl", True, 1.0),
    "reverse_kl": ("fgan_reverse_kl", True, 1.0),
    "kl_non_saturating": ("fgan_kl", False, 0.5),
    "jensen_shannon": ("fgan_js", True, 0.2),
    "gan": ("fgan_gan", True, 0.2),
}
"""Method, whether the generator minimises the bound itself, and the share of the steps it is trained."""

EXACT = ("kl", "reverse_kl", "kl_non_saturating")

PLACES = 3.0
"""The generator starts with spread 1 and a mean between -PLACES and PLACES, anywhere among the data."""

STEPS, HEAD_START, LOOKS = 1500, 200, 30
"""Generator steps, critic steps before the first of them, and how often the generator is looked at."""

RATE, CRITICS = 2e-3, 3
"""Learning rate, and critic steps for each of the generator."""

SETTINGS = {
    "dataset": "two_gaussians",
    "dataset_options": {"separation": 2 * CENTRE, "std_left": WIDTH, "std_right": WIDTH},
    "architecture": "toy_mlp",
    "architecture_options": {"latent_dim": 1, "width": 32, "critic_width": 32},
    "batch_size": 128,
}

LINE = torch.linspace(-16, 16, 1601, dtype=torch.float64)
"""Where the divergences are summed."""


class Gaussian(nn.Module):
    """x = mean + spread z; the mean and the logarithm of the spread, 0 at the start, are learned."""

    def __init__(self, mean: float) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.tensor([mean], dtype=torch.float32))
        self.log_spread = nn.Parameter(torch.zeros(1))

    def forward(self, z: Tensor) -> Tensor:
        """(n, 1) -> (n, 1)."""
        return self.mean + self.log_spread.exp() * z


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Fits the Gaussian from random means, the same for every game and for the descents.

    Returns:
        One row per fit and look: `way` ("game", or "exact" for descent on the divergence), `fit`, a key of GAMES,
        `replicate`, `step`, and the generator's `mean` and `spread`, not finite once a training has diverged.
    """
    first, chosen = int(rng.integers(1_000_000)), EFFORTS[effort]
    means, steps = rng.uniform(-PLACES, PLACES, chosen.seeds), chosen.steps(STEPS)
    games = [_game(fit, first, means, steps) for fit in GAMES]
    return pd.concat([*games, *(_descent(fit, means, steps) for fit in EXACT)], ignore_index=True)


def divergence(fit: str, mean: Tensor, log_spread: Tensor) -> Tensor:
    """What a generator descends against the optimal critic, by a sum over the line; (S, 1) and (S, 1) -> (S,).

    KL(p || q) and KL(q || p), in nats. For `kl_non_saturating` -E_q T with T = 1 + log(p / q) held as it is.
    """
    log_p = torch.logaddexp(_log_normal(-CENTRE, WIDTH), _log_normal(CENTRE, WIDTH)) - np.log(2)
    log_q = -((LINE - mean) / log_spread.exp()).square() / 2 - log_spread - np.log(2 * np.pi) / 2
    integrands = {
        "kl": log_p.exp() * (log_p - log_q),
        "reverse_kl": log_q.exp() * (log_q - log_p),
        "kl_non_saturating": -log_q.exp() * (1 + log_p - log_q).detach(),
    }
    return integrands[fit].sum(-1) * (LINE[1] - LINE[0])


def _log_normal(mean: float, deviation: float) -> Tensor:
    return torch.distributions.Normal(mean, deviation).log_prob(LINE)


def _game(fit: str, first: int, means: np.ndarray, steps: int) -> pd.DataFrame:
    method, saturating, share = GAMES[fit]
    steps = max(2, round(share * steps))
    options = {"saturating": saturating, "learning_rate": RATE, "n_critic": CRITICS}
    settings: dict[str, Any] = {**SETTINGS, "method": method, "method_options": options}
    source = source_of(replications(settings, first, 1)[0])
    ensemble = against(settings, first, source, [Gaussian(mean) for mean in means], dimension=1)
    for _ in range(min(HEAD_START, steps)):
        ensemble.critic_step()
    looks = []
    for step in range(steps + 1):
        if _looked_at(step, steps):
            looks.append(_look(ensemble.generator.network, step))
        ensemble.train_step()
    return pd.concat(looks).assign(way="game", fit=fit)


def _descent(fit: str, means: np.ndarray, steps: int) -> pd.DataFrame:
    """Adam on the divergence itself, with the games' learning rate."""
    networks = torch.nn.Module()
    networks.mean = nn.Parameter(torch.tensor(means)[:, None])
    networks.log_spread = nn.Parameter(torch.zeros(len(means), 1, dtype=torch.float64))
    optimizer = torch.optim.Adam(networks.parameters(), RATE, (0.5, 0.999))
    looks = []
    for step in range(steps + 1):
        if _looked_at(step, steps):
            looks.append(_look(networks, step))
        optimizer.zero_grad()
        divergence(fit, networks.mean, networks.log_spread).sum().backward()
        optimizer.step()
    return pd.concat(looks).assign(way="exact", fit=fit)


def _looked_at(step: int, steps: int) -> bool:
    return step % max(1, steps // LOOKS) == 0 or step == steps


def _look(gaussians: Any, step: int) -> pd.DataFrame:
    mean, spread = gaussians.mean.detach().flatten().numpy(), gaussians.log_spread.detach().exp().flatten().numpy()
    return pd.DataFrame({"replicate": range(len(mean)), "step": step, "mean": mean.copy(), "spread": spread.copy()})
