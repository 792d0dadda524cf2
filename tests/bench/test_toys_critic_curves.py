"""What the study of two Gaussians rests on, a second way."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy import integrate, stats

from bench.toys import critic_curves
from bench.toys.affine import Affine, normal
from claims.judges.critic_curves import NEAR_OPTIMUM, curves, divergence, saturation


def test_an_affine_generator_and_the_stream_of_real_points_have_the_stated_law() -> None:
    """Mean and covariance of 20,000 points, within five standard errors."""
    spread, mean = torch.tensor([[1.0, 0.0], [1.0, 2.0]]), torch.tensor([3.0, -1.0])
    rng = torch.Generator().manual_seed(0)
    generated = Affine(spread, mean)(torch.randn(20_000, 2, generator=rng)).detach()
    for points in (generated, normal(mean, spread)(20_000, rng)):
        assert torch.allclose(points.mean(0), mean, atol=5 * math.sqrt(5 / 20_000))
        assert torch.allclose(points.T.cov(), spread @ spread.T, atol=5 * math.sqrt(2 * 25 / 20_000))


def test_the_optimal_discriminator_passes_the_gate_and_saturates() -> None:
    """Its logit is -6 x; the divergence it gives equals adaptive quadrature of the two densities."""
    x = np.linspace(-8, 8, 161)
    found = {"x": x, "score": -6 * x[None], "slope": np.full((1, 161), -6.0)}

    def integrand(at: float) -> float:
        p, q = stats.norm.pdf(at, -3), stats.norm.pdf(at, 3)
        return sum(one * math.log(2 * one / (p + q)) / 2 for one in (p, q))

    exact = integrate.quad(integrand, -12, 12, points=[-3, 0, 3])[0]
    assert abs(divergence(found)[0] - exact) < 1e-6
    assert exact > 0.98 * math.log(2) > NEAR_OPTIMUM * math.log(2)
    assert abs(saturation(found)[0] - stats.norm.cdf(3 - math.log(99) / 6)) < 0.01


def test_the_slopes_of_the_study_are_those_of_its_scores() -> None:
    """A quick study has both checkpoints, and central differences of the scores agree with the slopes off kinks."""
    rows = critic_curves.study(np.random.default_rng(0), "quick")
    assert rows.groupby("method")["critic_steps"].nunique().eq(2).all()
    found = curves(rows, "gan")
    differences = (found["score"][:, 2:] - found["score"][:, :-2]) / (found["x"][2:] - found["x"][:-2])
    assert np.median(np.abs(differences - found["slope"][:, 1:-1])) < 1e-3
