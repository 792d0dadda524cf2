"""DCGAN as in the official code of Gulrajani et al. (2017), gan_64x64.py, and its cut-down generator.

One rule scales it: start at 4x4, double up to the image; the widest layer has
width * 2^(doublings - 1) channels, so 64x64 with width 64 is the published network.
"""

from __future__ import annotations

import math

from torch import nn

from bench.architectures.parts import (
    Architecture,
    Scores,
    constant_std,
    he_or_glorot,
    initialize,
    normalization,
    same_conv,
    same_deconv,
)

ImageShape = tuple[int, int, int]


def dcgan(shape: ImageShape, *, latent_dim: int = 128, width: int = 64, critic_width: int = 64) -> Architecture:
    """DCGAN: batch-normalized deconvolutional generator, convolutional critic.

    Paper: Radford et al. (2015), Unsupervised Representation Learning with Deep Convolutional GANs

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of the generator's last hidden layer.
        critic_width: channels of the critic's first layer.
    """
    return Architecture(
        generator=lambda: dcgan_generator(shape, latent_dim, width),
        critic=lambda norm, outputs: dcgan_critic(shape, critic_width, norm, outputs),
        latent_dim=latent_dim,
    )


def dcgan_nobn(shape: ImageShape, *, latent_dim: int = 128, width: int = 64, critic_width: int = 64) -> Architecture:
    """DCGAN whose generator has no batch normalization and a constant number of filters.

    Paper: Arjovsky et al. (2017), Wasserstein GAN, figure 6

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of every hidden layer of the generator.
        critic_width: channels of the critic's first layer.
    """
    return Architecture(
        generator=lambda: constant_generator(shape, latent_dim, width),
        critic=lambda norm, outputs: dcgan_critic(shape, critic_width, norm, outputs),
        latent_dim=latent_dim,
    )


def doublings(image_size: int) -> int:
    """Returns how many doublings lead from 4x4 to the image."""
    return int(math.log2(image_size // 4))


def dcgan_generator(shape: ImageShape, latent_dim: int, width: int) -> nn.Module:
    """Linear to 4x4, then SAME deconvolutions that halve the channels; BN and ReLU between, tanh at the end."""
    channels = [width * 2**k for k in reversed(range(doublings(shape[1])))]
    layers: list[nn.Module] = [nn.Linear(latent_dim, channels[0] * 16), nn.Unflatten(1, (channels[0], 4, 4))]
    layers += [normalization("batch", channels[0]), nn.ReLU()]
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        layers += [same_deconv(inputs, outputs), normalization("batch", outputs), nn.ReLU()]
    layers += [same_deconv(channels[-1], shape[0]), nn.Tanh()]
    return initialize(nn.Sequential(*layers), constant_std)


def constant_generator(shape: ImageShape, latent_dim: int, width: int) -> nn.Module:
    """Linear to 4x4, then SAME deconvolutions of constant width; ReLU between, no normalization, tanh at the end."""
    layers: list[nn.Module] = [nn.Linear(latent_dim, width * 16), nn.Unflatten(1, (width, 4, 4)), nn.ReLU()]
    for _ in range(doublings(shape[1]) - 1):
        layers += [same_deconv(width, width), nn.ReLU()]
    layers += [same_deconv(width, shape[0]), nn.Tanh()]
    return initialize(nn.Sequential(*layers), he_or_glorot)


def dcgan_critic(shape: ImageShape, width: int, norm: str, outputs: int) -> nn.Module:
    """SAME convolutions that double the channels down to 4x4; LeakyReLU 0.2, `norm` on all but the first, linear."""
    channels = [width * 2**k for k in range(doublings(shape[1]))]
    layers: list[nn.Module] = [same_conv(shape[0], channels[0]), nn.LeakyReLU(0.2)]
    for inputs, outs in zip(channels, channels[1:], strict=False):
        layers += [same_conv(inputs, outs), normalization(norm, outs), nn.LeakyReLU(0.2)]
    layers += [nn.Flatten(), nn.Linear(channels[-1] * 16, outputs), Scores()]
    return initialize(nn.Sequential(*layers), constant_std)
