"""Collecting: the evidence of one scale as three tidy tables.

scores.parquet has one row per run, step and metric, runs.parquet one per run
(also those that diverged, are pending or were skipped), curves.parquet thinned
training curves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import checkpoints
from bench.catalogue import METRICS
from bench.config import SkippedCell
from bench.curves import median_filtered, thinned
from bench.files import read_json, read_table, write_table
from bench.measure import SCORE_COLUMNS
from bench.planned import EVERYTHING, Planned
from bench.spec import RunSpec, deviations

if TYPE_CHECKING:
    import pandas as pd

RUN_COLUMNS = {
    "run_id": "str",
    "arm": "str",
    "scale": "str",
    "dataset": "str",
    "image_size": "int64",
    "architecture": "str",
    "method": "str",
    "seed": "int64",
    "outcome": "str",
    "reason": "str",
    "steps_done": "int64",
    "generator_steps": "int64",
    "spec": "str",
    "deviations": "str",
    "estimate_name": "str",
    "generator_parameters": "int64",
    "critic_parameters": "int64",
    "wall_seconds": "float64",
    "steps_per_second": "float64",
    "device": "str",
    "git_commit": "str",
    "git_dirty": "bool",
    "packages": "str",
    "data_sha256": "str",
    "weights_sha256": "str",
    "started_at": "str",
}
"""Columns of runs.parquet. A run stands once for each arm of the subject that it belongs to; for the subject of
everything the arm is empty. What a run that never finished cannot know is empty, zero or null."""

CURVE_COLUMNS = {
    "run_id": "str",
    "dataset": "str",
    "architecture": "str",
    "method": "str",
    "seed": "int64",
    "step": "int64",
    "series": "str",
    "value": "float64",
    "value_median101": "float64",
}
"""Columns of curves.parquet."""

COLLAPSED, SPREAD_OUT = 0.1, 0.2
"""A completed run has collapsed when its spread at the last snapshot is below the first of these and was at or above
the second at an earlier one: an untrained generator's samples are nearly alike too."""

Row = dict[str, Any]


def collect(planned: Planned, subject: str, results: Path) -> Path:
    """Writes the evidence of `subject` from whatever its runs have produced so far.

    Args:
        planned: the plan of a configuration; of its runs, those without a result or without scores are pending.
        subject: "all" or a claim id.
        results: the results folder.

    Returns:
        The folder with scores.parquet, runs.parquet and curves.parquet.

    Raises:
        UserError: when a file that should be there is missing or damaged.
    """
    scale, protocol_key = planned.scale, planned.protocol.key
    specs = [planned.runs[run_id] for run_id in planned.run_ids(subject)]
    rows = {spec.run_id: _run_row(spec, scale, protocol_key, results) for spec in specs}
    finished = [spec for spec in specs if rows[spec.run_id]["outcome"] != "pending"]
    scores = _scores(finished, protocol_key, results)
    _mark_collapsed(rows, scores)
    runs = [{**rows[run_id], "arm": arm} for arm, run_id in planned.members(subject)]
    if subject == EVERYTHING:
        runs += sorted((_skipped_row(cell, scale) for cell in planned.skipped), key=lambda run: run["run_id"])
    folder = results / "evidence" / scale / subject
    write_table(folder / "curves.parquet", _table([row for s in finished for row in _curve(s, results)], CURVE_COLUMNS))
    write_table(folder / "runs.parquet", _table(runs, RUN_COLUMNS))
    outcome = scores["run_id"].map({run_id: row["outcome"] for run_id, row in rows.items()})
    scores = scores.assign(scale=scale, outcome=outcome.fillna("completed").astype("str")).astype({"scale": "str"})
    write_table(folder / "scores.parquet", scores)
    return folder


def collapse(spread: pd.Series) -> str:
    """Returns why a run counts as collapsed, or nothing where it does not.

    Args:
        spread: the metric of that name, by step.
    """
    last, step = spread.iloc[-1], spread.index[-1]
    before = spread[spread >= SPREAD_OUT]
    if not (last < COLLAPSED and len(before)):
        return ""
    return (
        f"the spread of its samples fell from {before.iloc[-1]:.3g} at step {before.index[-1]} to {last:.3g} at step "
        f"{step} (collapsed: below {COLLAPSED:g} after {SPREAD_OUT:g} or more)"
    )


def _mark_collapsed(rows: dict[str, Row], scores: pd.DataFrame) -> None:
    """Turns the outcome of completed runs whose samples have become alike into "collapsed"."""
    spread = scores[(scores["metric"] == "spread") & scores["run_id"].isin(rows)]
    for run_id, found in spread.groupby("run_id"):
        reason = collapse(found.set_index("step")["value"])
        if reason and rows[run_id]["outcome"] == "completed":
            rows[run_id] |= {"outcome": "collapsed", "reason": reason}


def _run_row(spec: RunSpec, scale: str, protocol_key: str, results: Path) -> Row:
    run = results / "runs" / spec.run_id
    row = _empty_row() | {
        "run_id": spec.run_id,
        "scale": scale,
        "dataset": spec.dataset,
        "image_size": spec.image_size,
        "architecture": spec.architecture,
        "method": spec.method,
        "seed": spec.seed,
        "generator_steps": spec.generator_steps,
        "spec": spec.to_json(),
        "deviations": json.dumps(deviations(spec)),
    }
    if not (run / "result.json").exists():
        return row | {"outcome": "pending", "reason": "not trained yet"}
    row |= _known(read_json(run / "result.json", sealed=True)) | _known(read_json(run / "provenance.json"))
    if not _scores_file(results / "measurements" / spec.run_id / protocol_key).exists():
        return row | {"outcome": "pending", "reason": f"{row['outcome']}, but not measured yet"}
    return row


def _skipped_row(cell: SkippedCell, scale: str) -> Row:
    return _empty_row() | {
        "run_id": f"{cell.dataset}/{cell.architecture}/{cell.method}/s{cell.seed}-skipped",
        "scale": scale,
        "dataset": cell.dataset,
        "architecture": cell.architecture,
        "method": cell.method,
        "seed": cell.seed,
        "outcome": "skipped",
        "reason": cell.reason,
    }


def _empty_row() -> Row:
    empty: dict[str, Any] = {"str": "", "int64": 0, "float64": None, "bool": False}
    return {column: empty[kind] for column, kind in RUN_COLUMNS.items()}


def _known(found: Row) -> Row:
    """Keeps what has a column; packages become JSON text."""
    kept = {key: value for key, value in found.items() if key in RUN_COLUMNS and key != "spec"}
    return kept | ({"packages": json.dumps(found["packages"], sort_keys=True)} if "packages" in found else {})


def _scores_file(folder: Path) -> Path:
    """Whole scores, or where there are none yet those of a machine that lacked a measuring library."""
    whole, partial = folder / "scores.parquet", folder / "scores.partial.parquet"
    return partial if partial.exists() and not whole.exists() else whole


def _scores(specs: Sequence[RunSpec], protocol_key: str, results: Path) -> pd.DataFrame:
    """All score rows of the runs and of the references of their data sets, in a fixed order."""
    import pandas as pd

    references = sorted(results / "reference" / data_id / protocol_key for data_id in {s.data_id for s in specs})
    folders = references + [results / "measurements" / spec.run_id / protocol_key for spec in specs]
    tables = [_table([], SCORE_COLUMNS), *(read_table(_scores_file(folder)) for folder in folders)]
    scores = pd.concat([table for table in tables if len(table)] or tables, ignore_index=True)
    order = {name: k for k, name in enumerate(METRICS)}
    place = scores["metric"].map(order).fillna(len(order)).astype("int64")
    scores = scores.assign(_place=place).sort_values(["run_id", "step", "_place", "metric"], kind="stable")
    return scores.drop(columns="_place").reset_index(drop=True).astype(SCORE_COLUMNS)


def _curve(spec: RunSpec, results: Path) -> Iterable[Row]:
    for series, values in checkpoints.load_history(results / "runs" / spec.run_id).items():
        smooth = median_filtered(values)
        for k in thinned(len(values)):
            yield {
                "run_id": spec.run_id,
                "dataset": spec.dataset,
                "architecture": spec.architecture,
                "method": spec.method,
                "seed": spec.seed,
                "step": int(k) + 1,
                "series": series,
                "value": float(values[k]),
                "value_median101": float(smooth[k]),
            }


def _table(rows: Sequence[Row], columns: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns)).astype(columns)
