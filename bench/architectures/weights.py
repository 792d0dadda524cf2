"""Initial weights of the two official repositories, by name; every bias is 0.

    dcgan_uniform  uniform with deviation 0.02 (gan_64x64.py of Gulrajani et al., 2017)
    dcgan_normal   normal with deviation 0.02, batch normalization's scale N(1, 0.02)
                   (main.py of Arjovsky et al., 2017)
    he_glorot      uniform; convolutions sqrt(4 / (fan_in + fan_out)), linear layers
                   sqrt(2 / (fan_in + fan_out)) (tflib/ops of Gulrajani et al., 2017)
    glorot         uniform, sqrt(2 / (fan_in + fan_out)) for both (the same, he_init=False)
    he             uniform, sqrt(2 / fan_in), for linear layers (the same, initialization='he')

A uniform weight of deviation s lies within +-s sqrt(3).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from torch import nn

Weighted = nn.Linear | nn.Conv2d | nn.ConvTranspose2d

DCGAN_STD = 0.02


def initialize(network: nn.Module, scheme: str) -> nn.Module:
    """Draws all weights of `network` by the scheme of that name, in the order of its layers, and returns it."""
    draw = _SCHEMES[scheme]
    for layer in network.modules():
        if isinstance(layer, Weighted):
            draw(layer)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d) and scheme == "dcgan_normal":
            nn.init.normal_(layer.weight, 1.0, DCGAN_STD)
    return network


def fans(layer: Weighted) -> tuple[float, float]:
    """Returns (fan_in, fan_out) of the official code.

    Both count the kernel's area; fan_out is divided by stride^2 for a strided
    convolution and fan_in for a transposed one.
    """
    if isinstance(layer, nn.Linear):
        return layer.in_features, layer.out_features
    area, strides = math.prod(layer.kernel_size), math.prod(layer.stride)
    fan_in, fan_out = layer.in_channels * area, layer.out_channels * area
    return (fan_in / strides, fan_out) if layer.transposed else (fan_in, fan_out / strides)


def _uniform(deviation: Callable[[Weighted], float]) -> Callable[[Weighted], None]:
    def draw(layer: Weighted) -> None:
        bound = deviation(layer) * math.sqrt(3)
        nn.init.uniform_(layer.weight, -bound, bound)

    return draw


def _normal(layer: Weighted) -> None:
    nn.init.normal_(layer.weight, 0.0, DCGAN_STD)


def _glorot(layer: Weighted) -> float:
    return math.sqrt(2 / sum(fans(layer)))


def _he_glorot(layer: Weighted) -> float:
    return _glorot(layer) if isinstance(layer, nn.Linear) else math.sqrt(4 / sum(fans(layer)))


_SCHEMES = {
    "dcgan_uniform": _uniform(lambda layer: DCGAN_STD),
    "dcgan_normal": _normal,
    "he_glorot": _uniform(_he_glorot),
    "glorot": _uniform(_glorot),
    "he": _uniform(lambda layer: math.sqrt(2 / fans(layer)[0])),
}
