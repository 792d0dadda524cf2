"""Runs whose samples have become alike are an outcome of their own."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from bench.collect import COLLAPSED, SPREAD_OUT, collapse, collect
from bench.config import Protocol
from bench.files import read_json, read_table, write_json, write_table
from bench.measure import SCORE_COLUMNS, to_frame
from bench.planned import Planned
from bench.spec import RunSpec

Trained = tuple[Path, dict[str, RunSpec]]
PROTOCOL = Protocol(n_real=40, n_fake=40, metrics=("spread",))


@pytest.mark.parametrize(
    ("spread", "collapsed"),
    [
        ([0.01, 0.9, 0.05], True),
        ([0.01, SPREAD_OUT, COLLAPSED - 1e-9], True),
        ([0.9, 0.05, 0.15, 0.02], True),
        ([0.01, 0.9, COLLAPSED], False),
        ([0.01, SPREAD_OUT - 1e-9, 0.05], False),
        ([0.01, 0.02, 0.05], False),
        ([0.9, 0.05, 0.9], False),
        ([0.9, 0.8, math.nan], False),
        ([0.05], False),
    ],
)
def test_collapse_is_a_fall_from_spread_out_samples(spread: list[float], collapsed: bool) -> None:
    """Below 0.1 at the last snapshot after 0.2 or more at an earlier one; untrained samples are alike anyway."""
    assert bool(collapse(pd.Series(spread, index=range(0, 10 * len(spread), 10)))) == collapsed


def test_the_reason_says_from_where_to_where() -> None:
    """The last snapshot that was spread out, and the last of all."""
    reason = collapse(pd.Series([0.01, 0.93, 0.456, 0.1, 0.0312], index=[0, 5, 20, 45, 80]))
    assert reason == (
        "the spread of its samples fell from 0.456 at step 20 to 0.0312 at step 80 "
        "(collapsed: below 0.1 after 0.2 or more)"
    )


def scored(run: RunSpec, spread: list[float | None], results: Path, trained: Path) -> None:
    """Puts a trained run and made-up scores into a results folder."""
    place = results / "runs" / run.run_id
    place.parent.mkdir(parents=True)
    place.symlink_to(trained / "runs" / run.run_id)
    empty = {column: 0 if kind == "int64" else "" for column, kind in SCORE_COLUMNS.items()}
    rows = [
        {**empty, "run_id": run.run_id, "step": step, "metric": "spread", "value": value, "status": "ok"}
        for step, value in zip((6, 0, 2), spread, strict=True)
    ]
    write_table(PROTOCOL.scores_folder(run.run_id, results) / "scores.parquet", to_frame(rows, PROTOCOL))


def outcomes(results: Path, specs: list[RunSpec]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collects runs; returns their rows and their scores."""
    for data_id in {spec.data_id for spec in specs}:
        folder = PROTOCOL.reference_folder(data_id, results)
        write_table(folder / "scores.parquet", to_frame([], PROTOCOL))
    planned = Planned("tiny", PROTOCOL, {spec.run_id: spec for spec in specs}, (), {})
    folder = collect(planned, "all", results)
    return read_table(folder / "runs.parquet").set_index("run_id"), read_table(folder / "scores.parquet")


def test_a_collapsed_run_is_evidence(trained: Trained, tmp_path: Path) -> None:
    """Its outcome and reason are in the table of runs, its outcome beside its scores, which stay as they are."""
    fallen, fine, unknown = (trained[1][name] for name in ("images", "spectral", "points"))
    scored(fallen, [0.05, 0.01, 0.7], tmp_path, trained[0])
    scored(fine, [0.7, 0.01, 0.05], tmp_path, trained[0])
    scored(unknown, [None, 0.01, 0.7], tmp_path, trained[0])
    runs, scores = outcomes(tmp_path, [fallen, fine, unknown])
    assert runs["outcome"].to_dict() == {
        fallen.run_id: "collapsed", fine.run_id: "completed", unknown.run_id: "completed"
    }  # fmt: skip
    assert "fell from 0.7 at step 2 to 0.05 at step 6" in runs.loc[fallen.run_id, "reason"]
    mine = scores[scores["run_id"] == fallen.run_id]
    assert set(mine["outcome"]) == {"collapsed"} and mine["value"].tolist() == [0.01, 0.7, 0.05]


def test_a_diverged_run_stays_diverged(trained: Trained, tmp_path: Path) -> None:
    """Only a run that took all its steps can have collapsed."""
    spec = trained[1]["images"]
    scored(spec, [0.05, 0.01, 0.7], tmp_path, trained[0])
    place = tmp_path / "runs" / spec.run_id
    place.unlink()
    place.mkdir()
    for path in (trained[0] / "runs" / spec.run_id).iterdir():
        if path.is_file() and path.name != "result.json":
            (place / path.name).symlink_to(path)
    final = read_json(trained[0] / "runs" / spec.run_id / "result.json", sealed=True)
    write_json(place / "result.json", {**final, "outcome": "diverged", "reason": "why"}, sealed=True)
    run = outcomes(tmp_path, [spec])[0].iloc[0]
    assert (run["outcome"], run["reason"]) == ("diverged", "why")
