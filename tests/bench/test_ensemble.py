"""Seeds trained together are the runs they would be alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from bench.catalogue import DATASETS, METHODS
from bench.ensemble import Ensemble
from bench.errors import UserError
from bench.spec import RunSpec, resolve
from bench.step import start, train_step

CPU = torch.device("cpu")
ALONE = {"sngan": "normalized weights", "wn": "normalized weights", "instance_noise": "perturb"}
TOGETHER = [name for name in METHODS if not METHODS[name].on and METHODS[name].trains_critic and name not in ALONE]


@pytest.fixture
def double() -> Iterator[None]:
    """Double precision, in which runs that differ in rounding alone stay together."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def specs(method: str, **changes: object) -> list[RunSpec]:
    settings = {"dataset": "gaussians8", "architecture": "toy_mlp", "architecture_options": {"width": 16}}
    run = {"method": method, "batch_size": 8, "generator_steps": 6, **changes}
    return [resolve({**settings, **run, "seed": seed}) for seed in range(3)]


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("method", TOGETHER)
def test_seeds_trained_together_equal_seeds_trained_alone(method: str) -> None:
    """Losses, estimates and weights of every seed agree with those of its own run, to rounding."""
    source = DATASETS.builder("gaussians8")().draw
    ensemble = Ensemble(specs(method), (2,), source, CPU)
    together = torch.stack([ensemble.train_step() for _ in range(4)])
    for index, spec in enumerate(specs(method)):
        state = start(spec, (2,), CPU)
        for _ in range(4):
            train_step(state, source, spec)
        torch.testing.assert_close(together[:, :, index], state.history[:4, :3], rtol=1e-7, atol=1e-9)
        networks = ensemble.networks(index)
        for ours, alone in ((networks.generator, state.networks.generator), (networks.critic, state.networks.critic)):
            for a, b in zip(ours.state_dict().values(), alone.state_dict().values(), strict=True):
                torch.testing.assert_close(a, b, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("method", "reason"), ALONE.items())
def test_what_needs_more_than_scores_is_refused(method: str, reason: str) -> None:
    """Methods with hooks of their own, or state in the critic's weights, are trained one by one, and say so."""
    source = DATASETS.builder("gaussians8")().draw
    with pytest.raises(UserError, match=rf"'{method}' cannot be trained in an ensemble \({reason}\)"):
        Ensemble(specs(method), (2,), source, CPU)
