"""From a verdict back to the rows, runs, specifications and commits that made it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.files import read_table
from bench.provenance import short
from claims.claim import Claim
from claims.evaluate import study_path


def trace(claim: Claim, record: dict[str, Any], results: Path) -> dict[str, Any]:
    """Returns where a verdict comes from.

    Args:
        claim: the claim.
        record: its verdict record.
        results: the results folder.

    Returns:
        `rows`: the files with the rows it was computed from; `runs`: for each arm and run its outcome, code, device,
        start, specification and checksum of the weights, with the folder that holds it; empty for a study.

    Raises:
        UserError: when a table is damaged.
    """
    if record["study_seed"] is not None:
        return {"rows": [str(study_path(results, claim.id, record["study_seed"], record["effort"]))], "runs": []}
    folder = results / "evidence" / record["scale"] / claim.id
    files = [folder / f"{name}.parquet" for name in ("scores", "runs", "curves")]
    if not files[1].exists():
        return {"rows": [], "runs": []}
    runs = read_table(files[1])
    columns = ["arm", "run_id", "seed", "outcome", "reason", "git_commit", "git_dirty", "device", "started_at", "spec"]
    rows = runs[[*columns, "weights_sha256", "data_sha256"]].sort_values(["arm", "run_id"]).to_dict("records")
    return {
        "rows": [str(file) for file in files if file.exists()],
        "runs": [{**row, "folder": str(results / "runs" / row["run_id"])} for row in rows],
    }


def lines(traced: dict[str, Any]) -> list[str]:
    """Returns a trace as lines for a terminal: the files, then one line for each run."""
    found = [f"  rows: {file}" for file in traced["rows"]]
    for run in traced["runs"]:
        code = short(run["git_commit"], run["git_dirty"]) or "no code recorded"
        about = ", ".join(part for part in (run["outcome"], code, run["device"], run["started_at"]) if part)
        found.append(f"  {run['arm']}: {run['folder']}/spec.json ({about})")
    return found
