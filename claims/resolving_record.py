"""What `python -m claims resolve` keeps: a row for each round and claim, and the configuration with the seeds raised.

Both are under `results/resolve/`. Rows hold what was found, so that a later
call with other limits comes to its own decision from them.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.config import Plan, validate
from bench.errors import UserError
from bench.files import read_json, write_atomic, write_json
from bench.spec import RunSpec, digest
from claims.claim import Claim
from claims.designs import arms_of

Seeds = int | list[int]


@dataclass(frozen=True)
class Row:
    """One claim in one round.

    Args:
        round: from 1, over all calls.
        claim: its id.
        design: digest of its declaration and trainings; a row of another one says nothing about it.
        seeds: how many were trained.
        look: which look this was.
        alpha: what it spent of the error level.
        verdict: on the claim, after the correction in its family.
        parts: estimate, interval and verdict of each stated part.
        chance: of being decided at the next look; None for a decided claim.
        next_seeds: how many seeds that look takes.
        hours: estimated when the round was launched, on one device; None where unknown.
        stopped: why there was no next round, as of the last call; "" where there was.
    """

    round: int
    claim: str
    design: str
    seeds: int
    look: int
    alpha: float
    verdict: str
    parts: tuple[Mapping[str, Any], ...]
    chance: float | None
    next_seeds: int
    hours: float | None
    stopped: str = ""


@dataclass(frozen=True)
class Launch:
    """Trainings of a claim that were begun: a call that was killed has left them, and they are paid for."""

    design: str
    seeds: int
    hours: float | None


@dataclass
class Book:
    """The record of a scale.

    Args:
        path: its file.
        rows: in the order of the rounds.
        launched: what is begun and not looked at yet, by claim.
    """

    path: Path
    rows: list[Row] = field(default_factory=list)
    launched: dict[str, Launch] = field(default_factory=dict)

    @classmethod
    def read(cls, results: Path, scale: str) -> Book:
        """Reads the record; an empty one where there is none.

        Raises:
            UserError: when it is damaged or of another version.
        """
        path = results / "resolve" / f"{scale}.json"
        if not path.exists():
            return cls(path)
        content = read_json(path)
        try:
            rows = [Row(**{**row, "parts": tuple(row["parts"])}) for row in content["rounds"]]
            return cls(path, rows, {claim: Launch(**one) for claim, one in content["launched"].items()})
        except (KeyError, TypeError) as error:
            raise UserError(f"{path} is not a record of this version. Move it away to begin anew.") from error

    def write(self) -> None:
        """Writes the record; atomic."""
        launched = {claim: dataclasses.asdict(one) for claim, one in self.launched.items()}
        write_json(self.path, {"rounds": [dataclasses.asdict(row) for row in self.rows], "launched": launched})

    def add(self, row: Row) -> None:
        """Adds what was found of a claim that had been launched."""
        self.rows.append(row)
        self.launched.pop(row.claim, None)
        self.write()

    def last(self, claim: str, design: str) -> Row | None:
        """Returns the last row of a claim with these trainings."""
        return next((row for row in reversed(self.rows) if (row.claim, row.design) == (claim, design)), None)

    def hours(self) -> float:
        """Returns the hours of all that was launched so far, where known."""
        known = [row.hours for row in self.rows] + [one.hours for one in self.launched.values()]
        return sum(hours for hours in known if hours is not None)

    def paid(self, claim: str, design: str, seeds: int) -> bool:
        """Tells whether these trainings of a claim have been launched."""
        one = self.launched.get(claim)
        return one is not None and (one.design, one.seeds) == (design, seeds)


def more_seeds(seeds: Seeds, n: int) -> Seeds:
    """Returns `n` seeds, those given among them and no fewer than those.

    Example:
        >>> more_seeds(5, 10), more_seeds([0, 7], 4)
        (10, [0, 7, 1, 2])
    """
    if isinstance(seeds, int):
        return max(seeds, n)
    unused = (seed for seed in itertools.count() if seed not in seeds)
    return [*seeds, *itertools.islice(unused, max(0, n - len(seeds)))]


def count(seeds: Seeds) -> int:
    """Returns how many seeds a configuration's `seeds` are."""
    return seeds if isinstance(seeds, int) else len(seeds)


def raised(plan: Plan, wanted: Mapping[str, int]) -> Plan:
    """Returns the plan's configuration with the seeds of some claims raised; its grid and other claims stay.

    Args:
        plan: the plan; its runs are left as they are, for nothing is expanded again.
        wanted: number of seeds by claim, each of which has a design in the configuration.

    Raises:
        UserError: when what comes out breaks the schema.
    """
    designs = dict(plan.config.get("designs", {}))
    for claim, n in wanted.items():
        designs[claim] = {**designs.get(claim, {}), "seeds": more_seeds((plan.design(claim) or {})["seeds"], n)}
    return _with_designs(plan, designs)


def design_of(plan: Plan, claim: Claim) -> str:
    """Returns a digest of a claim's declaration and trainings, however many seeds they have.

    Raises:
        UserError: when the configuration leaves the claim nothing to train.
    """
    designs = dict(plan.config.get("designs", {}))
    designs[claim.id] = {**designs.get(claim.id, {}), "seeds": [0]}
    arms = arms_of(_with_designs(plan, designs), claim)
    runs = [spec.run_id for _, found in arms for spec in found if isinstance(spec, RunSpec)]
    if not runs:
        raise UserError(f"Claim {claim.id!r} has nothing to train on the data sets of scale {plan.scale!r}.")
    return digest([claim.declaration_hash, runs])


def write_overlay(plan: Plan, results: Path) -> Path:
    """Writes the configuration of a plan beside the record, for Snakemake and the report, and returns where."""
    import yaml

    validate(plan.config)
    path = results / "resolve" / f"{plan.scale}.yaml"
    head = "# Made by `python -m claims resolve`: the configuration with the seeds of some claims raised.\n"
    write_atomic(path, (head + yaml.safe_dump(dict(plan.config), sort_keys=False)).encode())
    return path


def _with_designs(plan: Plan, designs: Mapping[str, Any]) -> Plan:
    return dataclasses.replace(plan, config={**plan.config, "designs": designs})
