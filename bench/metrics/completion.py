"""Completions of half images: how far from the truth, and how different from each other.

A conditional generator is given the left half of a held-out image and draws the
right half. With y the true right half and y_1 .. y_8 completions of the same
left half, each of d pixels (channels counted), and |v| = sqrt(sum v^2 / d):

    error      mean over left halves and completions of |y_i - y|
    diversity  mean over left halves and pairs i < j of |y_i - y_j|
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from bench.metrics.generation import generate
from bench.metrics.measurable import Failed, Measurable, NotApplicable

COMPLETIONS = 8
"""Completions of each left half."""


def completion_error(m: Measurable) -> float:
    """Root mean square distance per pixel of a completed right half from the true one.

    Paper: Bellemare et al. (2017), The Cramer Distance as a Solution to Biased Wasserstein Gradients
    Their figures show completions; the number is defined here, see the module. Completions that vary as
    the truth does are further from it than their own mean is.
    """
    completed = _completions(m)
    truth = right_half(m.sources.splits[m.protocol.split][: len(completed)]).flatten(1)
    return float(_rms(completed - truth[:, None]).mean())


def completion_diversity(m: Measurable) -> float:
    """Mean root mean square distance per pixel between eight completions of the same left half.

    Paper: Bellemare et al. (2017), The Cramer Distance as a Solution to Biased Wasserstein Gradients
    Their figures show completions; the number is defined here, see the module. On real samples: between the
    right halves of eight different images.
    """
    if m.samples is None:
        return _mean_distance(_completions(m))
    groups = len(m.fake) // COMPLETIONS
    if not groups:
        raise NotApplicable(f"needs at least {COMPLETIONS} samples, got {len(m.fake)}")
    halves = right_half(m.fake[: groups * COMPLETIONS])
    return _mean_distance(halves.flatten(1).unflatten(0, (groups, COMPLETIONS)))


def right_half(images: Tensor) -> Tensor:
    """What a generator that completes images draws: (n, c, h, w) -> (n, c, h, w - w // 2)."""
    return images[..., images.shape[3] // 2 :]


def _completions(m: Measurable) -> Tensor:
    """Right halves (left halves, COMPLETIONS, pixels), as many left halves as n_fake allows."""
    if not m.conditional:
        raise NotApplicable("this generator draws whole images")
    halves = min(len(m.real), max(1, m.protocol.n_fake // COMPLETIONS))
    given = m.given(halves * COMPLETIONS, each=COMPLETIONS)
    assert given is not None

    def made() -> Tensor:
        latents = torch.randn(len(given), m.latent_dim, generator=m.rng("completions"))
        images = generate(m.generator, latents, m.rng("completions filler"), device=m.device, given=given)
        return right_half(images).flatten(1).unflatten(0, (halves, COMPLETIONS))

    completed = m.once("completions", made)
    m.provenance.n_real, m.provenance.n_fake = halves, halves * COMPLETIONS
    if not torch.isfinite(completed).all():
        raise Failed("some completions are not finite")
    return completed


def _mean_distance(groups: Tensor) -> float:
    """Mean over the pairs within each group, (groups, size, pixels)."""
    first, second = torch.triu_indices(groups.shape[1], groups.shape[1], offset=1)
    return math.fsum(float(_rms(group[first] - group[second]).mean()) for group in groups) / len(groups)


def _rms(differences: Tensor) -> Tensor:
    return differences.double().square().mean(dim=-1).sqrt()
