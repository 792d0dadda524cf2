"""What a plan costs, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.cost import TOTAL, Cost, Row

UNITS = ("kB", "MB", "GB", "TB", "PB")


def table(cost: Cost, plan: Path) -> str:
    """Returns the table with what a reader has to know below it.

    Args:
        cost: what the plan costs.
        plan: the plan's file.
    """
    others = [device for device in cost.devices if device != cost.cpu]
    header = ["claim", "arms", "runs", "done", "generator steps", "critic steps", "hours on 1 core"]
    header += [f"on {cost.cores} cores"] if cost.cores > 1 else []
    header += [f"on {device.partition(': ')[2]}" for device in others] + ["disk"]
    lines = [header, *(_cells(row, cost, others) for row in (*cost.rows, cost.total))]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
    rule = "-" * max(map(len, shown))
    return "\n".join(
        [f"Scale {cost.scale}: what is left to do", "", shown[0], rule, *shown[1:-1], rule, shown[-1], ""]
    ) + ("\n".join(_notes(cost, plan, others)) + "\n")


def _cells(row: Row, cost: Cost, others: Sequence[str]) -> list[str]:
    counts = [row.runs, row.done, row.generator_steps, row.critic_steps]
    hours = [_hours(row, cost.cpu, 1)] + ([_hours(row, cost.cpu, cost.cores)] if cost.cores > 1 else [])
    arms = str(row.arms) if row.arms and row.claim != TOTAL else ""
    return [row.claim, arms, *(f"{n:,}" for n in counts), *hours, *(_hours(row, d, 1) for d in others), size(row.bytes)]


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [cells[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))]


def _hours(row: Row, device: str, cores: int) -> str:
    """Hours left; ">" where they are not known of some runs, "?" where of none."""
    unknown, hours = row.unknown.get(device, 0), row.hours.get(device, 0.0) / cores
    if unknown and unknown == row.runs - row.done:
        return "?"
    shown = f"{hours:,.0f}" if hours >= 100 else f"{hours:.2f}" if hours >= 0.01 or not hours else "<0.01"
    return f">{shown}" if unknown else shown


def size(n_bytes: float) -> str:
    """Returns a number of bytes in the unit people would use.

    Example:
        >>> size(0), size(1_234_000), size(56_000_000_000)
        ('0 kB', '1.2 MB', '56 GB')
    """
    value, unit = n_bytes / 1000, 0
    while value >= 1000 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {UNITS[unit]}" if 0 < value < 10 else f"{value:.0f} {UNITS[unit]}"


def _notes(cost: Cost, plan: Path, others: Sequence[str]) -> list[str]:
    """What the numbers contain, and what they leave out."""
    shared = sum(row.runs for row in cost.rows) > cost.total.runs
    unknown = {device: n for device, n in cost.total.unknown.items() if n}
    notes = ["A run that several claims share counts in the row of each, and once in all."] if shared else []
    notes += [
        "Hours contain training, scoring and the start of processes; not preparing data, extractors, studies, reports.",
        "They come from finished trainings of the same kind in results/, else from timings in results/calibration/.",
        "Disk is what runs keep (snapshots, histories, tables), without data sets; "
        f"a training needs up to {size(cost.checkpoint_bytes)} more while it runs.",
    ]
    notes += [f"{cost.studies} claims rest on studies: they need no runs and are not counted."] if cost.studies else []
    notes += [f"{cost.without} other claims have no runs in this configuration."] if cost.without else []
    notes += [f"{cost.skipped} cells make no sense and are skipped."] if cost.skipped else []
    if cost.unprepared:
        notes.append(f"Not prepared yet, and taken to have three channels: {', '.join(cost.unprepared)}.")
    how = f"`python -m bench cost --plan {plan}`"
    notes += [f"Not known of {n} runs: hours on {device}; {how} there times them." for device, n in unknown.items()]
    if not any(device.startswith("cuda") for device in others):
        notes.append(f"Nothing is known of a GPU; {how} on a machine with one adds its hours.")
    return ["", *notes]
