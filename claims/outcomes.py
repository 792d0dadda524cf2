"""Outcomes: what a claim takes of each run, one number or one yes or no.

Every outcome is defined once, for all claims. A run that diverged or ran out of
time has an outcome like any other: its generator is the untrained one it began with.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from claims.claim import Evidence
from claims.judges import counts, curves
from claims.judges.grid import best, best_progress, last, metric, progress, quality
from claims.statistics import ROUNDING, fisher_z, z_resolution
from claims.thresholds import COLLAPSED, COVERED, FLAT, GREY_LEVEL, IMPROVED, SAMPLES_A_MODE, TRAINED, WARM_UP

OTHER_THRESHOLDS = (0.25, 0.35, 0.65, 0.75)
"""Other places for the line of "trains"; every verdict that rests on it is shown for each of them too."""


@dataclass(frozen=True)
class Alternative:
    """The same question asked in another way, as sensitivity.

    Args:
        name: what is different.
        outcome: the outcome it uses.
        margin: in place of the part's, where the unit is another one.
    """

    name: str
    outcome: str
    margin: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What is taken of each run.

    Args:
        words: what it is, with its unit.
        of: function (Evidence) -> value by run id; missing where the run has no usable score.
        kind: "number", "yes or no", or "order": numbers of which only the order counts, infinite where the event
            that they count steps to never came.
        premise: an outcome without which a run is set aside, by name.
        scale: how an estimate is shown: "plain", "ratio" (of logs) or "correlation" (of Fisher's z).
        resolution: function (Evidence) -> least standard deviation believed, for values on a coarse scale.
        alternatives: other ways to ask.
    """

    words: str
    of: Callable[[Evidence], pd.Series]
    kind: Literal["number", "yes or no", "order"] = "number"
    premise: str = ""
    scale: Literal["plain", "ratio", "correlation"] = "plain"
    resolution: Callable[[Evidence], float] | None = None
    alternatives: tuple[Alternative, ...] = ()


def _final(name: str, evidence: Evidence) -> pd.Series:
    return last(evidence, metric(evidence, name))


def _log_final(name: str, least: float, evidence: Evidence) -> pd.Series:
    """The log of a final score, of `least` where the score is less than can be told from nothing."""
    return np.log(_final(name, evidence).clip(lower=least))


def _log_quality(evidence: Evidence) -> pd.Series:
    return np.log(last(evidence, quality(evidence)))


def _best_log_quality(evidence: Evidence) -> pd.Series:
    return np.log(best(evidence, quality(evidence)))


def _reached(level: float, evidence: Evidence) -> pd.Series:
    return _yes_or_no(progress(evidence), lambda found: found >= level)


def _best_reached(level: float, evidence: Evidence) -> pd.Series:
    return _yes_or_no(best_progress(evidence), lambda found: found >= level)


def _below(name: str, bound: float, evidence: Evidence) -> pd.Series:
    return _yes_or_no(_final(name, evidence), lambda found: found < bound)


def _above(name: str, bound: float, evidence: Evidence) -> pd.Series:
    return _yes_or_no(_final(name, evidence), lambda found: found > bound)


def _loses_modes(evidence: Evidence) -> pd.Series:
    return _yes_or_no(counts.share_of_modes(evidence), lambda found: found < COVERED)


def _modes_told(evidence: Evidence) -> pd.Series:
    return _yes_or_no(counts.samples_a_mode(evidence), lambda found: found >= SAMPLES_A_MODE)


def _largest(name: str, evidence: Evidence) -> pd.Series:
    scores = metric(evidence, name)
    return -best(evidence, scores.assign(value=-scores["value"]))


def _flat(change: Callable[[Evidence], pd.Series], bound: float, evidence: Evidence) -> pd.Series:
    """Whether something changes by less than `bound`; a run that failed did not stay the same."""
    flat = _yes_or_no(change(evidence).abs(), lambda found: found < bound)
    return curves.with_failed(evidence, flat, 0.0)


def _yes_or_no(values: pd.Series, test: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """1 or 0 where there is a value, missing where there is none."""
    return test(values).astype(float).where(np.isfinite(values))


def _correlation(estimate: str, warm_up: float, evidence: Evidence) -> pd.Series:
    found = curves.correlations(evidence, estimate, warm_up)
    return (
        found.apply(lambda row: fisher_z(row["correlation"], int(row["snapshots"])), axis=1)
        if len(found)
        else (pd.Series(dtype=float))
    )


def _correlation_of_all(estimate: str, warm_up: float, evidence: Evidence) -> pd.Series:
    """The same of every run that has a score at its end or failed: without an improvement there is no relation."""
    found = _correlation(estimate, warm_up, evidence)
    improves = _reached(IMPROVED, evidence)
    still = improves.index[improves == 0.0]
    return pd.concat([found[~found.index.isin(still)], pd.Series(0.0, index=still)])


def _z_step(estimate: str, warm_up: float, evidence: Evidence) -> float:
    found = curves.correlations(evidence, estimate, warm_up)
    return z_resolution(int(found["snapshots"].min())) if len(found) else 0.0


def _follows(name: str, estimate: str, words: str, warm_up: float = 0.0) -> dict[str, Outcome]:
    """The outcome of that name, and the one that leaves no run out."""
    step = functools.partial(_z_step, estimate, warm_up)
    asked = Outcome(
        words,
        functools.partial(_correlation, estimate, warm_up),
        premise="improves",
        scale="correlation",
        resolution=step,
        alternatives=(Alternative("every run, 0 where samples do not improve", f"{name}_all"),),
    )
    every = functools.partial(_correlation_of_all, estimate, warm_up)
    return {name: asked, f"{name}_all": Outcome(f"{words}, of every run", every, scale="correlation", resolution=step)}


def _share(name: str, words: str, of: str = "n_fake") -> Outcome:
    """A final score that is a share of samples."""
    return Outcome(words, functools.partial(_final, name), resolution=functools.partial(counts.share_step, name, of))


_FILTERED = "train_critic_estimate_median101"
_THRESHOLDS = tuple(Alternative(f"trained from {level:g}", f"trains_{level:g}") for level in OTHER_THRESHOLDS)
_OTHER_SCORES = (Alternative("best snapshot", "best_log_quality"), Alternative("KID, sign only", "kid", 0.0))

OUTCOMES: dict[str, Outcome] = {
    "log_quality": Outcome(
        "log of FID (of the transport cost for points) after the last step",
        _log_quality,
        scale="ratio",
        alternatives=_OTHER_SCORES,
    ),
    "best_log_quality": Outcome(
        "log of FID (of the transport cost for points) at the best snapshot", _best_log_quality, scale="ratio"
    ),
    "kid": Outcome("KID after the last step", functools.partial(_final, "kid")),
    "progress": Outcome("way from the untrained generator to real data, on the log scale of FID", progress),
    "trains": Outcome(
        "the run trains",
        functools.partial(_reached, TRAINED),
        kind="yes or no",
        alternatives=(*_THRESHOLDS, Alternative("best snapshot", "trains_best")),
    ),
    **{
        f"trains_{level:g}": Outcome(
            f"the run has come {level:g} of the way", functools.partial(_reached, level), kind="yes or no"
        )
        for level in OTHER_THRESHOLDS
    },
    "trains_best": Outcome(
        "the run trains, at its best snapshot", functools.partial(_best_reached, TRAINED), kind="yes or no"
    ),
    "n_trained": Outcome(
        "number of runs that train",
        functools.partial(_reached, TRAINED),
        resolution=lambda evidence: ROUNDING,
        alternatives=tuple(
            Alternative(f"trained from {level:g}", f"n_trained_{level:g}") for level in OTHER_THRESHOLDS
        ),
    ),
    **{
        f"n_trained_{level:g}": Outcome(
            f"number of runs that have come {level:g} of the way",
            functools.partial(_reached, level),
            resolution=lambda evidence: ROUNDING,
        )
        for level in OTHER_THRESHOLDS
    },
    "improves": Outcome("the samples of the run improve", functools.partial(_reached, IMPROVED), kind="yes or no"),
    "steps_to_train": Outcome(
        "generator steps until the run trains",
        functools.partial(curves.steps_to, TRAINED),
        kind="order",
        alternatives=tuple(Alternative(f"trained from {level:g}", f"steps_to_{level:g}") for level in OTHER_THRESHOLDS),
    ),
    **{
        f"steps_to_{level:g}": Outcome(
            f"generator steps until the run has come {level:g} of the way",
            functools.partial(curves.steps_to, level),
            kind="order",
        )
        for level in OTHER_THRESHOLDS
    },
    **_follows(
        "follows_filtered",
        "train_critic_estimate_median101",
        "rank correlation of the median-filtered training estimate with FID",
    ),
    **_follows(
        "follows_filtered_warm",
        "train_critic_estimate_median101",
        "rank correlation of the median-filtered training estimate with FID after the warm-up",
        WARM_UP,
    ),
    **_follows("follows_raw", "train_critic_estimate", "rank correlation of the training estimate with FID"),
    **_follows(
        "follows_heldout",
        "critic_estimate",
        "rank correlation of the estimate on held-out data at fixed weights with FID",
    ),
    "estimate_drift": Outcome(
        "relative change of the median-filtered training estimate from the first half of the snapshots to the second",
        functools.partial(curves.drift, _FILTERED),
    ),
    "quality_drift": Outcome(
        "fall of log FID from the first half of the snapshots to the second", curves.quality_drift, scale="ratio"
    ),
    "swing": Outcome(
        "change of log FID (log transport cost for points) from snapshot to snapshot in the second half",
        curves.swing,
        kind="order",
    ),
    "estimate_flat": Outcome(
        "the median-filtered training estimate stays the same",
        functools.partial(_flat, functools.partial(curves.drift, _FILTERED), FLAT),
        kind="yes or no",
    ),
    "samples_flat": Outcome(
        "the samples stay the same, by FID",
        functools.partial(_flat, curves.quality_drift, -float(np.log1p(-FLAT))),
        kind="yes or no",
    ),
    "recall": _share("recall", "recall after the last step", of="n_real"),
    "precision": _share("precision", "precision after the last step"),
    "modes_told": Outcome(
        f"it was scored with {SAMPLES_A_MODE} samples for each mode or more", _modes_told, kind="yes or no"
    ),
    "log_modes": Outcome(
        "log of the number of modes kept after the last step",
        functools.partial(_log_final, "modes_kept", 1.0),
        premise="modes_told",
        scale="ratio",
        resolution=functools.partial(counts.log_count_step, "modes_kept"),
    ),
    "loses_modes": Outcome("modes are lost", _loses_modes, kind="yes or no", premise="modes_told"),
    "mode_kl": Outcome(
        "divergence of the modes from uniform, in nats", functools.partial(_final, "mode_kl"), premise="modes_told"
    ),
    "high_quality": _share("high_quality_fraction", "share of samples close to a mode"),
    "spread": Outcome("spread of the samples, as a share of the data's", functools.partial(_final, "spread")),
    "collapses": Outcome(
        "the samples end up nearly alike", functools.partial(_below, "spread", COLLAPSED), kind="yes or no"
    ),
    "beats_critic": Outcome(
        "the critic ends up scoring generated samples above real ones",
        functools.partial(_below, "critic_estimate", 0.0),
        kind="yes or no",
    ),
    "critic_tells_apart": Outcome(
        "the critic tells held-out real samples from generated ones",
        functools.partial(_above, "critic_estimate", 0.0),
        kind="yes or no",
    ),
    "estimate": Outcome(
        "critic's estimate on held-out data after the last step", functools.partial(_final, "critic_estimate")
    ),
    "largest_estimate": Outcome(
        "largest estimate of the critic on held-out data at any snapshot",
        functools.partial(_largest, "critic_estimate"),
    ),
    "overfitting_gap": Outcome(
        "critic's estimate on training data less that on held-out data, as a share of the larger", curves.gap
    ),
    "gap_growth": Outcome(
        "rank correlation of the overfitting gap with training time",
        curves.gap_growth,
        scale="correlation",
        resolution=curves.gap_growth_step,
    ),
    "log_completion_error": Outcome(
        "log of the completions' error", functools.partial(_log_final, "completion_error", GREY_LEVEL), scale="ratio"
    ),
    "log_completion_diversity": Outcome(
        "log of the completions' diversity",
        functools.partial(_log_final, "completion_diversity", GREY_LEVEL),
        scale="ratio",
    ),
}
"""Every outcome a question may name."""


def alternative(outcome: str, name: str) -> Alternative | None:
    """Returns the other way to ask of that name, None where an outcome has none."""
    return next((other for other in OUTCOMES[outcome].alternatives if other.name == name), None)
