"""Generating samples to be scored or shown, always in batches of the same size."""

from __future__ import annotations

import torch
from torch import Tensor, nn

GENERATION_BATCH = 100
"""Latents per generator call. Batch normalization makes samples depend on the batch, so it never varies."""


def generate(
    generator: nn.Module, latents: Tensor, filler: torch.Generator, *, device: str, given: Tensor | None = None
) -> Tensor:
    """Returns one sample per latent, on the CPU, generated in full batches of GENERATION_BATCH.

    The last batch is filled up with further latents whose samples are dropped,
    so that every sample is normalised with the same number of others. `given`
    holds one image per latent for a generator that completes images.
    """
    missing = -len(latents) % GENERATION_BATCH
    inputs = [torch.cat([latents, torch.randn(missing, latents.shape[1], generator=filler)])]
    if given is not None:
        inputs.append(given[torch.arange(len(inputs[0])) % len(given)])
    batches = zip(*(part.split(GENERATION_BATCH) for part in inputs), strict=True)
    with torch.no_grad():
        made = [generator(*(part.to(device) for part in batch)).float().cpu() for batch in batches]
    return torch.cat(made)[: len(latents)]
