"""Critics trained against a pair of distributions that stays as it is: the data, and the data plus noise.

Gulrajani et al. (2017), section 3.1: the generator is held fixed at the real
distribution plus unit-variance Gaussian noise. As in the official gan_toy.py
(FIXED_GENERATOR) the noise is added to the batch that the critic is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from bench.ensemble import Ensemble
from bench.toys.common import CPU, dimension, replications, source_of

SAMPLES = 4096


class FixedPairs(Ensemble):
    """Replications whose critics learn to tell real samples from the same samples plus N(0, I)."""

    def fakes(self, real: Tensor) -> Tensor:
        """Adds unit-variance noise, drawn from each replication's own latent stream."""
        noise = [
            torch.randn(batch.shape, generator=state.streams["latent"])
            for batch, state in zip(real, self.states, strict=True)
        ]
        return real + torch.stack(noise)


def fixed_pairs(settings: Mapping[str, Any], first: int, count: int) -> FixedPairs:
    """Returns `count` replications of the critic alone; see `bench.toys.common.together`."""
    specs = replications(settings, first, count)
    source = source_of(specs[0])
    return FixedPairs(specs, (dimension(source),), source, CPU)
