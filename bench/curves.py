"""Training curves: the median filter of the WGAN figures, and thinning for the evidence."""

from __future__ import annotations

import numpy as np

MEDIAN_WINDOW = 101
"""Generator steps; shorter (the largest odd number) in a run of fewer steps."""

MAX_POINTS = 400
"""Steps kept per run in the evidence."""


def median_filtered(values: np.ndarray) -> np.ndarray:
    """Returns the running median over MEDIAN_WINDOW steps centred at each step.

    Arjovsky et al. (2017), figures 3 and 4, filter their curves so. At both ends
    the curve is continued by its mirror image, so that the last value is the
    median of the last 51 steps; the zeros that `medfilt` itself pads with would
    pull it towards zero. What follows a value that is not finite has no median (NaN).

    Args:
        values: (n,) one value per step.
    """
    from scipy.signal import medfilt

    values = np.asarray(values, dtype=np.float64)
    bad = ~np.isfinite(values)
    good = values[: bad.argmax()] if bad.any() else values
    filtered = np.full(len(values), np.nan)
    half = min(MEDIAN_WINDOW, len(good) - 1 + len(good) % 2) // 2
    if len(good):
        mirrored = np.pad(good, half, mode="reflect")
        filtered[: len(good)] = medfilt(mirrored, 2 * half + 1)[half : half + len(good)]
    return filtered


def thinned(n: int) -> np.ndarray:
    """Returns at most MAX_POINTS indices below n, evenly spread, with the first and the last."""
    return np.unique(np.linspace(0, n - 1, min(n, MAX_POINTS)).round().astype(int)) if n else np.array([], dtype=int)
