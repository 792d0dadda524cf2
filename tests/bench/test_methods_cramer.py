"""Cramer GAN: its distances against scipy and by hand, its penalty on a known witness."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bench.catalogue import METHODS
from bench.methods.cramer import distance, energy_distance, surrogate_loss
from bench.methods.method import interpolate


def test_energy_distance_against_scipy() -> None:
    """On the line, the energy-distance estimate agrees with scipy's energy distance, squared."""
    from scipy.stats import energy_distance as scipy_energy_distance

    rng = torch.Generator().manual_seed(0)
    n = 100_000
    real = torch.randn(n, 1, generator=rng, dtype=torch.float64)
    fake = 1 + torch.randn(2 * n, 1, generator=rng, dtype=torch.float64)
    estimate = energy_distance(real, fake).item()
    reference = scipy_energy_distance(real[:, 0].numpy(), fake[:, 0].numpy()) ** 2
    # Paired draws have a standard error of about 0.005 at this n.
    assert estimate == pytest.approx(reference, abs=0.02)


# One real point and two generated ones, in a triangle of sides 3, 4, 5 with one corner at the origin.
REAL, FAKE = torch.tensor([[3.0, 4.0]]), torch.tensor([[0.0, 0.0], [3.0, 0.0]])


def test_surrogate_on_hand_worked_points() -> None:
    """The critic's surrogate is its six distances."""
    by_hand = (5 + 4) / 2 - 5 - 3 + 0 / 2 + 3 / 2
    # The smoothing under the roots moves each distance by at most sqrt(1e-5).
    assert -surrogate_loss(REAL, FAKE).item() == pytest.approx(by_hand, abs=0.01)
    assert distance(REAL, 0.0).item() == pytest.approx(5.0, abs=1e-5)


@pytest.mark.parametrize(
    ("objective", "by_hand"),
    [("energy_distance", 5 + 4 - 3), ("surrogate", (4 - 5) - (3 - 0))],
)
def test_generator_objectives_on_hand_worked_points(objective: str, by_hand: float) -> None:
    """The energy distance is three distances; the one-sample form is f(r) - f(g1), f(x) = |x - g2| - |x|."""
    loss = METHODS.builder("cramer")(generator_objective=objective).generator_loss(FAKE, REAL)
    # The smoothing under the roots moves each distance by at most sqrt(1e-5).
    assert loss.item() == pytest.approx(by_hand, abs=0.01)


def test_the_critics_surrogate_is_the_one_sample_form_over_both_orders() -> None:
    """Averaging the generator's one-sample form over the order of g1 and g2 gives minus the critic's loss."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(6, 3, generator=rng), torch.randn(12, 3, generator=rng)
    loss = METHODS.builder("cramer")(generator_objective="surrogate").generator_loss
    both = (loss(fake, real) + loss(fake.roll(6, dims=0), real)) / 2
    torch.testing.assert_close(both, -surrogate_loss(real, fake))


def test_one_output_is_enough() -> None:
    """With a scalar critic, whose scores have no second axis, distances are absolute differences."""
    torch.testing.assert_close(distance(torch.tensor([3.0, -1.0]), 0.0), torch.tensor([3.0, 1.0]), atol=1e-5, rtol=0)


def test_penalty_on_the_identity_critic() -> None:
    """With h(x) = x the witness is |x - g2| - |x - r|, whose gradient is a difference of unit vectors."""
    rng = torch.Generator().manual_seed(0)
    real, fake = torch.randn(6, 2, generator=rng), torch.randn(12, 2, generator=rng)
    penalty = METHODS.builder("cramer")().penalty
    value = penalty(nn.Identity(), real, fake, torch.Generator().manual_seed(1)).item()
    points = interpolate(real, fake[:6], torch.Generator().manual_seed(1))
    gradient = nn.functional.normalize(points - fake[6:]) - nn.functional.normalize(points - real)
    # The smoothing of the norms changes unit vectors at distance d by about 1e-5 / d^2.
    assert value == pytest.approx(10 * ((gradient.norm(dim=1) - 1) ** 2).mean().item(), rel=2e-3)
