"""Virtual batch normalization (Salimans et al., 2016, section 3.5).

Each sample is normalised with statistics of a reference batch, chosen once and
fixed, and of itself. With r reference samples, whose features have mean m and
variance v, and a sample whose own have mean m' and variance v' (over its pixels),

    mean = a m + b m',    variance = a v + b v' + a b (m - m')^2,    a = r / (r + 1), b = 1 / (r + 1),

which are the statistics of the r + 1 of them. The reference batch itself is
normalised with m and v. It passes through the generator together with every
batch, which costs r more samples each time; so only the generator has it.
"""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor, nn

from bench.errors import UserError
from bench.methods.method import Method

BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d


class VirtualBatchNorm(nn.Module):
    """Normalises what follows the reference batch, sample by sample.

    Args:
        layer: the batch normalization it replaces, whose parameters it takes over.
        n_reference: how many of the first samples of a batch are the reference batch.
    """

    def __init__(self, layer: BatchNorm, n_reference: int) -> None:
        super().__init__()
        self.weight, self.bias, self.eps = layer.weight, layer.bias, layer.eps
        self.n_reference = n_reference

    def forward(self, x: Tensor) -> Tensor:
        """(n_reference + n, channels, ...) -> the same shape."""
        pixels = list(range(2, x.dim()))
        reference, rest = x[: self.n_reference], x[self.n_reference :]
        variance, mean = torch.var_mean(reference, dim=[0, *pixels], correction=0, keepdim=True)
        both = torch.cat(
            [self._scaled(reference, mean, variance), self._scaled(rest, *self._joined(rest, mean, variance))]
        )
        shape = (1, -1, *[1] * len(pixels))
        return both * self.weight.view(shape) + self.bias.view(shape)

    def _joined(self, rest: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
        """Statistics of the reference batch with each of the other samples; (n, channels, 1, ...)."""
        pixels = list(range(2, rest.dim()))
        own_variance, own_mean = torch.zeros_like(rest), rest
        if pixels:
            own_variance, own_mean = torch.var_mean(rest, dim=pixels, correction=0, keepdim=True)
        b = 1 / (self.n_reference + 1)
        a = 1 - b
        return a * mean + b * own_mean, a * variance + b * own_variance + a * b * (mean - own_mean).square()

    def _scaled(self, x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        return (x - mean) * (variance + self.eps).rsqrt()


class WithReference(nn.Module):
    """A generator that runs its reference batch along with every batch.

    Args:
        generator: (n, latent_dim) -> (n, *shape), with VirtualBatchNorm layers.
        latents: (n_reference, latent_dim), kept in a buffer.
    """

    reference: Tensor

    def __init__(self, generator: nn.Module, latents: Tensor) -> None:
        super().__init__()
        self.generator = generator
        self.register_buffer("reference", latents)

    def forward(self, latents: Tensor) -> Tensor:
        """(n, latent_dim) -> (n, *shape); sample i depends on latent i alone."""
        return self.generator(torch.cat([self.reference, latents]))[len(self.reference) :]


def virtual_batch_norm(method: Method, *, reference_size: int = 64) -> Method:
    """The generator's batch normalization uses a fixed reference batch and each sample itself.

    Paper: Salimans et al. (2016), Improved Techniques for Training GANs
    The authors' ImageNet code has as many reference latents as a batch has
    samples, 64 unless chosen otherwise (imagenet/generator.py, train_imagenet.py).

    Args:
        method: whose generator is changed.
        reference_size: latents in the reference batch, drawn once with the initial weights.
    """

    def parametrize_generator(generator: nn.Module, latent_dim: int) -> nn.Module:
        if method.parametrize_generator:
            generator = method.parametrize_generator(generator, latent_dim)
        replace_batch_norm(generator, reference_size)
        return WithReference(generator, torch.randn(reference_size, latent_dim))

    return dataclasses.replace(method, parametrize_generator=parametrize_generator)


def replace_batch_norm(generator: nn.Module, n_reference: int) -> None:
    """Puts virtual batch normalization in place of batch normalization.

    Raises:
        UserError: where there is none.
    """
    layers = [(name, layer) for name, layer in generator.named_modules() if isinstance(layer, BatchNorm)]
    if not layers:
        raise UserError(
            "method 'virtual_batch_norm': the generator has no batch normalization to replace; "
            "choose an architecture, or its options, with some."
        )
    for name, layer in layers:
        generator.set_submodule(name, VirtualBatchNorm(layer, n_reference))
