"""What a sample owes to its batch under batch normalization and under virtual batch normalization.

Salimans et al. (2016), section 3.5. Networks are compared in double precision, so that the order in which a
batch is summed does not look like a dependence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from bench.catalogue import DATASETS
from bench.data import Source, as_floats
from bench.spec import RunSpec
from bench.step import start, train_step
from bench.toys.common import CPU, EFFORTS, replications

STEPS = 60
BATCH = 32
PROBES = 8
"""Samples looked at in each of the batches."""

BATCHES = 8
SIZES = (4, 8, 16, 32, 64)
"""Sizes of the batches in which they are looked at."""

SIZE = 16
"""Side of the images."""

METHODS: dict[str, dict[str, Any]] = {
    "gan": {},
    "gan+virtual_batch_norm": {"reference_size": BATCH},
}

REFERENCES = (BATCH // 4, BATCH // 2, BATCH, 2 * BATCH)
"""Sizes of the reference batch whose cost is counted; the authors' has the size of a batch."""

SETTINGS = {
    "dataset": "digits",
    "image_size": SIZE,
    "architecture": "dcgan",
    "architecture_options": {"width": 8, "critic_width": 8, "latent_dim": 16},
    "batch_size": BATCH,
}
"""No generator of points has batch normalization, so this is the smallest of those for images."""


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains small DCGANs for a moment and looks at the same samples among different others.

    Returns:
        Rows of kind "dependence", one per method, replicate and `batch_size`: `spread`, the root mean square change
        of a probe's image between batches, and `largest`, the largest change of a pixel, both as multiples of the
        root mean square difference between probes. Rows of kind "output", for the first replicate one per method,
        probe and batch of the size trained with: `output`, one pixel of the probe in that batch. Rows of kind "cost",
        one per method, replicate and size of the `reference` batch (0 where there is none): `samples` that enter the
        generator's first layer for one batch, and its `operations`, floating-point ones of all matrix products and
        convolutions.
    """
    first = int(rng.integers(1_000_000))
    seeds, steps = EFFORTS[effort].seeds, EFFORTS[effort].steps(STEPS)
    return pd.DataFrame([row for method in METHODS for row in _rows(method, first, seeds, steps)])


def _rows(method: str, first: int, seeds: int, steps: int) -> list[dict[str, Any]]:
    source, rows = _source(), []
    for replicate, spec in enumerate(_specs(method, METHODS[method], first, seeds)):
        state = start(spec, (1, SIZE, SIZE), CPU)
        for _ in range(steps):
            train_step(state, source, spec)
        generator = state.networks.generator.double()
        found = _among_others(generator, spec) + ([] if replicate else _outputs(generator, spec))
        rows += [{"method": method, "replicate": replicate, **row} for row in found]
    for size in REFERENCES if "reference_size" in METHODS[method] else (0,):
        options = {"reference_size": size} if size else {}
        for replicate, spec in enumerate(_specs(method, options, first, seeds)):
            cost = _cost(start(spec, (1, SIZE, SIZE), CPU).networks.generator, spec)
            rows.append({"kind": "cost", "method": method, "replicate": replicate, "reference": size, **cost})
    return rows


def _specs(method: str, options: dict[str, Any], first: int, seeds: int) -> list[RunSpec]:
    settings = {**SETTINGS, "method": method, "method_options": options, "generator_steps": STEPS}
    return replications(settings, first, seeds)


def _source() -> Source:
    images = as_floats(torch.as_tensor(DATASETS.builder("digits")().arrays(SIZE, Path()).train))

    def draw(n: int, rng: torch.Generator) -> Tensor:
        return images[torch.randint(len(images), (n,), generator=rng)]

    return draw


def _latents(spec: RunSpec, n: int, seed: int) -> Tensor:
    draws = torch.Generator().manual_seed(seed)
    return torch.randn(n, spec.architecture_options["latent_dim"], generator=draws, dtype=torch.float64)


def _among_others(generator: nn.Module, spec: RunSpec) -> list[dict[str, Any]]:
    """How much the images of the same latent vectors change with the others of their batch, by its size."""
    rows: list[dict[str, Any]] = []
    for size in SIZES:
        images = _images(generator, spec, size)
        changes = images - images.mean(dim=1, keepdim=True)
        scale = (images.mean(dim=1) - images.mean(dim=(0, 1))).square().mean().sqrt()
        spread, largest = float(changes.square().mean().sqrt() / scale), float(changes.abs().max() / scale)
        rows.append({"kind": "dependence", "batch_size": size, "spread": spread, "largest": largest})
    return rows


def _outputs(generator: nn.Module, spec: RunSpec) -> list[dict[str, Any]]:
    """The pixel in which images differ most, of every probe in every batch."""
    images = _images(generator, spec, BATCH)
    values = images[:, :, images.var(dim=(0, 1)).argmax()].tolist()
    return [
        {"kind": "output", "probe": probe, "batch": batch, "output": output}
        for probe, outputs in enumerate(values)
        for batch, output in enumerate(outputs)
    ]


def _images(generator: nn.Module, spec: RunSpec, size: int) -> Tensor:
    """The images of each probe in front of different others, (probes, batches, pixels)."""
    probes = _latents(spec, PROBES, spec.seed)
    others = [_latents(spec, size - 1, spec.seed + 1 + batch) for batch in range(BATCHES)]
    with torch.no_grad():
        images = [generator(torch.cat([probe[None], rest]))[0].flatten() for probe in probes for rest in others]
    return torch.stack(images).unflatten(0, (PROBES, BATCHES))


def _cost(generator: nn.Module, spec: RunSpec) -> dict[str, int]:
    """Samples and operations of one forward pass of one batch."""
    first = next(module for module in generator.modules() if isinstance(module, nn.Linear))
    seen: list[int] = []
    handle = first.register_forward_pre_hook(lambda module, inputs: seen.append(len(inputs[0])))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        generator(_latents(spec, BATCH, 0).float())
    handle.remove()
    return {"samples": sum(seen), "operations": counter.get_total_flops()}
