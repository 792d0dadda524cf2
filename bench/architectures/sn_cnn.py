"""The convolutional networks of Miyato et al. (2018), table 3.

Published for 32x32, starting at 4x4 with 512 channels; 64x64 adds a stage of
1024 channels at 4x4 and 16x16 starts at 256. (For 48x48 the paper instead
starts the same three stages at 6x6.)
"""

from __future__ import annotations

from itertools import pairwise

from torch import nn

from bench.architectures.convolutions import conv, deconv
from bench.architectures.parts import Architecture, ImageShape, Scores, halvings, normalization
from bench.architectures.weights import initialize

_WIDENED_BY_STRIDED = {"paper": 0, "compare_gan": 1}


def sn_cnn(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 64,
    critic_width: int = 64,
    critic_filters: str = "paper",
    init: str = "dcgan_normal",
    critic_init: str = "dcgan_normal",
) -> Architecture:
    """Convolutional networks of the spectral normalization paper: critic of seven 3x3 and 4x4 convolutions.

    Paper: Miyato et al. (2018), Spectral Normalization for Generative Adversarial Networks, table 3
    The paper gives no initial weights; those here are N(0, 0.02), as in DCGAN. Normalization layers in the critic,
    on all but its first layer, keep their scale, which the paper's comparison leaves out.

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of the generator's last hidden layer.
        critic_width: channels of the critic's first layer.
        critic_filters: "paper" (64, 64, 128, 128, 256, 256, 512), or "compare_gan"
            (64, 128, 128, 256, 256, 512, 512), the later code of Google's compare_gan.
        init: initial weights of the generator, see `weights`.
        critic_init: initial weights of the critic.
    """
    channels = [width * 2**stage for stage in range(halvings(shape) + 1)]
    filters = _critic_filters(shape, critic_width, critic_filters)
    return Architecture(
        generator=lambda: initialize(_generator(shape, latent_dim, channels[::-1]), init),
        critic=lambda norm, outputs: initialize(_critic(shape, filters, norm, outputs=outputs), critic_init),
        latent_dim=latent_dim,
    )


def _generator(shape: ImageShape, latent_dim: int, channels: list[int]) -> nn.Module:
    # The paper's table has neither normalization nor activation behind the first layer.
    layers: list[nn.Module] = [nn.Linear(latent_dim, channels[0] * 16), nn.Unflatten(1, (channels[0], 4, 4))]
    for inputs, outputs in pairwise(channels):
        layers += [deconv(inputs, outputs, 4), normalization("batch", outputs), nn.ReLU()]
    return nn.Sequential(*layers, conv(channels[-1], shape[0], 3), nn.Tanh())


def _critic_filters(shape: ImageShape, width: int, variant: str) -> list[int]:
    """Output channels of the critic's convolutions, 3x3 and 4x4 with stride 2 in turn."""
    shift, stages = _WIDENED_BY_STRIDED[variant], halvings(shape)
    return [width * 2 ** (k + s) for k in range(stages) for s in (0, shift)] + [width * 2**stages]


def _critic(shape: ImageShape, filters: list[int], norm: str, *, outputs: int) -> nn.Module:
    layers: list[nn.Module] = []
    for index, (inputs, outs) in enumerate(pairwise([shape[0], *filters])):
        layers.append(conv(inputs, outs, 4, stride=2) if index % 2 else conv(inputs, outs, 3))
        layers += [normalization(norm if index else "none", outs), nn.LeakyReLU(0.1)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(filters[-1] * 16, outputs), Scores())
