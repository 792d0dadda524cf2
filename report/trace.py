"""From a verdict to the runs that made it, and from each of them to its files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from claims.claim import Claim, Evidence
from report.grid import Group, text
from report.inputs import Inputs
from report.text import number

if TYPE_CHECKING:
    import pandas as pd

    from claims.outcomes import Outcome

UP = "../.."
"""From the folder of a report to the results."""

Link = tuple[str, str]
"""What is linked, and where it lies from the folder of the report."""


@dataclass(frozen=True)
class TracedRun:
    """One run as one arm of a claim.

    Args:
        run_id: its identity.
        arm: that it is a run of.
        seed: its seed.
        outcome: how it ended.
        value: what the claim's first question takes of it, as words.
        aside: whether that question leaves it out.
        device, commit, date: where, by which code and when it was made.
        links: its files.
        anchor: where it stands in the grid of this page; "" where it does not.
    """

    run_id: str
    arm: str
    seed: int
    outcome: str
    value: str
    aside: bool
    device: str
    commit: str
    date: str
    links: tuple[Link, ...]
    anchor: str


@dataclass(frozen=True)
class Trace:
    """The evidence of a claim: its tables, and its runs with `measure`, what the values are."""

    tables: tuple[Link, ...]
    measure: str
    runs: tuple[TracedRun, ...]


def anchors(grid: tuple[Group, ...]) -> dict[str, str]:
    """Returns where each run stands in the page."""
    return {run.run_id: run.anchor for group in grid for cell in group.cells for run in cell.seeds}


def trace(inputs: Inputs, claim: Claim, record: Mapping[str, Any], found: Evidence, places: Mapping[str, str]) -> Trace:
    """Returns the evidence of a claim, run by run.

    Args:
        inputs: everything that is shown.
        claim: the claim.
        record: its verdict.
        found: its evidence.
        places: anchors, by run.
    """
    names = ("runs", "scores", "curves")
    tables = [(f"{name}.parquet", f"evidence/{inputs.scale}/{claim.id}/{name}.parquet") for name in names]
    if record["study_seed"] is not None:
        rows = f"studies/{claim.id}/{record['effort']}-s{record['study_seed']}.parquet"
        tables = [("the rows of the study", rows)]
    tables.append(("the verdict", f"verdicts/{inputs.scale}/{claim.id}.json"))
    shown = _present(inputs, tables)
    if claim.design is None or not len(found.runs):
        return Trace(shown, "", ())
    measure, values = _measured(claim, found)
    rows = found.runs.sort_values(["arm", "dataset", "seed"], kind="stable").to_dict("records")
    return Trace(shown, measure, tuple(_run(inputs, row, values, places) for row in rows))


def _run(
    inputs: Inputs, row: Mapping[str, Any], values: Mapping[str, tuple[str, bool]], places: Mapping[str, str]
) -> TracedRun:
    run_id = row["run_id"]
    measured = f"measurements/{run_id}/{inputs.protocols.get(run_id, 'unmeasured')}/scores.parquet"
    files = [(name.partition(".")[0], f"runs/{run_id}/{name}") for name in ("spec.json", "result.json")]
    value, aside = values.get(run_id, ("", False))
    return TracedRun(
        run_id=run_id,
        arm=row["arm"],
        seed=int(row["seed"]),
        outcome=row["outcome"],
        value=value,
        aside=aside,
        device=text(row.get("device")),
        commit=text(row.get("git_commit"))[:10],
        date=text(row.get("started_at"))[:10],
        links=_present(inputs, [*files, ("scores", measured)]),
        anchor=places.get(run_id, ""),
    )


def _present(inputs: Inputs, files: list[Link]) -> tuple[Link, ...]:
    return tuple((words, f"{UP}/{path}") for words, path in files if (inputs.results / path).is_file())


def _measured(claim: Claim, found: Evidence) -> tuple[str, dict[str, tuple[str, bool]]]:
    """What the first question about trainings takes, and for each run the value and whether it is left out."""
    from claims.answers import values
    from claims.outcomes import OUTCOMES

    question = next((part.question for part in claim.parts if part.question), None)
    if question is None or claim.design is None or not len(found.scores):
        return "", {}
    outcome = OUTCOMES[question.outcome]
    table: pd.DataFrame = values(found, outcome, [arm.id for arm in claim.design.arms])
    rows = table[table["value"].notna()].itertuples()
    return outcome.words, {row.run_id: (_words(outcome, row.value), bool(row.aside)) for row in rows}


def _words(outcome: Outcome, value: float) -> str:
    if outcome.kind == "yes or no":
        return "yes" if value else "no"
    if outcome.kind == "order":
        return "never" if math.isinf(value) else number(value)
    return number(math.tanh(value) if outcome.scale == "correlation" else value)
