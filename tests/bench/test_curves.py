"""The median filter and the thinning of training curves."""

from __future__ import annotations

import numpy as np
import pytest

from bench.curves import MAX_POINTS, median_filtered, thinned


def test_inside_the_curve_it_is_the_running_median() -> None:
    """Against numpy's median of the 101 values around each step."""
    values = np.random.default_rng(0).normal(size=400)
    filtered = median_filtered(values)
    for k in (50, 200, 349):
        assert filtered[k] == pytest.approx(np.median(values[k - 50 : k + 51]))


def test_at_the_ends_the_curve_is_mirrored() -> None:
    """The last value is the median of the last one and twice the fifty before it, not pulled towards zero."""
    values = 10 + np.random.default_rng(1).normal(size=300)
    expected = np.median(np.concatenate([values[-1:], values[-51:-1], values[-51:-1]]))
    assert median_filtered(values)[-1] == pytest.approx(expected)


@pytest.mark.parametrize("n", [1, 2, 3, 50, 100, 101, 102])
def test_short_curves_use_a_shorter_window(n: int) -> None:
    """A constant stays constant at every length."""
    np.testing.assert_array_equal(median_filtered(np.full(n, 3.0)), np.full(n, 3.0))


def test_a_spike_disappears_and_an_empty_curve_stays_empty() -> None:
    """One outlier leaves no trace."""
    values = np.ones(120)
    values[60] = 1e6
    np.testing.assert_array_equal(median_filtered(values), np.ones(120))
    assert len(median_filtered(np.array([]))) == 0


def test_after_a_value_that_is_not_finite_there_is_no_median() -> None:
    """The part before it is filtered on its own."""
    filtered = median_filtered(np.array([1.0, 1.0, 1.0, np.nan, 1.0]))
    np.testing.assert_array_equal(filtered, [1.0, 1.0, 1.0, np.nan, np.nan])


@pytest.mark.parametrize("n", [0, 1, 2, 399, 400, 401, 100_000])
def test_thinning_keeps_the_ends(n: int) -> None:
    """At most MAX_POINTS increasing indices, the first and the last among them; all of them while they fit."""
    kept = thinned(n)
    assert len(kept) == min(n, MAX_POINTS)
    if n:
        assert kept[0] == 0 and kept[-1] == n - 1 and (np.diff(kept) > 0).all()
