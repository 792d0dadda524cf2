"""What the toy trainings about collapse, optimizers and transport measure, against cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bench.methods.gan import critic_loss
from bench.toys import blend, fixed_critic, minibatch_transport, mixtures, optimality
from bench.toys.common import Effort, together
from claims.judges.optimality import PENALTY_WEIGHT

QUICK = Effort(2, 0.02)


def test_shares_of_modes_are_counted_by_the_nearest_centre() -> None:
    """Three of four points at one of two centres are one and a half equal shares."""
    centres = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
    points = torch.tensor([[0.1, 0.0], [0.2, 3.0], [-5.0, 0.0], [0.6, 0.0]])
    assert mixtures.mode_shares(points, centres).tolist() == [1.5, 0.5]


def test_looks_end_at_the_last_step() -> None:
    """Evenly spaced, with the start and the end."""
    assert mixtures.Schedule(100, 4).checkpoints(Effort(1, 1.0)) == [0, 25, 50, 75, 100]
    assert mixtures.Schedule(100, 4).checkpoints(QUICK)[-1] == 2


def test_a_generator_that_is_not_finite_has_lost_every_mode() -> None:
    """It has no distance, and is not dropped."""
    settings = {"dataset": "gaussians8", "method": "gan"}
    ensemble = together({**mixtures.NETWORKS, **settings}, 0, 1)
    with torch.no_grad():
        next(iter(ensemble.generator.parameters())).fill_(float("inf"))
    found = mixtures.look(ensemble, 0)
    assert math.isnan(found["distance"])
    assert (found["least_share"], found["lost"], found["uncovered"]) == (0.0, 8, 1.0)
    assert found["collapsed"] == pytest.approx(2 / 1.414, rel=0.02)


def test_points_are_compared_with_the_maximum_of_a_cone() -> None:
    """Of 3 - |x| the point at the origin is at the maximum, one beside it is neither there nor at a peak."""
    points = torch.tensor([[0.0, 0.0], [2.0, 0.0]])
    grid = fixed_critic.square(fixed_critic.GRID)

    def cone(x: torch.Tensor) -> torch.Tensor:
        return 3 - x.norm(dim=-1)

    found = fixed_critic.measure(points, cone(points), cone(grid), cone(fixed_critic.around(points)))
    assert (found["at_maximum"], found["at_peak"], found["on_edge"]) == (0.5, 0.5, False)
    assert found["spread"] == pytest.approx(1.0)
    assert found["radius"] == pytest.approx(math.sqrt(2))
    assert found["off_diagonal"] == pytest.approx(1.0)


def test_circles_stay_in_the_square() -> None:
    """Around a corner nothing outside is looked at."""
    rim = fixed_critic.around(torch.full((1, 2), fixed_critic.HALF_WIDTH))
    assert rim.shape == (1, fixed_critic.RIM, 2) and rim.max() == fixed_critic.HALF_WIDTH
    middle = fixed_critic.around(torch.zeros(1, 2))
    torch.testing.assert_close(middle.norm(dim=-1), torch.full((1, fixed_critic.RIM), fixed_critic.RADIUS))


def test_the_square_hardly_moves_what_is_near_its_middle() -> None:
    """And holds everything else."""
    points = torch.tensor([[0.1, -0.2], [100.0, -1e6]])
    held = fixed_critic.Square()(points)
    torch.testing.assert_close(held[0], points[0], rtol=0.01, atol=0)
    assert held.abs().max() <= fixed_critic.HALF_WIDTH


def test_the_scale_of_least_cost_of_two_points_on_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorted pairs are optimal and the larger of two normal numbers is 1 / sqrt(pi) on average: s* = 1 / pi."""
    monkeypatch.setattr(minibatch_transport, "BATCHES", 10_000)
    found = minibatch_transport.least_cost_scale(1, 2, np.random.default_rng(0))
    assert found == pytest.approx(1 / math.pi, abs=0.03)


def test_the_scale_of_least_cost_is_the_minimum_of_the_cost() -> None:
    """On one pair of batches the least squared cost over scales, by search, lies at <X, Y> / |Y|^2."""
    from scipy.optimize import linear_sum_assignment, minimize_scalar
    from scipy.spatial.distance import cdist

    x, y = np.random.default_rng(1).normal(size=(2, 12, 3))

    def cost(scale: float) -> float:
        costs = cdist(x, scale * y, "sqeuclidean")
        return float(costs[linear_sum_assignment(costs)].sum())

    rows, columns = linear_sum_assignment(cdist(x, y, "sqeuclidean"))
    expected = (x[rows] * y[columns]).sum() / (y**2).sum()
    assert minimize_scalar(cost, bounds=(0.05, 2), method="bounded").x == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("scale", [0.0, 0.4, 1.0])
def test_shortfall_of_a_scaled_normal_distribution(scale: float) -> None:
    """W2 between N(0, 1) and N(0, s^2) is 1 - s in every direction; a single point falls short by 1."""
    points = torch.randn(4000, 3, generator=torch.Generator().manual_seed(0))
    found = minibatch_transport.measure(scale * points)
    assert found["shortfall"] == pytest.approx(1 - scale, abs=0.03)
    assert found["spread"] == pytest.approx(scale, abs=0.02)


def test_weights_that_differ_are_told_by_replication() -> None:
    """Half of the largest weight changed in the second of two replications alone."""
    settings = {**mixtures.NETWORKS, "dataset": "gaussians8", "method": "gan"}
    one, other = (together(settings, 0, 2) for _ in range(2))
    assert blend.largest_difference(one, other) == [0.0, 0.0]
    with torch.no_grad():
        weights = next(iter(one.critic.parameters()))
        largest = max(float(p[1].abs().max()) for s in (other.critic, other.generator) for p in s.parameters())
        weights[1, 0, 0] += 0.5 * largest
    first, second = blend.largest_difference(one, other)
    assert first == 0.0 and second == pytest.approx(0.5, rel=1e-4)


def test_a_wrong_blend_of_gradients_is_found() -> None:
    """The error of a gradient is measured against the longer of the two that are mixed."""
    first, second = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 1.0])
    assert blend._mixing_error([0.25 * first + 0.75 * second, first, second], 0.25) == 0.0
    assert blend._mixing_error([first, first, second], 0.0) == pytest.approx(math.sqrt(5) / 2)


def test_discriminators_that_are_not_trained_estimate_little() -> None:
    """Before training the estimate is what the loss of the same points says: log 2 less half of it."""
    settings = {**mixtures.NETWORKS, "dataset": "gaussians_ring", "dataset_options": optimality.DATA["apart"]}
    ensemble = together({**settings, "method": "gan"}, 0, 1)
    networks = ensemble.networks(0)
    real, fake = optimality._pair(ensemble, 0)
    loss = float(critic_loss(networks.critic(real), networks.critic(fake)).detach())
    found = optimality._measured(ensemble, 0, real, fake)
    assert [row["estimate"] for row in found] == pytest.approx([math.log(2) - loss / 2] * 2, abs=1e-5)
    assert [row["cost"] for row in found] == ["minimax", "non_saturating"]


def test_the_slope_that_pays_under_a_two_sided_penalty() -> None:
    """Maximising s W - l (s - 1)^2 by search gives s = 1 + W / (2 l), which the judge divides by."""
    from scipy.optimize import minimize_scalar

    distance, weight = 8.4, 10.0
    best = minimize_scalar(lambda s: weight * (s - 1) ** 2 - s * distance)
    assert best.x == pytest.approx(1 + distance / (2 * weight), abs=1e-6)
    assert optimality.METHODS["wgan_gp"]["gp_weight"] == PENALTY_WEIGHT == weight


def test_real_points_are_not_the_latent_vectors() -> None:
    """A generator that changes nothing is as far from the real points as other real points are, and not at 0."""
    found = minibatch_transport._row("ot_generator", 32, 64, 0, torch.nn.Identity())
    assert found["distance"] == pytest.approx(found["floor"], rel=0.05)
