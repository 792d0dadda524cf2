"""Cramer GAN (Bellemare et al., 2017).

The critic is a map h to R^k. With d(a, b) = E ||h(a) - h(b)||, two independent
generated batches g1, g2 and a real batch r:

    critic maximises the one-sample surrogate, averaged over the roles of g1 and g2,
        d(r, g1)/2 + d(r, g2)/2 - d(r, 0) - d(g1, g2) + d(g1, 0)/2 + d(g2, 0)/2,
    penalised on f(x) = ||h(x) - h(g2)|| - ||h(x) - h(r)||;
    generator minimises the energy distance  d(r, g1) + d(r, g2) - d(g1, g2)
    (the term d(r, r') does not depend on the generator), or the surrogate
        E f(r) - E f(g1),  f(x) = ||h(x) - h(g2)|| - ||h(x)||.

Public implementations differ. The energy distance follows the correction of
2017-12-10 to RutgersHan/cramer-gan by a co-author of the paper, norms smoothed
by 1e-5; the surrogate for the generator is the form in jiamings/cramer-gan.
"""

from __future__ import annotations

from torch import Tensor, nn

from bench.methods.method import Draws, Method, OptimizerSpec, gradient_norms, interpolate

_SMOOTHING = 1e-5


def distance(a: Tensor, b: Tensor | float) -> Tensor:
    """sqrt(||a - b||^2 + 1e-5), paired along the batch; shape (n,)."""
    return ((a - b).square().reshape(len(a), -1).sum(dim=1) + _SMOOTHING).sqrt()


def energy_distance_loss(fake_scores: Tensor, real_scores: Tensor | None) -> Tensor:
    """d(r, g1) + d(r, g2) - d(g1, g2), without the term that is constant in the generator."""
    assert real_scores is not None
    first, second = fake_scores.chunk(2)
    return (distance(real_scores, first) + distance(real_scores, second) - distance(first, second)).mean()


def surrogate_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Minus the one-sample surrogate that the critic maximises."""
    first, second = fake_scores.chunk(2)
    to_fakes = (distance(real_scores, first) + distance(real_scores, second)) / 2
    to_origin = (distance(first, 0.0) + distance(second, 0.0)) / 2 - distance(real_scores, 0.0)
    return -(to_fakes - distance(first, second) + to_origin).mean()


def one_sample_loss(fake_scores: Tensor, real_scores: Tensor | None) -> Tensor:
    """E f(r) - E f(g1) with f(x) = ||h(x) - h(g2)|| - ||h(x)||, where h(g2) has no partner of its own."""
    assert real_scores is not None
    first, second = fake_scores.chunk(2)
    of_real = distance(real_scores, second) - distance(real_scores, 0.0)
    return (of_real - distance(first, second) + distance(first, 0.0)).mean()


_GENERATOR_LOSSES = {"energy_distance": energy_distance_loss, "surrogate": one_sample_loss}


def energy_distance(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """Energy distance in critic space: 2 E||r-g|| - E||r-r'|| - E||g-g'||, pairing shifted copies of r.

    The real pairs (r_i, r_{i+1}) are independent for i.i.d. r, so the estimate is unbiased.
    """
    first, second = fake_scores.chunk(2)
    cross = distance(real_scores, first) + distance(real_scores, second)
    return (cross - distance(first, second) - distance(real_scores, real_scores.roll(1, dims=0))).mean()


def witness(critic: nn.Module, x: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """f(x) = ||h(x) - h(g2)|| - ||h(x) - h(r)||, shape (n,); g2 is the second half of `fake`."""
    scores = critic(x)
    return distance(scores, critic(fake.chunk(2)[1])) - distance(scores, critic(real))


def cramer(
    *,
    generator_objective: str = "energy_distance",
    gp_weight: float = 10.0,
    critic_outputs: int = 256,
    n_critic: int = 5,
    critic_norm: str = "layer",
    optimizer: str = "adam",
    learning_rate: float = 1e-4,
    beta1: float = 0.5,
    beta2: float = 0.9,
    momentum: float = 0.0,
) -> Method:
    """Cramer GAN, the generator minimising the energy distance.

    Paper: Bellemare et al. (2017), The Cramer Distance as a Solution to Biased Wasserstein Gradients

    Args:
        generator_objective: "energy_distance", or the one-sample "surrogate".
        gp_weight: weight of the penalty on the witness's gradient.
        critic_outputs: k.
    """

    def penalty(critic: nn.Module, real: Tensor, fake: Tensor, rng: Draws) -> Tensor:
        points = interpolate(real, fake.chunk(2)[0], rng)
        norms = gradient_norms(lambda x: witness(critic, x, real, fake), points)
        return gp_weight * ((norms - 1) ** 2).mean()

    return Method(
        critic_loss=surrogate_loss,
        generator_loss=_GENERATOR_LOSSES[generator_objective],
        critic_estimate=energy_distance,
        estimate_name="energy_distance",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=n_critic,
        critic_norm=critic_norm,
        penalty=penalty,
        witness=witness,
        critic_outputs=critic_outputs,
        fakes_per_real=2,
        generator_sees_real=True,
    )
