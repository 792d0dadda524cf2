"""Kills the workflow or one of its trainings at a random moment, gives the same command again, compares the weights.

    python tests/endurance/kill_restart.py --trials 20

Each trial starts in an empty folder. It passes when the second command
succeeds, every run's weights have the checksum of an uninterrupted workflow,
and no run that was finished at the kill was trained again. Not part of the
test suite proper (it takes minutes); tests/workflow runs one trial of each kind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
scale: endurance
training: {image_size: 16, batch_size: 16, generator_steps: 200, snapshots: 3}
architectures: {dcgan: {width: 8, critic_width: 8, latent_dim: 16}}
grid:
  - {datasets: [digits], architectures: [dcgan], methods: [gan, wgan, sngan, cramer], seeds: 1}
measure: {n_real: 100, n_fake: 100, split: test, extractor: classifier}
claims: [loss-quality-gan, w1-peaks-linear]
"""


def command(folder: Path) -> list[str]:
    """The one command that is given before and after the kill."""
    options = ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder), "--cores", "2"]
    profile = ["--workflow-profile", str(ROOT / "profiles/default")]
    config = ["--configfile", str(folder / "config.yaml")]
    return [sys.executable, "-m", "snakemake", *options, *profile, *config, "--", "all"]


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Starts the workflow in a session of its own; its output goes to a file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(CONFIG)
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(command(folder), stdout=log, stderr=log, cwd=ROOT, start_new_session=True)


def finals(folder: Path) -> dict[str, tuple[str, int]]:
    """Checksum of the weights and time of finishing of every finished run."""
    found = {}
    for path in (folder / "results/runs").rglob("final.json"):
        final = json.loads(path.read_text())
        found[final["run_id"]] = (final["weights_sha256"], path.stat().st_mtime_ns)
    return found


def trainings(folder: Path) -> list[int]:
    """Process ids of the trainings that work in `folder`."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
                here = os.readlink(process / "cwd") == str(folder)
            except OSError:
                continue
            if here and words[1:4] == [b"-m", b"bench", b"run"]:
                found.append(int(process.name))
    return found


def kill_one(folder: Path, workflow: subprocess.Popen[bytes], kind: str) -> str:
    """Sends SIGKILL to the workflow's main process, or to one training; returns what was hit, "" when all was done."""
    if kind == "training" and (pids := trainings(folder)):
        os.kill(random.choice(pids), signal.SIGKILL)
        workflow.wait()
        return "training"
    if workflow.poll() is None:
        workflow.kill()
        workflow.wait()
        return "workflow"
    return ""


def trial(folder: Path, expected: dict[str, tuple[str, int]], delay: float, kind: str) -> tuple[bool, str] | None:
    """One kill and one restart; returns (passed, what happened), or None when the kill came too late."""
    workflow = start(folder)
    time.sleep(delay)
    hit = kill_one(folder, workflow, kind)
    if not hit:
        return None
    before = finals(folder)
    status = start(folder).wait()
    after = finals(folder)
    same = {run: checksum for run, (checksum, _) in after.items()} == {run: c for run, (c, _) in expected.items()}
    kept = all(after.get(run) == found for run, found in before.items())
    passed = status == 0 and same and kept
    weights, finished = "equal" if same else "DIFFER", "kept" if kept else "REPEATED"
    then = f"killed {hit} after {delay:.1f} s, {len(before)}/{len(expected)} runs finished then"
    return passed, f"{then}; exit {status}, weights {weights}, finished runs {finished}"


def main() -> int:
    """Runs the trials and prints one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    random.seed(options.seed)
    base = Path(tempfile.mkdtemp(prefix="kill-restart-"))
    began = time.monotonic()
    if start(base / "whole").wait() != 0:
        print((base / "whole/log.txt").read_text()[-3000:])
        return 1
    duration = time.monotonic() - began
    expected = finals(base / "whole")
    print(f"uninterrupted: {len(expected)} runs in {duration:.0f} s", flush=True)
    passed = done = 0
    while done < options.trials:
        folder = base / f"trial{done + 1}"
        kind = random.choice(["workflow", "training"])
        outcome = trial(folder, expected, random.uniform(1, duration), kind)
        if outcome is not None:
            good, said = outcome
            done, passed = done + 1, passed + good
            print(f"{done:3d} {'pass' if good else 'FAIL'}: {said}", flush=True)
        if outcome is None or outcome[0]:
            shutil.rmtree(folder)
    print(f"{passed} of {options.trials} passed")
    return 0 if passed == options.trials else 1


if __name__ == "__main__":
    sys.exit(main())
