"""Least-squares GAN (Mao et al., 2017).

With labels a (fake), b (real) and c (what the generator wants), equation 2:

    critic:     E (D(x) - b)^2 / 2 + E (D(G(z)) - a)^2 / 2
    generator:  E (D(G(z)) - c)^2 / 2

The paper's two codings (section 3.2) are a=0, b=c=1 and a=-1, b=1, c=0. With
b-c=1 and b-a=2, as in the second, twice the generator's cost counted on real
samples too is at the optimal D the Pearson chi-square between p + q and 2q.
For any coding the critic's smallest loss is (b-a)^2/2 int pq / (p + q), so that
2 - 8 loss / (b-a)^2 is a lower bound of the triangular discrimination int (p - q)^2 / (p + q).
"""

from __future__ import annotations

from torch import Tensor

from bench.errors import UserError
from bench.methods.method import Method, OptimizerSpec


def lsgan(
    *,
    label_fake: float = 0.0,
    label_real: float = 1.0,
    label_generator: float = 1.0,
    n_critic: int = 1,
    critic_norm: str = "batch",
    optimizer: str = "adam",
    learning_rate: float = 1e-3,
    beta1: float = 0.5,
    beta2: float = 0.999,
    momentum: float = 0.0,
) -> Method:
    """Least-squares GAN with label coding a=0, b=c=1.

    Paper: Mao et al. (2017), Least Squares Generative Adversarial Networks
    The optimizer is that of the official LSUN script; Gulrajani et al. (2017)
    use RMSProp with 1e-4 instead, and a generator loss without the factor 1/2. The official
    script sums squares over the batch, where equation 2 has means.

    Args:
        label_fake: a, what the critic should say of generated samples.
        label_real: b, what the critic should say of real samples.
        label_generator: c, what the generator wants the critic to say of its samples.

    Raises:
        UserError: when `label_fake` equals `label_real`.
    """
    if label_real == label_fake:
        raise UserError(f"method 'lsgan': label_real and label_fake are both {label_real!r}; they must differ.")

    def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        return ((real_scores - label_real) ** 2).mean() / 2 + ((fake_scores - label_fake) ** 2).mean() / 2

    def generator_loss(fake_scores: Tensor, real_scores: Tensor | None) -> Tensor:
        del real_scores
        return ((fake_scores - label_generator) ** 2).mean() / 2

    def triangular_discrimination(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        return 2 - 8 * critic_loss(real_scores, fake_scores) / (label_real - label_fake) ** 2

    return Method(
        critic_loss=critic_loss,
        generator_loss=generator_loss,
        critic_estimate=triangular_discrimination,
        estimate_name="triangular_discrimination",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=n_critic,
        critic_norm=critic_norm,
    )
