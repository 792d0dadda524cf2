"""MMD GAN (Li et al., 2017; Binkowski et al., 2018).

The critic is a map h to R^k. With a kernel K, samples x of the data and y of
the generator, the critic maximises and the generator minimises the unbiased
estimate of the squared maximum mean discrepancy (Binkowski et al., section 2)

    MMD^2 = mean_{i != j} K(h(x_i), h(x_j)) + mean_{i != j} K(h(y_i), h(y_j)) - 2 mean_{i, j} K(h(x_i), h(y_j)).

The witness is f(z) = mean_i K(h(z), h(x_i)) - mean_j K(h(z), h(y_j)). Either its
gradient is penalised, lambda E (||grad f|| - 1)^2 on segments between real and
generated samples (Binkowski et al.), or the critic's parameters are clipped (Li et al.).

Kernels, with d = ||a - b||:

    rational_quadratic         sum over A of (1 + d^2 / (2 A))^-A, A = 0.2, 0.5, 1, 2, 5
    rational_quadratic_linear  the same + <a, b>
    gaussian                   sum over s of exp(-d^2 / (2 s^2)), s = 1, 2, 4, 8, 16, the mixture of Li et al.'s code
    distance                   ||a|| + ||b|| - d, each smoothed by 1e-5 under its root; MMD^2 is the energy distance

Sums are computed less their value at d = 0, which changes neither MMD^2 nor the
witness, and keeps their digits where a clipped critic's outputs are close together.

The authors' code differs from this in three ways: it also penalises the squared
activations of the critic (weight 1), limits each gradient to norm 1, and takes
the norm of the witness's gradient along one axis of the image.
Li et al.'s autoencoder and rank constraints are left out too.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
from torch import Tensor, nn

from bench.methods.method import Draws, Method, OptimizerSpec, gradient_norms, interpolate
from bench.methods.wgan import clip

Kernel = Callable[[Tensor, Tensor], Tensor]

ALPHAS = (0.2, 0.5, 1.0, 2.0, 5.0)
SIGMAS = (1.0, 2.0, 4.0, 8.0, 16.0)
SMOOTHING = 1e-5

BLOCK = 128
"""Rows of the kernel matrix made at a time, which bounds memory where there are thousands of samples."""


def squared_distances(a: Tensor, b: Tensor) -> Tensor:
    """||a_i - b_j||^2 for a (n, k) and b (m, k), shape (n, m); from differences, so never negative."""
    return (a[:, None] - b[None]).square().sum(dim=2)


def rational_quadratic(a: Tensor, b: Tensor) -> Tensor:
    """sum ((1 + d^2 / (2 A))^-A - 1), shape (n, m); "rq" of Binkowski et al. (2018)."""
    squares = squared_distances(a, b)
    logs = [torch.log1p(squares / (2 * alpha)) * -alpha for alpha in ALPHAS]
    return torch.stack(logs).expm1().sum(dim=0)


def rational_quadratic_linear(a: Tensor, b: Tensor) -> Tensor:
    """The rational quadratic kernel with the linear kernel added, shape (n, m); "rq*" of Binkowski et al. (2018)."""
    return rational_quadratic(a, b) + a @ b.T


def gaussian(a: Tensor, b: Tensor) -> Tensor:
    """sum (exp(-d^2 / (2 s^2)) - 1), shape (n, m)."""
    squares = squared_distances(a, b)
    return torch.stack([squares / (-2 * sigma**2) for sigma in SIGMAS]).expm1().sum(dim=0)


def distance(a: Tensor, b: Tensor) -> Tensor:
    """||a|| + ||b|| - ||a - b||, shape (n, m); "distance" of Binkowski et al. (2018)."""
    origin = torch.zeros_like(a[:1])
    between, to_origin, from_origin = (
        (squared_distances(*pair) + SMOOTHING).sqrt() for pair in ((a, b), (a, origin), (origin, b))
    )
    return to_origin + from_origin - between


KERNELS: dict[str, Kernel] = {
    "rational_quadratic": rational_quadratic,
    "rational_quadratic_linear": rational_quadratic_linear,
    "gaussian": gaussian,
    "distance": distance,
}


def _rows(scores: Tensor) -> Tensor:
    return scores.reshape(len(scores), -1)


def _mean_kernel(kernel: Kernel, a: Tensor, b: Tensor, same: bool) -> Tensor:
    """Mean of the kernel over all pairs; over pairs of different samples where `a` and `b` are the same ones."""
    total = a.new_zeros(())
    for start in range(0, len(a), BLOCK):
        block = kernel(a[start : start + BLOCK], b)
        total = total + block.sum() - (block.diagonal(offset=start).sum() if same else 0)
    return total / (len(a) * (len(b) - same))


def squared_mmd(kernel: Kernel, first: Tensor, second: Tensor | None) -> Tensor:
    """Unbiased estimate of MMD^2 between two batches of scores, which may be negative."""
    assert second is not None
    x, y = _rows(first), _rows(second)
    within = _mean_kernel(kernel, x, x, True) + _mean_kernel(kernel, y, y, True)
    return within - 2 * _mean_kernel(kernel, x, y, False)


def witness_of(kernel: Kernel, critic: nn.Module, x: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """mean K(h(x), h(real)) - mean K(h(x), h(fake)), shape (n,)."""
    scores = _rows(critic(x))
    return kernel(scores, _rows(critic(real))).mean(dim=1) - kernel(scores, _rows(critic(fake))).mean(dim=1)


def _penalty(weight: float, kernel: Kernel) -> Callable[[nn.Module, Tensor, Tensor, Draws], Tensor]:
    def penalty(critic: nn.Module, real: Tensor, fake: Tensor, rng: Draws) -> Tensor:
        points = interpolate(real, fake, rng)
        norms = gradient_norms(lambda x: witness_of(kernel, critic, x, real, fake), points)
        return weight * ((norms - 1) ** 2).mean()

    return penalty


def mmd_gan(
    *,
    kernel: str = "rational_quadratic_linear",
    constraint: str = "gradient_penalty",
    gp_weight: float = 1.0,
    clip_value: float = 0.01,
    critic_outputs: int = 16,
    n_critic: int = 5,
    critic_norm: str = "none",
    optimizer: str = "adam",
    learning_rate: float = 1e-4,
    beta1: float = 0.5,
    beta2: float = 0.9,
    momentum: float = 0.0,
) -> Method:
    """MMD GAN with a gradient penalty on the witness function.

    Paper: Li et al. (2017), MMD GAN: Towards Deeper Understanding of Moment Matching Network
    Kernel, penalty and optimizer are those of Binkowski et al. (2018), "Demystifying MMD GANs",
    and of the training scripts of their code.

    Args:
        kernel: a key of KERNELS.
        constraint: "gradient_penalty", or "clipping" of every parameter of the critic.
        gp_weight: lambda.
        clip_value: c; where the critic is clipped.
        critic_outputs: k.
    """
    estimate, witness = (functools.partial(function, KERNELS[kernel]) for function in (squared_mmd, witness_of))
    clipping = functools.partial(clip, clip_value=clip_value, scope="all") if constraint == "clipping" else None
    return Method(
        critic_loss=lambda real_scores, fake_scores: -estimate(real_scores, fake_scores),
        generator_loss=estimate,  # the same from either side
        critic_estimate=estimate,
        estimate_name="squared_mmd",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=n_critic,
        critic_norm=critic_norm,
        penalty=None if clipping else _penalty(gp_weight, KERNELS[kernel]),
        constrain=clipping,
        witness=witness,
        critic_outputs=critic_outputs,
        generator_sees_real=True,
    )
