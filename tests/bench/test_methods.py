"""Losses on hand-worked scores, penalties on critics with known gradients, and the methods' contract."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from bench.catalogue import METHODS
from bench.methods.cramer import distance, energy_distance, surrogate_loss
from bench.methods.method import Method, gradient_norms, interpolate
from bench.methods.sngan import normalize_spectrally

REAL = torch.tensor([1.0, 3.0])
FAKE = torch.tensor([-1.0, 0.0])


def method(name: str, **options: Any) -> Method:
    return METHODS.builder(name)(**options)


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def linear_critic(weight: Tensor) -> nn.Module:
    critic = nn.Sequential(nn.Flatten(), nn.Linear(weight.numel(), 1), nn.Flatten(0))
    with torch.no_grad():
        critic[1].weight.copy_(weight.flatten()[None])
    return critic


HAND_WORKED: list[tuple[str, dict[str, Any], float, float, float]] = [
    # name, options, critic loss, generator loss, critic estimate on REAL and FAKE
    (
        "gan",
        {},
        (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 2,
        (softplus(1) + softplus(0)) / 2,
        math.log(2) - (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 4,
    ),
    (
        "gan_minimax",
        {},
        (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 2,
        -(softplus(-1) + softplus(0)) / 2,
        math.log(2) - (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 4,
    ),
    ("lsgan", {}, (0 + 4) / 4 + (1 + 0) / 4, (4 + 1) / 4, 2 - 8 * 1.25),
    (
        "lsgan",
        {"label_fake": -1.0, "label_real": 1.0, "label_generator": 0.0},
        (0 + 4) / 4 + (0 + 1) / 4,
        (1 + 0) / 4,
        2 - 8 * 1.25 / 4,
    ),
    ("wgan", {}, -0.5 - 2.0, 0.5, 2.5),
    ("wgan_gp", {}, -0.5 - 2.0, 0.5, 2.5),
    ("sngan", {}, 0 + (0 + 1) / 2, 0.5, 1 - 0.25),
    (
        "sngan",
        {"loss": "non_saturating"},
        (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 2,
        (softplus(1) + softplus(0)) / 2,
        math.log(2) - (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 4,
    ),
]


@pytest.mark.parametrize(("name", "options", "critic", "generator", "estimate"), HAND_WORKED)
def test_losses_on_hand_worked_scores(
    name: str, options: dict[str, Any], critic: float, generator: float, estimate: float
) -> None:
    """Critic loss, generator loss and estimate equal the paper's formula worked by hand."""
    built = method(name, **options)
    assert built.critic_loss(REAL, FAKE).item() == pytest.approx(critic, rel=1e-6)
    assert built.generator_loss(FAKE, None).item() == pytest.approx(generator, rel=1e-6)
    assert built.critic_estimate(REAL, FAKE).item() == pytest.approx(estimate, rel=1e-6)


def test_estimates_at_the_optimal_critic() -> None:
    """With the optimal critic plugged in, each estimate equals its divergence between two discrete distributions."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])
    n = 1000
    points_p = torch.tensor(np.repeat(np.arange(3), (p * n).round().astype(int)))
    points_q = torch.tensor(np.repeat(np.arange(3), (q * n).round().astype(int)))
    m = (p + q) / 2
    jensen_shannon = (p * np.log(p / m)).sum() / 2 + (q * np.log(q / m)).sum() / 2
    optimal = {
        "gan": (np.log(p / q), jensen_shannon),
        "lsgan": (p / (p + q), ((p - q) ** 2 / (p + q)).sum()),
        "sngan": (np.sign(p - q), np.abs(p - q).sum() / 2),
    }
    for name, (scores, divergence) in optimal.items():
        table = torch.tensor(scores)
        estimate = method(name).critic_estimate(table[points_p], table[points_q])
        assert estimate.item() == pytest.approx(divergence, abs=1e-9), name


def test_penalty_on_a_linear_critic_is_exact() -> None:
    """For f(x) = <w, x> the penalty is gp_weight (||w|| - 1)^2 whatever the data: the norm is over all axes."""
    rng = torch.Generator().manual_seed(0)
    weight = torch.randn(2, 3, 4, generator=rng)
    real, fake = (torch.randn(5, 2, 3, 4, generator=rng) for _ in range(2))
    penalty = method("wgan_gp").penalty
    assert penalty is not None
    value = penalty(linear_critic(weight), real, fake, rng).item()
    assert value == pytest.approx(10 * (weight.norm().item() - 1) ** 2, rel=1e-5)


def test_one_sided_penalty_ignores_small_gradients() -> None:
    """The one-sided penalty of a critic with slope 1/2 is zero, the two-sided one is gp_weight / 4."""
    weight = torch.tensor([0.5, 0.0])
    real, fake = torch.randn(4, 2), torch.randn(4, 2)
    one, two = (method("wgan_gp", one_sided=side).penalty for side in (True, False))
    assert one is not None and two is not None
    rng = torch.Generator()
    assert one(linear_critic(weight), real, fake, rng).item() == 0
    assert two(linear_critic(weight), real, fake, rng).item() == pytest.approx(2.5, rel=1e-5)


def test_penalty_is_a_mean_over_samples() -> None:
    """Gradient norms are per sample: invariant to the order of the batch and to splitting it."""
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0))
    points = torch.randn(6, 3)
    norms = gradient_norms(critic, points)
    order = torch.tensor([3, 1, 5, 0, 2, 4])
    torch.testing.assert_close(gradient_norms(critic, points[order]), norms[order])
    torch.testing.assert_close(torch.cat([gradient_norms(critic, half) for half in points.split(3)]), norms)


def test_interpolation_draws_one_epsilon_per_sample() -> None:
    """Every interpolated image lies on its own segment, at a place shared by all its pixels."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.zeros(50, 1, 4, 4), torch.ones(50, 1, 4, 4)
    places = 1 - interpolate(real, fake, rng).flatten(1)
    assert (places == places[:, :1]).all()
    assert len(places[:, 0].unique()) == 50
    assert 0 <= places.min() and places.max() <= 1


def test_a_flat_critic_gives_a_finite_penalty_gradient() -> None:
    """At gradient zero the square root's derivative is taken as zero by torch, not as NaN."""
    critic = linear_critic(torch.zeros(3))
    penalty = method("wgan_gp").penalty
    assert penalty is not None
    value = penalty(critic, torch.randn(4, 3), torch.randn(4, 3), torch.Generator())
    value.backward()
    assert value.item() == pytest.approx(10)
    assert all(torch.isfinite(p.grad).all() for p in critic.parameters() if p.grad is not None)


def test_batch_normalized_critics_mix_samples_and_layer_normalized_do_not(
    small_critic: Callable[[str], nn.Module],
) -> None:
    """The cross-Jacobian d D_j / d x_i is zero without batch normalization and not with it."""
    for norm, mixes in (("batch", True), ("layer", False), ("none", False)):
        images = torch.randn(4, 1, 16, 16, requires_grad=True)
        (gradient,) = torch.autograd.grad(small_critic(norm)(images)[0], images)
        assert bool(gradient[1:].abs().max() > 0) == mixes, norm


@pytest.fixture
def small_critic() -> Callable[[str], nn.Module]:
    """A scaled-down DCGAN critic."""
    from bench.architectures.dcgan import dcgan_critic

    def build(norm: str) -> nn.Module:
        torch.manual_seed(0)
        return dcgan_critic((1, 16, 16), 4, norm, 1)

    return build


def test_clipping_reaches_every_parameter(small_critic: Callable[[str], nn.Module]) -> None:
    """After clipping, no weight, bias or normalization scale is beyond the clip value."""
    critic = small_critic("batch")
    constrain = method("wgan", clip_value=0.003).constrain
    assert constrain is not None
    constrain(critic)
    assert max(p.abs().max().item() for p in critic.parameters()) == pytest.approx(0.003)


def test_spectral_norm_against_the_singular_value_decomposition(small_critic: Callable[[str], nn.Module]) -> None:
    """After enough power iterations every normalised weight matrix has largest singular value 1."""
    critic = normalize_spectrally(small_critic("none"))
    for _ in range(200):
        critic(torch.zeros(2, 1, 16, 16))
    critic.eval()
    weights = [m.weight for m in critic.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    assert len(weights) == 3
    for weight in weights:
        largest = torch.linalg.svdvals(weight.detach().double().flatten(1)).max().item()
        assert largest == pytest.approx(1.0, abs=1e-3)


def test_cramer_energy_distance_against_scipy() -> None:
    """On the line, the energy-distance estimate agrees with scipy's energy distance, squared."""
    from scipy.stats import energy_distance as scipy_energy_distance

    rng = torch.Generator().manual_seed(0)
    n = 100_000
    real = torch.randn(n, 1, generator=rng, dtype=torch.float64)
    fake = 1 + torch.randn(2 * n, 1, generator=rng, dtype=torch.float64)
    estimate = energy_distance(real, fake).item()
    reference = scipy_energy_distance(real[:, 0].numpy(), fake[:, 0].numpy()) ** 2
    # Paired draws have a standard error of about 0.005 at this n.
    assert estimate == pytest.approx(reference, abs=0.02)


def test_cramer_surrogate_on_hand_worked_points() -> None:
    """One real point and two generated ones: the surrogate is its six distances."""
    real, fake = torch.tensor([[3.0, 4.0]]), torch.tensor([[0.0, 0.0], [3.0, 0.0]])
    by_hand = (5 + 4) / 2 - 5 - 3 + 0 / 2 + 3 / 2
    # The smoothing under the roots moves each distance by at most sqrt(1e-5).
    assert -surrogate_loss(real, fake).item() == pytest.approx(by_hand, abs=0.01)
    assert distance(real, 0.0).item() == pytest.approx(5.0, abs=1e-5)


def test_cramer_penalty_on_the_identity_critic() -> None:
    """With h(x) = x the witness is |x - g2| - |x - r|, whose gradient is a difference of unit vectors."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(6, 2, generator=rng), torch.randn(12, 2, generator=rng)
    penalty = method("cramer").penalty
    assert penalty is not None
    value = penalty(nn.Identity(), real, fake, torch.Generator().manual_seed(1)).item()
    points = interpolate(real, fake[:6], torch.Generator().manual_seed(1))
    gradient = nn.functional.normalize(points - fake[6:]) - nn.functional.normalize(points - real)
    # The smoothing of the norms changes unit vectors at distance d by about 1e-5 / d^2.
    assert value == pytest.approx(10 * ((gradient.norm(dim=1) - 1) ** 2).mean().item(), rel=2e-3)


@pytest.mark.parametrize("name", METHODS)
def test_contract(name: str) -> None:
    """Losses are finite scalars and send a gradient to every score they are given."""
    built = method(name)
    shape = (8,) if built.critic_outputs == 1 else (8, built.critic_outputs)
    rng = torch.Generator().manual_seed(0)
    real = torch.randn(shape, generator=rng).requires_grad_()
    fake = torch.randn(built.fakes_per_real * shape[0], *shape[1:], generator=rng).requires_grad_()
    for loss in (built.critic_loss(real, fake), built.generator_loss(fake, real)):
        assert loss.shape == () and torch.isfinite(loss)
    gradients = torch.autograd.grad(built.critic_loss(real, fake), (real, fake))
    assert all(torch.isfinite(g).all() and g.abs().sum() > 0 for g in gradients)
    assert torch.isfinite(built.critic_estimate(real, fake)) and built.estimate_name


def test_documented_defaults_are_the_built_ones() -> None:
    """The defaults read from the source are those the papers' algorithms print."""
    wgan, wgan_gp = (METHODS.describe(name).defaults for name in ("wgan", "wgan_gp"))
    assert (wgan["learning_rate"], wgan["clip_value"], wgan["n_critic"], wgan["optimizer"]) == (
        5e-5,
        0.01,
        5,
        "rmsprop",
    )
    assert [wgan_gp[k] for k in ("gp_weight", "n_critic", "learning_rate", "beta1", "beta2")] == [10, 5, 1e-4, 0, 0.9]


def test_boosted_critic_steps() -> None:
    """The official WGAN schedule: 100 critic steps in the first 25 generator steps and every 500th."""
    boosted = method("wgan", boosted=True)
    assert [boosted.critic_steps(step) for step in (0, 24, 25, 499, 500, 501)] == [100, 100, 5, 5, 100, 5]
