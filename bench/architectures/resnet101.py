"""The 101-layer residual networks of Gulrajani et al. (2017), gan_64x64.py.

Bottleneck block from i to o channels: x -> shortcut(x) + 0.3 branch(x), branch
= ReLU, 1x1 to i / 2, ReLU, 3x3 to o / 2, ReLU, 1x1 to o without bias, norm. To
halve or double the image the 3x3 convolution has stride 2 or is the transpose
of one. Six blocks at every size but five at the image's, one more for every
change of size: 33 blocks, 99 convolutions, at 64x64, 26 at 32x32, 19 at 16x16;
with the first and the last layer 101, 80 and 59.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from torch import nn

from bench.architectures.convolutions import conv, deconv
from bench.architectures.parts import Architecture, ImageShape, Residual, Scale, Scores, halvings, normalization
from bench.architectures.weights import initialize

BRANCH_WEIGHT = 0.3

Block = Callable[..., nn.Module]


def resnet101(
    shape: ImageShape, *, latent_dim: int = 128, width: int = 32, critic_width: int = 32, padding: str = "same"
) -> Architecture:
    """Residual networks of 101 layers each, in bottleneck blocks.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 2
    Stages of 64x64: 512, 256, 128, 64, 32 channels; 32x32 starts at 256, 16x16 at 128.

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of the generator at the size of the image.
        critic_width: channels of the critic at the size of the image.
        padding: of the strided convolutions, see `convolutions`.
    """
    return Architecture(
        generator=lambda: _generator(shape, latent_dim, _channels(shape, width)[::-1], padding=padding),
        critic=lambda norm, outputs: _critic(
            shape, _channels(shape, critic_width), norm, padding=padding, outputs=outputs
        ),
        latent_dim=latent_dim,
    )


def bottleneck(inputs: int, outputs: int, norm: str, *, resample: str = "keep", padding: str = "same") -> nn.Module:
    """Returns a bottleneck block; `resample` is "up", "down" or "keep"."""
    before, behind = _half(inputs), _half(outputs)
    branch = nn.Sequential(
        *(nn.ReLU(), conv(inputs, before, 1)),
        *(nn.ReLU(), _middle(before, behind, resample, padding=padding)),
        *(nn.ReLU(), conv(behind, outputs, 1, bias=False), normalization(norm, outputs)),
        Scale(BRANCH_WEIGHT),
    )
    shortcut = nn.Identity() if resample == "keep" else initialize(_shortcut(inputs, outputs, resample), "glorot")
    return Residual(initialize(branch, "he_glorot"), shortcut)


def _half(channels: int) -> int:
    return (channels + 1) // 2


def _middle(inputs: int, outputs: int, resample: str, *, padding: str) -> nn.Module:
    if resample == "up":
        return deconv(inputs, outputs, 3, padding=padding)
    return conv(inputs, outputs, 3, stride=2 if resample == "down" else 1, padding=padding)


def _shortcut(inputs: int, outputs: int, resample: str) -> nn.Module:
    if resample == "down":
        return conv(inputs, outputs, 1, stride=2)
    # PixelShuffle takes the four pixels of a channel from neighbouring channels, TensorFlow's depth_to_space from
    # channels `outputs` apart: the same network with the 1x1 convolution's rows, drawn alike, in another order.
    return nn.Sequential(conv(inputs, 4 * outputs, 1), nn.PixelShuffle(2))


def _channels(shape: ImageShape, width: int) -> list[int]:
    return [width * 2**stage for stage in range(halvings(shape) + 1)]


def _generator(shape: ImageShape, latent_dim: int, channels: list[int], *, padding: str) -> nn.Module:
    start = initialize(nn.Linear(latent_dim, channels[0] * 16), "glorot")
    layers: list[nn.Module] = [start, nn.Unflatten(1, (channels[0], 4, 4))]
    for inputs, outputs in pairwise(channels):
        layers += [bottleneck(inputs, inputs, "batch") for _ in range(6)]
        layers.append(bottleneck(inputs, outputs, "batch", resample="up", padding=padding))
    layers += [bottleneck(channels[-1], channels[-1], "batch") for _ in range(5)]
    return nn.Sequential(*layers, initialize(conv(channels[-1], shape[0], 1), "glorot"), Scale(1 / 5), nn.Tanh())


def _critic(shape: ImageShape, channels: list[int], norm: str, *, padding: str, outputs: int) -> nn.Module:
    layers: list[nn.Module] = [initialize(conv(shape[0], channels[0], 1), "glorot")]
    layers += [bottleneck(channels[0], channels[0], norm) for _ in range(5)]
    for inputs, outs in pairwise(channels):
        layers.append(bottleneck(inputs, outs, norm, resample="down", padding=padding))
        layers += [bottleneck(outs, outs, norm) for _ in range(6)]
    linear = initialize(nn.Linear(channels[-1] * 16, outputs), "glorot")
    return nn.Sequential(*layers, nn.Flatten(), linear, Scale(1 / 5), Scores())
