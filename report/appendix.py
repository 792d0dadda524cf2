"""The appendix on the protocol: what simulations say about its errors and power, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from report.inputs import Inputs

PROTOCOL = "../../../claims/PROTOCOL.md"
"""From the folder of a report in `results/` to the words of the protocol."""

MAKE = "snakemake --cores all protocol"
"""Makes what is missing."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class CalibrationRow:
    """One rule on one kind of sample; `by_n` holds its row of the calibration table for each number of seeds."""

    rule: str
    sample: str
    margin: float
    by_n: tuple[Row | None, ...]


@dataclass(frozen=True)
class Appendix:
    """What is shown of the protocol; None or empty where the simulation has not been run.

    Args:
        expected: how many false verdicts the table may be expected to hold.
        sizes: numbers of seeds of the calibration table.
        calibration: its rows.
        worst: the row of the calibration table with the largest rate of false verdicts, and that of normal values.
        inflation: rates of false verdicts by repeated looks.
        power: chance to decide, by claim and part.
        undecidable: how many parts could not have been decided.
    """

    expected: Row | None
    sizes: tuple[int, ...]
    calibration: tuple[CalibrationRow, ...]
    worst: tuple[Row, ...]
    inflation: tuple[Row, ...]
    power: tuple[Row, ...]
    undecidable: int


def appendix(inputs: Inputs) -> Appendix:
    """Returns what the protocol's simulations found."""
    found = inputs.protocol
    table = found.get("calibration", [])
    sizes = tuple(sorted({row["n"] for row in table}))
    power = tuple(found.get("power", ()))
    normal = [row for row in table if row["noise"] in ("", "normal")]
    return Appendix(
        expected=found.get("expected"),
        sizes=sizes,
        calibration=_pivoted(table, sizes),
        worst=tuple(max(rows, key=worst_rate) for rows in (table, normal) if rows),
        inflation=tuple(found.get("inflation", ())),
        power=power,
        undecidable=sum(row.get("decidable") is False for row in power),
    )


def worst_rate(row: Row) -> float:
    """Returns the larger of a row's two rates of false verdicts."""
    return float(max(row["false_supported"], row["false_contradicted"]))


def _pivoted(table: Sequence[Row], sizes: tuple[int, ...]) -> tuple[CalibrationRow, ...]:
    found: dict[tuple[str, str, float], dict[int, Row]] = {}
    for row in table:
        sample = "share" if row["kind"] == "share" else f"mean, {row['noise']}"
        found.setdefault((row["rule"], sample, row["margin"]), {})[row["n"]] = row
    return tuple(CalibrationRow(*key, tuple(by_n.get(n) for n in sizes)) for key, by_n in found.items())
