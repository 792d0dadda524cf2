"""From evidence to verdicts: the last step before the report."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.errors import UserError
from bench.files import read_json, read_table, write_json, write_table
from bench.spec import STUDIES, seed_for
from claims import published
from claims.claim import Claim, Evidence, Finding, Verdict, resolve
from claims.declarations import changed, timing
from claims.families import NOT_AFTER_HOLM, corrected, expectation
from claims.judges.grid import FINISHED
from claims.judging import DECIDED, UNDERPOWERED, not_run
from claims.looks import FIRST, PASSED_OVER, Look, digest_of, look_at

COMMAND = "snakemake --cores all results/verdicts/{scale}/{claim}.json"
"""The one command that reproduces a verdict."""

CONFIGURED = " --configfile {folder}/{scale}.yaml"
"""What it takes beside that where the verdict depends on a configuration."""

CONFIGURATIONS = Path("workflows/config")
"""Where the configurations of this repository are; the one in force is kept with the results too."""


def run_study(claim: Claim, seed: int, effort: str = "full") -> pd.DataFrame:
    """Runs the study of a claim: the same seed and effort give the same rows, and stand in each.

    Args:
        claim: a claim with a study.
        seed: replication number.
        effort: how much to train, see EFFORTS.

    Raises:
        UserError: when the claim has no study.
    """
    study = resolve(str(with_study(claim).study))
    rows = study(np.random.default_rng(seed_for("study", claim.id, seed)), *([effort] if claim.trains else []))
    return rows.assign(study_seed=seed, effort=claim.effort(effort), declaration_hash=claim.declaration_hash)


def with_study(claim: Claim) -> Claim:
    """Returns the claim, which has a study.

    Raises:
        UserError: when it has none.
    """
    if claim.study is None:
        raise UserError(f"Claim {claim.id!r} has no study: it rests on trainings. Evaluate it at a scale instead.")
    return claim


def study_path(results: Path, claim_id: str, seed: int, effort: str) -> Path:
    """Where the study of a claim with that seed and effort is kept."""
    return results / "studies" / claim_id / f"{effort}-s{seed}.parquet"


def verdict_path(results: Path, scale: str, claim_id: str) -> Path:
    """Where the verdict on a claim is kept."""
    return results / "verdicts" / scale / f"{claim_id}.json"


def load_evidence(claim: Claim, results: Path, scale: str, *, seed: int = 0, effort: str = "full") -> Evidence:
    """Reads what a claim rests on; a table that is missing counts as empty.

    Args:
        claim: the claim.
        results: the results folder.
        scale: name of the configuration, for a claim about the grid.
        seed, effort: of the study, for a claim that has one.

    Raises:
        UserError: when a table is damaged.
    """
    folder = results / "evidence" / scale / claim.id
    paths = [
        study_path(results, claim.id, seed, claim.effort(effort)),
        folder / "scores.parquet",
        folder / "runs.parquet",
    ]
    used = [True, False, False] if claim.study else [False, True, True]
    pairs = zip(paths, used, strict=True)
    return Evidence(*(read_table(path) if use and path.exists() else pd.DataFrame() for path, use in pairs))


def evaluate(
    claim: Claim, evidence: Evidence, scale: str, *, look: Look = FIRST, flags: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Judges a claim and returns its verdict record.

    Args:
        claim: the claim.
        evidence: its study, or the scores and runs of its arms.
        scale: name of the configuration the evidence comes from.
        look: which look at the claim this is, and what it may spend of the error level.
        flags: of what is on record: a declaration younger than the evidence, later looks.

    Raises:
        UserError: when the evidence lacks a column.
    """
    # Studies are made anew with a seed of their own, not with more and more seeds: all of the level is theirs at once.
    share = look.share if claim.design else 1.0
    findings = judge(claim.spending(share), evidence)
    findings = [dataclasses.replace(one, flags=(*one.flags, *flags)) for one in findings]
    return {
        "claim": claim.id,
        "title": claim.title,
        "tier": claim.tier,
        "scale": scale,
        "verdict": combine(claim, findings).value,
        "parts": [_part_record(claim, finding) for finding in findings],
        **_runs_record(claim, evidence.runs),
        **_study_record(evidence.study),
        "family": claim.paper if claim.declaration.alpha else "",
        "alpha": claim.declaration.alpha,
        "look": look.number if claim.design else 1,
        "share": share,
        "statistical": claim.statistical,
        "declaration_hash": claim.declaration_hash,
        "command": _command(claim, scale),
    }


def evaluate_on_record(claim: Claim, evidence: Evidence, results: Path, scale: str) -> dict[str, Any]:
    """Judges a claim with what is on record of it: when it was declared, and how often it was looked at.

    Raises:
        UserError: when the evidence lacks a column, or a record is damaged.
    """
    runs = evidence.runs[evidence.runs["outcome"].isin(FINISHED)] if len(evidence.runs) else evidence.runs
    flag = timing(claim, results, runs["started_at"].fillna("")) if len(runs) else changed(claim, evidence.study)
    seeds = int(runs.groupby("arm")["seed"].nunique().max()) if len(runs) else 0
    scored = set(evidence.scores["protocol"]) if "protocol" in evidence.scores else set()
    ids = runs["run_id"] if len(runs) else ()
    judged = digest_of(runs, evidence.scores)
    look = look_at(claim, ids, seeds, results, scale, protocols=scored, judged=judged) if claim.design else FIRST
    flags = [flag] * bool(flag) + [PASSED_OVER] * (look.taken > look.number)
    return evaluate(claim, evidence, scale, look=look, flags=tuple(flags))


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Returns one finding per part of the claim, in the claim's order.

    Raises:
        UserError: when the evidence lacks a column.
    """
    reason = _absence(claim, evidence)
    if reason:
        return [not_run(part.id, reason) for part in claim.parts]
    try:
        findings = {finding.part: finding for finding in resolve(claim.judge)(claim, evidence)}
    except KeyError as error:
        raise UserError(f"The evidence of {claim.id} lacks {error}. Delete it and run again.") from error
    return [_capped(claim, evidence, findings[part.id]) for part in claim.parts]


def _capped(claim: Claim, evidence: Evidence, finding: Finding) -> Finding:
    """A study that trained too few seeds, or too little, decides nothing; the judges of the grid see to it themselves.

    An identity has no least number of seeds.
    """
    flags = []
    if "effort" in evidence.study and (evidence.study["effort"] == "quick").any():
        flags.append("quick study")
    if claim.trains and 0 < finding.n < claim.declaration.min_seeds:
        flags.append(UNDERPOWERED)
    verdict = Verdict.INCONCLUSIVE if flags and finding.verdict in DECIDED else finding.verdict
    return dataclasses.replace(finding, verdict=verdict, flags=(*finding.flags, *flags))


def combine(claim: Claim, findings: Sequence[Finding]) -> Verdict:
    """Combines the findings on the parts a source states; corrected parts never rescue a claim.

    A claim asserts all its stated parts, so, in this order: without any evidence
    it is not run; a contradicted part beside one that holds makes it mixed, and
    otherwise contradicted, whatever became of the others; a part that is invalid
    makes it invalid; a mixed part makes it mixed; a part that is undecided or not
    run leaves it inconclusive; a weaker part makes it weaker; else it is supported.
    """
    found = {finding.verdict for finding in findings if claim.part(finding.part).form == "stated"}
    if found == {Verdict.NOT_RUN}:
        return Verdict.NOT_RUN
    if Verdict.CONTRADICTED in found:
        holds = found & {Verdict.SUPPORTED, Verdict.WEAKER, Verdict.MIXED}
        return Verdict.MIXED if holds else Verdict.CONTRADICTED
    if Verdict.INVALID in found:
        return Verdict.INVALID
    if Verdict.MIXED in found:
        return Verdict.MIXED
    if found & {Verdict.INCONCLUSIVE, Verdict.NOT_RUN}:
        return Verdict.INCONCLUSIVE
    return Verdict.WEAKER if Verdict.WEAKER in found else Verdict.SUPPORTED


def table_rows(claim: Claim, record: dict[str, Any], final: str, p_holm: float | None) -> list[dict[str, Any]]:
    """Flattens a verdict record: the claim's own row, then one row per part.

    The claim's row shows the numbers of the stated part that decided it, and the verdict that is left after the
    correction in its family.

    Args:
        claim: the claim.
        record: its verdict record.
        final, p_holm: verdict and p value after the correction.
    """
    parts = record["parts"]
    stated = [part for part in parts if part["form"] == "stated"]
    decisive = [part for part in stated if part["verdict"] == record["verdict"]]
    decisive += [part for part in stated if part["verdict"] == Verdict.CONTRADICTED.value]
    shown = (decisive or stated)[0]
    flags = {flag for part in stated for flag in part["flags"]}
    whole = {
        **shown,
        "part": "claim",
        "statement": claim.asserted,
        "verdict": final,
        "alone": record["verdict"],
        "p_holm": p_holm,
        "flags": sorted(flags | ({NOT_AFTER_HOLM} if final != record["verdict"] else set())),
    }
    return [_table_row(record, part) for part in (whole, *parts)]


def gather(claims: Iterable[Claim], results: Path, scale: str) -> list[dict[str, Any]]:
    """Writes the table of all verdicts of a scale as JSON and Parquet, and returns it.

    How many false verdicts it may hold goes into `protocol/expected-<scale>.json`.

    In Parquet, flags are a JSON list in one string.

    Raises:
        UserError: when the verdict on one of the claims is missing or damaged.
    """
    judged = list(claims)
    records = [read_json(verdict_path(results, scale, claim.id)) for claim in judged]
    final = corrected(records)
    rows: list[dict[str, Any]] = []
    for claim, record in zip(judged, records, strict=True):
        rows += table_rows(claim, record, *final[claim.id])
    write_json(results / "protocol" / f"expected-{scale}.json", expectation(records))
    folder = results / "verdicts" / scale
    write_json(folder / "verdicts.json", rows)
    table = pd.DataFrame(rows).astype(dict.fromkeys(["effect", "low", "high", "p_holm"], "float64"))
    write_table(folder / "verdicts.parquet", table.assign(flags=table["flags"].map(json.dumps)))
    return rows


def _absence(claim: Claim, evidence: Evidence) -> str:
    if claim.study is not None:
        return "" if len(evidence.study) else "The study has not been run."
    if not len(evidence.runs):
        return "No run belongs to this claim: the configuration has no design for it, or no data its arms take."
    if not evidence.runs["outcome"].isin(FINISHED).any():
        return "None of its runs has finished."
    return "" if len(evidence.scores) else "Its runs have not been measured."


def _command(claim: Claim, scale: str) -> str:
    ours = (Path(__file__).parents[1] / CONFIGURATIONS / f"{scale}.yaml").exists()
    folder = CONFIGURATIONS if ours else "results/config"
    return (COMMAND + ("" if scale == STUDIES else CONFIGURED)).format(scale=scale, claim=claim.id, folder=folder)


def _runs_record(claim: Claim, runs: pd.DataFrame) -> dict[str, Any]:
    """Lists the runs used, those missing and why, and every departure from the published experiment once."""
    if not len(runs):
        return {"runs_used": [], "runs_missing": [], "deviations": []}
    finished = runs["outcome"].isin(FINISHED)
    missing = runs.loc[~finished, ["run_id", "outcome", "reason"]].fillna("").drop_duplicates().sort_values("run_id")
    return {
        "runs_used": sorted(set(runs.loc[finished, "run_id"])),
        "runs_missing": missing.to_dict("records"),
        "deviations": published.deviations(claim, runs[finished]),
    }


def _study_record(study: pd.DataFrame) -> dict[str, Any]:
    """Says which study it was and what commit made it; None where there is none, or it does not say."""
    first = study.iloc[0].to_dict() if len(study) else {}
    seed = first.get("study_seed")
    return {
        "study_seed": None if seed is None else int(seed),
        "effort": first.get("effort"),
        "study_commit": first.get("git_commit"),
    }


def _part_record(claim: Claim, finding: Finding) -> dict[str, Any]:
    part = claim.part(finding.part)
    values = dataclasses.asdict(finding)
    return {
        **values,
        "form": part.form,
        "statement": part.statement,
        "verdict": finding.verdict.value,
        "flags": list(finding.flags),
        "superiority": None if finding.superiority is None else list(finding.superiority),
        "sensitivity": [list(pair) for pair in finding.sensitivity],
        "cells": [{**dataclasses.asdict(cell), "verdict": cell.verdict.value} for cell in finding.cells],
    }


def _table_row(record: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    columns = ("part", "form", "statement", "verdict", "effect", "effect_name", "low", "high", "n")
    return {
        "claim": record["claim"],
        **{column: part[column] for column in columns},
        "alone": part.get("alone", part["verdict"]),
        "p_holm": part.get("p_holm"),
        "scale": record["scale"],
        "flags": part["flags"],
    }
