"""Critics with normalised weights: spectral (Miyato et al., 2018) and weight normalization.

The normalizations themselves are in `bench.architectures.critics`. Losses:

    hinge (equations 16, 17):  E max(0, 1 - D(x)) + E max(0, 1 + D(G(z)));  -E D(G(z))
    non-saturating:            as in `gan`.

The smallest hinge loss is 2 (1 - TV(p, q)), so 1 - loss / 2 is a lower bound of total variation.
"""

from __future__ import annotations

import dataclasses

from torch import Tensor

from bench.methods import gan
from bench.methods.method import Method, OptimizerSpec


def hinge_critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))); Miyato et al. (2018), equation 16."""
    return (1 - real_scores).relu().mean() + (1 + fake_scores).relu().mean()


def hinge_generator_loss(fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
    """-E D(G(z)); Miyato et al. (2018), equation 17."""
    del real_scores
    return -fake_scores.mean()


def total_variation(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Lower bound of TV(p, q), tight at the optimal D: 1 - hinge_critic_loss / 2."""
    return 1 - hinge_critic_loss(real_scores, fake_scores) / 2


_LOSSES = {
    "hinge": (hinge_critic_loss, hinge_generator_loss, total_variation, "total_variation"),
    "non_saturating": (gan.critic_loss, gan.non_saturating_loss, gan.jensen_shannon, "jensen_shannon"),
}


def sngan(
    *,
    loss: str = "hinge",
    n_critic: int = 1,
    critic_norm: str = "spectral",
    optimizer: str = "adam",
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    beta2: float = 0.999,
    momentum: float = 0.0,
) -> Method:
    """Spectrally normalized critic with the hinge loss.

    Paper: Miyato et al. (2018), Spectral Normalization for Generative Adversarial Networks
    Optimizer and n_critic are setting C of its Table 1.

    Args:
        loss: "hinge", or "non_saturating" as in `gan`.
    """
    critic_loss, generator_loss, estimate, estimate_name = _LOSSES[loss]
    return Method(
        critic_loss=critic_loss,
        generator_loss=generator_loss,
        critic_estimate=estimate,
        estimate_name=estimate_name,
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=n_critic,
        critic_norm=critic_norm,
    )


def wn(
    *,
    n_critic: int = 1,
    critic_norm: str = "weight",
    optimizer: str = "adam",
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    beta2: float = 0.999,
    momentum: float = 0.0,
) -> Method:
    """Weight-normalized critic with the losses of `gan`, as in the comparison of Miyato et al. (2018).

    Paper: Salimans and Kingma (2016), Weight Normalization: A Simple Reparameterization to Accelerate Training of Deep Neural Networks
    Optimizer and n_critic are those of `sngan`.
    """  # noqa: E501  (a title is read from one line)
    spec = OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum)
    return dataclasses.replace(gan.gan(n_critic=n_critic, critic_norm=critic_norm), optimizer=spec)
