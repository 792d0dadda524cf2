"""Discrete optimal transport, by two independent solvers."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment


def by_assignment(cost: np.ndarray) -> tuple[np.ndarray, float]:
    """Cheapest one-to-one plan for equal masses: column of each row, and the total price."""
    rows, columns = linear_sum_assignment(cost)
    return columns, float(cost[rows, columns].sum())


def by_linear_program(cost: np.ndarray) -> tuple[np.ndarray, float]:
    """Kantorovich's linear program for unit masses: the plan as a matrix, and the total price."""
    ones = np.ones(len(cost))
    return between(ones, ones, cost)


def between(p: np.ndarray, q: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, float]:
    """Kantorovich's linear program for masses p (rows) and q (columns): the plan, and the total price."""
    plan = _pot().emd(p, q, cost)
    return plan, float((plan * cost).sum())


def _pot() -> Any:
    """Imports POT without the torch it would otherwise load as a possible backend."""
    name = "POT_BACKEND_DISABLE_PYTORCH"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        import ot
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
    return ot
