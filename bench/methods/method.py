"""Method: what distinguishes one adversarial training from another, as functions of critic scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bench.methods.rmsprop import TensorFlowRMSprop


@dataclass(frozen=True)
class OptimizerSpec:
    """An optimizer and its settings.

    Args:
        name: "adam"; "rmsprop" (torch's: smoothing 0.99, epsilon 1e-8 outside the root, as in the
            WGAN authors' code); "rmsprop_tf" (TensorFlow's, as in Gulrajani et al.'s); "sgd".
        learning_rate: step size.
        beta1: first-moment decay of Adam.
        beta2: second-moment decay of Adam.
        momentum: of RMSProp and SGD.
    """

    name: str
    learning_rate: float
    beta1: float = 0.0
    beta2: float = 0.999
    momentum: float = 0.0

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer | None:
        """Returns the optimizer, in the form a CUDA graph can capture on a GPU; None where nothing is to learn."""
        group = [parameter for parameter in parameters if parameter.requires_grad]
        if not group:
            return None
        rate, on_gpu = self.learning_rate, group[0].is_cuda
        if self.name == "adam":
            return torch.optim.Adam(group, lr=rate, betas=(self.beta1, self.beta2), fused=True, capturable=on_gpu)
        if self.name == "rmsprop":
            return torch.optim.RMSprop(group, lr=rate, momentum=self.momentum, foreach=True, capturable=on_gpu)
        if self.name == "rmsprop_tf":
            return TensorFlowRMSprop(group, lr=rate, momentum=self.momentum)
        return torch.optim.SGD(group, lr=rate, momentum=self.momentum, foreach=True)


Draws = torch.Generator | Tensor
"""Random numbers still to be drawn, or drawn already."""


def score(critic: nn.Module, x: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """The critic's own score of `x`; the witness of every method with a scalar critic."""
    del real, fake
    return critic(x)


@dataclass(frozen=True)
class Method:
    """One adversarial method.

    Scores are the critic's outputs before any sigmoid, of shape (n,), or
    (n, critic_outputs) when there are several; a technique may add columns behind
    them (see `critics`). Losses are minimised. A technique
    is a function from a Method to a Method, by `dataclasses.replace`.

    Args:
        critic_loss: (real_scores, fake_scores) -> scalar.
        generator_loss: (fake_scores, real_scores or None) -> scalar.
        critic_estimate: (real_scores, fake_scores) -> the divergence the critic
            stands for; larger means further apart.
        estimate_name: the name of that divergence.
        optimizer: used for both networks.
        n_critic: critic steps per generator step.
        critic_norm: layers "batch", "layer" or "none"; "spectral" and "weight" normalise the weights instead.
        penalty: (critic, real, fake, rng) -> scalar added to the critic's loss.
        constrain: applied to the critic after each of its updates.
        constrain_first: whether `constrain` is applied before each update instead.
        parametrize: applied to the critic once, when it is built, before its weights are normalised.
        parametrize_generator: (generator, latent_dim) -> generator, applied once, when it is built.
        attach: applied once to each network when it is complete, to give it buffers of its own.
        generator_penalty: (generator) -> scalar added to the generator's loss.
        constrain_generator: applied to the generator after each of its updates.
        perturb: (x, progress, rng) -> x: what every sample passes through before the critic;
            `progress` is the fraction of the training that is done, a tensor of shape (1,).
        witness: (critic, x, real, fake) -> (n,): the function whose gradient is
            penalised and measured.
        critic_outputs: width of the critic's last layer.
        fakes_per_real: generated batches per real batch.
        generator_sees_real: whether the generator's loss needs real scores.
        boosted: whether n_critic is 100 in the first 25 generator steps and every 500th.
        frozen_from: generator steps after which the critic no longer changes; None for never.
    """

    critic_loss: Callable[[Tensor, Tensor], Tensor]
    generator_loss: Callable[[Tensor, Tensor | None], Tensor]
    critic_estimate: Callable[[Tensor, Tensor], Tensor]
    estimate_name: str
    optimizer: OptimizerSpec
    n_critic: int
    critic_norm: str
    penalty: Callable[[nn.Module, Tensor, Tensor, Draws], Tensor] | None = None
    constrain: Callable[[nn.Module], None] | None = None
    constrain_first: bool = False
    parametrize: Callable[[nn.Module], nn.Module] | None = None
    parametrize_generator: Callable[[nn.Module, int], nn.Module] | None = None
    attach: Callable[[nn.Module], None] | None = None
    generator_penalty: Callable[[nn.Module], Tensor] | None = None
    constrain_generator: Callable[[nn.Module], None] | None = None
    perturb: Callable[[Tensor, Tensor, torch.Generator], Tensor] | None = None
    witness: Callable[[nn.Module, Tensor, Tensor, Tensor], Tensor] = score
    critic_outputs: int = 1
    fakes_per_real: int = 1
    generator_sees_real: bool = False
    boosted: bool = False
    frozen_from: int | None = None

    def critic_steps(self, generator_step: int) -> int:
        """Returns the number of critic steps before generator step `generator_step` (from 0)."""
        if self.frozen_from is not None and generator_step >= self.frozen_from:
            return 0
        boost = self.boosted and (generator_step < 25 or generator_step % 500 == 0)
        return 100 if boost else self.n_critic


def interpolate(real: Tensor, fake: Tensor, rng: Draws) -> Tensor:
    """Draws one point per pair, uniform on the segment between `real` and `fake`.

    Gulrajani et al. (2017), section 4: one epsilon per sample.

    Args:
        real: (n, ...) samples.
        fake: (n, ...) samples.
        rng: generator on the device of `real`, or what `positions` has drawn from one.
    """
    epsilon = rng if isinstance(rng, Tensor) else positions(real, rng)
    return epsilon * real + (1 - epsilon) * fake


def positions(samples: Tensor, rng: torch.Generator) -> Tensor:
    """Draws the epsilons of `interpolate` for (n, ...) samples, (n, 1, ...)."""
    return torch.rand(len(samples), *[1] * (samples.dim() - 1), generator=rng, device=samples.device)


def gradient_norms(witness: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    """Returns the Euclidean norm of the witness's gradient at each point, shape (n,).

    The gradient of the sum over the batch is taken: exact per sample unless the
    critic mixes samples, as batch normalization does. The graph is kept, so the
    result can be differentiated; no constant is added under the square root.
    """
    gradient = torch.func.grad(lambda x: witness(x).sum())(points.detach())
    return torch.linalg.vector_norm(gradient.flatten(1), dim=1)
