"""Completing images: the generator draws the right half of an image given its left half.

context = encoder(image with its right half set to 0), then
[left half, right half of DCGAN's generator at (noise, context)].
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from bench.architectures.dcgan import dcgan
from bench.architectures.parts import Architecture, ImageShape, doubling_channels
from bench.architectures.stacks import LeakyReLU, Style, features
from bench.architectures.weights import initialize


class Completion(nn.Module):
    """Replaces the right half of images by what `decoder` draws from noise and the encoded left half.

    Args:
        encoder: (n, *shape) -> (n, context_dim).
        decoder: (n, latent_dim + context_dim) -> (n, *shape).
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder

    def forward(self, latents: Tensor, images: Tensor) -> Tensor:
        """((n, latent_dim), (n, *shape)) -> (n, *shape); nothing depends on the right half of `images`."""
        half = images.shape[3] // 2
        left = images[..., :half]
        context = self.encoder(pad(left, (0, images.shape[3] - half)))
        drawn = self.decoder(torch.cat([latents, context], dim=1))
        return torch.cat([left, drawn[..., half:]], dim=3)


def dcgan_completion(
    shape: ImageShape,
    *,
    latent_dim: int = 128,
    context_dim: int = 128,
    width: int = 64,
    critic_width: int = 64,
    padding: str = "same",
    init: str = "dcgan_uniform",
    critic_init: str = "dcgan_uniform",
) -> Architecture:
    """DCGAN that draws the right half of an image from noise and the left half; the critic sees whole images.

    Paper: Bellemare et al. (2017), The Cramer Distance as a Solution to Biased Wasserstein Gradients
    The paper's own network is not public: this is DCGAN, with an encoder like its critic without normalization.

    Args:
        shape: (channels, height, width) of an image.
        latent_dim: width of the noise.
        context_dim: numbers that describe the left half.
        width: channels of the generator's last hidden layer.
        critic_width: channels of the critic's and of the encoder's first layer.
        padding: of the convolutions, see `convolutions`.
        init: initial weights of the generator, see `weights`.
        critic_init: initial weights of the critic.
    """
    whole = dcgan(
        shape,
        latent_dim=latent_dim + context_dim,
        width=width,
        critic_width=critic_width,
        padding=padding,
        init=init,
        critic_init=critic_init,
    )

    def generator() -> nn.Module:
        channels, style = doubling_channels(shape, critic_width), Style(LeakyReLU, padding=padding)
        return Completion(initialize(features(shape, channels, context_dim, style=style), init), whole.generator())

    return whole._replace(generator=generator, latent_dim=latent_dim, conditional=True)
