"""When a verdict on every training of a kind is close to its margin."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from claims.catalogue import CLAIMS
from claims.claim import Evidence, Finding, Verdict
from claims.judges.mode_collapse import judge
from claims.judging import CLOSE


def ring(shares: Sequence[float]) -> Finding:
    """The finding on WGAN on the circle where the rarest modes of its trainings have these shares."""
    common = {"kind": "look", "mixture": "ring", "step": 10, "distance": 0.1, "collapsed": 1.0, "uncovered": 0.0}
    rows = [
        {**common, "way": way, "replicate": k, "least_share": share}
        for way in ("wgan", "gan")
        for k, share in enumerate(shares)
    ]
    evidence = Evidence(pd.DataFrame(rows), pd.DataFrame(), pd.DataFrame())
    return next(f for f in judge(CLAIMS["no-mode-collapse"], evidence) if f.part == "ring-wgan")


@pytest.mark.parametrize(
    ("shares", "verdict", "close"),
    [
        ([0.0, *[0.7] * 9], Verdict.CONTRADICTED, True),
        ([0.0, 0.0, *[0.7] * 8], Verdict.CONTRADICTED, True),
        ([0.0, 0.0, 0.0, *[0.7] * 7], Verdict.CONTRADICTED, False),
        ([0.03] * 10, Verdict.CONTRADICTED, True),
        ([0.09] * 10, Verdict.INCONCLUSIVE, True),
        ([0.11] * 10, Verdict.INCONCLUSIVE, False),
        ([0.11, *[0.7] * 9], Verdict.INCONCLUSIVE, True),
        ([0.49] * 10, Verdict.SUPPORTED, True),
        ([0.51] * 10, Verdict.SUPPORTED, False),
        ([0.0], Verdict.CONTRADICTED, False),
    ],
)
def test_one_or_two_trainings_or_a_factor_of_two_make_a_verdict_close(
    shares: list[float], verdict: Verdict, close: bool
) -> None:
    """Close: without one or two trainings it would be another, or the least share is within twice or half a limit."""
    found = ring(shares)
    assert found.verdict == verdict
    assert found.flags == ((CLOSE,) if close else ())
