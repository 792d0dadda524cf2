"""Measuring: every snapshot of a trained run, scored by every metric of a protocol.

Scores are rows; a metric without a value is a row that says why. Writing the
same run again gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from bench import checkpoints, pictures
from bench.catalogue import DATASETS, METRICS
from bench.config import Protocol
from bench.curves import median_filtered
from bench.data import Split, load, source_of, stored, training_picks
from bench.errors import UserError
from bench.features import resolve_extractor
from bench.files import read_json, write_atomic, write_table
from bench.metrics.generation import GENERATION_BATCH
from bench.metrics.measurable import (
    Measurable,
    Modes,
    NeedsNetworks,
    NotApplicable,
    NoValue,
    Sources,
)
from bench.metrics.modes import ClassModes, MixtureModes
from bench.spec import DataSpec, RunSpec, seed_for
from bench.step import Networks, build, draws_for_generator

if TYPE_CHECKING:
    import pandas as pd

SCORE_COLUMNS = {
    "run_id": "str",
    "dataset": "str",
    "image_size": "int64",
    "architecture": "str",
    "method": "str",
    "seed": "int64",
    "step": "int64",
    "images_seen": "int64",
    "metric": "str",
    "value": "float64",
    "status": "str",
    "reason": "str",
    "n_real": "int64",
    "n_fake": "int64",
    "split": "str",
    "extractor": "str",
    "extractor_sha256": "str",
    "protocol": "str",
    "generation_batch": "int64",
}
"""Columns of scores.parquet and their types. `value` is null exactly where `status` is not "ok"."""

LIBRARIES = ("torch_fidelity", "ot")
"""Packages some metrics need and a machine that only trains may lack."""

Row = dict[str, Any]


def scores_name() -> str:
    """Returns the file name scores get on this machine.

    Where a measuring library is missing the table is partial, and its name says
    so: a machine that has the library then sees that scoring is still to do.
    """
    whole = all(importlib.util.find_spec(name) for name in LIBRARIES)
    return "scores.parquet" if whole else "scores.partial.parquet"


def measure(spec: RunSpec, protocol: Protocol, results: Path, device: str | torch.device = "cpu") -> Path:
    """Scores every snapshot of a trained run.

    Returns:
        The folder with scores.parquet, samples.png (the last snapshot) and progress.png (all of them).

    Raises:
        UserError: when the run is not trained yet, or one of its files is missing or damaged.
    """
    run = results / "runs" / spec.run_id
    if not (run / "result.json").exists():
        raise UserError(
            f"Run {spec.run_id} is not trained yet ({run / 'result.json'} is missing). "
            "Train it first with `python -m bench run`."
        )
    final = read_json(run / "result.json", sealed=True)
    if not final["snapshots"]:
        raise UserError(f"Run {spec.run_id} ended before its first snapshot step. Add step 0 to snapshot_steps.")
    history = checkpoints.load_history(run)
    sources = sources_for(spec, protocol, results=results, device=str(device))
    networks = build(spec, tuple(sources.splits["train"].shape[1:]), torch.device(device))
    rows: list[Row] = []
    shown: dict[int, Tensor] = {}
    for step in sorted(map(int, final["snapshots"])):
        load_networks(networks, run, step, expected=final["snapshots"][str(step)])
        m = Measurable(sources, spec.run_id, step, networks=networks, device=str(device))
        about = _about_run(spec, networks, step)
        rows += [about | row for row in [*score_all(m), *_training_rows(history, step, spec, networks)]]
        shown[step] = pictures.fixed_samples(spec, networks, sources, device=str(device))
    folder = protocol.scores_folder(spec.run_id, results)
    write_atomic(folder / "samples.png", pictures.last(sources, networks, shown[max(shown)]))
    write_atomic(folder / "progress.png", pictures.progress(sources, networks, shown))
    write_table(folder / scores_name(), to_frame(rows, protocol))
    return folder


def measure_reference(data: DataSpec, protocol: Protocol, results: Path, device: str | torch.device = "cpu") -> Path:
    """Scores real samples of one split against those of the other: what a perfect generator would get.

    The protocol's split is the real side; the other split plays the generated one.

    Returns:
        The folder with scores.parquet and samples.png.
    """
    sources = sources_of(data, protocol, results=results, device=str(device))
    split: Split = "train" if protocol.split == "test" else "test"
    other = _real_samples(data, split, protocol.n_fake, results=results)
    m = Measurable(sources, f"{sources.data_id}/reference/real", 0, samples=other)
    about = {
        "run_id": m.run_id,
        "dataset": data.dataset,
        "image_size": data.image_size,
        "architecture": "reference",
        "method": "real",
        "seed": 0,
        "step": 0,
        "images_seen": 0,
    }
    folder = protocol.reference_folder(sources.data_id, results)
    write_atomic(folder / "samples.png", pictures.samples_alone(sources, other))
    write_table(folder / scores_name(), to_frame([about | row for row in score_all(m)], protocol))
    return folder


def score_all(m: Measurable) -> list[Row]:
    """Returns one row per metric of the protocol; those that need networks are left out where there are none."""
    rows = (score(m, metric) for metric in METRICS if metric in m.protocol.metrics)
    return [row for row in rows if row is not None]


def score(m: Measurable, metric: str) -> Row | None:
    """Returns the row of one metric: value or null, status, reason, and what the metric read.

    None stands for a metric of networks where only samples are compared.
    """
    with m.noting() as read:
        try:
            value, status, reason = _value(m, metric), "ok", ""
        except NeedsNetworks:
            return None
        except NoValue as why:
            value, status, reason = None, why.status, str(why)
        except torch.OutOfMemoryError:
            raise
        except (ArithmeticError, ValueError, RuntimeError) as error:
            value, status, reason = None, "failed", f"{type(error).__name__}: {' '.join(str(error).split())}"
    if value is not None and not math.isfinite(value):
        value, status, reason = None, "failed", f"the value is {value}"
    return {"metric": metric, "value": value, "status": status, "reason": reason} | vars(read)


def to_frame(rows: Iterable[Mapping[str, Any]], protocol: Protocol) -> pd.DataFrame:
    """Returns rows as a table with the columns of SCORE_COLUMNS."""
    import pandas as pd

    fixed = {"protocol": protocol.key, "generation_batch": GENERATION_BATCH}
    return pd.DataFrame([{**row, **fixed} for row in rows], columns=list(SCORE_COLUMNS)).astype(SCORE_COLUMNS)


@functools.lru_cache(maxsize=4)
def sources_of(data: DataSpec, protocol: Protocol, *, results: Path, device: str) -> Sources:
    """Returns what runs on a data set are compared with; kept, so that features of the reals are computed once.

    Where a split holds fewer than n_real samples, all of them are taken; rows record the number.
    """
    splits: tuple[Split, ...] = ("train", "test")
    return Sources(
        data_id=data.data_id,
        kind=DATASETS[data.dataset].data,
        protocol=protocol,
        splits={s: _real_samples(data, s, protocol.n_real, results=results) for s in splits},
        modes=_modes_of(data, protocol, results=results, device=device),
        extractor=resolve_extractor(protocol.extractor, data, results=results, device=device),
    )


def sources_for(spec: RunSpec, protocol: Protocol, *, results: Path, device: str) -> Sources:
    """Returns what a run is compared with; its training split is what it was trained on."""
    whole = sources_of(spec.data, protocol, results=results, device=device)
    picks = training_picks(spec, results)
    if picks is None:
        return whole
    trained_on = load(spec.data, "train", results, picks[: protocol.n_real])
    return dataclasses.replace(whole, splits={**whole.splits, "train": trained_on}, whole=whole)


def load_networks(networks: Networks, run: Path, step: int, *, expected: str) -> None:
    """Loads the weights of a snapshot and sets both networks to evaluation mode.

    Raises:
        UserError: when the snapshot is missing, damaged or not the one the result names.
    """
    path = checkpoints.snapshot_path(run, step)
    advice = f"Delete {run} and train the run again."
    if checkpoints.snapshot_sha256(run, step) != expected:
        raise UserError(f"{path} is not the snapshot that result.json names (checksums differ). {advice}")
    snapshot = checkpoints.load_snapshot(path)
    try:
        networks.generator.load_state_dict(snapshot["generator"])
        networks.critic.load_state_dict(snapshot["critic"])
    except RuntimeError as error:
        raise UserError(f"{path} does not fit the networks of its run. {advice}") from error
    networks.generator.eval()
    networks.critic.eval()


def _value(m: Measurable, metric: str) -> float:
    accepts = METRICS[metric].data
    if accepts not in ("any", m.sources.kind):
        raise NotApplicable(f"{metric} is a metric of {accepts}; {m.sources.data_id} holds {m.sources.kind}")
    return METRICS.builder(metric)(m)


def _real_samples(data: DataSpec, split: Split, most: int, *, results: Path) -> Tensor:
    """The first of a split in a seeded random order, so that any first n are a random subset."""
    total = len(stored(data, split, results))
    rng = torch.Generator().manual_seed(seed_for("real", data.dataset, data.image_size, split))
    return load(data, split, results, torch.randperm(total, generator=rng)[:most])


def _modes_of(data: DataSpec, protocol: Protocol, *, results: Path, device: str) -> Modes | None:
    """The modes of a mixture, or classes, told apart by the classifier also where features are Inception's."""
    source = source_of(data)
    if source.modes is not None:
        return MixtureModes(*source.modes)
    if not source.mode_classes:
        return None
    if not protocol.needs_classifier(data.image_size):
        return ClassModes(
            NotApplicable("modes are told apart by the classifier, not by Inception"), source.mode_classes
        )
    return ClassModes(resolve_extractor("classifier", data, results=results, device=device), source.mode_classes)


def _about_run(spec: RunSpec, networks: Networks, step: int) -> Row:
    return {
        "run_id": spec.run_id,
        "dataset": spec.dataset,
        "image_size": spec.image_size,
        "architecture": spec.architecture,
        "method": spec.method,
        "seed": spec.seed,
        "step": step,
        "images_seen": images_seen(spec, networks, step),
    }


def images_seen(spec: RunSpec, networks: Networks, generator_steps: int) -> int:
    """Returns how many real samples networks have been trained on after that many generator steps.

    Those that a fixed critic is only looked at with do not count.
    """
    for_critic = sum(networks.method.critic_steps(k) for k in range(generator_steps))
    draws = draws_for_generator(networks.method, networks.architecture)
    return spec.batch_size * (for_critic + draws * generator_steps * spec.generator_batches)


def _training_rows(history: Mapping[str, np.ndarray], step: int, spec: RunSpec, networks: Networks) -> Iterable[Row]:
    """Yields what the training itself recorded at `step` (nothing at step 0), on its own batches."""
    if step == 0:
        return
    columns = {f"train_{name}": values for name, values in history.items()}
    columns["train_critic_estimate_median101"] = median_filtered(history["critic_estimate"])
    for name, values in columns.items():
        value = float(values[step - 1])
        finite = math.isfinite(value)
        yield {
            "metric": name,
            "value": value if finite else None,
            "status": "ok" if finite else "failed",
            "reason": "" if finite else f"the value is {value}",
            "n_real": spec.batch_size,
            "n_fake": spec.batch_size * networks.method.fakes_per_real,
            "split": "train",
            "extractor": "",
            "extractor_sha256": "",
        }
