"""How trainings end before their last step: bad records, and the end of the time they have."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bench import checkpoints
from bench.__main__ import main
from bench.collect import collect
from bench.config import Protocol
from bench.endings import early, first_bad_step
from bench.files import read_json, read_table
from bench.lease import Unfinished
from bench.measure import measure, measure_reference
from bench.planned import Planned
from bench.spec import RunSpec
from bench.step import HISTORY
from bench.training import Controls, train

CPU = torch.device("cpu")
Build = Callable[..., RunSpec]


def quiet(**changes: Any) -> Controls:
    return Controls(CPU, say=lambda line: None, **changes)


def test_first_bad_step_counts_from_one() -> None:
    """NaN anywhere, or a loss beyond the limit, marks the step; estimates may be large."""
    history = np.zeros((4, 4))
    assert first_bad_step(history, 10.0) is None
    history[2, 2] = 1e9
    assert first_bad_step(history, 10.0) is None
    history[3, 1] = -11.0
    assert first_bad_step(history, 10.0) == 4
    history[1, 3] = np.nan
    assert first_bad_step(history, 10.0) == 2


def test_divergence_comes_before_the_end_of_the_time(tiny_spec: Build) -> None:
    """Steps 4 and 5 of a record that ends at 5 with 6 to come: fine, then bad at 5, whatever the clock says."""
    spec, record = tiny_spec(), np.zeros((2, len(HISTORY)))
    assert early(spec, record, 5, stop=5, time_limit=60.0) is None
    ended = early(spec, record, 5, stop=6, time_limit=60.0)
    assert ended is not None and (ended.outcome, ended.steps, ended.last_kept) == ("timed_out", 5, 5)
    record[1] = np.nan
    ended = early(spec, record, 5, stop=6, time_limit=60.0)
    assert ended is not None and (ended.outcome, ended.steps, ended.last_kept) == ("diverged", 5, 4)


def stopped_at(step: int, spec: RunSpec, results: Path, seconds: float) -> None:
    """Leaves a run with a checkpoint at `step` that has trained for so many seconds."""
    inner, calls = checkpoints.save_snapshot, []

    def counting(*arguments: Any) -> str:
        calls.append(arguments[1])
        if arguments[1] == step:
            controls.deadline = 0.0
        return inner(*arguments)

    controls = quiet()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Unfinished):
        patch.setattr(checkpoints, "save_snapshot", counting)
        train(spec, results, controls)
    run = results / "runs" / spec.run_id
    content = checkpoints.load_newest_checkpoint(run, CPU)
    assert content is not None and content["state"]["step"] == step
    checkpoints.save_checkpoint(run, step, {**content, "seconds": seconds})


def test_the_limit_counts_the_time_of_all_resumes(tiny_spec: Build, results: Path) -> None:
    """A run with 100 seconds behind it ends at once under a limit of a minute, with the snapshots it has."""
    spec = tiny_spec(generator_steps=8, snapshot_steps=[0, 4, 6])
    stopped_at(4, spec, results, seconds=100.0)
    final = train(spec, results, quiet(time_limit=60.0))
    assert (final["outcome"], final["steps_done"]) == ("timed_out", 4)
    assert final["reason"] == "60 seconds of training were over at generator step 4/8"
    run = results / "runs" / spec.run_id
    assert list(final["snapshots"]) == ["0", "4"] and not list((run / "checkpoints").iterdir())
    assert read_json(run / "result.json", sealed=True) == final == train(spec, results, quiet())
    assert len(checkpoints.load_history(run)["critic_loss"]) == 4


def test_a_limit_that_is_not_reached_changes_nothing(tiny_spec: Build, results: Path) -> None:
    """Ten seconds before and a limit of an hour: the run is completed with the bits of one without a limit."""
    spec = tiny_spec(generator_steps=8, snapshot_steps=[4])
    stopped_at(4, spec, results, seconds=10.0)
    limited = train(spec, results, quiet(time_limit=3600.0))
    run = results / "runs" / spec.run_id
    run.rename(results / "limited")
    assert limited == train(spec, results, quiet()) and limited["outcome"] == "completed"
    assert read_json(results / "limited/provenance.json")["wall_seconds"] >= 10
    assert (results / "limited/history.npz").read_bytes() == (run / "history.npz").read_bytes()


@pytest.mark.parametrize("architecture", ["dcgan", "toy_mlp"])
def test_a_run_without_any_time_is_measured_untrained(architecture: str, tiny_spec: Build, results: Path) -> None:
    """Only step 0 is there, it is scored, shown and collected, and the record of the training is empty."""
    spec = tiny_spec(architecture)
    final = train(spec, results, quiet(time_limit=0.0))
    assert (final["outcome"], final["steps_done"], list(final["snapshots"])) == ("timed_out", 0, ["0"])
    protocol = Protocol(n_real=40, n_fake=40, extractor="inception", metrics=("spread", "critic_estimate"))
    folder = measure(spec, protocol, results)
    scores = read_table(folder / "scores.parquet")
    assert scores["step"].tolist() == [0, 0] and scores["metric"].tolist() == ["spread", "critic_estimate"]
    assert scores["images_seen"].tolist() == [0, 0] and (folder / "progress.png").exists()
    measure_reference(spec.data, protocol, results)
    folder = collect(Planned("tiny", protocol, {spec.run_id: spec}, (), {}), "all", results)
    run = read_table(folder / "runs.parquet").iloc[0]
    assert (run["outcome"], run["reason"]) == (
        "timed_out", "0 seconds of training were over at generator step 0/6"
    )  # fmt: skip
    assert set(read_table(folder / "scores.parquet").set_index("run_id").loc[[spec.run_id], "outcome"]) == {"timed_out"}
    assert len(read_table(folder / "curves.parquet")) == 0


def test_the_command_line_ends_runs_as_evidence(
    tiny_spec: Build, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `--time-limit 0s` a run is listed as timed out, and the status is that of success."""
    spec = tiny_spec()
    arguments = ["run", "--spec-json", spec.to_json(), "--results", str(results), "--train-only", "--json"]
    assert main([*arguments, "--time-limit", "0s"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["timed_out"] == [spec.run_id] and not summary["unfinished"]
