"""Techniques on hand-worked numbers: what each adds to losses, layers and samples."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.autograd.functional import hessian, jacobian

from bench.catalogue import METHODS
from bench.errors import UserError
from bench.methods.critics import last_linear, scores_in
from bench.methods.historical_averaging import COUNT, MEAN, begin_history, distance_from_mean, extend_history
from bench.methods.method import Method
from bench.methods.minibatch_discrimination import MinibatchDiscrimination
from bench.methods.virtual_batch_norm import VirtualBatchNorm
from bench.options import resolve_options
from bench.spec import skip_reason


def method(name: str, **options: Any) -> Method:
    return METHODS.builder(name)(**resolve_options(METHODS, name, options))


REAL, FAKE = torch.tensor([1.0, 3.0]), torch.tensor([-1.0, 0.0])


def log_sigmoid(x: float) -> float:
    return -math.log1p(math.exp(-x))


def test_label_smoothing_on_hand_worked_scores() -> None:
    """The critic's loss is the cross entropy with targets 0.9 and 0.2; the generator's and the estimate are GAN's."""
    real = sum(0.9 * log_sigmoid(s) + 0.1 * log_sigmoid(-s) for s in (1.0, 3.0)) / 2
    fake = sum(0.2 * log_sigmoid(s) + 0.8 * log_sigmoid(-s) for s in (-1.0, 0.0)) / 2
    smoothed, plain = method("label_smoothing", smoothing_beta=0.2), method("gan")
    assert smoothed.critic_loss(REAL, FAKE).item() == pytest.approx(-real - fake, rel=1e-6)
    assert torch.equal(smoothed.generator_loss(FAKE, None), plain.generator_loss(FAKE, None))
    assert torch.equal(smoothed.critic_estimate(REAL, FAKE), plain.critic_estimate(REAL, FAKE))


def test_label_smoothing_is_one_sided_and_vanishes_at_one() -> None:
    """By default generated samples keep the target 0, and with the target 1 for real ones nothing changes."""
    assert METHODS.describe("label_smoothing").defaults.items() >= {"smoothing_alpha": 0.9, "smoothing_beta": 0}.items()
    unsmoothed = method("label_smoothing", smoothing_alpha=1.0).critic_loss(REAL, FAKE)
    assert unsmoothed.item() == pytest.approx(method("gan").critic_loss(REAL, FAKE).item(), rel=1e-6)


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 0.0), (0.9, 0.0), (0.9, 0.1)])
def test_the_optimal_smoothed_critic(alpha: float, beta: float) -> None:
    """Minimising the loss in the scores gives D = (alpha p + beta q) / (p + q) on discrete distributions."""
    p, q = torch.tensor([50, 30, 20]), torch.tensor([10, 30, 60])
    at_p, at_q = (torch.repeat_interleave(torch.arange(3), counts) for counts in (p, q))
    loss = method("gan+label_smoothing", smoothing_alpha=alpha, smoothing_beta=beta).critic_loss

    def objective(table: Tensor) -> Tensor:
        return loss(table[at_p], table[at_q])

    scores = torch.zeros(3, dtype=torch.float64)
    for _ in range(20):  # Newton's method on a convex function of three numbers
        slope, curvature = (derivative(objective, scores) for derivative in (jacobian, hessian))
        scores = scores - torch.linalg.solve(curvature, slope)
    expected = (alpha * p + beta * q).double() / (p + q)
    torch.testing.assert_close(scores.sigmoid(), expected, atol=1e-12, rtol=0)


@pytest.mark.parametrize(("alpha", "beta"), [(0.5, 0.5), (0.2, 0.9)])
def test_targets_out_of_order_are_refused(alpha: float, beta: float) -> None:
    """Targets that are equal or exchanged are one clear error."""
    with pytest.raises(UserError, match="choose 0 <= smoothing_beta < smoothing_alpha <= 1"):
        method("label_smoothing", smoothing_alpha=alpha, smoothing_beta=beta)


def test_techniques_say_where_they_mean_nothing() -> None:
    """Smoothing needs a logistic critic and virtual batch normalization a generator with batch normalization."""
    assert "needs logistic critic" in (skip_reason("digits", "dcgan", "wgan+label_smoothing") or "")
    assert skip_reason("digits", "dcgan", "gan_minimax+label_smoothing") is None
    assert "needs generator batch norm" in (skip_reason("digits", "mlp", "wgan+virtual_batch_norm") or "")


OUTPUT_REAL = torch.tensor([[9.0, 1.0, 4.0], [9.0, 3.0, 0.0]])
OUTPUT_FAKE = torch.tensor([[7.0, 0.0, 2.0], [7.0, 0.0, 1.0]])


@pytest.mark.parametrize(("distance", "expected"), [("squared", 2**2 + 0.5**2), ("absolute", (2 + 0.5) / 2)])
def test_feature_matching_on_hand_worked_features(distance: str, expected: float) -> None:
    """Means (2, 2) and (0, 1.5) of the features behind one score: ||.||^2 = 4.25, mean |.| = 1.25."""
    loss = method("feature_matching", feature_distance=distance).generator_loss(OUTPUT_FAKE, OUTPUT_REAL)
    assert loss.item() == pytest.approx(expected, rel=1e-6)


def test_scores_are_the_first_columns() -> None:
    """One score is a vector, several are a matrix, and whatever stands behind them is left out."""
    assert scores_in(OUTPUT_REAL, 1).tolist() == [9, 9] and scores_in(REAL, 1) is REAL
    assert scores_in(OUTPUT_REAL, 2).tolist() == [[9, 1], [9, 3]]


def test_a_critic_without_a_linear_layer_is_refused() -> None:
    """Without a last linear layer there are no features, and the error says what to do."""
    with pytest.raises(UserError, match="has no linear layer.*choose an architecture that has one"):
        last_linear(nn.Sequential(nn.Flatten()))


def discrimination(layer: nn.Linear, kernels: int, dims: int, summary: str = "sum") -> MinibatchDiscrimination:
    torch.manual_seed(0)
    return MinibatchDiscrimination(layer, kernels, dims, summary)


@pytest.mark.parametrize("summary", ["sum", "mean"])
def test_minibatch_discrimination_on_hand_worked_features(summary: str) -> None:
    """With T the identity the L1 distances of (0, 0), (1, 0), (0, 2) are 1, 2 and 3."""
    layer = discrimination(nn.Linear(2, 1), kernels=1, dims=2, summary=summary)
    with torch.no_grad():
        layer.tensor.weight.copy_(torch.eye(2))
        layer.linear.weight.copy_(torch.tensor([[0.0, 0.0, 1.0]]))
        layer.linear.bias.zero_()
    e = [math.exp(-k) for k in range(4)]
    others = [e[1] + e[2], e[1] + e[3], e[2] + e[3]]
    expected = [1 + o if summary == "sum" else o / 2 for o in others]
    output = layer(torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]]))
    assert output[:, 0].tolist() == pytest.approx(expected, rel=1e-6)


def test_the_tensor_is_grouped_by_kernel() -> None:
    """Closeness b uses the C columns of kernel b: against a loop over samples and kernels."""
    layer = discrimination(nn.Linear(4, 1), kernels=3, dims=2)
    features = torch.randn(5, 4, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        layer.linear.weight.copy_(torch.tensor([[0.0] * 4 + [1.0, 10.0, 100.0]]))
        layer.linear.bias.zero_()
        output = layer(features)[:, 0]
        matrices = [[layer.tensor.weight[2 * b : 2 * b + 2] @ f for b in range(3)] for f in features]
    for i in range(5):
        close = [sum(math.exp(-float((matrices[i][b] - m[b]).abs().sum())) for m in matrices) for b in range(3)]
        assert output[i].item() == pytest.approx(close[0] + 10 * close[1] + 100 * close[2], rel=1e-5)


def test_the_replaced_layers_weights_are_kept() -> None:
    """Columns of the old features and the bias stay, new ones have the same root mean square."""
    old = nn.Linear(50, 20)
    new = discrimination(old, kernels=200, dims=3)
    kept, added = new.linear.weight.split((50, 200), dim=1)
    assert torch.equal(kept, old.weight) and torch.equal(new.linear.bias, old.bias)
    # 4000 uniform numbers: the standard error of their root mean square is below 1 percent.
    assert added.square().mean().item() == pytest.approx(old.weight.square().mean().item(), rel=0.04)
    assert new.tensor.weight.shape == (600, 50)
    assert new.tensor.weight.square().sum(dim=1).mean().item() == pytest.approx(1, rel=0.04)


def test_a_collapsed_batch_shows_in_the_features() -> None:
    """Identical samples are all at closeness 1: the sum is the batch size, the mean 1 whatever the size."""
    for summary, expected in (("sum", [4.0, 4.0]), ("mean", [1.0, 1.0])):
        layer = discrimination(nn.Linear(3, 2), kernels=2, dims=2, summary=summary)
        with torch.no_grad():
            layer.linear.weight.copy_(torch.tensor([[0.0, 0, 0, 1, 0], [0.0, 0, 0, 0, 1]]))
            layer.linear.bias.zero_()
        assert layer(torch.ones(4, 3))[0].tolist() == pytest.approx(expected)


def test_sums_over_batches_of_different_sizes_are_refused() -> None:
    """Two generated batches at a time would be told from one real batch by their size; the mean is offered."""
    with pytest.raises(UserError, match="choose minibatch_summary mean"):
        method("cramer+minibatch_discrimination")
    assert method("cramer+minibatch_discrimination", minibatch_summary="mean").parametrize is not None


def test_historical_averaging_on_hand_worked_parameters() -> None:
    """Parameters 1 (start), 3 and 8: the mean after two updates is 5.5, the distance 6.25 and its gradient 5."""
    network = nn.Linear(1, 1, bias=False)
    nn.init.constant_(network.weight, 1.0)
    begin_history(network)
    assert distance_from_mean(network).item() == 0
    for value in (3.0, 8.0):
        nn.init.constant_(network.weight, value)
        extend_history(network)
    assert (network.get_buffer(MEAN).tolist(), network.get_buffer(COUNT).item()) == ([5.5], 2)
    distance = distance_from_mean(network)
    assert distance.item() == 6.25
    assert torch.autograd.grad(distance, network.weight)[0].item() == 5


def test_a_network_with_nothing_to_learn_has_an_empty_history() -> None:
    """Fixed parameters are not averaged, and a network without any has distance zero."""
    network = nn.Linear(2, 1).requires_grad_(False)
    begin_history(network)
    extend_history(network)
    assert network.get_buffer(MEAN).shape == (0,) and distance_from_mean(network).item() == 0


def test_virtual_batch_norm_on_hand_worked_numbers() -> None:
    """Reference 0 and 2, sample 5: it is scaled by the statistics of (0, 2, 5), the reference by its own."""
    layer = nn.BatchNorm1d(1, eps=0.0, track_running_stats=False)
    output = VirtualBatchNorm(layer, 2)(torch.tensor([[0.0], [2.0], [5.0]]))[:, 0].tolist()
    deviation = math.sqrt((49 + 1 + 64) / 27)
    assert output == pytest.approx([-1, 1, (5 - 7 / 3) / deviation], rel=1e-6)


def test_virtual_batch_norm_joins_the_reference_with_each_image() -> None:
    """Each image comes out as from a batch normalization of the reference and this image alone."""
    torch.manual_seed(0)
    layer = nn.BatchNorm2d(3, track_running_stats=False)
    nn.init.normal_(layer.weight)
    nn.init.normal_(layer.bias)
    reference, images = torch.randn(6, 3, 4, 4), 2 + torch.randn(5, 3, 4, 4)
    output = VirtualBatchNorm(layer, 6)(torch.cat([reference, images]))
    torch.testing.assert_close(output[:6], layer(reference))
    for image, normalised in zip(images, output[6:], strict=True):
        torch.testing.assert_close(normalised, layer(torch.cat([reference, image[None]]))[-1])


@pytest.mark.parametrize(("progress", "anneal", "deviation"), [(0.0, True, 0.4), (0.75, True, 0.1), (0.75, False, 0.4)])
def test_instance_noise_falls_linearly(progress: float, anneal: bool, deviation: float) -> None:
    """The deviation is noise_std (1 - progress), or noise_std throughout, one number per coordinate."""
    perturb = method("instance_noise", noise_std=0.4, noise_anneal=anneal).perturb
    assert perturb is not None
    x = torch.full((3, 2, 2), 5.0)
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(3))
    noisy = perturb(x, torch.tensor([progress]), torch.Generator().manual_seed(3))
    torch.testing.assert_close(noisy, x + deviation * noise)


def test_annealed_noise_is_gone_at_the_end() -> None:
    """At progress 1 the samples pass unchanged."""
    perturb = method("wgan+instance_noise").perturb
    assert perturb is not None
    x = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    assert torch.equal(perturb(x, torch.ones(1), torch.Generator()), x)


def test_a_technique_cannot_be_named_twice() -> None:
    """Its options would be ambiguous, so the name is refused."""
    with pytest.raises(UserError, match="they cannot be joined"):
        METHODS.describe("gan+instance_noise+instance_noise")
