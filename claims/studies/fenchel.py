"""Fenchel conjugates by search: f*(t) = sup over u of u t - f(u), and the conjugate of that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.f_divergences import TABLE, pairs, random_convex
from claims.studies.search import maximise

LOG_REACH = 80.0
"""Suprema over u > 0 are searched for log u between minus and plus this."""

SLOPES = 1000.0
"""Suprema over t are searched between minus and plus this, beyond every f'(u) asked for."""

STEPS = 80
"""Of each search, which leave of either interval less than 1e-13."""

N_POINTS, N_FUNCTIONS, N_PAIRS = 100, 5, 60
REACHES = 10.0 ** np.arange(7)
FROM_ZERO = ("kl", "pearson", "jensen-shannon", "gan")
"""Rows whose f* comes within the tolerance of -f(0) at t = -SLOPES, so that the point u = 0 can be asked for."""

Function = Callable[[np.ndarray], np.ndarray]


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Conjugates twice, without and with the printed bars, and evaluates the bound at random test functions.

    Returns:
        Rows of three kinds. "twice": `function` (key of the table, "random", "jump":
        0 for u > 0 and 1 at 0), `u`, `f`, `conjugated` = (f*)*(u), `printed` = least
        that (f*)* with bars can be. "reach": `function`, `reach`, `plain` and `bars` =
        supremum of u t - f(u) and of its absolute value over u <= reach at t = f'(1).
        "bound": `function`, `value` = E_Q f(p / q), `bound` = E_P T - E_Q f*(T).
    """
    return pd.concat([_twice(rng), _reach(), _bounds(rng)], ignore_index=True)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests both readings of the conjugate, and the bound."""
    rows = evidence.study
    twice, bound = rows[rows["kind"] == "twice"], rows[rows["kind"] == "bound"]
    size = np.maximum(1, twice["f"].abs())
    plain, bars = (twice["conjugated"] - twice["f"]).abs() / size, (twice["printed"] - twice["f"]).abs() / size
    excess = ((bound["bound"] - bound["value"]) / np.maximum(1, bound["value"].abs())).clip(lower=0)
    closed = twice["function"] != "jump"
    at = plain.idxmax()
    missed = f"At u = {rows.loc[at, 'u']:g} f is {rows.loc[at, 'f']:.3g} and (f*)* is {rows.loc[at, 'conjugated']:.3g}."
    name = "worst error relative to max(1, |f|)"
    endless = (
        f"Over u up to {np.exp(LOG_REACH):.0e} the (f*)* with bars is already at least {twice['printed'].min():.0e}."
    )
    return [
        identity(claim, "bars", bars, name=name, note=endless),
        identity(claim, "every-convex", plain, name=name, note=missed),
        identity(claim, "bound", excess, name="worst excess of the bound relative to max(1, D_f)"),
        identity(claim, "closed", plain[closed], name=name),
    ]


def conjugate(f: Function, t: np.ndarray) -> np.ndarray:
    """f*(t) by search over log u; huge where it is infinite."""
    ends = np.full(t.shape, LOG_REACH)
    best = np.exp(maximise(lambda s: np.exp(s) * t - f(np.exp(s)), -ends, ends, steps=STEPS))
    return best * t - f(best)


def biconjugate(f: Function, u: np.ndarray) -> np.ndarray:
    """(f*)*(u) by search over t, with a search for f* inside."""
    ends = np.full(u.shape, SLOPES)
    best = maximise(lambda t: u * t - conjugate(f, t), -ends, ends, steps=STEPS)
    return u * best - conjugate(f, best)


def with_bars(f: Function, u: np.ndarray) -> np.ndarray:
    """A lower bound on (f*)*(u) with f*(t) = sup |u t - f(u)| as printed: three slopes, and u to exp(LOG_REACH)."""
    far = np.exp(np.array(LOG_REACH))
    return np.max([np.abs(u * t - np.abs(far * t - f(far))) for t in (-1.0, 0.0, 1.0)], axis=0)


def jump(u: np.ndarray) -> np.ndarray:
    """Convex on u >= 0 with value 0 at 1, and not continuous: 1 at 0, else 0."""
    return np.where(u > 0, 0.0, 1.0)


def _twice(rng: np.random.Generator) -> pd.DataFrame:
    functions: list[tuple[str, Function]] = [(key, row.f) for key, row in TABLE.items()]
    functions += [("random", random_convex(rng).f) for _ in range(N_FUNCTIONS)] + [("jump", jump)]
    tables = []
    for name, f in functions:
        u = np.exp(rng.standard_normal(N_POINTS))
        u[0] = 0.0 if name not in TABLE or name in FROM_ZERO else u[0]
        value = f(np.maximum(u, 1e-300)) if name in TABLE else f(u)
        columns = {"kind": "twice", "function": name, "u": u, "f": value}
        tables.append(pd.DataFrame({**columns, "conjugated": biconjugate(f, u), "printed": with_bars(f, u)}))
    return pd.concat(tables)


def _reach() -> pd.DataFrame:
    tables = []
    for key, row in TABLE.items():
        slope = row.slope(np.ones(1))
        terms = [u * slope - row.f(u) for u in (np.geomspace(1e-6, reach, 1000) for reach in REACHES)]
        suprema = {"plain": [term.max() for term in terms], "bars": [np.abs(term).max() for term in terms]}
        tables.append(pd.DataFrame({"kind": "reach", "function": key, "reach": REACHES, **suprema}))
    return pd.concat(tables)


def _bounds(rng: np.random.Generator) -> pd.DataFrame:
    """Test functions with values all over the domain of f*, up to its end."""
    rows = []
    for p, q in (pair for found in pairs(rng, N_PAIRS).values() for pair in found):
        for key, row in TABLE.items():
            normal = 3 * rng.standard_normal(p.size)
            test = row.top - np.exp(normal) if np.isfinite(row.top) else normal
            rows.append(("bound", key, row.value(p, q), row.bound(p, q, test)))
    return pd.DataFrame(rows, columns=["kind", "function", "value", "bound"])
