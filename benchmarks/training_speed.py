"""Steps per second of every method on one architecture, as ratios to the first, measured in one process.

    python benchmarks/training_speed.py --architecture dcgan --seconds 3

Rounds are interleaved, so that a noisy machine disturbs all methods alike; the
median over rounds is reported.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from bench.campaign import configure
from bench.catalogue import METHODS
from bench.data import Source, prepare, training_source
from bench.spec import RunSpec, resolve, resolve_data
from bench.step import TrainState, start, train_step


def steps_per_second(state: TrainState, source: Source, spec: RunSpec, seconds: float) -> float:
    """Trains for about `seconds` and returns generator steps per second."""
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        state.step = 0
        train_step(state, source, spec)
        done += 1
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return done / (time.perf_counter() - began)


def main() -> None:
    """Prints one line per method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--architecture", default="dcgan")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--image-size", type=int, default=16)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    device = configure("auto", 1)
    with TemporaryDirectory() as folder:
        data = resolve_data("digits", options.image_size)
        card = prepare(data, Path(folder))
        source = training_source(data, Path(folder), device)
        specs: dict[str, RunSpec] = {}
        for method in METHODS:
            widths = {"width": options.width, "critic_width": options.width}
            settings = {"dataset": "digits", "image_size": options.image_size, "batch_size": options.batch_size}
            networks = {"architecture": options.architecture, "architecture_options": widths, "method": method}
            specs[method] = resolve({**settings, **networks})
        states = {method: start(spec, tuple(card["shape"]), device) for method, spec in specs.items()}
        speeds: dict[str, list[float]] = {method: [] for method in METHODS}
        for _ in range(options.rounds):
            for method, state in states.items():
                speeds[method].append(steps_per_second(state, source, specs[method], options.seconds))
    medians = {method: statistics.median(found) for method, found in speeds.items()}
    first = next(iter(medians.values()))
    print(f"{options.architecture}, {options.image_size}x{options.image_size}, width {options.width}, {device}")
    for method, speed in medians.items():
        print(f"  {method:<24} {speed:8.1f} steps/s   x{speed / first:.2f}")


if __name__ == "__main__":
    main()
