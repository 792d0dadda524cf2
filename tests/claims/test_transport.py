"""The mathematics of the transport studies a second way."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import integrate
from scipy.optimize import linear_sum_assignment
from scipy.stats import norm

from claims.studies import assignment, convergence, noise
from claims.studies.divergences import jensen_shannon, kullback_leibler


def test_heavy_tail_against_a_long_sum() -> None:
    """A tail cut at two million points gives the closed forms; W1 on the line is the area between the cdfs."""
    exponent, place, epsilon = 3.5, 40, 0.05
    k = np.arange(1.0, 2e6)
    q = k**-exponent / (k**-exponent).sum()
    p = (1 - epsilon) * q + epsilon * (k == place)
    area = np.abs(np.cumsum(p - q)).sum()
    weak = epsilon * (q * np.minimum(np.abs(k - place), 2)).sum()
    found = convergence.heavy_tail(exponent, place, epsilon)
    assert found[:2] == pytest.approx((kullback_leibler(p, q), jensen_shannon(p, q)), rel=1e-9)
    assert found[2:4] == pytest.approx((area, weak), rel=1e-6)


def test_escaping_mass_keeps_the_distance_it_travels() -> None:
    """A hand-worked case: half of the unit mass at 0, epsilon of it moved to 1 / epsilon, costs 1."""
    epsilon = 0.01
    points = np.array([[0.0], [1 / epsilon]])
    _, js, w, weak, diameter = convergence._measure(points, np.array([1 - epsilon, epsilon]), np.array([1.0, 0.0]))
    assert (w, weak, diameter) == pytest.approx((1, 2 * epsilon, 100))
    assert 0 < js < epsilon * math.log(2)


def test_divergence_of_noisy_atoms_by_adaptive_quadrature() -> None:
    """Two atoms against one, with scipy's integrator."""
    real, fake, sigma = (np.array([0.0, 1.0]), np.array([0.3, 0.7])), (np.array([0.4]), np.array([1.0])), 0.5

    def integrand(x: float) -> float:
        p = 0.3 * norm.pdf(x, 0, sigma) + 0.7 * norm.pdf(x, 1, sigma)
        q = norm.pdf(x, 0.4, sigma)
        return (p * math.log(2 * p / (p + q)) + q * math.log(2 * q / (p + q))) / 2

    expected = integrate.quad(integrand, -4, 5)[0]
    assert noise.noisy_divergence(real, fake, sigma) == pytest.approx(expected, rel=1e-8)


def test_far_atoms_break_the_bound_without_a_diameter() -> None:
    """Two points a distance 10 apart and little noise: W = 10, and the printed right side is at most 0.9."""
    atom = np.array([1.0])
    js = noise.noisy_divergence((np.array([0.0]), atom), (np.array([10.0]), atom), 0.01)
    assert js == pytest.approx(math.log(2))
    assert 2 * 0.01 + math.sqrt(js) < 0.9 < 10 <= 2 * 0.01 + 2 * 10 * math.sqrt(js)


def test_augmenting_paths_against_two_solvers() -> None:
    """Every plan up to 5 x 5, scipy's solver at 40 x 40; negative prices and ties included."""
    rng = np.random.default_rng(0)
    for size in (1, 2, 5):
        cost = rng.integers(-3, 4, (size, size)).astype(float)
        best = min(cost[range(size), plan].sum() for plan in itertools.permutations(range(size)))
        assert assignment.by_paths(cost)[0] == pytest.approx(best)
    cost = rng.normal(size=(40, 40))
    price, looks = assignment.by_paths(cost)
    assert price == pytest.approx(cost[linear_sum_assignment(cost)].sum())
    assert 40**2 <= looks <= 40**3
