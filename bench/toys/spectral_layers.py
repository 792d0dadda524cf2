"""Spectrally normalized layers as operators, before and while they are trained.

What is normalised is the kernel reshaped to a matrix (Miyato et al., 2018,
section 2.1), with one step of power iteration a pass. What a Lipschitz constant
is made of is the norm of the layer as a map of its whole input, padding and
stride included. A convolution computes y = W P x, where P copies every pixel
into each patch it stands in, ceil(k / s)^2 of them at most, so that
|layer| <= ceil(k / s) |W|.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from bench.data import Source
from bench.step import TrainState, start, train_step
from bench.toys.common import CPU, EFFORTS, Effort, replications, sampled, source_of

CHECKPOINTS = (0, 50, 250)
"""Generator steps after which the layers are measured."""

PAIRS, ASCENT_STEPS = 16, 60
ITERATIONS, TOLERANCE = 300, 1e-6
SIDE = 16

SETTINGS: dict[str, dict[str, Any]] = {
    "toy_mlp": {"dataset": "gaussians8", "architecture_options": {"width": 64}, "batch_size": 64},
    "sn_cnn": {"architecture_options": {"width": 4, "critic_width": 4}},
    "dcgan": {"architecture_options": {"width": 4, "critic_width": 4}},
}
"""Critics by architecture: fully connected; 3x3 convolutions and 4x4 of stride 2; 5x5 of stride 2."""

IMAGES = {"dataset": "digits", "image_size": SIDE, "batch_size": 16}
"""Shapes are those of small digits; the pictures are `blobs`, so that no file is needed."""


class Layer(NamedTuple):
    """An affine map inside a critic.

    Args:
        apply: the map, zero padding included.
        shape: of one input.
        kind: "linear", or the size and stride of a convolution.
        weight: what the pass multiplies with, reshaped to a matrix.
        patches: the most patches in which an input value stands.
    """

    apply: Callable[[Tensor], Tensor]
    shape: torch.Size
    kind: str
    weight: Tensor
    patches: int


def study(rng: np.random.Generator, effort: str = "full") -> pd.DataFrame:
    """Trains spectrally normalized critics and measures their layers.

    Returns:
        One row per `architecture`, `replicate`, generator `step` and `layer`: its `kind`, `matrix`, the largest
        singular value of the weight in use (reshaped), `operator`, that of the layer itself, and `patches`, in how
        many an input value stands at most. One further row of kind "network": `slope`, the steepest difference
        quotient found, beside the products over the layers.
    """
    first = int(rng.integers(1_000_000))
    tables = [_rows(architecture, first, EFFORTS[effort]) for architecture in SETTINGS]
    return pd.DataFrame([row for rows in tables for row in rows])


def blobs(n: int, rng: torch.Generator) -> Tensor:
    """Draws n pictures (n, 1, 16, 16) in [-1, 1] of one bright spot each, its place and size at random."""
    place = SIDE * torch.rand(n, 2, 1, 1, generator=rng)
    size = 1.5 + 2 * torch.rand(n, 1, 1, generator=rng)
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    squared = (rows - place[:, 0]) ** 2 + (columns - place[:, 1]) ** 2
    return (2 * torch.exp(-squared / (2 * size**2)) - 1)[:, None]


def _rows(architecture: str, first: int, effort: Effort) -> list[dict[str, Any]]:
    own = SETTINGS[architecture]
    settings = {**({} if "dataset" in own else IMAGES), **own, "architecture": architecture, "method": "sngan"}
    checkpoints = sorted({effort.steps(steps) if steps else 0 for steps in CHECKPOINTS})
    rows: list[dict[str, Any]] = []
    for replicate, spec in enumerate(replications(settings, first, effort.seeds)):
        source = source_of(spec) if not spec.image_size else blobs
        state = start(spec, tuple(source(1, torch.Generator()).shape[1:]), CPU)
        for step in range(checkpoints[-1] + 1):
            if step in checkpoints:
                cell = {"architecture": architecture, "replicate": replicate, "step": step}
                rows += [{**cell, **row} for row in measured(state, source, first + replicate)]
            train_step(state, source, spec)
    return rows


def measured(state: TrainState, source: Source, seed: int) -> list[dict[str, Any]]:
    """Norms of every layer as the critic's next training pass uses it, and the steepest slope of the whole.

    Nothing of the training changes: the pass, with its step of power iteration, is made on a copy.
    """
    rng = torch.Generator().manual_seed(seed)
    critic = next_pass(state.networks.critic)
    fake = sampled(state.networks.generator, state.networks.architecture.latent_dim, PAIRS // 2, seed)
    points = torch.cat([source(PAIRS // 2, rng), fake]).double()
    rows: list[dict[str, Any]] = []
    for index, layer in enumerate(layers(critic, points[:1])):
        norms = {"matrix": float(torch.linalg.matrix_norm(layer.weight, 2)), "operator": operator_norm(layer, rng)}
        rows.append({"layer": index, "kind": layer.kind, "patches": layer.patches, **norms, "slope": math.nan})
    products = {key: math.prod(row[key] for row in rows) for key in ("patches", "matrix", "operator")}
    return [*rows, {"layer": -1, "kind": "network", **products, "slope": steepest(critic, points)}]


def next_pass(critic: nn.Module) -> nn.Module:
    """A copy in double precision whose weights stay as the next training pass of `critic` computes them."""
    frozen = copy.deepcopy(critic).train()
    for module in frozen.modules():
        if is_parametrized(module):
            _ = module.weight  # reading it makes one step of power iteration
    return frozen.eval().double().requires_grad_(False)


def layers(critic: nn.Module, x: Tensor) -> Iterator[Layer]:
    """Yields the affine layers of a critic without branches, for inputs like `x` (1, ...).

    Zero padding belongs to the convolution behind it.
    """
    padding: nn.Module = nn.Identity()
    for module in leaves(critic):
        if isinstance(module, nn.Linear | nn.Conv2d):
            kind, patches = _kind(module)
            yield Layer(nn.Sequential(padding, module), x.shape[1:], kind, module.weight.flatten(1), patches)
        pads = isinstance(module, nn.ZeroPad2d)
        x, padding = (x, module) if pads else (module(padding(x)), nn.Identity())


def leaves(module: nn.Module) -> Iterator[nn.Module]:
    """Yields the modules of nested sequences in order."""
    if isinstance(module, nn.Sequential):
        for child in module:
            yield from leaves(child)
    else:
        yield module


def _kind(module: nn.Linear | nn.Conv2d) -> tuple[str, int]:
    """What to call a layer, and in how many patches an input value stands at most."""
    if isinstance(module, nn.Linear):
        return "linear", 1
    (height, width), stride = module.kernel_size, module.stride[0]
    kind = f"{height} x {width}" + (f", stride {stride}" if stride > 1 else "")
    return kind, math.ceil(height / stride) * math.ceil(width / stride)


def operator_norm(layer: Layer, rng: torch.Generator) -> float:
    """Norm of the layer's linear part by power iteration on the layer itself, v <- A'A v; approached from below."""
    origin = torch.zeros(1, *layer.shape, dtype=torch.float64)
    offset = layer.apply(origin)
    v, found = torch.randn(origin.shape, generator=rng, dtype=torch.float64), 0.0
    for _ in range(ITERATIONS):
        v = (v / v.norm()).requires_grad_()
        image = layer.apply(v) - offset
        before, found = found, float(image.detach().norm())
        if abs(found - before) <= TOLERANCE * found:
            break
        (v,) = torch.autograd.grad(image, v, image.detach())
    return found


def steepest(critic: nn.Module, points: Tensor) -> float:
    """The steepest difference quotient |f(x) - f(y)| / |x - y| found from `points` (n, ...) on: a lower bound.

    Each point gets a partner against its gradient; the pairs then climb along the quotient.
    """
    gradients = torch.func.grad(lambda x: critic(x).sum())(points).detach()
    away = gradients / gradients.norm().clamp_min(1e-12)
    x, y = points.clone().requires_grad_(), (points - away).requires_grad_()
    optimizer = torch.optim.Adam([x, y], lr=0.02)
    best = 0.0
    for _ in range(ASCENT_STEPS):
        quotients = (critic(x) - critic(y)).abs() / (x - y).flatten(1).norm(dim=1)
        best = max(best, float(quotients.detach().max()))
        optimizer.zero_grad()
        (-quotients.sum()).backward()
        optimizer.step()
    return best
