"""The mirror in MLflow: a window on the evidence, never its source.

Nothing reads back from it and no training waits for it. Each run is written
once and sealed by a tag with the digest of its evidence, so mirroring again
adds nothing, a mirror killed half-way is completed, and changed evidence
replaces what was there.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from bench.files import read_json, read_table, sha256, write_json

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

EXPERIMENT = "gan-claims"
METRICS_PER_CALL = 1000  # the most that MLflow accepts in one request
SEALED = "bench.evidence_sha256"
MIRRORED = ("completed", "collapsed", "diverged", "timed_out")
SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    # The default of seven tries with growing pauses blocks for minutes when a server is gone.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}


@dataclass(frozen=True)
class Entry:
    """One MLflow run to be.

    Args:
        key: identity, unique in an experiment.
        name: what the page shows.
        tags: by name; the key and the digest are added.
        params: by name.
        points: (series, step, value), in order.
        files: artifacts.
        began: milliseconds since 1970.
    """

    key: str
    name: str
    tags: Mapping[str, str]
    params: Mapping[str, str]
    points: tuple[tuple[str, int, float], ...]
    files: tuple[Path, ...]
    began: int

    @property
    def digest(self) -> str:
        """SHA-256 over everything MLflow would show."""
        files = [sha256(file.read_bytes()) for file in self.files]
        content = [self.name, sorted(self.tags.items()), sorted(self.params.items()), self.points, files, self.began]
        return sha256(json.dumps(content).encode())


def mirror(scale: str, results: Path) -> dict[str, Any]:
    """Mirrors the evidence of a scale to MLflow and says how it went.

    The store is `<results>/mlflow.db` unless MLFLOW_TRACKING_URI names another;
    the experiment is `gan-claims` unless MLFLOW_EXPERIMENT_NAME does. Where the
    store cannot be reached there is one line on stderr and `complete` is false.

    Args:
        scale: name of the configuration.
        results: the results folder.

    Returns:
        What is written to `<results>/tracking/<scale>.json`: `complete`, and counts of runs.

    Raises:
        UserError: when the evidence is missing or damaged.
    """
    os.environ.update({key: value for key, value in SETTINGS.items() if key not in os.environ})
    entries = [*run_entries(scale, results), verdict_entry(scale, results)]
    stamp: dict[str, Any] = {"scale": scale, "store": store(results), "entries": len(entries)}
    try:
        stamp |= {"complete": True, "reason": "", **_write(entries, scale, results)}
    except _store_errors() as error:
        reason = str(error).splitlines()[0][:200]
        print(f"warning: MLflow at {store(results)} was not updated ({reason}); run again later.", file=sys.stderr)
        stamp |= {"complete": False, "reason": reason}
    write_json(results / "tracking" / f"{scale}.json", stamp)
    return stamp


def store(results: Path) -> str:
    """Returns where MLflow keeps its records."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(results / 'mlflow.db').absolute()}"


def run_entries(scale: str, results: Path) -> Iterator[Entry]:
    """Yields an entry for each run that has evidence at `scale`."""
    evidence = results / "evidence" / scale / "all"
    tables = {name: read_table(evidence / f"{name}.parquet") for name in ("runs", "scores", "curves")}
    scores = dict(list(tables["scores"].groupby("run_id", sort=False)))
    curves = dict(list(tables["curves"].groupby("run_id", sort=False)))
    declared = declarations(scale, results)
    for row in tables["runs"].to_dict("records"):
        if row["outcome"] in MIRRORED:
            run_id = row["run_id"]
            row["declared"] = {claim: digest for claim, (digest, runs) in declared.items() if run_id in runs}
            yield _run_entry(row, scores.get(run_id), curves.get(run_id), results)


def declarations(scale: str, results: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Returns the hash of each judged claim's declaration, and the ids of the runs that its verdict rests on."""
    folder = results / "verdicts" / scale
    records = [read_json(path) for path in sorted(folder.glob("*.json")) if path.name != "verdicts.json"]
    return {r["claim"]: (r["declaration_hash"], frozenset(r["runs_used"])) for r in records}


def verdict_entry(scale: str, results: Path) -> Entry:
    """Returns the entry that shows every claim's verdict at `scale`, as tags and as a file."""
    path = results / "verdicts" / scale / "verdicts.json"
    claims = {f"claim.{row['claim']}": row["verdict"] for row in read_json(path) if row["part"] == "claim"}
    hashes = {f"declaration.{claim}": digest for claim, (digest, _) in declarations(scale, results).items()}
    tags = {"bench.kind": "verdicts", "bench.scale": scale, **claims, **hashes}
    return Entry(f"{scale}/verdicts", f"verdicts {scale}", tags, {}, (), (path,), began=0)


def _run_entry(
    row: Mapping[str, Any], scores: pd.DataFrame | None, curves: pd.DataFrame | None, results: Path
) -> Entry:
    spec = json.loads(row["spec"])
    data_id, architecture, method, replicate = row["run_id"].split("/")
    seed, _, key = replicate.partition("-")
    return Entry(
        key=f"{row['scale']}/{row['run_id']}",
        name=f"{data_id}/{architecture}/{method}/{seed}",
        tags={
            "bench.kind": "run",
            "bench.run_key": key,
            **{f"bench.{name}": str(row[name]) for name in ("scale", "dataset", "architecture", "method", "seed")},
            "bench.outcome": row["outcome"],
            "bench.code_version": row["git_commit"] + ("-dirty" if row["git_dirty"] else ""),
            **{f"declaration.{claim}": digest for claim, digest in row["declared"].items()},
        },
        params=dict(_flat(spec)),
        points=(*_points(scores, "score", "metric"), *_points(curves, "train", "series")),
        files=tuple(_pictures(row["run_id"], scores, results)),
        began=int(datetime.fromisoformat(row["started_at"]).timestamp() * 1000),
    )


def _flat(spec: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yields a nested specification as dotted names; `method_options` reads as `method`."""
    for key, value in spec.items():
        name = prefix + key.removesuffix("_options")
        if isinstance(value, Mapping):
            yield from _flat(value, name + ".")
        else:
            yield name, str(value)


def _points(table: pd.DataFrame | None, prefix: str, column: str) -> Iterator[tuple[str, int, float]]:
    if table is None:
        return
    for name, step, value in zip(table[column], table["step"], table["value"], strict=True):
        if value is not None and math.isfinite(value):
            yield f"{prefix}/{name}", int(step), float(value)


def _pictures(run_id: str, scores: pd.DataFrame | None, results: Path) -> Iterator[Path]:
    for protocol in () if scores is None else scores["protocol"].unique():
        folder = results / "measurements" / run_id / protocol
        yield from sorted(folder.glob("*.png"))


def _store_errors() -> tuple[type[Exception], ...]:
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    return MlflowException, RequestException, SQLAlchemyError, OSError


def _write(entries: Iterable[Entry], scale: str, results: Path) -> dict[str, int]:
    from mlflow import MlflowClient

    # Its set-up messages and tracebacks would bury the one line a user needs.
    logging.getLogger("mlflow").setLevel(logging.CRITICAL)
    # Two first users of a fresh SQLite store break each other's set-up, so one process at a time.
    with FileLock(results / "mlflow.lock", timeout=60):
        client = MlflowClient(tracking_uri=store(results))
        experiment = _experiment(client, results)
        present = _present(client, experiment, scale)
        counts = {"added": 0, "replaced": 0, "unchanged": 0}
        for entry in entries:
            counts[_put(client, experiment, entry, present.get(entry.key, {}))] += 1
    _link_default_store(results)
    return counts


def _experiment(client: MlflowClient, results: Path) -> str:
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME", EXPERIMENT)
    found = client.get_experiment_by_name(name)
    if found is not None:
        return found.experiment_id
    # A server keeps its artifacts where it likes; the local store keeps them beside itself.
    local = "MLFLOW_TRACKING_URI" not in os.environ
    place = (results / "mlflow-artifacts").absolute().as_uri() if local else None
    return client.create_experiment(name, artifact_location=place)


def _present(client: MlflowClient, experiment: str, scale: str) -> dict[str, dict[str, str]]:
    """Returns, by key, the MLflow runs of a scale: their ids and the digest each was sealed with."""
    present: dict[str, dict[str, str]] = {}
    token = None
    while True:
        page = client.search_runs([experiment], f"tags.`bench.scale` = '{scale}'", max_results=1000, page_token=token)
        for run in page:
            present.setdefault(run.data.tags["bench.key"], {})[run.info.run_id] = run.data.tags.get(SEALED, "")
        token = page.token
        if not token:
            return present


def _put(client: MlflowClient, experiment: str, entry: Entry, present: Mapping[str, str]) -> str:
    """Makes MLflow show `entry` exactly once; returns which count it belongs to."""
    from mlflow.entities import Metric, Param, RunTag

    if list(present.values()) == [entry.digest]:
        return "unchanged"
    for run_id in present:
        client.delete_run(run_id)
    tags = {"bench.key": entry.key, **entry.tags}
    run = client.create_run(experiment, start_time=entry.began, tags=tags, run_name=entry.name).info.run_id
    params = [Param(name, value) for name, value in entry.params.items()]
    client.log_batch(run, params=params)
    points = (Metric(name, value, entry.began + step, step) for name, step, value in entry.points)
    while chunk := list(islice(points, METRICS_PER_CALL)):
        client.log_batch(run, metrics=chunk)
    for file in entry.files:
        client.log_artifact(run, str(file))
    client.set_terminated(run, "FINISHED", end_time=entry.began + max((step for _, step, _ in entry.points), default=0))
    client.log_batch(run, tags=[RunTag(SEALED, entry.digest)])
    return "replaced" if present else "added"


def _link_default_store(results: Path) -> None:
    """Lets bare `mlflow ui`, which looks for `mlflow.db` in the working directory, open the default store."""
    link, target = Path("mlflow.db"), results / "mlflow.db"
    if target.exists() and not link.is_symlink() and not link.exists():
        link.symlink_to(os.path.relpath(target))
