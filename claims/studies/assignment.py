"""Monge's problem three ways: every plan, Kantorovich's linear program, and shortest augmenting paths."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.transport import by_linear_program

SIZES = (1, 2, 3, 4, 5, 6, 7, 8)
LARGER = (16, 32, 64)
N_PER_SIZE = 36
N_LARGER = 5


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Solves random problems of growing size, by enumeration as far as that goes.

    Returns:
        One row per cost matrix: `size`, `family`, `tried` (plans priced by enumeration; missing where there are too
        many), `enumerated` (their least price), `linear_program`, `paths` (prices found), `looks` (entries of
        the matrix that shortest augmenting paths look at).
    """
    rows: list[tuple[float | str, ...]] = []
    for size in SIZES:
        plans = np.array(list(itertools.permutations(range(size))))
        for family, cost in _costs(rng, size, N_PER_SIZE):
            prices = cost[np.arange(size), plans].sum(axis=1)
            rows.append((size, family, len(plans), prices.min(), by_linear_program(cost)[1], *by_paths(cost)))
    for size in LARGER:
        for family, cost in _costs(rng, size, N_LARGER):
            rows.append((size, family, math.nan, math.nan, by_linear_program(cost)[1], *by_paths(cost)))
    columns = ["size", "family", "tried", "enumerated", "linear_program", "paths", "looks"]
    return pd.DataFrame(rows, columns=columns)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the number of plans with n!, and the optima with each other."""
    rows = evidence.study
    tried = rows.dropna(subset="tried")
    factorials = tried["size"].map(math.factorial)
    gap = (tried["linear_program"] - tried["enumerated"]).abs() / np.maximum(tried["enumerated"].abs(), 1)
    beyond = (rows["looks"] / rows["size"] ** 3 - 1).clip(lower=0)
    apart = (rows["paths"] - rows["linear_program"]).abs() / np.maximum(rows["linear_program"].abs(), 1)
    top, more = tried["size"].max(), rows["size"].max()
    note = (
        f"For n = {top} enumeration prices {tried['tried'].max():.0f} plans and augmenting paths look at "
        f"{rows.loc[rows['size'] == top, 'looks'].max()} prices at most; "
        f"for n = {more} at {rows.loc[rows['size'] == more, 'looks'].max()}, where n! is {math.factorial(more):.1e}."
    )
    name = "worst difference of the optima, relative to max(1, price)"
    return [
        identity(claim, "factorial", (tried["tried"] / factorials - 1).abs(), name="worst relative error of the count"),
        identity(claim, "linear-program", gap, name=name),
        identity(claim, "polynomial", apart + beyond, name=f"{name}, or excess over n^3", note=note),
    ]


def by_paths(cost: np.ndarray) -> tuple[float, int]:
    """Cheapest one-to-one plan by shortest augmenting paths (Hungarian method with prices).

    Rows are added one at a time; each takes the cheapest chain of
    reassignments that ends in a free column, at most n^2 looks.

    Returns:
        The total price, and the number of entries looked at.
    """
    size, looks = len(cost), 0
    row_of = np.full(size + 1, -1)  # the last column is where the new row waits
    row_price, column_price = np.zeros(size), np.zeros(size + 1)
    for row in range(size):
        row_of[size] = row
        column, via, scanned = _free_column(cost, row_of, row_price, column_price)
        looks += scanned
        while column != size:
            row_of[column] = row_of[via[column]]
            column = via[column]
    return float(cost[row_of[:size], np.arange(size)].sum()), looks


def _free_column(
    cost: np.ndarray, row_of: np.ndarray, row_price: np.ndarray, column_price: np.ndarray
) -> tuple[int, np.ndarray, int]:
    """Finds the nearest free column and the way to it, and moves the prices so that they stay feasible."""
    size, looks, column = len(cost), 0, len(cost)
    distance, via, done = np.full(size, np.inf), np.full(size, size), np.zeros(size + 1, dtype=bool)
    while column == size or row_of[column] >= 0:
        done[column], row = True, row_of[column]
        slack = cost[row] - row_price[row] - column_price[:size]
        looks += size
        nearer = ~done[:size] & (slack < distance)
        distance[nearer], via[nearer] = slack[nearer], column
        column = int(np.where(done[:size], np.inf, distance).argmin())
        step = distance[column]
        row_price[row_of[done]] += step
        column_price[done] -= step
        distance[~done[:size]] -= step
    return column, via, looks


def _costs(rng: np.random.Generator, size: int, count: int) -> list[tuple[str, np.ndarray]]:
    """Cost matrices of four families, in turn: unrelated prices, whole minutes, distances, squared distances."""
    found = []
    for number in range(count):
        here, there = rng.normal(size=(2, size, int(rng.integers(1, 6))))
        family = ("uniform", "integer", "distance", "squared")[number % 4]
        cost = {
            "uniform": rng.uniform(-1, 1, (size, size)),
            "integer": rng.integers(0, 10, (size, size)).astype(float),
            "distance": cdist(here, there),
            "squared": cdist(here, there, "sqeuclidean"),
        }[family]
        found.append((family, cost))
    return found
