"""The documented plug-ins through Snakemake: grid, evidence, MLflow and report, with the repository as it is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from bench.files import read_table
from tests.workflow.running import ROOT, Config, Snakemake, planned

DOCUMENTED = (ROOT / "docs/plugins.md").read_text()


def test_components_of_plugins_work_everywhere(snakemake: Snakemake, config: Config, tmp_path: Path) -> None:
    """A method, a metric, an architecture and a data set from files outside are run, scored, tracked and reported."""
    import mlflow

    for name, text in re.findall(r"```python\n# (\w+\.py)\n(.*?)```", DOCUMENTED, re.DOTALL):
        (tmp_path / name).write_text(text)
    changes = {
        "scale": "mine",
        "plugins": ["my_plugin.py", "my_networks.py", "my_claim.py"],
        "training": {"generator_steps": 6, "batch_size": 8, "snapshots": 2},
        "architectures": {},
        "methods": {"my_gan": {"margin": 0.5}},
        "grid": [
            {
                "datasets": ["my_points"],
                "architectures": ["my_net"],
                "methods": ["my_gan", "my_gan+instance_noise", "virtual_batch_norm"],
                "seeds": 1,
            }
        ],
        "measure": {"n_real": 50, "n_fake": 50},
        "designs": {"my-gan-beats-gan": {"datasets": ["gaussians8"], "seeds": 2}},
        "claims": ["w1-peaks-linear", "my-gan-beats-gan"],
    }
    path = config(changes)
    dry = snakemake("--configfile", path, "-n", "--", "all")
    assert len(planned(dry.stdout, "train")) == 2 + 4, dry.stdout[-2000:] + dry.stderr[-2000:]
    done = snakemake("--configfile", config(changes | {"together": 4}), "--cores", "2", "--", "all")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]

    evidence = tmp_path / "results/evidence/mine/all"
    scores = read_table(evidence / "scores.parquet")
    assert (scores.loc[scores["metric"] == "mean_error", "status"] == "ok").all()
    runs = read_table(evidence / "runs.parquet")
    assert set(runs["method"]) == {"gan", "my_gan", "my_gan+instance_noise", "virtual_batch_norm"}
    skipped = runs[runs["outcome"] == "skipped"]
    assert list(skipped["method"]) == ["virtual_batch_norm"]
    assert "needs generator batch norm" in skipped["reason"].item()
    assert all(json.loads(spec)["plugins"] for spec in runs["spec"] if spec and "my_" in spec)

    verdict = json.loads((tmp_path / "results/verdicts/mine/my-gan-beats-gan.json").read_text())
    assert verdict["verdict"] in ("inconclusive", "invalid") and len(verdict["runs_used"]) == 4
    explained = subprocess.run(
        [sys.executable, "-m", "claims", "explain", "my-gan-beats-gan", "--results", str(tmp_path / "results")],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for run in verdict["runs_used"]:
        assert f"{run}/spec.json" in explained.stdout
    assert verdict["declaration_hash"] in explained.stdout and "evidence/mine/my-gan-beats-gan" in explained.stdout

    page = (tmp_path / "results/report/mine/index.html").read_text()
    assert "my_gan+instance_noise" in page and "my_net" in page and "margin 0.5" in page
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/results/mlflow.db")
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    found = client.search_runs(experiments)
    assert any("my_gan+instance_noise" in (run.info.run_name or "") for run in found)
    assert any("mean_error" in key for run in found for key in run.data.metrics)
