"""What the judges share: from errors, counts and intervals to a Finding."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from claims.claim import Claim, Finding, Verdict
from claims.statistics import decide_above, proportion_interval


def identity(claim: Claim, part: str, errors: ArrayLike, *, name: str, note: str = "") -> Finding:
    """Judges an identity: supported when the worst error stays within the margin.

    Args:
        claim: the claim; its margin for the part is the tolerance.
        part: id of the part.
        errors: one non-negative error per case.
        name: what the error measures.
        note: one sentence for the report.
    """
    found = np.asarray(errors, dtype=float)
    if found.size == 0:
        return not_run(part, "The study has no such case.")
    if np.isnan(found).any():
        return Finding(part, Verdict.INVALID, None, name, None, None, found.size, (), "A case has no value.")
    worst = float(found.max())
    verdict = Verdict.SUPPORTED if worst <= claim.margin(part) else Verdict.CONTRADICTED
    shown = worst if math.isfinite(worst) else None
    return Finding(part, verdict, shown, name, shown, shown, int(found.size), (), note)


def exceeds(claim: Claim, part: str, values: ArrayLike, *, name: str, note: str = "") -> Finding:
    """Judges an exact inequality: supported when the least value lies above the margin."""
    found = np.asarray(values, dtype=float)
    if found.size == 0:
        return not_run(part, "The study has no such case.")
    least = float(found.min())
    verdict = Verdict.SUPPORTED if least > claim.margin(part) else Verdict.CONTRADICTED
    return Finding(part, verdict, least, name, least, least, int(found.size), (), note)


def fraction(claim: Claim, part: str, successes: ArrayLike, *, name: str, note: str = "") -> Finding:
    """Judges "at least this fraction of the random cases": exact interval against the margin."""
    found = np.asarray(successes, dtype=bool)
    if found.size == 0:
        return not_run(part, "The study has no such case.")
    low, high = proportion_interval(int(found.sum()), found.size, claim.declaration.alpha)
    verdict = decide_above(low, high, claim.margin(part))
    return Finding(part, verdict, float(found.mean()), name, low, high, int(found.size), (), note)


def not_run(part: str, reason: str) -> Finding:
    """The finding where there is no evidence."""
    return Finding(part, Verdict.NOT_RUN, None, "", None, None, 0, (), reason)


def invalid(part: str, reason: str, n: int = 0) -> Finding:
    """The finding where a validity gate failed."""
    return Finding(part, Verdict.INVALID, None, "", None, None, n, (), reason)
