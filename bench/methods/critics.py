"""What techniques that look inside a critic share.

A critic's output is its scores, (n,) or (n, critic_outputs), or these columns
followed by further ones that a technique has added. Whatever computes with
scores after such a technique takes the first columns alone.

The last layer is the `nn.Linear` that comes last in the order of
`named_modules()`; what enters it are the critic's features. That is the output
layer of every critic here, whatever scales or reshapes its output afterwards.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from torch import Tensor, nn

from bench.errors import UserError
from bench.methods.method import Draws, Method


def scores_in(output: Tensor, critic_outputs: int) -> Tensor:
    """Returns the scores in a critic's output.

    Args:
        output: (n,) or (n, k) with k >= critic_outputs.
        critic_outputs: width of the scores; 1 gives (n,), more give (n, critic_outputs).
    """
    if output.dim() == 1:
        return output
    return output[:, 0] if critic_outputs == 1 else output[:, :critic_outputs]


class ScoresOnly(nn.Module):
    """A critic without the columns behind its scores.

    Args:
        critic: the whole critic.
        critic_outputs: width of the scores.
    """

    def __init__(self, critic: nn.Module, critic_outputs: int) -> None:
        super().__init__()
        self.critic = critic
        self.critic_outputs = critic_outputs

    def forward(self, x: Tensor) -> Tensor:
        """(n, *shape) -> (n,) or (n, critic_outputs)."""
        return scores_in(self.critic(x), self.critic_outputs)


def on_scores(method: Method) -> Method:
    """Returns `method` with all that concerns its critic computed from the scores alone."""
    width = method.critic_outputs

    def narrowed(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
        return lambda real, fake: function(scores_in(real, width), scores_in(fake, width))

    def penalty(critic: nn.Module, real: Tensor, fake: Tensor, rng: Draws) -> Tensor:
        assert method.penalty is not None
        return method.penalty(ScoresOnly(critic, width), real, fake, rng)

    return dataclasses.replace(
        method,
        critic_loss=narrowed(method.critic_loss),
        critic_estimate=narrowed(method.critic_estimate),
        penalty=penalty if method.penalty else None,
        witness=lambda critic, x, real, fake: method.witness(ScoresOnly(critic, width), x, real, fake),
    )


def last_linear(critic: nn.Module) -> tuple[str, nn.Linear]:
    """Returns name and module of a critic's last layer.

    Raises:
        UserError: where no part of the critic is linear.
    """
    layers = [(name, layer) for name, layer in critic.named_modules() if name and isinstance(layer, nn.Linear)]
    if not layers:
        raise UserError(
            "This critic has no linear layer, whose input a technique could use; choose an architecture that has one."
        )
    return layers[-1]
