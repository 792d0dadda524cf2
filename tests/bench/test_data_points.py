"""Points: the published distributions, those with parameters, and the line."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from bench.catalogue import DATASETS
from bench.data import load, prepare, source_of, training_source
from bench.datasets import Dataset
from bench.errors import UserError
from bench.spec import DataSpec, resolve_data

CPU = torch.device("cpu")
POINTS = ("gaussians8", "gaussians25", "swiss_roll")


def test_preparing_twice_gives_the_same_bytes(tmp_path: Path, prepared: Path) -> None:
    """Preparation has no randomness of its own."""
    for name in POINTS:
        assert prepare(DataSpec(name), tmp_path)["sha256"] == prepare(DataSpec(name), prepared)["sha256"]


@pytest.mark.parametrize(("name", "count", "radius"), [("gaussians8", 8, 2 / 1.414), ("gaussians25", 25, None)])
def test_mixtures_have_their_published_modes(name: str, count: int, radius: float | None, prepared: Path) -> None:
    """Every mode gets its share of the points, with its centre and deviation."""
    dataset: Dataset = DATASETS.builder(name)()
    assert dataset.modes is not None
    centres, deviation = dataset.modes
    points = training_source(DataSpec(name), prepared, CPU)(50_000, torch.Generator().manual_seed(0))
    nearest = torch.cdist(points, centres).argmin(dim=1)
    offsets = points - centres[nearest]
    assert len(centres) == count
    assert nearest.bincount().float().div(50_000).sub(1 / count).abs().max() < 0.01
    assert offsets.std().item() == pytest.approx(deviation, rel=0.02)
    if radius:
        torch.testing.assert_close(centres.norm(dim=1), torch.full((8,), radius))


def test_gaussians25_is_the_published_grid() -> None:
    """Centres are 2 {-2..2}^2 / 2.828 and there are 100,000 fixed points."""
    dataset: Dataset = DATASETS.builder("gaussians25")()
    assert dataset.modes is not None
    expected = {(round(2 * i / 2.828, 5), round(2 * j / 2.828, 5)) for i in range(-2, 3) for j in range(-2, 3)}
    assert {tuple(round(v, 5) for v in centre) for centre in dataset.modes[0].tolist()} == expected
    assert len(dataset.arrays(0, Path()).train) == 100_000


def test_swiss_roll_has_scikit_learns_distribution(prepared: Path) -> None:
    """Both coordinates pass a two-sample Kolmogorov-Smirnov test against scikit-learn's generator."""
    from scipy.stats import ks_2samp
    from sklearn.datasets import make_swiss_roll

    ours = training_source(DataSpec("swiss_roll"), prepared, CPU)(20_000, torch.Generator().manual_seed(0)).numpy()
    theirs = make_swiss_roll(20_000, noise=0.25, random_state=0)[0][:, [0, 2]] / 7.5
    for axis in range(2):
        assert ks_2samp(ours[:, axis], theirs[:, axis]).pvalue > 0.01


@pytest.mark.parametrize(
    ("general", "published"), [("gaussians_ring", "gaussians8"), ("gaussians_grid", "gaussians25")]
)
def test_default_parameters_give_the_published_modes(general: str, published: str) -> None:
    """Centres to the bit, and the deviation."""
    ours, theirs = (DATASETS.builder(name)().modes for name in (general, published))
    assert torch.equal(ours[0], theirs[0]) and ours[1] == theirs[1]


@pytest.mark.parametrize(
    ("name", "options", "centres"),
    [
        ("gaussians_ring", {"modes": 4, "radius": 3.0, "scale": 1.0}, [[3, 0], [0, 3], [-3, 0], [0, -3]]),
        ("gaussians_grid", {"side": 2, "spacing": 4.0, "scale": 2.0}, [[-1, -1], [-1, 1], [1, -1], [1, 1]]),
        ("two_gaussians", {"separation": 3.0}, [[-1.5], [1.5]]),
    ],
)
def test_parameters_place_the_modes(
    name: str, options: dict[str, Any], centres: list[list[float]], tmp_path: Path
) -> None:
    """Hand-worked centres; the points prepared and drawn lie around them and share the folder of these options only."""
    std = {"std_left": 0.01, "std_right": 0.03} if name == "two_gaussians" else {"std": 0.02}
    data = resolve_data(name, 0, options | std)
    modes = source_of(data).modes
    assert modes is not None
    torch.testing.assert_close(modes[0], torch.tensor(centres, dtype=torch.float32))
    assert prepare(data, tmp_path)["options"] == data.options and data.data_id != name
    drawn = training_source(data, tmp_path, CPU)(4000, torch.Generator().manual_seed(0))
    for points in (load(data, "test", tmp_path), drawn):
        distance, nearest = torch.cdist(points, modes[0]).min(dim=1)
        # Chance of one point beyond six deviations in the plane: exp(-18).
        assert distance.max() < 6 * 0.03
        shares = nearest.bincount(minlength=len(centres)) / len(points)
        assert (shares - 1 / len(centres)).abs().max() < 0.04


@pytest.mark.parametrize("name", ["gaussians_ring", "gaussians_grid"])
def test_a_scale_of_zero_is_refused(name: str) -> None:
    """Nothing can be divided by it."""
    with pytest.raises(UserError, match="option 'scale': got 0.0, expected a positive number"):
        resolve_data(name, 0, {"scale": 0.0})


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("gaussians_ring", {"modes": 1, "radius": 0.0, "std": 0.0}),
        ("gaussians_grid", {"side": 1, "spacing": 0.0, "std": 0.0}),
        ("two_gaussians", {"separation": 0.0, "std_left": 0.0, "std_right": 0.0}),
    ],
)
def test_other_parameters_may_be_zero(name: str, options: dict[str, Any], tmp_path: Path) -> None:
    """All points are then the origin."""
    data = resolve_data(name, 0, options)
    prepare(data, tmp_path)
    drawn = training_source(data, tmp_path, CPU)(5, torch.Generator().manual_seed(0))
    assert not load(data, "train", tmp_path).any() and not drawn.any()


def test_two_gaussians_have_their_own_deviations(tmp_path: Path) -> None:
    """Mean and deviation of each side of the line, from 100,000 points of well separated components."""
    data = resolve_data("two_gaussians", 0, {"separation": 10.0, "std_left": 0.5, "std_right": 1.0})
    points = training_source(data, tmp_path, CPU)(100_000, torch.Generator().manual_seed(0))
    assert points.shape == (100_000, 1)
    for side, mean, std in ((points[points < 0], -5, 0.5), (points[points > 0], 5, 1.0)):
        error = std / math.sqrt(len(side))
        assert side.mean().item() == pytest.approx(mean, abs=4 * error)
        assert side.std().item() == pytest.approx(std, abs=4 * error / math.sqrt(2))
