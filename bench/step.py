"""One training step, and the state it changes. It names no method, no architecture and no data set.

A step has no data-dependent branch and reads nothing back from the device;
all state is in TrainState, and all random numbers come from its generators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from bench.architectures.critics import build_critic
from bench.architectures.parts import Architecture
from bench.catalogue import ARCHITECTURES, METHODS
from bench.data import Source
from bench.errors import UserError
from bench.methods.method import Draws, Method
from bench.spec import RunSpec, seed_for

T = TypeVar("T")

HISTORY = ("critic_loss", "generator_loss", "critic_estimate", "generator_gradient_norm")
"""What is recorded at every generator step; critic values are those of its last critic step."""


class Networks(NamedTuple):
    """A generator and a critic with the method that trains them."""

    generator: nn.Module
    critic: nn.Module
    method: Method
    architecture: Architecture


@dataclass
class TrainState:
    """Everything that changes during a training; `cursor` is `step` on the device.

    A network without parameters has no optimizer.
    """

    networks: Networks
    optimizers: dict[str, torch.optim.Optimizer | None]
    streams: dict[str, torch.Generator]
    history: Tensor
    cursor: Tensor
    step: int = 0

    def state_dict(self) -> dict[str, Any]:
        """Returns all state as tensors and plain values."""
        return {
            "step": self.step,
            "generator": self.networks.generator.state_dict(),
            "critic": self.networks.critic.state_dict(),
            "optimizers": {name: optimizer and optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "streams": {name: stream.get_state() for name, stream in self.streams.items()},
            "history": self.history[: self.step],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restores what `state_dict` returned."""
        self.step = state["step"]
        self.networks.generator.load_state_dict(state["generator"])
        self.networks.critic.load_state_dict(state["critic"])
        for name, optimizer in self.optimizers.items():
            if optimizer is not None:
                optimizer.load_state_dict(state["optimizers"][name])
        for name, stream in self.streams.items():
            stream.set_state(state["streams"][name].cpu())
        self.history[: self.step] = state["history"]
        self.cursor.fill_(self.step)


def build(spec: RunSpec, shape: tuple[int, ...], device: torch.device) -> Networks:
    """Builds the networks of a run with their derived initial weights.

    Weights are drawn on the CPU, so that they are the same on every device, and
    depend on data set, architecture and seed alone, so that methods are compared
    from the same start. The ambient random state is left as it was.
    """
    method = _made(METHODS.builder(spec.method)(**spec.method_options), Method, spec.method)
    builder = ARCHITECTURES.builder(spec.architecture)
    architecture = _made(builder(shape, **spec.architecture_options), Architecture, spec.architecture)
    seed = (spec.data_id, spec.architecture, spec.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_for("generator", *seed))
        generator = architecture.generator()
        if method.parametrize_generator:
            generator = method.parametrize_generator(generator, architecture.latent_dim)
        torch.manual_seed(seed_for("critic", *seed))
        critic = build_critic(architecture, method.critic_norm, method.critic_outputs, method.parametrize)
        if method.attach:
            method.attach(generator)
            method.attach(critic)
    return Networks(generator.to(device), critic.to(device), method, architecture)


def _made(made: object, kind: type[T], name: str) -> T:
    if not isinstance(made, kind):
        raise UserError(f"The function {name!r} returned {made!r}; it must return a {kind.__name__}.")
    return made


def start(spec: RunSpec, shape: tuple[int, ...], device: torch.device) -> TrainState:
    """Returns the state of a run before its first step."""
    networks = build(spec, shape, device)
    optimizer = networks.method.optimizer
    both = {"generator": networks.generator, "critic": networks.critic}
    purposes = ("data", "latent", "penalty", "noise")
    return TrainState(
        networks=networks,
        optimizers={name: optimizer.build(network.parameters()) for name, network in both.items()},
        streams={p: torch.Generator(device).manual_seed(seed_for(p, spec.data_id, spec.seed)) for p in purposes},
        history=torch.full((spec.generator_steps, len(HISTORY)), float("nan"), device=device),
        cursor=torch.zeros(1, dtype=torch.int64, device=device),
    )


def latents(state: TrainState, n: int) -> Tensor:
    """Draws n standard normal latent vectors, (n, latent_dim)."""
    stream = state.streams["latent"]
    return torch.randn(n, state.networks.architecture.latent_dim, generator=stream, device=stream.device)


def generate(state: TrainState, n: int, real: Tensor | None) -> Tensor:
    """Draws generated samples: `fakes_per_real` batches of n, (fakes_per_real * n, *shape).

    A conditional generator is given the real batch, once for each generated one.
    """
    generator, _, method, architecture = state.networks
    z = latents(state, method.fakes_per_real * n)
    if not architecture.conditional:
        return generator(z)
    assert real is not None
    return generator(z, real.repeat(method.fakes_per_real, *[1] * (real.dim() - 1)))


def perturbed(state: TrainState, samples: Tensor) -> Tensor:
    """What the critic is shown in place of `samples`."""
    perturb = state.networks.method.perturb
    return perturb(samples, state.cursor / len(state.history), state.streams["noise"]) if perturb else samples


def critic_step(state: TrainState, source: Source, batch_size: int) -> tuple[Tensor, Tensor]:
    """Updates the critic once on fresh real and generated batches; returns (loss, estimate)."""
    _, critic, method, _ = state.networks
    real, fake = critic_batches(state, source, batch_size)
    if method.constrain and method.constrain_first:
        method.constrain(critic)
    loss, estimate = critic_objective(method, critic, real, fake, state.streams["penalty"])
    _descend(state.optimizers["critic"], loss)
    if method.constrain and not method.constrain_first:
        method.constrain(critic)
    return loss.detach(), estimate


def frozen_step(state: TrainState, source: Source, batch_size: int) -> tuple[Tensor, Tensor]:
    """Returns what a critic step would, of a critic that stays as it is: no update, no state of its layers moves."""
    _, critic, method, _ = state.networks
    critic.eval()
    real, fake = critic_batches(state, source, batch_size)
    loss, estimate = critic_objective(method, critic, real, fake, state.streams["penalty"])
    return loss.detach(), estimate


def critic_batches(state: TrainState, source: Source, batch_size: int) -> tuple[Tensor, Tensor]:
    """Draws the real and generated samples that the critic is shown in one step."""
    real = source(batch_size, state.streams["data"])
    with torch.no_grad():
        fake = perturbed(state, generate(state, batch_size, real))
        return perturbed(state, real), fake


def critic_objective(
    method: Method, critic: nn.Module, real: Tensor, fake: Tensor, rng: Draws
) -> tuple[Tensor, Tensor]:
    """Returns what the critic minimises, and the divergence it estimates, without gradient."""
    real_scores, fake_scores = critic(real), critic(fake)
    loss = method.critic_loss(real_scores, fake_scores)
    if method.penalty:
        loss = loss + method.penalty(critic, real, fake, rng)
    return loss, method.critic_estimate(real_scores.detach(), fake_scores.detach())


def generator_step(state: TrainState, source: Source, batch_size: int) -> tuple[Tensor, Tensor]:
    """Updates the generator once with fresh latents; returns (loss, norm of its gradient)."""
    generator, critic, method, architecture = state.networks
    trainable = [parameter for parameter in critic.parameters() if parameter.requires_grad]
    for parameter in trainable:
        parameter.requires_grad_(False)
    real = source(batch_size, state.streams["data"]) if draws_for_generator(method, architecture) else None
    fake_scores = critic(perturbed(state, generate(state, batch_size, real)))
    real_scores = critic(perturbed(state, real)) if real is not None and method.generator_sees_real else None
    loss = method.generator_loss(fake_scores, real_scores)
    if method.generator_penalty:
        loss = loss + method.generator_penalty(generator)
    _descend(state.optimizers["generator"], loss)
    norm = torch.nn.utils.get_total_norm([p.grad for p in generator.parameters() if p.grad is not None])
    if method.constrain_generator:
        method.constrain_generator(generator)
    for parameter in trainable:
        parameter.requires_grad_(True)
    return loss.detach(), norm


def draws_for_generator(method: Method, architecture: Architecture) -> bool:
    """Tells whether a generator step draws a real batch of its own."""
    return method.generator_sees_real or architecture.conditional


def _descend(optimizer: torch.optim.Optimizer | None, loss: Tensor) -> None:
    if optimizer is not None:
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


def train_step(state: TrainState, source: Source, spec: RunSpec) -> None:
    """One generator step with the critic steps before it, recorded in the history."""
    _set_learning_rate(state, spec)
    critic_steps = state.networks.method.critic_steps(state.step)
    step = critic_step if critic_steps else frozen_step
    for _ in range(critic_steps or 1):
        critic_loss, estimate = step(state, source, spec.batch_size)
    generator_loss, norm = generator_step(state, source, spec.batch_size * spec.generator_batches)
    # Written where a counter on the device says, so that a captured step writes to a new row each time.
    state.history.index_copy_(0, state.cursor, torch.stack([critic_loss, generator_loss, estimate, norm])[None])
    state.cursor += 1
    state.step += 1


def _set_learning_rate(state: TrainState, spec: RunSpec) -> None:
    """Linear decay to zero, from the step alone, so that a resumed run has the same rates."""
    if spec.lr_decay == "linear":
        rate = state.networks.method.optimizer.learning_rate * (1 - state.step / spec.generator_steps)
        for optimizer in state.optimizers.values():
            for group in optimizer.param_groups if optimizer else []:
                group["lr"] = rate
