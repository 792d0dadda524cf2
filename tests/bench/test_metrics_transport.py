"""Exact transport against scipy."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import wasserstein_distance

from bench.metrics import transport
from bench.metrics.measurable import Measurable, Unavailable

Snapshot = Callable[..., Measurable]
rng = torch.Generator().manual_seed(0)


def test_on_the_line_it_is_scipys_distance(snapshot: Snapshot) -> None:
    """Also for unequal numbers of points."""
    real, fake = torch.randn(60, 1, generator=rng).double(), torch.rand(45, 1, generator=rng).double()
    expected = wasserstein_distance(real[:, 0].numpy(), fake[:, 0].numpy())
    assert transport.ot_samples(snapshot(real, fake)) == pytest.approx(expected, rel=1e-9)


def test_in_more_dimensions_it_is_the_best_assignment(snapshot: Snapshot) -> None:
    """Equal numbers of equal weights make transport an assignment problem; images are flattened first."""
    real, fake = torch.randn(2, 50, 1, 3, 2, generator=rng).double()
    costs = cdist(real.flatten(1).numpy(), fake.flatten(1).numpy())
    expected = costs[linear_sum_assignment(costs)].mean()
    assert transport.ot_samples(snapshot(real, fake)) == pytest.approx(expected, rel=1e-9)
    assert transport.ot_features(snapshot(real, fake)) == pytest.approx(expected, rel=1e-9)


def test_a_shift_costs_its_length(snapshot: Snapshot) -> None:
    """Zero for no shift; moving everything by v costs |v|."""
    x = torch.randn(80, 2, generator=rng).double()
    for length in (0.0, 0.5, 2.0):
        shifted = x + length * torch.tensor([0.6, 0.8], dtype=torch.float64)
        assert transport.ot_samples(snapshot(x, shifted)) == pytest.approx(length, abs=1e-9)


def test_the_number_of_points_is_capped_and_recorded(snapshot: Snapshot) -> None:
    """Of 1,200 samples 1,000 are used, and the row says so."""
    x = torch.zeros(1200, 1)
    m = snapshot(x, x + 1)
    assert transport.ot_samples(m) == pytest.approx(1.0)
    assert (m.provenance.n_real, m.provenance.n_fake) == (1000, 1000)


def test_a_missing_library_is_named(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without POT the metric is unavailable, not wrong."""
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(Unavailable, match="POT is not installed"):
        transport.ot_samples(snapshot(torch.zeros(5, 2), torch.zeros(5, 2)))
