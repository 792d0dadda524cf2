"""Reading what the report shows: verdict files, collected evidence, studies and extractor cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import UserError, unknown_name
from bench.files import read_json, read_table
from claims.claim import Claim, Evidence, Verdict

if TYPE_CHECKING:
    import pandas as pd

VERDICT_KEYS = {
    "claim", "title", "tier", "scale", "verdict", "parts", "runs_used", "runs_missing", "deviations",
    "declaration_hash", "command", "study_seed", "effort", "study_commit",
}  # fmt: skip
PART_KEYS = {"part", "form", "statement", "verdict", "effect", "effect_name", "low", "high", "n", "flags", "note"}
COLUMNS = {
    "scores": (
        "run_id", "dataset", "image_size", "architecture", "method", "seed", "step", "images_seen", "metric", "value",
        "status", "reason", "n_real", "n_fake", "split", "extractor", "extractor_sha256", "protocol", "scale",
        "outcome",
    ),
    "runs": (
        "run_id", "scale", "dataset", "image_size", "architecture", "method", "seed", "outcome", "reason", "steps_done",
        "generator_steps", "spec", "deviations", "estimate_name", "generator_parameters", "critic_parameters",
        "wall_seconds", "device", "git_commit", "git_dirty", "packages",
    ),
    "curves": (
        "run_id", "dataset", "architecture", "method", "seed", "step", "series", "value", "value_median101",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """Everything that is shown.

    Args:
        results: the results folder, where the sample grids lie.
        scale: name of the configuration's scale.
        verdicts: one verdict record per claim, sorted by claim.
        scores, runs, curves: the collected evidence; empty frames where nothing was trained.
        table: the claims' own rows of the table of verdicts, by claim; empty before it was made.
        protocol: what is known of the protocol's errors and power, by name of the file; what was not made is missing.
        extractors: card of the feature extractor, by data set folder.
    """

    results: Path
    scale: str
    verdicts: tuple[Mapping[str, Any], ...]
    scores: pd.DataFrame
    runs: pd.DataFrame
    curves: pd.DataFrame
    table: Mapping[str, Mapping[str, Any]]
    protocol: Mapping[str, Any]
    extractors: Mapping[str, Mapping[str, Any]]

    def evidence(self, claim: Claim, record: Mapping[str, Any]) -> Evidence:
        """Reads the evidence that a verdict was computed from, not that of another seed or effort of its study.

        Raises:
            UserError: when a table is damaged.
        """
        from claims.evaluate import load_evidence

        seed, effort = record["study_seed"] or 0, record["effort"] or "full"
        return load_evidence(claim, self.results, self.scale, seed=seed, effort=effort)

    @cached_property
    def protocols(self) -> Mapping[str, str]:
        """The key of the protocol under which each run was measured."""
        known = self.scores[["run_id", "protocol"]].dropna().drop_duplicates("run_id")
        return dict(zip(known["run_id"], known["protocol"], strict=True))


def read(results: Path, scale: str) -> Inputs:
    """Reads every input of the report of one scale.

    Raises:
        UserError: when there are no verdicts for this scale, or a file is damaged.
    """
    evidence = results / "evidence" / scale / "all"
    verdicts = _verdicts(results, scale)
    cards = sorted((results / "extractors").glob("*/card.json"))
    return Inputs(
        results=results,
        scale=scale,
        verdicts=verdicts,
        scores=_evidence(evidence, "scores"),
        runs=_evidence(evidence, "runs"),
        curves=_evidence(evidence, "curves"),
        table=_table(results, scale),
        protocol=_protocol(results, scale),
        extractors={path.parent.name: read_json(path) for path in cards},
    )


def _verdicts(results: Path, scale: str) -> tuple[Mapping[str, Any], ...]:
    folder = results / "verdicts" / scale
    if not folder.is_dir():
        known = sorted(path.name for path in (results / "verdicts").glob("*") if path.is_dir())
        if known:
            raise unknown_name("scale", scale, known, "Evaluate it with: snakemake --cores all claims")
        raise UserError(f"There are no verdicts in {results / 'verdicts'}. Run: snakemake --cores all claims")
    paths = sorted(path for path in folder.glob("*.json") if path.name != "verdicts.json")
    return tuple(_checked(path, read_json(path)) for path in paths)


def _table(results: Path, scale: str) -> dict[str, Mapping[str, Any]]:
    path = results / "verdicts" / scale / "verdicts.json"
    rows = read_json(path) if path.exists() else []
    return {row["claim"]: row for row in rows if row["part"] == "claim"}


def _protocol(results: Path, scale: str) -> dict[str, Any]:
    names = {"expected": f"expected-{scale}", **{name: name for name in ("calibration", "inflation", "power")}}
    paths = {name: results / "protocol" / f"{file}.json" for name, file in names.items()}
    return {name: read_json(path) for name, path in paths.items() if path.exists()}


def _checked(path: Path, record: Any) -> Mapping[str, Any]:
    """Returns the verdict record, or raises where it does not have the agreed form."""
    try:
        whole = record.keys() >= VERDICT_KEYS and all(part.keys() >= PART_KEYS for part in record["parts"])
        names = [record["verdict"], *(part["verdict"] for part in record["parts"])]
    except (AttributeError, KeyError, TypeError):
        whole, names = False, []
    if not whole or not {verdict.value for verdict in Verdict}.issuperset(names):
        raise UserError(f"{path} is not a verdict file of this version. Delete it and run the same command again.")
    return record


def _evidence(folder: Path, name: str) -> pd.DataFrame:
    """Returns a collected table, empty where nothing was collected at all."""
    import pandas as pd

    columns = COLUMNS[name]
    frame = read_table(folder / f"{name}.parquet") if folder.is_dir() else pd.DataFrame()
    if frame.empty:
        return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})
    missing = [column for column in columns if column not in frame]
    if missing:
        raise UserError(f"{folder / name}.parquet lacks the column {missing[0]!r}. Delete it and run again.")
    return frame
