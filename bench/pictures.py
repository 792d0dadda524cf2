"""What is shown of a run: the last snapshot's samples, and samples of all snapshots from the same latents."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from bench import samples
from bench.metrics.generation import generate
from bench.metrics.measurable import Networks, Sources
from bench.spec import RunSpec, seed_for

GRID_SIDE = 8
PROGRESS_COLUMNS = 10
POINTS_SHOWN = 1000

COMPLETIONS_SHOWN = GRID_SIDE - 2
"""Of each left half, between the half itself and the true image."""


def fixed_samples(spec: RunSpec, networks: Networks, sources: Sources, *, device: str) -> Tensor:
    """Returns samples from latents that all methods and steps of a data set and seed share.

    A conditional generator completes each of GRID_SIDE left halves COMPLETIONS_SHOWN times in a row.
    """
    rng = torch.Generator().manual_seed(seed_for("fixed latents", spec.data_id, spec.seed))
    given = None
    if networks.architecture.conditional:
        given = _completed(sources).repeat_interleave(COMPLETIONS_SHOWN, dim=0)
    n = POINTS_SHOWN if sources.kind == "points" else GRID_SIDE**2
    latents = torch.randn(n if given is None else len(given), networks.architecture.latent_dim, generator=rng)
    return generate(networks.generator, latents, rng, device=device, given=given)


def last(sources: Sources, networks: Networks, fake: Tensor) -> bytes:
    """Returns the picture of one snapshot's fixed samples.

    Completions are shown in rows: the given half, its completions, the true image.
    """
    if not networks.architecture.conditional:
        return samples_alone(sources, fake)
    truth = _completed(sources)
    half = truth.clone()
    half[..., truth.shape[3] // 2 :] = float("nan")
    rows = fake.unflatten(0, (len(truth), COMPLETIONS_SHOWN))
    return samples.image_grid(torch.cat([half[:, None], rows, truth[:, None]], dim=1).flatten(0, 1), columns=GRID_SIDE)


def progress(sources: Sources, networks: Networks, shown: Mapping[int, Tensor]) -> bytes:
    """Returns the picture of all snapshots: a row of images, or a plot, per step."""
    if sources.kind == "points":
        return samples.point_plots(sources.splits["train"][:POINTS_SHOWN], shown)
    every = COMPLETIONS_SHOWN if networks.architecture.conditional else 1
    rows = [images[::every][:PROGRESS_COLUMNS] for images in shown.values()]
    return samples.image_grid(torch.cat(rows), columns=len(rows[0]))


def samples_alone(sources: Sources, fake: Tensor) -> bytes:
    """Returns a grid of images, or a plot of points over real ones."""
    if sources.kind == "points":
        return samples.point_plot(sources.splits["train"][:POINTS_SHOWN], fake[:POINTS_SHOWN])
    return samples.image_grid(fake[: GRID_SIDE**2], columns=GRID_SIDE)


def _completed(sources: Sources) -> Tensor:
    """The real images whose left halves are completed."""
    return sources.splits[sources.protocol.split][:GRID_SIDE]
