"""What the judges share: from errors, counts and intervals to a Finding."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from claims.claim import Claim, Finding, Verdict
from claims.statistics import ROUNDING, RULES, WITHOUT_SPREAD, Sample, decide_above, decision, interval, p_values

DECIDED = (Verdict.SUPPORTED, Verdict.WEAKER, Verdict.CONTRADICTED, Verdict.MIXED)
"""The verdicts that too few seeds, or too little training, do not allow."""

UNDERPOWERED = "underpowered"
"""The flag of a verdict on fewer seeds than the least declared."""

CLOSE = "close to its margin"
"""The flag of a verdict that the interval would change if it were moved by half its width, either way.

That is about what other seeds may do to an estimate.
"""


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
    if refused := _no_case(part, found):
        return refused
    worst = float(found.max())
    verdict = Verdict.SUPPORTED if worst <= claim.margin(part) else Verdict.CONTRADICTED
    shown = worst if math.isfinite(worst) else None
    return Finding(part, verdict, shown, name, shown, shown, int(found.size), (), note)


def exceeds(claim: Claim, part: str, values: ArrayLike, *, name: str, note: str = "") -> Finding:
    """Judges an exact inequality: supported when the least value lies above the margin."""
    found = np.asarray(values, dtype=float)
    if refused := _no_case(part, found):
        return refused
    least = float(found.min())
    verdict = Verdict.SUPPORTED if least > claim.margin(part) else Verdict.CONTRADICTED
    return Finding(part, verdict, least, name, least, least, int(found.size), (), note)


def fraction(claim: Claim, part: str, successes: ArrayLike, *, name: str, note: str = "") -> Finding:
    """Judges "at least this fraction of the random cases": exact interval against the margin."""
    found = np.asarray(successes, dtype=float)
    if refused := _no_case(part, found):
        return refused
    margin = claim.margin(part)

    def rule(low: float, high: float) -> Verdict:
        return decide_above(low, high, margin)

    sample = Sample("share", tuple(found))
    share, low, high = interval(sample, claim.declaration.alpha)
    tested = p_values(sample, "at least", margin)
    return Finding(part, rule(low, high), share, name, low, high, found.size, closeness(rule, low, high), note, *tested)


def closeness(rule: Callable[[float, float], Verdict], low: float, high: float) -> tuple[str, ...]:
    """Returns the flag of being close to the margin, where the interval is."""
    shifts = (0.0, (low - high) / 2, (high - low) / 2)
    return (CLOSE,) if len({rule(low + shift, high + shift) for shift in shifts}) > 1 else ()


def effect(claim: Claim, part: str, values: ArrayLike, *, name: str, note: str = "", step: float = 0.0) -> Finding:
    """Judges an effect claimed to be positive: Student's interval of its mean over seeds against 0 and the margin.

    Args:
        claim: the claim; its margin for the part is the smallest effect that matters.
        part: id of the part.
        values: one effect per training seed, on a scale on which their mean makes sense.
        name: what the effect measures, with its unit.
        note: one sentence for the report.
        step: what two values differ by at least, for effects on a coarse scale; where it is 0, seeds that all have one
            value decide nothing.
    """
    return _by_mean(claim, part, Sample("mean", _numbers(values), step * ROUNDING), "greater", name=name, note=note)


def equivalence(claim: Claim, part: str, values: ArrayLike, *, name: str, note: str = "") -> Finding:
    """Judges "no difference that matters": supported when Student's interval lies within the margin of zero."""
    return _by_mean(claim, part, Sample("mean", _numbers(values)), "within", name=name, note=note)


def _numbers(values: ArrayLike) -> tuple[float, ...]:
    return tuple(np.asarray(values, dtype=float).tolist())


def _by_mean(claim: Claim, part: str, sample: Sample, rule: str, *, name: str, note: str) -> Finding:
    found, margin = np.asarray(sample.values), claim.margin(part)
    if found.size < 2:
        return not_run(part, "An interval needs at least two seeds.")
    if not np.isfinite(found).all():
        return invalid(part, f"{int((~np.isfinite(found)).sum())} of {found.size} seeds have no value.", found.size)
    if sample.without_spread:
        same = f"{note} {WITHOUT_SPREAD}".strip()
        return Finding(part, Verdict.INCONCLUSIVE, float(found[0]), name, None, None, found.size, (), same, 1.0, 1.0)
    mean, low, high = interval(sample, claim.declaration.alpha)

    def decided(low: float, high: float) -> Verdict:
        return RULES[rule](low, high, margin)

    flags = closeness(decided, low, high)
    tested = p_values(sample, rule, margin)
    verdict = decision(sample, rule, margin, claim.declaration.alpha)
    return Finding(part, verdict, mean, name, low, high, found.size, flags, note, *tested)


def _no_case(part: str, found: NDArray[np.float64]) -> Finding | None:
    """The finding where there are no cases, or one of them has no value."""
    if found.size == 0:
        return not_run(part, "The study has no such case.")
    return invalid(part, "A case has no value.", found.size) if np.isnan(found).any() else None


def not_run(part: str, reason: str) -> Finding:
    """The finding where there is no evidence."""
    return Finding(part, Verdict.NOT_RUN, None, "", None, None, 0, (), reason)


def invalid(part: str, reason: str, n: int = 0) -> Finding:
    """The finding where a validity gate failed."""
    return Finding(part, Verdict.INVALID, None, "", None, None, n, (), reason)
