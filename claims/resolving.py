"""More seeds for undecided claims about trainings, in rounds, until there is a reason to stop.

A round trains and judges the claims that are open, each with the seeds of its
next look. A claim is closed when it is decided, when a premise fails or nothing
was run, when the chance that its next look decides is small, or when the budget
does not reach. What a look may spend of the error level is seen to where claims
are judged (`claims.looks`); nothing here can spend it twice. Stopping early for
any of these reasons cannot make a verdict false.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.config import Plan
from bench.errors import UserError
from bench.files import read_json
from bench.planned import Planned
from bench.spec import seed_for
from claims.catalogue import CLAIMS
from claims.claim import Claim, Verdict
from claims.designs import planned
from claims.evaluate import load_evidence, verdict_path
from claims.families import corrected, size
from claims.looks import look_at
from claims.resolving_chance import chance
from claims.resolving_record import Book, Launch, Row, count, design_of, raised, write_overlay
from claims.resolving_tools import Price
from claims.sequential import looks_schedule

RESOLVED, UNLIKELY = "resolved", "unlikely to be decided"
NO_SEEDS, NO_HOURS, NO_ROUNDS = "seeds spent", "hours spent", "rounds spent"

CLOSED = {
    Verdict.SUPPORTED.value: RESOLVED,
    Verdict.WEAKER.value: RESOLVED,
    Verdict.CONTRADICTED.value: RESOLVED,
    Verdict.MIXED.value: RESOLVED,
    Verdict.INVALID.value: "a premise fails",
    Verdict.NOT_RUN.value: "nothing was run",
}
"""Why a claim with that verdict gets no more seeds."""


@dataclass(frozen=True)
class Limits:
    """When to stop.

    Args:
        max_seeds: most seeds of a claim.
        hours: most device hours of all rounds on record together.
        least_chance: chance of being decided at the next look below which a claim is given up.
        rounds: most rounds of this call.
    """

    max_seeds: int | None = None
    hours: float | None = None
    least_chance: float = 0.1
    rounds: int | None = None


@dataclass(frozen=True)
class Step:
    """What comes next for a claim.

    Args:
        claim: the claim.
        design: digest of its trainings.
        seeds: at its next look.
        row: its last look, where there was one, with what is now left of its verdict.
        stopped: why there is no next look, or "".
    """

    claim: Claim
    design: str
    seeds: int
    row: Row | None
    stopped: str

    @property
    def prospect(self) -> float:
        """The chance that the next look decides; 1 before the first."""
        return 1.0 if self.row is None or self.row.chance is None else self.row.chance


@dataclass(frozen=True)
class Resolver:
    """All that rounds need.

    Args:
        claims: claims about trainings.
        plan: the configuration, which has a design for each of them.
        results: the results folder.
        limits: when to stop.
        train: function (configuration file, claims) that trains what it asks for and judges the claims.
        price: function (plan) that estimates what is left to do of it.
        say: where progress lines go.
    """

    claims: Sequence[Claim]
    plan: Plan
    results: Path
    limits: Limits
    train: Callable[[Path, Sequence[Claim]], None]
    price: Callable[[Planned], Price]
    say: Callable[[str], None]

    def run(self) -> dict[str, Any]:
        """Does the rounds that are due and returns the record with the state of each claim.

        Raises:
            UserError: when the workflow fails; what it has done so far is kept.
        """
        book = Book.read(self.results, self.plan.scale)
        done, ended = 0, NO_ROUNDS
        while self.limits.rounds is None or done < self.limits.rounds:
            chosen, hours = self.affordable(book)
            if not chosen:
                ended = NO_HOURS
                break
            self._round(book, chosen, hours)
            done += 1
        return self._close(book, ended)

    def preview(self) -> dict[str, Any]:
        """Returns what the next round would do."""
        book = Book.read(self.results, self.plan.scale)
        steps = self.steps(book)
        cost = self.price_of(book, steps)
        chosen = {step.claim.id for step in self._within(book, steps, cost)}
        rows = []
        for step in steps:
            waits = "" if step.claim.id in chosen else NO_HOURS
            known = {"runs": cost.runs.get(step.claim.id, 0), "hours": cost.hours.get(step.claim.id)}
            seeds = {"seeds": step.row.seeds if step.row else 0, "next_seeds": step.seeds}
            rows.append({"claim": step.claim.id, **seeds, **known, "stopped": step.stopped or waits})
        return {"scale": self.plan.scale, "device": cost.device, "total_hours": cost.total, "next": rows}

    def steps(self, book: Book) -> list[Step]:
        """Returns what comes next for each claim."""
        return [self._step(book, claim) for claim in self.claims]

    def _step(self, book: Book, claim: Claim) -> Step:
        design = design_of(self.plan, claim)
        row, given = self._now(claim, book.last(claim.id, design)), count((self.plan.design(claim.id) or {})["seeds"])
        if row is not None and (given <= row.seeds or CLOSED.get(row.verdict) == RESOLVED):
            seeds, stopped = row.next_seeds, CLOSED.get(row.verdict, "")
            if not stopped and row.chance is not None and row.chance < self.limits.least_chance:
                stopped = UNLIKELY
        else:
            least, planned_seeds = claim.declaration.min_seeds, claim.declaration.planned_seeds
            seeds, stopped = given if given >= least else planned_seeds, ""
            if self.limits.max_seeds is not None and least <= self.limits.max_seeds < seeds:
                seeds = self.limits.max_seeds
        if not stopped and self.limits.max_seeds is not None and seeds > self.limits.max_seeds:
            stopped = NO_SEEDS
        return Step(claim, design, seeds, row, stopped)

    def _now(self, claim: Claim, row: Row | None) -> Row | None:
        """The last look as the verdicts now on record leave it: looks at others of its family change what is left."""
        path = verdict_path(self.results, self.plan.scale, claim.id)
        if row is None or not path.exists():
            return row
        record = read_json(path)
        if record["declaration_hash"] != claim.declaration_hash or record["look"] < row.look:
            return row  # judged since on fewer runs, or under another declaration
        verdict, tests = self._left(record)
        if verdict == row.verdict:
            return row
        return dataclasses.replace(row, verdict=verdict, chance=self._chance(claim, row.seeds, verdict, tests))

    def overlay(self, book: Book, steps: Sequence[Step] = ()) -> Plan:
        """Returns the plan with the seeds raised of every claim on record and of steps to be taken."""
        claims = [CLAIMS[name] for name in {row.claim for row in book.rows} & set(CLAIMS) if self.plan.design(name)]
        known = {claim.id: book.last(claim.id, design_of(self.plan, claim)) for claim in claims}
        seeds = {claim: row.seeds for claim, row in known.items() if row}
        return raised(self.plan, seeds | {step.claim.id: step.seeds for step in steps})

    def affordable(self, book: Book) -> tuple[list[Step], dict[str, float | None]]:
        """Returns the steps of the next round, and the hours of each; no two count a run that they share."""
        steps = self.steps(book)
        if all(step.stopped for step in steps):
            return [], {}
        cost = self.price_of(book, steps)
        chosen = self._within(book, steps, cost)
        hours = {step.claim.id: cost.hours.get(step.claim.id) for step in chosen}
        counted = sum(one for one in hours.values() if one is not None)
        scale = min(1.0, cost.total / counted) if cost.total is not None and counted else 1.0
        return chosen, {claim: None if one is None else scale * one for claim, one in hours.items()}

    def price_of(self, book: Book, steps: Sequence[Step]) -> Price:
        """Estimates the next round of all open claims."""
        due = [step for step in steps if not step.stopped]
        if not due:
            return Price("", {}, {}, 0.0)
        bare = dataclasses.replace(self.overlay(book, due), runs=(), skipped=())
        return self.price(planned(bare, [step.claim for step in due]))

    def _within(self, book: Book, steps: Sequence[Step], cost: Price) -> list[Step]:
        """The open steps that the hours left allow: all of them, else the most promising for their hours first.

        Runs that claims share count for each of those, so that the hours are kept whichever are chosen; what is left
        of the others is cheaper in the next round.
        """
        due = [step for step in steps if not step.stopped]
        if self.limits.hours is None:
            return due
        if cost.total is None:
            raise UserError("The hours of the next round are not known here, so --hours cannot be kept. Leave it out.")
        left = self.limits.hours - book.hours()
        paid = [step for step in due if book.paid(step.claim.id, step.design, step.seeds)]
        new = [step for step in due if step not in paid]
        if cost.total <= left:
            return due
        found = list(paid)
        for step in sorted(new, key=lambda step: (cost.hours.get(step.claim.id) or 0.0) / max(step.prospect, 1e-9)):
            hours = cost.hours.get(step.claim.id)
            if hours is not None and hours <= left:
                found.append(step)
                left -= hours
        return found

    def _round(self, book: Book, chosen: Sequence[Step], hours: Mapping[str, float | None]) -> None:
        number = max((row.round for row in book.rows), default=0) + 1
        for step in chosen:
            if not book.paid(step.claim.id, step.design, step.seeds):
                book.launched[step.claim.id] = Launch(step.design, step.seeds, hours[step.claim.id])
        book.write()
        path = write_overlay(self.overlay(book, chosen), self.results)
        self.train(path, [step.claim for step in chosen])
        for step in chosen:
            row = self._looked(step, number, book.launched[step.claim.id].hours)
            book.add(row)
            self.say(told(row, step.claim))

    def _looked(self, step: Step, number: int, hours: float | None) -> Row:
        """Reads what a look came to."""
        claim, scale = step.claim, self.plan.scale
        record = read_json(verdict_path(self.results, scale, claim.id))
        verdict, tests = self._left(record)
        kept = ("part", "verdict", "effect_name", "effect", "low", "high", "n")
        return Row(
            round=number,
            claim=claim.id,
            design=step.design,
            seeds=step.seeds,
            look=record["look"],
            alpha=record["share"] * claim.declaration.alpha,
            verdict=verdict,
            parts=tuple({key: part[key] for key in kept} for part in record["parts"] if part["form"] == "stated"),
            chance=self._chance(claim, step.seeds, verdict, tests),
            next_seeds=looks_schedule(step.seeds, 2)[1],
            hours=hours,
        )

    def _chance(self, claim: Claim, seeds: int, verdict: str, tests: int) -> float | None:
        """The chance that the look after one with so many seeds decides; None for a claim that needs none."""
        if verdict in CLOSED:
            return None
        scale, n_next = self.plan.scale, looks_schedule(seeds, 2)[1]
        evidence = load_evidence(claim, self.results, scale)
        # Runs not looked at in this way, and without seeds: the record says which look that is, and notes nothing.
        coming = look_at(claim, evidence.runs["run_id"], 0, self.results, scale, protocols=["next"])
        coming = dataclasses.replace(coming, share=coming.share / tests)
        rng = np.random.default_rng(seed_for("resolve", claim.id, n_next))
        return chance(claim, evidence, factor=n_next / seeds, look=coming, rng=rng)

    def _left(self, record: Mapping[str, Any]) -> tuple[str, int]:
        """Returns what the correction in its family, as far as that is judged, leaves of a verdict.

        With it comes the number of tests that its level is shared by, 1 where the correction has not been in the way.
        """
        names = CLAIMS if self.plan.claims is None else self.plan.claims
        paths = (verdict_path(self.results, self.plan.scale, name) for name in names)
        records = [read_json(path) for path in paths if path.exists()]
        verdict, _ = corrected(records)[record["claim"]]
        return verdict, 1 if verdict == record["verdict"] else size(records, record["family"])

    def _close(self, book: Book, ended: str) -> dict[str, Any]:
        """Notes why each claim got no more seeds, and returns the record."""
        steps = self.steps(book)
        reasons = {(step.claim.id, step.row.round): step.stopped or ended for step in steps if step.row}
        for k, row in enumerate(book.rows):
            if row.claim in {claim.id for claim in self.claims}:
                book.rows[k] = dataclasses.replace(row, stopped=reasons.get((row.claim, row.round), ""))
        book.write()
        rows = [dataclasses.asdict(row) for row in book.rows]
        return {"scale": self.plan.scale, "rounds": rows, "claims": list(_states(steps, book, ended))}


def _states(steps: Sequence[Step], book: Book, ended: str) -> Iterator[dict[str, Any]]:
    for step in steps:
        rows = [row for row in book.rows if (row.claim, row.design) == (step.claim.id, step.design)]
        hours = [row.hours for row in rows if row.hours is not None]
        last = {"seeds": 0, "look": 0, "verdict": Verdict.NOT_RUN.value, "chance": None}
        last = {key: getattr(step.row, key) for key in last} if step.row else last
        total = sum(hours) if hours else None
        yield {"claim": step.claim.id, "rounds": len(rows), **last, "hours": total, "stopped": step.stopped or ended}


def told(row: Row, claim: Claim) -> str:
    """Returns a line on a claim in a round."""
    level = f"look {row.look} at {row.alpha:.2g} of {claim.declaration.alpha:g}"
    shown = next((part for part in row.parts if part["verdict"] == row.verdict), row.parts[0])
    words = f"round {row.round}: {row.claim}, {row.seeds} seeds, {level}: {row.verdict}"
    if shown["effect"] is not None:
        interval = "" if shown["low"] is None else f" ({shown['low']:.3g} to {shown['high']:.3g})"
        words += f"; {shown['part']} {shown['effect']:.3g}{interval}"
    if row.chance is not None:
        words += f"; chance at {row.next_seeds} seeds {row.chance:.2f}"
    return words + ("" if row.hours is None else f"; {row.hours:.3g} h")
