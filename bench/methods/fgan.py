"""f-GAN (Nowozin et al., 2016).

For a convex f with conjugate f*, and T = g(v) with v the critic's score,

    D_f(P || Q) = E_Q f(p / q) >= E_P T - E_Q f*(T)        (equations 2 and 4),

with equality at T = f'(p / q). The critic maximises the right-hand side. The
generator minimises it, which leaves -E_Q f*(g(v)), or, as section 3.2
recommends, maximises E_Q g(v). Written in v, so that nothing is inverted:

    divergence         f(u)                              g(v)               f*(g(v))
    kl                 u log u                           v                  exp(v - 1)
    reverse_kl         -log u                            -exp(-v)           v - 1
    pearson            (u - 1)^2                         v                  v^2 / 4 + v
    neyman             (u - 1)^2 / u                     1 - exp(-v)        2 - 2 exp(-v / 2)
    squared_hellinger  (sqrt u - 1)^2                    1 - exp(-v)        exp(v) - 1
    jensen_shannon     u log u - (u+1) log((u+1)/2)      log 2 - sp(-v)     sp(v) - log 2
    gan                u log u - (u+1) log(u+1)          -sp(-v)            sp(v)

with sp(v) = log(1 + exp v); g, f* are those of table 2. The divergence
of the last two rows is 2 JS and 2 JS - log 4, JS the Jensen-Shannon divergence in nats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor
from torch.nn.functional import softplus

from bench.methods.method import Method, OptimizerSpec

_LOG2 = math.log(2)


class Divergence(NamedTuple):
    """One row of the table: the estimate's name, g, and f* of g, both of scores and of their shape."""

    estimate_name: str
    activation: Callable[[Tensor], Tensor]
    conjugate: Callable[[Tensor], Tensor]

    def bound(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """E_P g(v) - E_Q f*(g(v)), a lower bound of the divergence; Nowozin et al. (2016), equation 6."""
        return self.activation(real_scores).mean() - self.conjugate(fake_scores).mean()


DIVERGENCES = {
    "kl": Divergence("kullback_leibler", lambda v: v, lambda v: (v - 1).exp()),
    "reverse_kl": Divergence("reverse_kullback_leibler", lambda v: -(-v).exp(), lambda v: v - 1),
    "pearson": Divergence("pearson_chi_square", lambda v: v, lambda v: v.square() / 4 + v),
    "neyman": Divergence("neyman_chi_square", lambda v: -(-v).expm1(), lambda v: -2 * (-v / 2).expm1()),
    "squared_hellinger": Divergence("squared_hellinger", lambda v: -(-v).expm1(), lambda v: v.expm1()),
    "jensen_shannon": Divergence(
        "doubled_jensen_shannon", lambda v: _LOG2 - softplus(-v), lambda v: softplus(v) - _LOG2
    ),
    "gan": Divergence("doubled_jensen_shannon_less_log_4", lambda v: -softplus(-v), softplus),
}


def fgan(
    *,
    divergence: str = "kl",
    saturating: bool = False,
    n_critic: int = 1,
    critic_norm: str = "none",
    optimizer: str = "adam",
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    beta2: float = 0.999,
    momentum: float = 0.0,
) -> Method:
    """f-GAN.

    Paper: Nowozin et al. (2016), f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization
    The optimizer and a critic without normalization layers are those of its section 4.

    Args:
        divergence: a key of DIVERGENCES.
        saturating: whether the generator minimises the bound itself, -E f*(g(v)), and not -E g(v).
    """
    chosen = DIVERGENCES[divergence]

    def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        return -chosen.bound(real_scores, fake_scores)

    def generator_loss(fake_scores: Tensor, real_scores: Tensor | None) -> Tensor:
        del real_scores
        return -(chosen.conjugate if saturating else chosen.activation)(fake_scores).mean()

    return Method(
        critic_loss=critic_loss,
        generator_loss=generator_loss,
        critic_estimate=chosen.bound,
        estimate_name=chosen.estimate_name,
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=n_critic,
        critic_norm=critic_norm,
    )
