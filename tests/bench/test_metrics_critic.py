"""What networks say, on networks whose answer is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bench.catalogue import METHODS
from bench.metrics import critic
from bench.metrics.generation import GENERATION_BATCH, generate
from bench.metrics.measurable import Measurable, NotApplicable

Snapshot = Callable[..., Measurable]
LinearCritic = Callable[[list[float]], nn.Module]


def method(name: str) -> Any:
    """A registered method with its defaults."""
    return METHODS.builder(name)()


@pytest.fixture
def real() -> Tensor:
    """250 points in the plane."""
    return torch.randn(250, 2, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def generator() -> nn.Module:
    """A linear generator from three latents to the plane."""
    torch.manual_seed(2)
    return nn.Linear(3, 2)


@pytest.mark.parametrize("name", ["gradient_norm_real", "gradient_norm_fake", "gradient_norm_interpolated"])
def test_the_gradient_of_a_linear_critic_is_its_weight(
    snapshot: Snapshot, linear_critic: LinearCritic, real: Tensor, generator: nn.Module, name: str
) -> None:
    """||(3, 4)|| = 5 everywhere, per sample and whatever the number of samples."""
    m = snapshot(real, generator=generator, critic=linear_critic([3.0, 4.0]), method=method("wgan"))
    assert getattr(critic, name)(m) == pytest.approx(5.0, rel=1e-6)


def test_gradient_points_are_where_they_say(snapshot: Snapshot, real: Tensor) -> None:
    """The critic |x|^2 / 2 has gradient norm |x|: the distance from the origin of reals, fakes and what is between."""

    class Bowl(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.square().sum(dim=1) / 2

    far = nn.Linear(3, 2)
    nn.init.zeros_(far.weight)
    far.bias.data = torch.tensor([30.0, 40.0])
    m = snapshot(real, generator=far, critic=Bowl(), method=method("wgan"))
    assert critic.gradient_norm_real(m) == pytest.approx(float(real.norm(dim=1).mean()), rel=1e-5)
    assert critic.gradient_norm_fake(m) == pytest.approx(50.0, rel=1e-5)
    # Uniform positions on 250 segments: mean 25, deviation 50 / sqrt(12 * 250) = 0.9.
    assert critic.gradient_norm_interpolated(m) == pytest.approx(25.0, abs=4.0)


def test_the_wasserstein_estimate_of_a_linear_critic(
    snapshot: Snapshot, linear_critic: LinearCritic, real: Tensor, generator: nn.Module
) -> None:
    """E f(real) - E f(fake) = <w, mean(real) - mean(fake)>, batch by batch or not."""
    m = snapshot(real, generator=generator, critic=linear_critic([3.0, 4.0]), method=method("wgan"))
    expected = float((real.mean(dim=0) - m.fake.mean(dim=0)) @ torch.tensor([3.0, 4.0]))
    assert critic.critic_estimate(m) == pytest.approx(expected, rel=1e-4)
    assert critic.critic_estimate_train(m) == critic.critic_estimate(m)
    assert (m.provenance.n_real, m.provenance.n_fake, m.provenance.split) == (250, 250, "test")


def test_an_undecided_critic_sees_no_jensen_shannon_divergence(
    snapshot: Snapshot, linear_critic: LinearCritic, real: Tensor, generator: nn.Module
) -> None:
    """D = 1/2 everywhere bounds JS by 0; a perfect critic by log 2; other critics do not estimate it."""
    undecided = snapshot(real, generator=generator, critic=linear_critic([0.0, 0.0]), method=method("gan"))
    assert critic.jensen_shannon(undecided) == pytest.approx(0.0, abs=1e-6)
    other = snapshot(real, generator=generator, critic=linear_critic([0.0, 0.0]), method=method("wgan"))
    with pytest.raises(NotApplicable, match="estimates the wasserstein"):
        critic.jensen_shannon(other)


def test_the_generator_gradient_of_two_linear_networks(
    snapshot: Snapshot, linear_critic: LinearCritic, real: Tensor, generator: nn.Module
) -> None:
    """Loss -mean <w, A z + b> has gradients -w zbar^T and -w: norm ||w|| sqrt(1 + ||zbar||^2)."""
    m = snapshot(real, generator=generator, critic=linear_critic([3.0, 4.0]), method=method("wgan"))
    draws = m.rng("generator gradient")
    latents = torch.cat([torch.randn(GENERATION_BATCH, 3, generator=draws) for _ in range(2)])
    expected = 5 * float((1 + latents.mean(dim=0).square().sum()).sqrt())
    assert critic.generator_gradient_norm(m) == pytest.approx(expected, rel=1e-5)
    assert all(parameter.grad is None for parameter in generator.parameters())


def test_weight_statistics(snapshot: Snapshot, linear_critic: LinearCritic, real: Tensor, generator: nn.Module) -> None:
    """Weights (-4, 2): largest magnitude 4, deviation 3."""
    m = snapshot(real, generator=generator, critic=linear_critic([-4.0, 2.0]), method=method("wgan"))
    assert critic.critic_weight_max(m) == 4.0
    assert critic.critic_weight_std(m) == pytest.approx(3.0)


def test_a_critic_without_weights_has_an_estimate_and_nothing_else(
    snapshot: Snapshot, real: Tensor, generator: nn.Module
) -> None:
    """Transport between the samples themselves: no weights, no real-valued function, but a generator's gradient."""
    m = snapshot(real, generator=generator, critic=nn.Flatten(), method=method("ot_generator"))
    for metric in (critic.critic_weight_max, critic.critic_weight_std):
        with pytest.raises(NotApplicable, match="has no weights"):
            metric(m)
    for metric in (critic.gradient_norm_real, critic.gradient_norm_interpolated):
        with pytest.raises(NotApplicable, match="no real-valued function"):
            metric(m)
    assert critic.critic_estimate(m) > 0 and critic.generator_gradient_norm(m) > 0


def test_a_penalty_on_the_generator_is_part_of_its_gradient(
    snapshot: Snapshot, linear_critic: LinearCritic, real: Tensor, generator: nn.Module
) -> None:
    """With a critic that sees nothing the gradient is the penalty's alone: 2 theta for the squared norm of theta."""

    def squared_norm(network: nn.Module) -> Tensor:
        return torch.stack([parameter.square().sum() for parameter in network.parameters()]).sum()

    penalised = dataclasses.replace(method("wgan"), generator_penalty=squared_norm)
    m = snapshot(real, generator=generator, critic=linear_critic([0.0, 0.0]), method=penalised)
    expected = 2 * float(squared_norm(generator).detach()) ** 0.5
    assert critic.generator_gradient_norm(m) == pytest.approx(expected, rel=1e-5)


def test_a_method_with_two_generated_batches_gets_two_independent_ones(
    snapshot: Snapshot, real: Tensor, generator: nn.Module
) -> None:
    """Cramer's estimate in its critic space is finite, uses 2 n fakes, and vanishes when all outputs agree."""
    vector = nn.Linear(2, 4)
    m = snapshot(real, generator=generator, critic=vector, method=method("cramer"))
    assert critic.critic_estimate(m) > 0
    assert m.provenance.n_fake == 2 * m.provenance.n_real == 500
    first, second = m.pairs(real)[1]
    assert not torch.equal(first, second)
    assert critic.gradient_norm_real(m) > 0
    assert critic.generator_gradient_norm(m) > 0
    nn.init.zeros_(vector.weight)
    assert critic.critic_estimate(m) == pytest.approx(0.0, abs=1e-6)


def test_generation_always_uses_full_batches() -> None:
    """130 latents make two calls of 100; a sample's value then never depends on how many were asked for."""
    sizes = []

    class Recorder(nn.Module):
        def forward(self, z: Tensor) -> Tensor:
            sizes.append(len(z))
            return z

    latents = torch.randn(130, 3, generator=torch.Generator().manual_seed(3))
    made = generate(Recorder(), latents, torch.Generator().manual_seed(4), device="cpu")
    assert torch.equal(made, latents)
    assert sizes == [GENERATION_BATCH, GENERATION_BATCH]
