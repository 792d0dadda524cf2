"""f-divergences D_f(P || Q) = E_Q f(p / q) as S1's table prints them, misprints included.

Source: the table of "f-GAN results", after Nowozin et al. (2016), f-GAN.
Densities are probability vectors, all entries positive; logarithms are natural.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Pair = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Args:
        name: as printed.
        f: the printed generator of u = p / q.
        density: the printed D_f, as the integrand at each point.
        test: the printed T*(x).
        conjugate: f*(t) = sup over u > 0 of u t - f(u), which the table does not print.
        top: where the domain of f* ends.
        constant: what the printed D_f adds to its integral.
    """

    name: str
    f: Callable[[np.ndarray], np.ndarray]
    density: Pair
    test: Pair
    conjugate: Callable[[np.ndarray], np.ndarray]
    top: float = math.inf
    constant: float = 0.0

    def printed(self, p: np.ndarray, q: np.ndarray) -> float:
        """The divergence by the printed integral."""
        return float(self.density(p, q).sum()) + self.constant

    def value(self, p: np.ndarray, q: np.ndarray) -> float:
        """The divergence by its definition: E_Q f(p / q)."""
        return float((q * self.f(p / q)).sum())

    def slope(self, u: np.ndarray) -> np.ndarray:
        """The derivative f'(u) from f alone, by a complex step: no difference is taken, so no digit is lost."""
        step = 1e-30 * u
        return self.f(u + 1j * step).imag / step

    def bound(self, p: np.ndarray, q: np.ndarray, t: np.ndarray) -> float:
        """The variational bound E_P T - E_Q f*(T)."""
        return float((p * t).sum() - (q * self.conjugate(t)).sum())


def _js_density(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))


def _pearson_conjugate(t: np.ndarray) -> np.ndarray:
    """t^2 / 4 + t where the supremum lies inside, at u = 1 + t / 2; below t = -2 it lies at u = 0."""
    return np.where(t > -2, t * t / 4 + t, -1.0)


TABLE = {
    "kl": Row(
        "Kullback-Leibler",
        lambda u: u * np.log(u),
        lambda p, q: p * np.log(p / q),
        lambda p, q: 1 + np.log(p / q),
        lambda t: np.exp(t - 1),
    ),
    "reverse-kl": Row(
        "Reverse KL",
        lambda u: -np.log(u),
        lambda p, q: q * np.log(q / p),
        lambda p, q: -q / p,
        lambda t: -1 - np.log(-t),
        top=0.0,
    ),
    "pearson": Row(
        "Pearson χ²",
        lambda u: (u - 1) ** 2,
        lambda p, q: (q - p) ** 2 / p,
        lambda p, q: 2 * (p / q - 1),
        _pearson_conjugate,
    ),
    "hellinger": Row(
        "Squared Hellinger",
        lambda u: (np.sqrt(u) - 1) ** 2,
        lambda p, q: (np.sqrt(p) - np.sqrt(q)) ** 2,
        lambda p, q: (np.sqrt(p / q) - 1) * np.sqrt(q / p),
        lambda t: t / (1 - t),
        top=1.0,
    ),
    "jensen-shannon": Row(
        "Jensen-Shannon",
        lambda u: -(u + 1) * np.log((1 + u) / 2) + u * np.log(u),
        lambda p, q: _js_density(p, q) / 2,
        lambda p, q: np.log(2 * p / (p + q)),
        lambda t: -np.log(2 - np.exp(t)),
        top=math.log(2),
    ),
    "gan": Row(
        "GAN",
        lambda u: u * np.log(u) - (u + 1) * np.log(u + 1),
        _js_density,
        lambda p, q: np.log(p / (p + q)),
        lambda t: -np.log(-np.expm1(t)),
        top=0.0,
        constant=-math.log(4),
    ),
}
"""The six printed rows, by the id of the part that judges each."""


@dataclass(frozen=True)
class Convex:
    """A convex function of u >= 0 with f(1) = 0: hinges at `kinks`, a parabola and a line.

    Args:
        kinks, weights: f has weight * max(u - kink, 0) for each.
        curvature: factor of u^2; f is strictly convex where it is positive.
        tilt: factor of u.
    """

    kinks: np.ndarray
    weights: np.ndarray
    curvature: float
    tilt: float

    def f(self, u: np.ndarray) -> np.ndarray:
        """The function, of the shape of `u`."""
        return self._raw(np.asarray(u)) - self._raw(np.ones(()))

    def slope(self, u: np.ndarray) -> np.ndarray:
        """Its derivative, from the left at a kink."""
        return (u[..., None] > self.kinks) @ self.weights + 2 * self.curvature * u + self.tilt

    def _raw(self, u: np.ndarray) -> np.ndarray:
        hinges = np.maximum(u[..., None] - self.kinks, 0) @ self.weights
        return hinges + self.curvature * u * u + self.tilt * u


def random_convex(rng: np.random.Generator) -> Convex:
    """A strictly convex function with three kinks."""
    return Convex(rng.lognormal(size=3), rng.exponential(size=3), rng.uniform(0.1, 1), rng.normal())


CORRECTED: dict[str, Pair] = {
    "pearson": lambda p, q: (q - p) ** 2 / q,
    "jensen-shannon": _js_density,
}
"""Integrands that belong to the printed generators where the printed integrands do not."""


def pairs(rng: np.random.Generator, count: int) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
    """Random pairs of distributions on 2 to 50 points, `count` of each of four families."""
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {"spread": [], "peaked": [], "near": [], "equal": []}
    for _ in range(count):
        size = int(rng.integers(2, 50))
        p = rng.dirichlet(np.ones(size))
        found["spread"].append((p, rng.dirichlet(np.ones(size))))
        found["peaked"].append((_peaked(rng, size), _peaked(rng, size)))
        found["near"].append((p, _unit_sum(p * np.exp(0.05 * rng.standard_normal(size)))))
        found["equal"].append((p, p))
    return found


def _peaked(rng: np.random.Generator, size: int) -> np.ndarray:
    """Most of the mass on a few points, and at least 1e-6 on every other."""
    return _unit_sum(rng.dirichlet(np.full(size, 0.2)) + 1e-6)


def _unit_sum(masses: np.ndarray) -> np.ndarray:
    return masses / masses.sum()
