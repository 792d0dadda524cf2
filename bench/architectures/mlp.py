"""Multi-layer perceptrons: the image networks of the WGAN papers and those of the 2-D experiments.

They scale with the image only through its number of values, which the last
layer of a generator makes and the first of a critic takes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from torch import nn

from bench.architectures.dcgan import dcgan_critic
from bench.architectures.parts import Architecture, ImageShape, Scores
from bench.architectures.weights import initialize

_OUTPUTS = {"tanh": nn.Tanh, "linear": nn.Identity}


def mlp(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 512,
    critic_width: int = 64,
    depth: int = 4,
    output: str = "tanh",
    padding: str = "same",
    critic_init: str = "dcgan_uniform",
) -> Architecture:
    """Generator of four ReLU layers of 512 units; the critic is DCGAN's.

    Paper: Arjovsky et al. (2017), Wasserstein GAN, figure 7

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: units of each hidden layer of the generator.
        critic_width: channels of the critic's first layer.
        depth: hidden layers of the generator; the WGAN authors' code has 3.
        output: "tanh", or "linear" as in the WGAN authors' code.
        padding: of the critic's convolutions, see `convolutions`.
        critic_init: initial weights of the critic, see `weights`.
    """
    return Architecture(
        generator=_generator(shape, latent_dim, width, depth=depth, output=output),
        critic=dcgan_critic(shape, critic_width, padding=padding, init=critic_init),
        latent_dim=latent_dim,
    )


def mlp_both(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    width: int = 512,
    critic_width: int = 512,
    depth: int = 4,
    output: str = "tanh",
) -> Architecture:
    """Generator and critic of four ReLU layers of 512 units each.

    Paper: Arjovsky et al. (2017), Wasserstein GAN, figure 3

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        width: units of each hidden layer of the generator.
        critic_width: units of each hidden layer of the critic, which has nothing to normalise.
        depth: hidden layers of each network; the WGAN authors' code has 3.
        output: "tanh", or "linear" as in the WGAN authors' code.
    """

    def critic(norm: str, outputs: int) -> nn.Module:
        del norm
        return nn.Sequential(nn.Flatten(), *_layers(math.prod(shape), critic_width, outputs, depth=depth), Scores())

    return Architecture(_generator(shape, latent_dim, width, depth=depth, output=output), critic, latent_dim)


def toy_mlp(
    shape: tuple[int],
    *,
    latent_dim: int = 2,
    width: int = 512,
    depth: int = 3,
    critic_width: int = 0,
    critic_depth: int = 3,
    critic_batch_norm: bool = False,
) -> Architecture:
    """Three ReLU layers of 512 units in both networks, for points in the plane.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1 (gan_toy.py)
    The code has a gp_weight of 0.1 here; the paper says 10 "in all experiments", which is the default.
    Its last layers keep the Glorot scheme, whose deviation differs by less than 0.2 % at this width.

    Args:
        shape: (dimension,) of a point.
        latent_dim: width of the noise.
        width: units of each hidden layer.
        depth: hidden layers of the generator.
        critic_width: units of each hidden layer of the critic; 0 for those of the generator.
        critic_depth: hidden layers of the critic; 12 in figure 1 (b) of the paper.
        critic_batch_norm: whether the critic's hidden layers are batch normalized, with the statistics of the batch
            in evaluation too. The published critic has nothing to normalise, whatever the method asks for.
    """
    units = critic_width or width

    def generator() -> nn.Module:
        return initialize(nn.Sequential(relu_layers(latent_dim, width, depth), nn.Linear(width, shape[0])), "he")

    def critic(norm: str, outputs: int) -> nn.Module:
        del norm
        hidden = relu_layers(shape[0], units, critic_depth, batch_norm=critic_batch_norm)
        return initialize(nn.Sequential(hidden, nn.Linear(units, outputs), Scores()), "he")

    return Architecture(generator, critic, latent_dim)


def relu_layers(inputs: int, width: int, depth: int, *, batch_norm: bool = False) -> nn.Sequential:
    """`depth` linear layers of `width` units, each followed by batch normalization where asked and by a ReLU."""
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Linear(inputs, width)]
        layers += [nn.BatchNorm1d(width, track_running_stats=False)] if batch_norm else []
        layers += [nn.ReLU()]
        inputs = width
    return nn.Sequential(*layers)


def _generator(shape: ImageShape, latent_dim: int, width: int, *, depth: int, output: str) -> Callable[[], nn.Module]:
    def build() -> nn.Module:
        layers = _layers(latent_dim, width, math.prod(shape), depth=depth)
        return nn.Sequential(*layers, _OUTPUTS[output](), nn.Unflatten(1, shape))

    return build


def _layers(inputs: int, width: int, outputs: int, *, depth: int) -> list[nn.Module]:
    """Hidden layers with the weights of 'he' and a linear layer with those of 'glorot', as in FCGenerator."""
    hidden = initialize(relu_layers(inputs, width, depth), "he")
    return [hidden, initialize(nn.Linear(width, outputs), "glorot")]
