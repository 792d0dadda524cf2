"""The numbers behind the studies of techniques, a second way."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from bench.toys import historical_averaging, label_smoothing, virtual_batch_norm


def games(weight: float, etas: list[float], steps: int) -> pd.DataFrame:
    starts = np.array([[1.0] * len(etas), [0.0] * len(etas)])
    rows = pd.DataFrame(historical_averaging.played(weight, np.array(etas), starts, steps))
    return rows.assign(distance=np.hypot(rows["x"], rows["y"]))


def test_the_game_alone_grows_by_its_exact_factor() -> None:
    """Every simultaneous step multiplies the distance by sqrt(1 + eta^2)."""
    rows = games(0.0, [0.1, 0.5], 64)
    assert rows["distance"].to_numpy() == pytest.approx((1 + rows["eta"] ** 2) ** (rows["step"] / 2))


def test_two_steps_with_the_term_by_hand() -> None:
    """The first step starts at the mean, the second is pulled to the only position so far, where it stands too."""
    rows = games(1.0, [0.5], 3).set_index("step")
    first = complex(1, 0.5)
    second = first * (1 + 0.5j)
    third = second + 0.5 * (1j * second - 2 * (second - (first + second) / 2))
    for step, u in ((1, first), (2, second), (3, third)):
        if step in rows.index:
            assert complex(rows.loc[step, "x"], rows.loc[step, "y"]) == pytest.approx(u, rel=1e-6)
    assert 3 in rows.index


@pytest.mark.parametrize("weight", [0.3, 0.5, 1.0])
def test_the_slow_part_solves_the_equation_of_the_mean(weight: float) -> None:
    """With u = 2 w m / (2 w - i) the mean obeys t dm/dt = u - m, so |m| has the real part of u / m - 1 as its power."""
    power = (2 * weight / (2 * weight - 1j) - 1).real
    assert power == pytest.approx(-1 / (1 + 4 * weight**2))


@pytest.mark.parametrize("weight", [0.3, 0.5, 1.0])
def test_the_fast_part_neither_grows_nor_falls_at_the_bound(weight: float) -> None:
    """|1 - 2 w eta + i eta| is 1 for eta = 4 w / (1 + 4 w^2), less below and more above."""
    bound = 4 * weight / (1 + 4 * weight**2)
    factors = [abs(1 - 2 * weight * eta + 1j * eta) for eta in (0.9 * bound, bound, 1.1 * bound)]
    assert factors[0] < 1 < factors[2] and factors[1] == pytest.approx(1)


def test_the_shortest_perturbation_of_a_linear_score_is_the_distance_to_its_line() -> None:
    """Never below it, and within the resolution above; what no length reaches counts as the last."""
    critic = nn.Sequential(nn.Linear(2, 1), nn.Flatten(0))
    with torch.no_grad():
        critic[0].weight.copy_(torch.tensor([[3.0, 4.0]]))
        critic[0].bias.fill_(-1.0)
    points = torch.tensor([[0.0, 0.0], [0.5, 0.5], [1.0, -0.2], [60.0, 80.0]])
    distances = (points @ torch.tensor([3.0, 4.0]) - 1).abs().numpy() / 5
    found = label_smoothing.shortest(critic, points)
    ratio = label_smoothing.RADII[1] / label_smoothing.RADII[0] / math.cos(math.pi / label_smoothing.DIRECTIONS)
    assert (found[:3] >= distances[:3]).all() and (found[:3] <= ratio * distances[:3]).all()
    assert found[3] == label_smoothing.RADII[-1]


def test_dependence_is_nought_without_normalization_and_exact_for_centring() -> None:
    """A layer that takes the batch's mean away moves a sample by the spread of that mean, 1 / sqrt(n) of its own."""

    class Centred(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x - x.mean(dim=0)

    spec = virtual_batch_norm._specs("gan", {}, 0, 1)[0]
    alone = virtual_batch_norm._among_others(nn.Identity(), spec)
    assert max(row["largest"] for row in alone) < 1e-14
    centred = {row["batch_size"]: row["spread"] for row in virtual_batch_norm._among_others(Centred(), spec)}
    for size in (16, 64):
        assert centred[size] == pytest.approx(1 / math.sqrt(size), rel=0.3)
