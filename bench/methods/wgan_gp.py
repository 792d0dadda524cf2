"""Wasserstein GAN with gradient penalty (Gulrajani et al., 2017).

Equation 3: the critic minimises

    E f(G(z)) - E f(x) + lambda E (||grad f(x_hat)|| - 1)^2,

x_hat uniform on the segment between a real and a generated sample. The norm is
taken per sample over all its dimensions. The critic has no batch
normalization (section 4); the official code puts layer normalization in its place.
"""

from __future__ import annotations

from torch import Tensor, nn

from bench.methods.method import Draws, Method, OptimizerSpec, gradient_norms, interpolate
from bench.methods.wgan import critic_loss, generator_loss, wasserstein


def wgan_gp(
    *,
    gp_weight: float = 10.0,
    one_sided: bool = False,
    n_critic: int = 5,
    critic_norm: str = "layer",
    optimizer: str = "adam",
    learning_rate: float = 1e-4,
    beta1: float = 0.0,
    beta2: float = 0.9,
    momentum: float = 0.0,
) -> Method:
    """Wasserstein GAN with gradient penalty.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs
    Defaults are Algorithm 1's, as in the official code; the paper's appendix E gives beta1 = 0.5
    for its LSUN runs.

    Args:
        gp_weight: lambda.
        one_sided: whether only norms above 1 are penalised (appendix C).
    """

    def penalty(critic: nn.Module, real: Tensor, fake: Tensor, rng: Draws) -> Tensor:
        excess = gradient_norms(critic, interpolate(real, fake, rng)) - 1
        return gp_weight * ((excess.relu() if one_sided else excess) ** 2).mean()

    return Method(
        critic_loss=critic_loss,
        generator_loss=generator_loss,
        critic_estimate=wasserstein,
        estimate_name="wasserstein",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=n_critic,
        critic_norm=critic_norm,
        penalty=penalty,
    )
