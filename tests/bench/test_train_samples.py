"""Training on a part of the training split: which samples, that it draws no others, and what it is scored with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from bench import training
from bench.config import Protocol
from bench.data import Source, load, prepare, training_picks, training_source
from bench.errors import UserError
from bench.files import read_table
from bench.measure import measure, sources_for, sources_of
from bench.spec import RunSpec
from bench.training import Controls, train

CPU = torch.device("cpu")
Build = Callable[..., RunSpec]
METRICS = ("spread", "critic_estimate", "critic_estimate_train", "gradient_norm_real")


def picked(spec: RunSpec, results: Path) -> list[int]:
    """The chosen samples as a list."""
    picks = training_picks(spec, results)
    assert picks is not None
    return picks.tolist()


def protocol(split: str = "test") -> Protocol:
    """60 samples of each side, and no classifier."""
    return Protocol(n_real=60, n_fake=60, split=split, extractor="inception", metrics=METRICS)


def test_the_choice_is_the_seeds(tiny_spec: Build, prepared: Path) -> None:
    """Distinct samples of the split, the same for every method, others for another seed, part of any larger choice."""
    spec = tiny_spec(train_samples=50)
    chosen = picked(spec, prepared)
    assert len(set(chosen)) == 50 and 0 <= min(chosen) and max(chosen) < 1438
    assert picked(tiny_spec("mlp", "wgan", train_samples=50), prepared) == chosen
    assert picked(tiny_spec(train_samples=50, seed=1), prepared) != chosen
    assert picked(tiny_spec(train_samples=80), prepared)[:50] == chosen
    assert sorted(picked(tiny_spec(train_samples=1438), prepared)) == list(range(1438))
    assert training_picks(tiny_spec(), prepared) is None


def test_more_than_there_are_is_refused(tiny_spec: Build, results: Path) -> None:
    """Before anything is trained, with the number there is."""
    spec = tiny_spec(train_samples=1439)
    with pytest.raises(UserError, match="'train_samples': got 1439, but .* digits-16 holds 1438 samples; choose at"):
        train(spec, results, Controls(CPU, say=lambda line: None))
    assert not (results / "runs" / spec.run_id / "spec.json").exists()


def test_a_training_draws_no_other_samples(tiny_spec: Build, results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All batches of a run on six samples consist of these six, and each of them is drawn."""
    spec = tiny_spec(train_samples=6)
    drawn: list[Tensor] = []

    def recorded(*arguments: Any, **options: Any) -> Source:
        inner = training_source(*arguments, **options)

        def source(n: int, rng: torch.Generator) -> Tensor:
            drawn.append(inner(n, rng))
            return drawn[-1]

        return source

    monkeypatch.setattr(training, "training_source", recorded)
    train(spec, results, Controls(CPU, say=lambda line: None))
    allowed = load(spec.data, "train", results, training_picks(spec, results)).flatten(1)
    found = torch.cat(drawn).flatten(1).unique(dim=0)
    assert torch.equal(found, allowed.unique(dim=0)) and len(found) == 6


def test_a_part_of_fixed_points(tiny_spec: Build, prepared: Path) -> None:
    """Sets of points that are drawn once have parts too."""
    spec = tiny_spec("toy_mlp", dataset="gaussians25", train_samples=3)
    source = training_source(spec.data, prepared, CPU, picks=training_picks(spec, prepared))
    points = source(50, torch.Generator().manual_seed(0))
    assert len(points.unique(dim=0)) == 3


def test_scores_see_the_part_as_the_training_split(tiny_spec: Build, results: Path) -> None:
    """Metrics of training samples use the 20 there are and say so; those of held-out samples use 60."""
    spec = tiny_spec(train_samples=20)
    train(spec, results, Controls(CPU, say=lambda line: None))
    scores = read_table(measure(spec, protocol(), results) / "scores.parquet").set_index(["metric", "step"])
    seen = {metric: (int(row["n_real"]), row["split"]) for (metric, step), row in scores.iterrows() if step == 6}
    assert seen["critic_estimate_train"] == (20, "train")
    assert seen["critic_estimate"] == seen["spread"] == seen["gradient_norm_real"] == (60, "test")
    scores = read_table(measure(spec, protocol("train"), results) / "scores.parquet").set_index(["metric", "step"])
    assert (scores.loc[("spread", 6), "n_real"], scores.loc[("spread", 6), "split"]) == (20, "train")


class Brightness:
    """An extractor that counts how often it is asked."""

    name, sha256, n_features, knows_contents = "brightness", "0" * 64, 1, False

    def __init__(self) -> None:
        self.asked = 0

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Mean brightness, twice."""
        self.asked += 1
        return images.flatten(1).mean(dim=1, keepdim=True), images.flatten(1).mean(dim=1, keepdim=True)


@pytest.mark.parametrize(("split", "asked", "n_real"), [("test", 1, 60), ("train", 3, 20)])
def test_features_of_held_out_samples_are_shared(
    split: str, asked: int, n_real: int, tiny_spec: Build, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs on parts of a set extract them once for all; those of a training split are each part's own."""
    extractor = Brightness()
    whole = dataclasses.replace(
        sources_of(tiny_spec().data, protocol(split), results=prepared, device="cpu"), extractor=extractor
    )
    monkeypatch.setattr("bench.measure.sources_of", lambda *_, **__: whole)
    sides = [
        sources_for(spec, protocol(split), results=prepared, device="cpu")
        for spec in (tiny_spec(), tiny_spec(train_samples=20), tiny_spec(train_samples=20, seed=1))
    ]
    features = [side.real_features for side in sides for _ in range(2)]
    assert extractor.asked == asked and len(features[-1]) == n_real
    assert torch.equal(features[0], whole.real_features) and sides[0] is whole


def test_prepared_data_do_not_depend_on_it(tiny_spec: Build, prepared: Path) -> None:
    """The prepared set, its classifier and its reference are those of all runs on it."""
    spec, part = tiny_spec(), tiny_spec(train_samples=20)
    assert spec.data == part.data and prepare(part.data, prepared)["n_train"] == 1438
    assert spec.run_id != part.run_id
