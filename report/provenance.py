"""How the numbers came about: protocol of measurement, what did not finish, code and machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.catalogue import METRICS
from report.grid import data_id, in_order, text, whole
from report.inputs import Inputs

if TYPE_CHECKING:
    import pandas as pd

SCORE_PROTOCOL = ["n_real", "n_fake", "split", "extractor", "extractor_sha256"]


@dataclass(frozen=True)
class Scoring:
    """One way in which scores were taken, and the metrics taken so."""

    metrics: tuple[str, ...]
    n_real: int
    n_fake: int
    split: str
    extractor: str
    checksum: str


@dataclass(frozen=True)
class DataProtocol:
    """Measuring on one data set.

    Args:
        data_id: folder of the data set.
        scorings: the ways in which scores were taken.
        card: what is recorded of the feature extractor; empty where there is none.
        floor: metric and its value between real training and real held-out data.
    """

    data_id: str
    scorings: tuple[Scoring, ...]
    card: Mapping[str, Any]
    floor: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Provenance:
    """Where the runs came from; counts are numbers of runs."""

    commits: Mapping[str, int]
    devices: Mapping[str, int]
    packages: Mapping[str, tuple[str, ...]]
    deviations: Mapping[str, int]
    wall_seconds: float


def protocols(inputs: Inputs) -> tuple[DataProtocol, ...]:
    """Returns the measuring protocol of each data set that has scores."""
    scores = inputs.scores[~inputs.scores["metric"].astype(str).str.startswith("train_")]
    names = sorted({data_id(run) for run in scores["run_id"]})
    return tuple(_protocol(inputs, scores[scores["run_id"].map(data_id) == name], name) for name in names)


def unfinished(inputs: Inputs, differs: Mapping[str, str]) -> list[dict[str, Any]]:
    """Returns every run and cell that did not complete, with the reason recorded for it.

    Seeds of a cell that ended alike, at the same step, share an entry, and so
    do methods whose seeds did.

    Args:
        inputs: everything that is shown.
        differs: what a run was trained with that its cell was usually not, by run id.
    """
    lost = inputs.runs[inputs.runs["outcome"] != "completed"]
    order = ["outcome", "dataset", "architecture", "method", "seed"]
    seeds: dict[tuple[Any, ...], list[int]] = {}
    for run in lost.sort_values(order, kind="stable").to_dict("records"):
        words = tuple(text(run[key]) for key in ("dataset", "architecture", "outcome", "reason"))
        steps = tuple(whole(run[key]) for key in ("steps_done", "generator_steps"))
        method = " with ".join(filter(None, (text(run["method"]), differs.get(run["run_id"], ""))))
        seeds.setdefault((method, *words, *steps), []).append(whole(run["seed"]))
    methods: dict[tuple[Any, ...], list[str]] = {}
    for (method, *alike), found in seeds.items():
        methods.setdefault((*alike, tuple(found)), []).append(method)
    names = ("dataset", "architecture", "outcome", "reason", "steps_done", "generator_steps", "seeds")
    return [{**dict(zip(names, key, strict=True)), "methods": found} for key, found in methods.items()]


def unscored(inputs: Inputs) -> list[dict[str, Any]]:
    """Returns the metrics without a value: which, why, and how many rows."""
    rows = inputs.scores[inputs.scores["status"] != "ok"]
    found = Counter(zip(rows["metric"], rows["status"], rows["reason"].map(text), strict=True))
    return [
        {"metric": metric, "status": status.replace("_", " "), "reason": reason, "n": n}
        for (metric, status, reason), n in sorted(found.items())
    ]


def provenance(inputs: Inputs) -> Provenance:
    """Returns code, packages, devices, departures from the papers and time, over all runs."""
    runs = inputs.runs
    states = zip(runs["git_commit"].map(text), runs["git_dirty"], strict=True)
    commits = (f"{commit[:12]}{' with local changes' if dirty else ''}" for commit, dirty in states if commit)
    return Provenance(
        commits=_counted(commits),
        devices=_counted(device for device in runs["device"].map(text) if device),
        packages=_packages(runs),
        deviations=_counted(item for cell in runs["deviations"] for item in _json(cell, [])),
        wall_seconds=float(runs["wall_seconds"].astype(float).sum()),
    )


def _protocol(inputs: Inputs, scores: pd.DataFrame, name: str) -> DataProtocol:
    taken = scores[(scores["status"] == "ok") & (scores["architecture"] != "reference")]
    scorings = [
        Scoring(
            metrics=in_order(rows["metric"], METRICS),
            n_real=whole(n_real),
            n_fake=whole(n_fake),
            split=text(split),
            extractor=text(extractor),
            checksum=text(checksum),
        )
        for (n_real, n_fake, split, extractor, checksum), rows in taken.groupby(SCORE_PROTOCOL, dropna=False)
    ]
    floor = scores[(scores["architecture"] == "reference") & (scores["status"] == "ok")]
    values = dict(zip(floor["metric"], floor["value"], strict=True))
    return DataProtocol(
        data_id=name,
        scorings=tuple(scorings),
        card={key: value for key, value in inputs.extractors.get(name, {}).items() if _scalar(value)},
        floor=tuple((metric, float(values[metric])) for metric in in_order(values, METRICS)),
    )


def _packages(runs: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for cell in runs["packages"]:
        for package, version in _json(cell, {}).items():
            found.setdefault(package, set()).add(str(version))
    return {package: tuple(sorted(versions)) for package, versions in sorted(found.items())}


def _counted(items: Any) -> dict[str, int]:
    return dict(sorted(Counter(items).items()))


def _json(cell: Any, default: Any) -> Any:
    return json.loads(cell) if isinstance(cell, str) and cell else default


def _scalar(value: object) -> bool:
    return isinstance(value, str | int | float | bool)
