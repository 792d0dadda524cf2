"""One controller to a folder, and a new one after a crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bench.config import load, plan
from bench.errors import UserError
from tests.workflow.running import ROOT, SMOKE
from workflows.controller import check_places, closing_words, forget_unfinished, record, runs_jobs, take_over

HOLD = """
import sys, time, pathlib
from workflows.controller import take_over
take_over(pathlib.Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Snakemake's folder as a killed run leaves it: with its locks."""
    state = tmp_path / ".snakemake"
    (state / "locks").mkdir(parents=True)
    (state / "locks" / "0.output.lock").write_text("results/verdicts.json")
    return state


def test_a_live_controller_is_respected_and_a_killed_one_is_succeeded(state: Path) -> None:
    """While another process holds the folder its locks stay; once it is killed they go."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        (state / "locks").mkdir()
        with pytest.raises(UserError, match="Another snakemake is at work in"):
            take_over(state)
        assert (state / "locks").exists()
        other.kill()
    take_over(state)
    assert not (state / "locks").exists()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("--cores all smoke", True),
        ("--configfile=report.yaml --cores 2", True),
        ("--profile slurm report", True),
        ("--lint", False),
        ("--unlock", False),
        ("--report=report.zip", False),
        ("--cores 1 --summary", False),
    ],
)
def test_only_commands_that_run_jobs_take_the_folder(command: str, expected: bool) -> None:
    """Looking at a workflow does not disturb one that runs."""
    assert runs_jobs(command.split()) is expected


@pytest.mark.parametrize(
    ("content", "kept"),
    [(json.dumps({"complete": True}), True), (json.dumps({"complete": False}), False), ("{", False)],
    ids=["complete", "incomplete", "damaged"],
)
def test_an_unfinished_mirror_leaves_no_stamp(tmp_path: Path, content: str, kept: bool) -> None:
    """Only the stamp of a complete mirror counts as done."""
    stamp = tmp_path / "smoke.json"
    stamp.write_text(content)
    forget_unfinished(stamp)
    assert stamp.exists() is kept


def test_the_last_words_name_a_report_of_these_verdicts_only(tmp_path: Path) -> None:
    """A report that is older than the verdicts is not pointed to; a mirror that lags is."""
    report, verdicts, stamp = (tmp_path / name for name in ("index.html", "verdicts.json", "smoke.json"))
    for age, path in enumerate((verdicts, report)):
        path.touch()
        os.utime(path, (1000 + age, 1000 + age))
    assert closing_words({report: verdicts}, stamp) == [f"report: {report}"]
    os.utime(verdicts, (2000, 2000))
    stamp.write_text(json.dumps({"complete": False}))
    lagging = "warning: MLflow could not be updated; the next run tries again"
    assert closing_words({report: verdicts}, stamp) == [lagging]


def test_a_results_folder_yet_to_be_made_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What matters is that it can be made."""
    monkeypatch.delenv("GANCLAIMS_DATA", raising=False)
    check_places(tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_data_set_that_is_not_there_is_known_before_any_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GANCLAIMS_DATA without a configured set is refused; with it, or without the variable, it is not."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(tmp_path))
    with pytest.raises(UserError, match="holds no MNIST/raw;"):
        check_places(tmp_path / "results", ["MNIST/raw"])
    with pytest.raises(UserError, match=r"holds no batches or subset\.npz;"):
        check_places(tmp_path / "results", ["batches or subset.npz"])
    (tmp_path / "subset.npz").touch()
    check_places(tmp_path / "results", ["batches or subset.npz"])
    (tmp_path / "MNIST/raw").mkdir(parents=True)
    check_places(tmp_path / "results", ["MNIST/raw"])
    monkeypatch.delenv("GANCLAIMS_DATA")
    check_places(tmp_path / "results", ["FashionMNIST/raw"])


def test_the_recorded_configuration_plans_the_same_runs(tmp_path: Path) -> None:
    """Small numbers survive the way through the file."""
    config = {**yaml.safe_load(SMOKE.read_text()), "methods": {"gan": {"learning_rate": 0.000002}}}
    record(config, tmp_path / "smoke.yaml")
    assert load(tmp_path / "smoke.yaml") == plan(config)
