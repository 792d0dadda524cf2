"""The grid as shown: one cell per data set, architecture and method, every seed in it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS
from report import assets, figures
from report.assets import Asset
from report.inputs import Inputs

if TYPE_CHECKING:
    import pandas as pd

PRIMARY_METRICS = ("fid", "ot_samples")
"""The score that stands for sample quality in the grid: the first that the data set has."""

PROGRESS_BYTES = 8 * 2**20
"""Pictures of training progress beyond this total are left out of the page, which says so."""


@dataclass(frozen=True)
class SeedResult:
    """One run in its cell; `score` is its final primary score, where it has one."""

    run_id: str
    seed: int
    outcome: str
    reason: str
    steps_done: int
    score: float | None
    samples: Asset | None
    progress: Asset | None


@dataclass(frozen=True)
class Cell:
    """All seeds of one architecture and method on one data set."""

    architecture: str
    method: str
    seeds: tuple[SeedResult, ...]
    curves: Asset | None

    @property
    def median(self) -> float | None:
        """The middle of the final scores, only where every seed has one: losses must not flatter a cell."""
        scores = [seed.score for seed in self.seeds if seed.score is not None]
        return statistics.median(scores) if scores and len(scores) == len(self.seeds) else None

    @property
    def scored(self) -> int:
        """How many seeds have a final score."""
        return sum(seed.score is not None for seed in self.seeds)

    def run(self, seed: int) -> SeedResult | None:
        """Returns the run with this seed, None where the cell has none."""
        return next((run for run in self.seeds if run.seed == seed), None)


@dataclass(frozen=True)
class Group:
    """The part of the grid on one data set at one image size."""

    data_id: str
    metric: str
    floor: float | None
    methods: tuple[str, ...]
    rows: Mapping[str, tuple[Cell, ...]]
    reference: Asset | None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, architecture by architecture."""
        return tuple(cell for row in self.rows.values() for cell in row)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Every seed that some cell has."""
        return tuple(sorted({run.seed for cell in self.cells for run in cell.seeds}))


def groups(inputs: Inputs) -> tuple[Group, ...]:
    """Returns the grid, one group per prepared data set, in the order of the registry."""
    runs = inputs.runs[inputs.runs["outcome"] != "skipped"]
    found = {data_id(run) for run in runs["run_id"]}
    ordered = sorted(found, key=lambda name: (_place(DATASETS, name.rpartition("-")[0] or name), name))
    with_progress = _progress_bytes(inputs) <= PROGRESS_BYTES
    return tuple(_GroupBuilder(inputs, name, with_progress).group() for name in ordered)


def data_id(run_id: str) -> str:
    """Returns the data folder of a run, for example `digits-16`."""
    return run_id.split("/", 1)[0]


def in_order(names: Iterable[str], registry: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns the distinct names in the order of a registry, unknown ones last."""
    return tuple(sorted(set(names), key=lambda name: (_place(registry, name), name)))


def picture(inputs: Inputs, run_id: str, kind: str) -> Path:
    """Returns where the sample grid of a run or of the real data lies."""
    protocol = inputs.protocols.get(run_id, "unmeasured")
    if run_id.endswith("/reference/real"):
        return inputs.results / "reference" / data_id(run_id) / protocol / f"{kind}.png"
    return inputs.results / "measurements" / run_id / protocol / f"{kind}.png"


def _place(registry: Mapping[str, Any], name: str) -> int:
    names = list(registry)
    return names.index(name) if name in names else len(names)


def _progress_bytes(inputs: Inputs) -> int:
    paths = (picture(inputs, run_id, "progress") for run_id in inputs.runs["run_id"])
    return sum(path.stat().st_size for path in paths if path.is_file())


class _GroupBuilder:
    """Gathers one group from the tables; every lookup is restricted to its data set once."""

    def __init__(self, inputs: Inputs, name: str, with_progress: bool) -> None:
        self.inputs = inputs
        self.name = name
        self.with_progress = with_progress
        self.runs = _of(inputs.runs, name)
        self.runs = self.runs[self.runs["outcome"] != "skipped"].sort_values("seed")
        scores = _of(inputs.scores, name)
        self.scores = scores[scores["status"] == "ok"]
        self.curves = _of(inputs.curves, name)

    def group(self) -> Group:
        architectures = in_order(self.runs["architecture"], ARCHITECTURES)
        methods = in_order(self.runs["method"], METHODS)
        real = f"{self.name}/reference/real"
        return Group(
            data_id=self.name,
            metric=self.metric,
            floor=self.floor,
            methods=methods,
            rows={name: tuple(self._cell(name, method) for method in methods) for name in architectures},
            reference=assets.png(
                picture(self.inputs, real, "samples"), f"real-{self.name}", f"Real images of {self.name}"
            ),
        )

    @cached_property
    def metric(self) -> str:
        """The primary metric that the runs of this data set have."""
        present = set(self.scores.loc[self.scores["architecture"] != "reference", "metric"])
        return next((metric for metric in PRIMARY_METRICS if metric in present), PRIMARY_METRICS[0])

    @cached_property
    def floor(self) -> float | None:
        """The primary metric between real training and real held-out data."""
        rows = self.scores[(self.scores["architecture"] == "reference") & (self.scores["metric"] == self.metric)]
        return float(rows["value"].iloc[0]) if len(rows) else None

    @cached_property
    def primary(self) -> pd.DataFrame:
        """The primary scores of the trained runs."""
        scores = self.scores
        return scores[(scores["metric"] == self.metric) & (scores["architecture"] != "reference")]

    def _cell(self, architecture: str, method: str) -> Cell:
        runs = _in_cell(self.runs, architecture, method)
        return Cell(
            architecture=architecture,
            method=method,
            seeds=tuple(self._seed(run) for run in runs.to_dict("records")),
            curves=self._curves(architecture, method, runs),
        )

    def _seed(self, run: Mapping[str, Any]) -> SeedResult:
        name = f"{self.name} {run['architecture']} {run['method']} seed {run['seed']}"
        run_id = run["run_id"]
        return SeedResult(
            run_id=run_id,
            seed=int(run["seed"]),
            outcome=run["outcome"],
            reason=text(run["reason"]),
            steps_done=whole(run["steps_done"]),
            score=self._final(run),
            samples=assets.png(picture(self.inputs, run_id, "samples"), f"samples-{name}", f"Samples: {name}"),
            progress=assets.png(picture(self.inputs, run_id, "progress"), f"progress-{name}", f"Progress: {name}")
            if self.with_progress
            else None,
        )

    def _final(self, run: Mapping[str, Any]) -> float | None:
        rows = self.primary[self.primary["run_id"] == run["run_id"]]
        last = rows[rows["step"] == whole(run["generator_steps"])]
        return float(last["value"].iloc[0]) if run["outcome"] == "completed" and len(last) else None

    def _curves(self, architecture: str, method: str, runs: pd.DataFrame) -> Asset | None:
        estimates = _in_cell(self.curves, architecture, method)
        estimates = estimates[estimates["series"] == "critic_estimate"]
        if estimates.empty:
            return None
        drawing = figures.training_curves(
            estimates,
            _in_cell(self.primary, architecture, method),
            dict(zip(runs["seed"], runs["outcome"], strict=True)),
            estimate_name=next((name for name in map(text, runs["estimate_name"]) if name), "critic's estimate"),
            metric=self.metric,
            floor=self.floor,
            limits=figures.shared_limits(self.primary["value"], self.floor),
        )
        name = f"curves-{self.name} {architecture} {method}"
        return assets.svg(name, drawing, f"Training curves of {method} on {architecture}, {self.name}")


def text(value: object) -> str:
    """Returns a table's text, empty where it holds nothing."""
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int:
    """Returns a table's count, 0 where it holds nothing."""
    return 0 if value is None or value != value else int(value)


def _of(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame[frame["run_id"].map(data_id) == name] if len(frame) else frame


def _in_cell(frame: pd.DataFrame, architecture: str, method: str) -> pd.DataFrame:
    return frame[(frame["architecture"] == architecture) & (frame["method"] == method)]
