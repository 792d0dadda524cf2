"""A family between GAN and WGAN.

Proposed in a public discussion of WGAN (2017): both players' costs are

    alpha GAN + (1 - alpha) WGAN,

so that alpha = 0 is WGAN with its weight clipping, and alpha = 1 is a clipped GAN.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from torch import Tensor

from bench.errors import UserError
from bench.methods import gan, wgan
from bench.methods.method import Method, OptimizerSpec


def blend(
    *,
    alpha: float = 0.5,
    saturating: bool = False,
    clip_value: float = 0.01,
    n_critic: int = 5,
    critic_norm: str = "batch",
    optimizer: str = "rmsprop",
    learning_rate: float = 5e-5,
    beta1: float = 0.5,
    beta2: float = 0.999,
    momentum: float = 0.0,
) -> Method:
    """Costs alpha GAN + (1 - alpha) WGAN, with weight clipping.

    Source: Discussion thread (2017), Wasserstein GAN
    Defaults are those of `wgan`.

    Args:
        alpha: weight of the GAN's costs, from 0 to 1.
        saturating: whether the GAN's generator cost is the minimax one.
        clip_value: c.

    Raises:
        UserError: for an alpha outside 0 to 1.
    """
    if not 0 <= alpha <= 1:
        raise UserError(f"Option 'alpha' of method 'blend': got {alpha!r}, expected a number from 0 to 1.")

    def mix(first: Callable[..., Tensor], second: Callable[..., Tensor]) -> Callable[..., Tensor]:
        return lambda *scores: alpha * first(*scores) + (1 - alpha) * second(*scores)

    return dataclasses.replace(
        wgan.wgan(clip_value=clip_value, n_critic=n_critic, critic_norm=critic_norm),
        critic_loss=mix(gan.critic_loss, wgan.critic_loss),
        generator_loss=mix(gan.minimax_loss if saturating else gan.non_saturating_loss, wgan.generator_loss),
        critic_estimate=mix(gan.jensen_shannon, wgan.wasserstein),
        estimate_name="blend_of_jensen_shannon_and_wasserstein",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
    )
