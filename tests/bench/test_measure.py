"""Measuring whole runs: complete tables, honest failures, repeatable bytes."""

from __future__ import annotations

import dataclasses
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from bench import checkpoints
from bench.catalogue import METHODS, METRICS
from bench.config import Protocol
from bench.curves import median_filtered
from bench.errors import UserError
from bench.files import read_json, read_table
from bench.measure import SCORE_COLUMNS, images_seen, measure, measure_reference, score
from bench.metrics.measurable import Measurable, Unavailable
from bench.spec import RunSpec
from bench.step import build

Trained = tuple[Path, dict[str, RunSpec]]
Snapshot = Callable[..., Measurable]
TRAINING_ROWS = 5


@pytest.fixture
def own(trained: Trained, tmp_path: Path) -> Trained:
    """A private copy of the trained results, not measured yet, to be damaged at will."""
    shutil.copytree(trained[0], tmp_path / "own", ignore=shutil.ignore_patterns("measurements", "reference"))
    return tmp_path / "own", trained[1]


@pytest.mark.parametrize("run", ["images", "completion", "points"])
def test_every_snapshot_has_a_row_per_metric(trained: Trained, protocol: Protocol, run: str) -> None:
    """Steps 0, 2 and 6: every metric at each, the training's own records after step 0, a reason without a value."""
    results, specs = trained
    folder = measure(specs[run], protocol, results)
    table = read_table(folder / "scores.parquet")
    assert dict(table.dtypes.astype(str)) == SCORE_COLUMNS
    assert sorted(table["step"].unique()) == list(specs[run].snapshot_steps) == [0, 2, 6]
    per_step = table.groupby("step").size()
    assert per_step[0] == len(METRICS) and (per_step[[2, 6]] == len(METRICS) + TRAINING_ROWS).all()
    assert (table["value"].isna() == (table["status"] != "ok")).all()
    assert ((table["reason"] != "") == (table["status"] != "ok")).all()
    assert (table["status"] != "failed").all()
    assert all((folder / name).stat().st_size > 500 for name in ("samples.png", "progress.png"))


def test_training_rows_repeat_the_history(trained: Trained, protocol: Protocol) -> None:
    """The value at step s is entry s - 1; the median is the filtered curve's; images are batch x critic steps."""
    results, specs = trained
    table = read_table(measure(specs["images"], protocol, results) / "scores.parquet")
    history = checkpoints.load_history(results / "runs" / specs["images"].run_id)
    at = table[table["step"] == 6].set_index("metric")
    for name, values in history.items():
        assert at.loc[f"train_{name}", "value"] == values[5]
    smooth = median_filtered(history["critic_estimate"])
    assert at.loc["train_critic_estimate_median101", "value"] == smooth[5]
    assert set(at["images_seen"]) == {6 * 8}


def test_a_second_process_writes_the_same_bytes(
    own: Trained, protocol: Protocol, run_python: Callable[[str], str]
) -> None:
    """Scores and pictures of images and of points."""
    results, specs = own
    written = {}
    for spec in (specs["images"], specs["points"]):
        folder = measure(spec, protocol, results)
        written |= {path: path.read_bytes() for path in folder.iterdir()}
    shutil.rmtree(results / "measurements")
    calls = "\n".join(
        f"measure(resolve(json.loads({specs[name].to_json()!r})), protocol, Path({str(results)!r}))"
        for name in ("images", "points")
    )
    run_python(
        "import json, torch\nfrom pathlib import Path\nfrom bench.config import Protocol\n"
        "from bench.measure import measure\nfrom bench.spec import resolve\ntorch.set_num_threads(1)\n"
        f"protocol = {protocol!r}\n{calls}"
    )
    assert len(written) == 6
    assert all(path.read_bytes() == content for path, content in written.items())


def test_an_untrained_run_is_named(trained: Trained, protocol: Protocol, tiny_spec: Callable[..., RunSpec]) -> None:
    """The message says which run and what to do."""
    spec = tiny_spec("mlp", "wgan_gp")
    with pytest.raises(UserError, match=f"{spec.run_id} is not trained yet.*python -m bench run"):
        measure(spec, protocol, trained[0])


@pytest.mark.parametrize("damage", ["flip", "swap", "remove"])
def test_a_damaged_snapshot_is_refused(own: Trained, protocol: Protocol, damage: str) -> None:
    """A flipped bit, another run's snapshot in its place, or none at all: one line, and no scores."""
    results, specs = own
    path = checkpoints.snapshot_path(results / "runs" / specs["images"].run_id, 2)
    if damage == "flip":
        content = bytearray(path.read_bytes())
        content[200] ^= 1
        path.write_bytes(content)
    elif damage == "swap":
        shutil.copy(checkpoints.snapshot_path(results / "runs" / specs["images"].run_id, 6), path)
    else:
        path.unlink()
    said = {
        "flip": "missing or damaged",
        "swap": "not the snapshot that result.json names",
        "remove": "missing or damaged",
    }
    with pytest.raises(UserError, match=said[damage]):
        measure(specs["images"], protocol, results)
    assert not (results / "measurements").exists()


def test_samples_that_are_not_finite_fail_with_a_count(snapshot: Snapshot) -> None:
    """A diverged generator becomes a row, not a number."""
    fake = torch.zeros(10, 2)
    fake[3, 0] = float("nan")
    row = score(snapshot(torch.zeros(10, 2), fake), "ot_samples")
    assert row is not None and row["value"] is None
    assert (row["status"], row["reason"]) == ("failed", "1 of 10 generated samples are not finite")


def test_a_metric_that_breaks_becomes_a_row(snapshot: Snapshot) -> None:
    """With the error's type and words, and with infinite values refused."""

    class Broken(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise RuntimeError("no such\nluck")

    real = torch.zeros(10, 2)
    method = METHODS.builder("wgan")()
    row = score(snapshot(real, critic=Broken(), generator=nn.Linear(3, 2), method=method), "critic_estimate")
    assert row is not None and (row["status"], row["reason"]) == ("failed", "RuntimeError: no such luck")
    infinite = nn.Linear(2, 1)
    nn.init.constant_(infinite.weight, float("inf"))
    row = score(snapshot(real, critic=infinite, generator=nn.Linear(3, 2), method=None), "critic_weight_max")
    assert row is not None and (row["value"], row["status"], row["reason"]) == (None, "failed", "the value is inf")


def test_a_missing_library_is_a_row(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else can still be measured."""
    monkeypatch.setitem(sys.modules, "ot", None)
    row = score(snapshot(torch.zeros(10, 2), torch.zeros(10, 2)), "ot_samples")
    assert row is not None and (row["value"], row["status"]) == (None, Unavailable.status)


def test_real_data_scores_near_zero_against_real_data(trained: Trained, protocol: Protocol) -> None:
    """Sample metrics only; the floor of KID is 0 up to noise and far below an untrained generator's."""
    results, specs = trained
    table = read_table(measure_reference(specs["images"].data, protocol, results) / "scores.parquet").set_index(
        "metric"
    )
    assert set(table["run_id"]) == {"digits-16/reference/real"}
    assert set(table["architecture"]) == {"reference"} and set(table["method"]) == {"real"}
    assert not any(metric.startswith(("critic", "gradient", "generator", "train")) for metric in table.index)
    run = read_table(measure(specs["images"], protocol, results) / "scores.parquet").set_index(["step", "metric"])
    for metric in ("fid", "kid", "ot_features", "ot_samples"):
        assert table.loc[metric, "value"] < run.loc[(0, metric), "value"] / 2
    assert abs(table.loc["kid", "value"]) < 0.1
    assert table.loc["precision", "value"] > 0.5


def test_the_reference_of_a_training_split_uses_held_out_samples_as_fakes(trained: Trained) -> None:
    """The two sides never share a sample, so the distance is not zero."""
    protocol = Protocol(n_real=50, n_fake=50, split="train", extractor="classifier", metrics=("ot_samples",))
    table = read_table(measure_reference(trained[1]["points"].data, protocol, trained[0]) / "scores.parquet")
    assert table["value"].iloc[0] > 1e-3 and table["split"].iloc[0] == "train"


def test_more_samples_than_there_are_means_all_of_them(trained: Trained) -> None:
    """359 held-out digits cannot be 1,000; the row says 359."""
    protocol = Protocol(n_real=1000, n_fake=100, extractor="classifier", metrics=("ot_samples",))
    table = read_table(measure(trained[1]["images"], protocol, trained[0]) / "scores.parquet")
    row = table[table["metric"] == "ot_samples"].iloc[0]
    assert (row["n_real"], row["n_fake"]) == (359, 100)


def test_a_record_that_is_not_finite_is_a_failed_row(own: Trained, protocol: Protocol) -> None:
    """As at the end of a diverged training."""
    results, specs = own
    run = results / "runs" / specs["images"].run_id
    history = checkpoints.load_history(run)
    history["critic_loss"] = np.where(np.arange(6) == 5, np.nan, history["critic_loss"])
    checkpoints.save_history(run, history)
    table = read_table(measure(specs["images"], protocol, results) / "scores.parquet").set_index(["metric", "step"])
    assert table.loc[("train_critic_loss", 6), "status"] == "failed"
    assert table.loc[("train_critic_loss", 2), "status"] == "ok"
    assert read_json(run / "result.json")["outcome"] == "completed"


def test_images_seen_counts_every_real_draw(trained: Trained) -> None:
    """Cramer's completion draws five batches of 8 for the critic and one, of as many batches as asked, per step."""
    spec = trained[1]["completion"]
    networks = build(spec, (1, 16, 16), torch.device("cpu"))
    assert images_seen(spec, networks, 6) == 6 * 8 * (5 + 1)
    assert images_seen(dataclasses.replace(spec, generator_batches=4), networks, 6) == 6 * 8 * (5 + 4)
    plain = build(trained[1]["images"], (1, 16, 16), torch.device("cpu"))
    assert images_seen(trained[1]["images"], plain, 6) == 6 * 8
