"""Mistakes found in public GAN code, one section each: tests over all components that would catch them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bench.architectures.critics import build_critic
from bench.catalogue import ARCHITECTURES, METHODS
from bench.methods.method import Method, gradient_norms, interpolate, score
from bench.options import resolve_options
from bench.spec import RunSpec, skip_reason
from bench.step import TrainState, critic_step, draws_for_generator, start, train_step

Build = Callable[..., RunSpec]
BENCH = Path(__file__).parents[2] / "bench"
SMALL = {"width": 4, "critic_width": 4, "latent_dim": 4, "context_dim": 4}
IMAGES, POINTS = (1, 16, 16), (2,)

TRAINABLE = [name for name in METHODS if skip_reason("digits", "dcgan", name) is None]
PENALIZED = [name for name in METHODS if "gp_weight" in METHODS.describe(name).defaults]
CLIPPED = [name for name in METHODS if "clip_value" in METHODS.describe(name).defaults]
ON_IMAGES = [name for name, entry in ARCHITECTURES.items() if entry.data == "images"]


def method(name: str, **options: Any) -> Method:
    return METHODS.builder(name)(**resolve_options(METHODS, name, options))


def architecture(name: str) -> Any:
    defaults = ARCHITECTURES.describe(name).defaults
    shape = POINTS if ARCHITECTURES[name].data == "points" else IMAGES
    return ARCHITECTURES.builder(name)(shape, **{key: value for key, value in SMALL.items() if key in defaults}), shape


def smooth_critic(outputs: int) -> nn.Module:
    """A curved critic of (n, 2, 3, 4) in double precision, without normalization: (n,) or (n, outputs)."""
    torch.manual_seed(0)
    layers = [nn.Flatten(), nn.Linear(24, 8), nn.Tanh(), nn.Linear(8, outputs)]
    return nn.Sequential(*layers, *[nn.Flatten(0)] * (outputs == 1)).double()


def samples(seed: int, n: int) -> Tensor:
    return torch.randn(n, 2, 3, 4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def penalty_of(built: Method, critic: nn.Module, real: Tensor, fake: Tensor, rng: torch.Generator) -> Tensor:
    assert built.penalty is not None
    return built.penalty(critic, real, fake, rng)


class Recorder:
    """A stand-in for a data set that keeps every batch it gave."""

    def __init__(self) -> None:
        self.batches: list[Tensor] = []

    def __call__(self, n: int, rng: torch.Generator) -> Tensor:
        self.batches.append(torch.rand(n, *IMAGES, generator=rng) * 2 - 1)
        return self.batches[-1]


def recorded(spec: RunSpec, steps: int) -> tuple[TrainState, list[Tensor], list[Tensor]]:
    """Trains some steps; returns the state, the latents of every generator call and the real batches."""
    state, source, latents = start(spec, IMAGES, torch.device("cpu")), Recorder(), list[Tensor]()
    state.networks.generator.register_forward_pre_hook(lambda module, inputs: latents.append(inputs[0]))
    for _ in range(steps):
        train_step(state, source, spec)
    return state, latents, source.batches


# The penalty's norm over the whole batch, one epsilon for the batch, or the penalty stepped separately.


@pytest.mark.parametrize("name", PENALIZED)
def test_penalties_are_means_of_per_sample_terms(name: str) -> None:
    """A batch's penalty is the mean of its parts' with the same draws, unless the witness compares with the batch."""
    built = method(name)
    critic, n, k = smooth_critic(built.critic_outputs), 8, built.fakes_per_real
    real, fakes = samples(1, n), samples(2, n * k).unflatten(0, (k, n))
    whole = built.witness(critic, real, real, fakes.flatten(0, 1))
    parts = [(real[i : i + 2], fakes[:, i : i + 2].flatten(0, 1)) for i in range(0, n, 2)]
    split = torch.cat([built.witness(critic, r, r, f) for r, f in parts])
    compares_with_batch = not torch.allclose(whole, split, atol=1e-6)
    assert compares_with_batch == (name == "mmd_gan")
    if not compares_with_batch:
        rng = torch.Generator().manual_seed(3)
        terms = torch.stack([penalty_of(built, critic, r, f, rng) for r, f in parts])
        again = torch.Generator().manual_seed(3)
        torch.testing.assert_close(penalty_of(built, critic, real, fakes.flatten(0, 1), again), terms.mean())


@pytest.mark.parametrize("name", PENALIZED)
def test_penalties_do_not_depend_on_the_order_of_the_batch(name: str) -> None:
    """With generated samples equal to real ones, so that epsilon plays no part, a permutation changes nothing."""
    built = method(name)
    critic, n = smooth_critic(built.critic_outputs), 8
    batches = [samples(1, n), *(samples(seed, n) for seed in range(2, built.fakes_per_real + 1))]
    order = torch.randperm(n, generator=torch.Generator().manual_seed(5))
    values = []
    for real, *others in (batches, [batch[order] for batch in batches]):
        # The first generated batch is the one the segments lead to.
        rng = torch.Generator().manual_seed(4)
        values.append(penalty_of(built, critic, real, torch.cat([real, *others]), rng))
    torch.testing.assert_close(values[0], values[1])


def test_loss_and_penalty_make_one_update(tiny_spec: Build) -> None:
    """A critic step is one step down the gradient of the sum, from the same weights."""
    spec = tiny_spec(method="wgan_gp", method_options={"optimizer": "sgd", "learning_rate": 0.5})
    stepped, twin = (start(spec, IMAGES, torch.device("cpu")) for _ in range(2))
    critic_step(stepped, Recorder(), 4)
    generator, critic, built, _ = twin.networks
    real = Recorder()(4, twin.streams["data"])
    fake = generator(torch.randn(4, 8, generator=twin.streams["latent"])).detach()
    loss = built.critic_loss(critic(real), critic(fake))
    (loss + penalty_of(built, critic, real, fake, twin.streams["penalty"])).backward()
    for moved, weight in zip(stepped.networks.critic.parameters(), critic.parameters(), strict=True):
        gradient = torch.zeros_like(weight) if weight.grad is None else weight.grad
        torch.testing.assert_close(moved, weight - 0.5 * gradient)


@pytest.mark.parametrize("name", TRAINABLE)
def test_every_network_takes_the_announced_number_of_updates(name: str, tiny_spec: Build) -> None:
    """One update of the generator and n_critic of the critic per step, whatever the losses are made of."""
    spec = tiny_spec(method=name, batch_size=4)
    state, counts = start(spec, IMAGES, torch.device("cpu")), {"generator": 0, "critic": 0}
    for network, optimizer in state.optimizers.items():
        if optimizer:
            optimizer.register_step_post_hook(lambda *_, network=network: counts.update({network: counts[network] + 1}))
    train_step(state, Recorder(), spec)
    assert counts["generator"] == 1
    assert counts["critic"] == (state.networks.method.n_critic if state.optimizers["critic"] else 0)


# The penalty's norm over the channels or one row instead of the whole sample.


@pytest.mark.parametrize("name", PENALIZED)
def test_penalties_take_the_norm_over_all_axes(name: str) -> None:
    """On image-shaped input the penalty is weight (norm - 1)^2 with the norms of the whole Jacobian's rows."""
    built = method(name)
    critic, n = smooth_critic(built.critic_outputs), 5
    real, fake = samples(1, n), samples(2, n * built.fakes_per_real)
    value = penalty_of(built, critic, real, fake, torch.Generator().manual_seed(6))
    points = interpolate(real, fake[:n], torch.Generator().manual_seed(6))
    jacobian = torch.autograd.functional.jacobian(lambda x: built.witness(critic, x, real, fake), points)
    norms = torch.stack([jacobian[i, i].square().sum().sqrt() for i in range(n)])
    weight = METHODS.describe(name).defaults["gp_weight"]
    torch.testing.assert_close(value, weight * ((norms - 1) ** 2).mean())


@pytest.mark.parametrize("name", [name for name in PENALIZED if method(name).witness is score])
def test_penalties_of_a_linear_critic_are_exact(name: str) -> None:
    """For a critic <w, x> of images with norm 3 the penalty is 4 times its weight, whatever the samples."""
    critic = nn.Sequential(nn.Flatten(), nn.Linear(24, 1), nn.Flatten(0)).double()
    weight = critic[1].weight
    with torch.no_grad():
        weight.mul_(3 / weight.norm())
    value = penalty_of(method(name), critic, samples(1, 6), samples(2, 6), torch.Generator())
    assert value.item() == pytest.approx(4 * METHODS.describe(name).defaults["gp_weight"], rel=1e-12)


# Batch normalization in the critic under a gradient penalty.


@pytest.mark.parametrize("norm", ["batch", "layer", "none", "spectral", "weight"])
@pytest.mark.parametrize("name", [name for name in ON_IMAGES if ARCHITECTURES[name].normalizes_critic])
def test_only_batch_normalization_mixes_samples(name: str, norm: str) -> None:
    """The cross-Jacobian d D_j / d x_i of every critic is zero but under batch normalization."""
    torch.manual_seed(0)
    critic = build_critic(architecture(name)[0], norm, 1)
    images = torch.randn(4, *IMAGES, requires_grad=True)
    (gradient,) = torch.autograd.grad(critic(images)[0], images)
    assert gradient[0].abs().max() > 0
    assert bool(gradient[1:].abs().max() > 0) == (norm == "batch")


@pytest.mark.parametrize("name", PENALIZED)
def test_penalized_critics_have_no_batch_normalization_by_default(name: str) -> None:
    """A method with a per-sample penalty is published with a critic that treats samples one by one."""
    assert METHODS.describe(name).defaults["critic_norm"] != "batch"


# The gradient of the sum over the batch is not each sample's own under batch normalization.


def own_norms(critic: nn.Module, points: Tensor) -> Tensor:
    jacobian = torch.autograd.functional.jacobian(critic, points)
    return torch.stack([jacobian[i, i].norm() for i in range(len(points))])


def test_the_gradient_of_the_sum_vanishes_behind_batch_normalization() -> None:
    """Batch normalization and a linear layer: the sum of the scores is constant, each own gradient is not."""
    torch.manual_seed(0)
    critic = nn.Sequential(nn.BatchNorm1d(10, track_running_stats=False), nn.Linear(10, 1), nn.Flatten(0)).double()
    points = torch.randn(64, 10, dtype=torch.float64)
    assert gradient_norms(critic, points).max() < 1e-10
    assert own_norms(critic, points).min() > 0.1


def test_the_gradient_of_the_sum_is_too_small_behind_batch_normalization_and_relu() -> None:
    """With a ReLU between, its norm is below two thirds of the own gradients'; layer normalization leaves it right."""
    torch.manual_seed(0)
    points = torch.randn(64, 10, dtype=torch.float64)
    for norm, mixes in ((nn.BatchNorm1d(10, track_running_stats=False), True), (nn.LayerNorm(10), False)):
        critic = nn.Sequential(norm, nn.ReLU(), nn.Linear(10, 1), nn.Flatten(0)).double()
        of_sum, own = gradient_norms(critic, points), own_norms(critic, points)
        if mixes:
            assert of_sum.mean() < 2 / 3 * own.mean()
        else:
            torch.testing.assert_close(of_sum, own)


# A second positional argument of batch normalization is epsilon, not the momentum.


def ambiguous_calls(source: str) -> list[int]:
    """Lines that give a batch or instance normalization more than the number of channels by position."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and len(node.args) > 1]
    normalization = re.compile(r"(.*\.)?(Batch|Instance)Norm\dd")
    return [call.lineno for call in calls if normalization.fullmatch(ast.unparse(call.func))]


def test_the_check_for_positional_arguments_finds_the_mistake() -> None:
    """The form of the mistake as published is found, the same with names is not."""
    assert ambiguous_calls("x = 1\ny = nn.BatchNorm2d(64, 0.8)") == [2]
    assert ambiguous_calls("nn.BatchNorm2d(64, momentum=0.8)\nGroupNorm(1, 64)") == []


@pytest.mark.parametrize("path", sorted(BENCH.rglob("*.py")), ids=lambda path: str(path.relative_to(BENCH)))
def test_normalization_layers_get_their_options_by_name(path: Path) -> None:
    """No file of the project gives epsilon or momentum by position."""
    assert ambiguous_calls(path.read_text()) == []


# The generator step reuses the critic's latents; one real batch serves all critic steps.


@pytest.mark.parametrize("name", TRAINABLE)
def test_latents_and_real_samples_are_accounted_for(name: str, tiny_spec: Build) -> None:
    """Every network call has fresh latents, every critic step a fresh real batch, and the streams moved by no more."""
    spec = tiny_spec(method=name, batch_size=4)
    state, latents, real = recorded(spec, steps=2)
    built, arch = state.networks.method, state.networks.architecture
    assert [len(z) for z in latents] == [4 * built.fakes_per_real] * (built.n_critic + 1) * 2
    per_step = built.n_critic + draws_for_generator(built, arch)
    assert [len(batch) for batch in real] == [4] * per_step * 2
    for drawn in (torch.cat(latents), torch.cat(real).flatten(1)):
        assert len(drawn.unique(dim=0)) == len(drawn)
    twin = start(spec, IMAGES, torch.device("cpu"))
    for z in latents:
        assert torch.equal(z, torch.randn(z.shape, generator=twin.streams["latent"]))
    assert torch.equal(state.streams["latent"].get_state(), twin.streams["latent"].get_state())


def test_larger_generator_batches_draw_more_latents(tiny_spec: Build) -> None:
    """With two batches per generator step only the generator's draws double."""
    spec = tiny_spec(method="cramer", batch_size=4, generator_batches=2, method_options={"n_critic": 2})
    _, latents, real = recorded(spec, steps=1)
    assert [len(z) for z in latents] == [8, 8, 16] and [len(batch) for batch in real] == [4, 4, 8]


# The square root's derivative at zero.


@pytest.mark.parametrize("name", PENALIZED)
def test_a_flat_critic_has_a_finite_penalty_gradient(name: str) -> None:
    """At a gradient of exactly zero the penalty is its weight, nothing added under the root, and can be descended."""
    built = method(name)
    critic = smooth_critic(built.critic_outputs)
    for parameter in critic.parameters():
        nn.init.zeros_(parameter)
    real, fake = samples(1, 4), samples(2, 4 * built.fakes_per_real)
    value = penalty_of(built, critic, real, fake, torch.Generator())
    value.backward()
    assert value.item() == METHODS.describe(name).defaults["gp_weight"]
    assert all(torch.isfinite(p.grad).all() for p in critic.parameters() if p.grad is not None)


# Weight clipping misses tensors, hits others, or races with the update.


@pytest.mark.parametrize("name", CLIPPED)
@pytest.mark.parametrize("norm", ["batch", "layer", "none"])
def test_clipping_holds_for_every_parameter_after_every_critic_step(name: str, norm: str, tiny_spec: Build) -> None:
    """With updates far larger than the clip value the critic is in the box after each; the generator is not touched."""
    defaults = METHODS.describe(name).defaults
    wanted = {"clip_value": 0.02, "constraint": "clipping", "critic_norm": norm, "learning_rate": 0.5}
    spec = tiny_spec(method=name, method_options={key: wanted[key] for key in wanted if key in defaults})
    state = start(spec, IMAGES, torch.device("cpu"))
    before = [parameter.detach().clone() for parameter in state.networks.generator.parameters()]
    for _ in range(3):
        critic_step(state, Recorder(), 4)
        assert all(parameter.abs().max() <= 0.02 for parameter in state.networks.critic.parameters())
        assert any(parameter.abs().max() == 0.02 for parameter in state.networks.critic.parameters())
    after = state.networks.generator.parameters()
    assert all(torch.equal(old, new) for old, new in zip(before, after, strict=True))


# Sampling with running statistics in place of those of the batch.


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_networks_are_the_same_in_training_and_evaluation_mode(name: str) -> None:
    """Batch normalization takes the statistics of the batch in both modes, so samples and scores have the same bits."""
    chosen, shape = architecture(name)
    torch.manual_seed(0)
    generator, critic = chosen.generator(), build_critic(chosen, "batch", 1)
    x = torch.rand(6, *shape) * 2 - 1
    inputs = (torch.randn(6, chosen.latent_dim), *([x] if chosen.conditional else []))
    for network, arguments in ((generator, inputs), (critic, (x,))):
        assert torch.equal(network.train()(*arguments), network.eval()(*arguments))
