"""Collecting evidence: complete, ordered, and clear about what is missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.collect import CURVE_COLUMNS, RUN_COLUMNS, collect
from bench.config import Protocol, SkippedCell
from bench.curves import MAX_POINTS
from bench.errors import UserError
from bench.files import read_json, read_table, write_json
from bench.measure import SCORE_COLUMNS, measure, measure_reference
from bench.planned import Planned
from bench.spec import RunSpec

Trained = tuple[Path, dict[str, RunSpec]]
SKIPPED = SkippedCell("digits", "toy_mlp", "gan", 0, "architecture toy_mlp takes points")


@pytest.fixture(scope="module")
def measured(trained: Trained, protocol: Protocol, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Two measured runs with the references of their data."""
    results = tmp_path_factory.mktemp("measured") / "results"
    shutil.copytree(trained[0], results, ignore=shutil.ignore_patterns("measurements", "reference"))
    for spec in (trained[1]["images"], trained[1]["points"]):
        measure(spec, protocol, results)
        measure_reference(spec.data, protocol, results)
    return results, trained[1]


def gather(measured: Trained, protocol: Protocol, specs: list[RunSpec]) -> Path:
    """Collects `specs` as the subject of a test."""
    planned = Planned("tiny", protocol, {spec.run_id: spec for spec in specs}, (SKIPPED,), {})
    return collect(planned, "all", measured[0])


def test_evidence_joins_scores_runs_and_curves(
    measured: Trained, protocol: Protocol, tiny_spec: Callable[..., RunSpec]
) -> None:
    """Finished runs with their references, an untrained and an unmeasured run as pending, a skipped cell."""
    results, specs = measured
    untrained = tiny_spec("mlp", "wgan_gp")
    folder = gather(measured, protocol, [*(specs[name] for name in ("images", "spectral", "points")), untrained])
    runs = read_table(folder / "runs.parquet").set_index("run_id")
    assert dict(runs.reset_index().dtypes.astype(str)) == RUN_COLUMNS
    assert runs["outcome"].value_counts().to_dict() == {"completed": 2, "pending": 2, "skipped": 1}
    assert runs.loc[untrained.run_id, "reason"] == "not trained yet"
    assert runs.loc[specs["spectral"].run_id, "reason"] == "completed, but not measured yet"
    done = runs.loc[specs["images"].run_id]
    assert json.loads(done["spec"]) == json.loads(specs["images"].to_json())
    assert "generator_steps 6 (published 200000)" in json.loads(done["deviations"])
    assert done["steps_done"] == 6 and len(done["weights_sha256"]) == 64 and "torch" in json.loads(done["packages"])
    scores = read_table(folder / "scores.parquet")
    assert dict(scores.dtypes.astype(str)) == SCORE_COLUMNS | {"scale": "str", "outcome": "str"}
    assert set(scores["run_id"]) == {
        specs["images"].run_id,
        specs["points"].run_id,
        "digits-16/reference/real",
        "gaussians8/reference/real",
    }
    assert set(scores["scale"]) == {"tiny"} and set(scores["outcome"]) == {"completed"}
    curves = read_table(folder / "curves.parquet")
    assert dict(curves.dtypes.astype(str)) == CURVE_COLUMNS
    assert len(curves) == 2 * 4 * 6 and curves["step"].min() == 1 and curves["step"].max() == 6
    assert MAX_POINTS == 400


def test_a_diverged_run_is_evidence(measured: Trained, protocol: Protocol, tmp_path: Path) -> None:
    """Its outcome and reason reach both tables."""
    results = tmp_path / "results"
    shutil.copytree(measured[0], results)
    spec = measured[1]["images"]
    path = results / "runs" / spec.run_id / "result.json"
    final = read_json(path, sealed=True) | {"outcome": "diverged", "reason": "a loss was not finite"}
    write_json(path, final, sealed=True)
    folder = gather((results, measured[1]), protocol, [spec])
    run = read_table(folder / "runs.parquet").iloc[0]
    assert (run["outcome"], run["reason"]) == ("diverged", "a loss was not finite")
    scores = read_table(folder / "scores.parquet")
    assert set(scores[scores["run_id"] == spec.run_id]["outcome"]) == {"diverged"}


def test_the_order_of_the_request_does_not_matter(measured: Trained, protocol: Protocol) -> None:
    """Same runs in any order, same bytes."""
    specs = list(measured[1].values())
    first = {path.name: path.read_bytes() for path in gather(measured, protocol, specs).iterdir()}
    second = {path.name: path.read_bytes() for path in gather(measured, protocol, specs[::-1]).iterdir()}
    assert len(first) == 3 and first == second


def test_nothing_finished_is_still_a_table(
    measured: Trained, protocol: Protocol, tiny_spec: Callable[..., RunSpec]
) -> None:
    """Evidence of pending runs alone has all its columns and no scores."""
    folder = gather(measured, protocol, [tiny_spec("mlp", "wgan_gp")])
    scores = read_table(folder / "scores.parquet")
    assert len(scores) == 0 and dict(scores.dtypes.astype(str)) == SCORE_COLUMNS | {"scale": "str", "outcome": "str"}
    assert len(read_table(folder / "curves.parquet")) == 0


@pytest.mark.parametrize("file", ["measurements", "reference", "history.npz", "result.json", "provenance.json"])
def test_a_damaged_file_is_named(measured: Trained, protocol: Protocol, tmp_path: Path, file: str) -> None:
    """Cut short in the middle: one line with the path."""
    results = tmp_path / "results"
    shutil.copytree(measured[0], results)
    spec = measured[1]["images"]
    paths = {
        "measurements": results / "measurements" / spec.run_id / protocol.key / "scores.parquet",
        "reference": results / "reference" / spec.data_id / protocol.key / "scores.parquet",
    }
    path = paths.get(file, results / "runs" / spec.run_id / file)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match=f"{path.name} is damaged") as caught:
        gather((results, measured[1]), protocol, [spec])
    assert "\n" not in str(caught.value)
