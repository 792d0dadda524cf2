"""MMD GAN: the estimate against plain loops and populations, its bias, kernels, penalty and clipping."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from bench.catalogue import CHOICES, METHODS
from bench.methods.method import Method
from bench.methods.mmd import BLOCK, KERNELS, SIGMAS, squared_mmd

KERNEL_NAMES = CHOICES["kernel"]


def mmd_gan(**options: Any) -> Method:
    return METHODS.builder("mmd_gan")(**options)


def smoothed(x: np.ndarray) -> float:
    return math.sqrt(float(x @ x) + 1e-5)


# Kernels of two single points, written out one by one.
PLAIN: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "rational_quadratic": lambda a, b: sum(
        (1 + float((a - b) @ (a - b)) / (2 * alpha)) ** -alpha for alpha in (0.2, 0.5, 1, 2, 5)
    ),
    "rational_quadratic_linear": lambda a, b: PLAIN["rational_quadratic"](a, b) + float(a @ b),
    "gaussian": lambda a, b: sum(math.exp(-float((a - b) @ (a - b)) / (2 * s * s)) for s in (1, 2, 4, 8, 16)),
    "distance": lambda a, b: smoothed(a) + smoothed(b) - smoothed(a - b),
}


def by_loops(kernel: Callable[[np.ndarray, np.ndarray], float], x: np.ndarray, y: np.ndarray) -> float:
    """The unbiased estimate, term by term."""
    within = [np.mean([kernel(s[i], s[j]) for i in range(len(s)) for j in range(len(s)) if i != j]) for s in (x, y)]
    return float(sum(within) - 2 * np.mean([kernel(a, b) for a in x for b in y]))


@pytest.mark.parametrize("kernel", KERNEL_NAMES)
def test_estimate_equals_a_double_loop(kernel: str) -> None:
    """For samples of different sizes, one larger than a block, the estimate is the sum over pairs."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((BLOCK + 5, 3)), 0.5 + rng.standard_normal((7, 3))
    estimate = squared_mmd(KERNELS[kernel], torch.tensor(x), torch.tensor(y)).item()
    assert estimate == pytest.approx(by_loops(PLAIN[kernel], x, y), rel=1e-9)


@pytest.mark.parametrize("kernel", KERNEL_NAMES)
def test_losses_are_the_estimate(kernel: str) -> None:
    """The generator minimises the estimate, the critic minus it, and it is what is reported."""
    built = mmd_gan(kernel=kernel)
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(6, 16, generator=rng), torch.randn(6, 16, generator=rng)
    estimate = built.critic_estimate(real, fake)
    torch.testing.assert_close(built.generator_loss(fake, real), estimate)
    assert estimate == -built.critic_loss(real, fake)
    assert estimate.item() == pytest.approx(
        by_loops(PLAIN[kernel], real.double().numpy(), fake.double().numpy()), rel=1e-4
    )


@pytest.mark.parametrize("kernel", KERNEL_NAMES)
def test_estimate_is_unbiased(kernel: str) -> None:
    """Between two samples of one distribution its mean is 0, although it is sometimes negative."""
    rng = torch.Generator().manual_seed(0)
    draws = np.array(
        [
            squared_mmd(KERNELS[kernel], *torch.randn(2, 6, 2, generator=rng, dtype=torch.float64)).item()
            for _ in range(2000)
        ]
    )
    assert abs(draws.mean()) < 4 * draws.std(ddof=1) / math.sqrt(len(draws))
    assert draws.min() < 0 < draws.max()


def test_gaussian_kernel_between_gaussians() -> None:
    """The mean of the estimate is the population's MMD^2, known in closed form: N(1, 1) from N(0, 1)."""
    population = sum(2 * s / math.sqrt(s**2 + 2) * (1 - math.exp(-1 / (2 * (s**2 + 2)))) for s in SIGMAS)
    rng = torch.Generator().manual_seed(0)
    draws = np.array(
        [
            squared_mmd(KERNELS["gaussian"], 1 + real, fake).item()
            for real, fake in torch.randn(1000, 2, 16, 1, generator=rng, dtype=torch.float64)
        ]
    )
    error = draws.std(ddof=1) / math.sqrt(len(draws))
    assert error < 0.05 * population
    assert draws.mean() == pytest.approx(population, abs=4 * error)


def test_distance_kernel_gives_the_energy_distance() -> None:
    """On the line, the population value agrees with scipy's energy distance, squared."""
    from scipy.stats import energy_distance

    rng = torch.Generator().manual_seed(0)
    n = 2000
    real, fake = torch.randn(2, n, 1, generator=rng, dtype=torch.float64) + torch.tensor([1.0, 0.0])[:, None, None]
    estimate = squared_mmd(KERNELS["distance"], real, fake).item()
    reference = energy_distance(real[:, 0].numpy(), fake[:, 0].numpy()) ** 2
    # scipy counts the n pairs of a sample with itself, which adds mean |x - x'| / n for each of the two samples.
    assert estimate == pytest.approx(reference - 2 * (2 / math.sqrt(math.pi)) / n, abs=1e-4)


@pytest.mark.parametrize("kernel", ["rational_quadratic", "gaussian"])
def test_close_scores_keep_their_digits(kernel: str) -> None:
    """Scores of size 1e-5, as of a clipped critic, have in single precision the estimate of double precision."""
    rng = torch.Generator().manual_seed(0)
    real, fake = 1e-5 * torch.randn(2, 64, 16, generator=rng) + 1e-5 * torch.tensor([1.0, 0.0])[:, None, None]
    single, double = (
        squared_mmd(KERNELS[kernel], real.to(kind), fake.to(kind)) for kind in (real.dtype, torch.float64)
    )
    assert double.item() > 0
    assert single.item() == pytest.approx(double.item(), rel=1e-3)


def test_scalar_critics_are_allowed() -> None:
    """Scores without a second axis are rows of one number."""
    scores = torch.tensor([[0.0], [1.0], [3.0]], dtype=torch.float64)
    estimate = mmd_gan(critic_outputs=1).critic_estimate
    assert estimate(scores[:, 0], 2 * scores[:, 0]) == estimate(scores, 2 * scores)


def test_penalty_on_a_known_witness() -> None:
    """One real and one generated point, the identity as critic: between them |z - g| - |z - r| has slope 2."""
    real, fake = torch.tensor([[3.0, 4.0]]), torch.tensor([[0.0, 0.0]])
    penalty = mmd_gan(kernel="distance", gp_weight=3.0).penalty
    assert penalty is not None
    rng = torch.Generator().manual_seed(0)
    # The smoothing of the norms changes unit vectors at distance d by about 1e-5 / d^2.
    assert penalty(nn.Identity(), real, fake, rng).item() == pytest.approx(3 * (2 - 1) ** 2, rel=1e-3)


@pytest.mark.parametrize("kernel", KERNEL_NAMES)
def test_witness_is_the_difference_of_mean_kernels(kernel: str) -> None:
    """f(z) = mean K(h(z), h(x)) - mean K(h(z), h(y)), point by point."""
    rng = torch.Generator().manual_seed(0)
    points, real, fake = (torch.randn(n, 2, generator=rng, dtype=torch.float64) for n in (3, 4, 5))
    critic = nn.Linear(2, 16, dtype=torch.float64)
    with torch.no_grad():
        values = mmd_gan(kernel=kernel).witness(critic, points, real, fake)
        h = [critic(x).numpy() for x in (points, real, fake)]
    plain = PLAIN[kernel]
    by_hand = [np.mean([plain(z, x) for x in h[1]]) - np.mean([plain(z, y) for y in h[2]]) for z in h[0]]
    np.testing.assert_allclose(values.numpy(), by_hand, rtol=1e-9)


def test_penalty_reaches_the_critic() -> None:
    """The penalty can be differentiated once more, finitely, in every weight of the critic, for every kernel."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 5, 2, generator=rng)
    for kernel in KERNEL_NAMES:
        torch.manual_seed(0)
        critic = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 16, bias=False))
        penalty = mmd_gan(kernel=kernel).penalty
        assert penalty is not None
        gradients = torch.autograd.grad(penalty(critic, real, fake, rng), list(critic.parameters()))
        assert all(torch.isfinite(g).all() and g.abs().sum() > 0 for g in gradients), kernel


def test_clipping_takes_the_place_of_the_penalty() -> None:
    """With the constraint of Li et al. every parameter is clipped and nothing is penalised."""
    penalised, clipped = mmd_gan(), mmd_gan(constraint="clipping", clip_value=0.02)
    assert penalised.penalty is not None and penalised.constrain is None
    assert clipped.penalty is None and clipped.constrain is not None
    critic = nn.Linear(3, 4)
    clipped.constrain(critic)
    assert max(p.abs().max().item() for p in critic.parameters()) == pytest.approx(0.02)
