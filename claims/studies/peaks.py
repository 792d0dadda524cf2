"""Two densities on [0, 1], half uniform and half in a peak; the peaks lie x apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity

N_WIDTHS = 12
N_SHIFTS = 40


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Measures both distances for random peak widths and shifts.

    Half of the shifts leave the peaks overlapping, half separate them; every
    integral is exact, because the densities are piecewise constant.

    Returns:
        One row per pair: `width`, `shift` (signed), `jensen_shannon` in nats, `wasserstein`.
    """
    rows = []
    for width in rng.uniform(0.02, 0.3, N_WIDTHS):
        near = rng.uniform(0.001, width, N_SHIFTS // 2)
        far = rng.uniform(width, 1 - width, N_SHIFTS // 2)
        for distance in np.concatenate([near, far]):
            start = rng.uniform(0, 1 - width - distance)
            first, second = (start, start + distance)[:: rng.choice([-1, 1])]
            edges, p, q = _densities(first, second, width)
            rows.append((width, second - first, _jensen_shannon(edges, p, q), _wasserstein(edges, p, q)))
    return pd.DataFrame(rows, columns=["width", "shift", "jensen_shannon", "wasserstein"])


def judge_jensen_shannon(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the proportionality at each width, the plateau, and the constant's closed form."""
    rows = evidence.study.assign(reach=lambda f: np.minimum(f["width"], f["shift"].abs()))
    rows["constant"] = rows["jensen_shannon"] / rows["reach"]
    typical = rows.groupby("width")["constant"].transform("median")
    apart = rows[rows["shift"].abs() >= rows["width"]]
    level = apart.groupby("width")["jensen_shannon"].transform("median")
    narrow, wide = rows.loc[rows["width"].idxmin()], rows.loc[rows["width"].idxmax()]
    note = (
        f"The constant is {narrow['constant']:.3g} at width {narrow['width']:.2g} "
        f"and {wide['constant']:.3g} at width {wide['width']:.2g}."
    )
    name = "worst relative error"
    return [
        identity(claim, "proportional", (rows["constant"] / typical - 1).abs(), name=name),
        identity(claim, "flat", (apart["jensen_shannon"] / level - 1).abs(), name=name),
        identity(claim, "constant", (rows["constant"] / peak_constant(rows["width"]) - 1).abs(), name=name, note=note),
    ]


def judge_wasserstein(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests W1 = |x| / 2 and that it grows with the distance."""
    rows = evidence.study.assign(distance=lambda f: f["shift"].abs()).sort_values(["width", "distance"])
    steps = rows.groupby("width")[["distance", "wasserstein"]].diff().dropna()
    slopes = steps["wasserstein"] / steps["distance"]
    return [
        identity(claim, "half-distance", (rows["wasserstein"] - rows["distance"] / 2).abs(), name="worst error"),
        exceeds(claim, "grows", slopes, name="least slope of W1 against the distance"),
    ]


def peak_constant(width: pd.Series | np.ndarray | float) -> pd.Series | np.ndarray | float:
    """Jensen-Shannon divergence per unit of min(width, |x|), in nats.

    Where only one density has its peak they are 1/2 + 1/(2 width) and 1/2;
    there are two such places, each of that length.
    """
    high, low = 0.5 + 0.5 / width, 0.5
    middle = (high + low) / 2
    return high * np.log(high / middle) + low * np.log(low / middle)


def _densities(first: float, second: float, width: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    edges = np.unique([0.0, 1.0, first, first + width, second, second + width])
    middle = (edges[1:] + edges[:-1]) / 2
    p, q = (0.5 + 0.5 / width * ((start < middle) & (middle < start + width)) for start in (first, second))
    return edges, p, q


def _jensen_shannon(edges: np.ndarray, p: np.ndarray, q: np.ndarray) -> float:
    middle = (p + q) / 2
    return float(np.sum(np.diff(edges) * (p * np.log(p / middle) + q * np.log(q / middle)) / 2))


def _wasserstein(edges: np.ndarray, p: np.ndarray, q: np.ndarray) -> float:
    """Integral of |F - G|, which is linear between the edges and may change sign there."""
    lengths = np.diff(edges)
    gap = np.concatenate([[0.0], np.cumsum((p - q) * lengths)])
    left, right = gap[:-1], gap[1:]
    size = np.abs(left) + np.abs(right)
    crossing = np.divide(left**2 + right**2, size, out=np.zeros_like(size), where=size > 0)
    return float(np.sum(lengths * np.where(left * right < 0, crossing, size) / 2))
