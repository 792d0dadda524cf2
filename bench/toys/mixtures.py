"""What the studies of learning a mixture of Gaussians share: trainings looked at on their way.

At every look the same latent vectors and the same real points are used, so that what changes between
looks is the generator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from bench.catalogue import DATASETS
from bench.ensemble import Ensemble
from bench.metrics.transport import wasserstein1
from bench.toys.common import Effort, sampled, together

POINTS = 256
"""Points per side of a transport distance."""

SAMPLES = 4000
"""Samples whose modes are counted."""

NETWORKS: dict[str, Any] = {
    "architecture": "toy_mlp",
    "architecture_options": {"width": 32, "critic_width": 32},
    "batch_size": 64,
}


@dataclass(frozen=True)
class Schedule:
    """How long to train and how often to look.

    Args:
        steps: generator steps at full effort.
        looks: after the one at step 0, evenly spaced, the last one at the end.
    """

    steps: int
    looks: int

    def checkpoints(self, effort: Effort) -> list[int]:
        """Returns the generator steps at which to look."""
        total = effort.steps(self.steps)
        return sorted({round(total * look / self.looks) for look in range(self.looks + 1)})


def trained(
    settings: Mapping[str, Any], first: int, effort: Effort, schedule: Schedule
) -> tuple[Ensemble, list[dict[str, Any]]]:
    """Trains replications together and looks at all of them on the way.

    Returns:
        The trained ensemble, and one row per look and replicate: `replicate`, `step` and what `look` finds.
    """
    ensemble = together({**NETWORKS, **settings}, first, effort.seeds)
    rows: list[dict[str, Any]] = []
    for step in schedule.checkpoints(effort):
        while ensemble.step < step:
            ensemble.train_step()
        rows += [{"replicate": k, "step": step, **look(ensemble, k)} for k in range(effort.seeds)]
    return ensemble, rows


def look(ensemble: Ensemble, index: int) -> dict[str, float]:
    """Measures the generator of one replication.

    Returns:
        `distance`, W1 between generated and real points; `collapsed`, what it would be with every sample at the
        mean of the data; `least_share`, the samples of the rarest mode, as a multiple of what it would get were all
        equally frequent; `uncovered`, the share of the modes with less than a quarter of that, and `lost`, the number
        of those with less than a twentieth. What is not finite has no distance, and no modes.
    """
    real = ensemble.source(POINTS, torch.Generator().manual_seed(index))
    samples = drawn(ensemble, index, SAMPLES)
    collapsed = float((real - real.mean(dim=0)).norm(dim=1).mean())
    centres = mode_centres(ensemble)
    if not samples.isfinite().all():
        blank = {"distance": float("nan"), "least_share": 0.0, "uncovered": 1.0, "lost": len(centres)}
        return {"collapsed": collapsed, **blank}
    shares = mode_shares(samples, centres)
    return {
        "distance": wasserstein1(samples[:POINTS], real),
        "collapsed": collapsed,
        "least_share": float(shares.min()),
        "uncovered": float((shares < 1 / 4).double().mean()),
        "lost": int((shares < 1 / 20).sum()),
    }


def drawn(ensemble: Ensemble, index: int, n: int) -> Tensor:
    """Draws n points of one replication's generator, the same latent vectors each time."""
    networks = ensemble.networks(index)
    return sampled(networks.generator, networks.architecture.latent_dim, n, index)


def mode_centres(ensemble: Ensemble) -> Tensor:
    """Returns the centres of the mixture that an ensemble is trained on, (modes, dimension)."""
    modes = DATASETS.builder(ensemble.spec.dataset)(**ensemble.spec.dataset_options).modes
    assert modes is not None
    return modes[0]


def mode_shares(samples: Tensor, centres: Tensor) -> Tensor:
    """Returns how often each centre is the nearest to a sample, as a multiple of an equal share, (modes,)."""
    nearest = torch.cdist(samples.double(), centres.double()).argmin(dim=1)
    return nearest.bincount(minlength=len(centres)) * len(centres) / len(samples)
