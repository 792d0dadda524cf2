"""Replications of one small run trained by the same operations at once.

The weights of S networks are stacked along a new first axis and every step is
one vectorized step of all (torch.func.vmap). Each replication keeps its own
seeds, drawn from its own streams in the order in which it would draw them
alone, and optimizers work element by element: up to rounding each is the run
it would be alone. For small networks, where the cost of a step is not its
arithmetic.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.utils.parametrize import is_parametrized

from bench.data import Source
from bench.errors import UserError
from bench.methods.method import Draws, positions
from bench.spec import RunSpec
from bench.step import Networks, TrainState, critic_objective, latents, start

Weights = tuple[dict[str, Any], dict[str, Any]]
"""Parameters and buffers by name, each with one more axis in front."""


class Stack(nn.Module):
    """The weights of S equal networks as those of one.

    Args:
        networks: the networks, equal but for their weights.
    """

    def __init__(self, networks: Sequence[nn.Module]) -> None:
        super().__init__()
        self.network = copy.deepcopy(networks[0])
        self._skeleton = [copy.deepcopy(networks[0])]  # in a list, so that its weights are not taken for ours
        parameters, buffers = stack_module_state(list(networks))
        for name, value in {**parameters, **buffers}.items():
            path, _, leaf = name.rpartition(".")
            stacked = nn.Parameter(value.detach().clone()) if name in parameters else value
            setattr(self.network.get_submodule(path), leaf, stacked)

    def weights(self) -> Weights:
        """Returns all parameters and buffers."""
        return dict(self.network.named_parameters()), dict(self.network.named_buffers())

    def call(self, weights: Weights, x: Tensor) -> Tensor:
        """Applies one network; `weights` are its own, without the axis of networks."""
        return functional_call(self._skeleton[0], weights, (x,))

    def forward(self, x: Tensor) -> Tensor:
        """(S, n, ...) -> (S, n, ...), each network on its own batch."""
        return vmap(self.call)(self.weights(), x)

    def write(self, network: nn.Module, index: int) -> None:
        """Copies the weights of replication `index` into an ordinary network."""
        network.load_state_dict({name: value[index] for name, value in self.network.state_dict().items()})


class Ensemble:
    """Replications of a run, their seeds apart.

    Args:
        specs: specifications that differ in their seed alone.
        shape: of a sample.
        source: draws real samples.
        device: where to train.

    Raises:
        UserError: for a method whose steps need more than scores, weights and fresh samples.
    """

    def __init__(self, specs: Sequence[RunSpec], shape: tuple[int, ...], source: Source, device: torch.device) -> None:
        self.spec, self.source = specs[0], source
        self.states = [start(spec, shape, device) for spec in specs]
        self.method = self.states[0].networks.method
        _check(self.states[0], self.spec.method)
        self.generator = Stack([state.networks.generator for state in self.states])
        self.critic = Stack([state.networks.critic for state in self.states])
        networks = {"generator": self.generator, "critic": self.critic}
        self.optimizers = {name: self.method.optimizer.build(stack.parameters()) for name, stack in networks.items()}
        self.step = 0

    def critic_step(self) -> tuple[Tensor, Tensor]:
        """Updates every critic once; returns losses and estimates, (S,)."""
        n = self.spec.batch_size
        real = torch.stack([self.source(n, state.streams["data"]) for state in self.states])
        with torch.no_grad():
            fake = self.fakes(real)
        draws = [positions(batch, state.streams["penalty"]) for batch, state in zip(real, self.states, strict=True)]
        if self.method.constrain and self.method.constrain_first:
            self.method.constrain(self.critic)
        losses, estimates = vmap(self._critic_objective)(self.critic.weights(), real, fake, torch.stack(draws))
        self._descend("critic", losses)
        if self.method.constrain and not self.method.constrain_first:
            self.method.constrain(self.critic)
        return losses.detach(), estimates

    def fakes(self, real: Tensor) -> Tensor:
        """What the critics are set against these real samples, (S, n, ...) -> (S, n, ...), without gradient."""
        return self.generator(self._latents(real.shape[1]))

    def generator_step(self) -> Tensor:
        """Updates every generator once; returns losses, (S,)."""
        n = self.spec.batch_size * self.spec.generator_batches
        self.critic.requires_grad_(False)
        fake = self.critic(self.generator(self._latents(n)))
        real = self._real_scores(n)
        losses = vmap(self.method.generator_loss)(fake, real) if real is not None else vmap(self._unpaired)(fake)
        self._descend("generator", losses)
        self.critic.requires_grad_(True)
        return losses.detach()

    def train_step(self) -> Tensor:
        """One generator step with the critic steps before it; returns critic losses, generator losses, estimates."""
        for _ in range(self.method.critic_steps(self.step)):
            losses, estimates = self.critic_step()
        self.step += 1
        return torch.stack([losses, self.generator_step(), estimates])

    def networks(self, index: int) -> Networks:
        """Returns replication `index` as ordinary networks, with its weights of now."""
        networks = self.states[index].networks
        self.generator.write(networks.generator, index)
        self.critic.write(networks.critic, index)
        return networks

    def _critic_objective(self, weights: Weights, real: Tensor, fake: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
        return critic_objective(self.method, _Called(self.critic, weights), real, fake, draws)

    def _unpaired(self, fake_scores: Tensor) -> Tensor:
        return self.method.generator_loss(fake_scores, None)

    def _latents(self, n: int) -> Tensor:
        return torch.stack([latents(state, self.method.fakes_per_real * n) for state in self.states])

    def _real_scores(self, n: int) -> Tensor | None:
        if not self.method.generator_sees_real:
            return None
        return self.critic(torch.stack([self.source(n, state.streams["data"]) for state in self.states]))

    def _descend(self, name: str, losses: Tensor) -> None:
        optimizer = self.optimizers[name]
        assert optimizer is not None
        optimizer.zero_grad(set_to_none=True)
        losses.sum().backward()
        optimizer.step()


class _Called(nn.Module):
    """One network of a stack, as methods expect a critic."""

    def __init__(self, stack: Stack, weights: Weights) -> None:
        super().__init__()
        self._call, self._weights = stack.call, weights

    def forward(self, x: Tensor) -> Tensor:
        return self._call(self._weights, x)


def _check(state: TrainState, name: str) -> None:
    method, architecture = state.networks.method, state.networks.architecture
    own_state: Mapping[str, object] = {
        "perturb": method.perturb,
        "attach": method.attach,
        "parametrize_generator": method.parametrize_generator,
        "generator_penalty": method.generator_penalty,
        "frozen_from": method.frozen_from is not None,
        "conditional": architecture.conditional,
        "normalized weights": any(is_parametrized(module) for module in state.networks.critic.modules()),
    }
    if found := [key for key, value in own_state.items() if value]:
        raise UserError(f"Method {name!r} cannot be trained in an ensemble ({found[0]}); train its seeds one by one.")
