"""Points whose distribution is known: mixtures of Gaussians and the Swiss roll.

`gaussians8`, `gaussians25` and `swiss_roll` are those of the official gan_toy.py
of Gulrajani et al. (2017); the others have parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bench.datasets import Arrays, Dataset
from bench.spec import seed_for

POINTS_HELD_OUT = 10_000
GRID_POINTS = 100_000
"""Fixed training points of a grid, as in gan_toy.py."""


def gaussians8() -> Dataset:
    """Eight Gaussians on a circle: radius 2, deviation 0.02, all divided by 1.414; new points every batch.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1
    """
    return _fresh_mixture("gaussians8", _ring(8, 2.0, 1.414), 0.02 / 1.414)


def gaussians_ring(*, modes: int = 8, radius: float = 2.0, std: float = 0.02, scale: float = 1.414) -> Dataset:
    """Gaussians spread evenly on a circle, everything divided by a scale; new points every batch.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1

    Args:
        modes: number of Gaussians.
        radius: of the circle, before the division.
        std: deviation of each Gaussian, before the division.
        scale: what everything is divided by.
    """
    return _fresh_mixture("gaussians_ring", _ring(modes, radius, scale), std / scale)


def gaussians25() -> Dataset:
    """Twenty-five Gaussians on a 5x5 grid: spacing 2, deviation 0.05, all divided by 2.828; 100,000 fixed points.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1
    """
    return _fixed_mixture("gaussians25", _grid(5, 2.0, 2.828), 0.05 / 2.828)


def gaussians_grid(*, side: int = 5, spacing: float = 2.0, std: float = 0.05, scale: float = 2.828) -> Dataset:
    """Gaussians on a square grid, everything divided by a scale; 100,000 fixed points.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1

    Args:
        side: Gaussians in a row and in a column.
        spacing: distance of neighbours, before the division.
        std: deviation of each Gaussian, before the division.
        scale: what everything is divided by.
    """
    return _fixed_mixture("gaussians_grid", _grid(side, spacing, scale), std / scale)


def two_gaussians(*, separation: float = 4.0, std_left: float = 0.5, std_right: float = 0.5) -> Dataset:
    """Two Gaussians on the line, equally likely, their centres apart by `separation`; new points every batch.

    Paper: Arjovsky et al. (2017), Wasserstein GAN, figure 2
    The figure sets one Gaussian against the other; here their mixture is what a generator has to learn.

    Args:
        separation: the means are -separation / 2 and separation / 2.
        std_left: deviation around the smaller mean.
        std_right: deviation around the larger mean.
    """
    centres = torch.tensor([[-separation / 2], [separation / 2]])
    return _fresh_mixture("two_gaussians", centres, torch.tensor([std_left, std_right]))


def swiss_roll() -> Dataset:
    """The Swiss roll of scikit-learn with noise 0.25, its first and third axis divided by 7.5; new points every batch.

    Paper: Gulrajani et al. (2017), Improved Training of Wasserstein GANs, figure 1
    """

    def draw(n: int, rng: torch.Generator) -> Tensor:
        angle = 1.5 * math.pi * (1 + 2 * torch.rand(n, generator=rng, device=rng.device))
        spiral = torch.stack([angle * angle.cos(), angle * angle.sin()], dim=1)
        return (spiral + 0.25 * torch.randn(n, 2, generator=rng, device=rng.device)) / 7.5

    return Dataset(_fresh_arrays("swiss_roll", draw), "computed", draw=draw)


def _ring(modes: int, radius: float, scale: float) -> Tensor:
    angles = torch.arange(modes, dtype=torch.float64) * (2 * math.pi / modes)
    return (radius * torch.stack([angles.cos(), angles.sin()], dim=1) / scale).float()


def _grid(side: int, spacing: float, scale: float) -> Tensor:
    axis = spacing * (torch.arange(side, dtype=torch.float64) - (side - 1) / 2)
    return (torch.cartesian_prod(axis, axis) / scale).float()


def _fresh_mixture(name: str, centres: Tensor, deviation: Tensor | float) -> Dataset:
    """Training draws new points for every batch; the mode of each is drawn too."""

    def draw(n: int, rng: torch.Generator) -> Tensor:
        picks = torch.randint(len(centres), (n,), generator=rng, device=rng.device)
        noise = torch.randn(n, centres.shape[1], generator=rng, device=rng.device)
        spread = deviation.to(rng.device)[picks, None] if isinstance(deviation, Tensor) else deviation
        return centres.to(rng.device)[picks] + spread * noise

    return Dataset(_fresh_arrays(name, draw), "computed", draw=draw, modes=(centres, deviation))


def _fixed_mixture(name: str, centres: Tensor, deviation: float) -> Dataset:
    """Training draws from fixed points, equally many of each mode."""

    def arrays(image_size: int, downloads: Path) -> Arrays:
        del image_size, downloads
        rng = torch.Generator().manual_seed(_seed(name))
        counts = (max(1, total // len(centres)) for total in (GRID_POINTS, POINTS_HELD_OUT))
        train, test = (_around(centres, deviation, count, rng) for count in counts)
        return Arrays(train, _no_labels(train), test, _no_labels(test))

    return Dataset(arrays, "computed", modes=(centres, deviation))


def _fresh_arrays(name: str, draw: Callable[[int, torch.Generator], Tensor]) -> Callable[[int, Path], Arrays]:
    def arrays(image_size: int, downloads: Path) -> Arrays:
        del image_size, downloads
        rng = torch.Generator().manual_seed(_seed(name))
        train, test = (draw(POINTS_HELD_OUT, rng).numpy() for _ in range(2))
        return Arrays(train, _no_labels(train), test, _no_labels(test))

    return arrays


def _around(centres: Tensor, deviation: float, per_mode: int, rng: torch.Generator) -> np.ndarray:
    points = centres.repeat_interleave(per_mode, dim=0)
    return (points + deviation * torch.randn(points.shape, generator=rng)).numpy()


def _no_labels(points: np.ndarray) -> np.ndarray:
    return np.full(len(points), -1, dtype=np.int64)


def _seed(name: str) -> int:
    return seed_for("dataset", name)
