"""The MLflow mirror: complete, repeatable, and never in the way."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bench.files import read_table, write_json, write_table
from bench.spec import RunSpec, resolve
from bench.tracking import METRICS_PER_CALL, mirror, run_entries

SCALE = "tiny"
STEPS = 300
PROTOCOL = "0123456789"


def spec_of(seed: int) -> RunSpec:
    """A run of the grid the evidence here pretends to come from."""
    return resolve(
        {"dataset": "digits", "architecture": "dcgan", "method": "wgan_gp", "seed": seed, "image_size": 16}
        | {"generator_steps": STEPS}
    )


def run_row(spec: RunSpec, outcome: str) -> dict[str, Any]:
    """A row of runs.parquet."""
    names = ("dataset", "image_size", "architecture", "method", "seed")
    return {
        "run_id": spec.run_id,
        "scale": SCALE,
        **{name: getattr(spec, name) for name in names},
        "outcome": outcome,
        "spec": spec.to_json(),
        "git_commit": "c0ffee" if outcome != "pending" else "",
        "git_dirty": True,
        "started_at": "2026-01-02T03:04:05+00:00" if outcome != "pending" else "",
    }


def score_rows(spec: RunSpec) -> list[dict[str, Any]]:
    """Rows of scores.parquet: one number, one that could not be had, one that is not finite."""
    values = {"fid": 12.5, "recall": None, "kid": float("inf")}
    return [
        {"run_id": spec.run_id, "step": STEPS, "metric": name, "value": value, "protocol": PROTOCOL}
        for name, value in values.items()
    ]


def curve_rows(spec: RunSpec) -> list[dict[str, Any]]:
    """Rows of curves.parquet, more of them than fit into one request."""
    series = ("critic_loss", "generator_loss", "critic_estimate", "generator_gradient_norm")
    return [
        {"run_id": spec.run_id, "step": step, "series": name, "value": 1.0 / (1 + step)}
        for name in series
        for step in range(STEPS)
    ]


@pytest.fixture(scope="session")
def fresh_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that MLflow has set up once; setting one up takes seconds."""
    from mlflow import MlflowClient

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    MlflowClient(tracking_uri=f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def results(tmp_path: Path, fresh_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Evidence of two finished runs and one that waits, in a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME"):
        monkeypatch.delenv(name, raising=False)
    results = Path("results")
    specs = [spec_of(seed) for seed in range(3)]
    outcomes = ("completed", "diverged", "pending")
    folder = results / "evidence" / SCALE / "all"
    rows = [run_row(spec, outcome) for spec, outcome in zip(specs, outcomes, strict=True)]
    write_table(folder / "runs.parquet", pd.DataFrame(rows))
    write_table(folder / "scores.parquet", pd.DataFrame([row for spec in specs[:2] for row in score_rows(spec)]))
    write_table(folder / "curves.parquet", pd.DataFrame([row for spec in specs[:2] for row in curve_rows(spec)]))
    picture = results / "measurements" / specs[0].run_id / PROTOCOL / "samples.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")
    verdicts = [{"claim": "c1", "part": "claim", "verdict": "supported"}, {"claim": "c1", "part": "p", "verdict": "x"}]
    write_json(results / "verdicts" / SCALE / "verdicts.json", verdicts)
    judged = {"claim": "c1", "declaration_hash": "0f1e2d3c4b", "runs_used": [spec_of(0).run_id]}
    write_json(results / "verdicts" / SCALE / "c1.json", judged)
    shutil.copy(fresh_store, results / "mlflow.db")
    yield results


def shown(results: Path) -> dict[str, Any]:
    """What MLflow's page would show: runs by name."""
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{(results / 'mlflow.db').absolute()}")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    return {run.info.run_name: run for run in client.search_runs(experiments)}


def stored_points(results: Path) -> int:
    """Rows of the metrics table that belong to runs that are not deleted."""
    with sqlite3.connect(results / "mlflow.db") as database:
        query = "select count(*) from metrics join runs using (run_uuid) where lifecycle_stage = 'active'"
        return int(database.execute(query).fetchone()[0])


def test_runs_are_shown_with_names_tags_params_curves_and_pictures(results: Path) -> None:
    """A mirrored run carries its identity, its settings, its finite numbers and its sample grid."""
    stamp = mirror(SCALE, results)
    assert stamp["complete"] and stamp["added"] == 3
    runs = shown(results)
    assert set(runs) == {"digits-16/dcgan/wgan_gp/s0", "digits-16/dcgan/wgan_gp/s1", f"verdicts {SCALE}"}
    run = runs["digits-16/dcgan/wgan_gp/s0"]
    assert run.data.tags["bench.outcome"] == "completed"
    assert run.data.tags["bench.run_key"] == spec_of(0).key
    assert run.data.tags["bench.code_version"] == "c0ffee-dirty"
    assert run.data.params["method.gp_weight"] == "10.0"
    assert run.data.metrics["score/fid"] == 12.5
    assert "score/recall" not in run.data.metrics and "score/kid" not in run.data.metrics
    assert (results / "mlflow-artifacts" / run.info.run_id / "artifacts" / "samples.png").read_bytes() == b"a picture"
    assert runs[f"verdicts {SCALE}"].data.tags["claim.c1"] == "supported"
    declared = {name: run.data.tags.get("declaration.c1") for name, run in runs.items()}
    assert declared == {
        "digits-16/dcgan/wgan_gp/s0": "0f1e2d3c4b",
        "digits-16/dcgan/wgan_gp/s1": None,
        f"verdicts {SCALE}": "0f1e2d3c4b",
    }
    assert stored_points(results) == 2 * (4 * STEPS + 1) > METRICS_PER_CALL


def test_mirroring_twice_adds_nothing(results: Path) -> None:
    """The second mirror of the same evidence leaves the store as it is."""
    mirror(SCALE, results)
    before = stored_points(results), {name: run.info.run_id for name, run in shown(results).items()}
    stamp = mirror(SCALE, results)
    assert (stamp["added"], stamp["replaced"], stamp["unchanged"]) == (0, 0, 3)
    assert (stored_points(results), {name: run.info.run_id for name, run in shown(results).items()}) == before


def test_changed_evidence_replaces_only_the_run_it_belongs_to(results: Path) -> None:
    """A new score of one run is shown instead of the old one; the other runs stay."""
    mirror(SCALE, results)
    path = results / "evidence" / SCALE / "all" / "scores.parquet"
    scores = read_table(path)
    scores.loc[(scores["run_id"] == spec_of(0).run_id) & (scores["metric"] == "fid"), "value"] = 9.0
    write_table(path, scores)
    stamp = mirror(SCALE, results)
    assert (stamp["replaced"], stamp["unchanged"]) == (1, 2)
    assert shown(results)["digits-16/dcgan/wgan_gp/s0"].data.metrics["score/fid"] == 9.0


def test_a_mirror_killed_half_way_is_completed(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed mirror left half-written is written again, once."""
    from mlflow import MlflowClient

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "log_artifact", killed)
        with pytest.raises(KeyboardInterrupt):
            mirror(SCALE, results)
    stamp = mirror(SCALE, results)
    assert (stamp["added"], stamp["replaced"]) == (2, 1)
    assert stored_points(results) == 2 * (4 * STEPS + 1)


@pytest.mark.parametrize("trouble", ["no server", "damaged store"])
def test_a_store_out_of_reach_costs_one_line_and_nothing_else(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], trouble: str
) -> None:
    """Without a usable store the mirror warns, says so in its stamp, and ends well within a minute."""
    if trouble == "no server":
        monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    else:
        (results / "mlflow.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    began = time.monotonic()
    stamp = mirror(SCALE, results)
    assert time.monotonic() - began < 30
    assert not stamp["complete"]
    assert json.loads((results / "tracking" / f"{SCALE}.json").read_text()) == stamp
    warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning:")]
    assert len(warnings) == 1


def test_the_default_store_opens_without_options_unless_there_is_one_already(results: Path) -> None:
    """`mlflow.db` in the working directory points to the store, but never replaces a file of the user's."""
    mirror(SCALE, results)
    link = Path("mlflow.db")
    assert link.is_symlink() and link.resolve() == (results / "mlflow.db").resolve()
    link.unlink()
    link.write_text("mine")
    mirror(SCALE, results)
    assert link.read_text() == "mine"


def test_runs_that_never_trained_are_not_shown(results: Path) -> None:
    """Pending cells have nothing to show."""
    assert [entry.tags["bench.outcome"] for entry in run_entries(SCALE, results)] == ["completed", "diverged"]
