"""Operator norms, slopes over batches and scales, each computed a second way."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from bench.spec import resolve
from bench.step import start
from bench.toys import batch_mates, clipped_scales, critic_signs, spectral_layers
from bench.toys.common import CPU, together

PADDED = nn.Sequential(nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(2, 3, 5, 2))


def dense(layer: spectral_layers.Layer) -> Tensor:
    """The layer's linear part as a matrix, column by column."""
    size = math.prod(layer.shape)
    columns = layer.apply(torch.eye(size, dtype=torch.float64).reshape(size, *layer.shape))
    return (columns - layer.apply(torch.zeros(1, *layer.shape, dtype=torch.float64))).flatten(1).T.detach()


@pytest.mark.parametrize(
    ("layer", "patches"),
    [(nn.Conv2d(2, 3, 3, padding=1), 9), (nn.Conv2d(2, 3, 4, 2, 1), 4), (nn.Conv2d(2, 3, 2, 3), 1), (PADDED, 9)],
)
def test_the_norm_of_a_convolution_is_that_of_its_dense_matrix(layer: nn.Module, patches: int) -> None:
    """Padding and stride included; and the bound by patches holds for it."""
    torch.manual_seed(0)
    for convolution in (part for part in layer.modules() if isinstance(part, nn.Conv2d)):
        convolution.reset_parameters()
    critic = nn.Sequential(layer).double().requires_grad_(False)
    (found,) = spectral_layers.layers(critic, torch.zeros(1, 2, 6, 6, dtype=torch.float64))
    exact = float(torch.linalg.matrix_norm(dense(found), 2))
    assert spectral_layers.operator_norm(found, torch.Generator().manual_seed(0)) == pytest.approx(exact, rel=1e-3)
    assert found.patches == patches
    assert exact <= math.sqrt(patches) * float(torch.linalg.matrix_norm(found.weight, 2)) * (1 + 1e-12)


def test_a_constant_kernel_comes_close_to_the_bound_by_patches() -> None:
    """Nine equal entries a have norm 3 a as a matrix, and as an operator nearly 9 a on a large picture."""
    kernel = nn.Conv2d(1, 1, 3, padding=1).double().requires_grad_(False)
    nn.init.constant_(kernel.weight, 0.5)
    (layer,) = spectral_layers.layers(nn.Sequential(kernel), torch.zeros(1, 1, 24, 24, dtype=torch.float64))
    ratio = spectral_layers.operator_norm(layer, torch.Generator().manual_seed(0)) / 1.5
    # The cosine of pi / 25 in both directions: (1 + 2 cos(pi / 25))^2 / 3 = 2.97.
    assert ratio == pytest.approx((1 + 2 * math.cos(math.pi / 25)) ** 2 / 3, rel=1e-3)


def test_the_weights_measured_are_those_of_the_next_training_pass() -> None:
    """And measuring leaves the critic as it was."""
    settings = {"dataset": "gaussians8", "architecture": "toy_mlp", "method": "sngan"}
    critic = start(resolve({**settings, "architecture_options": {"width": 8}}), (2,), CPU).networks.critic
    before = {name: value.clone() for name, value in critic.state_dict().items()}
    x = torch.randn(5, 2, generator=torch.Generator().manual_seed(0))
    measured = spectral_layers.next_pass(critic)(x.double())
    assert all(torch.equal(value, before[name]) for name, value in critic.state_dict().items())
    assert critic.train()(x).detach().double() == pytest.approx(measured, abs=1e-5)


def test_the_steepest_slope_of_a_linear_critic_is_its_weights_length() -> None:
    """Wherever the search starts."""
    linear = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0)).double().requires_grad_(False)
    points = torch.randn(8, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert spectral_layers.steepest(linear, points) == pytest.approx(float(linear[0].weight.norm()), rel=1e-6)


def test_pictures_have_one_bright_spot() -> None:
    """Values in [-1, 1], brightest where the spot is."""
    pictures = spectral_layers.blobs(50, torch.Generator().manual_seed(0))
    assert pictures.shape == (50, 1, 16, 16)
    assert pictures.min() >= -1 and pictures.amax(dim=(1, 2, 3)).min() > 0.5
    assert (pictures > 0).float().mean() < 0.2


@pytest.mark.parametrize("spread", [1e-8, 1e-3, 1.0])
def test_the_slope_of_a_normalized_layer_against_its_closed_form(spread: float) -> None:
    """1 / sqrt(var + eps), and no difference quotient beside the batch is larger."""
    eps, divisor = batch_mates.FORMS["root"]
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(16, dtype=torch.float64, generator=rng)
    x = spread * (x - x.mean()) / x.std(correction=0)
    normalize = batch_mates.normalizer(divisor, eps)
    found = batch_mates.slope(normalize, x)
    assert found == pytest.approx((spread**2 + eps) ** -0.5, rel=1e-9)
    steps = 1e-3 * spread * torch.randn(100, 16, dtype=torch.float64, generator=rng)
    quotients = [float((normalize(x + step) - normalize(x)).norm() / step.norm()) for step in steps]
    assert 0.8 * found < max(quotients) <= found * (1 + 1e-3)


def normalized_critic() -> nn.Module:
    """A batch-normalized critic of points with random scales, in double precision."""
    settings = {"dataset": "gaussians8", "architecture": "toy_mlp", "method": "wgan", "batch_size": 16}
    options = {"width": 8, "critic_batch_norm": True}
    critic = start(resolve({**settings, "architecture_options": options}), (2,), CPU).networks.critic.double()
    for layer in critic.modules():
        if isinstance(layer, nn.BatchNorm1d):
            nn.init.uniform_(layer.weight, 0.1, 2.0)
    return critic.requires_grad_(False)


def test_scores_of_a_batch_do_not_depend_on_its_place_but_on_each_other() -> None:
    """The first layer takes the mean out; the score of the first sample changes with the others."""
    critic = normalized_critic()
    rng = torch.Generator().manual_seed(0)
    points = torch.randn(
        batch_mates.SINGLES + batch_mates.DRAWS * (batch_mates.BATCH - 1), 2, dtype=torch.float64, generator=rng
    )
    assert critic(points[:9] + torch.tensor([3.0, -1.0])) == pytest.approx(critic(points[:9]), abs=1e-9)
    varies, moved = batch_mates.mates(critic, points)
    assert abs(moved["estimate"]) < 1e-9
    one_by_one = torch.stack(
        [critic(torch.cat([points[:1], others]))[0]
         for others in points[batch_mates.SINGLES :].split(batch_mates.BATCH - 1)]
    )  # fmt: skip
    assert 0.1 < float(one_by_one.std()) / varies["within"] < 10
    assert all(row["slope"] <= row["bound"] for row in batch_mates.slopes(critic, points[:16]))


def test_sizes_around_a_batch_normalization_by_hand() -> None:
    """Inputs -s and s: normalized to s / sqrt(s^2 + eps), then scaled by 0.01 and shifted."""
    layer = nn.BatchNorm1d(1, track_running_stats=False)
    nn.init.constant_(layer.weight, -0.01)
    nn.init.constant_(layer.bias, 0.002)
    s = 0.003
    (row,) = clipped_scales.scales(nn.Sequential(layer), torch.tensor([[1 - s], [1 + s]]))
    plain = s / math.sqrt(s**2 + 1e-5)
    assert row["input"] == pytest.approx(s, rel=1e-3)
    assert row["normalized"] == pytest.approx(plain, rel=1e-3)
    assert row["output"] == pytest.approx(math.hypot(0.01 * plain, 0.002), rel=1e-3)
    assert (row["scale"], row["shift"], row["layer"]) == (pytest.approx(0.01), pytest.approx(0.002), 1)


def test_more_of_the_same_comes_from_each_replications_own_generator() -> None:
    """In the order in which an ensemble asks, and whatever its generators become."""
    ensemble = together({**critic_signs.SETTINGS, "architecture_options": {"width": 8}}, 0, 2)
    draw = critic_signs.more_of_the_same(ensemble)
    expected = []
    for index in (0, 1):
        z = torch.randn(4, 2, generator=torch.Generator().manual_seed(index))
        expected.append(ensemble.networks(index).generator(z).detach())
    ensemble.generator_step()
    for index in (0, 1, 0):
        points = draw(4, torch.Generator().manual_seed(index))
        assert points == pytest.approx(expected[index])
