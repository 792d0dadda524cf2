"""The grid as shown: one cell per data set, architecture, method and settings, every seed in it."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS
from report import assets, figures
from report.assets import Asset
from report.inputs import Inputs
from report.variants import labels

if TYPE_CHECKING:
    import pandas as pd

PRIMARY_METRICS = ("fid", "ot_samples")
"""The score that stands for sample quality in the grid: the first that the data set has."""

PROGRESS_BYTES = 8 * 2**20
"""Pictures of training progress beyond this total are left out of the page, which says so."""

SAMPLES_BYTES = 8 * 2**20
"""Sample grids beyond this total are left out of the page, which says so; the first seed of every cell comes first."""

CURVES = 60
"""Cells of one data set whose training curves are drawn; those with the usual settings come first."""

SCORED = ("completed", "collapsed")
"""Outcomes of a run that has a generator in the end."""


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

    @property
    def anchor(self) -> str:
        """Where the run stands in the page."""
        return f"run-{assets.slug(self.run_id)}"


@dataclass(frozen=True)
class Cell:
    """All seeds of one architecture and method on one data set; `differs` says what was not as usual, see variants."""

    architecture: str
    method: str
    differs: str
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

    @property
    def name(self) -> str:
        """Architecture, method and what was not as usual."""
        return ", ".join(filter(None, (self.architecture, self.method, self.differs)))

    def run(self, seed: int) -> SeedResult | None:
        """Returns the run with this seed, None where the cell has none."""
        return next((run for run in self.seeds if run.seed == seed), None)


@dataclass(frozen=True)
class Group:
    """The part of the grid on one data set at one image size: cells with the usual settings by row, and variants."""

    data_id: str
    metric: str
    floor: float | None
    methods: tuple[str, ...]
    rows: Mapping[str, tuple[Cell, ...]]
    variants: tuple[Cell, ...]
    reference: Asset | None

    @property
    def usual(self) -> tuple[Cell, ...]:
        """The cells with the usual settings, architecture by architecture."""
        return tuple(cell for row in self.rows.values() for cell in row)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, variants last."""
        return self.usual + self.variants

    @property
    def seeds(self) -> tuple[int, ...]:
        """Every seed that some cell with the usual settings has."""
        return tuple(sorted({run.seed for cell in self.usual for run in cell.seeds}))


@dataclass(frozen=True)
class Pictures:
    """Which pictures the page can hold: those of progress or none, and all samples but those of some runs."""

    with_progress: bool
    left_out: frozenset[str]


def groups(inputs: Inputs) -> tuple[Group, ...]:
    """Returns the grid, one group per prepared data set, in the order of the registry."""
    runs = inputs.runs[inputs.runs["outcome"] != "skipped"]
    found = {data_id(run) for run in runs["run_id"]}
    ordered = sorted(found, key=lambda name: (_place(DATASETS, name.rpartition("-")[0] or name), name))
    told = {name: labels(_of(runs, name)) for name in ordered}
    every = {run: words for found in told.values() for run, words in found.items()}
    pictures = Pictures(with_progress=_progress_bytes(inputs) <= PROGRESS_BYTES, left_out=_left_out(inputs, every))
    return tuple(_GroupBuilder(inputs, name, told[name], pictures).group() for name in ordered)


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


def _left_out(inputs: Inputs, told: Mapping[str, str]) -> frozenset[str]:
    """The runs whose samples would make the page too large; first seeds and usual settings come first."""
    seeds = dict(zip(inputs.runs["run_id"], inputs.runs["seed"], strict=True))
    sizes = {}
    for run_id in sorted(told, key=lambda run: (seeds[run], bool(told[run]), run)):
        path = picture(inputs, run_id, "samples")
        sizes[run_id] = path.stat().st_size if path.is_file() else 0
    totals = dict(zip(sizes, itertools.accumulate(sizes.values()), strict=True))
    return frozenset(run for run, total in totals.items() if sizes[run] and total > SAMPLES_BYTES)


class _GroupBuilder:
    """Gathers one group from the tables; every lookup is restricted to its data set once."""

    def __init__(self, inputs: Inputs, name: str, told: Mapping[str, str], pictures: Pictures) -> None:
        self.inputs = inputs
        self.name = name
        self.pictures = pictures
        runs = _of(inputs.runs, name)
        runs = runs[runs["outcome"] != "skipped"].sort_values("seed")
        self.runs = runs.assign(differs=runs["run_id"].map(told))
        scores = _of(inputs.scores, name)
        self.scores = scores[scores["status"] == "ok"]
        self.curves = _of(inputs.curves, name)
        self.drawn = 0

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
            variants=tuple(self._variants(architectures, methods)),
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

    @cached_property
    def finals(self) -> dict[str, float]:
        """The primary score after the last step, by run."""
        steps = dict(zip(self.runs["run_id"], self.runs["generator_steps"].map(whole), strict=True))
        last = self.primary[self.primary["step"] == self.primary["run_id"].map(steps)]
        return dict(zip(last["run_id"], last["value"].astype(float), strict=True))

    def _variants(self, architectures: Iterable[str], methods: Iterable[str]) -> Iterator[Cell]:
        changed = self.runs[self.runs["differs"] != ""]
        for architecture, method in itertools.product(architectures, methods):
            for differs in sorted(set(_in_cell(changed, architecture, method)["differs"])):
                yield self._cell(architecture, method, differs)

    def _cell(self, architecture: str, method: str, differs: str = "") -> Cell:
        runs = _in_cell(self.runs, architecture, method)
        runs = runs[runs["differs"] == differs]
        return Cell(
            architecture=architecture,
            method=method,
            differs=differs,
            seeds=tuple(self._seed(run) for run in runs.to_dict("records")),
            curves=self._curves(architecture, method, runs),
        )

    def _seed(self, run: Mapping[str, Any]) -> SeedResult:
        run_id = run["run_id"]
        return SeedResult(
            run_id=run_id,
            seed=int(run["seed"]),
            outcome=run["outcome"],
            reason=text(run["reason"]),
            steps_done=whole(run["steps_done"]),
            score=self.finals.get(run_id) if run["outcome"] in SCORED else None,
            samples=None if run_id in self.pictures.left_out else self._picture(run, "samples"),
            progress=self._picture(run, "progress") if self.pictures.with_progress else None,
        )

    def _picture(self, run: Mapping[str, Any], kind: str) -> Asset | None:
        shown = f"{self.name} {run['architecture']} {run['method']} seed {run['seed']}"
        key = run["run_id"].rpartition("-")[2] if run["differs"] else ""
        words = f"{kind.capitalize()}: {shown}{', ' if run['differs'] else ''}{run['differs']}"
        return assets.png(picture(self.inputs, run["run_id"], kind), f"{kind}-{shown} {key}", words)

    def _curves(self, architecture: str, method: str, runs: pd.DataFrame) -> Asset | None:
        estimates = self.curves[self.curves["run_id"].isin(runs["run_id"])]
        estimates = estimates[estimates["series"] == "critic_estimate"]
        if estimates.empty or self.drawn >= CURVES:
            return None
        self.drawn += 1
        drawing = figures.training_curves(
            estimates,
            self.primary[self.primary["run_id"].isin(runs["run_id"])],
            dict(zip(runs["seed"], runs["outcome"], strict=True)),
            estimate_name=next((name for name in map(text, runs["estimate_name"]) if name), "critic's estimate"),
            metric=self.metric,
            floor=self.floor,
            limits=figures.shared_limits(self.primary["value"], self.floor),
        )
        differs = runs["differs"].iloc[0]
        key = runs["run_id"].iloc[0].rpartition("-")[2] if differs else ""
        words = f"Training curves of {method} on {architecture}, {self.name}{', ' if differs else ''}{differs}"
        return assets.svg(f"curves-{self.name} {architecture} {method} {key}", drawing, words)


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
