"""`snakemake plan`: what a configuration costs, on the terminal, and nothing else made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.running import Config, Snakemake

GRID = [{"datasets": ["gaussians8"], "architectures": ["toy_mlp"], "methods": ["gan", "wgan"], "seeds": 2}]


@pytest.fixture
def tiny(config: Config) -> str:
    """Four short runs on points."""
    return config({"scale": "tiny", "grid": GRID, "claims": ["minmax-xy-diverges"], "designs": {}})


def test_plan_prints_the_cost_and_trains_nothing(snakemake: Snakemake, tiny: str, tmp_path: Path) -> None:
    """The table is seen without naming a number of cores; only the plan, timings and a log are written."""
    done = snakemake("--configfile", tiny, "--", "plan")
    assert done.returncode == 0, done.stderr
    assert "Scale tiny: what is left to do" in done.stderr
    (total,) = [line.split() for line in done.stderr.splitlines() if line.startswith("in all")]
    assert total[2:4] == ["4", "0"] and "?" not in total
    made = {path.name for path in (tmp_path / "results").iterdir()}
    assert made <= {"calibration", "config", "declarations", "logs", "plan"}
    assert "report:" not in done.stderr


def test_a_dry_run_counts_and_writes_nothing(snakemake: Snakemake, tiny: str, tmp_path: Path) -> None:
    """Runs, steps and disk are told; hours are not known yet."""
    done = snakemake("--configfile", tiny, "-n", "--", "plan")
    assert done.returncode == 0, done.stderr
    (total,) = [line.split() for line in done.stdout.splitlines() if line.startswith("in all")]
    assert total[2:4] == ["4", "0"] and "?" in total
    assert not (tmp_path / "results").exists()
