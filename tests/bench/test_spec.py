"""Specifications, seeds, configuration and registries: identity, defaults, and clear refusals."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS, METRICS
from bench.config import load, plan
from bench.errors import UserError
from bench.spec import RunSpec, deviations, resolve, seed_for, snapshot_steps

CONFIGS = Path(__file__).parents[2] / "workflows/config"
SEED = 7596681831054498889
"""Recorded once: a change here would silently change every run."""

SMALL: dict[str, Any] = {
    "scale": "test",
    "training": {"image_size": 16, "batch_size": 8, "generator_steps": 10},
    "grid": [{"datasets": ["digits"], "architectures": ["dcgan", "mlp"], "methods": ["gan", "wgan"], "seeds": 2}],
}


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    """SMALL with one place changed."""
    config = copy.deepcopy(SMALL)
    place: Any = config
    for key in path[:-1]:
        place = place.setdefault(key, {}) if isinstance(place, dict) else place[key]
    place[path[-1]] = value
    return config


def test_smoke_grid_is_the_documented_one() -> None:
    """Four methods x 2 seeds, on digits at 16x16; the claims' arms come on top."""
    smoke = load(CONFIGS / "smoke.yaml")
    assert len(smoke.runs) == 8 and not smoke.skipped
    assert {run.data_id for run in smoke.runs} == {"digits-16"}
    assert {run.method for run in smoke.runs} == {"gan", "wgan", "wgan_gp", "sngan"}


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_configuration_expands(path: Path) -> None:
    """Every committed configuration is valid, named after its file, and its runs are distinct."""
    expanded = load(path)
    assert expanded.scale == path.stem and (expanded.runs or expanded.config["designs"])
    assert len({run.run_id for run in expanded.runs}) == len(expanded.runs)


def test_defaults_are_resolved_and_round_trip() -> None:
    """A spec holds every option; its JSON gives the same spec and key back."""
    import json

    spec = resolve({"dataset": "mnist", "architecture": "dcgan", "method": "wgan_gp", "image_size": 32})
    assert spec.method_options["gp_weight"] == 10.0 and spec.architecture_options["width"] == 64
    again = resolve(json.loads(spec.to_json()))
    assert again == spec and again.run_id == spec.run_id


def test_the_key_sees_every_field() -> None:
    """Changing any field of a spec changes its key."""
    spec = resolve({"dataset": "digits", "architecture": "dcgan", "method": "gan", "image_size": 16})
    for field in dataclasses.fields(RunSpec):
        value = getattr(spec, field.name)
        other = {**value, "x": 1} if isinstance(value, dict) else (value + (7,) if isinstance(value, tuple) else None)
        if other is None:
            other = value + "x" if isinstance(value, str) else value + 1
        assert dataclasses.replace(spec, **{field.name: other}).key != spec.key, field.name


def test_a_part_of_the_training_split_is_a_run_setting() -> None:
    """It is set for all, for a block or for some cells, is a deviation, and is all of the split by default."""
    config = changed(["grid", 0, "training"], {"train_samples": 100})
    config["cells"] = [{"where": {"method": "wgan"}, "set": {"train_samples": 10}}]
    runs = plan(config).runs
    assert {(run.method, run.train_samples) for run in runs} == {("gan", 100), ("wgan", 10)}
    assert "train_samples 100 (published 0)" in deviations(runs[0])
    assert {run.train_samples for run in plan(SMALL).runs} == {0}


def test_editing_one_cell_changes_that_cell_only() -> None:
    """A `cells` rule changes the key of the runs it selects and of no other."""
    before = plan(SMALL).runs
    rule = {"where": {"architecture": "mlp", "method": "wgan"}, "set": {"method_options": {"clip_value": 0.02}}}
    after = plan({**SMALL, "cells": [rule]}).runs
    touched = [new for old, new in zip(before, after, strict=True) if old != new]
    assert {(run.architecture, run.method) for run in touched} == {("mlp", "wgan")} and len(touched) == 2


def test_adding_a_seed_adds_runs_only() -> None:
    """With one more seed all earlier runs keep their identity."""
    more = {run.run_id for run in plan(changed(["grid", 0, "seeds"], 3)).runs}
    assert {run.run_id for run in plan(SMALL).runs} < more and len(more) == 12


def test_cells_that_make_no_sense_are_skipped_with_a_reason() -> None:
    """toy_mlp on images is not run, and says why."""
    skipped = plan(changed(["grid", 0, "architectures"], ["dcgan", "toy_mlp"])).skipped
    assert len(skipped) == 4
    assert skipped[0].reason == "architecture toy_mlp takes points, data set digits provides images"


def test_options_are_taken_from_every_name_of_a_method() -> None:
    """Options of a method reach its techniques, those of a technique every method, those of a pair that pair alone."""
    config = changed(
        ["grid", 0, "methods"], ["gan+label_smoothing", "wn+label_smoothing", "wgan+instance_noise", "wgan"]
    )
    config["methods"] = {
        "gan+label_smoothing": {"smoothing_alpha": 0.7, "learning_rate": 0.5},
        "wgan": {"clip_value": 0.1},
        "instance_noise": {"noise_std": 0.3, "n_critic": 7},
        "wgan+instance_noise": {"noise_anneal": False},
    }
    found = {run.method: run.method_options for run in plan(config).runs}
    assert set(found) == {"label_smoothing", "wn+label_smoothing", "wgan+instance_noise", "wgan"}
    assert (found["label_smoothing"]["smoothing_alpha"], found["label_smoothing"]["learning_rate"]) == (0.7, 0.5)
    assert (found["wn+label_smoothing"]["smoothing_alpha"], found["wn+label_smoothing"]["learning_rate"]) == (0.7, 2e-4)
    noisy = found["wgan+instance_noise"]
    assert (noisy["clip_value"], noisy["noise_std"], noisy["noise_anneal"], noisy["n_critic"]) == (0.1, 0.3, False, 5)
    assert found["wgan"]["clip_value"] == 0.1


@pytest.mark.parametrize(
    ("architecture", "method", "expected"),
    [
        ("cifar_resnet", "wgan_gp", {"critic_norm": "none", "learning_rate": 2e-4, "beta1": 0.0, "beta2": 0.9}),
        ("sn_resnet", "sngan", {"n_critic": 5, "beta1": 0.0, "beta2": 0.9, "critic_norm": "spectral"}),
        ("mnist_cnn", "wgan_gp", {"critic_norm": "none", "beta1": 0.5, "beta2": 0.9, "learning_rate": 1e-4}),
        ("mnist_cnn", "gan", {"critic_norm": "none", "learning_rate": 2e-4, "beta1": 0.5}),
        ("cifar_cnn", "wgan_gp", {"critic_norm": "none", "beta1": 0.5}),
        ("dcgan_k4", "wgan", {"clip_first": True, "boosted": True, "learning_rate": 5e-5}),
        ("dcgan", "wgan_gp", {"critic_norm": "layer", "beta1": 0.0}),
    ],
)
def test_defaults_are_those_the_architecture_was_published_with(
    architecture: str, method: str, expected: dict[str, Any]
) -> None:
    """Where a paper trains a method otherwise than the method's own, its architecture does; changes are deviations."""
    cell = {"dataset": "cifar10", "architecture": architecture, "method": method}
    spec = resolve(cell)
    assert spec.method_options.items() >= expected.items()
    assert not [item for item in deviations(spec) if item.startswith(f"{method}.")]
    other = resolve({**cell, "method_options": {"n_critic": 9}})
    assert f"{method}.n_critic 9 (published {spec.method_options['n_critic']})" in deviations(other)


@pytest.mark.parametrize(
    ("architecture", "method", "reason"),
    [
        ("dcgan", "ot_generator+feature_matching", "needs trained critic, which neither"),
        ("dcgan", "ot_generator+minibatch_discrimination", "needs trained critic, which neither"),
        ("dcgan_completion", "virtual_batch_norm", "needs unconditional generator, which neither"),
        (
            "mlp",
            "wgan+virtual_batch_norm",
            "needs generator batch norm, which neither architecture mlp nor method wgan",
        ),
        ("dcgan", "wgan+label_smoothing", "needs logistic critic, which neither"),
    ],
)
def test_what_a_technique_needs_is_known_before_the_run(architecture: str, method: str, reason: str) -> None:
    """A pair that cannot work is a skipped cell with its reason."""
    config = changed(["grid", 0, "methods"], [method])
    config["grid"][0]["architectures"] = [architecture]
    planned = plan(config)
    assert not planned.runs and reason in planned.skipped[0].reason


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["methods"], {"gan+label_smoothing": {}, "label_smoothing": {}}, "another name of 'label_smoothing'"),
        (["methods", "blend"], {"alpha": 2.0}, r"'alpha': got 2.0, expected 0 <= x <= 1"),
        (["methods", "label_smoothing"], {"smoothing_alpha": 1.5}, r"'smoothing_alpha': got 1.5, expected 0 <= x <= 1"),
        (["methods", "gan"], {"momentum": 5.0}, r"'momentum': got 5.0, expected 0 <= x < 1"),
        (["methods", "wgan_gp"], {"gp_weight": -1.0}, r"got -1.0, expected a number that is not negative"),
        (["datasets", "gaussians_ring"], {"scale": 0}, r"'scale': got 0.0, expected a positive number"),
        (["methods", "gan+wgan"], {}, r"'wgan' modifies no other method"),
        (["grid", 0, "methods"], ["+"], r"Unknown method ''"),
        (["grid", 0, "methods"], ["wgangp"], r"Unknown method 'wgangp'. Did you mean 'wgan_gp'"),
        (["grid", 0, "architectures"], ["dcgam"], r"Unknown architecture 'dcgam'. Did you mean 'dcgan'"),
        (["grid", 0, "datasets"], ["digit"], r"Unknown data set 'digit'. Did you mean 'digits'"),
        (["measure", "metrics"], ["fidd"], r"Unknown metric 'fidd'. Did you mean 'fid'"),
        (["sedes"], 3, r"Unknown configuration key at the top level: 'sedes'"),
        (["training", "generator_step"], 3, r"at training: 'generator_step'. Did you mean 'generator_steps'"),
        (["training", "generator_steps"], -3, r"'generator_steps': got -3, expected a whole number of at least 1"),
        (["training", "train_samples"], -1, r"'train_samples': got -1, expected a whole number of at least 0"),
        (["training", "batch_size"], "many", r"training.batch_size: 'many' is not of type 'integer'"),
        (["training", "image_size"], 17, r"'image_size' of digits: got 17, expected one of 16, 32, 64"),
        (["training", "image_size"], 16.0, r"'image_size' of digits: got 16.0"),
        (["methods", "wgan"], {"learning_rate": float("nan")}, r"'learning_rate': got nan, expected a number"),
        (["methods", "wgan"], {"clip_value": 0}, r"'clip_value': got 0.0, expected a positive number"),
        (["methods", "sngan"], {"loss": "hing"}, r"'loss': 'hing'. Did you mean 'hinge'"),
        (["cells"], [{"where": {"method": "wgan-gp"}, "set": {}}], r"Unknown method 'wgan-gp'. Did you mean 'wgan_gp'"),
        (["methods", "wgan"], {"clip_valu": 1}, r"option of method 'wgan': 'clip_valu'. Did you mean 'clip_value'"),
        (["methods", "wgan"], {"clip_value": -1.0}, r"'clip_value': got -1.0, expected a positive number"),
        (["methods", "wgan"], {"n_critic": 0}, r"'n_critic': got 0, expected at least 1"),
        (["methods", "wgan"], {"n_critic": 1.5}, r"'n_critic': got 1.5, expected a whole number"),
        (["methods", "gan"], {"critic_norm": "bach"}, r"'critic_norm': 'bach'. Did you mean 'batch'"),
        (["methods", "gan"], {"beta1": 1.0}, r"'beta1': got 1.0, expected 0 <= x < 1"),
        (["methods", "wgam"], {}, r"Unknown method 'wgam'"),
    ],
)
def test_bad_configurations_are_one_clear_line(path: list[Any], value: Any, message: str) -> None:
    """What came, what is allowed, and the nearest name, on one line."""
    with pytest.raises(UserError, match=message) as caught:
        plan(changed(path, value))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (5, "described by an object"),
        (
            {"dataset": "digits", "architecture": "dcgan", "method": ["gan"]},
            "'method': got \\['gan'\\], expected a name",
        ),
        ({"method_options": 5}, "'method_options': got 5, expected an object"),
        ({"snapshot_steps": ["abc"]}, "'snapshot_steps': got \\['abc'\\], expected steps from 0 to 10"),
        ({"snapshot_steps": [-5, 100000]}, "expected steps from 0 to 10"),
        ({"architecture": "toy_mlp"}, "This run makes no sense: architecture toy_mlp takes points"),
        ({"dataset": "gaussians8", "architecture": "toy_mlp"}, "'image_size' of gaussians8: got 16, expected 0"),
        (
            {"dataset": "gaussians8", "architecture": "toy_mlp", "image_size": 0, "train_samples": 5},
            "'train_samples': got 5, expected 0, since gaussians8 has new samples for every batch",
        ),
    ],
)
def test_bad_runs_are_one_clear_line(settings: Any, message: str) -> None:
    """A run given as JSON is checked as strictly as a configuration."""
    whole = {"dataset": "digits", "architecture": "dcgan", "method": "gan", "image_size": 16, "generator_steps": 10}
    with pytest.raises(UserError, match=message):
        resolve({**whole, **settings} if isinstance(settings, dict) else settings)


def test_missing_and_broken_configuration_files(tmp_path: Path) -> None:
    """A file that is absent or not YAML is named."""
    with pytest.raises(UserError, match=r"Cannot read the configuration .*none\.yaml"):
        load(tmp_path / "none.yaml")
    (tmp_path / "broken.yaml").write_text("scale: [")
    with pytest.raises(UserError, match="is not YAML"):
        load(tmp_path / "broken.yaml")


def test_deviations_from_the_paper_are_listed() -> None:
    """Every departure is data; the published settings have none."""
    published = resolve({"dataset": "mnist", "architecture": "dcgan", "method": "wgan_gp"})
    drawn = "batches are drawn with replacement, not in shuffled epochs"
    assert deviations(published) == ["data set mnist (published lsun_bedroom)", drawn]
    assert deviations(resolve({"dataset": "swiss_roll", "architecture": "toy_mlp", "method": "gan"})) == []
    small = resolve(
        {
            "dataset": "mnist",
            "architecture": "dcgan",
            "architecture_options": {"width": 8},
            "method": "wgan_gp",
            "method_options": {"n_critic": 1},
            "generator_steps": 100,
        }
    )
    assert deviations(small) == [
        "data set mnist (published lsun_bedroom)",
        "generator_steps 100 (published 200000)",
        drawn,
        "dcgan.width 8 (published 64)",
        "wgan_gp.n_critic 1 (published 5)",
    ]


def test_seeds_depend_on_every_part() -> None:
    """Derived seeds are stable, fit 63 bits and differ when any part differs."""
    assert seed_for("data", "digits-16", 0) == SEED
    assert len({seed_for(p, d, s) for p in ("data", "latent") for d in ("a", "b") for s in range(5)}) == 20


def test_snapshot_steps_hold_both_ends() -> None:
    """The first and the last step are always kept, whatever the count."""
    for steps, count in ((1, 2), (7, 8), (1000, 20)):
        kept = snapshot_steps(steps, count)
        assert kept[0] == 0 and kept[-1] == steps and len(kept) <= count


@pytest.mark.parametrize("registry", [DATASETS, ARCHITECTURES, METHODS, METRICS], ids=lambda r: r.kind)
def test_registered_components_describe_themselves(registry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every component has a summary and a paper, can be imported, and has the options of its function."""
    import importlib
    import inspect

    for name in registry:
        described, entry = registry.describe(name), registry[name]
        assert described.summary and described.paper, name
        module, function = entry.target.split(":")
        signature = inspect.signature(getattr(importlib.import_module(module), function))
        defaults = {k: p.default for k, p in signature.parameters.items() if p.kind is p.KEYWORD_ONLY}
        assert set(entry.preset) <= set(defaults), name
        own = {key: value for key, value in defaults.items() if key not in entry.preset}
        assert described.defaults.items() >= own.items() and (entry.on or dict(described.defaults) == own), name


def test_listing_imports_nothing_heavy(run_python: Callable[[str], str]) -> None:
    """`python -m bench list` works without loading torch, numpy or pandas."""
    code = (
        "import sys, bench.__main__ as m; m.main(['list', '--json']); "
        "print([n for n in ('torch', 'numpy', 'pandas', 'mlflow', 'snakemake') if n in sys.modules])"
    )
    assert run_python(code).splitlines()[-1] == "[]"
