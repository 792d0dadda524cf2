"""Adjusted p values against the closed test they abbreviate."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.multiplicity import expected_false, holm, intersection_union

FAMILIES = st.lists(st.floats(0, 1), min_size=1, max_size=6)


def closed_test(p_values: list[float]) -> list[float]:
    """A hypothesis falls where every intersection it belongs to falls by Bonferroni's test of it."""
    m = len(p_values)
    subsets = list(chain.from_iterable(combinations(range(m), k) for k in range(1, m + 1)))
    local = {subset: min(1.0, len(subset) * min(p_values[i] for i in subset)) for subset in subsets}
    return [max(p for subset, p in local.items() if i in subset) for i in range(m)]


@given(FAMILIES)
def test_holm_is_the_closed_test_with_bonferronis(p_values: list[float]) -> None:
    """Stepping down gives what going through all intersections gives."""
    assert holm(p_values) == pytest.approx(closed_test(p_values))


@given(FAMILIES)
def test_holm_keeps_the_order_and_never_helps(p_values: list[float]) -> None:
    """An adjusted p value is no smaller than the p value, at most 1, and a smaller p value stays no larger."""
    adjusted = holm(p_values)
    assert (adjusted >= p_values).all() and (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p_values)]) >= 0).all()


def test_holm_on_a_hand_worked_family() -> None:
    """0.01 times 4, 0.015 times 3, 0.02 times 2 raised to the one before it, 0.5 as it is."""
    assert holm([0.02, 0.5, 0.01, 0.015]) == pytest.approx([0.045, 0.5, 0.04, 0.045])


def test_holm_of_no_family_is_empty() -> None:
    """A report without statistical verdicts has nothing to adjust."""
    assert holm([]).size == 0


def test_holm_holds_the_family_error_among_true_nulls() -> None:
    """Over 4000 families of five true nulls any rejection at 0.05 happens in 5 %, give or take one."""
    families = np.random.default_rng(5).random((4000, 5))
    assert np.mean([holm(family).min() <= 0.05 for family in families]) == pytest.approx(0.05, abs=0.01)


def test_all_cells_are_as_certain_as_the_worst() -> None:
    """One cell that is not shown is enough against "in every cell"."""
    assert intersection_union((0.01, 0.2, 0.03)) == 0.2


def test_expected_false_verdicts_add_up() -> None:
    """Forty verdicts of one test at 0.05 hold two false ones at most, on average; of many tests none more than one."""
    assert expected_false([1] * 40, 0.05) == pytest.approx(2)
    assert expected_false([5, 3], 0.05) == pytest.approx(0.4)
    assert expected_false([30, 1], 0.05) == pytest.approx(1.05)
