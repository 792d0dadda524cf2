"""The judge of trainings: answers the question of each part."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from bench.spec import seed_for
from claims.answers import (
    HOLDS,
    LEAST,
    Answer,
    Asked,
    answers,
    asked,
    contrasted,
    disagree,
    join,
    n_seeds,
    values,
)
from claims.claim import Claim, Evidence, Finding, Part, Verdict
from claims.comparisons import hodges_lehmann, mcnemar, permutation_p, probability_of_superiority, welch_interval
from claims.design import terms
from claims.judges.gates import failed, guards, otherwise, unplanned
from claims.judges.grid import fewest_seeds, finished_runs, gate, qualify, unscored_gate
from claims.judging import DECIDED, closeness, invalid, not_run
from claims.outcomes import OUTCOMES, Alternative, Outcome, alternative
from claims.statistics import RULES

SEED_FRAGILE = "seed fragile"
"""The flag of a verdict that is another one when a single seed is left out."""

SMALL = "a small positive effect is not excluded"
"""The flag of a denied effect whose interval reaches above zero."""

SLIGHT = "the effect is smaller than matters"
"""The flag of a denied effect that is there, which contradicts the denial, and lies below the margin."""

UNMET = "premise not met"
"""The flag of a part whose gate failed on fewer seeds than it takes to call the evidence invalid."""

METRIC_FRAGILE = "metric fragile"
"""The flag of a verdict whose opposite another score, threshold or checkpoint gives."""

UNDECIDED = Verdict.INCONCLUSIVE.value
DECIDED_WORDS = {verdict.value for verdict in DECIDED}


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Returns a finding for each part of a claim whose parts have questions."""
    reason = gate(evidence)
    return [
        _stopped(claim, part, evidence, reason) if reason else _finding(claim, part, evidence) for part in claim.parts
    ]


def _finding(claim: Claim, part: Part, evidence: Evidence) -> Finding:
    ask = _asked(claim, part, evidence)
    arms, runs = ask.question.arms, _runs_behind(claim, part, evidence)
    table = values(evidence, ask.outcome, arms)
    if not runs["arm"].isin(arms).any():
        return not_run(part.id, f"No run of {' or '.join(arms)} has finished.")
    aside = _told_aside(table, ask.outcome)
    if reason := unscored_gate(len(table), int((table["value"].notna() | table["aside"]).sum())):
        return _stopped(claim, part, evidence, reason + aside)
    gates = guards(claim, part)
    if missing := unplanned(gates, evidence):
        return not_run(part.id, missing)
    if reason_seeds := failed(gates, evidence):
        return _unmet(claim, part, evidence, aside, *reason_seeds)
    rows = contrasted(table, ask)
    found = answers(rows, ask)
    if all(one.verdict is Verdict.NOT_RUN for one in found):
        return not_run(part.id, found[0].note + aside)
    finding = _judged(part.id, table, ask, found, tuple(_alternatives(claim, part, evidence)))
    finding = dataclasses.replace(finding, flags=(*_fragile(rows, ask, finding.verdict), *finding.flags))
    others = runs[~runs["arm"].isin(arms)]
    counted = [n_seeds(one, ask.outcome.kind) for one in rows.values()]
    counted = [n for n in counted if n >= ask.least] or counted
    counted += [fewest_seeds(others)] if len(others) else []
    return _qualified(claim, finding, runs, min(counted))


def _unmet(claim: Claim, part: Part, evidence: Evidence, aside: str, reason: str, seeds: int) -> Finding:
    """The finding where a gate failed on that many seeds."""
    stopped = _stopped(claim, part, evidence, reason + aside, tuple(_alternatives(claim, part, evidence)))
    if seeds >= claim.declaration.min_seeds:
        return stopped
    # With too few seeds to decide anything it is not decided either that a premise fails.
    return dataclasses.replace(stopped, verdict=Verdict.INCONCLUSIVE, flags=(UNMET, *stopped.flags))


def _stopped(
    claim: Claim, part: Part, evidence: Evidence, reason: str, sensitivity: tuple[tuple[str, str], ...] = ()
) -> Finding:
    """The finding of a part that cannot be judged."""
    runs = _runs_behind(claim, part, evidence)
    seeds = fewest_seeds(runs)
    finding = dataclasses.replace(invalid(part.id, reason, seeds), sensitivity=sensitivity)
    return _qualified(claim, finding, runs, seeds)


def _qualified(claim: Claim, finding: Finding, runs: pd.DataFrame, seeds: int) -> Finding:
    """Flags and caps a finding; with too few seeds nothing shown beside it is decided either."""
    if seeds < claim.declaration.min_seeds:
        shown = tuple((name, UNDECIDED if words in DECIDED_WORDS else words) for name, words in finding.sensitivity)
        finding = dataclasses.replace(finding, flags=(), sensitivity=shown)
    return qualify(claim, finding, runs, seeds)


def _runs_behind(claim: Claim, part: Part, evidence: Evidence) -> pd.DataFrame:
    """The finished runs that a part and its gates look at."""
    runs, asked_of = finished_runs(evidence), () if part.question is None else part.question.arms
    return runs[runs["arm"].isin({*asked_of, *(arm for gate in guards(claim, part) for arm in gate.arms)})]


def _asked(claim: Claim, part: Part, evidence: Evidence) -> Asked:
    assert part.question is not None, f"part {part.id} of {claim.id} has no question"
    declared, margin = claim.declaration, claim.declaration.margin if part.margin is None else part.margin
    return asked(part.question, margin, declared.alpha, evidence, least=declared.min_seeds)


def _judged(
    part: str, table: pd.DataFrame, ask: Asked, found: list[Answer], sensitivity: tuple[tuple[str, str], ...]
) -> Finding:
    verdict, p_supported, p_contradicted = join(found, ask)
    shown = _shown(found, verdict)
    flags = _metric_flag(verdict, sensitivity)
    flags += _close(ask, found) if verdict in (*HOLDS, Verdict.CONTRADICTED) else ()
    finding = Finding(
        part,
        verdict,
        shown.effect,
        _named(ask, shown.member),
        shown.low,
        shown.high,
        len(shown.sample.values) if shown.sample else 0,
        flags,
        _note(table, found, ask.outcome),
        p_supported,
        p_contradicted,
        _superiority(table, shown.member, ask.alpha),
        (*sensitivity, *_compared(table, shown, ask)),
        tuple(cell for one in found for cell in one.cells),
    )
    return _as_correlation(finding) if ask.outcome.scale == "correlation" and len(terms(shown.member)) == 1 else finding


def _shown(found: Sequence[Answer], verdict: Verdict) -> Answer:
    """The member whose numbers stand for the part: one that decided it."""
    there = [one for one in found if one.effect is not None] or list(found)
    decisive = [one for one in there if (disagree(one) or one.verdict) is verdict]
    holding = [one for one in there if one.verdict in HOLDS] if verdict in HOLDS else []
    return (decisive or holding or there)[0]


def _alternatives(claim: Claim, part: Part, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """The verdicts that the other ways of asking give, where the question or a gate of it can be asked so."""
    assert part.question is not None, f"part {part.id} of {claim.id} has no question"
    gates = guards(claim, part)
    asked_of = (part.question.outcome, *(gate.outcome for gate in gates))
    for name in dict.fromkeys(other.name for one in asked_of for other in OUTCOMES[one].alternatives):
        if reason_seeds := failed(otherwise(gates, name), evidence):
            few = reason_seeds[1] < claim.declaration.min_seeds
            yield name, (Verdict.INCONCLUSIVE if few else Verdict.INVALID).value
            continue
        other = alternative(part.question.outcome, name) or Alternative(name, part.question.outcome)
        changed = dataclasses.replace(part.question, outcome=other.outcome)
        margin = claim.margin(part.id) if other.margin is None else other.margin
        ask = _asked(claim, dataclasses.replace(part, question=changed, margin=margin), evidence)
        table = values(evidence, ask.outcome, changed.arms)
        yield name, join(answers(contrasted(table, ask), ask), ask)[0].value


def _compared(table: pd.DataFrame, shown: Answer, ask: Asked) -> Iterator[tuple[str, str]]:
    """Other tests of a comparison: of paired differences, of the two arms unpaired, and of pairs that differ."""
    signs = terms(shown.member)
    if shown.sample is None or len(signs) < 2 or len(shown.sample.values) < LEAST[shown.sample.kind]:
        return
    sample = np.asarray(shown.sample.values)
    if shown.sample.kind == "share":
        wins = int(sample.sum())
        yield "McNemar, two-sided", f"p = {mcnemar(wins, sample.size - wins):.2g}, {wins} to {sample.size - wins}"
        return
    rng = np.random.default_rng(seed_for("permutation", *map(float, sample)))
    up, down = permutation_p(sample, rng=rng), permutation_p(-sample, rng=rng)
    yield "sign-flip permutation", f"p = {up:.2g} of a mean as high by chance, {down:.2g} of one as low"
    above, below = _by_seed(table, signs[0][1]), _by_seed(table, signs[1][1])
    if [sign for sign, _ in signs] == [1, -1] and min(len(above), len(below)) >= LEAST["mean"]:
        if np.ptp(above) == np.ptp(below) == 0:
            return  # two points have no interval between them
        _, low, high = welch_interval(above, below, ask.alpha)
        yield "unpaired (Welch)", RULES[ask.question.rule](low, high, ask.margin).value
        yield "Hodges-Lehmann shift", f"{hodges_lehmann(above, below):.3g}"


def _by_seed(table: pd.DataFrame, arm: str) -> np.ndarray:
    used = table[(table["arm"] == arm) & ~table["aside"] & table["value"].notna()]
    return used.groupby("seed")["value"].mean().to_numpy()


def _metric_flag(verdict: Verdict, sensitivity: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    found = {words for _, words in sensitivity}
    holds = {one.value for one in HOLDS}
    turned = (verdict in HOLDS and Verdict.CONTRADICTED.value in found) or (
        verdict is Verdict.CONTRADICTED and bool(found & holds)
    )
    return (METRIC_FRAGILE,) if turned else ()


def _fragile(rows: Mapping[str, pd.DataFrame], ask: Asked, verdict: Verdict) -> tuple[str, ...]:
    """Flags a decided part that would get another verdict if one seed were left out."""
    seeds = {seed for found in rows.values() for seed in found["seed"]}
    if verdict is Verdict.INCONCLUSIVE or len(seeds) < 3:
        return ()
    fewer = dataclasses.replace(ask, least=ask.least - 1)
    ignored = {member for member, found in rows.items() if n_seeds(found, ask.outcome.kind) < ask.least}
    ignored = ignored if len(ignored) < len(rows) else set()
    known = {member: found.assign(value=np.nan) if member in ignored else found for member, found in rows.items()}
    for seed in sorted(seeds):
        rest = {member: found[found["seed"] != seed] for member, found in known.items()}
        if join(answers(rest, fewer), fewer)[0] is not verdict:
            return (SEED_FRAGILE,)
    return ()


def _close(ask: Asked, found: Sequence[Answer]) -> tuple[str, ...]:
    def decided(low: float, high: float) -> Verdict:
        return RULES[ask.question.rule](low, high, ask.margin)

    bounds = [(one.low, one.high) for one in found if one.low is not None and one.high is not None]
    flags = {flag for low, high in bounds for flag in closeness(decided, low, high)}
    if ask.question.rule == "not greater":
        flags |= {SMALL for low, high in bounds if low <= 0 < high} | {
            SLIGHT for low, high in bounds if low > 0 and high < ask.margin
        }
    return tuple(sorted(flags))


def _superiority(table: pd.DataFrame, member: str, alpha: float) -> tuple[float, float, float] | None:
    """The chance that a run of the first arm lies above one of the second, and its bounds, averaged over data sets.

    The mean of intervals is wider than the interval of the mean, which errs on the safe side.
    """
    parts = terms(member)
    if len(parts) != 2:
        return None
    used = table[~table["aside"] & table["value"].notna()]
    chances = []
    for _, cell in used.groupby("data"):
        above, below = (cell.loc[cell["arm"] == arm, "value"].to_numpy() for _, arm in parts)
        if len(above) and len(below):
            chances.append(probability_of_superiority(above, below, alpha))
    if not chances:
        return None
    chance, low, high = np.mean(chances, axis=0)
    return float(chance), float(low), float(high)


def _as_correlation(finding: Finding) -> Finding:
    """Shows correlations as such; the rules work on Fisher's z, in which differences of two of them stay."""

    def back(value: float | None) -> float | None:
        return None if value is None else float(np.tanh(value))

    cells = tuple(
        dataclasses.replace(cell, effect=back(cell.effect), low=back(cell.low), high=back(cell.high))
        for cell in finding.cells
    )
    return dataclasses.replace(
        finding, effect=back(finding.effect), low=back(finding.low), high=back(finding.high), cells=cells
    )


def _named(ask: Asked, member: str) -> str:
    words = ask.outcome.words
    if ask.outcome.kind == "number":
        words = f"Fisher's z of the {words}" if ask.outcome.scale == "correlation" and len(terms(member)) > 1 else words
        return f"mean of: {words}, {member}" if len(terms(member)) > 1 else f"mean {words}"
    if len(terms(member)) > 1:
        return f"share of the seeds that differ in which it is more: {words}, {member}"
    return f"share of seeds in which {words}"


def _note(table: pd.DataFrame, found: Sequence[Answer], outcome: Outcome) -> str:
    failed = table[~table["outcome"].isin(["completed"])]
    counts = failed.groupby(["arm", "outcome"]).size()
    told = [f"{arm}: {n} {words.replace('_', ' ')}" for (arm, words), n in counts.items()]
    missing = dict.fromkeys(one.note for one in found if one.note)
    by_data = [f"{c.data} {c.verdict.value}" for c in found[0].cells] if len(found) == 1 else []
    sentences = [*missing, *([f"{'; '.join(told)}."] if told else [])]
    sentences += [f"By data set: {', '.join(by_data)}."] if len(by_data) > 1 else []
    return " ".join(sentences) + _told_aside(table, outcome)


def _told_aside(table: pd.DataFrame, outcome: Outcome) -> str:
    aside = table[table["aside"]]
    if aside.empty:
        return ""
    words = OUTCOMES[outcome.premise].words
    return f" Left out, as it is not so that {words}: {len(aside)} ({', '.join(aside['run_id'])})."
