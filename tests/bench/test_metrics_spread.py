"""Spread against closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from bench.measure import score
from bench.metrics.measurable import Measurable
from bench.metrics.spread import spread, total_variance

Snapshot = Callable[..., Measurable]
rng = torch.Generator().manual_seed(0)


def test_total_variance_is_the_trace_of_the_covariance() -> None:
    """Against numpy on images, which are flattened first."""
    images = torch.randn(40, 2, 3, 3, generator=rng)
    covariance = np.cov(images.flatten(1).numpy(), rowvar=False)
    assert total_variance(images) == pytest.approx(np.trace(covariance), rel=1e-6)


def test_hand_worked_points(snapshot: Snapshot) -> None:
    """Corners of a square of side 2 have variance 4/3 per axis, of a 6 by 0 rectangle 12 and 0: sqrt(12 / (8/3))."""
    square = torch.tensor([[-1.0, -1], [-1, 1], [1, -1], [1, 1]])
    assert spread(snapshot(square, square * torch.tensor([3.0, 0]))) == pytest.approx(math.sqrt(4.5), rel=1e-6)


@pytest.mark.parametrize("factor", [0.05, 1.0, 2.0])
def test_scaling_scales_it_and_a_shift_does_not(snapshot: Snapshot, factor: float) -> None:
    """Samples c x + v of data x have spread c, wherever they are."""
    x = torch.randn(60, 3, generator=rng)
    assert spread(snapshot(x, factor * x + 5)) == pytest.approx(factor, rel=1e-5)


def test_equal_samples_have_none(snapshot: Snapshot) -> None:
    """A generator that always gives the same sample has spread 0."""
    x = torch.randn(60, 3, generator=rng)
    assert spread(snapshot(x, x[:1].expand(50, 3))) == 0


def test_the_row_says_what_was_read(snapshot: Snapshot) -> None:
    """Counts of both sides and the split of the real one; equal reals have no spread to compare with."""
    x = torch.randn(60, 3, generator=rng)
    row = score(snapshot(x, x[:50]), "spread")
    assert row is not None and (row["n_real"], row["n_fake"], row["split"]) == (60, 50, "test")
    row = score(snapshot(torch.zeros(5, 3), x), "spread")
    assert row is not None and (row["value"], row["status"]) == (None, "failed")
