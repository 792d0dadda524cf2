"""Wasserstein GAN with weight clipping (Arjovsky et al., 2017).

Algorithm 1: the critic maximises E f(x) - E f(G(z)), after each update its
weights are clipped to [-c, c]; the generator minimises -E f(G(z)).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bench.methods.method import Method, OptimizerSpec


def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """E f(G(z)) - E f(x); Arjovsky et al. (2017), Algorithm 1, line 5, with the sign of a loss."""
    return fake_scores.mean() - real_scores.mean()


def generator_loss(fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
    """-E f(G(z)); Arjovsky et al. (2017), Algorithm 1, line 10."""
    del real_scores
    return -fake_scores.mean()


def wasserstein(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """E f(x) - E f(G(z)): the Wasserstein-1 estimate, up to the critic's Lipschitz constant."""
    return real_scores.mean() - fake_scores.mean()


def clip_weights(critic: nn.Module, clip_value: float) -> None:
    """Clips every parameter to [-clip_value, clip_value], biases and normalization scales included.

    The scope is that of both official implementations.
    """
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-clip_value, clip_value)


def wgan(
    *,
    clip_value: float = 0.01,
    n_critic: int = 5,
    boosted: bool = False,
    critic_norm: str = "batch",
    optimizer: str = "rmsprop",
    learning_rate: float = 5e-5,
    beta1: float = 0.0,
    beta2: float = 0.999,
) -> Method:
    """Wasserstein GAN with weight clipping.

    Paper: Arjovsky et al. (2017), Wasserstein GAN
    `boosted` adds the official code's 100 critic steps in the first 25
    generator steps and every 500th, which Algorithm 1 does not have.
    """
    return Method(
        critic_loss=critic_loss,
        generator_loss=generator_loss,
        critic_estimate=wasserstein,
        estimate_name="wasserstein",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2),
        n_critic=n_critic,
        critic_norm=critic_norm,
        constrain=lambda critic: clip_weights(critic, clip_value),
        boosted=boosted,
    )
