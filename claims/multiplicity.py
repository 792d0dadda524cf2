"""Many statements at once: adjusted p values, statements about all cells, and the errors a table may hold.

The false discovery rate of an exploratory map is left to `scipy.stats.false_discovery_control`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p values of a family: rejecting those at most alpha makes any false rejection at most alpha likely.

    The k-th smallest of m is multiplied by m - k + 1, and none is less than one before it (Holm, 1979). It asserts
    nothing on how the p values hang together.

    Args:
        p_values: shape (m,).

    Returns:
        Adjusted p values in the order given.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
        [0.03, 0.06, 0.06]
    """
    found = np.asarray(p_values, dtype=float)
    order = np.argsort(found, kind="stable")
    adjusted = np.empty_like(found)
    adjusted[order] = np.minimum(np.maximum.accumulate(found[order] * np.arange(found.size, 0, -1)), 1.0)
    return adjusted


def intersection_union(p_values: Sequence[float]) -> float:
    """p value of "it holds in every cell": the largest of the cells', each tested at alpha (Berger, 1982).

    Raises:
        ValueError: without any cell.
    """
    return max(p_values)


def expected_false(tests: Iterable[int], alpha: float) -> float:
    """Most false verdicts to be expected among statistical ones.

    Each test errs with at most the chance alpha, and one that errs is enough for a false verdict, so that its chance
    is at most alpha times their number, and 1; expectations add up, however the verdicts hang together.

    Args:
        tests: for each verdict, how many tests can make it false.
        alpha: error level of each test.
    """
    return sum(min(1.0, n * alpha) for n in tests)
