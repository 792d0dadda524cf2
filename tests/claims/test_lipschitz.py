"""Lipschitz constants, gradients and conventions: the mathematics a second way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import optimize

from claims.catalogue import CLAIMS
from claims.evaluate import run_study
from claims.studies import (
    backpropagation,
    compact_weights,
    composition,
    conventions,
    gradient_bound,
    networks,
    spectral_linear,
)

SEED = 3


@pytest.mark.parametrize("name", networks.ACTIVATIONS)
def test_slopes_of_activations_against_differences(name: str) -> None:
    """The derivative is the limit of differences, and its supremum the stated constant."""
    value, slope, steepest = networks.ACTIVATIONS[name]
    x = np.linspace(-6, 6, 2001) + 1e-3
    assert slope(x) == pytest.approx((value(x + 1e-6) - value(x - 1e-6)) / 2e-6, abs=1e-8)
    assert np.abs(slope(x)).max() <= steepest + 1e-15
    assert np.isinf(steepest) or np.abs(slope(np.linspace(-40, 40, 80_001))).max() == pytest.approx(steepest, rel=1e-6)


def test_steepest_point_of_silu_by_search() -> None:
    """Scipy finds the greatest slope of SiLU where the closed condition x tanh(x / 2) = 2 puts it."""
    found = optimize.minimize_scalar(lambda x: -networks.ACTIVATIONS["SiLU"].slope(x), bounds=(1, 4), method="bounded")
    assert found.x == pytest.approx(networks.SILU_PEAK, abs=1e-4)
    assert networks.SILU_PEAK * np.tanh(networks.SILU_PEAK / 2) == pytest.approx(2, abs=1e-14)


@pytest.mark.parametrize("name", ["tanh", "SiLU", "sine"])
def test_jacobians_against_differences_of_outputs(name: str) -> None:
    """The chain rule over the layers agrees with central differences of the forward pass."""
    rng = np.random.default_rng(SEED)
    layers, activation = networks.draw_layers(rng, [3, 5, 4, 2]), networks.ACTIVATIONS[name]
    x = rng.normal(size=(7, 3))
    found = networks.jacobians(layers, activation, x)
    for column, move in enumerate(1e-6 * np.eye(3)):
        after, before = (networks.forward(layers, activation, x + sign * move) for sign in (1, -1))
        assert found[:, :, column] == pytest.approx((after - before) / 2e-6, abs=1e-8)


def test_finite_seminorm_by_hand() -> None:
    """Points 0, 1 and 3 on a line sent to 0, 2 and 3: the ratios are 2, 1 and 1/2."""
    domain, image = np.array([[0.0, 0], [1, 0], [3, 0]]), np.array([[0.0, 0], [2, 0], [3, 0]])
    assert composition.finite_seminorm(domain, image, np.array([0, 1, 2])) == 2


def test_complex_steps_against_a_known_derivative() -> None:
    """The Jacobian of (x y, sin x) is ((y, x), (cos x, 0))."""
    found = backpropagation.complex_jacobian(lambda t: np.array([t[0] * t[1], np.sin(t[0])]), np.array([0.3, -2.0]))
    assert found == pytest.approx(np.array([[-2.0, 0.3], [np.cos(0.3), 0]]), abs=1e-15)


def test_softmax_of_two_scores_is_the_logistic_function() -> None:
    """softmax(x, 0) = s(x), whose slope is s(x) (1 - s(x))."""
    x = 1.7
    chance = 1 / (1 + np.exp(-x))
    assert backpropagation.softmax(np.array([x, 0.0]))[0] == pytest.approx(chance, abs=1e-15)
    slope = backpropagation.complex_jacobian(backpropagation.softmax, np.array([x, 0.0]))
    assert slope[0, 0] == pytest.approx(chance * (1 - chance), abs=1e-15)


def test_slope_across_a_slit_by_the_angle_of_its_ends() -> None:
    """The angle, read from points beside the cut at the opening each row implies, gives the row's quotient."""
    rows = run_study(CLAIMS["lipschitz-iff-gradient"], 0)
    rings = rows[rows["domain"] == "a slit ring"]
    for row in rings.itertuples():
        radii = np.linspace(1, 2, 2001) / row.gradient

        def quotient(opening: float, radii: np.ndarray = radii) -> np.ndarray:
            ends = radii[:, None] * np.exp(1j * (np.pi - opening) * np.array([1, -1]))
            return np.abs(np.diff(np.angle(ends))[:, 0]) / np.abs(np.diff(ends)[:, 0])

        assert quotient(1.0).min() <= row.quotient <= quotient(1e-3).max()


def test_a_gradient_bound_is_reached_by_a_linear_function() -> None:
    """On a straight line both sides are the same number, so there is no excess."""
    rows = pd.DataFrame({"quotient": [2.0, 3.0], "gradient": [2.0, 2.0]})
    assert gradient_bound.excess(rows).tolist() == [0, 0.5]


def test_bound_of_a_box_is_reached_in_its_corner() -> None:
    """All weights c: a layer of n x m has the norm c sqrt(n m), and a linear network the product."""
    layers = [(np.full((4, 3), 0.5), np.zeros(4)), (np.full((2, 4), 0.5), np.zeros(2))]
    whole = networks.jacobians(layers, networks.ACTIVATIONS["identity"], np.zeros((1, 3)))
    assert np.linalg.norm(whole[0], 2) == pytest.approx(0.5 * np.sqrt(12) * 0.5 * np.sqrt(8))


def test_steps_that_stay_in_the_box_by_hand() -> None:
    """From the origin towards (2, 1) in the unit box: stopping gives (1, 1/2), the nearest point (1, 1)."""
    start, proposed = np.zeros(2), np.array([2.0, 1.0])
    assert compact_weights.shortened(start, proposed, 1.0) == pytest.approx([1, 0.5])
    assert compact_weights.best_in_the_box(proposed, np.eye(2), 1.0) == pytest.approx([1, 1])


def test_best_step_in_the_box_by_trying_a_grid() -> None:
    """With a full matrix no point of a fine grid over the box is nearer in its metric."""
    matrix, proposed = np.array([[2.0, 0.9], [0.9, 1.0]]), np.array([1.8, 0.2])
    best = compact_weights.best_in_the_box(proposed, matrix, 1.0)
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 401)] * 2), axis=-1).reshape(-1, 2) - proposed
    least = np.einsum("ni,ij,nj->n", grid, matrix, grid).min()
    assert (best - proposed) @ matrix @ (best - proposed) <= least + 1e-12
    assert not np.allclose(best, np.clip(proposed, -1, 1))


def test_gradients_of_the_small_game_by_complex_steps() -> None:
    """Backpropagation through critic and inputs agrees with a derivative along a random direction."""
    rng = np.random.default_rng(SEED)
    critic = (rng.normal(size=(2, 4, 2)), rng.normal(size=(2, 4)), rng.normal(size=(2, 4)))
    x, upstream = rng.normal(size=(2, 5, 2)), rng.normal(size=(2, 5))
    along, aside = [rng.normal(size=part.shape) for part in critic], rng.normal(size=x.shape)
    moved = tuple(part + 1e-30j * move for part, move in zip(critic, along, strict=True))
    found = np.imag((upstream * conventions.score(moved, x + 1e-30j * aside)).sum()) / 1e-30
    weights, inputs = conventions.backward(critic, x, upstream)
    total = sum((g * move).sum() for g, move in zip(weights, along, strict=True)) + (inputs * aside).sum()
    assert total == pytest.approx(found, rel=1e-12)


def test_mean_of_softplus_and_softplus_of_the_mean_by_hand() -> None:
    """For scores 0 and 2 that move together the slopes are (s(0) + s(2)) / 2 and s(1), s the logistic function."""
    cost, slope = conventions.COSTS["gan"]
    scores = np.array([0.0, 2.0])
    in_loss = np.imag(cost(scores + 1e-30j).mean()) / 1e-30
    assert in_loss == pytest.approx((0.5 + 1 / (1 + np.exp(-2))) / 2)
    assert slope(scores.mean()) == pytest.approx(1 / (1 + np.exp(-1)))


def test_gradient_of_the_norm_of_a_layers_output_by_differences() -> None:
    """Central differences of |x W^T + b| in every weight and bias."""
    rng = np.random.default_rng(SEED)
    x, weights, biases = rng.uniform(size=(1, 9, 3)), rng.normal(size=(1, 3, 3)), rng.normal(size=(1, 3))
    by_weight, by_bias = spectral_linear.gradients(x, weights, biases)

    def norm(flat: np.ndarray) -> float:
        return float(np.linalg.norm(x[0] @ flat[:9].reshape(3, 3).T + flat[9:]))

    found = optimize.approx_fprime(np.concatenate([weights.ravel(), biases.ravel()]), norm, 1e-7)
    assert np.concatenate([by_weight.ravel(), by_bias.ravel()]) == pytest.approx(found, abs=1e-5)


def test_growth_of_a_free_layer_follows_the_leading_direction_of_its_inputs() -> None:
    """The slope a step tends to rate x s1 x length of the weights' share of the leading direction of (x, 1)."""
    rng = np.random.default_rng(SEED)
    x = rng.uniform(size=(1, spectral_linear.N_INPUTS, spectral_linear.SIZE))
    _, values, directions = np.linalg.svd(np.column_stack([x[0], np.ones(spectral_linear.N_INPUTS)]))
    weights, biases = rng.uniform(-0.4, 0.4, (1, 5, 5)), rng.uniform(-0.4, 0.4, (1, 5))
    sizes = []
    for _ in range(400):
        by_weight, by_bias = spectral_linear.gradients(x, weights, biases)
        weights, biases = weights + 0.1 * by_weight, biases + 0.1 * by_bias
        sizes.append(np.linalg.norm(weights[0], 2))
    assert sizes[-1] - sizes[-2] == pytest.approx(0.1 * values[0] * np.linalg.norm(directions[0, :5]), rel=1e-3)


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.filterwarnings("ignore:.*spectral_norm.*:FutureWarning")
def test_training_of_the_layer_against_the_slides_own_program(normalized: bool) -> None:
    """The loop of the slides, in torch and double precision, from the same weights and the same u."""
    rng = np.random.default_rng(SEED)
    x, weights, biases = rng.uniform(size=(100, 5)), rng.uniform(-0.4, 0.4, (5, 5)), rng.uniform(-0.4, 0.4, 5)
    u = rng.normal(size=5)
    layer = torch.nn.Linear(5, 5, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weights))
        layer.bias.copy_(torch.tensor(biases))
    if normalized:
        layer = torch.nn.utils.spectral_norm(layer)
        layer.weight_u.copy_(torch.tensor(u))
    optimizer = torch.optim.SGD(layer.parameters(), lr=1e-1)
    expected = []
    for _ in range(spectral_linear.N_STEPS):
        loss = -layer(torch.tensor(x)).norm()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        expected.append(float(torch.linalg.matrix_norm(layer.weight.detach(), 2)))
    start = u[None, :, None] if normalized else None
    found = spectral_linear.train(x[None], weights[None], biases[None], start)
    assert np.concatenate(found)[1:] == pytest.approx(np.array(expected), rel=1e-9)
