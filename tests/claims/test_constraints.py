"""What the judges of normalized critics and of signs count, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bench.toys.critic_signs import turning_points
from claims.judges.critic_signs import changes


def test_changes_of_sign_are_counted_behind_the_first_quarter() -> None:
    """Of eight steps the first two are left out; five pairs are left, of which two change, and zeros never do."""
    signs = {"able": [1, -1, 1, 1, -1, -1, 1, 1], "small": [1, -1, 1, 0, -1, 0, 1, 0]}
    rows = [
        {"arm": arm, "replicate": 0, "step": step, "estimate": 0.1 * sign, "distance": np.nan}
        for arm, path in signs.items()
        for step, sign in enumerate(path, 1)
    ]
    kept = turning_points(pd.DataFrame(rows))
    assert kept.loc[kept["arm"] == "able", "step"].tolist() == [2, 3, 5, 7, 8]
    assert kept.loc[kept["arm"] == "small", "step"].tolist() == [2, 3, 8]
    found = changes(kept).loc[0]
    assert found["able"] == pytest.approx(2 / 5)
    assert found["small"] == 0


def test_a_step_at_which_distances_were_computed_is_kept() -> None:
    """Though the sign stays."""
    rows = pd.DataFrame({"arm": "able", "replicate": 0, "step": [1, 2, 3], "estimate": 1.0})
    kept = turning_points(rows.assign(distance=[np.nan, 0.4, np.nan]))
    assert kept["step"].tolist() == [2, 3]
    assert not kept["turned"].any()
