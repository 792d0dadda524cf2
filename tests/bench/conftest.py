"""Fixtures of the measuring tests: snapshots made by hand, and one small trained run of each kind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bench.config import Protocol
from bench.data import prepare
from bench.features import train_extractor
from bench.metrics.measurable import Measurable, NoValue, Sources
from bench.spec import RunSpec, resolve, resolve_data
from bench.training import Controls, train

PROTOCOL = Protocol(n_real=120, n_fake=120, split="test", extractor="classifier")


class Flat:
    """An extractor that does nothing: features and logits are the numbers themselves."""

    name = "flat"
    sha256 = "0" * 64
    n_features = 0
    knows_contents = True

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(n, ...) -> flattened, twice."""
        return images.flatten(1), images.flatten(1)


@pytest.fixture
def snapshot() -> Callable[..., Measurable]:
    """Builds a Measurable from given tensors: `fake` as samples, or `networks` by name."""

    def build(
        real: Tensor,
        fake: Tensor | None = None,
        *,
        modes: Any = None,
        extractor: Any = None,
        n_fake: int = 0,
        **networks: Any,
    ) -> Measurable:
        protocol = Protocol(n_real=len(real), n_fake=n_fake or len(real if fake is None else fake))
        sources = Sources("made-up", "points", protocol, {"train": real, "test": real}, modes, extractor or Flat())
        latent_dim = networks.pop("latent_dim", 3)
        architecture = SimpleNamespace(latent_dim=latent_dim, conditional=networks.pop("conditional", False))
        group = SimpleNamespace(**networks, architecture=architecture) if networks else None
        return Measurable(sources, "made-up/run", 7, networks=group, samples=fake)

    return build


@pytest.fixture
def no_extractor() -> NoValue:
    """The reason for having no extractor."""
    return NoValue("none here")


def linear(weights: list[float]) -> nn.Module:
    """A critic x -> <w, x>, with scores of shape (n,)."""
    layer = nn.Linear(len(weights), 1, bias=False)
    layer.weight.data = torch.tensor([weights])
    return nn.Sequential(layer, nn.Flatten(0))


@pytest.fixture
def linear_critic() -> Callable[[list[float]], nn.Module]:
    """Builds critics that are linear functions."""
    return linear


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, RunSpec]]:
    """A results folder with data, classifier and tiny trained runs: images, spectral norm, completion, points."""
    results = tmp_path_factory.mktemp("trained")
    small = {"width": 4, "critic_width": 4, "latent_dim": 8}
    settings = {
        "images": {"dataset": "digits", "architecture": "dcgan", "method": "gan", "architecture_options": small},
        "spectral": {"dataset": "digits", "architecture": "mlp", "method": "sngan", "architecture_options": small},
        "completion": {
            "dataset": "digits",
            "architecture": "dcgan_completion",
            "method": "cramer",
            "architecture_options": small | {"context_dim": 8},
        },
        "points": {
            "dataset": "gaussians8",
            "architecture": "toy_mlp",
            "method": "cramer",
            "architecture_options": {"width": 16},
        },
    }
    common = {"batch_size": 8, "generator_steps": 6, "snapshots": 3}
    specs = {}
    for name, run in settings.items():
        size = 0 if name == "points" else 16
        specs[name] = resolve({**common, **run, "image_size": size})
        prepare(specs[name].data, results)
        train(specs[name], results, Controls(torch.device("cpu"), say=lambda line: None))
    train_extractor(specs["images"].data, results)
    return results, specs


@pytest.fixture(scope="session")
def stacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with stacked MNIST at 16x16 and its classifier; skips where there is no real data."""
    if not os.environ.get("GANCLAIMS_DATA"):
        pytest.skip("GANCLAIMS_DATA is not set; this test reads real data sets")
    results = tmp_path_factory.mktemp("stacked")
    train_extractor(resolve_data("stacked_mnist", 16), results)
    return results


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """A protocol of 120 samples and every metric."""
    return PROTOCOL
