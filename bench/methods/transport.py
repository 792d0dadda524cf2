"""A generator trained on optimal transport between minibatches, without a critic.

A family older than WGAN: D. Varga's "earth mover generative net" pairs each
batch of observations with generated samples and decreases the squared distances
within pairs. With C_ij the cost between real sample i and generated sample j,
both of weight 1/n, the generator minimises

    min_P <P, C>                       exact,
    min_P <P, C> + e sum P log P       sinkhorn, e = regularization * mean(C),

over couplings P. The optimal P is held fixed when <P, C> is differentiated: by
the envelope theorem that is the gradient of either minimum, e held fixed too.
The transport cost between batches is larger than that between the distributions, and
depends on the batch size.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bench.errors import UserError
from bench.methods.method import Method, OptimizerSpec

ESTIMATE_BATCH = 64
"""Most samples per transport problem of the estimate, so that estimates at different sample counts compare."""

EXACT_ITERATIONS = 10_000_000
SINKHORN_ITERATIONS = 10_000
SINKHORN_TOLERANCE = 1e-6
"""Largest violation of the marginals, as POT measures it."""


def transport_plan(costs: Tensor, solver: str, regularization: float) -> Tensor:
    """Returns the optimal coupling of two uniform samples, which sums to 1.

    Args:
        costs: (n, m).
        solver: "exact" (network simplex) or "sinkhorn" (in the log domain).
        regularization: weight of the negative entropy as a fraction of the mean cost; "sinkhorn" alone uses it.

    Returns:
        (n, m), without gradient. Where a cost is not finite, the independent coupling: there is no optimal one,
        and the cost of this one shows that the run has diverged.
    """
    n, m = costs.shape
    matrix = costs.detach().double().cpu().numpy()
    if not np.isfinite(matrix).all():
        return torch.full_like(costs, 1 / (n * m))
    return torch.as_tensor(_solve(matrix, solver, regularization), dtype=costs.dtype, device=costs.device)


def _solve(costs: np.ndarray, solver: str, regularization: float) -> np.ndarray:
    import ot  # imported here: needed by this method alone, and slow to import

    weights: Any = [np.full(size, 1 / size) for size in costs.shape]
    if solver == "exact":
        return ot.emd(*weights, costs, numItermax=EXACT_ITERATIONS)
    # Where all costs are 0 every coupling is optimal, and any positive weight will do.
    weight = regularization * costs.mean() or 1.0
    limits = {"numItermax": SINKHORN_ITERATIONS, "stopThr": SINKHORN_TOLERANCE}
    return ot.sinkhorn(*weights, costs, reg=weight, method="sinkhorn_log", **limits)


def pairwise_costs(real: Tensor, fake: Tensor, cost: str) -> Tensor:
    """Distances between the rows of `real` (n, ...) and of `fake` (m, ...), "euclidean" or squared, (n, m)."""
    a, b = real.reshape(len(real), -1), fake.reshape(len(fake), -1)
    distances = torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")
    return distances if cost == "euclidean" else distances.square()


def _mean_over_minibatches(transport: Callable[[Tensor, Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
    parts = -(-min(len(real), len(fake)) // ESTIMATE_BATCH)
    pairs = zip(real.tensor_split(parts), fake.tensor_split(parts), strict=True)
    return torch.stack([transport(*pair) for pair in pairs]).mean()


def ot_generator(
    *,
    solver: str = "exact",
    cost: str = "squared_euclidean",
    regularization: float = 0.05,
    optimizer: str = "adam",
    learning_rate: float = 2e-4,
    beta1: float = 0.5,
    beta2: float = 0.999,
    momentum: float = 0.0,
) -> Method:
    """Generator minimising optimal transport between minibatches, without a critic.

    Source: Discussion thread (2017), Wasserstein GAN: the "earth moving generative net"
    The cost is the default of Varga's code. Its optimizer, Nesterov's, is not offered here: the
    default is that of `gan`.

    Args:
        solver: "exact" or "sinkhorn".
        cost: between samples, "euclidean" or "squared_euclidean".
        regularization: of "sinkhorn", as a fraction of the mean cost between the two batches.

    Raises:
        UserError: when "sinkhorn" is given no regularization.
    """
    if solver == "sinkhorn" and regularization <= 0:
        raise UserError(f"Option 'regularization' of sinkhorn: got {regularization!r}, expected a positive number.")

    def transport(real: Tensor, fake: Tensor | None) -> Tensor:
        assert fake is not None
        costs = pairwise_costs(real, fake, cost)
        return (transport_plan(costs, solver, regularization) * costs).sum()

    return Method(
        critic_loss=lambda real_scores, fake_scores: -transport(real_scores, fake_scores),
        generator_loss=transport,  # the same from either side
        critic_estimate=functools.partial(_mean_over_minibatches, transport),
        estimate_name="minibatch_transport",
        optimizer=OptimizerSpec(optimizer, learning_rate, beta1, beta2, momentum),
        n_critic=1,
        critic_norm="none",
        parametrize=lambda critic: nn.Flatten(),
        generator_sees_real=True,
    )
