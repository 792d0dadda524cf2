"""Spectral normalization (Miyato et al., 2018).

Every linear and convolutional layer of the critic has its weight divided by an
estimate of the largest singular value of the weight reshaped to a matrix,
updated by one power iteration per training forward pass (Algorithm 1). Losses:

    hinge (equations 16, 17):  E max(0, 1 - D(x)) + E max(0, 1 + D(G(z)));  -E D(G(z))
    non-saturating:            as in `gan`.

The smallest hinge loss is 2 (1 - TV(p, q)), so 1 - loss / 2 is a lower bound of total variation.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from bench.errors import unknown_name
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


def normalize_spectrally(critic: nn.Module) -> nn.Module:
    """Parametrizes every linear and convolutional weight of `critic`; one power iteration a forward pass."""
    for module in list(critic.modules()):
        if isinstance(module, nn.Linear | nn.Conv2d):
            spectral_norm(module, n_power_iterations=1)
    return critic


_LOSSES = {
    "hinge": (hinge_critic_loss, hinge_generator_loss, total_variation, "total_variation"),
    "non_saturating": (gan.critic_loss, gan.non_saturating_loss, gan.jensen_shannon, "jensen_shannon"),
}


def sngan(
    *,
    loss: str = "hinge",
    n_critic: int = 1,
    critic_norm: str = "none",
    optimizer: str = "adam",
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    beta2: float = 0.999,
) -> Method:
    """Spectrally normalized critic with the hinge loss.

    Paper: Miyato et al. (2018), Spectral Normalization for Generative Adversarial Networks
    Optimizer and n_critic are setting C of its Table 1.
    """
    if loss not in _LOSSES:
        raise unknown_name("method 'sngan', option 'loss': value", loss, _LOSSES)
    critic_loss, generator_loss, estimate, estimate_name = _LOSSES[loss]
    return Method(
        critic_loss=critic_loss,
        generator_loss=generator_loss,
        critic_estimate=estimate,
        estimate_name=estimate_name,
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2),
        n_critic=n_critic,
        critic_norm=critic_norm,
        parametrize=normalize_spectrally,
    )
