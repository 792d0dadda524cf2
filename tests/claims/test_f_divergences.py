"""The mathematics of the f-divergence claims, a second way."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, stats

from claims.studies import fenchel, label_smoothing, same_form
from claims.studies.divergences import jensen_shannon, kullback_leibler
from claims.studies.f_divergence_sign import excess_error, flat_slope
from claims.studies.f_divergences import CORRECTED, TABLE, random_convex

HALF, SKEW = np.array([0.5, 0.5]), np.array([0.2, 0.8])


def test_the_rows_of_the_table_on_a_case_worked_by_hand() -> None:
    """P = (1/2, 1/2), Q = (1/5, 4/5): u = 5/2 and 5/8."""
    shared = jensen_shannon(HALF, SKEW)
    by_definition = {
        "kl": math.log(5 / 4),
        "reverse-kl": 0.2 * math.log(2 / 5) + 0.8 * math.log(8 / 5),
        "pearson": 0.2 * 2.25 + 0.8 * 9 / 64,
        "hellinger": 2 - 2 * (math.sqrt(0.1) + math.sqrt(0.4)),
        "jensen-shannon": 2 * shared,
        "gan": 2 * shared - math.log(4),
    }
    assert {key: row.value(HALF, SKEW) for key, row in TABLE.items()} == pytest.approx(by_definition)
    as_printed = by_definition | {"pearson": 2 * 0.09 / 0.5, "jensen-shannon": shared}
    assert {key: row.printed(HALF, SKEW) for key, row in TABLE.items()} == pytest.approx(as_printed)


@pytest.mark.parametrize("key", TABLE)
def test_the_rows_of_the_table_for_two_gaussians_by_quadrature(key: str) -> None:
    """The printed integral differs from E_Q f(p / q) for densities exactly as it does for probabilities."""
    row, p, q = TABLE[key], stats.norm(0.3, 1.0), stats.norm(0, 1.2)

    def integral(of: object) -> float:
        return integrate.quad(lambda x: float(of(p.pdf(x), q.pdf(x))), -9, 9)[0]

    value = integral(lambda a, b: b * row.f(a / b))
    printed = integral(row.density) + row.constant
    assert (abs(printed - value) < 1e-8) == (key not in CORRECTED)
    assert integral(CORRECTED.get(key, row.density)) + row.constant == pytest.approx(value, abs=1e-8)


def test_kl_of_two_gaussians_has_its_closed_form() -> None:
    """Row KL at N(0.3, 1) and N(0, 1.2^2): log(1.2) + (1 + 0.09) / (2 * 1.44) - 1/2."""
    grid = np.linspace(-12, 12, 48_001)
    p, q = (stats.norm(*at).pdf(grid) * (grid[1] - grid[0]) for at in ((0.3, 1.0), (0, 1.2)))
    expected = math.log(1.2) + 1.09 / 2.88 - 0.5
    assert TABLE["kl"].value(p, q) == pytest.approx(expected)
    assert kullback_leibler(p, q) == pytest.approx(expected)


@pytest.mark.parametrize("key", TABLE)
def test_slopes_against_central_differences(key: str) -> None:
    """f' by a complex step agrees with a difference of f."""
    u = np.array([0.01, 0.3, 1.0, 2.7, 40.0])
    step = 1e-5 * u
    difference = (TABLE[key].f(u + step) - TABLE[key].f(u - step)) / (2 * step)
    assert TABLE[key].slope(u) == pytest.approx(difference, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("key", TABLE)
def test_conjugates_against_a_bounded_search(key: str) -> None:
    """f*(t) is the largest u t - f(u) that scipy's search over log u finds."""
    row = TABLE[key]
    for t in (-5.0, -2.5, -1.0, -0.2, min(row.top - 0.05, 3.0)):
        least = optimize.minimize_scalar(
            lambda s, t=t: float(row.f(np.exp(s)) - t * np.exp(s)),
            bounds=(-40, 8), method="bounded", options={"xatol": 1e-10},
        )  # fmt: skip
        assert float(row.conjugate(np.float64(t))) == pytest.approx(-least.fun, abs=1e-8)


@pytest.mark.parametrize("key", ["kl", "hellinger", "gan"])
def test_the_optimal_test_function_against_a_search_over_all_of_them(key: str) -> None:
    """On three points, gradient-free ascent from 0 in T finds the printed T*."""
    row, p, q = TABLE[key], np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
    start = np.full(3, min(row.top - 1, 0.0))
    found = optimize.minimize(
        lambda t: -row.bound(p, q, t) if (t < row.top).all() else math.inf,
        start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 5000},
    )  # fmt: skip
    assert found.x == pytest.approx(row.test(p, q), abs=1e-5)


def test_random_convex_functions_are_convex_and_their_slopes_are_right() -> None:
    """f(1) = 0, no chord lies below the function, and the slope is that of a difference."""
    rng = np.random.default_rng(0)
    for _ in range(50):
        convex = random_convex(rng)
        low, high = np.sort(rng.uniform(0, 5, (2, 20)), axis=0)
        middle = (low + high) / 2
        assert float(convex.f(np.ones(()))) == 0
        assert (convex.f(middle) < (convex.f(low) + convex.f(high)) / 2).all()
        clear = middle[np.abs(middle[:, None] - convex.kinks).min(axis=1) > 1e-3]
        difference = (convex.f(clear + 1e-5) - convex.f(clear - 1e-5)) / 2e-5
        assert convex.slope(clear) == pytest.approx(difference, abs=1e-6)


def test_kl_over_the_points_that_q_has_is_negative_in_a_case_by_hand() -> None:
    """P = (1/2, 1/2), Q = (1, 0): the one term is 1/2 log 1/2."""
    assert TABLE["kl"].value(np.array([0.5]), np.array([1.0])) == pytest.approx(-math.log(2) / 2)


def test_ends_of_the_domains_are_the_growth_of_the_generators() -> None:
    """The supremum of the domain of f* is the limit of f'(u), which for a finite one is reached by 1e12."""
    for row in TABLE.values():
        growth = float(row.slope(np.array([1e12]))[0])
        assert growth == pytest.approx(row.top, abs=2e-6) if math.isfinite(row.top) else growth > 25


def test_the_slope_of_the_flat_example_against_differences() -> None:
    """max(|u - 1| - 1/2, 0)^2 by hand at five ratios."""
    u = np.array([0.2, 0.6, 1.0, 1.4, 3.0])
    assert flat_slope(u) == pytest.approx([-0.6, 0, 0, 0, 3.0])


def test_the_error_of_the_best_threshold_is_that_of_bayes() -> None:
    """With f'(1) as the threshold the error is (1 - TV) / 2; a shifted threshold exceeds the best by hand."""
    points = pd.DataFrame({"p": [0.1, 0.3, 0.6], "q": [0.5, 0.4, 0.1], "test": [-2.0, -0.5, 3.0]})
    assert excess_error(points.assign(threshold=0.0)) == pytest.approx(0)
    assert excess_error(points.assign(threshold=-1.0)) == pytest.approx((0.4 - 0.3) / 2)
    assert excess_error(points.assign(threshold=9.0)) == pytest.approx((0.6 - 0.1) / 2)


@pytest.mark.parametrize("key", TABLE)
def test_conjugates_by_search_are_the_closed_forms(key: str) -> None:
    """All over the domain of f*, which ends at `top`."""
    row = TABLE[key]
    end = row.top if math.isfinite(row.top) else 4.0
    t = end - np.array([0.01, 0.1, 1.0, 3.0, 8.0])
    assert fenchel.conjugate(row.f, t) == pytest.approx(row.conjugate(t), abs=1e-11)


def test_the_conjugate_of_a_parabola_on_the_half_line_by_hand() -> None:
    """f = u^2 - 1: f* is t^2 / 4 + 1 for t > 0 and 1 below, and (f*)* is f again."""
    t, u = np.array([-3.0, 0.0, 1.0, 4.0]), np.array([0.0, 0.5, 2.0])
    assert fenchel.conjugate(lambda v: v * v - 1, t) == pytest.approx([1, 1, 1.25, 5])
    assert fenchel.biconjugate(lambda v: v * v - 1, u) == pytest.approx(u * u - 1)


def test_bars_only_raise_the_conjugate() -> None:
    """What is printed is at least |u t - f(u)| at every u, so for u log u it exceeds every number."""
    assert fenchel.with_bars(TABLE["kl"].f, np.array([1.0]))[0] > 1e30
    reach = fenchel.study(np.random.default_rng(0)).query("kind == 'reach'")
    assert (reach["bars"] >= reach["plain"].abs()).all()


def test_the_best_discriminator_for_smoothed_labels_is_the_mean_label() -> None:
    """Of 3 real and 1 fake samples at a point: the mean label, where the derivative of the cross-entropy vanishes."""
    found = label_smoothing.best(*(np.array([value]) for value in (3.0, 1.0, 0.9, 0.1)))[0]
    assert found == pytest.approx((3 * 0.9 + 0.1) / 4, abs=1e-7)
    root = optimize.brentq(lambda d: 2.8 / d - 1.2 / (1 - d), 0.01, 0.99)
    assert root == pytest.approx(found, abs=1e-7)


def test_mmd_of_two_points_by_hand() -> None:
    """All mass of P at 0 and of Q at distance 2: the root of 2 - 2 exp(-2), attained in the ball."""
    p, q = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    gram = same_form.kernel(np.array([[0.0], [2.0]]))
    expected = math.sqrt(2 - 2 * math.exp(-2))
    assert same_form.mmd_closed(p, q, gram) == pytest.approx(expected)
    assert (p - q) @ same_form.in_ball(p - q, gram) == pytest.approx(expected)


def test_the_maximum_with_the_generator_itself_is_another_divergence() -> None:
    """For f = u log u in place of f* the maximum is E_Q exp(p / q - 1), where KL is log(5/4)."""
    rows = same_form.study(np.random.default_rng(0)).query("kind == 'f-gan' and row == 'kl'")
    assert (rows["printed"] >= 1 - 1e-9).all()
    assert same_form.maximum(TABLE["kl"], HALF, SKEW) == pytest.approx(math.log(5 / 4))
    direct = 0.2 * math.exp(2.5 - 1) + 0.8 * math.exp(0.625 - 1)
    found = (SKEW * fenchel.conjugate(TABLE["kl"].f, HALF / SKEW)).sum()
    assert found == pytest.approx(direct)
