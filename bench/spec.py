"""RunSpec: one training, every default resolved, with its identity and its seeds.

Nothing heavy is imported here: the workflow plans with it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.catalogue import ARCHITECTURES, CHOICES, DATASETS, METHODS
from bench.errors import UserError, unknown_name
from bench.registry import Registry

TRAINING_VERSION = 1
"""Raised when a change of code changes the bits a training produces; part of every run's key."""

IMAGE_SIZES = (16, 32, 64)

POSITIVE = ("learning_rate", "clip_value")
"""Options for which zero means nothing."""

PAPER_RUN = {"image_size": 64, "batch_size": 64, "generator_steps": 200_000}
"""Run settings of the image grid in Gulrajani et al. (2017), official code `gan_64x64.py`."""

PAPER_DATA = "LSUN bedrooms"
"""The images of those papers; every image set here is a stand-in for them."""

PAPER_RUN_POINTS = {"image_size": 0, "batch_size": 256, "generator_steps": 100_000}
"""Run settings of the 2-D experiments in Gulrajani et al. (2017), official code `gan_toy.py`."""


@dataclass(frozen=True)
class RunSpec:
    """One training run.

    Args:
        dataset: name in DATASETS.
        image_size: height and width in pixels; 0 for points.
        architecture: name in ARCHITECTURES.
        architecture_options: every option of its builder, resolved.
        method: name in METHODS.
        method_options: every option of its builder, resolved.
        seed: replication number, the unit of the statistics.
        batch_size: real samples per critic step.
        generator_steps: number of generator updates.
        snapshot_steps: generator steps at which networks are kept for measuring; 0 (untrained)
            and the last step are always among them.
        divergence_limit: a loss beyond this magnitude ends the run as diverged.
    """

    dataset: str
    image_size: int
    architecture: str
    architecture_options: Mapping[str, Any]
    method: str
    method_options: Mapping[str, Any]
    seed: int
    batch_size: int
    generator_steps: int
    snapshot_steps: tuple[int, ...]
    divergence_limit: float = 1e6

    @property
    def data_id(self) -> str:
        """Folder name of the prepared data, for example `digits-16`."""
        return f"{self.dataset}-{self.image_size}" if self.image_size else self.dataset

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

    Runs to be compared share seeds by naming the same parts: data order and
    noise are derived from data set and replication number alone, so every
    method sees the same draws.

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
    points = DATASETS[settings["dataset"]].data == "points"
    reason = skip_reason(settings["dataset"], settings["architecture"])
    if reason:
        raise UserError(f"This run makes no sense: {reason}.")
    published = PAPER_RUN_POINTS if points else PAPER_RUN
    run: dict[str, Any] = {**published, "snapshots": 8, "divergence_limit": 1e6, "seed": 0}
    run |= {key: value for key, value in settings.items() if key in run and value is not None}
    _check_run(run)
    check_data(settings["dataset"], run["image_size"])
    steps = settings.get("snapshot_steps") or snapshot_steps(run["generator_steps"], run["snapshots"])
    _check_steps(steps, run["generator_steps"])
    return RunSpec(
        dataset=settings["dataset"],
        image_size=run["image_size"],
        architecture=settings["architecture"],
        architecture_options=resolve_options(
            ARCHITECTURES, settings["architecture"], settings.get("architecture_options")
        ),
        method=settings["method"],
        method_options=resolve_options(METHODS, settings["method"], settings.get("method_options")),
        seed=run["seed"],
        batch_size=run["batch_size"],
        generator_steps=run["generator_steps"],
        snapshot_steps=tuple(sorted({0, run["generator_steps"], *steps})),
        divergence_limit=float(run["divergence_limit"]),
    )


def snapshot_steps(generator_steps: int, count: int) -> tuple[int, ...]:
    """Returns `count` steps spread over the run, denser early, with the first (0) and the last.

    Quadratic spacing: early training changes fastest.

    Example:
        >>> snapshot_steps(100, 5)
        (0, 6, 25, 56, 100)
    """
    return tuple(sorted({round(generator_steps * (i / (count - 1)) ** 2) for i in range(count)}))


def skip_reason(dataset: str, architecture: str) -> str | None:
    """Returns why a cell of the grid makes no sense, or None where it does."""
    provides, accepts = DATASETS[dataset].data, ARCHITECTURES[architecture].data
    if accepts not in ("any", provides):
        return f"architecture {architecture} takes {accepts}, data set {dataset} provides {provides}"
    return None


def deviations(spec: RunSpec) -> list[str]:
    """Lists every way in which a run departs from the published settings, for the report.

    Published are the run settings of Gulrajani et al. (2017), whose networks
    these are, and the defaults of each architecture and method from its paper.
    """
    paper = PAPER_RUN if spec.image_size else PAPER_RUN_POINTS
    found = [f"data set {spec.dataset} (published {PAPER_DATA})"] if spec.image_size else []
    found += [
        f"{key} {getattr(spec, key)} (published {value})" for key, value in paper.items() if getattr(spec, key) != value
    ]
    if not DATASETS[spec.dataset].fresh:
        found.append("batches are drawn with replacement, not in shuffled epochs")
    for registry, name, options in (
        (ARCHITECTURES, spec.architecture, spec.architecture_options),
        (METHODS, spec.method, spec.method_options),
    ):
        defaults = registry.describe(name).defaults
        found += [
            f"{name}.{key} {options[key]} (published {value})"
            for key, value in defaults.items()
            if options[key] != value
        ]
    return found


def check_data(dataset: str, image_size: object) -> None:
    """Checks that a data set exists at a size; 0 is the size of points.

    Raises:
        UserError: for an unknown data set or a size it does not come in.
    """
    sizes = (0,) if DATASETS[dataset].data == "points" else IMAGE_SIZES
    if isinstance(image_size, bool) or not isinstance(image_size, int) or image_size not in sizes:
        allowed = "0, as for all points" if sizes == (0,) else f"one of {', '.join(map(str, sizes))}"
        raise UserError(f"Run setting 'image_size' of {dataset}: got {image_size!r}, expected {allowed}.")


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
    for key in ("architecture_options", "method_options"):
        _expect(isinstance(settings.get(key) or {}, Mapping), key, settings.get(key), "an object of options")


def _expect(fits: bool, key: str, value: object, wanted: str) -> None:
    if not fits:
        raise UserError(f"Run setting {key!r}: got {value!r}, expected {wanted}.")


def _check_run(run: Mapping[str, Any]) -> None:
    minimum = {"seed": 0, "batch_size": 2, "generator_steps": 1, "snapshots": 2}
    for key, least in minimum.items():
        value = run[key]
        _expect(type(value) is int and value >= least, key, value, f"a whole number of at least {least}")
    limit = run["divergence_limit"]
    _expect(type(limit) in (int, float) and 0 < limit < math.inf, "divergence_limit", limit, "a positive number")


def _check_steps(steps: object, last: int) -> None:
    whole = isinstance(steps, list | tuple) and all(type(step) is int and 0 <= step <= last for step in steps)
    _expect(whole, "snapshot_steps", steps, f"steps from 0 to {last}")


def resolve_options(registry: Registry, name: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Returns every option of a component, the given ones checked, the others at their published values.

    Raises:
        UserError: for an unknown option, a wrong type, or a value out of range.
    """
    options = registry.resolve(name, given or {})
    for key, value in options.items():
        _check_option(f"{registry.kind} {name!r}, option {key!r}", key, value)
    return options


def _check_option(what: str, key: str, value: Any) -> None:
    if key in CHOICES and value not in CHOICES[key]:
        raise unknown_name(f"{what}: value", value, CHOICES[key])
    if isinstance(value, bool | str) or key.startswith("label"):
        return
    if key.startswith("beta"):
        allowed, fits = "0 <= x < 1", 0 <= value < 1
    elif isinstance(value, int):
        allowed, fits = "at least 1", value >= 1
    else:
        allowed, fits = "a positive number", value > 0 or (value == 0 and key not in POSITIVE)
    if not fits:
        raise UserError(f"{what}: got {value!r}, expected {allowed}.")
