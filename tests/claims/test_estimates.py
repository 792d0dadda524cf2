"""The mathematics of the studies of distances, their sample estimates and published defaults, a second way."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import integrate, stats

from claims.studies import coin_descent, defaults, energy, ideal_divergence, kernels_mmd, minibatch_transport
from claims.studies.same_form import mmd_closed
from claims.studies.sample_gradients import count_chances
from claims.studies.transport import by_linear_program


def test_expected_distance_of_two_minibatches_of_a_coin() -> None:
    """W1 of two samples of a coin is the difference of their means: E|A - B| / m over all counts."""
    m, p = 3, 0.3
    chances = stats.binom(m, p).pmf(np.arange(m + 1))
    wanted = sum(chances[a] * chances[b] * abs(a - b) / m for a, b in itertools.product(range(m + 1), repeat=2))
    masses, cost = np.array([1 - p, p]), np.array([[0.0, 1.0], [1.0, 0.0]])
    assert minibatch_transport.expected_w1(masses, masses, cost, m=m) == pytest.approx(wanted)


def test_distance_of_samples_by_linear_program_and_by_scipy() -> None:
    """The assignment in the plane, and sorting on a line."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 7, 2))
    plan = by_linear_program(np.linalg.norm(x[:, None] - y, axis=2))[1] / 7
    assert minibatch_transport.w1(x, y) == pytest.approx(plan)
    assert minibatch_transport.w1(x[:, :1], y[:, :1]) == pytest.approx(stats.wasserstein_distance(x[:, 0], y[:, 0]))


def test_bias_on_a_line_against_quadrature() -> None:
    """P = Q uniform: E W1 is the integral of E|A - B| / m, A and B the numbers of the m samples below x."""
    m, ends = 16, 3**0.5

    def mean_gap(share: float) -> float:
        chances = stats.binom(m, share).pmf(np.arange(m + 1))
        return float(chances @ np.abs(np.subtract.outer(np.arange(m + 1), np.arange(m + 1))) @ chances) / m

    wanted = 2 * ends * integrate.quad(mean_gap, 0, 1)[0]
    x, y = np.random.default_rng(0).uniform(-ends, ends, (2, 2000, m, 1))
    found = np.array([minibatch_transport.w1(*pair) for pair in zip(x, y, strict=True)])
    assert abs(found.mean() - wanted) < 4 * found.std() / math.sqrt(2000)


@pytest.mark.parametrize("dimension", [1, 3])
def test_mmd_of_the_distance_kernel_is_the_energy_distance(dimension: int) -> None:
    """The terms that belong to one point each cancel."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(5, dimension))
    p, q = rng.dirichlet(np.ones(5), size=2)
    squared = mmd_closed(p, q, kernels_mmd.KERNELS["distance"](points)) ** 2
    assert squared == pytest.approx(energy.energy_distance((points, points), (p, q)))


def test_searches_for_mmd_at_two_points() -> None:
    """One point each: the maximum is the distance of the two in the kernel's space, sqrt(2 - 2k)."""
    gram = kernels_mmd.KERNELS["Gaussian"](np.array([[0.0], [1.0]]))
    features, weights = kernels_mmd.coordinates(gram), np.array([1.0, -1.0])
    wanted = math.sqrt(2 - 2 * math.exp(-0.5))
    assert kernels_mmd.searched(weights, features) == pytest.approx(wanted)
    assert kernels_mmd.penalised(weights, features) == pytest.approx(wanted**2)


def test_energy_and_cramer_distance_against_scipy() -> None:
    """scipy's energy distance is the root of ours, which is twice the Cramér distance."""
    rng = np.random.default_rng(0)
    points, masses = (rng.normal(size=(4, 1)), rng.normal(size=(6, 1))), (np.full(4, 1 / 4), np.full(6, 1 / 6))
    theirs = stats.energy_distance(points[0][:, 0], points[1][:, 0]) ** 2
    assert energy.energy_distance(points, masses) == pytest.approx(theirs)
    assert energy.cramer_distance(points, masses) == pytest.approx(theirs / 2)


@pytest.mark.parametrize("name", energy.FAMILIES)
def test_mean_distances_of_the_families(name: str) -> None:
    """The closed forms against the integral of F(1 - G) + G(1 - F)."""
    family, rng = energy.FAMILIES[name], np.random.default_rng(0)
    one, other = family.draw(rng), family.draw(rng)
    f, g = family.distribution(*one), family.distribution(*other)
    kinks = sorted({*f.ppf([1e-15, 1 - 1e-15]), *g.ppf([1e-15, 1 - 1e-15])})
    pieces = [
        integrate.quad(lambda x: f.cdf(x) * g.sf(x) + g.cdf(x) * f.sf(x), *pair)[0]
        for pair in itertools.pairwise(kinks)
    ]
    assert family.mean_distance(one, other) == pytest.approx(sum(pieces), rel=1e-6)


def test_planar_cramer_distance_of_a_swap() -> None:
    """Moving mass e between the diagonals of a rectangle changes the joint distribution function by e inside it."""
    points = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 3.0], [2.0, 3.0]])
    masses = np.array([0.35, 0.15, 0.15, 0.35]), np.full(4, 0.25)
    assert energy.cramer_distance((points, points), masses) == pytest.approx(0.1**2 * 2 * 3)


def test_slopes_of_divergences_in_closed_form() -> None:
    """KL: - sum p v / q; the Cramér distance on a line: - 2 times the integral of (F - G) V."""
    rng = np.random.default_rng(0)
    points = np.sort(rng.normal(size=(4, 1)), axis=0)
    p, q = rng.dirichlet(np.ones(4), size=2)
    move = np.array([0.01, -0.02, 0.0, 0.01])
    assert ideal_divergence.slope(ideal_divergence.kl, points, p, (q, move)) == pytest.approx(-(p * move / q).sum())
    gaps, widths = np.cumsum(p - q)[:-1], np.diff(points[:, 0])
    found = ideal_divergence.slope(ideal_divergence.cramer, points, p, (q, move))
    assert found == pytest.approx(-2 * float(widths @ (gaps * np.cumsum(move)[:-1])))


def test_distances_on_a_line_agree() -> None:
    """W1 is l_1 and the Cramér distance l_2 squared."""
    rng = np.random.default_rng(0)
    points = np.sort(rng.normal(size=(5, 1)), axis=0)
    p, q = rng.dirichlet(np.ones(5), size=2)
    first = ideal_divergence.l_p(points, p, q, power=1.0, rooted=True)
    second = ideal_divergence.l_p(points, p, q, power=2.0, rooted=False)
    assert ideal_divergence.wasserstein(points, p, q) == pytest.approx(first)
    assert ideal_divergence.cramer(points, p, q) == pytest.approx(second)


def test_chain_of_descent_rests_where_a_walk_between_walls_does() -> None:
    """One coin of 0.6: up with chance 0.6, down with 0.4, so that at rest each cell holds 1.5 times the one below."""
    cells = (np.arange(20) + 0.5) / 20
    chain = coin_descent.transitions(cells, np.array([0.0, 1.0]), count_chances(0.6, 1))
    assert chain.sum(axis=1) == pytest.approx(1.0)
    rest = 1.5 ** np.arange(20)
    assert rest @ chain == pytest.approx(rest)


def test_mean_descent_on_the_cramer_loss_in_closed_form() -> None:
    """Each step shrinks the mean distance to the target by 1 - 2 rate."""
    mean, true = coin_descent.cramer_means(0.6, 0.1, 0.05, chances=count_chances(0.6, 2))
    assert mean == pytest.approx(0.6 - 0.5 * 0.9**5)
    assert true == pytest.approx(mean)


def test_gradients_of_the_penalty_by_automatic_differentiation() -> None:
    """Norms in the input and in all weights, and the penalty that trainings use at the interpolated points."""
    import torch

    from bench.methods.method import gradient_norms

    rng = np.random.default_rng(0)
    weight, bias, out, x = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=5), rng.normal(size=(4, 3))
    critic = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1)).double()
    with torch.no_grad():
        for parameter, value in zip(critic.parameters(), (weight, bias, out[None], np.zeros(1)), strict=True):
            parameter.copy_(torch.as_tensor(value))
    points = torch.as_tensor(x)
    in_input, in_weights = defaults.gradient_norms((weight, bias, out), x)
    assert gradient_norms(critic, points).detach().numpy() == pytest.approx(in_input)
    for point, wanted in zip(points, in_weights, strict=True):
        gradients = torch.autograd.grad(critic(point).sum(), list(critic.parameters()))
        assert float(torch.nn.utils.get_total_norm(gradients)) == pytest.approx(wanted)


@pytest.mark.parametrize("method", ["wgan", "wgan_gp"])
def test_methods_are_built_with_the_published_defaults(method: str) -> None:
    """What a method is built of, its optimizer and number of critic steps, has the values of Algorithm 1."""
    from bench.catalogue import METHODS

    built, asserted = METHODS.builder(method)(), defaults.ALGORITHMS[method]
    assert built.n_critic == asserted["n_critic"]
    assert (built.optimizer.name, built.optimizer.learning_rate) == (asserted["optimizer"], asserted["learning_rate"])
    assert not built.constrain_first and not built.boosted
