"""S1's table of f-divergences, row by row: its integrals and its optimal test functions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.f_divergences import CORRECTED, TABLE, pairs

N_PAIRS = 60
"""Pairs of distributions in each of the four families."""

RIVALS = (0.1, 1.0)
"""Standard deviations of the logarithm of the factor by which the ratio of two rival test functions is wrong."""


def integral_study(rng: np.random.Generator) -> pd.DataFrame:
    """Evaluates each row's printed integral, and its printed f by the definition, on random distributions.

    Returns:
        One row per table row and pair: `row`, `family`, `value` = E_Q f(p / q),
        `printed`, `corrected` (the integral of CORRECTED, else the printed one),
        `swapped` = D_f(Q || P), `at_one` = f(1).
    """
    drawn = [(family, *pair) for family, found in pairs(rng, N_PAIRS).items() for pair in found]
    rows = []
    for key, row in TABLE.items():
        at_one = float(row.f(np.ones(1))[0])
        right = CORRECTED.get(key, row.density)
        for family, p, q in drawn:
            corrected = float(right(p, q).sum()) + row.constant
            rows.append((key, family, row.value(p, q), row.printed(p, q), corrected, row.value(q, p), at_one))
    return pd.DataFrame(rows, columns=["row", "family", "value", "printed", "corrected", "swapped", "at_one"])


def judge_integral(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests each row's integral against the definition, f(1), and the corrected rows."""
    rows = evidence.study
    own = {key: rows[rows["row"] == key] for key in TABLE}
    gan, shannon = own["gan"], own["jensen-shannon"]["value"].set_axis(own["gan"].index)
    unit = rows.groupby("row")["at_one"].first()
    worst = unit.abs().idxmax()
    name = "worst error relative to max(1, D_f)"
    return [
        *(
            identity(claim, key, relative(mine["printed"], mine["value"]), name=name, note=_compare(mine))
            for key, mine in own.items()
        ),
        identity(
            claim, "f-at-one", unit.abs(), name="largest |f(1)|", note=f"{TABLE[worst].name}: f(1) = {unit[worst]:.4g}."
        ),
        *(
            identity(claim, f"{key}-corrected", relative(own[key]["corrected"], own[key]["value"]), name=name)
            for key in CORRECTED
        ),
        identity(claim, "pearson-swapped", relative(own["pearson"]["printed"], own["pearson"]["swapped"]), name=name),
        identity(claim, "gan-shifted", relative(gan["value"] - gan["at_one"], shannon), name=name),
    ]


def optimum_study(rng: np.random.Generator) -> pd.DataFrame:
    """Evaluates each row's printed T*, the derivative of its f, and the variational bound at T*.

    Returns:
        One row per table row and pair: `row`, `family`, `slope_error` (worst
        |T* - f'(p / q)| over the points, relative to max(1, |f'|)), `value` =
        E_Q f(p / q), `bound` = E_P T* - E_Q f*(T*), `near`, `far` (the bound at
        f' of a ratio that is wrong by a random factor).
    """
    drawn = [(family, *pair) for family, found in pairs(rng, N_PAIRS).items() for pair in found]
    rows = []
    for key, row in TABLE.items():
        for family, p, q in drawn:
            best, slope = row.test(p, q), row.slope(p / q)
            error = float(np.max(np.abs(best - slope) / np.maximum(1, np.abs(slope))))
            others = (row.slope(p / q * np.exp(scale * rng.standard_normal(p.size))) for scale in RIVALS)
            bounds = (row.bound(p, q, test) for test in (best, *others))
            rows.append((key, family, error, row.value(p, q), *bounds))
    return pd.DataFrame(rows, columns=["row", "family", "slope_error", "value", "bound", "near", "far"])


def judge_optimum(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests, row by row, that the printed T* is the derivative of f and attains the bound."""
    rows = evidence.study
    error = np.maximum(rows["slope_error"], relative(rows["bound"], rows["value"]))
    gain = ((rows[["near", "far"]].max(axis=1) - rows["bound"]) / np.maximum(1, rows["value"].abs())).clip(lower=0)
    name = "worst error, of T* or of the bound"
    return [
        *(identity(claim, key, error[rows["row"] == key], name=name) for key in TABLE),
        identity(claim, "no-rival", gain, name="most that another T gains"),
    ]


def relative(found: pd.Series, right: pd.Series) -> pd.Series:
    """Error of each value relative to max(1, |right|)."""
    return (found - right).abs() / np.maximum(1, right.abs())


def _compare(rows: pd.DataFrame) -> str:
    """The pair on which the printed integral and the definition differ most, where they differ."""
    at = relative(rows["printed"], rows["value"]).idxmax()
    printed, value = f"{rows.loc[at, 'printed']:.4g}", f"{rows.loc[at, 'value']:.4g}"
    return "" if printed == value else f"In the worst case the integral is {printed} and E_Q f(p / q) is {value}."
