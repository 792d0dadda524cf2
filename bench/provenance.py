"""What a run was made with: code, packages, device, time."""

from __future__ import annotations

import datetime
import functools
import importlib.metadata
import platform
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import cluster

if TYPE_CHECKING:
    import torch

PACKAGES = ("torch", "torchvision", "torch-fidelity", "numpy", "scipy", "pandas", "POT", "scikit-learn")
_ROOT = Path(__file__).resolve().parents[1]


def provenance(device: torch.device, wall_seconds: float, steps: int) -> dict[str, Any]:
    """Returns who made a result: commit, packages, device, host, job, cost. Not part of the evidence's bits."""
    import torch

    commit, dirty = git_state()
    now = datetime.datetime.now(datetime.UTC)
    return {
        "git_commit": commit,
        "git_dirty": dirty,
        "packages": packages(),
        "python": platform.python_version(),
        "device": device_name(device),
        **cluster.where(),
        "threads": torch.get_num_threads(),
        "wall_seconds": round(wall_seconds, 3),
        "steps_per_second": round(steps / wall_seconds, 3) if wall_seconds > 0 else 0.0,
        "started_at": (now - datetime.timedelta(seconds=wall_seconds)).isoformat(timespec="seconds"),
        "finished_at": now.isoformat(timespec="seconds"),
    }


def device_name(device: torch.device) -> str:
    """Returns kind and model of a device, for example "cuda: NVIDIA H100"."""
    import torch

    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or platform.machine()
    return f"{device.type}: {name}"


@functools.cache
def git_state() -> tuple[str, bool]:
    """Returns (commit, whether tracked files differ from it); ("unknown", False) outside a repository."""
    try:
        commit = _git("rev-parse", "HEAD")
        return commit, bool(_git("status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError):
        return "unknown", False


def short(commit: str, dirty: bool) -> str:
    """Returns a commit as it is shown: twelve digits, and whether files differed from it; "" where there is none."""
    return f"{commit[:12]}{' with local changes' if dirty else ''}" if commit else ""


def packages() -> dict[str, str]:
    """Returns the installed versions of the packages that can change a number."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()
