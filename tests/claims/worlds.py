"""Simulated evidence of the grid: worlds in which a claim is true, false, or neither."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from claims.claim import Evidence

STEPS = (0, 50, 200, 450, 800, 1250, 1800, 2450, 3200)
START, FLOOR = 300.0, 5.0
ESTIMATES = ("critic_estimate", "train_critic_estimate", "train_critic_estimate_median101")


def evidence(parts: Iterable[tuple[list[dict], dict]], *, floor: float = FLOOR) -> Evidence:
    """Joins simulated runs, each given as (score rows, run row), with the reference rows."""
    scores, runs = [], []
    for rows, run in parts:
        scores += rows
        runs.append(run)
    for dataset in sorted({run["dataset"] for run in runs}):
        scores.append(_score(f"{dataset}-16/reference/real", dataset, ("reference", "real", 0), 0, "fid", floor))
    return Evidence(pd.DataFrame(), pd.DataFrame(scores), pd.DataFrame(runs))


def curve_run(
    rng: np.random.Generator, cell: tuple[str, str, int], slope: float, noise: float, dataset: str = "digits"
) -> tuple[list[dict], dict]:
    """A run whose FID falls while the estimate follows it with `slope` in log FID, plus noise.

    Args:
        rng: source of the noise.
        cell: architecture, method and seed.
        slope: of the estimate against log FID; 0 for no relation.
        noise: standard deviation added to the estimate.
        dataset: name of the data set.
    """
    run = _run(dataset, cell, "completed")
    rows = []
    for i, step in enumerate(STEPS):
        log_fid = np.log(START) - 0.4 * i + rng.normal(0, 0.05)
        rows.append(_score(run["run_id"], dataset, cell, step, "fid", float(np.exp(log_fid))))
        for name in ESTIMATES if step else ():
            value = float(slope * log_fid + rng.normal(0, noise))
            rows.append(_score(run["run_id"], dataset, cell, step, name, value))
    return rows, run


def final_run(
    cell: tuple[str, str, int], final: float, outcome: str = "completed", dataset: str = "digits"
) -> tuple[list[dict], dict]:
    """A run with FID at step 0 and, unless it diverged, at the last step."""
    run = _run(dataset, cell, outcome)
    rows = [_score(run["run_id"], dataset, cell, 0, "fid", START)]
    if outcome == "completed":
        rows.append(_score(run["run_id"], dataset, cell, STEPS[-1], "fid", final))
    return rows, run


def curve_world(
    rng: np.random.Generator, method: str, slope: float, noise: float, seeds: Sequence[int] = range(10)
) -> Evidence:
    """Curves of both architectures for every seed."""
    cells = [(architecture, method, seed) for architecture in ("mlp", "dcgan") for seed in seeds]
    return evidence(curve_run(rng, cell, slope, noise) for cell in cells)


def baseline(seeds: Iterable[int]) -> list[tuple[list[dict], dict]]:
    """Trainings with batch normalization, all of which learn."""
    return [final_run(("dcgan", method, seed), 15.0) for method in ("gan", "wgan") for seed in seeds]


def learned(seeds: Sequence[int]) -> Evidence:
    """Trainings with and without batch normalization, all of which learn."""
    runs = [final_run(("dcgan_nobn", method, seed), 15.0) for method in ("gan", "wgan") for seed in seeds]
    return evidence([*runs, *baseline(seeds)])


def learning_world(rng: np.random.Generator, chances: dict[str, float], seeds: Sequence[int] = range(10)) -> Evidence:
    """Trainings without batch normalization that learn with the given chance for each method."""
    runs = []
    for method, chance in chances.items():
        for seed in seeds:
            final = 15.0 if rng.uniform() < chance else 200.0
            runs.append(final_run(("dcgan_nobn", method, seed), final * float(np.exp(rng.normal(0, 0.1)))))
    return evidence([*runs, *baseline(seeds)])


def spec(dataset: str, architecture: str, method: str, **changes: object) -> dict[str, Any]:
    """The settings of a run as the paper has them, but for the data set."""
    settings = {
        "dataset": dataset,
        "image_size": 64,
        "batch_size": 64,
        "architecture": architecture,
        "architecture_options": {"latent_dim": 100, "width": 512 if architecture == "mlp" else 64, "critic_width": 64},
        "method": method,
        "method_options": {"boosted": True, "learning_rate": 5e-5} if method == "wgan" else {"learning_rate": 2e-4},
    }
    return settings | changes


def _run(dataset: str, cell: tuple[str, str, int], outcome: str) -> dict:
    architecture, method, seed = cell
    return {
        "run_id": f"{dataset}-16/{architecture}/{method}/s{seed}-0123456789",
        "arm": f"{architecture}-{method}",
        "dataset": dataset,
        "image_size": 16,
        "architecture": architecture,
        "method": method,
        "seed": seed,
        "outcome": outcome,
        "started_at": "",
        "spec": json.dumps(spec(dataset, architecture, method)),
        "reason": "" if outcome == "completed" else f"was {outcome}",
        "generator_steps": STEPS[-1],
        "deviations": json.dumps(["wgan.beta1 0.5 (published 0.0)"]),
    }


def _score(run_id: str, dataset: str, cell: tuple[str, str, int], step: int, name: str, value: float) -> dict:
    architecture, method, seed = cell
    return {
        "run_id": run_id,
        "dataset": dataset,
        "image_size": 16,
        "architecture": architecture,
        "method": method,
        "seed": seed,
        "step": step,
        "metric": name,
        "value": value,
        "status": "ok",
        "reason": "",
        "extractor_sha256": "ab" * 32,
        "n_real": 350,
        "n_fake": 350,
    }
