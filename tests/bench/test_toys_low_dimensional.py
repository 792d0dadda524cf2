"""What the studies of supports of low dimension rest on, a second way."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from bench.methods.gan import minimax_loss
from bench.toys import noisy_lines, planes
from claims.judges.noisy_lines import divergence, gradient, score


def test_the_best_accuracy_on_one_plane_is_that_of_two_normal_distributions() -> None:
    """Means 1 apart: Phi(1/2), within four standard errors; the cut is half way between the means."""
    case = planes.Case(4, shared=True)
    real, (generated,) = planes.distributions(case, first=0, seeds=1)
    draws = torch.Generator().manual_seed(0)
    with torch.no_grad():
        points = torch.cat([one(torch.randn(4000, 20, generator=draws)) for one in (real, generated)])
    found = planes.ratio(real, generated, points)
    assert planes.accuracy(found) == pytest.approx(stats.norm.cdf(0.5), abs=4 * math.sqrt(0.25 / 8000))
    assert torch.allclose(found, (0.5 - points[:, 0]).double(), atol=1e-3)


def test_planes_that_differ_can_be_told_apart_and_with_noise_less_well() -> None:
    """The ratio of densities is right for every point; with noise it is scipy's, and errs."""
    accuracies = []
    for case in (planes.Case(4), planes.Case(4, noise=0.5)):
        real, generators = planes.distributions(case, first=3, seeds=2)
        assert not torch.allclose(generators[0].spread, generators[1].spread)
        draws = torch.Generator().manual_seed(1)
        with torch.no_grad():
            points = torch.cat([one(torch.randn(1000, 20, generator=draws)) for one in (real, generators[0])])
        found = planes.ratio(real, generators[0], points)
        accuracies.append(planes.accuracy(found))
    laws = [stats.multivariate_normal(cov=(one.spread @ one.spread.T).double()) for one in (real, generators[0])]
    assert np.allclose(found, laws[0].logpdf(points) - laws[1].logpdf(points), atol=1e-4)
    assert accuracies[0] == 1.0 and 0.8 < accuracies[1] < 0.98


def test_random_directions_are_orthonormal_and_the_noise_fills_the_space() -> None:
    """The covariance is a projection on the plane plus noise^2 in all directions."""
    _, (generated,) = planes.distributions(planes.Case(8, noise=0.5), first=0, seeds=1)
    eigenvalues = torch.linalg.eigvalsh(generated.spread @ generated.spread.T)
    assert torch.allclose(eigenvalues, torch.tensor([0.25] * 8 + [1.25] * 8), atol=1e-5)


@pytest.mark.parametrize("width", [0.25, 0.5, 1.0])
def test_the_divergence_of_noisy_lines_by_adaptive_quadrature(width: float) -> None:
    """JS of N(0, s^2) and N(1, s^2) from its definition."""

    def integrand(x: float) -> float:
        p, q = stats.norm.pdf(x, 0, width), stats.norm.pdf(x, 1, width)
        return sum(one * math.log(2 * one / (p + q)) / 2 for one in (p, q))

    exact = integrate.quad(integrand, -6 * width, 1 + 6 * width, points=[0, 0.5, 1])[0]
    assert divergence(width) == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize("width", [0.25, 0.5, 1.0])
def test_the_gradient_at_the_optimum_by_differences_of_the_cost(width: float) -> None:
    """The discriminator stays and the generated line moves by 1e-4 either way; it is pushed towards the real one."""
    noise = width * stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)

    def cost(place: float) -> float:
        return float(minimax_loss(torch.as_tensor(score(place + noise, width))))

    slope = (cost(1 + 1e-4) - cost(1 - 1e-4)) / 2e-4
    assert slope > 0
    assert gradient(width) == pytest.approx(slope, rel=2e-3)


def test_a_noisy_line_has_the_noise_in_both_directions() -> None:
    """Variance (s GAP)^2 across the line and 1 + (s GAP)^2 along it."""
    spread = noisy_lines.noisy_line(0.5)
    assert torch.allclose(spread @ spread.T, torch.diag(torch.tensor([0.25, 1.25])))


def test_a_quick_study_looks_at_every_width_and_starts_a_gap_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every replication has a row before and after the generator's steps, and none has moved before."""
    monkeypatch.setattr(noisy_lines, "WIDTHS", (0.0, 1.0))
    rows = noisy_lines.study(np.random.default_rng(0), "quick")
    first = rows[rows["generator_steps"] == 0]
    assert set(first["distance"]) == {1.0} and set(first["width"]) == {0.0, 1.0}
    assert (rows.groupby(["width", "replicate"]).size() == 2).all()
