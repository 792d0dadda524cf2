"""Small fully connected networks in double precision, with their exact Jacobians.

f(x) = W_l a(... a(W_1 x + b_1) ...) + b_l has at x the Jacobian W_l D_(l-1) ... D_1 W_1,
D_i holding the slopes of the non-linearity a on its diagonal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

Layers = Sequence[tuple[np.ndarray, np.ndarray]]
"""Weights (out, in) and biases (out) of each layer."""


class Activation(NamedTuple):
    """A non-linearity, its derivative, and its Lipschitz constant: the supremum of the derivative's size."""

    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]
    steepest: float


def _silu_slope(x: np.ndarray) -> np.ndarray:
    gate = special.expit(x)
    return gate * (1 + x * (1 - gate))


SILU_PEAK = 2.3993572805154675
"""Where the slope of x sigmoid(x) is greatest: the root of x tanh(x / 2) = 2."""

ACTIVATIONS = {
    "identity": Activation(lambda x: x, np.ones_like, 1.0),
    "ReLU": Activation(lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0, 1.0),
    "leaky ReLU": Activation(lambda x: np.maximum(x, 0.2 * x), lambda x: np.where(x > 0, 1.0, 0.2), 1.0),
    "tanh": Activation(np.tanh, lambda x: 1 - np.tanh(x) ** 2, 1.0),
    "sine": Activation(np.sin, np.cos, 1.0),
    "softplus": Activation(lambda x: np.logaddexp(0, x), special.expit, 1.0),
    "sigmoid": Activation(special.expit, lambda x: special.expit(x) * special.expit(-x), 0.25),
    "SiLU": Activation(lambda x: x * special.expit(x), _silu_slope, float(_silu_slope(np.array(SILU_PEAK)))),
    "square": Activation(np.square, lambda x: 2 * x, np.inf),
}


def draw_layers(rng: np.random.Generator, widths: Sequence[int], scale: float = 1.0) -> Layers:
    """Draws normal weights and biases of standard deviation `scale` / sqrt(inputs) for the given widths."""
    shapes = zip(widths[1:], widths[:-1], strict=True)
    return [(rng.normal(size=(n, m)) * scale / np.sqrt(m), rng.normal(size=n) * scale / np.sqrt(m)) for n, m in shapes]


def forward(layers: Layers, activation: Activation, x: np.ndarray) -> np.ndarray:
    """Outputs (n, out) of the network at inputs (n, in)."""
    for index, (weight, bias) in enumerate(layers):
        x = (activation.value(x) if index else x) @ weight.T + bias
    return x


def jacobians(layers: Layers, activation: Activation, x: np.ndarray) -> np.ndarray:
    """Jacobians (n, out, in) of the network at inputs (n, in)."""
    (weight, bias), *rest = layers
    before, found = x @ weight.T + bias, np.broadcast_to(weight, (len(x), *weight.shape))
    for weight, bias in rest:
        found = weight @ (activation.slope(before)[:, :, None] * found)
        before = activation.value(before) @ weight.T + bias
    return found


def norm_product(layers: Layers) -> float:
    """Product of the largest singular values of the weights."""
    return float(np.prod([np.linalg.norm(weight, 2) for weight, _ in layers]))
