"""Mode coverage on points placed by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from bench.metrics import modes
from bench.metrics.measurable import Measurable, NotApplicable

Snapshot = Callable[..., Measurable]
CENTRES = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def test_a_mode_counts_once_it_has_a_close_sample(snapshot: Snapshot) -> None:
    """Two samples at the first mode, one 2.9 deviations from the second, one 3.1 from the third."""
    fake = torch.tensor([[0.0, 0.0], [0.1, 0.0], [1.29, 0.0], [0.0, 1.31]])
    m = snapshot(CENTRES, fake, modes=(CENTRES, 0.1))
    assert modes.modes_covered(m) == 2
    assert modes.high_quality_fraction(m) == 0.75


def test_far_samples_cover_nothing(snapshot: Snapshot) -> None:
    """A generator that misses everywhere covers no mode."""
    m = snapshot(CENTRES, torch.full((5, 2), 9.0), modes=(CENTRES, 0.1))
    assert (modes.modes_covered(m), modes.high_quality_fraction(m)) == (0, 0)


def test_data_without_modes_is_not_applicable(snapshot: Snapshot) -> None:
    """The Swiss roll has none."""
    with pytest.raises(NotApplicable, match="no known modes"):
        modes.modes_covered(snapshot(CENTRES, CENTRES))
