"""Six bakeries, six cafés: the cheapest way to deliver, found in three ways."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.transport import by_assignment, by_linear_program

COST = np.array(
    [
        [12, 10, 31, 27, 10, 30],
        [22, 7, 25, 15, 11, 14],
        [19, 7, 19, 10, 15, 15],
        [10, 6, 21, 19, 14, 24],
        [15, 23, 14, 24, 31, 34],
        [35, 26, 16, 9, 34, 15],
    ],
    dtype=float,
)
"""Minutes from bakery (row) to café (column), as printed in S1."""

PRINTED_PRICES = (10, 7, 15, 10, 14, 9)
"""What S1 prints as the price of each bakery's delivery, in the order of the bakeries."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Prices every plan, and solves for the best one by two further methods.

    Args:
        rng: decides only the order in which the plans are tried.

    Returns:
        One row per plan and method: `method` ("enumeration", "assignment",
        "linear program", "printed"), `plan` (café of each bakery, from 1), `price` in minutes.
    """
    plans = rng.permutation(list(itertools.permutations(range(len(COST)))))
    rows = [("enumeration", _name(plan), _price(plan)) for plan in plans]
    printed = [plan for plan in plans if tuple(COST[range(len(COST)), plan]) == PRINTED_PRICES]
    rows += [("printed", _name(plan), float(sum(PRINTED_PRICES))) for plan in printed]
    columns, price = by_assignment(COST)
    rows.append(("assignment", _name(columns), price))
    plan, price = by_linear_program(COST)
    rows.append(("linear program", _name(plan.argmax(axis=1)), price))
    return pd.DataFrame(rows, columns=["method", "plan", "price"])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the printed plan with the best of all, and the three methods with each other."""
    rows = evidence.study
    tried = rows[rows["method"] == "enumeration"]
    best = tried["price"].min()
    optimal = sorted(tried.loc[tried["price"] == best, "plan"])
    printed = rows.loc[rows["method"] == "printed", "price"].min()
    others = rows[rows["method"].isin(["assignment", "linear program"])]
    saving = printed - tried["price"]
    note = f"Of {len(tried)} plans {(saving > 0).sum()} cost less than the printed {printed:g} min; the best {best:g}."
    answer = f"The optimum is {best:g} min, with cafés {' or '.join(optimal)} for bakeries 1 to 6."
    disagreement = others["price"].sub(best).abs() + np.where(others["plan"].isin(optimal), 0.0, 1.0)
    return [
        identity(claim, "printed-plan", saving.clip(lower=0), name="most that a plan saves (min)", note=note),
        identity(claim, "optimum", disagreement, name="worst disagreement (min)", note=answer),
    ]


def _price(plan: np.ndarray) -> float:
    return float(COST[np.arange(len(COST)), plan].sum())


def _name(plan: np.ndarray) -> str:
    return " ".join(str(column + 1) for column in plan)
