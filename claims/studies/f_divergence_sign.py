"""What f(1) and f'(1) tell: the least value of D_f, and the side of a sample."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.f_divergences import TABLE, pairs, random_convex

N_PAIRS = 60
N_FUNCTIONS = 20
FLAT = 0.5
"""Half width of the interval around u = 1 on which the flat example is 0."""


def sign_study(rng: np.random.Generator) -> pd.DataFrame:
    """Evaluates D_f of the table's generators and of random convex functions.

    Returns:
        One row per function and pair: `function` (key of the table or "random"),
        `family` (of the pair; "escaping" where P has mass at points without Q),
        `at_one` = f(1), `value` (sum of q f(p / q) over q > 0), `escaped` (mass
        of P where q = 0), `counted` = value + escaped * lim f(u) / u.
    """
    rows: list[tuple[str, str, float, float, float, float]] = []
    for family, found in pairs(rng, N_PAIRS).items():
        for p, q in found:
            random = random_convex(rng)
            value = float((q * random.f(p / q)).sum())
            rows.append(("random", family, 0.0, value, 0.0, value))
            rows += [(key, family, *_counted(key, p, q, 0.0)) for key in TABLE]
    for p, q in pairs(rng, N_PAIRS)["spread"]:
        escaped = float(rng.uniform(0.05, 0.95))
        rows += [(key, "escaping", *_counted(key, (1 - escaped) * p, q, escaped)) for key in TABLE]
    return pd.DataFrame(rows, columns=["function", "family", "at_one", "value", "escaped", "counted"])


def judge_sign(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests Jensen's inequality, the table's six divergences, and pairs that Q does not dominate."""
    rows = evidence.study
    escaping = rows["family"] == "escaping"
    inside, outside = rows[~escaping], rows[escaping]
    table = inside[inside["function"] != "random"]
    short = (outside["at_one"] - outside["value"]).clip(lower=0)
    least, lost = table.loc[table["value"].idxmin()], outside.loc[short.idxmax()]
    size = np.maximum(1, inside["value"].abs())
    name = "most that D_f falls below"
    counted = (outside["at_one"] - outside["counted"]).clip(lower=0)
    return [
        identity(claim, "jensen", ((inside["at_one"] - inside["value"]) / size).clip(lower=0), name=f"{name} f(1)"),
        identity(claim, "table", (-table["value"]).clip(lower=0), name=f"{name} 0", note=_least(least)),
        identity(
            claim,
            "any-pair",
            short,
            name=f"{name} f(1)",
            note=f"{_least(lost)[:-1]} for a P with {lost['escaped']:.2f} of its mass where q = 0.",
        ),
        identity(claim, "any-pair-counted", counted, name=f"{name} f(1)"),
    ]


def threshold_study(rng: np.random.Generator) -> pd.DataFrame:
    """Evaluates T* at every point of random pairs of distributions, beside f'(1).

    Returns:
        One row per function, pair and point: `function` (key of the table,
        "strict": random strictly convex, "flat": 0 around u = 1), `pair`, `p`,
        `q`, `test` = T*, `threshold` = f'(1).
    """
    found = pairs(rng, N_FUNCTIONS)
    tables = []
    for number, (p, q) in enumerate(found["spread"] + found["peaked"] + found["near"]):
        strict, one = random_convex(rng), np.ones(1)
        tests = {key: (row.test(p, q), row.slope(one)) for key, row in TABLE.items()}
        tests |= {"strict": (strict.slope(p / q), strict.slope(one)), "flat": (flat_slope(p / q), flat_slope(one))}
        for name, (test, threshold) in tests.items():
            columns = {"function": name, "pair": number, "p": p, "q": q, "test": test, "threshold": threshold[0]}
            tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def judge_threshold(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the side of f'(1) with the larger density, and its errors with those of every other threshold."""
    rows = evidence.study
    wrong = (rows["test"] > rows["threshold"]) != (rows["p"] > rows["q"])
    flat = rows["function"] == "flat"
    smooth = rows[rows["function"].isin([*TABLE])]
    excess = np.array([excess_error(group) for _, group in smooth.groupby(["function", "pair"])])
    values = smooth.groupby("function", sort=False)["threshold"].first()
    listed = ", ".join(f"{TABLE[key].name} {value + 0.0:.3g}" for key, value in values.round(12).items())
    misled = f"{100 * wrong[flat].mean():.0f} % of the points lie on the wrong side."
    name = "wrong points"
    return [
        identity(claim, "table", wrong[smooth.index], name=name, note=f"f'(1): {listed}."),
        identity(claim, "best", excess, name="errors saved by another threshold"),
        identity(claim, "every-convex", wrong[flat], name=name, note=misled),
        identity(claim, "strictly-convex", wrong[rows["function"] == "strict"], name=name),
    ]


def excess_error(points: pd.DataFrame) -> float:
    """By how much f'(1) as threshold errs more often than the best threshold on T*, for equally many samples."""
    ordered = points.sort_values("test")
    p, q = ordered["p"].to_numpy(), ordered["q"].to_numpy()
    errors = (np.concatenate([[0.0], p.cumsum()]) + np.concatenate([q[::-1].cumsum()[::-1], [0.0]])) / 2
    below = int((ordered["test"] <= ordered["threshold"]).sum())
    return float(errors[below] - errors.min())


def flat_slope(u: np.ndarray) -> np.ndarray:
    """Derivative of max(|u - 1| - FLAT, 0)^2, which is convex, smooth, and 0 at 1."""
    return 2 * np.sign(u - 1) * np.maximum(np.abs(u - 1) - FLAT, 0)


def _counted(key: str, p: np.ndarray, q: np.ndarray, escaped: float) -> tuple[float, float, float, float]:
    """f(1), the sum over q > 0, the mass of P elsewhere, and the sum with lim f(u) / u for that mass."""
    row = TABLE[key]
    value = row.value(p, q)
    return float(row.f(np.ones(1))[0]), value, escaped, value + (escaped * row.top if escaped else 0.0)


def _least(case: pd.Series) -> str:
    return f"{TABLE[case['function']].name}: D_f = {case['value']:.4g}."
