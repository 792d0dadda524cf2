"""Residual networks of Gulrajani et al. (2017) and Miyato et al. (2018).

Block: x -> shortcut(x) + branch(x), branch = norm, ReLU, 3x3, norm, ReLU, 3x3.
"up" doubles the image by repetition before the first convolution, "down"
averages 2x2 pixels behind the second; the shortcut resamples and is a 1x1
convolution wherever the block changes the shape. (Averaging and a 1x1
convolution commute: the order that computes less is taken.) Weights: he_glorot,
but glorot for shortcuts, linear layers and where noted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from bench.architectures.convolutions import conv
from bench.architectures.parts import (
    Architecture,
    ImageShape,
    Residual,
    Scores,
    doubling_channels,
    halvings,
    normalization,
)
from bench.architectures.weights import initialize

Resample = Callable[[], nn.Module]


class Pool(nn.Module):
    """Reduces every channel to one number."""

    def __init__(self, reduce: Callable[..., Tensor]) -> None:
        super().__init__()
        self.reduce = reduce

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) -> (n, c)."""
        return self.reduce(x, dim=(2, 3))


def resnet(shape: ImageShape, *, latent_dim: int = 128, width: int = 64, critic_width: int = 64) -> Architecture:
    """Residual networks of one block per doubling, the official code's choice for good samples.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs (gan_64x64.py, GoodGenerator)
    Stages of 64x64: 512, 256, 128, 64 channels behind the blocks and 512 at 4x4;
    32x32 starts at 256 and 16x16 at 128.

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of the generator's last block.
        critic_width: channels of the critic's first layer.
    """
    channels, critic_channels = doubling_channels(shape, width)[::-1], doubling_channels(shape, critic_width)
    return Architecture(
        generator=lambda: _generator(shape, latent_dim, channels, bias=False, output_init="he_glorot"),
        critic=lambda norm, outputs: _critic(shape, critic_channels, norm, outputs=outputs),
        latent_dim=latent_dim,
    )


def cifar_resnet(
    shape: ImageShape, *, latent_dim: int = 128, width: int = 128, critic_width: int = 128
) -> Architecture:
    """Residual networks for CIFAR-10 of constant width, unconditional; the critic averages its last features.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, appendix F (gan_cifar_resnet.py)
    One block per doubling from 4x4; in the critic one per halving to 8x8 and two more.
    The code adds uniform noise of one grey level to the images; here they stay as they are.

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of the generator.
        critic_width: channels of the critic.
    """
    return Architecture(
        generator=_constant_generator(shape, latent_dim, width),
        critic=lambda norm, outputs: _pooled_critic(shape, critic_width, norm, pool=torch.mean, head=(outputs, True)),
        latent_dim=latent_dim,
    )


def sn_resnet(shape: ImageShape, *, latent_dim: int = 128, width: int = 256, critic_width: int = 128) -> Architecture:
    """Residual networks of constant width of the spectral normalization paper; the critic sums its last features.

    Paper: Miyato et al. (2018), Spectral Normalization for Generative Adversarial Networks, table 4
    As the authors' unconditional resnet_32 and snresnet_32; stages scale as those of cifar_resnet.
    The code adds uniform noise of one grey level to the images; here they stay as they are.

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of the generator.
        critic_width: channels of the critic.
    """
    return Architecture(
        generator=_constant_generator(shape, latent_dim, width),
        critic=lambda norm, outputs: _pooled_critic(shape, critic_width, norm, pool=torch.sum, head=(outputs, False)),
        latent_dim=latent_dim,
    )


def block(inputs: int, outputs: int, norm: str, *, resample: str = "keep", bias: bool = True) -> nn.Module:
    """Returns a residual block.

    Args:
        inputs: channels before it.
        outputs: channels behind it.
        norm: "batch", "layer" or "none".
        resample: "up", "down" or "keep".
        bias: whether its first convolution has a bias; the second always does.
    """
    up, down = _resampling(resample)
    hidden = outputs if resample == "up" else inputs
    first, second = conv(inputs, hidden, 3, bias=bias), conv(hidden, outputs, 3)
    branch = nn.Sequential(
        *(normalization(norm, inputs), nn.ReLU(), *up, first),
        *(normalization(norm, hidden), nn.ReLU(), second, *down),
    )
    changes = resample != "keep" or inputs != outputs
    shortcut = nn.Sequential(*up, *down, initialize(conv(inputs, outputs, 1), "glorot")) if changes else nn.Identity()
    return Residual(initialize(branch, "he_glorot"), shortcut)


def _resampling(resample: str) -> tuple[list[nn.Module], list[nn.Module]]:
    up: list[nn.Module] = [nn.Upsample(scale_factor=2)] if resample == "up" else []
    down: list[nn.Module] = [nn.AvgPool2d(2)] if resample == "down" else []
    return up, down


def _generator(
    shape: ImageShape, latent_dim: int, channels: Sequence[int], *, bias: bool, output_init: str
) -> nn.Module:
    start = initialize(nn.Linear(latent_dim, channels[0] * 16), "glorot")
    layers: list[nn.Module] = [start, nn.Unflatten(1, (channels[0], 4, 4))]
    for inputs, outputs in pairwise([channels[0], *channels]):
        layers.append(block(inputs, outputs, "batch", resample="up", bias=bias))
    output = initialize(conv(channels[-1], shape[0], 3), output_init)
    return nn.Sequential(*layers, normalization("batch", channels[-1]), nn.ReLU(), output, nn.Tanh())


def _constant_generator(shape: ImageShape, latent_dim: int, width: int) -> Callable[[], nn.Module]:
    return lambda: _generator(shape, latent_dim, [width] * halvings(shape), bias=True, output_init="glorot")


def _critic(shape: ImageShape, channels: Sequence[int], norm: str, *, outputs: int) -> nn.Module:
    layers: list[nn.Module] = [initialize(conv(shape[0], channels[0], 3), "glorot")]
    for inputs, outs in pairwise([*channels, channels[-1]]):
        layers.append(block(inputs, outs, norm, resample="down", bias=False))
    linear = initialize(nn.Linear(channels[-1] * 16, outputs), "glorot")
    return nn.Sequential(*layers, nn.Flatten(), linear, Scores())


def _pooled_critic(
    shape: ImageShape, width: int, norm: str, *, pool: Callable[..., Tensor], head: tuple[int, bool]
) -> nn.Module:
    outputs, bias = head
    layers = [_first_block(shape[0], width)]
    layers += [block(width, width, norm, resample="down") for _ in range(halvings(shape, 8) - 1)]
    layers += [block(width, width, norm), block(width, width, norm), nn.ReLU(), Pool(pool)]
    return nn.Sequential(*layers, initialize(nn.Linear(width, outputs, bias=bias), "glorot"), Scores())


def _first_block(inputs: int, width: int) -> nn.Module:
    """A "down" block on the image itself: nothing before its first convolution, no normalization."""
    branch = nn.Sequential(conv(inputs, width, 3), nn.ReLU(), conv(width, width, 3), nn.AvgPool2d(2))
    shortcut = nn.Sequential(nn.AvgPool2d(2), initialize(conv(inputs, width, 1), "glorot"))
    return Residual(initialize(branch, "he_glorot"), shortcut)
