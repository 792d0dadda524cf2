"""More seeds through Snakemake: two rounds on points, and nothing left to do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml

from tests.workflow.running import ROOT, Done

CLAIM = """
from claims.claim import Claim, Declaration, Part, Source
from claims.design import Arm, Design, Question

GANCLAIMS = {"claims": {"ALIKE": {}}}

ALIKE = Claim(
    id="points-alike",
    section="training",
    tier="G",
    title="Least squares is better on points",
    asserted="LSGAN ends with better points than GAN.",
    sources=(Source("S4", "nowhere", "made up"),),
    paper="Nobody",
    parts=(Part("better", "It is.", question=Question("log_quality", "toy-gan - toy-lsgan", "greater")),),
    declaration=Declaration(
        measure="log transport cost", direction="positive", margin=0.001, test="interval", against="an interval below",
        alpha=0.05, min_seeds=5, planned_seeds=10, checkpoint="final",
    ),
    design=Design((Arm("toy-gan", "toy_mlp", "gan"), Arm("toy-lsgan", "toy_mlp", "lsgan"))),
)
"""

CONFIG = {
    "scale": "tiny",
    "architectures": {"toy_mlp": {"width": 8}},
    "together": 20,
    "designs": {
        "default": {
            "datasets": ["gaussians8"],
            "seeds": 5,
            "training": {"generator_steps": 4, "batch_size": 8, "snapshots": 2},
        }
    },
    "measure": {"n_real": 50, "n_fake": 50},
    "claims": ["points-alike"],
}


def resolve(folder: Path, *options: str) -> Done:
    """Runs the verb from the repository, with its results in a folder."""
    places = ("--config", str(folder / "tiny.yaml"), "--results", str(folder / "results"))
    command = [sys.executable, "-m", "claims", "resolve", *places, *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_two_rounds_train_only_new_seeds(tmp_path: Path) -> None:
    """Four steps leave two methods alike: 5 seeds, then 10, of which 5 are new, and there the seeds are spent."""
    (tmp_path / "alike.py").write_text(CLAIM)
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump({**CONFIG, "plugins": [str(tmp_path / "alike.py")]}))
    limits = ("--max-seeds", "10", "--least-chance", "0")
    done = resolve(tmp_path, *limits, "--", "--cores", "2")
    assert done.returncode == 0, done.stderr[-3000:]
    told = [line for line in done.stdout.splitlines() if line.startswith("round")]
    starts = ("points-alike, 5 seeds, look 1 at 0.04", "points-alike, 10 seeds, look 2 at 0.005")
    assert len(told) == 2 and all(
        line.startswith(f"round {k}: {start} of 0.05: inconclusive")
        for k, (line, start) in enumerate(zip(told, starts, strict=True), start=1)
    ), told

    finals = {path: json.loads(path.read_text())["spec"] for path in (tmp_path / "results/runs").rglob("final.json")}
    old = [path.stat().st_mtime_ns for path, spec in finals.items() if spec["seed"] < 5]
    new = [path.stat().st_mtime_ns for path, spec in finals.items() if spec["seed"] >= 5]
    assert len(old) == len(new) == 10 and max(old) < min(new)

    again = resolve(tmp_path, *limits, "--json")
    assert again.returncode == 0 and not again.stderr, again.stderr
    assert [one["stopped"] for one in json.loads(again.stdout)["claims"]] == ["seeds spent"]
