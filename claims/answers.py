"""From the runs of arms to numbers, and from numbers to answers: one value per seed, one rule.

This is the whole path from evidence to a verdict on a question. Simulations of
error rates and power use the same rules on the same intervals.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from claims.claim import Cell, Evidence, Verdict
from claims.design import Question, terms
from claims.judges.grid import planned_runs
from claims.judging import DECIDED
from claims.multiplicity import intersection_union
from claims.outcomes import OUTCOMES, Outcome
from claims.statistics import WITHOUT_SPREAD, Sample, decision, interval, p_values

_KEY = ["data", "seed"]

LEAST = {"mean": 2, "share": 1}
"""Values that an interval takes."""

HOLDS = (Verdict.SUPPORTED, Verdict.WEAKER)
"""The verdicts with which a statement holds."""


@dataclass(frozen=True)
class Answer:
    """What one member of a question comes to.

    Args:
        member: the arm, or the difference of arms.
        verdict: by the rule.
        sample: one number per seed; None where there is no evidence.
        effect, low, high: estimate and interval.
        p_supported, p_contradicted: see Finding.
        cells: the same by data set.
        note: why there is no evidence, or no interval.
    """

    member: str
    verdict: Verdict
    sample: Sample | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p_supported: float = 1.0
    p_contradicted: float = 1.0
    cells: tuple[Cell, ...] = ()
    note: str = ""


def values(evidence: Evidence, outcome: Outcome, arms: Sequence[str]) -> pd.DataFrame:
    """Returns what an outcome takes of every planned run of some arms.

    A run that crashed or was not started is lost, a cell without sense was never planned.

    Returns:
        `run_id`, `arm`, `data`, `seed`, `outcome` (of the run), `value` (missing where there is no usable score) and
        `aside`: whether the outcome's premise leaves the run out.
    """
    runs = planned_runs(evidence)
    runs = runs.loc[runs["arm"].isin(arms), ["run_id", "arm", "data", "seed", "outcome"]]
    taken = outcome.of(evidence).astype(float)
    if outcome.kind == "number":
        taken = taken.where(np.isfinite(taken))
    aside = pd.Series(False, index=runs.index)
    if outcome.premise:
        meets = OUTCOMES[outcome.premise].of(evidence)
        aside = runs["run_id"].map(meets) == 0.0
    return runs.assign(value=runs["run_id"].map(taken), aside=aside)


def contrasts(table: pd.DataFrame, member: str, kind: str) -> pd.DataFrame:
    """Forms a sum or difference of arms, seed by seed.

    Args:
        table: as `values` returns it.
        member: an arm or an expression of arms.
        kind: of the outcome; of two arms that are not numbers the sign of the difference is taken.

    Returns:
        `data`, `seed`, `value`: a row wherever every arm was planned, without a value where one of them has none.
    """
    used, parts = table.assign(value=table["value"].mask(table["aside"])), terms(member)
    by_arm = {arm: rows.set_index(_KEY)["value"] for arm, rows in used.groupby("arm", sort=False)}
    if not by_arm.keys() >= {arm for _, arm in parts}:
        return pd.DataFrame(columns=[*_KEY, "value"])
    wide = pd.concat([by_arm[arm] for _, arm in parts], axis=1, join="inner").sort_index()
    arms = wide.to_numpy().T
    if len(parts) == 2 and kind != "number":
        # Not the sign of the difference: of two that never came to pass it would be undefined.
        found = (arms[0] > arms[1]).astype(float) - (arms[0] < arms[1])
    else:
        found = np.asarray([sign for sign, _ in parts], dtype=float) @ arms
    return wide.index.to_frame(index=False).assign(value=np.where(np.isnan(arms).any(axis=0), np.nan, found))


def sample_of(rows: pd.DataFrame, kind: str, n_arms: int, resolution: float = 0.0) -> Sample:
    """Makes the sample that a rule decides on from contrasts.

    Numbers are averaged over data sets, seed by seed: a seed that lacks one would stand for the others alone. Yes or
    no of one arm counts every run; of two arms, only the pairs that differ count (McNemar), as wins of the first.
    """
    if kind == "number":
        return Sample("mean", tuple(_by_data(rows).dropna().mean(axis=1)), resolution)
    known = rows.loc[rows["value"].notna(), "value"]
    if n_arms == 2:
        return Sample("share", tuple((known[known != 0] > 0).astype(float)))
    return Sample("share", tuple(known))


def n_seeds(rows: pd.DataFrame, kind: str) -> int:
    """Returns how many seeds contrasts hold: of numbers those with every data set, else on the one that has fewest."""
    known = _by_data(rows).notna()
    return int(known.all(axis=1).sum() if kind == "number" else known.sum().min()) if len(rows) else 0


def _by_data(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.pivot(index="seed", columns="data", values="value")


@dataclass(frozen=True)
class Asked:
    """A question with all that its rule takes.

    Args:
        question: the question.
        margin: in the unit of the values that the rule works on.
        alpha: one-sided error level.
        step: least standard deviation believed.
        least: seeds below which nothing is decided.
    """

    question: Question
    margin: float
    alpha: float
    step: float = 0.0
    least: int = 0

    @property
    def outcome(self) -> Outcome:
        """What is taken of each run."""
        return OUTCOMES[self.question.outcome]


def asked(question: Question, margin: float, alpha: float, evidence: Evidence, *, least: int = 0) -> Asked:
    """Completes a question about this evidence."""
    outcome = OUTCOMES[question.outcome]
    step = outcome.resolution(evidence) if outcome.resolution else 0.0
    return Asked(question, unit(outcome, margin), alpha, step, least)


def unit(outcome: Outcome, margin: float) -> float:
    """Returns a margin in the unit that the rule works in: Fisher's z for a correlation."""
    return math.atanh(margin) if outcome.scale == "correlation" else margin


def contrasted(table: pd.DataFrame, ask: Asked) -> dict[str, pd.DataFrame]:
    """Returns the contrasts of every member of a question, from what `values` returns."""
    return {member: contrasts(table, member, ask.outcome.kind) for member in ask.question.members}


def answers(rows: Mapping[str, pd.DataFrame], ask: Asked) -> list[Answer]:
    """Answers every member of a question.

    A member with too few seeds decides nothing beside others that have enough. Where none has, all are answered, for
    what they show; that nothing is decided then is seen to by `claims.judges.grid.qualify`.

    Args:
        rows: contrasts by member.
        ask: the question.
    """
    found = [_answer(member, contrast, ask) for member, contrast in rows.items()]
    enough = [n_seeds(contrast, ask.outcome.kind) >= ask.least for contrast in rows.values()]
    return [one if whole or not any(enough) else _undecided(one) for one, whole in zip(found, enough, strict=True)]


def _undecided(one: Answer) -> Answer:
    verdict = Verdict.INCONCLUSIVE if one.verdict in DECIDED else one.verdict
    note = one.note or f"Too few seeds of {one.member} to decide."
    return dataclasses.replace(one, verdict=verdict, p_supported=1.0, p_contradicted=1.0, cells=(), note=note)


def _answer(member: str, rows: pd.DataFrame, ask: Asked) -> Answer:
    if rows["value"].isna().all():
        return Answer(member, Verdict.NOT_RUN, note=f"No run of {member} has a value.")
    n_arms, by_data = len(terms(member)), dict(list(rows.groupby("data")))
    if n_arms > 1 and ask.outcome.kind != "number" and not rows["value"].any():
        alike = f"The two differ in none of {int(rows['value'].notna().sum())} seeds."
        return Answer(member, Verdict.INCONCLUSIVE, sample_of(rows, ask.outcome.kind, n_arms), note=alike)
    whole = _decide(member, sample_of(rows, ask.outcome.kind, n_arms, ask.step), ask)
    cells = []
    for data, cell in by_data.items():
        several = len(by_data) > 1
        one = _decide(member, sample_of(cell, ask.outcome.kind, n_arms, ask.step), ask) if several else whole
        n = len(one.sample.values) if one.sample else 0
        enough = n_seeds(cell, ask.outcome.kind) >= ask.least or one.verdict not in DECIDED
        verdict = one.verdict if enough else Verdict.INCONCLUSIVE
        verdict = Verdict.NOT_RUN if cell["value"].isna().all() else verdict
        cells.append(Cell(member, str(data), verdict, one.effect, one.low, one.high, n))
    return dataclasses.replace(whole, cells=tuple(cells))


def _decide(member: str, sample: Sample, ask: Asked) -> Answer:
    if len(sample.values) < LEAST[sample.kind]:
        effect = float(np.mean(sample.values)) if sample.values else None
        return Answer(member, Verdict.INCONCLUSIVE, sample, effect, note="Too few seeds for an interval.")
    if sample.without_spread:
        return Answer(member, Verdict.INCONCLUSIVE, sample, sample.values[0], note=WITHOUT_SPREAD)
    effect, low, high = interval(sample, ask.alpha)
    p_supported, p_contradicted = p_values(sample, ask.question.rule, ask.margin)
    verdict = decision(sample, ask.question.rule, ask.margin, ask.alpha)
    return Answer(member, verdict, sample, effect, low, high, p_supported, p_contradicted)


def join(found: Sequence[Answer], ask: Asked) -> tuple[Verdict, float, float]:
    """Joins the members of a question: verdict, p value of support, p value of contradiction.

    "each" is an intersection-union test (Berger 1982): it holds when every member does, each at the full error level,
    and fails when one does, whose p value is then corrected for their number. "any" is the mirror image.
    """
    n, each = len(found), ask.question.quantifier == "each" or len(found) == 1
    verdicts = [_corrected(one, n, ask.alpha, each=each) for one in found]
    if each:
        verdict = _each(verdicts)
        less = [one.p_contradicted for one in _deciding(found, verdicts, (verdict,))]
        return verdict, intersection_union([one.p_supported for one in found]), min(1.0, n * min(less))
    verdict = _any(verdicts)
    more = [one.p_supported for one in _deciding(found, verdicts, HOLDS)]
    return verdict, min(1.0, n * min(more)), intersection_union([one.p_contradicted for one in found])


def _deciding(found: Sequence[Answer], verdicts: Sequence[Verdict], wanted: Sequence[Verdict]) -> list[Answer]:
    """The members whose verdict made that of the part, none other of which may lend it a p value; else all."""
    return [one for one, verdict in zip(found, verdicts, strict=True) if verdict in wanted] or list(found)


def _corrected(one: Answer, n: int, alpha: float, *, each: bool) -> Verdict:
    """The verdict on a member where it alone could decide: at a level corrected for the number of members.

    A member that is there and not shown to be too small at that level counts as supported, as any other such.
    """
    verdict = disagree(one) or one.verdict
    if not each:
        return Verdict.INCONCLUSIVE if verdict in HOLDS and n * one.p_supported > alpha else verdict
    if n * one.p_contradicted > alpha:
        return {Verdict.CONTRADICTED: Verdict.INCONCLUSIVE, Verdict.WEAKER: Verdict.SUPPORTED}.get(verdict, verdict)
    return verdict


def _each(found: Sequence[Verdict]) -> Verdict:
    for verdict in (Verdict.CONTRADICTED, Verdict.MIXED):
        if verdict in found:
            return verdict
    if set(found) & {Verdict.INCONCLUSIVE, Verdict.NOT_RUN}:
        return Verdict.INCONCLUSIVE
    return Verdict.WEAKER if Verdict.WEAKER in found else Verdict.SUPPORTED


def _any(found: Sequence[Verdict]) -> Verdict:
    if set(found) & set(HOLDS):
        # That one is small says nothing of the others: all of them have to be.
        return Verdict.WEAKER if set(found) <= {Verdict.WEAKER, Verdict.CONTRADICTED} else Verdict.SUPPORTED
    return Verdict.CONTRADICTED if set(found) == {Verdict.CONTRADICTED} else Verdict.INCONCLUSIVE


def disagree(one: Answer) -> Verdict | None:
    """Returns MIXED when decided verdicts of the data sets disagree on the direction, else None."""
    found = {cell.verdict for cell in one.cells}
    return Verdict.MIXED if found & set(HOLDS) and Verdict.CONTRADICTED in found else None
