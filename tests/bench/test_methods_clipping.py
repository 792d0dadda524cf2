"""Weight clipping: which tensors, when, and in the family between GAN and WGAN."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from bench.architectures.critics import build_critic
from bench.catalogue import ARCHITECTURES, METHODS
from bench.data import training_source
from bench.errors import UserError
from bench.methods import gan
from bench.methods.method import Method
from bench.spec import RunSpec
from bench.step import critic_step, start

CPU = torch.device("cpu")
REAL, FAKE = torch.tensor([1.0, 3.0]), torch.tensor([-1.0, 0.0])


def method(name: str, **options: Any) -> Method:
    return METHODS.builder(name)(**options)


def critic_of(norm: str) -> nn.Module:
    """A small DCGAN critic with every kind of parameter, all beyond 0.1 in size where they are learned."""
    torch.manual_seed(0)
    critic = build_critic(ARCHITECTURES.builder("dcgan")((1, 16, 16), critic_width=4), norm, 1)
    with torch.no_grad():
        for parameter in critic.parameters():
            if parameter.requires_grad:
                parameter.copy_(0.1 + torch.rand_like(parameter))
    return critic


def clipped_names(norm: str, **options: Any) -> tuple[set[str], set[str]]:
    """Names of the critic's parameters that clipping changed, each now of largest magnitude c, and of the others."""
    critic = critic_of(norm)
    before = {name: parameter.detach().clone() for name, parameter in critic.named_parameters()}
    constrain = method("wgan", clip_value=0.01, **options).constrain
    assert constrain is not None
    constrain(critic)
    changed, kept = set(), set()
    for name, parameter in critic.named_parameters():
        if torch.equal(parameter, before[name]):
            kept.add(name)
        else:
            changed.add(name)
            assert parameter.abs().max().item() == pytest.approx(0.01)
    return changed, kept


@pytest.mark.parametrize("norm", ["batch", "layer", "none"])
def test_all_parameters_are_clipped(norm: str) -> None:
    """The default reaches every weight, bias and normalization scale, as both official codes do."""
    changed, kept = clipped_names(norm)
    assert not kept and len(changed) == len(list(critic_of(norm).parameters()))


def layers_of(critic: nn.Module) -> list[tuple[str, nn.Module]]:
    return [(name, layer) for name, layer in critic.named_modules() if isinstance(layer, nn.Linear | nn.Conv2d)]


def test_weights_alone_are_clipped() -> None:
    """The narrow scope is the weights of linear and convolutional layers, and nothing of normalization layers."""
    changed, kept = clipped_names("batch", clip_scope="weights")
    assert changed == {f"{name}.weight" for name, _ in layers_of(critic_of("batch"))}
    assert {f"{name}.bias" for name, _ in layers_of(critic_of("batch"))} < kept


@pytest.mark.parametrize("norm", ["spectral", "weight"])
@pytest.mark.parametrize("scope", ["all", "weights"])
def test_normalised_weights_are_clipped_before_their_normalization(norm: str, scope: str) -> None:
    """What is learned is clipped; fixed row lengths stay, so that weights keep their norms."""
    changed, kept = clipped_names(norm, clip_scope=scope)
    learned = {name for name, p in critic_of(norm).named_parameters() if p.requires_grad}
    biases = {name for name in learned if name.endswith("bias")}
    assert changed == (learned if scope == "all" else learned - biases)
    critic = critic_of(norm)
    constrain = method("wgan", clip_scope=scope).constrain
    assert constrain is not None
    constrain(critic)
    if norm == "weight":
        for _, layer in layers_of(critic):
            weight = layer.weight
            assert isinstance(weight, torch.Tensor)
            torch.testing.assert_close(weight.flatten(1).norm(dim=1), torch.ones(len(weight)))


def largest_after_steps(spec: RunSpec, results: Path) -> tuple[list[float], float]:
    """Largest parameter of the critic after each of five critic steps, and the clip value."""
    state = start(spec, (1, 16, 16), CPU)
    source = training_source(spec.data, results, CPU)
    found = []
    for _ in range(5):
        critic_step(state, source, spec.batch_size)
        found.append(max(p.abs().max().item() for p in state.networks.critic.parameters()))
    return found, spec.method_options["clip_value"]


@pytest.mark.parametrize("name", ["wgan", "blend"])
def test_every_critic_step_ends_within_the_clip_value(
    name: str, tiny_spec: Callable[..., RunSpec], results: Path
) -> None:
    """As in Algorithm 1, no parameter is beyond c when the generator meets the critic."""
    found, clip_value = largest_after_steps(tiny_spec("dcgan", name), results)
    assert all(largest <= clip_value * (1 + 1e-6) for largest in found)


def test_clipping_first_leaves_one_update_beyond(tiny_spec: Callable[..., RunSpec], results: Path) -> None:
    """Clipped before each update, as in the authors' code, parameters end one update of the optimizer beyond c."""
    rate = 1e-3
    options = {"clip_first": True, "optimizer": "sgd", "learning_rate": rate}
    spec = tiny_spec("dcgan", "wgan", method_options=options)
    found, clip_value = largest_after_steps(spec, results)
    assert all(largest > clip_value for largest in found)
    state, source = start(spec, (1, 16, 16), CPU), training_source(spec.data, results, CPU)
    clipped = [p.detach().clamp(-clip_value, clip_value) for p in state.networks.critic.parameters()]
    critic_step(state, source, spec.batch_size)
    for before, after in zip(clipped, state.networks.critic.parameters(), strict=True):
        torch.testing.assert_close(after.detach(), before - rate * after.grad)  # type: ignore[operator]


@pytest.mark.parametrize("saturating", [False, True])
def test_blend_ends_at_wgan_and_gan(saturating: bool) -> None:
    """alpha = 0 has WGAN's losses and estimate, alpha = 1 those of the GAN, exactly."""
    reference = {0.0: method("wgan"), 1.0: method("gan_minimax" if saturating else "gan")}
    for alpha, other in reference.items():
        built = method("blend", alpha=alpha, saturating=saturating)
        assert built.critic_loss(REAL, FAKE) == other.critic_loss(REAL, FAKE)
        assert built.generator_loss(FAKE, None) == other.generator_loss(FAKE, None)
        assert built.critic_estimate(REAL, FAKE) == other.critic_estimate(REAL, FAKE)


def test_blend_is_linear_in_alpha() -> None:
    """Between the ends costs are weighted means: at alpha = 1/4, by hand."""
    built = method("blend", alpha=0.25)
    assert built.critic_loss(REAL, FAKE).item() == pytest.approx(
        0.25 * gan.critic_loss(REAL, FAKE).item() + 0.75 * -2.5
    )
    assert built.generator_loss(FAKE, None).item() == pytest.approx(
        0.25 * gan.non_saturating_loss(FAKE).item() + 0.75 * 0.5
    )


def test_half_minimax_half_non_saturating_is_wgan() -> None:
    """softplus(x) - softplus(-x) = x: the two GAN costs in equal parts give half of WGAN's generator cost."""
    costs = [method("blend", alpha=1.0, saturating=s).generator_loss(FAKE, None) for s in (False, True)]
    torch.testing.assert_close(sum(costs), method("wgan").generator_loss(FAKE, None))


@pytest.mark.parametrize("alpha", [-0.1, 1.5])
def test_blend_weights_lie_between_the_ends(alpha: float) -> None:
    """An alpha that would turn one of the two costs around is refused."""
    with pytest.raises(UserError, match="expected a number from 0 to 1"):
        method("blend", alpha=alpha)


def test_blend_trains_as_wgan_does() -> None:
    """Optimizer, critic steps and clipping are WGAN's unless set."""
    built, wgan = method("blend"), method("wgan")
    assert (built.optimizer, built.n_critic, built.critic_norm) == (wgan.optimizer, wgan.n_critic, wgan.critic_norm)
    assert built.constrain is not None and built.penalty is None
