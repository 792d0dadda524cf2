"""Divergences between discrete distributions, in nats, with 0 log 0 = 0."""

from __future__ import annotations

import numpy as np
from scipy import special


def kullback_leibler(p: np.ndarray, q: np.ndarray) -> float:
    """KL(p || q) of two probability vectors on one support; infinite where q lacks mass that p has."""
    return float(special.rel_entr(p, q).sum())


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    """The mean of KL(p || m) and KL(q || m), with m = (p + q) / 2."""
    middle = (p + q) / 2
    return (kullback_leibler(p, middle) + kullback_leibler(q, middle)) / 2


def total_variation(p: np.ndarray, q: np.ndarray) -> float:
    """The largest difference of probability over all events."""
    return float(np.abs(p - q).sum() / 2)
