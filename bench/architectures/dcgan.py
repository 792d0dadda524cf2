"""DCGAN and its variations in the official code of Gulrajani et al. (2017), gan_64x64.py, and of the WGAN authors.

At 64x64 and width 64 the stages from 4x4 to the image have 512, 256, 128 and
64 channels; 32x32 starts at 256 and 16x16 at 128 channels. "dcgan_nobn" has
`width` channels at every stage.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bench.architectures.parts import Architecture, CriticBuilder, ImageShape, halvings
from bench.architectures.stacks import LeakyReLU, Stack, Style, critic_builder, generator_builder, pair


class Gate(nn.Module):
    """sigmoid(even channels) * tanh(odd channels), counted from 0."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, 2 c, h, w) -> (n, c, h, w)."""
        return torch.sigmoid(x[:, ::2]) * torch.tanh(x[:, 1::2])


def dcgan(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 64,
    critic_width: int = 64,
    padding: str = "same",
    init: str = "dcgan_uniform",
    critic_init: str = "dcgan_uniform",
) -> Architecture:
    """DCGAN: batch-normalized deconvolutional generator, convolutional critic.

    Paper: Radford et al. (2015), Unsupervised Representation Learning with Deep Convolutional GANs

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of the generator's last hidden layer.
        critic_width: channels of the critic's first layer.
        padding: of the convolutions, see `convolutions`.
        init: initial weights of the generator, see `weights`.
        critic_init: initial weights of the critic.
    """
    style, critic_style = Style(nn.ReLU, "batch", padding=padding), Style(LeakyReLU, padding=padding)
    generator, critic = Stack(width, style, init), Stack(critic_width, critic_style, critic_init)
    return pair(shape, latent_dim, generator=generator, critic=critic)


def dcgan_nobn(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 64,
    critic_width: int = 64,
    padding: str = "same",
    init: str = "he_glorot",
    critic_init: str = "dcgan_uniform",
) -> Architecture:
    """DCGAN whose generator has no batch normalization and a constant number of filters.

    Paper: Arjovsky et al. (2017), Wasserstein GAN, figure 6

    Args:
        As those of `dcgan`, but every hidden layer of the generator has `width` channels.
    """
    style, channels = Style(nn.ReLU, padding=padding), [width] * halvings(shape)
    return Architecture(
        generator=generator_builder(shape, latent_dim, channels, style=style, init=init),
        critic=dcgan_critic(shape, critic_width, padding=padding, init=critic_init),
        latent_dim=latent_dim,
    )


def no_norm(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 64,
    critic_width: int = 64,
    padding: str = "same",
    init: str = "dcgan_uniform",
    critic_init: str = "dcgan_uniform",
) -> Architecture:
    """DCGAN without normalization in either network.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 2

    Args:
        As those of `dcgan`.
    """
    style, critic_style = Style(nn.ReLU, padding=padding), Style(LeakyReLU, padding=padding)
    generator, critic = Stack(width, style, init), Stack(critic_width, critic_style, critic_init)
    built = pair(shape, latent_dim, generator=generator, critic=critic)
    return built._replace(critic=lambda norm, outputs: built.critic("none", outputs))


def tanh(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 64,
    critic_width: int = 64,
    padding: str = "same",
    init: str = "dcgan_uniform",
    critic_init: str = "dcgan_uniform",
) -> Architecture:
    """DCGAN with tanh as every activation of both networks.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 2

    Args:
        As those of `dcgan`.
    """
    style = Style(nn.Tanh, "batch", padding=padding)
    generator, critic = Stack(width, style, init), Stack(critic_width, style, critic_init)
    return pair(shape, latent_dim, generator=generator, critic=critic)


def gated(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 64,
    critic_width: int = 64,
    padding: str = "same",
    init: str = "he_glorot",
    critic_init: str = "he_glorot",
) -> Architecture:
    """DCGAN with gated multiplicative activations in both networks: sigmoid of one half times tanh of the other.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 2

    Args:
        As those of `dcgan`; channels are counted behind the gate.
    """
    style = Style(Gate, "batch", padding=padding, branches=2)
    generator, critic = Stack(width, style, init), Stack(critic_width, style, critic_init)
    return pair(shape, latent_dim, generator=generator, critic=critic)


def dcgan_k4(
    shape: ImageShape,
    *,
    latent_dim: int = 100,
    width: int = 64,
    critic_width: int = 64,
    generator_norm: str = "batch",
    init: str = "dcgan_normal",
    critic_init: str = "dcgan_normal",
) -> Architecture:
    """DCGAN of the WGAN authors' code: 4x4 kernels, no biases.

    Paper: Arjovsky et al. (2017), Wasserstein GAN (models/dcgan.py)
    Its first and last layers, 4x4 convolutions from and to 1x1, are written as the linear layers they equal; its
    critic's mean over the batch is left to the method. The code trains for 25 epochs.

    Args:
        generator_norm: "none" is the code's --noBN, which keeps the growing filters.

    The others are as those of `dcgan`.
    """
    style = Style(nn.ReLU, generator_norm, kernel=4, bias=False)
    critic_style = Style(LeakyReLU, kernel=4, bias=False)
    generator, critic = Stack(width, style, init), Stack(critic_width, critic_style, critic_init)
    return pair(shape, latent_dim, generator=generator, critic=critic)


def dcgan_critic(shape: ImageShape, width: int, *, padding: str, init: str) -> CriticBuilder:
    """Returns the builder of DCGAN's critic: 5x5 convolutions, LeakyReLU 0.2, `width` channels in the first layer."""
    return critic_builder(shape, Stack(width, Style(LeakyReLU, padding=padding), init))
