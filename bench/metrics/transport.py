"""Exact optimal-transport distance between two sets of points, by POT's network simplex."""

from __future__ import annotations

import importlib

import numpy as np
import torch
from torch import Tensor

from bench.metrics.measurable import Failed, Measurable, Unavailable

MAX_POINTS = 1000
"""Points per side. The exact solver takes about n^3 time; rows record the number used."""

MAX_ITERATIONS = 10_000_000
"""Enough for MAX_POINTS to be solved to optimality; POT's default of 100,000 is not."""


def ot_samples(m: Measurable) -> float:
    """Wasserstein-1 distance between real and generated samples, Euclidean ground distance.

    Paper: Arjovsky et al. (2017), Wasserstein GAN
    The empirical distance, which is larger than that of the distributions: compare it with the reference row.
    """
    return _distance(m, m.real, m.fake)


def ot_features(m: Measurable) -> float:
    """Wasserstein-1 distance between real and generated features, Euclidean ground distance.

    Paper: Arjovsky et al. (2017), Wasserstein GAN
    """
    return _distance(m, m.real_features, m.fake_features)


def wasserstein1(a: Tensor, b: Tensor) -> float:
    """Returns the exact Wasserstein-1 distance between uniform weights on the rows of `a` (n, d) and `b` (m, d).

    Raises:
        Unavailable: when POT is not installed.
        Failed: when the solver stops before the optimum.
    """
    try:
        ot = importlib.import_module("ot")
    except ImportError as error:
        raise Unavailable("POT is not installed") from error
    weights = np.full(len(a), 1 / len(a)), np.full(len(b), 1 / len(b))
    costs = torch.cdist(a.double(), b.double(), compute_mode="donot_use_mm_for_euclid_dist")
    _, log = ot.emd(*weights, costs.numpy(), numItermax=MAX_ITERATIONS, log=True)
    if log["warning"]:
        raise Failed(f"the transport solver stopped early: {log['warning']}")
    return float(log["cost"])


def _distance(m: Measurable, real: Tensor, fake: Tensor) -> float:
    # Both sides are in random order already, so the first rows are a random subset.
    a, b = (x[:MAX_POINTS].flatten(1) for x in (real, fake))
    m.provenance.n_real, m.provenance.n_fake = len(a), len(b)
    return wasserstein1(a, b)
