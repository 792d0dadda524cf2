"""How the workflow tests call Snakemake and read what it plans."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMOKE = ROOT / "workflows/config/smoke.yaml"

Done = subprocess.CompletedProcess[str]
Snakemake = Callable[..., Done]
Config = Callable[[Mapping[str, object]], str]


def planned(output: str, rule: str) -> set[str]:
    """Returns the subjects of the jobs of `rule` that a dry run lists, not its line in the count of jobs."""
    lines = [line.split() for line in output.splitlines() if line.startswith(f"{rule} ")]
    return {words[1] for words in lines if not words[1].isdigit()}
