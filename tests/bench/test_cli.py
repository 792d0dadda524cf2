"""The command line: what it prints, what it refuses, and that it needs only torch to train and measure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from bench.__main__ import main
from bench.campaign import seconds
from bench.catalogue import ARCHITECTURES, DATASETS, METHODS, METRICS
from bench.errors import UserError
from bench.spec import RunSpec

TINY_CONFIG = """
scale: tiny
training: {image_size: 16, batch_size: 8, generator_steps: 3, snapshots: 2}
architectures: {dcgan: {width: 4, critic_width: 4, latent_dim: 8}}
grid:
  - {datasets: [digits], architectures: [dcgan], methods: [gan, wgan], seeds: 1}
measure: {n_real: 60, n_fake: 60, split: test, extractor: classifier}
"""


def test_list_names_every_component(capsys: pytest.CaptureFixture[str]) -> None:
    """`bench list --json` holds every registry with summary, paper and year."""
    assert main(["list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    names = {row["name"] for rows in found.values() for row in rows}
    assert names == {*DATASETS, *ARCHITECTURES, *METHODS, *METRICS}
    assert all(row["summary"] and row["year"] for rows in found.values() for row in rows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--spec-json", '{"dataset": "digits"}'], "A run needs 'architecture'"),
        (["run", "--spec-json", "{"], "Expected a run as JSON"),
        (["run", "--spec-json", '{"dataset": "digit", "architecture": "dcgan", "method": "gan"}'], "Unknown data set"),
        (["run", "--specs", "/nowhere.json"], "Cannot read the runs"),
        (["run", "--config", "/nowhere.yaml"], "Cannot read the configuration"),
        (["run", "--config", "workflows/config/smoke.yaml", "--budget", "soon"], "Time 'soon' is not understood"),
        (["run", "--config", "workflows/config/smoke.yaml", "--threads", "0"], "--threads: got 0"),
        (["data", "--dataset", "gaussians_ring", "--options-json", '{"modez": 3}'], "Did you mean 'modes'"),
        (["data", "--dataset", "gaussians_ring", "--options-json", "[]"], "data set options as a JSON object"),
        (["data", "--dataset", "digitz", "--image-size", "16"], "Did you mean 'digits'"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mistakes are answered on one line of standard error, with status 2, and nothing is written."""
    results = tmp_path / "results"
    assert main([*arguments, "--results", str(results)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and message in error and error.count("\n") == 1
    assert not results.exists()


def test_results_that_cannot_be_written(
    tiny_spec: Callable[..., RunSpec], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unwritable results folder is a clear error."""
    (tmp_path / "results").write_text("not a folder")
    status = main(["run", "--spec-json", tiny_spec().to_json(), "--results", str(tmp_path / "results")])
    said = capsys.readouterr()
    assert status == 2 and "cannot be written" in said.err and said.err.count("\n") == 1 and not said.out


def test_run_without_a_workflow_engine(tmp_path: Path, run_python: Callable[[str], str]) -> None:
    """With mlflow, snakemake, torch-fidelity and POT absent, runs train and are measured as far as possible."""
    (tmp_path / "tiny.yaml").write_text(TINY_CONFIG)
    code = f"""
import sys
for name in ("mlflow", "snakemake", "torch_fidelity", "ot"):
    sys.modules[name] = None  # importing it now raises ImportError
from bench.__main__ import main
status = main(["run", "--config", {str(tmp_path / "tiny.yaml")!r}, "--results", {str(tmp_path / "results")!r},
               "--json", "--budget", "10m"])
sys.exit(status)
"""
    summary = json.loads(run_python(code))
    assert len(summary["completed"]) == 2 and not summary["unfinished"]
    from bench.files import read_table

    for run_id in summary["completed"]:
        (path,) = (tmp_path / "results/measurements" / run_id).glob("*/scores.partial.parquet")
        scores = read_table(path).set_index(["metric", "step"])
        assert scores.loc[("critic_estimate", 3), "status"] == "ok"
        assert scores.loc[("fid", 3), "status"] == "unavailable"
        assert "torch-fidelity" in scores.loc[("fid", 3), "reason"]


def test_two_fresh_processes_give_the_same_bits(tmp_path: Path, run_python: Callable[[str], str]) -> None:
    """The same configuration in two processes gives byte-identical weights, histories, scores and pictures."""
    (tmp_path / "tiny.yaml").write_text(TINY_CONFIG)
    contents = []
    for name in ("first", "second"):
        results = tmp_path / name
        arguments = ["run", "--config", str(tmp_path / "tiny.yaml"), "--results", str(results)]
        run_python(f"from bench.__main__ import main; main({arguments!r})")
        files = [path for path in sorted(results.rglob("*")) if path.is_file()]
        own_time = {"provenance.json", "lease.lock"}
        contents.append({str(f.relative_to(results)): f.read_bytes() for f in files if f.name not in own_time})
    assert contents[0] == contents[1]
    assert sum(name.endswith("scores.parquet") for name in contents[0]) == 3  # two runs and the reference


def test_a_data_set_is_prepared_and_scored_with_its_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Data and reference of three Gaussians lie in a folder of their own, and all three modes are found."""
    common = ["--dataset", "gaussians_ring", "--options-json", '{"modes": 3}', "--results", str(tmp_path), "--json"]
    assert main(["data", *common]) == 0
    assert json.loads(capsys.readouterr().out)["options"]["modes"] == 3
    protocol = '{"n_real": 200, "n_fake": 200, "metrics": ["modes_covered"]}'
    assert main(["reference", *common, "--protocol-json", protocol]) == 0
    from bench.files import read_table

    scores = read_table(Path(json.loads(capsys.readouterr().out)["scores"]) / "scores.parquet")
    assert scores["value"].tolist() == [3.0] and scores["run_id"].item().startswith("gaussians_ring-")


def test_a_spent_budget_exits_cleanly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With no time left nothing is lost, every run is reported as unfinished, and the status is 0."""
    (tmp_path / "tiny.yaml").write_text(TINY_CONFIG)
    arguments = ["run", "--config", str(tmp_path / "tiny.yaml"), "--results", str(tmp_path / "results"), "--json"]
    assert main([*arguments, "--budget", "0s"]) == 0
    assert len(json.loads(capsys.readouterr().out)["unfinished"]) == 2


def test_the_configuration_may_name_the_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the command line leaves it open; a GPU that is not there is then asked for in vain."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    (tmp_path / "tiny.yaml").write_text("scale: tiny\ndevice: cuda\n")
    arguments = ["run", "--config", str(tmp_path / "tiny.yaml"), "--results", str(tmp_path / "results")]
    assert main(arguments) == 2
    assert main([*arguments, "--device", "cpu"]) == 0


def test_a_configuration_in_another_encoding_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which byte it cannot read."""
    (tmp_path / "tiny.yaml").write_bytes("# é\nscale: tiny\n".encode("latin-1"))
    assert main(["run", "--config", str(tmp_path / "tiny.yaml"), "--results", str(tmp_path / "results")]) == 2
    assert "tiny.yaml is not text in UTF-8 (byte 2); save it as UTF-8." in capsys.readouterr().err


def test_one_damaged_run_does_not_keep_the_others_from_being_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The damaged file is named, the other run is completed, and the status tells that something failed."""
    (tmp_path / "tiny.yaml").write_text(TINY_CONFIG)
    arguments = ["run", "--config", str(tmp_path / "tiny.yaml"), "--results", str(tmp_path / "results"), "--json"]
    assert main([*arguments, "--train-only"]) == 0
    first, second = json.loads(capsys.readouterr().out)["completed"]
    path = tmp_path / "results/runs" / first / "final.json"
    path.write_text(path.read_text().replace("completed", "completes"))
    assert main([*arguments, "--train-only"]) == 2
    said = capsys.readouterr()
    summary = json.loads(said.out)
    assert (summary["failed"], summary["completed"]) == ([first], [second])
    assert "final.json is damaged" in said.err


@pytest.mark.parametrize(("text", "value"), [("540s", 540.0), ("9m", 540.0), ("1.5h", 5400.0), ("30", 30.0)])
def test_times(text: str, value: float) -> None:
    """Times carry a unit, seconds by default."""
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "-3s", "5 minutes", "1d"])
def test_times_that_are_not(text: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(UserError, match="not understood"):
        seconds(text)
