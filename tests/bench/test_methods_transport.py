"""The transport-trained generator: costs against scipy's assignment, gradients against finite differences."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor

from bench.catalogue import METHODS
from bench.errors import UserError
from bench.methods.method import Method
from bench.methods.transport import pairwise_costs, transport_plan
from bench.spec import RunSpec
from bench.step import build


def ot_generator(**options: Any) -> Method:
    return METHODS.builder("ot_generator")(**options)


def batches(n: int, d: int = 3) -> tuple[Tensor, Tensor]:
    rng = torch.Generator().manual_seed(0)
    return torch.randn(n, d, generator=rng, dtype=torch.float64), 0.5 + torch.randn(
        n, d, generator=rng, dtype=torch.float64
    )


def assigned(real: Tensor, fake: Tensor, metric: str) -> float:
    """Mean cost of the best pairing, by scipy."""
    costs = cdist(real.numpy(), fake.numpy(), metric)
    return float(costs[linear_sum_assignment(costs)].mean())


@pytest.mark.parametrize(("cost", "metric"), [("euclidean", "euclidean"), ("squared_euclidean", "sqeuclidean")])
@pytest.mark.parametrize("shape", [(64, 3), (5, 1, 4, 4)])
def test_exact_cost_against_the_best_assignment(cost: str, metric: str, shape: tuple[int, ...]) -> None:
    """Between batches of equal size the exact cost is that of the best pairing, images being flattened."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, *shape, generator=rng, dtype=torch.float64)
    built = ot_generator(cost=cost)
    reference = assigned(real.flatten(1), fake.flatten(1), metric)
    assert built.generator_loss(fake, real).item() == pytest.approx(reference, rel=1e-12)
    assert built.critic_loss(real, fake).item() == pytest.approx(-reference, rel=1e-12)
    assert built.critic_estimate(real, fake).item() == pytest.approx(reference, rel=1e-12)


def test_one_dimensional_transport_sorts() -> None:
    """On the line the squared cost is that between order statistics, worked by hand."""
    real, fake = torch.tensor([[0.0], [2.0], [5.0]]), torch.tensor([[6.0], [1.0], [2.0]])
    assert ot_generator().generator_loss(fake, real).item() == pytest.approx((1 + 0 + 1) / 3)


@pytest.mark.parametrize("solver", ["exact", "sinkhorn"])
def test_plans_have_uniform_marginals(solver: str) -> None:
    """Rows and columns of a plan sum to 1/n and 1/m."""
    plan = transport_plan(torch.rand(6, 9, generator=torch.Generator().manual_seed(0)).double(), solver, 0.1)
    np.testing.assert_allclose(plan.sum(dim=1), 1 / 6, rtol=0, atol=1e-6)
    np.testing.assert_allclose(plan.sum(dim=0), 1 / 9, rtol=0, atol=1e-6)
    assert (plan >= 0).all()


@pytest.mark.parametrize("cost", ["euclidean", "squared_euclidean"])
def test_exact_gradient_against_finite_differences(cost: str) -> None:
    """Holding the plan fixed gives the gradient of the minimum itself."""
    real, fake = batches(8)
    loss = ot_generator(cost=cost).generator_loss
    (gradient,) = torch.autograd.grad(loss(fake.requires_grad_(), real), fake)
    torch.testing.assert_close(gradient, slopes(lambda x: loss(x, real), fake.detach()), rtol=1e-6, atol=1e-8)


def test_sinkhorn_gradient_is_that_of_the_regularised_cost() -> None:
    """<P, C> with P held fixed has the gradient of min <P, C> + e sum P log P, e held fixed."""
    real, fake = batches(6)
    weight = 0.2 * pairwise_costs(real, fake, "squared_euclidean").mean().item()

    def regularised(x: Tensor) -> Tensor:
        costs = pairwise_costs(real, x, "squared_euclidean")
        plan = transport_plan(costs, "sinkhorn", weight / costs.mean().item())
        return (plan * costs).sum() + weight * (plan * plan.log()).sum()

    loss = ot_generator(solver="sinkhorn", regularization=0.2).generator_loss
    (gradient,) = torch.autograd.grad(loss(fake.requires_grad_(), real), fake)
    # The solver stops at marginals wrong by 1e-6, which moves costs of order 1 by as much over steps of 1e-3.
    torch.testing.assert_close(gradient, slopes(regularised, fake.detach(), 1e-3), rtol=1e-3, atol=1e-4)


def slopes(function: Callable[[Tensor], Tensor], x: Tensor, step: float = 1e-5) -> Tensor:
    """Central differences of a scalar function, one coordinate at a time."""
    found = torch.zeros_like(x)
    for i in range(x.numel()):
        shift = torch.zeros_like(x)
        shift.view(-1)[i] = step
        found.view(-1)[i] = (function(x + shift) - function(x - shift)) / (2 * step)
    return found


def test_sinkhorn_approaches_the_exact_cost() -> None:
    """The transport cost falls to the exact one as the regularization does, and never below it."""
    real, fake = batches(16)
    exact = ot_generator().generator_loss(fake, real).item()
    weights = (1.0, 0.3, 0.1, 0.03)
    excess = [
        ot_generator(solver="sinkhorn", regularization=weight).generator_loss(fake, real).item() - exact
        for weight in weights
    ]
    assert excess == sorted(excess, reverse=True)
    assert 0 < excess[-1] < 0.03 * exact < excess[0]


def test_regularization_is_relative() -> None:
    """Scaling all samples scales the squared cost and leaves the plan as it is."""
    real, fake = batches(10)
    for solver in ("exact", "sinkhorn"):
        loss = ot_generator(solver=solver).generator_loss
        assert loss(10 * fake, 10 * real).item() == pytest.approx(100 * loss(fake, real).item(), rel=1e-6)
    with pytest.raises(UserError, match="regularization"):
        ot_generator(solver="sinkhorn", regularization=0.0)


def test_estimate_is_a_mean_over_minibatches() -> None:
    """More than 64 samples are split into equal batches, so that the estimate does not fall with their number."""
    real, fake = batches(128)
    built = ot_generator()
    halves = [built.generator_loss(fake[s], real[s]).item() for s in (slice(64), slice(64, None))]
    assert built.critic_estimate(real, fake).item() == pytest.approx(np.mean(halves), rel=1e-12)
    assert built.generator_loss(fake, real).item() < built.critic_estimate(real, fake).item()


@pytest.mark.parametrize("solver", ["exact", "sinkhorn"])
def test_degenerate_costs(solver: str) -> None:
    """Equal samples cost nothing; a sample that is not a number makes the loss one that ends the run."""
    loss = ot_generator(solver=solver).generator_loss
    same = torch.ones(4, 2)
    assert loss(same, same).item() == 0
    assert torch.isnan(loss(torch.full((4, 2), float("nan")), same))


@pytest.mark.parametrize("solver", ["exact", "sinkhorn"])
def test_a_plan_is_reproducible_and_fast(solver: str) -> None:
    """Solved again, a batch of 64 has the same bits, within the time of a training step."""
    real, fake = batches(64, 768)
    costs = pairwise_costs(real, fake, "squared_euclidean")
    first = transport_plan(costs, solver, 0.05)
    began = time.perf_counter()
    assert torch.equal(transport_plan(costs, solver, 0.05), first)
    # About 1 ms (exact) and 10 ms (sinkhorn) on one core; the bound allows for a busy machine.
    assert time.perf_counter() - began < 0.5


def test_there_is_no_critic(tiny_spec: Callable[..., RunSpec]) -> None:
    """The network in the critic's place has no parameters and hands samples on, flattened."""
    networks = build(tiny_spec("dcgan", "ot_generator"), (1, 16, 16), torch.device("cpu"))
    images = torch.rand(2, 1, 16, 16)
    assert not list(networks.critic.parameters())
    assert torch.equal(networks.critic(images), images.flatten(1))
