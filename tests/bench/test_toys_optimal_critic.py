"""Exact optimal critics against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from bench.toys import optimal_critic
from bench.toys.optimal_critic import BESIDE, Potentials, potentials

pytest.importorskip("ot")


def _norm_of_mean(critic: Potentials, points: np.ndarray) -> np.ndarray:
    (_, rising), (_, falling) = critic.upper(points), critic.lower(points)
    return np.linalg.norm((rising + falling) / 2, axis=1)


def test_extreme_critics_attain_the_distance_and_are_lipschitz() -> None:
    """E f(x) - E f(y) is the price of the plan for both, and no difference quotient exceeds 1."""
    rng = np.random.default_rng(0)
    critic = potentials(rng.normal(size=(30, 3)), rng.normal(size=(30, 3)) + 1)
    price = np.linalg.norm(critic.x - critic.y[critic.partner], axis=1).mean()
    points = rng.normal(size=(60, 3))
    for extreme in (critic.upper, critic.lower):
        with np.errstate(invalid="ignore"):  # at an atom of its own the value is right and the direction is 0 / 0
            attained = extreme(critic.x)[0].mean() - extreme(critic.y)[0].mean()
        assert attained == pytest.approx(price)
        values = extreme(points)[0]
        lengths = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(60)
        assert (np.abs(values[:, None] - values[None]) / lengths).max() <= 1 + 1e-12
    assert (critic.upper(points)[0] >= critic.lower(points)[0] - 1e-12).all()


def test_gradients_are_those_of_the_values() -> None:
    """Central differences of both extremes."""
    rng = np.random.default_rng(1)
    critic = potentials(rng.normal(size=(20, 2)), rng.normal(size=(20, 2)))
    points = rng.normal(size=(10, 2))
    for extreme in (critic.upper, critic.lower):
        slopes = [(extreme(points + step)[0] - extreme(points - step)[0]) / 2e-6 for step in 1e-6 * np.eye(2)]
        assert np.column_stack(slopes) == pytest.approx(extreme(points)[1], abs=1e-6)


def test_one_pair_by_hand() -> None:
    """From (1, 0) to (-1, 0): slope 1 along x between them; above the middle the two extremes' directions differ."""
    critic = potentials(np.array([[1.0, 0.0]]), np.array([[-1.0, 0.0]]))
    assert critic.at_x - critic.at_y == pytest.approx(2)
    assert _norm_of_mean(critic, np.array([[0.3, 0.0]])) == pytest.approx(1)
    assert _norm_of_mean(critic, np.array([[0.0, 1.0]])) == pytest.approx(np.sqrt(0.5))


def test_on_the_line_the_mean_may_be_flat_where_the_cdfs_agree() -> None:
    """Two pairs of points 1 apart, 10 from each other; f = 0 at both x and -1 at both y is optimal."""
    x, y = np.array([[0.0], [10.0]]), np.array([[1.0], [11.0]])
    flat = Potentials(x, y, np.array([0, 1]), np.zeros(2), -np.ones(2))
    assert flat.at_x.mean() - flat.at_y.mean() == 1
    assert _norm_of_mean(flat, np.array([[0.5], [10.5], [7.0]])) == pytest.approx([1, 1, 0])


def test_beside_shared_points_the_mean_is_flat() -> None:
    """Two far pairs of points, one of which stays where it is."""
    x, y = np.array([[0.0, 0.0], [100.0, 0.0]]), np.array([[1.0, 0.0], [100.0, 0.0]])
    places = optimal_critic._shared(potentials(x, y), np.random.default_rng(0))
    assert len(places["shared"]) == 1 and len(places["moved"]) == 2
    critic = potentials(x, y)
    assert _norm_of_mean(critic, places["moved"]) == pytest.approx([1, 1])
    assert np.linalg.norm(places["shared"][0] - x[1]) == pytest.approx(BESIDE)
    assert _norm_of_mean(critic, places["shared"]) == pytest.approx(0, abs=1e-3)


def test_after_a_translation_of_one_point_cloud_the_critic_is_linear_on_its_lines() -> None:
    """x to x + s for every point: the plan moves each by s, and the gradient is the unit vector against s."""
    rng = np.random.default_rng(2)
    x, shift = rng.normal(size=(40, 2)), np.array([6.0, 8.0])
    critic = potentials(x, x + shift)
    assert np.linalg.norm(critic.x - critic.y[critic.partner], axis=1).mean() == pytest.approx(10)
    middle = (critic.x + critic.y[critic.partner]) / 2
    assert critic.upper(middle)[1] == pytest.approx(critic.lower(middle)[1])
    assert _norm_of_mean(critic, middle) == pytest.approx(np.ones(40))
