"""How long a training step takes on this machine: quick timings on random data, kept beside the results.

They stand in for measured runs where there are none yet. No data set is
touched: networks take random numbers as long.
"""

from __future__ import annotations

import dataclasses
import re
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench.catalogue import DATASETS
from bench.data import Source, folder, source_of
from bench.errors import UserError
from bench.files import read_json, write_json
from bench.spec import DataSpec, RunSpec, digest
from bench.step import TrainState, build, critic_step, generate, generator_step, start

SECONDS = 0.3
"""How long full steps are timed."""

PATIENCE = 2.0
"""Seconds that one full round may take; a slower one is timed on a part of the batch alone."""

PART = 8
"""That part is the batch divided by this."""

SCHEDULE = ("n_critic", "boosted", "frozen_from")
"""Options of methods that decide how many critic steps there are, not how long one takes."""

CHANNELS = 3
"""Assumed of images that are not prepared yet: the most there are."""


@dataclass(frozen=True)
class Timing:
    """Seconds on one device.

    Args:
        critic_step: of one critic step.
        generator_step: of one generator step.
        sample: of one generated sample.
    """

    critic_step: float
    generator_step: float
    sample: float


def shape_of(data: DataSpec, results: Path) -> tuple[int, ...]:
    """Returns the shape of one sample: that of the prepared set, else as far as it is known without preparing it."""
    card = folder(data, results) / "card.json"
    if card.exists():
        return tuple(read_json(card, sealed=True)["shape"])
    if DATASETS[data.dataset].data == "images":
        return (CHANNELS, data.image_size, data.image_size)
    modes, draw = source_of(data).modes, source_of(data).draw
    if modes is not None:
        return tuple(modes[0].shape[1:])
    return tuple(draw(1, torch.Generator()).shape[1:]) if draw else (2,)


def signature(spec: RunSpec, shape: tuple[int, ...]) -> str:
    """Returns a digest of what decides how long a step takes and how large the networks are.

    Seed, number of steps and the values of real options (rates, weights, clips)
    do not; that such a value is zero may switch something off.
    """
    options = {key: value for key, value in spec.method_options.items() if key not in SCHEDULE}
    amounts = {key: value != 0 if isinstance(value, float) else value for key, value in options.items()}
    return digest(
        [
            *(list(shape), spec.architecture, dict(spec.architecture_options), spec.method, amounts),
            *(spec.batch_size, spec.generator_batches, dict(spec.plugins)),
        ]
    )


def snapshot_bytes(spec: RunSpec, shape: tuple[int, ...]) -> int:
    """Returns the size of the weights and buffers of both networks."""
    networks = build(spec, shape, torch.device("cpu"))
    states = (networks.generator.state_dict(), networks.critic.state_dict())
    return sum(tensor.nbytes for state in states for tensor in state.values())


def timed(spec: RunSpec, shape: tuple[int, ...], device: torch.device) -> Timing:
    """Times the steps of a run on random data, after a warm-up.

    A round (a critic step, a generator step and a batch of samples) that would
    take longer than PATIENCE is timed on an eighth of the batch and multiplied.
    """
    state = start(spec, shape, device)
    part = max(spec.batch_size // PART, min(spec.batch_size, 4))
    _round(state, shape, part, spec.generator_batches)
    small = _round(state, shape, part, spec.generator_batches)
    factor = spec.batch_size / part
    if sum(small) * factor > PATIENCE:
        return _timing([seconds * factor for seconds in small], spec.batch_size)
    rounds: list[tuple[float, ...]] = []
    began = time.perf_counter()
    while not rounds or time.perf_counter() - began < SECONDS:
        rounds.append(_round(state, shape, spec.batch_size, spec.generator_batches))
    return _timing([statistics.median(column) for column in zip(*rounds, strict=True)], spec.batch_size)


def _timing(seconds: list[float], batch_size: int) -> Timing:
    critic, generator, samples = seconds
    return Timing(critic, generator, samples / batch_size)


def _round(state: TrainState, shape: tuple[int, ...], batch_size: int, generator_batches: int) -> tuple[float, ...]:
    """Seconds of a critic step, of a generator step and of generating as many samples as a batch holds."""
    source = _random(shape)
    conditional = state.networks.architecture.conditional
    given = source(batch_size, state.streams["data"]) if conditional else None
    fakes = state.networks.method.fakes_per_real
    return (
        _seconds(lambda: critic_step(state, source, batch_size), state),
        _seconds(lambda: generator_step(state, source, batch_size * generator_batches), state),
        _seconds(lambda: torch.no_grad()(generate)(state, batch_size, given), state) / fakes,
    )


def _random(shape: tuple[int, ...]) -> Source:
    def draw(n: int, rng: torch.Generator) -> Tensor:
        return torch.randn(n, *shape, generator=rng, device=rng.device)

    return draw


def _seconds(work: Callable[[], object], state: TrainState) -> float:
    """Seconds of one core where the CPU works, so that other processes do not count; else seconds passed."""
    on_gpu = state.cursor.is_cuda
    clock = time.perf_counter if on_gpu else time.process_time
    began = clock()
    work()
    if on_gpu:
        torch.cuda.synchronize()
    return clock() - began


def path_of(results: Path, device: str) -> Path:
    """Returns where the timings of a device are kept; `device` is as in a run's provenance."""
    return results / "calibration" / f"{re.sub(r'[^a-z0-9]+', '-', device.lower()).strip('-')}.json"


def load(results: Path) -> dict[str, dict[str, Timing]]:
    """Returns the timings kept, by device and signature.

    Raises:
        UserError: for a damaged file.
    """
    return dict(map(_read, sorted((results / "calibration").glob("*.json"))))


def _read(path: Path) -> tuple[str, dict[str, Timing]]:
    content = read_json(path)
    try:
        return content["device"], {key: Timing(**timing) for key, timing in content["timings"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path} holds no timings of this version. Delete it; they are made again.") from error


def keep(results: Path, device: str, timings: Mapping[str, Timing]) -> None:
    """Writes the timings of a device."""
    content: dict[str, Any] = {key: dataclasses.asdict(timing) for key, timing in timings.items()}
    write_json(path_of(results, device), {"device": device, "timings": content})


def calibrate(
    runs: Mapping[str, RunSpec],
    results: Path,
    device: torch.device,
    *,
    label: str,
    say: Callable[[str], None],
) -> dict[str, Timing]:
    """Times what is not timed yet, and keeps each timing as soon as it is there.

    Args:
        runs: one run for each signature wanted.
        results: the results folder.
        device: what to time on; of a CPU one core is used.
        label: the device's name in provenance.
        say: where progress lines go.

    Returns:
        Every timing kept of this device, by signature.
    """
    torch.set_num_threads(1)
    timings = load(results).get(label, {})
    missing = {key: spec for key, spec in runs.items() if key not in timings}
    for number, (key, spec) in enumerate(missing.items(), 1):
        say(f"calibrating {label}: {number}/{len(missing)} {spec.architecture} {spec.method} {spec.data_id}")
        timings[key] = timed(spec, shape_of(spec.data, results), device)
        keep(results, label, timings)
    return timings
