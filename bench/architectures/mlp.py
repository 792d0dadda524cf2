"""Multi-layer perceptrons: the image generator of the WGAN papers and the networks of the 2-D experiments."""

from __future__ import annotations

import math

from torch import nn

from bench.architectures.dcgan import ImageShape, dcgan_critic
from bench.architectures.parts import Architecture, Scores, he, he_or_glorot, initialize


def mlp(shape: ImageShape, *, latent_dim: int = 128, width: int = 512, critic_width: int = 64) -> Architecture:
    """Generator of four ReLU layers of 512 units; the critic is DCGAN's.

    Paper: Arjovsky et al. (2017), Wasserstein GAN, figure 7

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: units of each hidden layer of the generator.
        critic_width: channels of the critic's first layer.
    """

    def generator() -> nn.Module:
        hidden = initialize(relu_layers(latent_dim, width, depth=4), he)
        output = initialize(nn.Linear(width, math.prod(shape)), he_or_glorot)
        return nn.Sequential(hidden, output, nn.Tanh(), nn.Unflatten(1, shape))

    return Architecture(generator, lambda norm, outputs: dcgan_critic(shape, critic_width, norm, outputs), latent_dim)


def toy_mlp(shape: tuple[int], *, latent_dim: int = 2, width: int = 512) -> Architecture:
    """Three ReLU layers of 512 units in both networks, for points in the plane.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1 (gan_toy.py)

    Args:
        shape: (dimension,) of a point.
        latent_dim: width of the noise.
        width: units of each hidden layer.
    """

    def generator() -> nn.Module:
        return initialize(nn.Sequential(relu_layers(latent_dim, width, depth=3), nn.Linear(width, shape[0])), he)

    def critic(norm: str, outputs: int) -> nn.Module:
        # The published critic has nothing to normalise; normalization layers are for images.
        del norm
        return initialize(nn.Sequential(relu_layers(shape[0], width, depth=3), nn.Linear(width, outputs), Scores()), he)

    return Architecture(generator, critic, latent_dim)


def relu_layers(inputs: int, width: int, depth: int) -> nn.Sequential:
    """`depth` linear layers of `width` units, each followed by a ReLU."""
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Linear(inputs, width), nn.ReLU()]
        inputs = width
    return nn.Sequential(*layers)
