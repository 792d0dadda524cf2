"""Instance noise (Sønderby et al., 2017; Arjovsky and Bottou, 2017, section 3).

The critic is shown x + s e for real and generated x alike, e standard normal, so
that it compares two densities that overlap, p_r * N(0, s^2) and p_g * N(0, s^2).
The noise falls linearly over the training: s = noise_std (1 - progress).
"""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor

from bench.methods.method import Method


def instance_noise(method: Method, *, noise_std: float = 0.1, noise_anneal: bool = True) -> Method:
    """Gaussian noise on all samples the critic sees, falling to zero over the training.

    Paper: Sønderby et al. (2017), Amortised MAP Inference for Image Super-resolution
    The deviation depends on the data's scale; 0.1 for images in [-1, 1] is that of the noise before the
    critic in the ImageNet code of Salimans et al. (2016), where it stays constant.

    Args:
        method: any.
        noise_std: standard deviation at the first step, in units of the samples.
        noise_anneal: whether it falls linearly, to reach 0 with the end of the last step.
    """

    def perturb(x: Tensor, progress: Tensor, rng: torch.Generator) -> Tensor:
        if method.perturb:
            x = method.perturb(x, progress, rng)
        remaining = 1 - progress if noise_anneal else torch.ones_like(progress)
        return x + noise_std * remaining * torch.randn(x.shape, generator=rng, device=x.device)

    return dataclasses.replace(method, perturb=perturb)
