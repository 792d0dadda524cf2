"""Historical averaging (Salimans et al., 2016, section 3.3).

Both players' losses gain

    weight ||theta - (1/t) sum_{i=1..t} theta[i]||^2,

theta[i] the player's parameters after its i-th update (before it, where the
method constrains the critic before its updates instead of after). The mean is
kept in two buffers of each network, so a resumed run goes on with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import torch
from torch import Tensor, nn

from bench.methods.method import Draws, Method

Change = Callable[[nn.Module], None]

MEAN, COUNT = "history_mean", "history_count"
"""Names of the buffers: the mean of all trainable parameters as one vector, and t."""


def historical_averaging(method: Method, *, history_weight: float = 1.0) -> Method:
    """Both networks are held near the mean of their past parameters.

    Paper: Salimans et al. (2016), Improved Techniques for Training GANs
    The paper prints the term without a factor, hence 1.

    Args:
        method: whose losses gain the term.
        history_weight: factor of the squared distance.
    """

    def penalty(critic: nn.Module, real: Tensor, fake: Tensor, rng: Draws) -> Tensor:
        own = history_weight * distance_from_mean(critic)
        return own + method.penalty(critic, real, fake, rng) if method.penalty else own

    def generator_penalty(generator: nn.Module) -> Tensor:
        own = history_weight * distance_from_mean(generator)
        return own + method.generator_penalty(generator) if method.generator_penalty else own

    return dataclasses.replace(
        method,
        attach=_in_turn(method.attach, begin_history),
        penalty=penalty,
        generator_penalty=generator_penalty,
        constrain=_in_turn(method.constrain, extend_history),
        constrain_generator=_in_turn(method.constrain_generator, extend_history),
    )


def _in_turn(first: Change | None, then: Change) -> Change:
    def both(network: nn.Module) -> None:
        if first:
            first(network)
        then(network)

    return both


def begin_history(network: nn.Module) -> None:
    """Registers the buffers; before the first update the mean is where the network starts."""
    network.register_buffer(MEAN, _parameters(network).detach().clone())
    network.register_buffer(COUNT, torch.zeros(()))


def distance_from_mean(network: nn.Module) -> Tensor:
    """||theta - mean||^2, a scalar."""
    owner = _owner(network)
    return (_parameters(owner) - owner.get_buffer(MEAN)).square().sum()


def extend_history(network: nn.Module) -> None:
    """Counts the present parameters into the mean: mean += (theta - mean) / t."""
    owner = _owner(network)
    with torch.no_grad():
        owner.get_buffer(COUNT).add_(1)
        owner.get_buffer(MEAN).lerp_(_parameters(owner), 1 / owner.get_buffer(COUNT))


def _owner(network: nn.Module) -> nn.Module:
    """The network that holds the buffers: another technique may have wrapped it since."""
    return next(module for module in network.modules() if MEAN in dict(module.named_buffers(recurse=False)))


def _parameters(network: nn.Module) -> Tensor:
    trainable = [parameter.flatten() for parameter in network.parameters() if parameter.requires_grad]
    # A network may have nothing to learn; its buffers then say where it is.
    nothing = torch.zeros(0, device=next((buffer.device for buffer in network.buffers()), None))
    return torch.cat(trainable or [nothing])
