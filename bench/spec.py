"""RunSpec: one training, every default resolved, with its identity and its seeds.

Nothing heavy is imported here: the workflow plans with it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS
from bench.errors import UserError, unknown_name
from bench.options import resolve_options

STUDIES = "studies"
"""The scale of the claims that need no grid: identities and toys, in full. No configuration may have its name."""

TRAINING_VERSION = 1
"""Raised when a change of code changes the bits a training produces; part of every run's key."""

IMAGE_SIZES = (16, 32, 64)

PAPER_RUN: dict[str, Any] = {
    "dataset": "lsun_bedroom",
    "image_size": 64,
    "batch_size": 64,
    "generator_steps": 200_000,
    "generator_batches": 1,
    "lr_decay": "none",
    "train_samples": 0,
}
"""Run settings of the image grid in Gulrajani et al. (2017), official code `gan_64x64.py`."""

PAPER_RUN_POINTS: dict[str, Any] = {"image_size": 0, "batch_size": 256, "generator_steps": 100_000}
"""What differs in the 2-D experiments of the same paper, official code `gan_toy.py`."""


@dataclass(frozen=True)
class DataSpec:
    """A data set at a size, with its parameters.

    Args:
        dataset: name in DATASETS.
        image_size: height and width in pixels; 0 for points.
        options: every option of its builder, resolved.
    """

    dataset: str
    image_size: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def data_id(self) -> str:
        """Folder name of the prepared data, for example `digits-16`.

        Other parameters than the published ones, and the source of a plug-in, add a digest.
        """
        name = f"{self.dataset}-{self.image_size}" if self.image_size else self.dataset
        changed = {**self.options} if self.options != DATASETS.describe(self.dataset).defaults else {}
        source = DATASETS[self.dataset].source
        return f"{name}-{digest([changed, source])}" if changed or source else name

    def __hash__(self) -> int:
        return hash((self.dataset, self.image_size, tuple(sorted(self.options.items()))))


@dataclass(frozen=True)
class RunSpec:
    """One training run.

    Args:
        dataset: name in DATASETS.
        image_size: height and width in pixels; 0 for points.
        dataset_options: every option of its builder, resolved.
        architecture: name in ARCHITECTURES.
        architecture_options: every option of its builder, resolved.
        method: name in METHODS.
        method_options: every option of its builder, resolved.
        seed: replication number, the unit of the statistics.
        batch_size: real samples per critic step.
        generator_steps: number of generator updates.
        snapshot_steps: generator steps at which networks are kept for measuring; 0 (untrained)
            and the last step are always among them.
        generator_batches: batches of this size per generator step.
        lr_decay: "none", or "linear" to zero at the last step.
        train_samples: how many samples of the training split are trained on, chosen by the seed; 0 for all.
        divergence_limit: a loss beyond this magnitude ends the run as diverged.
        plugins: the digest of the file behind each component that is a plug-in's.
    """

    dataset: str
    image_size: int
    dataset_options: Mapping[str, Any]
    architecture: str
    architecture_options: Mapping[str, Any]
    method: str
    method_options: Mapping[str, Any]
    seed: int
    batch_size: int
    generator_steps: int
    snapshot_steps: tuple[int, ...]
    generator_batches: int = 1
    lr_decay: str = "none"
    train_samples: int = 0
    divergence_limit: float = 1e6
    plugins: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> DataSpec:
        """The data trained on."""
        return DataSpec(self.dataset, self.image_size, self.dataset_options)

    @property
    def data_id(self) -> str:
        """Folder name of the prepared data."""
        return self.data.data_id

    @property
    def key(self) -> str:
        """Ten hexadecimal digits over everything that decides the bits of the run."""
        return digest({"training_version": TRAINING_VERSION, **dataclasses.asdict(self)})

    @property
    def run_id(self) -> str:
        """Readable identity and path: `digits-16/dcgan/wgan_gp/s0-1f3a…`."""
        return f"{self.data_id}/{self.architecture}/{self.method}/s{self.seed}-{self.key}"

    def to_json(self) -> str:
        """Returns the canonical one-line JSON form."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """Returns ten hexadecimal digits of the SHA-256 of `value` as canonical JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def seed_for(*parts: object) -> int:
    """Derives a 63-bit seed from what it is for.

    Runs to be compared share seeds by naming the same parts: data order and noise are derived
    from data set and replication number alone, so every method sees the same draws.

    Example:
        >>> seed_for("data", "digits-16", 0) == seed_for("data", "digits-16", 0)
        True
        >>> seed_for("data", "digits-16", 0) == seed_for("latent", "digits-16", 0)
        False
    """
    return int.from_bytes(hashlib.sha256(json.dumps(parts).encode()).digest()[:8], "big") >> 1


def resolve(settings: Mapping[str, Any]) -> RunSpec:
    """Builds a RunSpec from partial settings: names checked, defaults filled in.

    Args:
        settings: `dataset`, `architecture`, `method`, `seed` and any of the
            other fields; `snapshots` (a count) may stand for `snapshot_steps`.

    Raises:
        UserError: for an unknown name or key, a wrong type or a value out of range.
    """
    _check_shape(settings)
    names = {kind: settings[kind] for kind in ("dataset", "architecture", "method")}
    names["method"] = METHODS.canonical(names["method"])
    reason = skip_reason(**names)
    if reason:
        raise UserError(f"This run makes no sense: {reason}.")
    run = _run_settings(settings, names["dataset"], names["architecture"])
    architecture = resolve_options(ARCHITECTURES, names["architecture"], settings.get("architecture_options"))
    spec = RunSpec(
        **names,
        image_size=run["image_size"],
        dataset_options=resolve_data(names["dataset"], run["image_size"], settings.get("dataset_options")).options,
        architecture_options=architecture,
        method_options=_method_options(names["architecture"], names["method"], settings.get("method_options")),
        seed=run["seed"],
        batch_size=run["batch_size"],
        generator_steps=run["generator_steps"],
        snapshot_steps=_resolved_steps(settings.get("snapshot_steps"), run["generator_steps"], run["snapshots"]),
        generator_batches=run["generator_batches"],
        lr_decay=run["lr_decay"],
        train_samples=run["train_samples"],
        divergence_limit=float(run["divergence_limit"]),
        plugins=_plugins(**names),
    )
    _check_plugins(settings.get("plugins"), spec.plugins)
    return spec


def _run_settings(settings: Mapping[str, Any], dataset: str, architecture: str) -> dict[str, Any]:
    """The settings that are no component's options: the given ones, else the published ones."""
    run: dict[str, Any] = {**published(dataset, architecture), "snapshots": 8, "divergence_limit": 1e6, "seed": 0}
    run |= {key: value for key, value in settings.items() if key in run and value is not None}
    _check_run(run)
    fresh, wanted = DATASETS[dataset].fresh, f"0, since {dataset} has new samples for every batch"
    _expect(not (fresh and run["train_samples"]), "train_samples", run["train_samples"], wanted)
    return run


def _resolved_steps(given: Any, last: int, count: int) -> tuple[int, ...]:
    steps = given or snapshot_steps(last, count)
    _check_steps(steps, last)
    return tuple(sorted({0, last, *steps}))


def published(dataset: str, architecture: str) -> dict[str, Any]:
    """Returns the run settings that an architecture was published with."""
    points = PAPER_RUN_POINTS | {"dataset": dataset} if DATASETS[dataset].data == "points" else {}
    return PAPER_RUN | points | dict(ARCHITECTURES[architecture].published)


def resolve_data(dataset: str, image_size: object, options: Mapping[str, Any] | None = None) -> DataSpec:
    """Returns a data set at a size, its parameters checked and completed.

    Raises:
        UserError: for an unknown data set, a size it does not come in, or a wrong option.
    """
    sizes = (0,) if DATASETS[dataset].data == "points" else IMAGE_SIZES
    if isinstance(image_size, bool) or not isinstance(image_size, int) or image_size not in sizes:
        allowed = "0, as for all points" if sizes == (0,) else f"one of {', '.join(map(str, sizes))}"
        raise UserError(f"Run setting 'image_size' of {dataset}: got {image_size!r}, expected {allowed}.")
    return DataSpec(dataset, image_size, resolve_options(DATASETS, dataset, options))


def _method_options(architecture: str, method: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Every option of a method: the given ones, else those of the architecture's paper, else those of its own.

    Normalization layers become "none" where the critic has no place for them.
    """
    published = ARCHITECTURES[architecture].published_methods
    theirs = {key: value for part in METHODS.parts(method) for key, value in published.get(part, {}).items()}
    options = resolve_options(METHODS, method, {**theirs, **(given or {})})
    if not ARCHITECTURES[architecture].normalizes_critic and options.get("critic_norm") in ("batch", "layer"):
        options["critic_norm"] = "none"
    return options


def _plugins(dataset: str, architecture: str, method: str) -> dict[str, str]:
    entries = [("dataset", dataset, DATASETS[dataset]), ("architecture", architecture, ARCHITECTURES[architecture])]
    entries += [("method", part, METHODS[part]) for part in METHODS.parts(method)]
    return {f"{kind}:{name}": entry.source for kind, name, entry in entries if entry.source}


def _check_plugins(expected: Mapping[str, str] | None, found: Mapping[str, str]) -> None:
    if expected is not None and dict(expected) != dict(found):
        raise UserError(
            f"The plug-ins of this run are not those it was planned with: now {dict(found)}, planned {dict(expected)}. "
            "Plan it again from its configuration."
        )


def snapshot_steps(generator_steps: int, count: int) -> tuple[int, ...]:
    """Returns `count` steps spread over the run, denser early, with the first (0) and the last.

    Quadratic spacing: early training changes fastest.

    Example:
        >>> snapshot_steps(100, 5)
        (0, 6, 25, 56, 100)
    """
    return tuple(sorted({round(generator_steps * (i / (count - 1)) ** 2) for i in range(count)}))


def skip_reason(dataset: str, architecture: str, method: str) -> str | None:
    """Returns why a cell of the grid makes no sense, or None where it does."""
    provides, accepts = DATASETS[dataset].data, ARCHITECTURES[architecture].data
    if accepts not in ("any", provides):
        return f"architecture {architecture} takes {accepts}, data set {dataset} provides {provides}"
    base, has = METHODS.parts(method)[0], _properties(architecture, method)
    for need in METHODS[method].needs:
        if need not in has:
            words = need.replace("_", " ")
            return f"method {method} needs {words}, which neither architecture {architecture} nor method {base} has"
    return None


def _properties(architecture: str, method: str) -> set[str]:
    """What a pair offers to techniques."""
    network, trained = ARCHITECTURES[architecture], METHODS[method]
    named = {"unconditional_generator": not network.conditional, "trained_critic": trained.trains_critic}
    return {*network.has, *trained.has, *(name for name, there in named.items() if there)}


def deviations(spec: RunSpec) -> list[str]:
    """Lists every way in which a run departs from the published settings, for the report.

    Published are the run settings of the architecture's paper and the defaults
    of each architecture and method from its own.
    """
    paper = published(spec.dataset, spec.architecture)
    found = [
        f"{'data set' if key == 'dataset' else key} {getattr(spec, key)} (published {value})"
        for key, value in paper.items()
        if getattr(spec, key) != value
    ]
    if not DATASETS[spec.dataset].fresh:
        found.append("batches are drawn with replacement, not in shuffled epochs")
    options = (
        (spec.dataset, spec.dataset_options, resolve_options(DATASETS, spec.dataset, None)),
        (spec.architecture, spec.architecture_options, resolve_options(ARCHITECTURES, spec.architecture, None)),
        (spec.method, spec.method_options, _method_options(spec.architecture, spec.method, None)),
    )
    for name, chosen, defaults in options:
        found += [
            f"{name}.{key} {chosen[key]} (published {value})" for key, value in defaults.items() if chosen[key] != value
        ]
    return found


def _check_shape(settings: object) -> None:
    """Checks the form of what describes a run: an object with known keys, names and option objects."""
    if not isinstance(settings, Mapping):
        raise UserError(f"A run is described by an object with dataset, architecture and method; got {settings!r}.")
    fields = {field.name for field in dataclasses.fields(RunSpec)} | {"snapshots"}
    for key in settings:
        if key not in fields:
            raise unknown_name("run setting", key, fields)
    for key in ("dataset", "architecture", "method"):
        if key not in settings:
            raise UserError(f"A run needs {key!r}; got only {', '.join(sorted(settings)) or 'nothing'}.")
        _expect(isinstance(settings[key], str), key, settings[key], "a name")
    for key in ("dataset_options", "architecture_options", "method_options", "plugins"):
        _expect(isinstance(settings.get(key) or {}, Mapping), key, settings.get(key), "an object of options")


def _expect(fits: bool, key: str, value: object, wanted: str) -> None:
    if not fits:
        raise UserError(f"Run setting {key!r}: got {value!r}, expected {wanted}.")


def _check_run(run: Mapping[str, Any]) -> None:
    minimum = dict(seed=0, batch_size=2, generator_steps=1, generator_batches=1, train_samples=0, snapshots=2)
    for key, least in minimum.items():
        value = run[key]
        _expect(type(value) is int and value >= least, key, value, f"a whole number of at least {least}")
    limit = run["divergence_limit"]
    _expect(type(limit) in (int, float) and 0 < limit < math.inf, "divergence_limit", limit, "a positive number")
    _expect(run["lr_decay"] in ("none", "linear"), "lr_decay", run["lr_decay"], "none or linear")


def _check_steps(steps: object, last: int) -> None:
    whole = isinstance(steps, list | tuple) and all(type(step) is int and 0 <= step <= last for step in steps)
    _expect(whole, "snapshot_steps", steps, f"steps from 0 to {last}")
