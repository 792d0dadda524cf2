"""f-GAN: every variational bound against its divergence in closed form, on discrete and Gaussian distributions."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.integrate import quad

from bench.catalogue import METHODS
from bench.methods.fgan import DIVERGENCES

NAMES = [name for name in METHODS if METHODS[name].target == "bench.methods.fgan:fgan"]

# The score v at which g(v) = f'(u), u the density ratio p / q; solved by hand.
OPTIMAL: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "fgan_kl": lambda u: np.log(u) + 1,
    "fgan_reverse_kl": np.log,
    "fgan_pearson": lambda u: 2 * (u - 1),
    "fgan_neyman": lambda u: 2 * np.log(u),
    "fgan_hellinger": lambda u: np.log(u) / 2,
    "fgan_js": np.log,
    "fgan_gan": np.log,
}


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    m = (p + q) / 2
    return float((p * np.log(p / m)).sum() / 2 + (q * np.log(q / m)).sum() / 2)


# Divergences written out as in textbooks, not through f.
DISCRETE: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "fgan_kl": lambda p, q: float((p * np.log(p / q)).sum()),
    "fgan_reverse_kl": lambda p, q: float((q * np.log(q / p)).sum()),
    "fgan_pearson": lambda p, q: float(((p - q) ** 2 / q).sum()),
    "fgan_neyman": lambda p, q: float(((p - q) ** 2 / p).sum()),
    "fgan_hellinger": lambda p, q: float(((np.sqrt(p) - np.sqrt(q)) ** 2).sum()),
    "fgan_js": lambda p, q: 2 * jensen_shannon(p, q),
    "fgan_gan": lambda p, q: 2 * jensen_shannon(p, q) - math.log(4),
}

SHIFT = 0.8


def gaussian_jensen_shannon(shift: float) -> float:
    """JS of N(shift, 1) and N(0, 1) by adaptive quadrature of its definition."""

    def integrand(x: float) -> float:
        p, q = (math.exp(-((x - mean) ** 2) / 2) / math.sqrt(2 * math.pi) for mean in (shift, 0.0))
        m = (p + q) / 2
        return (p * math.log(p / m) + q * math.log(q / m)) / 2

    return float(quad(integrand, -12, 12 + shift, epsabs=1e-12)[0])


# P = N(SHIFT, 1), Q = N(0, 1).
GAUSSIAN = {
    "fgan_kl": SHIFT**2 / 2,
    "fgan_reverse_kl": SHIFT**2 / 2,
    "fgan_pearson": math.exp(SHIFT**2) - 1,
    "fgan_neyman": math.exp(SHIFT**2) - 1,
    "fgan_hellinger": 2 - 2 * math.exp(-(SHIFT**2) / 8),
    "fgan_js": 2 * gaussian_jensen_shannon(SHIFT),
    "fgan_gan": 2 * gaussian_jensen_shannon(SHIFT) - math.log(4),
}

P, Q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])


def drawn(scores: np.ndarray, weights: np.ndarray) -> torch.Tensor:
    """Scores of 1000 samples that have exactly the frequencies `weights`."""
    return torch.tensor(np.repeat(scores, (weights * 1000).round().astype(int)))


def test_all_seven_divergences_are_registered() -> None:
    """Each row of the table has one name, and each name fixes its divergence."""
    presets = [METHODS[name].preset["divergence"] for name in NAMES]
    assert sorted(presets) == sorted(DIVERGENCES) and len(presets) == 7
    assert all("divergence" not in METHODS.describe(name).defaults for name in NAMES)
    assert NAMES == list(OPTIMAL)


@pytest.mark.parametrize("name", NAMES)
def test_bound_is_tight_on_discrete_distributions(name: str) -> None:
    """At T = f'(p / q) the estimate is the divergence of P from Q, and minus the critic's loss."""
    built = METHODS.builder(name)()
    scores = OPTIMAL[name](P / Q)
    real, fake = drawn(scores, P), drawn(scores, Q)
    assert built.critic_estimate(real, fake).item() == pytest.approx(DISCRETE[name](P, Q), rel=1e-12)
    assert built.critic_loss(real, fake).item() == -built.critic_estimate(real, fake).item()


@pytest.mark.parametrize("name", NAMES)
def test_bound_is_tight_on_gaussians(name: str) -> None:
    """E_P g(v) - E_Q f*(g(v)) at the optimal v, integrated on a grid, is the closed form."""
    x = np.linspace(-14, 14 + SHIFT, 200_001)
    p, q = (np.exp(-((x - mean) ** 2) / 2) / math.sqrt(2 * math.pi) for mean in (SHIFT, 0.0))
    scores = torch.tensor(OPTIMAL[name](p / q))
    row = DIVERGENCES[METHODS[name].preset["divergence"]]
    bound = np.trapezoid(p * row.activation(scores).numpy() - q * row.conjugate(scores).numpy(), x)
    assert bound == pytest.approx(GAUSSIAN[name], rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_no_critic_exceeds_the_divergence(name: str) -> None:
    """The estimate is a lower bound: below the divergence for random critics, near it for nearly optimal ones."""
    rng = np.random.default_rng(0)
    estimate, divergence = METHODS.builder(name)().critic_estimate, DISCRETE[name](P, Q)
    best = OPTIMAL[name](P / Q)
    for spread in (2.0, 0.5, 0.1):
        for scores in best + spread * rng.standard_normal((100, 3)):
            assert estimate(drawn(scores, P), drawn(scores, Q)).item() < divergence
    near = best + 1e-4
    assert estimate(drawn(near, P), drawn(near, Q)).item() == pytest.approx(divergence, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_conjugate_is_that_of_the_activation(name: str) -> None:
    """f*(t) = sup_u (u t - f(u)), by a fine search over u, equals the row's f*(g(v)) at t = g(v)."""
    u = np.geomspace(1e-5, 1e4, 400_001)
    f = {
        "fgan_kl": u * np.log(u),
        "fgan_reverse_kl": -np.log(u),
        "fgan_pearson": (u - 1) ** 2,
        "fgan_neyman": (u - 1) ** 2 / u,
        "fgan_hellinger": (np.sqrt(u) - 1) ** 2,
        "fgan_js": u * np.log(u) - (u + 1) * np.log((u + 1) / 2),
        "fgan_gan": u * np.log(u) - (u + 1) * np.log(u + 1),
    }[name]
    row = DIVERGENCES[METHODS[name].preset["divergence"]]
    scores = torch.linspace(-1.5, 1.5, 7, dtype=torch.float64)
    for t, conjugate in zip(row.activation(scores).tolist(), row.conjugate(scores).tolist(), strict=True):
        # The grid's ratio of 1 + 5e-5 leaves an error of the order of its square.
        assert (u * t - f).max() == pytest.approx(conjugate, abs=1e-7)


@pytest.mark.parametrize("saturating", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_generators_raise_their_scores(name: str, saturating: bool) -> None:
    """Either generator loss falls as any generated sample's score rises, with the derivative of its formula."""
    built = METHODS.builder(name)(saturating=saturating)
    fake = torch.linspace(-1.5, 1.5, 7, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(built.generator_loss(fake, None), fake)
    row = DIVERGENCES[METHODS[name].preset["divergence"]]
    formula = row.conjugate if saturating else row.activation
    step = 1e-6
    slope = (formula(fake.detach() + step) - formula(fake.detach() - step)) / (2 * step)
    assert (gradient < 0).all()
    torch.testing.assert_close(gradient, -slope / 7, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("saturating", "name"), [(False, "gan"), (True, "gan_minimax")])
def test_the_gans_divergence_gives_the_gan(saturating: bool, name: str) -> None:
    """With the GAN's f both players' losses are those of `gan`, or of `gan_minimax` where the generator saturates."""
    ours, reference = METHODS.builder("fgan_gan")(saturating=saturating), METHODS.builder(name)()
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([-1.0, 0.0])
    torch.testing.assert_close(ours.critic_loss(real, fake), reference.critic_loss(real, fake))
    torch.testing.assert_close(ours.generator_loss(fake, None), reference.generator_loss(fake, None))
    bound = 2 * reference.critic_estimate(real, fake) - math.log(4)
    torch.testing.assert_close(ours.critic_estimate(real, fake), bound)


@pytest.mark.parametrize(("name", "least"), [("fgan_js", -math.log(4)), ("fgan_gan", 0.0), ("fgan_hellinger", -2.0)])
def test_large_scores_stay_exact(name: str, least: float) -> None:
    """A critic that is sure and right has the smallest loss, where g and f* one after the other overflow."""
    loss = METHODS.builder(name)().critic_loss(torch.tensor([80.0]), torch.tensor([-80.0]))
    assert loss.item() == pytest.approx(least, abs=1e-6)
