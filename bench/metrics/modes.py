"""Mode coverage on Gaussian mixtures, whose modes are known."""

from __future__ import annotations

import torch
from torch import Tensor

from bench.metrics.measurable import Measurable, NotApplicable

WITHIN_STD = 3.0
"""Srivastava et al. (2017), section 4.1: a sample within three standard deviations of a mode is of high quality."""


def modes_covered(m: Measurable) -> float:
    """Number of modes with at least one high-quality sample.

    Paper: Srivastava et al. (2017), VEEGAN: Reducing Mode Collapse in GANs using Implicit Variational Learning
    """
    nearest, near = _assign(m)
    return float(len(nearest[near].unique()))


def high_quality_fraction(m: Measurable) -> float:
    """Fraction of samples within three standard deviations of the nearest mode.

    Paper: Srivastava et al. (2017), VEEGAN: Reducing Mode Collapse in GANs using Implicit Variational Learning
    """
    return float(_assign(m)[1].double().mean())


def _assign(m: Measurable) -> tuple[Tensor, Tensor]:
    """Returns each sample's nearest mode (n,) and whether it is of high quality (n,)."""
    if m.sources.modes is None:
        raise NotApplicable(f"{m.sources.data_id} has no known modes")
    centres, std = m.sources.modes
    distance, nearest = torch.cdist(m.fake.double(), centres.double()).min(dim=1)
    return nearest, distance <= WITHIN_STD * std
