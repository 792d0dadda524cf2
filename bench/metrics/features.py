"""Sample quality in the space of a feature extractor, by torch-fidelity's own formulas.

The formulas are called on features directly, in double precision; which
extractor made the features is part of every score's row.
"""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import Any

from torch import Tensor

from bench.metrics.measurable import Measurable, NotApplicable, Unavailable

KID_SUBSETS = 100
"""torch-fidelity's default number of subsets."""

KID_SUBSET_SIZE = 1000
"""Binkowski et al. (2018), section 4; smaller where there are fewer samples."""

NEIGHBOURHOOD = 3
"""Kynkaanniemi et al. (2019), section 3: distance to the third nearest neighbour."""

PAIR_ROWS = 1000
"""Rows of the distance matrix held at a time."""

SCORE_SPLITS = 10
"""Salimans et al. (2016), section 4: ten groups, each of at least SCORE_SPLIT_SIZE samples here."""

SCORE_SPLIT_SIZE = 100


def fid(m: Measurable) -> float:
    """Frechet distance between Gaussians fitted to real and generated features.

    Paper: Heusel et al. (2017), GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium
    Covariances are singular when samples are fewer than features: the value is
    then defined, but biased upwards (round-off may make it slightly negative on identical samples).
    """
    torch_fidelity = _library("metric_fid")
    real = _statistics_of_reals(m.real_features)
    fake = torch_fidelity.fid_features_to_statistics(m.fake_features)
    return torch_fidelity.fid_statistics_to_metric(fake, real, False)[torch_fidelity.KEY_METRIC_FID]


def kid(m: Measurable) -> float:
    """Unbiased squared MMD with the cubic polynomial kernel, averaged over subsets.

    Paper: Binkowski et al. (2018), Demystifying MMD GANs
    Where one subset already holds every sample, one is enough. Unbiased, hence
    negative about half the time when the distributions agree.
    """
    torch_fidelity = _library("metric_kid")
    real, fake = m.real_features, m.fake_features
    size = min(KID_SUBSET_SIZE, len(real), len(fake))
    subsets = 1 if size == len(real) == len(fake) else KID_SUBSETS
    scores = torch_fidelity.kid_features_to_metric(fake, real, kid_subsets=subsets, kid_subset_size=size, verbose=False)
    return scores[torch_fidelity.KEY_METRIC_KID_MEAN]


def precision(m: Measurable) -> float:
    """Fraction of generated samples inside the real manifold (balls to the third neighbour).

    Paper: Kynkaanniemi et al. (2019), Improved Precision and Recall Metric for Assessing Generative Models
    """
    return _precision_recall(m)["precision"]


def recall(m: Measurable) -> float:
    """Fraction of real samples inside the generated manifold (balls to the third neighbour).

    Paper: Kynkaanniemi et al. (2019), Improved Precision and Recall Metric for Assessing Generative Models
    """
    return _precision_recall(m)["recall"]


def inception_score(m: Measurable) -> float:
    """exp E KL(p(y|x) || p(y)), averaged over groups of samples; y is the extractor's own classes.

    Paper: Salimans et al. (2016), Improved Techniques for Training GANs
    """
    torch_fidelity = _library("metric_isc")
    logits = m.fake_logits
    splits = max(1, min(SCORE_SPLITS, len(logits) // SCORE_SPLIT_SIZE))
    return torch_fidelity.isc_features_to_metric(logits, splits=splits)[torch_fidelity.KEY_METRIC_ISC_MEAN]


@functools.lru_cache(maxsize=4)
def _statistics_of_reals(features: Tensor) -> dict[str, Any]:
    """Mean and covariance. All snapshots of a process share the tensor, which is known by its identity."""
    return _library("metric_fid").fid_features_to_statistics(features)


def _precision_recall(m: Measurable) -> dict[str, float]:
    torch_fidelity = _library("metric_prc")
    real, fake = m.real_features, m.fake_features
    fewest = min(len(real), len(fake))
    if fewest <= NEIGHBOURHOOD:
        raise NotApplicable(f"needs more than {NEIGHBOURHOOD} samples on each side, got {fewest}")
    settings = {"prc_neighborhood": NEIGHBOURHOOD, "prc_batch_size": PAIR_ROWS, "save_cpu_ram": True, "verbose": False}
    return m.once("precision and recall", lambda: torch_fidelity.prc_features_to_metric(fake, real, **settings))


def _library(module: str) -> ModuleType:
    try:
        return importlib.import_module(f"torch_fidelity.{module}")
    except ImportError as error:
        raise Unavailable("torch-fidelity is not installed") from error
