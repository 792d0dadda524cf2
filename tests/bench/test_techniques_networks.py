"""Techniques in networks and trainings: what the critic's other functions see, composition, exact resume."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bench import checkpoints
from bench.architectures.critics import build_critic
from bench.architectures.parts import count_parameters
from bench.catalogue import ARCHITECTURES, METHODS
from bench.errors import UserError
from bench.methods.critics import last_linear
from bench.methods.feature_matching import WithFeatures
from bench.methods.historical_averaging import COUNT, MEAN
from bench.methods.method import Method
from bench.methods.virtual_batch_norm import replace_batch_norm
from bench.options import resolve_options
from bench.spec import RunSpec
from bench.step import TrainState, build, critic_step, generator_step, start, train_step

Build = Callable[..., RunSpec]
CPU = torch.device("cpu")
IMAGES, POINTS = (1, 16, 16), (2,)
SMALL = {"width": 4, "critic_width": 4, "latent_dim": 4, "context_dim": 4}
TECHNIQUES = [name for name in METHODS if METHODS[name].on]
BASES = ["wgan", "wgan_gp", "sngan", "cramer"]


def method(name: str, **options: Any) -> Method:
    return METHODS.builder(name)(**resolve_options(METHODS, name, options))


def architecture(name: str) -> Any:
    defaults = ARCHITECTURES.describe(name).defaults
    shape = POINTS if ARCHITECTURES[name].data == "points" else IMAGES
    return ARCHITECTURES.builder(name)(shape, **{key: value for key, value in SMALL.items() if key in defaults}), shape


def options_for(name: str) -> dict[str, Any]:
    """Settings that keep networks small, and sums out of the one base they do not suit."""
    wanted = {"minibatch_kernels": 4, "minibatch_summary": "mean", "reference_size": 6, "critic_outputs": 8}
    wanted |= {"frozen_from": 3}
    return {key: value for key, value in wanted.items() if key in METHODS.describe(name).defaults}


def state_of(spec: RunSpec) -> TrainState:
    return start(spec, IMAGES, CPU)


def images(n: int, rng: torch.Generator) -> Tensor:
    """Stands for a data set: uniform noise."""
    return torch.rand(n, *IMAGES, generator=rng) * 2 - 1


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("norm", ["none", "spectral", "weight"])
def test_features_are_what_the_last_layer_makes_scores_of(name: str, norm: str) -> None:
    """In every critic the scores are the last layer's map of the shown features, up to a constant factor."""
    chosen, shape = architecture(name)
    torch.manual_seed(0)
    critic = build_critic(chosen, norm, 3, WithFeatures).eval()
    x = torch.rand(5, *shape) * 2 - 1
    with torch.no_grad():
        output = critic(x)
        mapped = last_linear(critic)[1](output[:, 3:])
    torch.testing.assert_close(output[:, :3], critic.critic(x))
    factor = (output[:, :3] * mapped).sum() / mapped.square().sum()
    torch.testing.assert_close(output[:, :3], factor * mapped)
    assert factor > 0


@pytest.mark.parametrize("base", BASES)
def test_the_critics_functions_see_the_scores_alone(base: str) -> None:
    """Under feature matching loss, estimate, penalty and witness of the critic have the values of the base."""
    plain, matched = method(base, **options_for(base)), method(f"{base}+feature_matching", **options_for(base))
    torch.manual_seed(0)
    critic = build_critic(architecture("dcgan")[0], "layer", plain.critic_outputs)
    wide = WithFeatures(critic)
    real, fake = torch.randn(4, *IMAGES), torch.randn(4 * plain.fakes_per_real, *IMAGES)
    for ours, theirs in (
        (matched.critic_loss(wide(real), wide(fake)), plain.critic_loss(critic(real), critic(fake))),
        (matched.critic_estimate(wide(real), wide(fake)), plain.critic_estimate(critic(real), critic(fake))),
        (matched.witness(wide, real, real, fake), plain.witness(critic, real, real, fake)),
    ):
        assert torch.equal(ours, theirs)
    assert (matched.penalty is None) == (plain.penalty is None)
    if plain.penalty and matched.penalty:
        rngs = [torch.Generator().manual_seed(1) for _ in range(2)]
        assert torch.equal(matched.penalty(wide, real, fake, rngs[0]), plain.penalty(critic, real, fake, rngs[1]))


@pytest.mark.parametrize("base", BASES)
def test_techniques_leave_the_rest_of_a_method_alone(base: str) -> None:
    """Without label smoothing and feature matching both losses are the base's own functions."""
    plain = method(base)
    scores = torch.randn(8, plain.critic_outputs, generator=torch.Generator().manual_seed(0)).squeeze(1)
    for technique in ("instance_noise", "minibatch_discrimination", "historical_averaging", "virtual_batch_norm"):
        changed = method(f"{base}+{technique}", **options_for(f"{base}+{technique}"))
        real, fake = scores[: 8 // (1 + plain.fakes_per_real)], scores[8 // (1 + plain.fakes_per_real) :]
        fake = fake[: len(real) * plain.fakes_per_real]
        assert torch.equal(changed.critic_loss(real, fake), plain.critic_loss(real, fake))
        assert torch.equal(changed.generator_loss(fake, real), plain.generator_loss(fake, real))
        assert (changed.optimizer, changed.n_critic) == (plain.optimizer, plain.n_critic)


@pytest.mark.parametrize("order", ["label_smoothing+feature_matching", "feature_matching+label_smoothing"])
def test_smoothing_and_matching_compose_in_either_order(order: str) -> None:
    """The smoothed loss sees the scores whichever technique came first, and the generator matches features."""
    both = method(f"gan+{order}")
    real, fake = (torch.randn(4, 3, generator=torch.Generator().manual_seed(k)) for k in (1, 2))
    assert torch.equal(both.critic_loss(real, fake), method("label_smoothing").critic_loss(real[:, 0], fake[:, 0]))
    assert torch.equal(both.generator_loss(fake, real), method("feature_matching").generator_loss(fake, real))


@pytest.mark.parametrize("technique", [name for name in TECHNIQUES if name != "label_smoothing"])
@pytest.mark.parametrize("base", BASES)
def test_composed_runs_resume_with_the_same_bits(base: str, technique: str, tiny_spec: Build, tmp_path: Path) -> None:
    """Two steps, a checkpoint on disk and two steps more equal four steps, in every tensor of the state."""
    name = f"{base}+{technique}"
    spec = tiny_spec(method=name, batch_size=4, generator_steps=4, method_options=options_for(name))
    whole, first, second = (state_of(spec) for _ in range(3))
    for state, steps in ((whole, 4), (first, 2)):
        for _ in range(steps):
            train_step(state, images, spec)
    checkpoints.save_checkpoint(tmp_path, 2, {"state": first.state_dict()})
    loaded = checkpoints.load_newest_checkpoint(tmp_path, CPU)
    assert loaded is not None
    second.load_state_dict(loaded["state"])
    for _ in range(2):
        train_step(second, images, spec)
    assert torch.isfinite(whole.history).all()
    for ours, theirs in zip(tensors(second.state_dict()), tensors(whole.state_dict()), strict=True):
        assert torch.equal(ours, theirs)


def tensors(state: Any) -> list[Tensor]:
    """All tensors of a nested state, in order."""
    if isinstance(state, Tensor):
        return [state]
    return [tensor for value in state.values() for tensor in tensors(value)] if isinstance(state, dict) else []


def test_stacked_techniques_do_not_depend_on_their_order(tiny_spec: Build) -> None:
    """Whatever order three techniques are named in, the run takes the same steps."""
    histories = []
    for stack in itertools.permutations(("historical_averaging", "minibatch_discrimination", "feature_matching")):
        name = "+".join(("wgan_gp", *stack))
        options = {**options_for(name), "history_weight": 0.1}
        spec = tiny_spec(method=name, batch_size=4, generator_steps=2, method_options=options)
        state = state_of(spec)
        for _ in range(2):
            train_step(state, images, spec)
        histories.append(state.history)
    assert torch.isfinite(histories[0]).all()
    for history in histories[1:]:
        assert torch.equal(history, histories[0])


@pytest.mark.parametrize("norm", ["none", "spectral", "weight"])
def test_the_history_covers_all_that_is_learned(norm: str, tiny_spec: Build) -> None:
    """Mean and count of both networks follow their updates, also where weights are normalised."""
    name = "wgan_gp+historical_averaging+minibatch_discrimination"
    options = {**options_for(name), "critic_norm": norm, "n_critic": 2}
    spec = tiny_spec(method=name, batch_size=4, method_options=options)
    state = state_of(spec)
    seen: dict[nn.Module, list[Tensor]] = {network: [] for network in state.networks[:2]}
    for network, visited in seen.items():
        state.optimizers["critic" if network is state.networks.critic else "generator"].register_step_post_hook(
            lambda *_, network=network, visited=visited: visited.append(learned(network))
        )
    for _ in range(2):
        train_step(state, images, spec)
    for network, visited in seen.items():
        assert network.get_buffer(COUNT).item() == len(visited)
        torch.testing.assert_close(network.get_buffer(MEAN), torch.stack(visited).mean(dim=0))
    assert [len(visited) for visited in seen.values()] == [2, 4]


def learned(network: nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in network.parameters() if p.requires_grad])


def test_the_history_is_of_clipped_parameters(tiny_spec: Build) -> None:
    """With weight clipping, what enters the mean is what the critic keeps after an update."""
    spec = tiny_spec(method="wgan+historical_averaging", method_options={"learning_rate": 0.1})
    state = state_of(spec)
    critic_step(state, images, 8)
    assert state.networks.critic.get_buffer(MEAN).abs().max().item() == pytest.approx(0.01)
    assert torch.equal(state.networks.critic.get_buffer(MEAN), learned(state.networks.critic))


def test_historical_averaging_adds_to_both_losses(tiny_spec: Build) -> None:
    """Away from the mean the recorded losses are the base's plus history_weight times the squared distance."""
    losses = {}
    for name in ("wgan_gp", "wgan_gp+historical_averaging"):
        options = {"history_weight": 2.0} if "+" in name else {}
        spec = tiny_spec(method=name, method_options=options)
        state = state_of(spec)
        if options:
            for network in state.networks[:2]:
                network.get_buffer(MEAN)[0] += 3.0
        losses[name] = (critic_step(state, images, 8)[0], generator_step(state, images, 8)[0])
    plain, averaged = losses.values()
    # The generator's loss also depends on the critic, whose step the term has changed.
    assert (averaged[0] - plain[0]).item() == pytest.approx(2 * 3**2, rel=1e-5)
    assert (averaged[1] - plain[1]).item() == pytest.approx(2 * 3**2, rel=1e-2)


BATCH_NORMALIZED = [
    name for name, entry in ARCHITECTURES.items() if "generator_batch_norm" in entry.has and not entry.conditional
]


@pytest.mark.parametrize("name", BATCH_NORMALIZED)
def test_virtual_batch_norm_frees_samples_from_their_batch(name: str) -> None:
    """The same latent gives the same image in any batch, which it does not with batch normalization."""
    chosen, _ = architecture(name)
    change = method("virtual_batch_norm", reference_size=6).parametrize_generator
    assert change is not None
    torch.manual_seed(0)
    generator = chosen.generator()
    z, others = torch.randn(2, 5, chosen.latent_dim)
    with torch.no_grad():
        before = [generator(torch.cat([z[:1], rest]))[0] for rest in (z[1:], others)]
        n_parameters = count_parameters(generator)
        virtual = change(generator, chosen.latent_dim)
        after = [virtual(torch.cat([z[:1], rest]))[0] for rest in (z[1:], others, z[:0])]
    assert not torch.allclose(before[0], before[1], atol=1e-3)
    for image in after[1:]:
        # Batches of different sizes take different paths through the convolutions.
        torch.testing.assert_close(image, after[0], atol=1e-5, rtol=1e-4)
    assert count_parameters(virtual) == n_parameters
    assert not [layer for layer in virtual.modules() if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)]


def test_the_reference_batch_is_fixed_and_learned_through(tiny_spec: Build) -> None:
    """Reference latents stay as drawn with the weights, other weights are the base's, gradients flow through them."""
    spec = tiny_spec(method="virtual_batch_norm", method_options={"reference_size": 6})
    state, plain = state_of(spec), build(tiny_spec(method="gan"), IMAGES, CPU)
    generator = state.networks.generator
    pairs = zip(generator.parameters(), plain.generator.parameters(), strict=True)
    assert all(torch.equal(ours, theirs) for ours, theirs in pairs)
    reference = generator.get_buffer("reference")
    at_start = reference.clone()
    train_step(state, images, spec)
    assert torch.equal(generator.get_buffer("reference"), at_start) and at_start.shape == (6, 8)
    reference.requires_grad_()
    (gradient,) = torch.autograd.grad(generator(torch.ones(1, 8)).square().sum(), reference)
    assert (gradient.abs().sum(dim=1) > 0).all()


def test_a_generator_without_batch_normalization_is_refused() -> None:
    """Where options took the normalization away, building fails with one clear error."""
    with pytest.raises(UserError, match="the generator has no batch normalization to replace"):
        replace_batch_norm(architecture("dcgan_nobn")[0].generator(), 4)


def test_noise_reaches_every_sample_the_critic_sees(tiny_spec: Build) -> None:
    """Real and generated batches of both steps are noisy, each with its own draws, and the stream is the run's."""
    spec = tiny_spec(method="cramer+instance_noise", method_options={"noise_std": 1e3, "n_critic": 1})
    state, seen = state_of(spec), list[Tensor]()
    state.networks.critic.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].detach()))
    train_step(state, images, spec)
    assert len(seen) == 7  # real and fake, three of the penalty's witness, fake and real of the generator's step
    for batch in seen:
        # A mean of squares of 2048 normal numbers or more; on a segment between two of them it is halved at the middle.
        assert 0.3e3 < batch.std().item() < 1.1e3
    assert len({batch[0].flatten()[0].item() for batch in seen[:2] + seen[5:]}) == 4
    twin = torch.Generator().manual_seed(0)
    assert not torch.equal(state.streams["noise"].get_state(), twin.get_state())
