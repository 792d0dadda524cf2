"""The mathematics of duality, of the optimal critic's gradient and of continuity a second way."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import integrate, stats

from claims.studies import continuity, critic_gradient, duality


def test_supremum_between_two_points_by_hand() -> None:
    """Masses 0.3 and 0.7 against 0.6 and 0.4 a distance 2 apart: 0.3 has to travel."""
    places = np.array([[0.0, 0.0], [2.0, 0.0]])
    values, best = duality.lipschitz_supremum(places, np.array([0.3 - 0.6, 0.7 - 0.4]))
    assert best == pytest.approx(0.6)
    assert values[1] - values[0] == pytest.approx(2)


def test_supremum_on_the_line_is_the_area_between_the_cdfs() -> None:
    """Twenty atoms, a third way to the distance."""
    rng = np.random.default_rng(0)
    places, p, q = rng.normal(size=20), rng.dirichlet(np.ones(20)), rng.dirichlet(np.ones(20))
    expected = stats.wasserstein_distance(places, places, p, q)
    assert duality.lipschitz_supremum(places[:, None], p - q)[1] == pytest.approx(expected)


def test_densities_on_the_line_against_adaptive_quadrature() -> None:
    """A Laplace and a normal law that cross: the area between their cdfs by scipy."""
    one, other = stats.laplace(0.2, 1.3), stats.norm(0, 1)
    area = integrate.quad(lambda x: abs(one.cdf(x) - other.cdf(x)), -40, 40, limit=400, points=[-2, -1, 0, 1, 2])[0]
    found = duality._on_the_line(one, other)
    assert (found["plan"], found["dual"]) == pytest.approx((area, area), rel=1e-5)


def test_zigzag_turns_where_it_is_told() -> None:
    """Up to 1, down to 4, up again."""
    found = duality.zigzag(np.array([1.0, 4.0]), 1.0, np.array([0.0, 1.0, 2.0, 4.0, 6.0]))
    assert found - found[1] == pytest.approx([-1, 0, -1, -3, -1])
    assert duality.zigzag(np.array([]), -1.0, np.array([3.0])) == pytest.approx([-3])


def _slope(function: Callable[[float], float], at: float) -> float:
    return (function(at + 1e-5) - function(at - 1e-5)) / 2e-5


def _mean_size(mean: float, deviation: float) -> float:
    """E |mean + deviation Z|, the mean of a folded normal."""
    return float(stats.foldnorm.mean(abs(mean) / deviation, scale=deviation))


@pytest.mark.parametrize(("mean", "deviation"), [(0.7, 2.0), (-0.4, 0.5)])
def test_theorem_for_gaussians_on_the_line_in_closed_form(mean: float, deviation: float) -> None:
    """W1 = E|mu + (sigma - 1) Z| from N(0, 1); the optimal critic is a kinked line at the cdfs' crossing."""
    turn, sign = mean / (1 - deviation), math.copysign(1.0, deviation - 1)

    def cost(mu: float, sigma: float) -> float:
        return sign * _mean_size(mu - turn, sigma)  # -E f for f = -sign |x - turn|

    def distance(mu: float, sigma: float) -> float:
        return _mean_size(mu, abs(sigma - 1))

    for function in (
        lambda f: _slope(lambda mu: f(mu, deviation), mean),
        lambda f: _slope(lambda s: f(mean, s), deviation),
    ):
        assert function(distance) == pytest.approx(function(cost), abs=1e-8)


def test_critic_with_most_room_attains_the_distance_and_is_smooth_at_the_atoms() -> None:
    """E f(x) - E f(y) is W1, and off the plan every constraint has at least the slack returned."""
    rng = np.random.default_rng(3)
    real, generated = rng.normal(size=(6, 2)), rng.normal(size=(6, 2)) + 1
    values, slack = critic_gradient.roomy_values(real, generated)
    at_generated = critic_gradient.critic(values, real, generated)
    assert slack > 0 and critic_gradient.critic(values, real, real) == pytest.approx(values)
    assert values.mean() - at_generated.mean() == pytest.approx(critic_gradient.wasserstein(real, generated))
    gaps = np.linalg.norm(real[:, None] - generated[None], axis=2) - (values[:, None] - at_generated[None])
    assert np.sort(gaps, axis=0)[0] == pytest.approx(np.zeros(6), abs=1e-9)
    assert np.sort(gaps, axis=0)[1].min() == pytest.approx(slack, abs=1e-9)


def test_mass_that_escapes_keeps_its_first_moment() -> None:
    """From its limit, a point, the law is E |g - c| away: the tent's area, one half, at every theta."""
    centre, towards = np.array([1.0, -2.0]), np.array([0.6, 0.8])
    for theta in (0.5, 0.01, 1e-6):
        assert continuity.escaped(theta, centre, towards, centre[None]) == pytest.approx(0.5)
        z = np.linspace(2.001 * theta, 1, 50)
        assert (continuity.escaping(theta, centre, towards, z) == centre).all()
    assert continuity.escaped(0, centre, towards, centre[None]) == 0


def test_rough_map_repeats_itself_three_times_finer() -> None:
    """w(theta) = cos(pi theta) + a w(3 theta), up to the terms left out."""
    theta = np.linspace(0, 1, 101)
    expected = np.cos(np.pi * theta) + continuity.SHARE * continuity.rough(3 * theta)
    assert continuity.rough(theta) == pytest.approx(expected, abs=2e-6)
