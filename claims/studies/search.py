"""Maximising many concave functions of one variable at once, by their values alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

GOLDEN = (math.sqrt(5) - 1) / 2
N_SEARCH = 120


def maximise(
    value: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray, *, steps: int = N_SEARCH
) -> np.ndarray:
    """Golden-section search for the largest value between `low` and `high`, elementwise.

    Args:
        value: one number per element, for each a function with a single peak.
        low, high: ends of the intervals, of the shape that `value` takes.
        steps: each shortens the interval by the golden ratio.
    """
    for _ in range(steps):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        rising = value(left) < value(right)
        low, high = np.where(rising, left, low), np.where(rising, high, right)
    return (low + high) / 2
