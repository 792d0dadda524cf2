"""From a configuration file to the list of runs it asks for.

Nothing heavy is imported here: the workflow plans with it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS, METRICS, REGISTRIES
from bench.errors import UserError, unknown_name
from bench.options import resolve_options
from bench.plugins import activate
from bench.spec import STUDIES, RunSpec, digest, resolve, skip_reason

MEASURING_VERSION = 1
"""Raised when a change of code changes a score; part of every protocol's key."""

KINDS = {"dataset": DATASETS, "architecture": ARCHITECTURES, "method": METHODS}
OPTIONS = tuple(f"{kind}_options" for kind in KINDS)

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "workflows/schemas/config.schema.yaml"


@dataclass(frozen=True)
class Protocol:
    """How samples are scored; part of every score row.

    Args:
        n_real: real samples compared with.
        n_fake: generated samples.
        split: "train" or "test", where the real samples come from.
        extractor: "classifier" (trained here on the data set), "inception"
            (torch-fidelity's weights) or "auto" (inception where its weights are present).
        metrics: names in METRICS.
    """

    n_real: int = 10_000
    n_fake: int = 10_000
    split: str = "test"
    extractor: str = "auto"
    metrics: tuple[str, ...] = tuple(METRICS)

    @property
    def key(self) -> str:
        """Identity of the protocol in paths."""
        sources = [[name, METRICS[name].source] for name in sorted(self.metrics) if METRICS[name].source]
        settings = [self.n_real, self.n_fake, self.split, self.extractor, sorted(self.metrics)]
        return digest([MEASURING_VERSION, *settings, *sources])

    def needs_classifier(self, image_size: int) -> bool:
        """Tells whether scoring may use the classifier trained here; points (image_size 0) have no features."""
        return bool(image_size) and self.extractor != "inception"

    def scores_folder(self, run_id: str, results: Path) -> Path:
        """Returns where the scores of a run under this protocol are kept."""
        return results / "measurements" / run_id / self.key

    def reference_folder(self, data_id: str, results: Path) -> Path:
        """Returns where real samples scored against real samples are kept."""
        return results / "reference" / data_id / self.key


@dataclass(frozen=True)
class SkippedCell:
    """A cell of the grid that makes no sense, and why."""

    dataset: str
    architecture: str
    method: str
    seed: int
    reason: str


@dataclass(frozen=True)
class Plan:
    """What a configuration asks for.

    Args:
        config: the configuration itself, validated.
        scale: its name.
        runs: the runs of its grid.
        skipped: cells of the grid that make no sense.
        protocol: how samples are scored.
        claims: the claims to judge; None for all.
        study_seed, studies: seed and effort of the studies.
        together: runs trained and measured by one job.
        device: where to train and measure: "cpu", "cuda", or "auto" for cuda where there is one.
        time_limit: hours after which a training is ended; None for no limit.
    """

    config: Mapping[str, Any]
    scale: str
    runs: tuple[RunSpec, ...]
    skipped: tuple[SkippedCell, ...]
    protocol: Protocol
    claims: tuple[str, ...] | None
    study_seed: int
    studies: str
    together: int
    device: str
    time_limit: float | None

    def design(self, claim: str) -> dict[str, Any] | None:
        """What a claim's own trainings are made on: `datasets`, `seeds`, `training`; None where they are not wanted."""
        designs = self.config.get("designs", {})
        if not {"default", claim} & set(designs):
            return None
        common, own = designs.get("default", {}), designs.get(claim, {})
        return {**common, **own, "training": {**common.get("training", {}), **own.get("training", {})}}


def load(path: Path) -> Plan:
    """Reads, validates and expands a configuration file.

    Raises:
        UserError: when the file is missing, is not text or YAML, or asks for something unknown.
    """
    import yaml

    try:
        config = yaml.safe_load(path.read_text())
    except OSError as error:
        raise UserError(f"Cannot read the configuration {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not text in UTF-8 (byte {error.start}); save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not YAML: {' '.join(str(error).split())}.") from error
    return plan(config)


def plan(config: Mapping[str, Any]) -> Plan:
    """Validates a configuration, registers its plug-ins and expands its grid."""
    validate(config)
    if config["scale"] == STUDIES:
        raise UserError(f"Configuration at scale: {STUDIES!r} is the name of what needs no grid; choose another one.")
    activate(config.get("plugins", []), REGISTRIES)
    measure = dict(config.get("measure", {}))
    metrics = tuple(measure.pop("metrics", METRICS))
    for metric in metrics:
        METRICS[metric]
    runs: dict[str, RunSpec] = {}
    skipped: list[SkippedCell] = []
    for cell in _cells(config):
        reason = skip_reason(cell["dataset"], cell["architecture"], cell["method"])
        if reason:
            skipped.append(
                SkippedCell(cell["dataset"], cell["architecture"], cell["method"], cell.get("seed", 0), reason)
            )
        else:
            spec = resolve(cell)
            runs[spec.run_id] = spec
    claims = config.get("claims", "all")
    return Plan(
        config=config,
        scale=config["scale"],
        runs=tuple(runs.values()),
        skipped=tuple(skipped),
        protocol=Protocol(**measure, metrics=metrics),
        claims=None if claims == "all" else tuple(claims),
        study_seed=config.get("study_seed", 0),
        studies=config.get("studies", "full"),
        together=config.get("together", 1),
        device=config.get("device", "auto"),
        time_limit=config.get("time_limit"),
    )


def validate(config: object) -> None:
    """Checks a configuration against the schema, in one readable line.

    Raises:
        UserError: naming the first key that is wrong, and the nearest allowed names.
    """
    import jsonschema

    validator = jsonschema.Draft202012Validator(_schema())
    error = jsonschema.exceptions.best_match(validator.iter_errors(config))
    if error is None:
        return
    where = ".".join(map(str, error.absolute_path)) or "the top level"
    if error.validator == "additionalProperties":
        allowed = error.schema.get("properties", {})
        unknown = next(key for key in error.instance if key not in allowed)
        raise unknown_name(f"configuration key at {where}:", unknown, allowed)
    raise UserError(f"Configuration at {where}: {error.message}.")


@functools.cache
def _schema() -> dict[str, Any]:
    import yaml

    return yaml.safe_load(SCHEMA.read_text())


def _cells(config: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    _check_references(config)
    for block in config.get("grid", []):
        datasets, architectures, methods = (_names(block, kind) for kind in ("dataset", "architecture", "method"))
        for dataset, architecture, method in itertools.product(datasets, architectures, methods):
            cell = cell_settings(config, dataset, architecture, method, block.get("training", {}))
            for seed in seeds_of(block["seeds"]):
                yield _with_rules(config, {**cell, "seed": seed})


def cell_settings(
    config: Mapping[str, Any], dataset: str, architecture: str, method: str, training: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns what a configuration says of a cell, for `resolve`, as far as it does not depend on the seed.

    Args:
        config: the configuration.
        dataset, architecture, method: names of the cell.
        training: settings of its block, over those common to all.
    """
    method = METHODS.canonical(method)
    cell = {
        "dataset": dataset,
        "architecture": architecture,
        "method": method,
        **config.get("training", {}),
        **training,
        "dataset_options": config.get("datasets", {}).get(dataset),
        "architecture_options": config.get("architectures", {}).get(architecture),
        "method_options": _method_options(_by_canonical_name(config.get("methods", {})), method),
    }
    return cell | ({"image_size": 0} if DATASETS[dataset].data == "points" else {})


def _with_rules(config: Mapping[str, Any], cell: dict[str, Any]) -> dict[str, Any]:
    """Applies the changes that the configuration makes to some cells only."""
    for rule in config.get("cells", []):
        if all(cell[key] == value for key, value in _where(rule).items()):
            cell = _merge(cell, rule["set"])
    return cell


def _merge(cell: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**cell, **changes}
    for key in OPTIONS:
        merged[key] = {**(cell.get(key) or {}), **changes.get(key, {})}
    return merged


def seeds_of(seeds: int | list[int]) -> Iterable[int]:
    """Returns the seeds that a count, or a list, stands for."""
    return range(seeds) if isinstance(seeds, int) else seeds


def _names(block: Mapping[str, Any], kind: str) -> list[str]:
    """The names a block of the grid lists; `all` stands for everything registered."""
    listed = block[f"{kind}s"]
    names = list(KINDS[kind]) if listed == "all" else listed
    return [METHODS.canonical(name) for name in names] if kind == "method" else names


def _where(rule: Mapping[str, Any]) -> dict[str, Any]:
    where = dict(rule["where"])
    return where | {"method": METHODS.canonical(where["method"])} if "method" in where else where


def _method_options(given: Mapping[str, Mapping[str, Any]], method: str) -> dict[str, Any]:
    """Options given for a method, over those given for its parts.

    What is given for a technique's name alone concerns that technique on its
    usual method; on another one only the technique's own options are taken over.
    """
    options: dict[str, Any] = {}
    for part in METHODS.parts(method):
        own = METHODS.own_options(part)
        options |= {key: value for key, value in given.get(part, {}).items() if key in own}
    return options | dict(given.get(method, {}))


def _by_canonical_name(given: Mapping[str, Any]) -> dict[str, Any]:
    """Options by method, each under its shortest name.

    Raises:
        UserError: when two names of one method are given.
    """
    found: dict[str, Any] = {}
    for name, options in given.items():
        short = METHODS.canonical(name)
        if short in found:
            raise UserError(f"Configuration at methods: {name!r} is another name of {short!r}; give its options once.")
        found[short] = options
    return found


def _check_references(config: Mapping[str, Any]) -> None:
    """Looks every name up in its registry, and checks options also of what the grid does not use."""
    for kind, registry in KINDS.items():
        for name, options in config.get(f"{kind}s", {}).items():
            resolve_options(registry, name, options)
    named = [(kind, name) for block in config.get("grid", []) for kind in KINDS for name in _names(block, kind)]
    named += [item for rule in config.get("cells", []) for item in rule["where"].items() if item[0] in KINDS]
    for kind, name in named:
        KINDS[kind][name]
