"""Wasserstein GAN with weight clipping (Arjovsky et al., 2017).

Algorithm 1: the critic maximises E f(x) - E f(G(z)), after each update its
weights are clipped to [-c, c]; the generator minimises -E f(G(z)).
"""

from __future__ import annotations

from collections.abc import Iterator

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


def learned(critic: nn.Module, scope: str) -> Iterator[nn.Parameter]:
    """Yields the parameters that are clipped: "all", or the "weights" of linear and convolutional layers.

    "all" is the scope of both official codes: biases and normalization scales too. A layer whose
    weight is normalised is clipped in what is learned, the weight before its normalization.
    """
    layers = [module for module in critic.modules() if isinstance(module, nn.Linear | nn.Conv2d)]
    for module in [critic] if scope == "all" else layers:
        for parameter in module.parameters():
            if parameter.requires_grad and (scope == "all" or parameter.dim() > 1):
                yield parameter


def clip(critic: nn.Module, clip_value: float, scope: str) -> None:
    """Clips the parameters in scope to [-clip_value, clip_value]."""
    with torch.no_grad():
        for parameter in learned(critic, scope):
            parameter.clamp_(-clip_value, clip_value)


def wgan(
    *,
    clip_value: float = 0.01,
    clip_scope: str = "all",
    clip_first: bool = False,
    n_critic: int = 5,
    boosted: bool = False,
    critic_norm: str = "batch",
    optimizer: str = "rmsprop",
    learning_rate: float = 5e-5,
    beta1: float = 0.5,
    beta2: float = 0.999,
    momentum: float = 0.0,
) -> Method:
    """Wasserstein GAN with weight clipping.

    Paper: Arjovsky et al. (2017), Wasserstein GAN
    Adam's decays are those of the authors' code where it is told to use Adam.

    Args:
        clip_value: c.
        clip_scope: "all" parameters of the critic, as in the authors' code and that of Gulrajani
            et al. (2017), or the "weights" of linear and convolutional layers alone.
        clip_first: whether to clip before each critic update, as the authors' code does, and not
            after it, as Algorithm 1 does; the generator then meets weights one update beyond c.
        boosted: whether to add the authors' code's 100 critic steps in the first 25 generator
            steps and every 500th, which Algorithm 1 does not have.
    """
    return Method(
        critic_loss=critic_loss,
        generator_loss=generator_loss,
        critic_estimate=wasserstein,
        estimate_name="wasserstein",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=n_critic,
        critic_norm=critic_norm,
        constrain=lambda critic: clip(critic, clip_value, clip_scope),
        constrain_first=clip_first,
        boosted=boosted,
    )
