"""What the workflow tests share: a Snakemake command in a working directory of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.workflow.running import ROOT, SMOKE, Config, Done, Snakemake


@pytest.fixture
def snakemake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snakemake:
    """Runs the workflow of this repository in `tmp_path`, where its results would be."""
    monkeypatch.delenv("GANCLAIMS_DATA", raising=False)

    def run(*arguments: str) -> Done:
        command = [sys.executable, "-m", "snakemake", "--directory", str(tmp_path), *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Writes the smoke configuration, one job for each run, with some keys replaced, and returns its path."""

    def write(changes: Mapping[str, object]) -> str:
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump({**yaml.safe_load(SMOKE.read_text()), "together": 1, **changes}))
        return str(path)

    return write
