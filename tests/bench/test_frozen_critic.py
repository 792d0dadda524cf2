"""A critic that is fixed after some steps: exactly the method before, and not a bit of the critic changes after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bench.catalogue import METHODS
from bench.checkpoints import weights_sha256
from bench.measure import images_seen
from bench.options import resolve_options
from bench.spec import RunSpec, skip_reason
from bench.step import TrainState, critic_batches, critic_objective, start, train_step

Build = Callable[..., RunSpec]
CPU = torch.device("cpu")
IMAGES = (1, 16, 16)
BASES = ["gan", "wgan", "wgan_gp", "sngan", "wn", "cramer", "historical_averaging", "gan+minibatch_discrimination"]
FROZEN_FROM = 2


def images(n: int, rng: torch.Generator) -> Tensor:
    """Stands for a data set: uniform noise."""
    return torch.rand(n, *IMAGES, generator=rng) * 2 - 1


def trained(spec: RunSpec, steps: int, state: TrainState | None = None) -> TrainState:
    """A run after some steps, or some more."""
    state = state or start(spec, IMAGES, CPU)
    for _ in range(steps):
        train_step(state, images, spec)
    return state


def specs(build: Build, base: str, frozen_from: int = FROZEN_FROM) -> tuple[RunSpec, RunSpec]:
    """A method alone and with its critic fixed after some steps, both with networks as small as the tests'."""
    small = {"minibatch_kernels": 4, "critic_outputs": 8}
    small = {key: value for key, value in small.items() if key in METHODS.describe(base).defaults}
    settings: dict[str, Any] = {"batch_size": 4, "generator_steps": 5}
    frozen = {**small, "frozen_from": frozen_from}
    return (
        build(method=base, method_options=small, **settings),
        build(method=f"{base}+frozen_critic", method_options=frozen, **settings),
    )


@pytest.mark.parametrize(
    ("base", "options", "expected"), [("wgan", {}, [5, 5, 5, 0, 0]), ("wgan", {"boosted": True}, [100, 100, 100, 0, 0])]
)
def test_no_critic_steps_from_then_on(base: str, options: dict[str, Any], expected: list[int]) -> None:
    """With frozen_from 3 the first three generator steps have their critic steps and no later one has any."""
    name = f"{base}+frozen_critic"
    built = METHODS.builder(name)(**resolve_options(METHODS, name, {**options, "frozen_from": 3}))
    assert [built.critic_steps(step) for step in range(5)] == expected


def test_a_critic_without_weights_cannot_be_fixed() -> None:
    """A method without a trained critic is a cell that makes no sense."""
    assert "needs trained critic" in (skip_reason("digits", "dcgan", "ot_generator+frozen_critic") or "")


@pytest.mark.parametrize("base", BASES)
def test_before_it_is_fixed_the_run_is_the_methods_own(base: str, tiny_spec: Build) -> None:
    """Weights, buffers, optimizer states, random streams and records after two steps have the method's own bits."""
    alone, frozen = (trained(spec, FROZEN_FROM) for spec in specs(tiny_spec, base))
    assert weights_sha256(*alone.networks[:2]) == weights_sha256(*frozen.networks[:2])
    assert torch.equal(alone.history[:FROZEN_FROM], frozen.history[:FROZEN_FROM])
    for name, stream in alone.streams.items():
        assert torch.equal(stream.get_state(), frozen.streams[name].get_state())


@pytest.mark.parametrize("base", BASES)
def test_a_fixed_critic_keeps_every_bit(base: str, tiny_spec: Build) -> None:
    """Neither weights nor buffers of the critic change, while the generator does and every value is recorded."""
    alone, spec = specs(tiny_spec, base)
    state = trained(spec, FROZEN_FROM)
    before, generator = weights_sha256(state.networks.critic), weights_sha256(state.networks.generator)
    trained(spec, 3, state)
    assert weights_sha256(state.networks.critic) == before
    assert weights_sha256(state.networks.generator) != generator
    assert torch.isfinite(state.history).all()
    assert weights_sha256(trained(alone, 5).networks.critic) != before


def test_running_statistics_stand_still(tiny_spec: Build) -> None:
    """Those of a critic with ordinary batch normalization follow its batches until it is fixed, and no longer."""
    _, spec = specs(tiny_spec, "gan")
    state = start(spec, IMAGES, CPU)
    layer = nn.BatchNorm2d(1)
    state.networks = state.networks._replace(critic=nn.Sequential(layer, state.networks.critic))
    seen = []
    for _ in range(4):
        trained(spec, 1, state)
        assert layer.running_mean is not None and layer.num_batches_tracked is not None
        seen.append((layer.running_mean.item(), layer.num_batches_tracked.item()))
    assert seen[0] != seen[1] and seen[1] == seen[2] == seen[3]


@pytest.mark.parametrize("base", ["wgan_gp", "cramer"])
def test_the_record_is_of_a_fresh_batch(base: str, tiny_spec: Build) -> None:
    """Loss and estimate of a fixed critic are the method's, on the next samples of the streams."""
    _, spec = specs(tiny_spec, base)
    state, twin = (trained(spec, FROZEN_FROM + 1) for _ in range(2))
    real, fake = critic_batches(twin, images, spec.batch_size)
    loss, estimate = critic_objective(twin.networks.method, twin.networks.critic, real, fake, twin.streams["penalty"])
    trained(spec, 1, state)
    assert torch.equal(state.history[FROZEN_FROM + 1, [0, 2]], torch.stack([loss.detach(), estimate]))
    assert not torch.equal(state.history[FROZEN_FROM + 1], state.history[FROZEN_FROM])


@pytest.mark.parametrize("frozen_from", [1, 3])
@pytest.mark.parametrize("base", ["gan", "sngan", "cramer"])
def test_resumed_before_or_after_it_is_fixed(base: str, frozen_from: int, tiny_spec: Build) -> None:
    """A run that goes on from the state after two steps ends with the bits of one that was never stopped."""
    _, spec = specs(tiny_spec, base, frozen_from)
    whole, resumed = trained(spec, 5), start(spec, IMAGES, CPU)
    resumed.load_state_dict(trained(spec, 2).state_dict())
    trained(spec, 3, resumed)
    assert weights_sha256(*resumed.networks[:2]) == weights_sha256(*whole.networks[:2])
    assert torch.equal(resumed.history, whole.history)


def test_images_seen_leaves_out_what_a_fixed_critic_is_only_looked_at_with(tiny_spec: Build) -> None:
    """Two steps with five critic steps of four samples each, and nothing after."""
    _, spec = specs(tiny_spec, "wgan")
    networks = start(spec, IMAGES, CPU).networks
    assert [images_seen(spec, networks, steps) for steps in (0, 1, 2, 5)] == [0, 20, 40, 40]
