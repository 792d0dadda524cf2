"""Building a critic with its normalization, in its layers or of its weights.

spectral (Miyato et al., 2018, Algorithm 1): every linear and convolutional weight is divided by an estimate of the
    largest singular value of the weight reshaped to a matrix, updated by one power iteration per training forward pass.
weight (Salimans and Kingma, 2016, equation 2): every output's weight vector has norm 1. Its learned length is left
    out, as in the critics that Miyato et al. compare with.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from bench.architectures.parts import Architecture


def normalize_spectrally(layer: nn.Module) -> None:
    """Divides the layer's weight by its estimated spectral norm."""
    spectral_norm(layer, n_power_iterations=1)


def normalize_rows(layer: nn.Module) -> None:
    """Gives the weights of each of the layer's outputs the norm 1."""
    weight_norm(layer)
    lengths = layer.get_parameter("parametrizations.weight.original0")
    with torch.no_grad():
        lengths.fill_(1.0)
    lengths.requires_grad_(False)


WEIGHT_NORMS = {"spectral": normalize_spectrally, "weight": normalize_rows}


def build_critic(
    architecture: Architecture, norm: str, outputs: int, change: Callable[[nn.Module], nn.Module] | None = None
) -> nn.Module:
    """Builds a critic, lets `change` alter it, and normalises its weights where `norm` says so.

    Args:
        architecture: the builders.
        norm: "batch", "layer", "none", "spectral" or "weight".
        outputs: width of the last layer.
        change: applied to the network before its weights are normalised.
    """
    in_weights = WEIGHT_NORMS.get(norm)
    critic = architecture.critic("none" if in_weights else norm, outputs)
    critic = change(critic) if change else critic
    if in_weights:
        for layer in [layer for layer in critic.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]:
            in_weights(layer)
    return critic
