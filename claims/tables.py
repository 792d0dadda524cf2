"""The tables behind trust in the verdicts, as files: calibration, power, what repeated looks do, and pilots."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.errors import UserError
from bench.files import read_table, write_json
from bench.spec import seed_for
from claims.calibration import calibration_table
from claims.claim import Claim, Evidence
from claims.power import PILOTS, pilot_spreads, power_table
from claims.protocol import ALPHA, STANDARD
from claims.sequential import inflation, looks_schedule
from claims.simulation import Kind

LOOKS = 6
"""Looks in the table of repeated looks: 10 to 320 seeds."""

CASES: tuple[tuple[Kind, str, float], ...] = (
    ("mean", "greater", 0.5),
    ("mean", "within", 1.0),
    ("share", "at least", 0.5),
)
"""Kinds, rules and margins in the table of repeated looks."""


def write_protocol(claims: Iterable[Claim], results: Path) -> list[str]:
    """Writes `protocol/{calibration,power,inflation}.json` below the results folder and returns their paths.

    Simulations are seeded: the same code gives the same bytes.

    Raises:
        UserError: when the folder cannot be written.
    """
    tables: dict[str, list[dict[str, Any]]] = {
        "calibration": calibration_table(np.random.default_rng(seed_for("calibration"))),
        "power": power_table(claims),
        "inflation": _inflation(),
    }
    paths = {name: results / "protocol" / f"{name}.json" for name in tables}
    for name, rows in tables.items():
        write_json(paths[name], rows)
    return [str(path) for path in paths.values()]


def _inflation() -> list[dict[str, Any]]:
    rows = []
    for kind, rule, margin in CASES:
        rng = np.random.default_rng(seed_for("inflation", kind, rule, margin))
        schedule = looks_schedule(STANDARD, LOOKS)
        found = inflation(kind, rule, margin, schedule=schedule, alpha=ALPHA, rng=rng)
        rows += [{"kind": kind, "rule": rule, "margin": margin, "seeds": list(schedule), **row} for row in found]
    return rows


def write_pilots(results: Path, scale: str) -> list[str]:
    """Measures the spread over seeds from the runs of a scale and writes `claims/pilots.json`.

    Raises:
        UserError: when nothing was collected at that scale.
    """
    folder = results / "evidence" / scale / "all"
    if not (folder / "runs.parquet").exists():
        raise UserError(f"Nothing was collected at scale {scale!r}: {folder} is missing. Run its configuration first.")
    runs = read_table(folder / "runs.parquet")
    runs = runs.assign(arm=runs["architecture"] + "-" + runs["method"])
    evidence = Evidence(pd.DataFrame(), read_table(folder / "scores.parquet"), runs)
    data = ", ".join(sorted({f"{row.dataset} {row.image_size}" for row in runs.itertuples()}))
    seeds = sorted(set(runs["seed"]))
    commits = ", ".join(sorted({commit[:12] for commit in runs["git_commit"] if commit}))
    about = f"{len(runs)} pilot runs on {data}, seeds {seeds[0]} to {seeds[-1]}, code {commits}"
    write_json(PILOTS, {"source": about, "outcomes": pilot_spreads(evidence)})
    return [str(PILOTS)]
