"""Mode coverage, where the modes are known: components of a mixture, or classes.

With p_k the fraction of generated samples at mode k of K, the divergence from
uniform coverage is sum_k p_k log(K p_k) nats. A sample is at the nearest
centre of a mixture, or in the class a classifier gives it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from bench.metrics.measurable import Assignment, Extractor, Measurable, NotApplicable, NoValue

KEPT = 1 / 20
"""Multiple of an equal share of the samples below which a mode is lost, as in the toy trainings on mixtures."""

WITHIN_STD = 3.0
"""Srivastava et al. (2017), section 4.1: a sample within three standard deviations of a mode is of high quality."""


@dataclass(frozen=True)
class MixtureModes:
    """The components of a Gaussian mixture.

    Args:
        centres: (k, dimension).
        deviation: of every component, or (k,).
    """

    centres: Tensor
    deviation: Tensor | float

    def assign(self, m: Measurable) -> Assignment:
        """The nearest component; near within WITHIN_STD of its deviations."""
        distance, mode = torch.cdist(m.fake.double(), self.centres.double()).min(dim=1)
        reach = WITHIN_STD * torch.as_tensor(self.deviation).double().expand(len(self.centres))
        return Assignment(mode, distance <= reach[mode], len(self.centres))


@dataclass(frozen=True)
class ClassModes:
    """The classes of a data set, each a mode, told apart by the classifier trained on it.

    Args:
        classifier: the trained classifier, whatever the features are of; or why there is none.
        n_classes: number of classes.
    """

    classifier: Extractor | NoValue
    n_classes: int

    def assign(self, m: Measurable) -> Assignment:
        """The likeliest class; every sample counts."""
        mode = m.outputs(self.classifier)[1].argmax(dim=1)
        return Assignment(mode, torch.ones_like(mode, dtype=torch.bool), self.n_classes)


def modes_covered(m: Measurable) -> float:
    """Number of modes with at least one sample, of high quality where modes are components of a mixture.

    Paper: Srivastava et al. (2017), VEEGAN: Reducing Mode Collapse in GANs using Implicit Variational Learning
    """
    mode, near, _ = _assign(m)
    return float(len(mode[near].unique()))


def modes_kept(m: Measurable) -> float:
    """Number of modes with at least a twentieth of an equal share of the samples, sharp or not.

    Paper: Metz et al. (2017), Unrolled Generative Adversarial Networks
    Section 3.3 counts the classes that a classifier gives to samples; the least share is ours. Every sample counts for
    the mode it is nearest to, so that blurred samples of all modes keep all of them, where `modes_covered` asks for
    sharp ones. With fewer than twenty samples a mode one is enough, and with few of them some modes lack one by
    chance: compare with the reference row.
    """
    mode, _, n_modes = _assign(m)
    return float((mode.bincount(minlength=n_modes) >= KEPT * len(mode) / n_modes).sum())


def mode_kl(m: Measurable) -> float:
    """Divergence in nats of the samples' modes from the uniform distribution over all modes.

    Paper: Metz et al. (2017), Unrolled Generative Adversarial Networks
    Not zero on finitely many uniform samples: about (modes - 1) / (2 samples); compare with the reference row.
    """
    mode, _, n_modes = _assign(m)
    shares = mode.bincount(minlength=n_modes).double() / len(mode)
    return float(torch.xlogy(shares, shares).sum()) + math.log(n_modes)


def high_quality_fraction(m: Measurable) -> float:
    """Fraction of samples within three standard deviations of the nearest mode.

    Paper: Srivastava et al. (2017), VEEGAN: Reducing Mode Collapse in GANs using Implicit Variational Learning
    """
    return float(_assign(m).near.double().mean())


def _assign(m: Measurable) -> Assignment:
    if m.sources.modes is None:
        raise NotApplicable(f"{m.sources.data_id} has no known modes")
    return m.sources.modes.assign(m)
