"""The small convolutional networks of Gulrajani et al. (2017) for MNIST and CIFAR-10.

Both were published for sides that take three doublings from 4x4, with the
channels of DCGAN without its first stage; 64x64 adds that stage and 16x16
leaves another out. MNIST's 28x28 are images of 32x32 here: the published
generator crops its 8x8 features to 7x7, which the 32 do not need, and the
critic's SAME convolutions lead to 4x4 from both, so no layer's size differs.
The first batch normalization has statistics for each unit, as in the code.
"""

from __future__ import annotations

from torch import nn

from bench.architectures.parts import Architecture, ImageShape, Scale
from bench.architectures.stacks import LeakyReLU, Stack, Style, pair


def mnist_cnn(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 64,
    critic_width: int = 64,
    generator_norm: str = "none",
    padding: str = "same",
    init: str = "he_glorot",
    critic_init: str = "he_glorot",
) -> Architecture:
    """Small convolutional networks for MNIST; no batch normalization in the generator.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs (gan_mnist.py)
    Its images and its last sigmoid are in [0, 1]; here they are in [-1, 1], and
    the last activation is tanh(x / 2) = 2 sigmoid(x) - 1.

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: channels of the generator's last hidden layer.
        critic_width: channels of the critic's first layer.
        generator_norm: "batch" is the code's clipping mode, "none" the others.
        padding: of the convolutions, see `convolutions`.
        init: initial weights of the generator, see `weights`.
        critic_init: initial weights of the critic.
    """
    style = Style(nn.ReLU, generator_norm, padding=padding, norm_units=True, output=_rescaled_sigmoid)
    critic_style = Style(LeakyReLU, padding=padding)
    generator, critic = Stack(width, style, init), Stack(critic_width, critic_style, critic_init)
    return pair(shape, latent_dim, generator=generator, critic=critic)


def cifar_cnn(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 128,
    critic_width: int = 128,
    padding: str = "same",
    init: str = "he_glorot",
    critic_init: str = "he_glorot",
) -> Architecture:
    """Small convolutional networks for CIFAR-10.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs (gan_cifar.py)

    Args:
        As those of `mnist_cnn`.
    """
    style, critic_style = Style(nn.ReLU, "batch", padding=padding, norm_units=True), Style(LeakyReLU, padding=padding)
    generator, critic = Stack(width, style, init), Stack(critic_width, critic_style, critic_init)
    return pair(shape, latent_dim, generator=generator, critic=critic)


def _rescaled_sigmoid() -> nn.Module:
    return nn.Sequential(Scale(0.5), nn.Tanh())
