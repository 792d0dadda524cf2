"""Layers and initial weights shared by the architectures.

Convolutions use TensorFlow's SAME padding and initial weights follow the
official code of Gulrajani et al. (2017), tflib/ops.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor, nn


class Architecture(NamedTuple):
    """A pair of network builders for one data shape.

    Args:
        generator: () -> module mapping (n, latent_dim) to (n, *shape) in [-1, 1].
        critic: (norm, outputs) -> module mapping (n, *shape) to (n,) or (n, outputs).
        latent_dim: width of the generator's input.
    """

    generator: Callable[[], nn.Module]
    critic: Callable[[str, int], nn.Module]
    latent_dim: int


class Scores(nn.Module):
    """Drops the last axis of a critic's output when it has one column."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, 1) -> (n,); (n, k) unchanged."""
        return x.squeeze(1) if x.shape[1] == 1 else x


def normalization(norm: str, channels: int) -> nn.Module:
    """Returns the normalization layer for (n, channels, h, w).

    "batch" always uses the statistics of the batch, also when sampling, as the
    official code does. "layer" normalises over (c, h, w) with a scale per
    channel, which is GroupNorm with one group.
    """
    if norm == "batch":
        return nn.BatchNorm2d(channels, track_running_stats=False)
    return nn.GroupNorm(1, channels) if norm == "layer" else nn.Identity()


def same_conv(inputs: int, outputs: int) -> nn.Sequential:
    """5x5 convolution, stride 2, TensorFlow SAME padding: (1, 2) on each axis; halves h and w."""
    return nn.Sequential(nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(inputs, outputs, 5, stride=2))


def same_deconv(inputs: int, outputs: int) -> nn.Sequential:
    """5x5 transposed convolution, stride 2, TensorFlow SAME: crops 1 at the start and 2 at the end; doubles h and w."""
    return nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 5, stride=2, padding=1), nn.ZeroPad2d((0, -1, 0, -1)))


def uniform_(weight: Tensor, std: float) -> None:
    """Fills `weight` uniformly on +-std*sqrt(3), which has standard deviation `std`."""
    nn.init.uniform_(weight, -std * math.sqrt(3), std * math.sqrt(3))


def initialize(module: nn.Module, scheme: Callable[[nn.Module], float]) -> nn.Module:
    """Draws every linear and convolutional weight with the deviation `scheme` gives; biases become 0."""
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            uniform_(layer.weight, scheme(layer))
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return module


def constant_std(layer: nn.Module) -> float:
    """0.02 everywhere: DCGAN's scheme."""
    del layer
    return 0.02


def he_or_glorot(layer: nn.Module) -> float:
    """Deviation of the official scheme: convolutions sqrt(4 / (fan_in + fan_out)), linear layers Glorot.

    fan_out is divided by stride^2 for a strided convolution and fan_in for a transposed one.
    """
    assert isinstance(layer.weight, Tensor)
    first, second = layer.weight.shape[:2]
    area = layer.weight[0, 0].numel()
    if isinstance(layer, nn.Conv2d):
        return math.sqrt(4 / (area * (second + first / layer.stride[0] ** 2)))
    if isinstance(layer, nn.ConvTranspose2d):
        return math.sqrt(4 / (area * (first / layer.stride[0] ** 2 + second)))
    return math.sqrt(2 / (first + second))


def he(layer: nn.Module) -> float:
    """sqrt(2 / fan_in), for linear layers followed by a ReLU."""
    assert isinstance(layer, nn.Linear)
    return math.sqrt(2 / layer.in_features)


def count_parameters(module: nn.Module) -> int:
    """Returns the number of trainable parameters."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
