"""How spread out generated samples are, whatever the data."""

from __future__ import annotations

from torch import Tensor

from bench.metrics.measurable import Measurable


def spread(m: Measurable) -> float:
    """Standard deviation of generated samples over that of real ones: 0 when all samples are alike.

    Paper: Salimans et al. (2016), Improved Techniques for Training GANs
    Section 3.2 describes a collapse in which the generator always emits the same point; this number is ours:
    sqrt(tr Cov(fake) / tr Cov(real)), 1 where generated samples are as spread out as the data. Completions share
    their left halves with real images, so for them it stays well above 0.
    """
    return (total_variance(m.fake) / total_variance(m.real)) ** 0.5


def total_variance(samples: Tensor) -> float:
    """Returns the trace of the unbiased covariance of (n, ...) samples."""
    return float(samples.flatten(1).var(dim=0).double().sum())
