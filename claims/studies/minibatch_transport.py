"""The transport distance W1 between two minibatches, on average, beside its limit for batches that grow.

W1 is convex in both distributions, so that by Jensen E W1(P_m, Q_m) >= W1(P, Q).
A distribution and its copy moved by t are |t| apart, in any dimension.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats
from scipy.spatial import distance

from claims.claim import Claim, Evidence, Finding, Verdict
from claims.judging import exceeds, identity, not_run
from claims.statistics import decide_above, decide_below
from claims.studies.transport import between, by_assignment

DIMENSIONS = (1, 2, 8, 32)
SHIFTS = (0.0, 1.0, 4.0)
"""Distance of Q from P in standard deviations of one coordinate."""

BATCHES = {4: 200, 16: 200, 64: 200, 128: 40}
"""Batches drawn of each size."""

PUBLISHED = 64
"""The minibatch of S1's Algorithm 1."""

N_PAIRS = 240
KINDS = ("same", "different", "ordered")


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Draws minibatches of moved distributions, and takes all minibatches of distributions on a few points.

    Returns:
        Rows of kind "cell": `family`, `dimension`, `limit` (W1 of P and Q), `m`,
        `batches`, `bias` (mean over the batches minus the limit) with its standard error
        `error`, `spread` (standard deviation between batches) and `scale`, the mean
        distance of two points of P. Rows of kind "same", "different" or "ordered" (all
        of P below all of Q): `dimension`, `m`, `limit` and the exact `bias`.
    """
    return pd.DataFrame([*_cells(rng), *(_exact(rng, case) for case in range(N_PAIRS))])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests bias and roughness in every cell, and when they are there."""
    rows = evidence.study
    cells, exact = rows[rows["kind"] == "cell"], rows[rows["kind"] != "cell"]
    usual = cells[cells["m"] == PUBLISHED]
    same, different = usual[usual["limit"] == 0], usual[usual["limit"] > 0]
    high, low = different[different["dimension"] >= 8], different[different["dimension"] <= 2]
    far = usual[usual["dimension"] == max(DIMENSIONS)]
    return [
        _over_cells(claim, "same", _share(same, "scale"), name="bias / mean distance of two points"),
        _over_cells(claim, "different", _share(different, "limit"), name="bias / distance"),
        _over_cells(claim, "rough", _variation(usual), name="spread / mean of the batches"),
        identity(claim, "never-below", (-exact["bias"]).clip(lower=0), name="most that the mean lies below the limit"),
        identity(claim, "ordered", exact.loc[exact["kind"] == "ordered", "bias"].abs(), name="worst bias"),
        _over_cells(claim, "many-dimensions", _share(high, "limit"), name="bias / distance"),
        _over_cells(claim, "few-dimensions", _share(low, "limit"), name="bias / distance", below=True),
        exceeds(claim, "slow", _kept(cells), name="least share of the bias that is left"),
        exceeds(claim, "agree", far["bias"] / far["spread"], name="least bias / spread of the batches"),
    ]


def w1(x: np.ndarray, y: np.ndarray) -> float:
    """W1 between two samples of equal size, rows being points."""
    if x.shape[1] == 1:
        return float(np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).mean())
    return by_assignment(distance.cdist(x, y))[1] / len(x)


def expected_w1(p: np.ndarray, q: np.ndarray, cost: np.ndarray, *, m: int) -> float:
    """E W1 over all pairs of minibatches of m draws from P (masses p, rows of the cost) and Q (masses q, columns)."""
    counts_p, counts_q = compositions(m, len(p)), compositions(m, len(q))
    chances_p, chances_q = (stats.multinomial(m, mass) for mass in (p, q))
    return sum(
        float(chances_p.pmf(a) * chances_q.pmf(b)) * between(a / m, b / m, cost)[1]
        for a, b in itertools.product(counts_p, counts_q)
    )


def compositions(m: int, k: int) -> np.ndarray:
    """All counts (n, k) of m draws among k atoms."""
    return np.array([counts for counts in itertools.product(range(m + 1), repeat=k) if sum(counts) == m])


def _draw(rng: np.random.Generator, family: str, size: tuple[int, ...]) -> np.ndarray:
    """Coordinates of mean 0 and variance 1."""
    return rng.standard_normal(size) if family == "Gaussian" else rng.uniform(-math.sqrt(3), math.sqrt(3), size)


def _cells(rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """The mean difference along the shift has that shift as its mean: subtracting it leaves the bias, less noisy."""
    for family, dimension in itertools.product(("Gaussian", "cube"), DIMENSIONS):
        pairs = _draw(rng, family, (2, 4000, dimension))
        scale = float(np.linalg.norm(pairs[0] - pairs[1], axis=1).mean())
        for shift, (m, batches) in itertools.product(SHIFTS, BATCHES.items()):
            x, y = _draw(rng, family, (2, batches, m, dimension))
            y[..., 0] += shift
            found = np.array([w1(one, other) for one, other in zip(x, y, strict=True)])
            excess = found - (y - x)[..., 0].mean(axis=1) if shift else found
            yield {"kind": "cell", "family": family, "dimension": dimension, "limit": shift, "m": m,
                   "batches": batches, "bias": float(excess.mean()), "spread": float(found.std(ddof=1)),
                   "error": float(excess.std(ddof=1)) / math.sqrt(batches), "scale": scale}  # fmt: skip


def _exact(rng: np.random.Generator, case: int) -> dict[str, object]:
    kind, m = KINDS[case % 3], int(rng.integers(1, 4))
    dimension = 1 if kind == "ordered" else int(rng.integers(1, 4))
    x, p = rng.normal(size=(3, dimension)), rng.dirichlet(np.ones(3))
    y, q = (x, p) if kind == "same" else (rng.normal(size=(3, dimension)), rng.dirichlet(np.ones(3)))
    if kind == "ordered":
        y = y - y.min() + x.max()
    cost = distance.cdist(x, y)
    limit = between(p, q, cost)[1]
    return {"kind": kind, "dimension": dimension, "m": m, "limit": limit, "bias": expected_w1(p, q, cost, m=m) - limit}


def _share(cells: pd.DataFrame, of: str) -> pd.DataFrame:
    """Bias and its standard error as shares of a column."""
    return cells.assign(value=cells["bias"] / cells[of], error=cells["error"] / cells[of])


def _variation(cells: pd.DataFrame) -> pd.DataFrame:
    """Spread over mean; the standard error of a standard deviation is taken as that of normal values, s / sqrt(2n)."""
    value = cells["spread"] / (cells["limit"] + cells["bias"])
    return cells.assign(value=value, error=value / np.sqrt(2 * cells["batches"]))


def _kept(cells: pd.DataFrame) -> pd.Series:
    """What is left of the bias at P = Q when the batch grows from 16 to 128, in 8 and more dimensions."""
    chosen = cells[(cells["limit"] == 0) & (cells["dimension"] >= 8)].set_index(["family", "dimension"])
    by_size = {m: chosen.loc[chosen["m"] == m, "bias"] for m in (16, 128)}
    return by_size[128] / by_size[16]


def _over_cells(claim: Claim, part: str, cells: pd.DataFrame, *, name: str, below: bool = False) -> Finding:
    """Each cell's interval against the margin; shows the least value and those cells that say otherwise."""
    if cells.empty:
        return not_run(part, "The study has no such case.")
    half = stats.t.ppf(1 - claim.declaration.alpha, cells["batches"] - 1) * cells["error"]
    cells = cells.assign(low=cells["value"] - half, high=cells["value"] + half)
    decide = decide_below if below else decide_above
    verdicts = [decide(low, high, claim.margin(part)) for low, high in cells[["low", "high"]].to_numpy()]
    at = cells["value"].idxmax() if below else cells["value"].idxmin()
    shown, found = cells.loc[at, ["value", "low", "high"]].map(float), combined(verdicts)
    return Finding(part, found, shown["value"], f"{'largest' if below else 'least'} {name}", shown["low"],
                   shown["high"], len(cells), (), _told(cells, verdicts) if found is Verdict.MIXED else "")  # fmt: skip


def combined(verdicts: list[Verdict]) -> Verdict:
    """One verdict where all cells agree, mixed where some hold and some do not, else inconclusive."""
    found = set(verdicts)
    if {Verdict.SUPPORTED, Verdict.CONTRADICTED} <= found:
        return Verdict.MIXED
    return found.pop() if len(found) == 1 else Verdict.INCONCLUSIVE


def _told(cells: pd.DataFrame, verdicts: list[Verdict]) -> str:
    """Says of how many cells of each dimension the statement holds, and between which values they lie."""
    holds = np.array([verdict is Verdict.SUPPORTED for verdict in verdicts])
    by_dimension = cells.assign(holds=holds, value=cells["value"].round(9) + 0.0).groupby("dimension")
    told = [
        f"{dimension} ({group['value'].min():.2g} to {group['value'].max():.2g}, in {group['holds'].sum()} of "
        f"{len(group)})"
        for dimension, group in by_dimension
    ]
    return f"By dimension, with the values found and the number of cells where it holds: {', '.join(told)}."
