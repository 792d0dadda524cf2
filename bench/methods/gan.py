"""Generative adversarial networks (Goodfellow et al., 2014).

With D = sigmoid(score), the critic minimises (equation 1, Algorithm 1)

    -E_x log D(x) - E_z log(1 - D(G(z))),

and the generator either minimises E_z log(1 - D(G(z))) (minimax) or, as
section 3 recommends, -E_z log D(G(z)) (non-saturating). At the optimal D the
critic's loss is log 4 - 2 JS(p_data, p_g), from which JS is estimated.
"""

from __future__ import annotations

import math

from torch import Tensor
from torch.nn.functional import softplus

from bench.methods.method import Method, OptimizerSpec


def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z))); Goodfellow et al. (2014), Algorithm 1."""
    return softplus(-real_scores).mean() + softplus(fake_scores).mean()


def non_saturating_loss(fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
    """-E log D(G(z)); Goodfellow et al. (2014), section 3."""
    del real_scores
    return softplus(-fake_scores).mean()


def minimax_loss(fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
    """E log(1 - D(G(z))); Goodfellow et al. (2014), equation 1."""
    del real_scores
    return -softplus(fake_scores).mean()


def jensen_shannon(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Lower bound of JS(p_data, p_g) in nats, tight at the optimal D: log 2 - critic_loss / 2.

    Arjovsky et al. (2017), figure 4, plots this quantity.
    """
    return math.log(2) - critic_loss(real_scores, fake_scores) / 2


def gan(
    *,
    saturating: bool = False,
    n_critic: int = 1,
    critic_norm: str = "batch",
    optimizer: str = "adam",
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    beta2: float = 0.999,
    momentum: float = 0.0,
) -> Method:
    """GAN with the non-saturating generator loss, DCGAN's optimizer.

    Paper: Goodfellow et al. (2014), Generative Adversarial Nets
    The optimizer is that of Radford et al. (2015), section 4. The critic's loss is the
    sum of its two terms; gan_64x64.py of Gulrajani et al. (2017) halves it.

    Args:
        saturating: whether the generator minimises the minimax loss instead.
    """
    return Method(
        critic_loss=critic_loss,
        generator_loss=minimax_loss if saturating else non_saturating_loss,
        critic_estimate=jensen_shannon,
        estimate_name="jensen_shannon",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=n_critic,
        critic_norm=critic_norm,
    )
