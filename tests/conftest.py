"""Shared fixtures: small settings, prepared data, and a place for real data sets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from bench.catalogue import ARCHITECTURES
from bench.data import prepare
from bench.spec import DataSpec, RunSpec, resolve

ROOT = Path(__file__).parents[1]
TINY = {"image_size": 16, "batch_size": 8, "generator_steps": 6, "snapshots": 3}
SMALL = {"width": 4, "critic_width": 4, "latent_dim": 8, "context_dim": 4}
WIDER = {"mlp": 16, "mlp_both": 16}
"""Widths of small networks; with four units to a layer all of a perceptron's can be dead."""


def small_network(architecture: str) -> dict[str, int]:
    """Options that make any architecture small."""
    options = SMALL | {"width": WIDER.get(architecture, SMALL["width"])}
    options = {"width": 16} if ARCHITECTURES[architecture].data == "points" else options
    return {key: value for key, value in options.items() if key in ARCHITECTURES.describe(architecture).defaults}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Runs torch on one thread, as the workflow does."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder that holds the prepared digits and 2-D sets; read only."""
    results = tmp_path_factory.mktemp("prepared")
    prepare(DataSpec("digits", 16), results)
    for name in ("gaussians8", "gaussians25", "swiss_roll"):
        prepare(DataSpec(name), results)
    return results


@pytest.fixture
def results(tmp_path: Path, prepared: Path) -> Path:
    """A fresh results folder that shares the prepared data."""
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "data").symlink_to(prepared / "data")
    return tmp_path / "results"


@pytest.fixture
def tiny_spec() -> Callable[..., RunSpec]:
    """Builds a run of a few steps with small networks."""

    def build(architecture: str = "dcgan", method: str = "gan", **changes: Any) -> RunSpec:
        points = ARCHITECTURES[architecture].data == "points"
        settings = {
            **TINY,
            "dataset": "gaussians8" if points else "digits",
            "image_size": 0 if points else 16,
            "architecture": architecture,
            "architecture_options": small_network(architecture),
            "method": method,
            **changes,
        }
        return resolve(settings)

    return build


@pytest.fixture
def run_python() -> Callable[[str], str]:
    """Runs code in a fresh interpreter at the repository's root and returns what it prints."""

    def run(code: str) -> str:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        return done.stdout

    return run


@pytest.fixture
def real_data() -> Path:
    """The folder of real data sets; skips where there is none."""
    folder = os.environ.get("GANCLAIMS_DATA")
    if not folder:
        pytest.skip("GANCLAIMS_DATA is not set; this test reads real data sets")
    return Path(folder)
