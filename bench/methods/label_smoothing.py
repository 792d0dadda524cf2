"""Label smoothing (Salimans et al., 2016, section 3.4).

The critic's targets are alpha for real samples and beta for generated ones. With
D = sigmoid(score) it minimises

    -E_x [alpha log D + (1 - alpha) log(1 - D)] - E_z [beta log D(G) + (1 - beta) log(1 - D(G))],

whose optimum is D = (alpha p_r + beta p_g) / (p_r + p_g). One-sided means
beta = 0: with beta > 0 samples of the generator far from the data keep a
constant share of the optimum and nothing moves them. The generator's loss and
the critic's estimate are those of the method that is smoothed; at the smoothed
optimum that estimate is a lower bound of its divergence and no longer tight.
"""

from __future__ import annotations

import dataclasses

from torch import Tensor
from torch.nn.functional import softplus

from bench.errors import UserError
from bench.methods.critics import scores_in
from bench.methods.method import Method


def label_smoothing(method: Method, *, smoothing_alpha: float = 0.9, smoothing_beta: float = 0.0) -> Method:
    """One-sided label smoothing: the critic's target for real samples is 0.9.

    Paper: Salimans et al. (2016), Improved Techniques for Training GANs

    Args:
        method: one with a logistic critic.
        smoothing_alpha: target for real samples; the paper's example is 0.9.
        smoothing_beta: target for generated samples; 0, as the paper recommends.

    Raises:
        UserError: unless 0 <= smoothing_beta < smoothing_alpha <= 1.
    """
    if not 0 <= smoothing_beta < smoothing_alpha <= 1:
        raise UserError(
            f"method 'label_smoothing': smoothing_alpha is {smoothing_alpha} and smoothing_beta {smoothing_beta}; "
            "choose 0 <= smoothing_beta < smoothing_alpha <= 1."
        )

    def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        real, fake = (scores_in(scores, method.critic_outputs) for scores in (real_scores, fake_scores))
        return cross_entropy(real, smoothing_alpha) + cross_entropy(fake, smoothing_beta)

    return dataclasses.replace(method, critic_loss=critic_loss)


def cross_entropy(scores: Tensor, target: float) -> Tensor:
    """-E [target log D + (1 - target) log(1 - D)] for D = sigmoid(score), a scalar."""
    return (target * softplus(-scores) + (1 - target) * softplus(scores)).mean()
