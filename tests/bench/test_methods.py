"""Losses on hand-worked scores, penalties on critics with known gradients, and the methods' contract."""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from bench.architectures.critics import build_critic
from bench.catalogue import ARCHITECTURES, CHOICES, METHODS
from bench.errors import UserError
from bench.methods.method import Method, gradient_norms, interpolate

REAL = torch.tensor([1.0, 3.0])
FAKE = torch.tensor([-1.0, 0.0])


def method(name: str, **options: Any) -> Method:
    return METHODS.builder(name)(**options)


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def linear_critic(weight: Tensor) -> nn.Module:
    critic = nn.Sequential(nn.Flatten(), nn.Linear(weight.numel(), 1), nn.Flatten(0))
    with torch.no_grad():
        critic[1].weight.copy_(weight.flatten()[None])
    return critic


HAND_WORKED: list[tuple[str, dict[str, Any], float, float, float]] = [
    # name, options, critic loss, generator loss, critic estimate on REAL and FAKE
    (
        "gan",
        {},
        (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 2,
        (softplus(1) + softplus(0)) / 2,
        math.log(2) - (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 4,
    ),
    (
        "gan_minimax",
        {},
        (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 2,
        -(softplus(-1) + softplus(0)) / 2,
        math.log(2) - (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 4,
    ),
    ("lsgan", {}, (0 + 4) / 4 + (1 + 0) / 4, (4 + 1) / 4, 2 - 8 * 1.25),
    (
        "lsgan",
        {"label_fake": -1.0, "label_real": 1.0, "label_generator": 0.0},
        (0 + 4) / 4 + (0 + 1) / 4,
        (1 + 0) / 4,
        2 - 8 * 1.25 / 4,
    ),
    (
        "wn",
        {},
        (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 2,
        (softplus(1) + softplus(0)) / 2,
        math.log(2) - (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 4,
    ),
    ("wgan", {}, -0.5 - 2.0, 0.5, 2.5),
    ("wgan_gp", {}, -0.5 - 2.0, 0.5, 2.5),
    ("sngan", {}, 0 + (0 + 1) / 2, 0.5, 1 - 0.25),
    (
        "sngan",
        {"loss": "non_saturating"},
        (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 2,
        (softplus(1) + softplus(0)) / 2,
        math.log(2) - (softplus(-1) + softplus(-3) + softplus(-1) + softplus(0)) / 4,
    ),
]


@pytest.mark.parametrize(("name", "options", "critic", "generator", "estimate"), HAND_WORKED)
def test_losses_on_hand_worked_scores(
    name: str, options: dict[str, Any], critic: float, generator: float, estimate: float
) -> None:
    """Critic loss, generator loss and estimate equal the paper's formula worked by hand."""
    built = method(name, **options)
    assert built.critic_loss(REAL, FAKE).item() == pytest.approx(critic, rel=1e-6)
    assert built.generator_loss(FAKE, None).item() == pytest.approx(generator, rel=1e-6)
    assert built.critic_estimate(REAL, FAKE).item() == pytest.approx(estimate, rel=1e-6)


def test_estimates_at_the_optimal_critic() -> None:
    """With the optimal critic plugged in, each estimate equals its divergence between two discrete distributions."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])
    n = 1000
    points_p = torch.tensor(np.repeat(np.arange(3), (p * n).round().astype(int)))
    points_q = torch.tensor(np.repeat(np.arange(3), (q * n).round().astype(int)))
    m = (p + q) / 2
    jensen_shannon = (p * np.log(p / m)).sum() / 2 + (q * np.log(q / m)).sum() / 2
    optimal = {
        "gan": (np.log(p / q), jensen_shannon),
        "lsgan": (p / (p + q), ((p - q) ** 2 / (p + q)).sum()),
        "sngan": (np.sign(p - q), np.abs(p - q).sum() / 2),
    }
    for name, (scores, divergence) in optimal.items():
        table = torch.tensor(scores)
        estimate = method(name).critic_estimate(table[points_p], table[points_q])
        assert estimate.item() == pytest.approx(divergence, abs=1e-9), name


def test_penalty_on_a_linear_critic_is_exact() -> None:
    """For f(x) = <w, x> the penalty is gp_weight (||w|| - 1)^2 whatever the data: the norm is over all axes."""
    rng = torch.Generator().manual_seed(0)
    weight = torch.randn(2, 3, 4, generator=rng)
    real, fake = (torch.randn(5, 2, 3, 4, generator=rng) for _ in range(2))
    penalty = method("wgan_gp").penalty
    assert penalty is not None
    value = penalty(linear_critic(weight), real, fake, rng).item()
    assert value == pytest.approx(10 * (weight.norm().item() - 1) ** 2, rel=1e-5)


def test_one_sided_penalty_ignores_small_gradients() -> None:
    """The one-sided penalty of a critic with slope 1/2 is zero, the two-sided one is gp_weight / 4."""
    weight = torch.tensor([0.5, 0.0])
    real, fake = torch.randn(4, 2), torch.randn(4, 2)
    one, two = (method("wgan_gp", one_sided=side).penalty for side in (True, False))
    assert one is not None and two is not None
    rng = torch.Generator()
    assert one(linear_critic(weight), real, fake, rng).item() == 0
    assert two(linear_critic(weight), real, fake, rng).item() == pytest.approx(2.5, rel=1e-5)


def test_penalty_is_a_mean_over_samples() -> None:
    """Gradient norms are per sample: invariant to the order of the batch and to splitting it."""
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0))
    points = torch.randn(6, 3)
    norms = gradient_norms(critic, points)
    order = torch.tensor([3, 1, 5, 0, 2, 4])
    torch.testing.assert_close(gradient_norms(critic, points[order]), norms[order])
    torch.testing.assert_close(torch.cat([gradient_norms(critic, half) for half in points.split(3)]), norms)


def test_interpolation_draws_one_epsilon_per_sample() -> None:
    """Every interpolated image lies on its own segment, at a place shared by all its pixels."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.zeros(50, 1, 4, 4), torch.ones(50, 1, 4, 4)
    places = 1 - interpolate(real, fake, rng).flatten(1)
    assert (places == places[:, :1]).all()
    assert len(places[:, 0].unique()) == 50
    assert 0 <= places.min() and places.max() <= 1


def test_a_flat_critic_gives_a_finite_penalty_gradient() -> None:
    """At gradient zero the square root's derivative is taken as zero by torch, not as NaN."""
    critic = linear_critic(torch.zeros(3))
    penalty = method("wgan_gp").penalty
    assert penalty is not None
    value = penalty(critic, torch.randn(4, 3), torch.randn(4, 3), torch.Generator())
    value.backward()
    assert value.item() == pytest.approx(10)
    assert all(torch.isfinite(p.grad).all() for p in critic.parameters() if p.grad is not None)


def test_batch_normalized_critics_mix_samples_and_layer_normalized_do_not(
    small_critic: Callable[[str], nn.Module],
) -> None:
    """The cross-Jacobian d D_j / d x_i is zero without batch normalization and not with it."""
    for norm, mixes in (("batch", True), ("layer", False), ("none", False)):
        images = torch.randn(4, 1, 16, 16, requires_grad=True)
        (gradient,) = torch.autograd.grad(small_critic(norm)(images)[0], images)
        assert bool(gradient[1:].abs().max() > 0) == mixes, norm


@pytest.fixture
def small_critic() -> Callable[[str], nn.Module]:
    """A scaled-down DCGAN critic."""

    def build(norm: str) -> nn.Module:
        torch.manual_seed(0)
        return ARCHITECTURES.builder("dcgan")((1, 16, 16), critic_width=4).critic(norm, 1)

    return build


def test_lsgan_minimises_a_pearson_divergence() -> None:
    """With b - c = 1 and b - a = 2, twice the cost at the optimal D is chi-square between p + q and 2q."""
    p, q = torch.tensor([0.5, 0.3, 0.2]), torch.tensor([0.1, 0.3, 0.6])
    counts_p, counts_q = (torch.arange(3).repeat_interleave((x * 1000).round().long()) for x in (p, q))
    built = method("lsgan", label_fake=-1.0, label_real=1.0, label_generator=0.0)
    optimal = (p - q) / (p + q)
    cost = built.generator_loss(optimal[counts_q], None) + built.generator_loss(optimal[counts_p], None)
    chi_square = ((2 * q - (p + q)) ** 2 / (p + q)).sum()
    assert 2 * cost.item() == pytest.approx(chi_square.item(), rel=1e-5)
    perturbed = optimal + torch.tensor([0.1, -0.2, 0.05])
    losses = [built.critic_loss(scores[counts_p], scores[counts_q]) for scores in (optimal, perturbed)]
    assert losses[0] < losses[1]


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_lsgan_labels_must_differ(label: float) -> None:
    """Equal labels for real and generated samples teach the critic nothing and are refused."""
    with pytest.raises(UserError, match="they must differ"):
        method("lsgan", label_fake=label, label_real=label)


def normalised_weights(name: str) -> list[Tensor]:
    """Weights in double precision, outputs first, of a small critic of that method after many forward passes."""
    torch.manual_seed(0)
    built = method(name)
    critic = build_critic(ARCHITECTURES.builder("dcgan")((1, 16, 16), critic_width=4), built.critic_norm, 1)
    for _ in range(200):
        critic(torch.zeros(2, 1, 16, 16))
    critic.eval()
    return [m.weight.detach().double().flatten(1) for m in critic.modules() if isinstance(m, nn.Linear | nn.Conv2d)]


def test_spectral_norm_against_the_singular_value_decomposition() -> None:
    """After enough power iterations every weight matrix of `sngan`'s critic has largest singular value 1."""
    largest = [torch.linalg.svdvals(weight).max().item() for weight in normalised_weights("sngan")]
    assert largest == pytest.approx([1.0, 1.0, 1.0], abs=1e-3)


def test_weight_norm_of_every_output() -> None:
    """The weights of each output of `wn`'s critic have Euclidean norm 1."""
    for weight in normalised_weights("wn"):
        torch.testing.assert_close(weight.norm(dim=1), torch.ones(len(weight)).double(), rtol=0, atol=1e-6)


@pytest.mark.parametrize(("name", "layers"), [("sngan", "spectral"), ("wn", "weight")])
def test_critics_with_normalised_weights(name: str, layers: str) -> None:
    """`sngan` normalises weights by their spectral norm, `wn` row by row, unless told otherwise."""
    assert method(name).critic_norm == layers
    assert method(name, critic_norm="none").critic_norm == "none"
    assert method(name).parametrize is None


@pytest.mark.parametrize("name", METHODS)
def test_contract(name: str) -> None:
    """Losses are finite scalars and send a gradient to every score they are given."""
    assert_contract(method(name))


@pytest.mark.parametrize(
    ("name", "option", "word"),
    [
        (name, option, word)
        for name in METHODS
        for option in METHODS.describe(name).defaults
        for word in CHOICES.get(option, ())
    ],
)
def test_every_word_an_option_may_be_builds_a_method(name: str, option: str, word: str) -> None:
    """Whatever word is chosen, the method keeps its contract."""
    assert_contract(method(name, **{option: word}))


def scores_of(built: Method) -> tuple[Tensor, Tensor]:
    """Scores of 8 real points and of the generated batches, by a critic as the method has it."""
    torch.manual_seed(0)
    architecture = ARCHITECTURES.builder("toy_mlp")((2,), width=16)
    critic = build_critic(architecture, built.critic_norm, built.critic_outputs, built.parametrize)
    real, fake = torch.randn(8, 2), 1 + torch.randn(8 * built.fakes_per_real, 2)
    with torch.no_grad():
        return critic(real), critic(fake)


def assert_contract(built: Method) -> None:
    """Finite scalar losses, differentiable in every score, and a finite estimate with a name."""
    real, fake = (scores.requires_grad_() for scores in scores_of(built))
    losses = (built.critic_loss(real, fake), built.generator_loss(fake, real))
    for loss in losses:
        assert loss.shape == () and torch.isfinite(loss)
    gradients = [*torch.autograd.grad(losses[0], (real, fake)), *torch.autograd.grad(losses[1], fake)]
    assert all(torch.isfinite(g).all() and g.abs().sum() > 0 for g in gradients)
    estimate = built.critic_estimate(real, fake)
    assert estimate.shape == () and torch.isfinite(estimate) and built.estimate_name


@pytest.mark.parametrize("name", METHODS)
def test_the_generator_sees_real_scores_where_its_method_says_so(name: str) -> None:
    """Only where `generator_sees_real` does the generator's loss depend on the real scores."""
    built = method(name)
    real, fake = scores_of(built)
    if built.generator_sees_real:
        assert built.generator_loss(fake, real) != built.generator_loss(fake, 2 * real)
    else:
        assert built.generator_loss(fake, None) == built.generator_loss(fake, real)


SETTINGS = "n_critic critic_norm optimizer learning_rate beta1 beta2 momentum".split()


@pytest.mark.parametrize("name", [name for name in METHODS if not METHODS[name].on])
def test_every_option_is_documented(name: str) -> None:
    """Methods share seven settings, five where no critic is trained; each further option is explained."""
    target = METHODS[name].target
    module, _, function = target.partition(":")
    documented = inspect.getdoc(getattr(importlib.import_module(module), function)) or ""
    options = METHODS.describe(name).defaults
    expected = set(SETTINGS) if METHODS[name].trains_critic else set(SETTINGS) - {"n_critic", "critic_norm"}
    assert set(SETTINGS) & set(options) == expected
    for option in set(options) - set(SETTINGS):
        assert f"\n    {option}: " in documented, option


def test_every_method_says_where_it_is_from() -> None:
    """Every method names a paper; the three that have none name the thread they were put forward in."""
    papers = {name: METHODS.describe(name).paper for name in METHODS}
    assert all(papers.values())
    threads = sorted(name for name, paper in papers.items() if paper and paper.authors == "Discussion thread")
    assert threads == ["blend", "frozen_critic", "ot_generator"]


def test_documented_defaults_are_the_built_ones() -> None:
    """The defaults read from the source are those the papers' algorithms print."""
    wgan, wgan_gp = (METHODS.describe(name).defaults for name in ("wgan", "wgan_gp"))
    assert (wgan["learning_rate"], wgan["clip_value"], wgan["n_critic"], wgan["optimizer"]) == (
        5e-5,
        0.01,
        5,
        "rmsprop",
    )
    assert [wgan_gp[k] for k in ("gp_weight", "n_critic", "learning_rate", "beta1", "beta2")] == [10, 5, 1e-4, 0, 0.9]


def test_boosted_critic_steps() -> None:
    """The official WGAN schedule: 100 critic steps in the first 25 generator steps and every 500th."""
    boosted = method("wgan", boosted=True)
    assert [boosted.critic_steps(step) for step in (0, 24, 25, 499, 500, 501)] == [100, 100, 5, 5, 100, 5]
