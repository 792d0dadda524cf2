"""The derivative formulas of S2's slides against derivatives by complex steps.

For an analytic function, f'(x) = Im f(x + ih) / h to rounding for a tiny h: no
difference is taken, so no digit is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity

N_CASES = 200
STEP = 1e-30

HIDDEN: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]] = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sine": (np.sin, np.cos),
    "softplus": (lambda z: np.log(1 + np.exp(z)), lambda z: 1 / (1 + np.exp(-z))),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
}
"""Non-linearities g of the hidden layer with their derivatives."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Evaluates each printed formula on random networks, inputs and labels.

    Returns:
        One row per case and formula: `case`, `formula`, `hidden` (the
        non-linearity g), `printed` and `found` (its entry that is most wrong,
        and that entry by complex steps).
    """
    rows = []
    for case in range(N_CASES):
        hidden = str(rng.choice(list(HIDDEN)))
        for formula, printed, found in (*_softmax_rows(rng), *_chain_rows(rng), *_network_rows(rng, hidden)):
            worst = np.unravel_index(np.abs(printed - found).argmax(), found.shape)
            rows.append((case, formula, hidden, float(printed[worst]), float(found[worst])))
    return pd.DataFrame(rows, columns=["case", "formula", "hidden", "printed", "found"])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests each formula, and that sigma read as the logistic function is wrong for other hidden layers."""
    rows = evidence.study
    error = relative_error(rows)
    groups = {part.id: error[rows["formula"] == part.id] for part in claim.parts}
    groups["hidden-logistic"] = groups["hidden-logistic"][rows["hidden"] != "sigmoid"]
    return [_finding(claim, rows, part, errors) for part, errors in groups.items()]


def relative_error(rows: pd.DataFrame) -> pd.Series:
    """Distance of the printed entry from the derivative, relative to 1 + its size."""
    return (rows["printed"] - rows["found"]).abs() / (1 + rows["found"].abs())


def _finding(claim: Claim, rows: pd.DataFrame, part: str, errors: pd.Series) -> Finding:
    if part != "hidden-logistic":
        name = "worst error, relative to 1 + |derivative|"
        return identity(claim, part, errors, name=name, note=_note(rows, errors))
    least = errors.groupby(rows["hidden"]).max()
    note = f"Tried with g = {', '.join(least.index)}."
    return exceeds(claim, part, least, name="worst error of the function that it is least wrong for", note=note)


def _note(rows: pd.DataFrame, errors: pd.Series) -> str:
    """The counterexample of a formula that fails."""
    if not len(errors) or errors.max() < 1e-6:
        return ""
    worst = rows.loc[errors.idxmax()]
    return f"One entry is printed as {worst['printed']:.3g} where the derivative is {worst['found']:.3g}."


def complex_jacobian(function: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Derivatives of `function` at a real array x: shape of the output, then shape of x."""
    columns = []
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1j * STEP
        columns.append(np.imag(function(moved)) / STEP)
    return np.moveaxis(np.array(columns), 0, -1).reshape(*columns[0].shape, *x.shape)


def softmax(x: np.ndarray) -> np.ndarray:
    """exp(x) / sum exp(x), moved so that nothing overflows."""
    powers = np.exp(x - np.real(x).max())
    return powers / powers.sum()


Row = tuple[str, np.ndarray, np.ndarray]


def _softmax_rows(rng: np.random.Generator) -> Iterator[Row]:
    x = rng.normal(size=int(rng.integers(2, 10))) * np.exp(rng.normal())
    y = softmax(x)
    printed = np.where(np.eye(len(x), dtype=bool), y * (1 - y), -np.outer(y, y))
    yield "softmax", printed, complex_jacobian(softmax, x)


def _chain_rows(rng: np.random.Generator) -> Iterator[Row]:
    """z = u(v(x)) with maps of one size, so that every product has a shape; J[i, j] = d out_i / d in_j."""
    size = int(rng.integers(2, 6))
    first, second = rng.normal(size=(2, size, size))
    x = rng.normal(size=size)
    inner = complex_jacobian(lambda t: np.tanh(first @ t), x)
    outer = complex_jacobian(lambda t: np.sin(second @ t), np.tanh(first @ x))
    found = complex_jacobian(lambda t: np.sin(second @ np.tanh(first @ t)), x)
    by_columns = outer @ inner.T  # the printed product with every derivative stored as J^T: (J_u^T)^T J_v^T
    nearest = min((outer.T @ inner, by_columns.T), key=lambda product: np.abs(product - found).max())
    yield "chain-rule", nearest, found
    yield "chain-rule-rows", outer @ inner, found
    column = outer[:1].T  # the gradient of one output, as S2 uses it for the loss
    yield "chain-rule-gradient", column.T @ inner, found[:1]


def _network_rows(rng: np.random.Generator, hidden: str) -> Iterator[Row]:
    """The gradients of the slide on the network with one hidden layer."""
    g, g_slope = HIDDEN[hidden]
    n_in, n_hidden, n_out = rng.integers(2, 6, 3)
    w_h, b_h = rng.normal(size=(n_hidden, n_in)), rng.normal(size=n_hidden)
    w_o, b_o = rng.normal(size=(n_out, n_hidden)), rng.normal(size=n_out)
    x, label = rng.normal(size=n_in), int(rng.integers(n_out))

    def loss(z_o: np.ndarray) -> np.ndarray:
        return -np.log(softmax(z_o)[label])

    z_h = w_h @ x + b_h
    h = g(z_h)
    z_o = w_o @ h + b_o
    d_o = softmax(z_o) - np.eye(n_out)[label]
    d_h = w_o.T @ d_o
    yield "output-pre-activation", d_o, complex_jacobian(loss, z_o)
    yield "output-weights", np.outer(d_o, h), complex_jacobian(lambda w: loss(w @ h + b_o), w_o)
    yield "output-bias", d_o, complex_jacobian(lambda b: loss(w_o @ h + b), b_o)
    yield "hidden-output", d_h, complex_jacobian(lambda t: loss(w_o @ t + b_o), h)
    found = complex_jacobian(lambda z: loss(w_o @ g(z) + b_o), z_h)
    d_z = d_h * g_slope(z_h)
    yield "hidden-pre-activation", d_z, found
    yield "hidden-logistic", d_h * HIDDEN["sigmoid"][1](z_h), found
    yield "hidden-weights", np.outer(d_z, x), complex_jacobian(lambda w: loss(w_o @ g(w @ x + b_h) + b_o), w_h)
    yield "hidden-bias", d_z, complex_jacobian(lambda b: loss(w_o @ g(w_h @ x + b) + b_o), b_h)
