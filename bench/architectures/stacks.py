"""The plain stacks behind the DCGAN-like networks, and what these differ in.

generator: linear to 4x4, then transposed convolutions, each but the last
followed by normalization and activation. critic: convolutions of stride 2 down
to 4x4, normalization on all but the first, then linear.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from torch import nn

from bench.architectures.convolutions import conv, deconv
from bench.architectures.parts import (
    Architecture,
    CriticBuilder,
    ImageShape,
    Scores,
    doubling_channels,
    normalization,
)
from bench.architectures.weights import initialize

LeakyReLU = partial(nn.LeakyReLU, 0.2)


@dataclass(frozen=True)
class Style:
    """How the layers of a stack look.

    Args:
        activation: makes the activation between layers.
        norm: "batch", "layer" or "none".
        kernel: side of the kernels.
        padding: "same" or "symmetric", see `convolutions`.
        bias: whether the layers have biases.
        branches: how many channels the activation makes one of; 2 for a gate.
        norm_units: whether the first batch normalization has statistics for each
            of its units, as for a linear layer, instead of each channel.
        output: makes the last activation of a generator.
    """

    activation: Callable[[], nn.Module]
    norm: str = "none"
    kernel: int = 5
    padding: str = "same"
    bias: bool = True
    branches: int = 1
    norm_units: bool = False
    output: Callable[[], nn.Module] = nn.Tanh

    def after(self, channels: int) -> list[nn.Module]:
        """Normalization and activation behind a layer that leaves `channels` after the activation."""
        return [normalization(self.norm, channels * self.branches), self.activation()]

    def halve(self, inputs: int, outputs: int) -> nn.Module:
        """A convolution of stride 2."""
        return conv(inputs, outputs, self.kernel, stride=2, padding=self.padding, bias=self.bias)

    def double(self, inputs: int, outputs: int) -> nn.Module:
        """A transposed convolution of stride 2."""
        return deconv(inputs, outputs, self.kernel, padding=self.padding, bias=self.bias)


class Stack(NamedTuple):
    """What a network of a pair is made from.

    Args:
        width: channels of the stage next to the image; every further stage has twice as many.
        style: of its layers.
        init: name of a scheme in `weights`.
    """

    width: int
    style: Style
    init: str


def pair(shape: ImageShape, latent_dim: int, *, generator: Stack, critic: Stack) -> Architecture:
    """Returns the architecture of two stacks for images of `shape`."""
    channels = doubling_channels(shape, generator.width)
    return Architecture(
        generator=generator_builder(shape, latent_dim, channels, style=generator.style, init=generator.init),
        critic=critic_builder(shape, critic),
        latent_dim=latent_dim,
    )


def generator_builder(
    shape: ImageShape, latent_dim: int, channels: Sequence[int], *, style: Style, init: str
) -> Callable[[], nn.Module]:
    """Returns the builder of a generator with stages of `channels`, counted from the image side."""

    def build() -> nn.Module:
        stages = list(reversed(channels))
        layers = _start(latent_dim, stages[0], style)
        for inputs, outputs in pairwise(stages):
            layers += [style.double(inputs, outputs * style.branches), *style.after(outputs)]
        layers += [style.double(stages[-1], shape[0]), style.output()]
        return initialize(nn.Sequential(*layers), init)

    return build


def critic_builder(shape: ImageShape, stack: Stack) -> CriticBuilder:
    """Returns the builder of a critic; its argument `norm` takes the place of the style's."""

    def build(norm: str, outputs: int) -> nn.Module:
        style = dataclasses.replace(stack.style, norm=norm)
        network = features(shape, doubling_channels(shape, stack.width), outputs, style=style)
        return initialize(network.append(Scores()), stack.init)

    return build


def features(shape: ImageShape, channels: Sequence[int], outputs: int, *, style: Style) -> nn.Sequential:
    """Returns a stack of convolutions with stages of `channels`, and a linear layer: (n, *shape) -> (n, outputs)."""
    layers: list[nn.Module] = [style.halve(shape[0], channels[0] * style.branches), style.activation()]
    for inputs, outs in pairwise(channels):
        layers += [style.halve(inputs, outs * style.branches), *style.after(outs)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels[-1] * 16, outputs, bias=style.bias))


def _start(latent_dim: int, channels: int, style: Style) -> list[nn.Module]:
    made = channels * style.branches
    linear, unflatten = nn.Linear(latent_dim, made * 16, bias=style.bias), nn.Unflatten(1, (made, 4, 4))
    if style.norm == "batch" and style.norm_units:
        return [linear, nn.BatchNorm1d(made * 16, track_running_stats=False), unflatten, style.activation()]
    return [linear, unflatten, *style.after(channels)]
