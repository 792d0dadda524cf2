"""Which games are max over T of E_P T - E_Q f(T)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.f_divergence_table import relative
from claims.studies.f_divergences import TABLE, Row, pairs
from claims.studies.fenchel import conjugate
from claims.studies.search import maximise

N_PAIRS = 60
SCALES = 10.0 ** np.linspace(-1, 1, 9)
N_RIVALS = 50

SLOPES = 1e9
"""Values of T are searched between minus and plus this, beyond f'(p / q) of every pair drawn."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Evaluates the three games named and the form they are said to have.

    Returns:
        Rows of three kinds. "gan": `value` = E_P log D + E_Q log(1 - D) of a random D,
        `form` of T = log D. "f-gan": `row` of the table, `value` = E_Q f(p / q), `form` =
        the maximum with f* for f, `printed` = the maximum with f itself. "mmd": `pair`,
        `scale` of the points, `value` = MMD with a Gaussian kernel, `form` = the maximum
        over the kernel's unit ball, `rival` = best of random T there, `any_test` = the
        maximum over all T, for f* of Kullback-Leibler.
    """
    found = pairs(rng, N_PAIRS)
    drawn = found["spread"] + found["near"]
    rows = [_gan(rng, p, q) for p, q in drawn]
    rows += [_f_gan(key, row, p, q) for p, q in drawn for key, row in TABLE.items()]
    rows += [case for number, (p, q) in enumerate(found["spread"]) for case in _mmd(rng, number, p, q)]
    return pd.DataFrame(rows)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests that each game has the form, as printed and with f* or a smaller class of T."""
    rows = evidence.study
    gan, f_gan, mmd = (rows[rows["kind"] == kind] for kind in ("gan", "f-gan", "mmd"))
    by_pair = mmd.groupby("pair")
    moved = by_pair["value"].agg(np.ptp) - by_pair["any_test"].agg(np.ptp)
    ball = np.maximum((mmd["form"] - mmd["value"]).abs(), (mmd["rival"] - mmd["value"]).clip(lower=0))
    kl = f_gan[f_gan["row"] == "kl"].iloc[0]
    shown = by_pair["value"].agg(["min", "max"]).loc[moved.idxmax()]
    name = "worst error relative to max(1, value)"
    return [
        identity(claim, "gan", relative(gan["form"], gan["value"]), name=name),
        identity(
            claim,
            "f-gan",
            relative(f_gan["printed"], f_gan["value"]),
            name=name,
            note=f"For u log u the maximum is {kl['printed']:.3g} where D_f is {kl['value']:.3g}.",
        ),
        identity(
            claim,
            "mmd",
            moved.abs(),
            name="change of the MMD where the maximum stays",
            note=f"Moving the points takes the MMD from {shown['min']:.2g} to {shown['max']:.2g}, and the maximum "
            "over all T depends on p / q alone.",
        ),
        identity(claim, "f-gan-conjugate", relative(f_gan["form"], f_gan["value"]), name=name),
        identity(claim, "mmd-ball", ball, name="worst error of the maximum"),
    ]


def kernel(points: np.ndarray) -> np.ndarray:
    """Gaussian kernel exp(-|x - y|^2 / 2) between all rows."""
    return np.exp(-((points[:, None] - points) ** 2).sum(axis=-1) / 2)


def mmd_closed(p: np.ndarray, q: np.ndarray, gram: np.ndarray) -> float:
    """Square root of E k(X, X') + E k(Y, Y') - 2 E k(X, Y)."""
    squared = np.outer(p, p) + np.outer(q, q) - 2 * np.outer(p, q)
    return float(np.sqrt(max((squared * gram).sum(), 0.0)))


def in_ball(weights: np.ndarray, gram: np.ndarray) -> np.ndarray:
    """Values on the points of T = sum of weights * k(x_i, .), scaled to norm 1 in the kernel's space."""
    return gram @ weights / np.sqrt(weights @ gram @ weights)


def maximum(row: Row, p: np.ndarray, q: np.ndarray) -> float:
    """The largest E_P T - E_Q f*(T), found by search at every point."""
    low, high = np.full(p.shape, -SLOPES), np.full(p.shape, min(row.top, SLOPES))
    with np.errstate(over="ignore", divide="ignore"):
        best = maximise(lambda t: p / q * t - row.conjugate(t), low, high)
        return row.bound(p, q, best)


def _gan(rng: np.random.Generator, p: np.ndarray, q: np.ndarray) -> dict[str, object]:
    d = rng.uniform(0.01, 0.99, p.shape)
    value = float((p * np.log(d) + q * np.log1p(-d)).sum())
    return {"kind": "gan", "value": value, "form": TABLE["gan"].bound(p, q, np.log(d))}


def _f_gan(key: str, row: Row, p: np.ndarray, q: np.ndarray) -> dict[str, object]:
    printed = float((q * conjugate(row.f, p / q)).sum())
    forms = {"form": maximum(row, p, q), "printed": printed}
    return {"kind": "f-gan", "row": key, "value": row.value(p, q), **forms}


def _mmd(rng: np.random.Generator, number: int, p: np.ndarray, q: np.ndarray) -> list[dict[str, object]]:
    points, any_test = rng.standard_normal((p.size, 2)), maximum(TABLE["kl"], p, q)
    rows = []
    for scale in SCALES:
        gram = kernel(scale * points)
        witness = in_ball(p - q, gram)
        rival = max((p - q) @ in_ball(rng.standard_normal(p.size), gram) for _ in range(N_RIVALS))
        values = {"value": mmd_closed(p, q, gram), "form": float((p - q) @ witness), "rival": float(rival)}
        rows.append({"kind": "mmd", "pair": number, "scale": scale, **values, "any_test": any_test})
    return rows
