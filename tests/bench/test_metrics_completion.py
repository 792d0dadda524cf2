"""Completions of half images, on generators whose answer is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from bench.catalogue import METHODS
from bench.metrics import completion, critic
from bench.metrics.measurable import Failed, Measurable, NeedsNetworks, NotApplicable

Snapshot = Callable[..., Measurable]


class Keeps(nn.Module):
    """Keeps the left half and fills the right half with the first latent times `noise`, plus `shift`."""

    def __init__(self, noise: float, shift: float = 0.0) -> None:
        super().__init__()
        self.noise = nn.Parameter(torch.tensor(noise))
        self.shift = shift

    def forward(self, latents: Tensor, images: Tensor) -> Tensor:
        filled = images.clone()
        filled[..., 2:] = self.noise * latents[:, :1, None, None] + self.shift
        return filled


@pytest.fixture
def real() -> Tensor:
    """40 black images with four columns; image k has the value k in its left half."""
    images = torch.zeros(40, 1, 4, 4)
    images[..., :2] = torch.arange(40.0)[:, None, None, None]
    return images


def test_the_error_of_a_constant_completion(snapshot: Snapshot, real: Tensor) -> None:
    """Right halves of 0.5 against black ones: 0.5 per pixel, from 40 / 8 = 5 left halves; no diversity."""
    m = snapshot(real, generator=Keeps(0.0, 0.5), critic=nn.Identity(), conditional=True)
    with m.noting() as read:
        assert completion.completion_error(m) == pytest.approx(0.5)
    assert (read.n_real, read.n_fake, read.split) == (5, 40, "test")
    assert completion.completion_diversity(m) == 0.0


def test_the_diversity_of_gaussian_completions(snapshot: Snapshot, real: Tensor) -> None:
    """Right halves s z with z normal: E |s z - s z'| = 2 s / sqrt(pi), and the error is E |s z| = s sqrt(2 / pi)."""
    reals = real.repeat(50, 1, 1, 1)
    m = snapshot(reals, n_fake=16_000, generator=Keeps(3.0), critic=nn.Identity(), conditional=True)
    # 2,000 groups of 8: standard errors of about 0.02 and 0.015.
    assert completion.completion_diversity(m) == pytest.approx(6 / torch.pi**0.5, abs=0.08)
    assert completion.completion_error(m) == pytest.approx(3 * (2 / torch.pi) ** 0.5, abs=0.06)


def test_generated_samples_complete_the_splits_images_in_order(snapshot: Snapshot, real: Tensor) -> None:
    """Sample i has the left half of real image i, and from the start again where more are asked for."""
    m = snapshot(real, n_fake=130, generator=Keeps(1.0), critic=nn.Identity(), conditional=True)
    assert m.fake[:, 0, 0, 0].tolist() == [k % 40 for k in range(130)]
    assert len(m.fake[:, 0, 0, 3].unique()) == 130


def test_real_images_have_the_diversity_of_different_right_halves(snapshot: Snapshot) -> None:
    """Seven black images and a white one in every eight: 7 of 28 pairs are 2 apart."""
    samples = torch.full((16, 1, 4, 4), -1.0)
    samples[::8] = 1.0
    m = snapshot(samples, samples)
    assert completion.completion_diversity(m) == pytest.approx(2 * 7 / 28)
    with pytest.raises(NeedsNetworks):
        completion.completion_error(m)
    with pytest.raises(NotApplicable, match="needs at least 8"):
        completion.completion_diversity(snapshot(samples[:5], samples[:5]))


def test_other_generators_complete_nothing(snapshot: Snapshot, real: Tensor) -> None:
    """Not applicable, with the reason."""
    m = snapshot(real, generator=nn.Linear(3, 2), critic=nn.Identity())
    for metric in (completion.completion_error, completion.completion_diversity):
        with pytest.raises(NotApplicable, match="draws whole images"):
            metric(m)


def test_completions_that_are_not_finite_fail(snapshot: Snapshot, real: Tensor) -> None:
    """As those of a diverged run."""
    m = snapshot(real, generator=Keeps(float("inf")), critic=nn.Identity(), conditional=True)
    with pytest.raises(Failed, match="not finite"):
        completion.completion_error(m)


def test_the_generators_gradient_passes_through_completions(snapshot: Snapshot, real: Tensor) -> None:
    """Loss -mean over pixels of the image: the noise factor has the gradient -mean(z) / 2."""
    m = snapshot(
        real,
        generator=Keeps(1.0),
        critic=nn.Sequential(nn.Flatten(), nn.AvgPool1d(16), nn.Flatten(0)),
        method=METHODS.builder("wgan")(),
        conditional=True,
        n_fake=100,
    )
    draws = m.rng("generator gradient")
    expected = abs(float(torch.randn(100, 3, generator=draws)[:, 0].mean())) / 2
    with m.noting() as read:
        assert critic.generator_gradient_norm(m) == pytest.approx(expected, rel=1e-4)
    assert (read.n_real, read.split) == (100, "train")
