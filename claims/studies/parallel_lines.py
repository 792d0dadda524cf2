"""Uniform distributions on two parallel unit segments a distance theta apart."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity
from claims.studies.divergences import jensen_shannon, kullback_leibler, total_variation
from claims.studies.transport import by_assignment

N_THETAS = 60
N_COINCIDENT = 5
STEP = 1e-4


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Measures four distances between the lines, and the one-sided slopes of W1.

    Each line is represented by the same random heights, so that nothing but
    theta separates the two clouds of atoms.

    Returns:
        One row per theta: `theta`, `total_variation`, `kl`, `kl_reverse`,
        `jensen_shannon`, `wasserstein`, `slope_left`, `slope_right`.
    """
    sizes = np.exp(rng.uniform(math.log(1e-3), 0, N_THETAS)) * rng.choice([-1, 1], N_THETAS)
    rows = []
    for theta in np.concatenate([np.zeros(N_COINCIDENT), sizes]):
        heights = rng.uniform(size=rng.integers(10, 40))
        here, left, right = (_wasserstein(heights, theta + shift) for shift in (0, -STEP, STEP))
        p, q = _masses(heights, theta)
        rows.append(
            {
                "theta": theta,
                "total_variation": total_variation(p, q),
                "kl": kullback_leibler(p, q),
                "kl_reverse": kullback_leibler(q, p),
                "jensen_shannon": jensen_shannon(p, q),
                "wasserstein": here,
                "slope_left": (here - left) / STEP,
                "slope_right": (right - here) / STEP,
            }
        )
    return pd.DataFrame(rows)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests each printed value, the printed smoothness, and the corrected forms of what fails."""
    rows = evidence.study
    apart = rows["theta"] != 0
    kinks = (rows["slope_right"] - rows["slope_left"]).abs()
    smooth = pd.concat([kinks[apart], (rows["wasserstein"] - rows["theta"].abs()).abs()])
    name = "worst error"
    return [
        identity(
            claim,
            "tv-printed",
            _errors(rows["total_variation"], np.where(apart, 0, 1)),
            name=name,
            note=f"At theta = {rows.loc[apart, 'theta'].iloc[0]:.3g} it is "
            f"{rows.loc[apart, 'total_variation'].iloc[0]:.3g}.",
        ),
        identity(claim, "kl", _errors(rows[["kl", "kl_reverse"]], np.where(apart, math.inf, 0)[:, None]), name=name),
        identity(claim, "js", _errors(rows["jensen_shannon"], np.where(apart, math.log(2), 0)), name=name),
        identity(claim, "w", _errors(rows["wasserstein"], rows["theta"].abs()), name=name),
        _jumps(claim, rows),
        identity(
            claim,
            "smooth",
            kinks,
            name="largest jump of the slope of W1",
            note=f"The slope jumps by {kinks[~apart].max():.3g} at theta = 0.",
        ),
        identity(claim, "tv-corrected", _errors(rows["total_variation"], np.where(apart, 1, 0)), name=name),
        identity(claim, "smooth-corrected", smooth, name="largest jump of the slope off 0, or of W1"),
    ]


def _jumps(claim: Claim, rows: pd.DataFrame) -> Finding:
    """What JS and both KL grow by as soon as theta leaves 0, at the least."""
    columns = ["jensen_shannon", "kl", "kl_reverse"]
    apart = rows["theta"] != 0
    growth = rows.loc[apart, columns] - rows.loc[~apart, columns].max()
    least = growth.min()
    note = f"JS jumps by {least['jensen_shannon']:.3g} and KL by {min(least['kl'], least['kl_reverse']):.3g}."
    return exceeds(claim, "not-smooth", growth, name="least jump of JS or KL at theta = 0 (nats)", note=note)


def _errors(found: pd.DataFrame | pd.Series, expected: np.ndarray | pd.Series) -> np.ndarray:
    values, wanted = np.broadcast_arrays(np.asarray(found, dtype=float), np.asarray(expected, dtype=float))
    same = values == wanted
    with np.errstate(invalid="ignore"):
        return np.where(same, 0.0, np.abs(values - wanted)).ravel()


def _masses(heights: np.ndarray, theta: float) -> tuple[np.ndarray, np.ndarray]:
    lines = [np.column_stack([np.full_like(heights, x), heights]) for x in (0.0, theta)]
    support, index = np.unique(np.concatenate(lines), axis=0, return_inverse=True)
    halves = np.split(index.ravel(), 2)
    p, q = (np.bincount(half, minlength=len(support)) / len(heights) for half in halves)
    return p, q


def _wasserstein(heights: np.ndarray, theta: float) -> float:
    cost = np.hypot(theta, heights[:, None] - heights[None, :])
    return by_assignment(cost)[1] / len(heights)
