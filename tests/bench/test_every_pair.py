"""Every architecture with every method: three steps with finite numbers, or a stated reason for leaving it out."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import torch

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS
from bench.config import load
from bench.data import training_source
from bench.spec import deviations, resolve, skip_reason
from bench.step import start, train_step

CONFIGS = Path(__file__).parents[2] / "workflows/config"

SMALL = {"width": 4, "critic_width": 4, "latent_dim": 4, "context_dim": 4}
"""Widths small enough for hundreds of pairs; every other option is the published one."""

POINT_WIDTH = 32
"""Of the networks for points: with four clipped units all of them can be dead, and nothing moves."""

NEEDS_ITS_NORM = {("fgan_neyman", "sn_resnet"), ("fgan_hellinger", "sn_resnet")}
"""Pairs trained with the spectral normalization the architecture was published with: without it the summed features
of its critic start near 25, where one of these exponentials overflows and the other is exactly flat."""

KINDS = {"images": ("digits", (1, 16, 16)), "points": ("gaussians8", (2,))}


def options(architecture: str) -> dict[str, int]:
    defaults = ARCHITECTURES.describe(architecture).defaults
    small = SMALL if ARCHITECTURES[architecture].data == "images" else {"width": POINT_WIDTH}
    return {key: value for key, value in small.items() if key in defaults}


def settings(architecture: str, method: str) -> dict[str, Any]:
    dataset, shape = KINDS[ARCHITECTURES[architecture].data]
    return {
        "dataset": dataset,
        "image_size": shape[-1] if len(shape) > 1 else 0,
        "architecture": architecture,
        "architecture_options": options(architecture),
        "method": method,
        "method_options": {"critic_norm": "spectral"} if (method, architecture) in NEEDS_ITS_NORM else {},
        "batch_size": 4,
        "generator_steps": 3,
    }


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("method", METHODS)
def test_three_steps(architecture: str, method: str, prepared: Path) -> None:
    """Losses, estimate, gradient norm and weights stay finite, and both networks move where they have weights."""
    chosen = settings(architecture, method)
    reason = skip_reason(chosen["dataset"], architecture, method)
    if reason:
        pytest.skip(reason)
    spec = resolve(chosen)
    state = start(spec, KINDS[ARCHITECTURES[architecture].data][1], torch.device("cpu"))
    source = training_source(spec.data, prepared, torch.device("cpu"))
    networks = (state.networks.generator, state.networks.critic)
    before = [[p.detach().clone() for p in network.parameters() if p.requires_grad] for network in networks]
    for _ in range(3):
        train_step(state, source, spec)
    assert torch.isfinite(state.history).all()
    for network, old in zip(networks, before, strict=True):
        new = [p for p in network.parameters() if p.requires_grad]
        assert all(torch.isfinite(p).all() for p in new)
        assert not old or any(not torch.equal(a, b) for a, b in zip(new, old, strict=True))


@pytest.mark.parametrize("method", [name for name in METHODS if not METHODS[name].on])
def test_every_optimizer_serves_every_method(method: str, prepared: Path) -> None:
    """Adam, both RMSProps and SGD, with and without momentum, are settings of every method."""
    source = training_source(resolve(settings("toy_mlp", method)).data, prepared, torch.device("cpu"))
    for name, momentum in itertools.product(("adam", "rmsprop", "rmsprop_tf", "sgd"), (0.0, 0.5)):
        chosen = {"optimizer": name, "momentum": momentum, "learning_rate": 1e-4}
        spec = resolve(settings("toy_mlp", method) | {"method_options": chosen})
        state = start(spec, (2,), torch.device("cpu"))
        train_step(state, source, spec)
        assert torch.isfinite(state.history[0]).all(), (name, momentum)


@pytest.mark.parametrize("norm", ["batch", "layer", "none", "spectral", "weight"])
def test_the_critics_normalization_is_a_choice_of_the_run(norm: str, prepared: Path) -> None:
    """Every normalization trains, is in the specification, and a change from the published one is a deviation."""
    spec = resolve(settings("dcgan", "wgan_gp") | {"method_options": {"critic_norm": norm}})
    state = start(spec, (1, 16, 16), torch.device("cpu"))
    train_step(state, training_source(spec.data, prepared, torch.device("cpu")), spec)
    assert torch.isfinite(state.history[0]).all()
    assert spec.method_options["critic_norm"] == norm
    changed = f"wgan_gp.critic_norm {norm} (published layer)"
    assert (changed in deviations(spec)) == (norm != "layer")


def test_a_critic_without_a_place_for_normalization_says_none() -> None:
    """Where an architecture has no normalization layers the specification says so, and it is no deviation."""
    for architecture in (name for name in ARCHITECTURES if not ARCHITECTURES[name].normalizes_critic):
        spec = resolve(settings(architecture, "wgan_gp"))
        assert spec.method_options["critic_norm"] == "none"
        assert not [item for item in deviations(spec) if "critic_norm" in item]


def test_all_pairs_enumerate_from_one_configuration() -> None:
    """The zoo's configuration plans every pair once, and inapplicable pairs are skipped rows with their reason."""
    zoo = load(CONFIGS / "zoo.yaml")
    planned = {(run.dataset, run.architecture, run.method) for run in zoo.runs}
    skipped = {(cell.dataset, cell.architecture, cell.method): cell.reason for cell in zoo.skipped}
    datasets = {dataset for dataset, _, _ in planned}
    assert planned | set(skipped) == set(itertools.product(datasets, ARCHITECTURES, METHODS))
    assert not planned & set(skipped) and all(skipped.values())
    assert {DATASETS[name].data for name in datasets} == {"images", "points"}
    assert "which neither architecture mlp nor method gan has" in skipped["digits", "mlp", "virtual_batch_norm"]
