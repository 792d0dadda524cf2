"""What the study of the optimal discriminator rests on, a second way."""

from __future__ import annotations

import math

import numpy as np
from scipy import integrate, stats

from claims.studies import ideal_discriminator as study
from claims.studies.divergences import jensen_shannon


def test_the_criterion_is_twice_the_divergence_less_log_4() -> None:
    """On random laws; and a step with D held as it is goes down the criterion's own gradient."""
    rng = np.random.default_rng(0)
    for p, q in rng.dirichlet(np.ones(6), (20, 2)):
        assert abs(study.criterion(p, q) - 2 * jensen_shannon(p, q) + math.log(4)) < 1e-12
        numeric = [
            (study.criterion(p, q + h) - study.criterion(p, q - h)) / 2e-7 for h in 1e-7 * (np.eye(6) - np.eye(6)[0])
        ]
        moved = np.log(study.step(p, q, 1.0) / q)
        assert np.allclose(moved - moved[0], -np.array(numeric), atol=1e-4, rtol=1e-4)


def _criterion_of(means: np.ndarray) -> float:
    def integrand(x: float) -> float:
        p, q = (stats.norm.pdf(x, at).mean() for at in (study.CENTRES, means))
        return p * math.log(p / (p + q)) + q * math.log(q / (p + q))

    return integrate.quad(integrand, -16, 16, limit=200)[0]


def test_the_gradient_of_the_means_is_that_of_the_criterion() -> None:
    """Central differences of adaptive quadrature."""
    means = np.array([-4.0, 1.0, 3.5])
    numeric = [(_criterion_of(means + h) - _criterion_of(means - h)) / 2e-3 for h in 1e-3 * np.eye(3)]
    assert np.allclose(study.mean_gradient(means[None])[0], numeric, atol=1e-5)
