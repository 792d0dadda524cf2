"""The loop: exact resume, reproducibility, divergence as an outcome, pairing of random draws."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import checkpoints, training
from bench.catalogue import METHODS
from bench.data import training_source
from bench.errors import UserError
from bench.files import read_json
from bench.lease import Unfinished
from bench.spec import DataSpec, RunSpec, skip_reason
from bench.step import TrainState, build, critic_step, generator_step, start, train_step
from bench.training import Controls, train

CPU = torch.device("cpu")
Build = Callable[..., RunSpec]


def quiet(**changes: Any) -> Controls:
    return Controls(CPU, say=lambda line: None, **changes)


def files_of(run: Path) -> dict[str, bytes]:
    """The content of everything that must be the same whenever and however often a run was interrupted."""
    kept = [run / "final.json", run / "history.npz", *sorted((run / "snapshots").iterdir())]
    return {path.name: path.read_bytes() for path in kept}


class Killed(BaseException):
    """Stands for a kill signal: nothing in the project catches it."""


def kill_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the loop die when it is about to take generator step `step`."""
    inner = training.train_step

    def dying(state: TrainState, source: Any, spec: RunSpec) -> None:
        if state.step == step:
            raise Killed
        inner(state, source, spec)

    monkeypatch.setattr(training, "train_step", dying)


CELLS = [("digits", "dcgan", method) for method in METHODS] + [("gaussians8", "toy_mlp", method) for method in METHODS]


@pytest.mark.parametrize(("dataset", "architecture", "method"), [*CELLS, ("digits", "dcgan_completion", "cramer")])
def test_resumed_and_uninterrupted_runs_have_the_same_bits(
    dataset: str,
    architecture: str,
    method: str,
    tiny_spec: Build,
    results: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run killed some steps after a checkpoint and started again equals one that was never stopped."""
    reason = skip_reason(dataset, architecture, method)
    if reason:
        pytest.skip(reason)
    spec = tiny_spec(architecture, method, generator_steps=60, batch_size=4, snapshot_steps=[0, 20, 60])
    whole = train(spec, results, quiet())
    again = tmp_path / "again"
    again.mkdir()
    (again / "data").symlink_to(results / "data")
    run = again / "runs" / spec.run_id
    for step in (33, 57):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            kill_at(step, patch)
            train(spec, again, quiet(checkpoint_seconds=-1))
    assert not (run / "final.json").exists() and (run / "checkpoints/step-00000050.pt").exists()
    said: list[str] = []
    resumed = train(spec, again, Controls(CPU, say=said.append))
    assert said[0] == "resumed at step 50/60"
    assert resumed == whole and whole["outcome"] == "completed"
    assert files_of(run) == files_of(results / "runs" / spec.run_id)


def test_a_spent_budget_leaves_a_checkpoint(tiny_spec: Build, results: Path) -> None:
    """When the deadline has passed the run stops at the next safe point and says so."""
    spec = tiny_spec(generator_steps=60)
    with pytest.raises(Unfinished, match="stopped at step 0/60, checkpoint kept"):
        train(spec, results, quiet(deadline=time.monotonic() - 1))
    assert not (results / "runs" / spec.run_id / "result.json").exists()


def test_a_finished_run_is_not_repeated(tiny_spec: Build, results: Path) -> None:
    """Asked again, a finished run only republishes its result."""
    spec = tiny_spec()
    train(spec, results, quiet())
    run = results / "runs" / spec.run_id
    before = (run / "final.json").stat().st_mtime_ns
    (run / "result.json").unlink()
    train(spec, results, quiet())
    assert (run / "final.json").stat().st_mtime_ns == before
    assert (run / "result.json").read_bytes() == (run / "final.json").read_bytes()
    assert not list((run / "checkpoints").glob("*"))


def test_divergence_is_an_outcome(tiny_spec: Build, results: Path) -> None:
    """A run whose loss explodes ends early as diverged, with the step in its reason, and is published."""
    spec = tiny_spec(
        "dcgan_nobn",
        "lsgan",
        generator_steps=200,
        method_options={"optimizer": "sgd", "learning_rate": 1e6},
    )
    final = train(spec, results, quiet())
    assert final["outcome"] == "diverged" and "at generator step" in final["reason"]
    assert final["steps_done"] < 200
    assert read_json(results / "runs" / spec.run_id / "result.json", sealed=True) == final
    assert f"step {final['steps_done']}" in final["reason"]


def test_a_damaged_checkpoint_is_one_clear_error(tiny_spec: Build, results: Path) -> None:
    """A flipped bit or a cut in the newest checkpoint names the file and what to do."""
    spec = tiny_spec("dcgan", "gan", generator_steps=60)
    with pytest.raises(Unfinished):
        train(spec, results, quiet(deadline=time.monotonic() - 1))
    (path,) = (results / "runs" / spec.run_id / "checkpoints").iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    for damaged in (bytes(content), bytes(content[:1000])):
        path.write_bytes(damaged)
        with pytest.raises(UserError, match=r"step-00000000\.pt is damaged .* Delete it"):
            train(spec, results, quiet())


def test_a_checkpoint_of_another_device_is_refused(tiny_spec: Build, results: Path) -> None:
    """Bits are only promised on one device, so a run does not silently go on elsewhere."""
    spec = tiny_spec("dcgan", "gan", generator_steps=60)
    checkpoints.save_checkpoint(results / "runs" / spec.run_id, 10, {"state": {}, "seconds": 1.0, "device": "cuda"})
    with pytest.raises(UserError, match="were made on cuda; on cpu the run would end with other bits"):
        train(spec, results, quiet())


def test_an_altered_result_is_noticed(tiny_spec: Build, results: Path) -> None:
    """One changed letter in the truth of a run is damage, not another outcome."""
    spec = tiny_spec()
    train(spec, results, quiet())
    path = results / "runs" / spec.run_id / "final.json"
    path.write_text(path.read_text().replace("completed", "bompleted"))
    with pytest.raises(UserError, match=r"final\.json is damaged \(its checksum"):
        train(spec, results, quiet())


def test_methods_are_compared_from_the_same_start(tiny_spec: Build) -> None:
    """Initial generators and random streams are shared by methods and differ between seeds."""
    shape = (1, 16, 16)
    gan, lsgan, other_seed = (
        start(spec, shape, CPU)
        for spec in (tiny_spec(method="gan"), tiny_spec(method="lsgan"), tiny_spec(method="gan", seed=1))
    )
    first = [next(state.networks.generator.parameters()) for state in (gan, lsgan, other_seed)]
    assert torch.equal(first[0], first[1]) and not torch.equal(first[0], first[2])
    draws = [torch.randn(3, generator=state.streams["latent"]) for state in (gan, lsgan, other_seed)]
    assert torch.equal(draws[0], draws[1]) and not torch.equal(draws[0], draws[2])


def test_building_leaves_the_ambient_random_state_alone(tiny_spec: Build) -> None:
    """Weights come from derived seeds, so building draws nothing from the ambient generator."""
    before = torch.random.get_rng_state()
    build(tiny_spec(method="sngan"), (1, 16, 16), CPU)
    assert torch.equal(before, torch.random.get_rng_state())


def test_linear_decay_ends_at_zero_for_both_networks(tiny_spec: Build, results: Path) -> None:
    """At step k of N both optimizers use rate (1 - k / N); without decay the rate stays."""
    for decay, expected in (("linear", [1.0, 0.75, 0.5, 0.25]), ("none", [1.0] * 4)):
        spec = tiny_spec(generator_steps=4, lr_decay=decay)
        state, source = start(spec, (1, 16, 16), CPU), training_source(spec.data, results, CPU)
        used = []
        for _ in range(4):
            train_step(state, source, spec)
            used.append([group["lr"] for optimizer in state.optimizers.values() for group in optimizer.param_groups])
        rate = spec.method_options["learning_rate"]
        assert used == [[pytest.approx(rate * share)] * 2 for share in expected]


def test_completions_keep_their_own_left_halves(tiny_spec: Build, results: Path) -> None:
    """Every generated batch completes the real batch in its order, the clean one also where the critic sees noise."""
    spec = tiny_spec("dcgan_completion", "cramer+instance_noise", method_options={"noise_std": 0.5})
    state, source = start(spec, (1, 16, 16), CPU), training_source(spec.data, results, CPU)
    seen: dict[str, list[torch.Tensor]] = {"given": [], "made": []}

    def watch(module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        seen["given"].append(inputs[1])
        seen["made"].append(output)

    state.networks.generator.register_forward_hook(watch)
    drawn: list[torch.Tensor] = []

    def recorded(n: int, rng: torch.Generator) -> torch.Tensor:
        drawn.append(source(n, rng))
        return drawn[-1]

    critic_step(state, recorded, 4)
    generator_step(state, recorded, 4)
    for real, given, made in zip(drawn, seen["given"], seen["made"], strict=True):
        assert torch.equal(given, torch.cat([real, real]))
        assert torch.equal(made[..., :8], torch.cat([real, real])[..., :8])
        assert not torch.equal(made[:4, :, :, 8:], made[4:, :, :, 8:])


def test_real_samples_consumed(tiny_spec: Build, results: Path) -> None:
    """Every critic step takes a fresh real batch: batch_size x n_critic samples per generator step."""
    spec = tiny_spec("dcgan", "wgan", generator_steps=2, snapshots=2)
    state = start(spec, (1, 16, 16), CPU)
    inner = training_source(DataSpec("digits", 16), results, CPU)
    drawn: list[torch.Tensor] = []

    def source(n: int, rng: torch.Generator) -> torch.Tensor:
        drawn.append(inner(n, rng))
        return drawn[-1]

    for _ in range(2):
        train_step(state, source, spec)
    assert sum(map(len, drawn)) == spec.batch_size * 5 * 2
    assert not torch.equal(drawn[0], drawn[1])


def test_the_generator_step_does_not_reuse_the_critics_latents(tiny_spec: Build, results: Path) -> None:
    """Latents of the critic step and the generator step are different draws of one stream."""
    spec = tiny_spec()
    state = start(spec, (1, 16, 16), CPU)
    seen: list[torch.Tensor] = []
    state.networks.generator.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    train_step(state, training_source(spec.data, results, CPU), spec)
    assert len(seen) == 2 and not torch.equal(seen[0], seen[1])


def test_clipping_holds_after_every_critic_step(tiny_spec: Build, results: Path) -> None:
    """After each critic step no parameter is beyond the clip value."""
    state = start(tiny_spec("dcgan", "wgan"), (1, 16, 16), CPU)
    source = training_source(DataSpec("digits", 16), results, CPU)
    for _ in range(3):
        critic_step(state, source, 8)
        assert max(p.abs().max().item() for p in state.networks.critic.parameters()) <= 0.01


def test_the_critic_is_untouched_by_the_generator_step(tiny_spec: Build, results: Path) -> None:
    """A generator step changes the generator only, and leaves the critic trainable."""
    state = start(tiny_spec("dcgan", "wgan_gp"), (1, 16, 16), CPU)
    source = training_source(DataSpec("digits", 16), results, CPU)
    before = checkpoints.weights_sha256(state.networks.critic)
    own = checkpoints.weights_sha256(state.networks.generator)
    generator_step(state, source, 8)
    assert checkpoints.weights_sha256(state.networks.critic) == before
    assert checkpoints.weights_sha256(state.networks.generator) != own
    assert all(p.requires_grad for p in state.networks.critic.parameters())


def test_checkpoints_are_bounded(tiny_spec: Build, results: Path) -> None:
    """However many are written, only the newest few checkpoints are kept."""
    run = results / "runs" / tiny_spec().run_id
    for step in range(5):
        checkpoints.save_checkpoint(run, step, {"step": step})
    assert len(list((run / "checkpoints").iterdir())) == checkpoints.KEPT
    newest = checkpoints.load_newest_checkpoint(run, CPU)
    assert newest == {"step": 4}
