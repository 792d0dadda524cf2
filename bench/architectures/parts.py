"""What the architectures share: their contract, normalization layers, and small modules.

A network for images starts from or ends in 4x4 features; one rule scales all
of them: 64x64 takes four doublings, 32x32 three, 16x16 two, and channels are
counted from the image side, so a smaller network is the published one without
its widest stages.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor, nn

ImageShape = tuple[int, int, int]
CriticBuilder = Callable[[str, int], nn.Module]


class Architecture(NamedTuple):
    """A pair of network builders for one data shape.

    Args:
        generator: () -> module mapping (n, latent_dim) to (n, *shape) in [-1, 1].
        critic: (norm, outputs) -> module mapping (n, *shape) to (n,) or (n, outputs).
        latent_dim: width of the generator's input.
        conditional: whether the generator maps (latents, images) to images instead.
    """

    generator: Callable[[], nn.Module]
    critic: CriticBuilder
    latent_dim: int
    conditional: bool = False


class Scores(nn.Module):
    """Drops the last axis of a critic's output when it has one column."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, 1) -> (n,); (n, k) unchanged."""
        return x.squeeze(1) if x.shape[1] == 1 else x


class Scale(nn.Module):
    """Multiplies by a constant."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """Any shape, unchanged."""
        return self.factor * x


class Residual(nn.Module):
    """shortcut(x) + branch(x)."""

    def __init__(self, branch: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.branch = branch
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) -> whatever both sides make of it."""
        return self.shortcut(x) + self.branch(x)


def normalization(norm: str, channels: int) -> nn.Module:
    """Returns the normalization layer for (n, channels, h, w).

    "batch" always uses the statistics of the batch, also when sampling, as the
    official code does. "layer" normalises over (c, h, w) with a scale per
    channel, which is GroupNorm with one group.
    """
    if norm == "batch":
        return nn.BatchNorm2d(channels, track_running_stats=False)
    return nn.GroupNorm(1, channels) if norm == "layer" else nn.Identity()


def halvings(shape: ImageShape, smallest: int = 4) -> int:
    """Returns how often an image's side halves until it is `smallest`."""
    return int(math.log2(shape[1] // smallest))


def doubling_channels(shape: ImageShape, width: int) -> list[int]:
    """Returns `width` * 2^k per stage from the image down to 4x4; at 64x64 and 64: 64, 128, 256, 512."""
    return [width * 2**stage for stage in range(halvings(shape))]


def count_parameters(module: nn.Module) -> int:
    """Returns the number of trainable parameters."""
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
