"""Drawings of training curves."""

from __future__ import annotations

import pandas as pd
import pytest

from report import figures
from tests.report.worlds import curve_rows, score_rows


def drawing(outcomes: tuple[str, ...], **changes: object) -> str:
    """Draws one cell with these outcomes, one seed each."""
    curves = pd.DataFrame([row for seed, end in enumerate(outcomes) for row in curve_rows("dcgan", "gan", seed, end)])
    scores = pd.DataFrame([row for seed, end in enumerate(outcomes) for row in score_rows("dcgan", "gan", seed, end)])
    options: dict[str, object] = {"estimate_name": "jensen_shannon", "metric": "fid", "floor": 11.5, "limits": (8, 500)}
    return figures.training_curves(
        curves[curves["series"] == "critic_estimate"],
        scores[scores["status"] == "ok"],
        dict(enumerate(outcomes)),
        **(options | changes),  # type: ignore[arg-type]
    )


def test_every_seed_is_a_line_in_both_panels() -> None:
    """A third seed adds two lines, one to each panel."""
    lines = [drawing(("completed",) * n).count(f"fill: none; stroke: {figures.COMPLETED}") for n in (2, 3)]
    assert lines == [4, 6]


def test_runs_that_ended_early_have_their_own_colour() -> None:
    """A diverged seed is drawn in the colour of runs that ended early, also next to an infinite value."""
    assert figures.ENDED_EARLY not in drawing(("completed",))
    assert figures.ENDED_EARLY in drawing(("completed", "diverged"))
    assert figures.COMPLETED not in drawing(("diverged",))


def test_drawing_is_reproducible_and_self_contained() -> None:
    """The same numbers give the same bytes, without dates or links."""
    first = drawing(("completed", "diverged"))
    assert first == drawing(("completed", "diverged"))
    assert "<dc:date" not in first
    assert "http" not in first.replace("http://www.w3.org/", "")


def test_the_bound_of_the_jensen_shannon_divergence_is_marked_only_there() -> None:
    """Log 2 is drawn for that estimate and for no other."""
    assert drawing(("completed",)).count("stroke-dasharray") == 1 + drawing(
        ("completed",), estimate_name="wasserstein"
    ).count("stroke-dasharray")


def test_long_runs_are_thinned_but_keep_their_end() -> None:
    """At most the allowed number of points is drawn, the first and the last among them."""
    rows = pd.DataFrame({"step": range(1, 2001)})
    thinned = figures._thinned(rows)["step"]
    assert len(thinned) <= figures.MAX_POINTS + 1
    assert (thinned.iloc[0], thinned.iloc[-1]) == (1, 2000)


@pytest.mark.parametrize(
    ("values", "floor", "limits"),
    [
        ([8.0, 80.0], 4.0, (3.2, 100.0)),
        ([8.0, 80.0], 0.1, (6.4, 100.0)),
        ([8.0, float("nan"), float("inf")], None, (6.4, 10.0)),
        ([8.0, -0.1], 4.0, None),
        ([], 4.0, None),
    ],
)
def test_shared_limits(values: list[float], floor: float | None, limits: tuple[float, float] | None) -> None:
    """Limits hold the finite values and a floor that is near, and are absent where a logarithm does not exist."""
    assert figures.shared_limits(pd.Series(values, dtype=float), floor) == pytest.approx(limits)
