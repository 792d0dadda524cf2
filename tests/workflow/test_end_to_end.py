"""A tiny grid from configuration to report through Snakemake, killed on the way."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import torch

from bench.config import load
from bench.files import read_table
from bench.training import Controls, train
from tests.endurance.kill_restart import command, finals, kill_one, start

ROOT = Path(__file__).parents[2]


def wait_for_the_first_run(folder: Path) -> None:
    """Returns once one run is finished, or after two minutes."""
    for _ in range(600):
        if finals(folder):
            return
        time.sleep(0.2)
    raise AssertionError((folder / "log.txt").read_text()[-2000:])


def test_a_killed_workflow_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    """Killed after its first run and given again, the command completes, repeats nothing and gives the same weights."""
    folder = tmp_path / "work"
    workflow = start(folder)
    wait_for_the_first_run(folder)
    assert kill_one(folder, workflow, "workflow") == "workflow"
    before = finals(folder)
    assert start(folder).wait() == 0, (folder / "log.txt").read_text()[-3000:]
    after = finals(folder)
    assert all(after[run] == found for run, found in before.items())

    plan = load(folder / "config.yaml")
    assert set(after) == {spec.run_id for spec in plan.runs}
    quiet = Controls(torch.device("cpu"), say=lambda line: None)
    for spec in plan.runs:
        assert train(spec, tmp_path / "direct", quiet)["weights_sha256"] == after[spec.run_id][0], spec.run_id

    results = folder / "results"
    rows = json.loads((results / "verdicts/endurance/verdicts.json").read_text())
    verdicts = {row["claim"]: row["verdict"] for row in rows if row["part"] == "claim"}
    assert verdicts["w1-peaks-linear"] == "supported"
    assert verdicts["loss-quality-gan"] in ("inconclusive", "invalid", "not run")  # one seed decides nothing
    assert "loss-quality-gan" in (results / "report/endurance/index.html").read_text()
    assert json.loads((results / "tracking/endurance.json").read_text())["complete"]
    scores = read_table(results / "evidence/endurance/all/scores.parquet")
    assert scores.loc[scores["metric"] == "fid", "status"].eq("ok").all()

    again = subprocess.run(command(folder), capture_output=True, text=True, cwd=ROOT, check=True)
    assert "Nothing to be done" in again.stdout + again.stderr
