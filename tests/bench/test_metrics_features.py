"""Scores in feature space against closed forms, hand-worked cases and second implementations."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from scipy.linalg import sqrtm
from torch import Tensor

from bench.config import Protocol
from bench.files import read_table
from bench.measure import measure
from bench.metrics import features
from bench.metrics.measurable import Measurable, NotApplicable, Unavailable
from bench.spec import RunSpec

Snapshot = Callable[..., Measurable]


def exact_gaussian(mean: list[float], root: Tensor, seed: int, n: int = 200) -> Tensor:
    """n points whose sample mean is `mean` and whose sample covariance is root root^T, exactly."""
    x = torch.randn(n, len(mean), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    x = x - x.mean(dim=0)
    x = x @ torch.linalg.inv(torch.linalg.cholesky(x.T @ x / (n - 1))).T
    return torch.tensor(mean, dtype=torch.float64) + x @ root.T


def test_fid_is_the_closed_form_for_gaussians_with_diagonal_covariances(snapshot: Snapshot) -> None:
    """Commuting covariances: ||mu1 - mu2||^2 + sum (s1 - s2)^2."""
    real = exact_gaussian([0.0, 1.0, 2.0], torch.diag(torch.tensor([1.0, 2.0, 0.5]).double()), seed=1)
    fake = exact_gaussian([1.0, 1.0, 0.0], torch.diag(torch.tensor([2.0, 2.0, 1.5]).double()), seed=2)
    assert features.fid(snapshot(real, fake)) == pytest.approx(5.0 + 1.0 + 0.0 + 1.0, abs=1e-9)


def test_fid_is_the_closed_form_for_covariances_that_do_not_commute(snapshot: Snapshot) -> None:
    """||mu1 - mu2||^2 + Tr(S1 + S2 - 2 (S1^1/2 S2 S1^1/2)^1/2), by scipy's matrix root."""
    rng = torch.Generator().manual_seed(3)
    roots = [torch.randn(4, 4, generator=rng, dtype=torch.float64) for _ in range(2)]
    real, fake = exact_gaussian([0.0] * 4, roots[0], seed=4), exact_gaussian([0.5] * 4, roots[1], seed=5)
    first, second = ((root @ root.T).numpy() for root in roots)
    half = sqrtm(first).real
    expected = 4 * 0.25 + (first + second - 2 * sqrtm(half @ second @ half).real).trace()
    assert features.fid(snapshot(real, fake)) == pytest.approx(expected, rel=1e-6)


def test_fid_is_zero_on_identical_samples_even_when_covariances_are_singular(snapshot: Snapshot) -> None:
    """Fewer samples than features leaves only round-off, whatever its sign."""
    x = torch.randn(20, 30, generator=torch.Generator().manual_seed(6), dtype=torch.float64)
    # Square roots of eigenvalues of size 1e-15 are of size 1e-7.
    assert abs(features.fid(snapshot(x, x))) < 1e-5


def test_kid_is_the_unbiased_mmd_of_the_cubic_kernel(snapshot: Snapshot) -> None:
    """Against a double loop over (x.y / d + 1)^3 that leaves out equal indices."""
    rng = torch.Generator().manual_seed(7)
    real, fake = torch.randn(9, 4, generator=rng).double(), torch.randn(9, 4, generator=rng).double() + 1

    def kernel(a: Tensor, b: Tensor) -> float:
        return float((a @ b / 4 + 1) ** 3)

    def within(x: Tensor) -> float:
        return sum(kernel(x[i], x[j]) for i in range(9) for j in range(9) if i != j) / (9 * 8)

    between = sum(kernel(a, b) for a in real for b in fake) / 81
    assert features.kid(snapshot(real, fake)) == pytest.approx(within(real) + within(fake) - 2 * between, rel=1e-9)


def test_kid_takes_subsets_of_equal_size_when_sample_counts_differ(snapshot: Snapshot) -> None:
    """With 40 against 25 samples the mean over subsets stays near the full estimate, and repeats exactly."""
    rng = torch.Generator().manual_seed(8)
    real, fake = torch.randn(40, 3, generator=rng).double(), torch.randn(25, 3, generator=rng).double() + 2
    once, again = (features.kid(snapshot(real, fake)) for _ in range(2))
    assert once == again
    assert once == pytest.approx(features.kid(snapshot(real[:25], fake)), rel=0.3)


def test_precision_counts_fakes_in_real_balls(snapshot: Snapshot) -> None:
    """Reals 0 1 2 3 have radii 3 2 2 3; of the fakes only 7 is outside every ball; fake balls hold all reals."""
    m = snapshot(torch.tensor([[0.0], [1.0], [2.0], [3.0]]), torch.tensor([[-2.0], [1.5], [5.5], [7.0]]))
    assert features.precision(m) == 0.75
    assert features.recall(m) == 1.0


def test_recall_counts_reals_in_fake_balls(snapshot: Snapshot) -> None:
    """Fakes crowded at 0 lie in real balls, but theirs reach only the real at 0."""
    m = snapshot(torch.tensor([[0.0], [1.0], [2.0], [3.0]]), torch.tensor([[0.0], [0.1], [0.2], [0.3]]))
    assert features.precision(m) == 1.0
    assert features.recall(m) == 0.25


def test_precision_needs_more_samples_than_neighbours(snapshot: Snapshot) -> None:
    """Three samples have no third neighbour."""
    x = torch.zeros(3, 1)
    with pytest.raises(NotApplicable, match="more than 3 samples"):
        features.precision(snapshot(x, x))


@pytest.mark.parametrize(("sharpness", "expected"), [(1000.0, 10.0), (0.0, 1.0)])
def test_inception_score_is_the_number_of_classes_for_certain_balanced_labels(
    snapshot: Snapshot, sharpness: float, expected: float
) -> None:
    """One-hot predictions spread over ten classes score 10, uniform ones score 1."""
    logits = sharpness * torch.eye(10).repeat(10, 1)
    assert features.inception_score(snapshot(logits, logits)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("metric", [features.fid, features.kid])
def test_distances_grow_with_a_shift(snapshot: Snapshot, metric: Callable[[Measurable], float]) -> None:
    """Moving the generated samples away raises the distance."""
    x = torch.randn(100, 4, generator=torch.Generator().manual_seed(9))
    values = [metric(snapshot(x, x + shift)) for shift in (0.0, 0.5, 1.0, 2.0)]
    assert values == sorted(values) and values[0] < values[1] - 0.1


def test_a_missing_library_is_named(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without torch-fidelity the metric is unavailable, not wrong."""
    monkeypatch.setitem(sys.modules, "torch_fidelity.metric_fid", None)
    with pytest.raises(Unavailable, match="torch-fidelity is not installed"):
        features.fid(snapshot(torch.zeros(5, 2), torch.zeros(5, 2)))


def test_the_real_side_is_fitted_once(
    trained: tuple[Path, dict[str, RunSpec]], protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snapshots of a run share mean and covariance of the real features: one more fit than there are snapshots."""
    module = pytest.importorskip("torch_fidelity.metric_fid")
    inner, fitted = module.fid_features_to_statistics, []

    def counted(given: Tensor) -> dict[str, Any]:
        fitted.append(given)
        return inner(given)

    monkeypatch.setattr(module, "fid_features_to_statistics", counted)
    features._statistics_of_reals.cache_clear()
    one_metric = dataclasses.replace(protocol, metrics=("fid",))
    scores = read_table(measure(trained[1]["images"], one_metric, trained[0]) / "scores.parquet")
    assert (scores["metric"] == "fid").sum() == 3 and len(fitted) == 4
