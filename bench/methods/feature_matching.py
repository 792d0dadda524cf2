"""Feature matching (Salimans et al., 2016, section 3.1).

With f(x) the activations that enter the critic's last layer, the generator minimises

    ||E_x f(x) - E_z f(G(z))||_2^2

in place of its own loss; the critic is trained as before. The critic's output
is widened: scores first, features behind them. Losses, estimate, penalty and
witness of the critic see the scores alone. The authors' code for CIFAR-10
minimises the mean over features of |E_x f(x) - E_z f(G(z))| instead
(mnist_svhn_cifar10/train_cifar_feature_matching.py).
"""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor, nn

from bench.methods.critics import last_linear, on_scores
from bench.methods.method import Method


class WithFeatures(nn.Module):
    """A critic that also shows what enters its last layer.

    Args:
        critic: (n, *shape) -> (n,) or (n, k).
    """

    def __init__(self, critic: nn.Module) -> None:
        super().__init__()
        last_linear(critic)
        self.critic = critic

    def forward(self, x: Tensor) -> Tensor:
        """(n, *shape) -> (n, k + features), k = 1 for a critic with scores of shape (n,)."""
        features: list[Tensor] = []
        _, layer = last_linear(self.critic)
        handle = layer.register_forward_pre_hook(lambda module, inputs: features.append(inputs[0]))
        try:
            scores = self.critic(x)
        finally:
            handle.remove()
        return torch.cat([scores.reshape(len(x), -1), *features], dim=1)


def squared(difference: Tensor) -> Tensor:
    """||difference||_2^2; Salimans et al. (2016), section 3.1."""
    return difference.square().sum()


def absolute(difference: Tensor) -> Tensor:
    """Mean of |difference|, as in the authors' code."""
    return difference.abs().mean()


_DISTANCES = {"squared": squared, "absolute": absolute}


def feature_matching(method: Method, *, feature_distance: str = "squared") -> Method:
    """The generator matches the means of the critic's last features.

    Paper: Salimans et al. (2016), Improved Techniques for Training GANs

    Args:
        method: whose critic gives the features; its generator loss is replaced.
        feature_distance: "squared" as printed, or "absolute" as in the authors' code.
    """
    width, distance = method.critic_outputs, _DISTANCES[feature_distance]

    def generator_loss(fake_scores: Tensor, real_scores: Tensor | None) -> Tensor:
        assert real_scores is not None
        return distance(real_scores[:, width:].mean(dim=0) - fake_scores[:, width:].mean(dim=0))

    def parametrize(critic: nn.Module) -> nn.Module:
        return WithFeatures(method.parametrize(critic) if method.parametrize else critic)

    return dataclasses.replace(
        on_scores(method), generator_loss=generator_loss, parametrize=parametrize, generator_sees_real=True
    )
