"""The command line of the claims: list, study, evaluate, gather, verdicts, explain."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.errors import EXIT_BAD_INPUT, UserError, unknown_name
from bench.files import read_json
from claims.catalogue import CLAIMS
from claims.claim import EFFORTS, MEANING, SECTIONS, Claim, Verdict


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        value = options.command(options)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    print(
        json.dumps(value, indent=1, allow_nan=False, default=lambda verdict: verdict.value)
        if options.json
        else options.show(value)
    )
    return 0


def find(claim_id: str) -> Claim:
    """Returns the claim with that id.

    Raises:
        UserError: for an unknown id, with the nearest ones.
    """
    if claim_id not in CLAIMS:
        raise unknown_name("claim", claim_id, CLAIMS, "`python -m claims list` describes them.")
    return CLAIMS[claim_id]


def _list(_: argparse.Namespace) -> Any:
    return [_described(claim) for claim in CLAIMS.values()]


def _study(options: argparse.Namespace) -> Any:
    from bench.files import write_table
    from bench.provenance import git_state, packages
    from claims.evaluate import run_study, study_path

    commit, dirty = git_state()
    made_with = {"git_commit": commit, "git_dirty": dirty, "packages": json.dumps(packages())}
    done = []
    for claim in [find(claim_id) for claim_id in options.claims]:
        frame = run_study(claim, options.seed, options.effort).assign(**made_with)
        path = study_path(options.results, claim.id, options.seed, claim.effort(options.effort))
        write_table(path, frame)
        done.append({"claim": claim.id, "seed": options.seed, "rows": len(frame), "path": str(path)})
    return done


def _evaluate(options: argparse.Namespace) -> Any:
    from bench.files import write_json
    from claims.evaluate import evaluate, load_evidence, verdict_path

    claim = find(options.claim)
    evidence = load_evidence(claim, options.results, options.scale, seed=options.seed, effort=options.effort)
    record = evaluate(claim, evidence, options.scale)
    write_json(verdict_path(options.results, options.scale, claim.id), record)
    return record


def _gather(options: argparse.Namespace) -> Any:
    from claims.evaluate import gather

    wanted = [find(claim_id) for claim_id in options.claims] or list(CLAIMS.values())
    return gather(wanted, options.results, options.scale)


def _verdicts(options: argparse.Namespace) -> Any:
    folder = options.results / "verdicts"
    scales = sorted(path.parent.name for path in folder.glob("*/verdicts.json"))
    if not scales:
        raise UserError(f"There are no verdicts under {folder}. `snakemake --cores all smoke` computes them.")
    if options.scale not in (None, *scales):
        raise unknown_name("scale", options.scale, scales)
    chosen = [options.scale] if options.scale else scales
    return [row for scale in chosen for row in read_json(folder / scale / "verdicts.json")]


def _explain(options: argparse.Namespace) -> Any:
    claim = find(options.claim)
    paths = sorted((options.results / "verdicts").glob(f"*/{claim.id}.json"))
    records = [read_json(path) for path in paths]
    return {**_described(claim), "verdicts": [{**record, "found": _confirmed(claim, record)} for record in records]}


def _confirmed(claim: Claim, record: dict[str, Any]) -> list[str]:
    return claim.confirmed({part["part"]: part["verdict"] for part in record["parts"]})


def _described(claim: Claim) -> dict[str, Any]:
    described = dataclasses.asdict(claim)
    return {**described, "declaration_hash": claim.declaration_hash}


def _show_list(claims: list[dict[str, Any]]) -> str:
    lines = []
    width = max(len(claim["id"]) for claim in claims) + 2
    for section, heading in SECTIONS.items():
        rows = [claim for claim in claims if claim["section"] == section]
        lines += [heading] if rows else []
        lines += [f"  {row['id']:<{width}}{row['tier']}  {row['title']}" for row in rows]
    return "\n".join(lines)


def _show_study(done: list[dict[str, Any]]) -> str:
    return "\n".join(f"{study['claim']}: {study['rows']} rows in {study['path']}" for study in done)


def _show_record(record: dict[str, Any]) -> str:
    lines = [f"{record['claim']} at scale {record['scale']}: {record['verdict']}"]
    for part in record["parts"]:
        flags = f" [{', '.join(part['flags'])}]" if part["flags"] else ""
        lines.append(f"  {part['part']} ({part['form']}): {part['verdict']}{_numbers(part)}{flags}")
        lines += [f"    {part['note']}"] if part["note"] else []
    for run in record["runs_missing"]:
        lines.append(f"  without {run['run_id']}: {run['outcome']} {run['reason']}".rstrip())
    return "\n".join(lines)


def _show_table(rows: list[dict[str, Any]]) -> str:
    header = ("claim", "part", "form", "verdict", "effect", "interval", "n", "scale", "flags")
    cells = [header]
    for row in rows:
        interval = "" if row["low"] in (None, row["high"]) else f"{row['low']:.3g} to {row['high']:.3g}"
        effect = "" if row["effect"] is None else f"{row['effect']:.3g}"
        flags = ", ".join(row["flags"])
        named = [row[key] for key in ("claim", "part", "form", "verdict")]
        cells.append((*named, effect, interval, str(row["n"]), row["scale"], flags))
    widths = [max(len(line[i]) for line in cells) for i in range(len(header))]
    padded = ([text.ljust(width) for text, width in zip(line, widths, strict=True)] for line in cells)
    return "\n".join("  ".join(line).rstrip() for line in padded)


def _show_explanation(claim: dict[str, Any]) -> str:
    declared = claim["declaration"]
    lines = [f"{claim['id']}: {claim['title']}", "", claim["asserted"], f"Paper: {claim['paper']}"]
    lines += [f"{source['document']}, {source['where']}: “{source['quote']}”" for source in claim["sources"]]
    lines += ["", "Statements tested"]
    lines += [f"  {part['id']} ({part['form']}): {part['statement']}" for part in claim["parts"]]
    lines += ["", f"Declared before the evidence ({claim['declaration_hash']})"]
    lines += [f"  {key}: {declared[key]}" for key in ("measure", "direction", "margin", "test", "against")]
    if declared["min_seeds"]:
        lines.append(f"  seeds: {declared['planned_seeds']} planned, at least {declared['min_seeds']}")
    for record in claim["verdicts"]:
        lines += ["", _show_record(record), f"  {MEANING[Verdict(record['verdict'])]}"]
        lines += [f"  {sentence}" for sentence in record["found"]]
    if not claim["verdicts"]:
        lines += ["", "No verdict yet."]
    return "\n".join(lines)


def _numbers(part: dict[str, Any]) -> str:
    if part["effect"] is None:
        return ""
    interval = "" if part["low"] in (None, part["high"]) else f" ({part['low']:.3g} to {part['high']:.3g})"
    return f"; {part['effect_name']} {part['effect']:.3g}{interval}, n = {part['n']}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m claims", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="command")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument("--results", type=Path, default=Path("results"), help="folder of results (default: results)")
    scaled = argparse.ArgumentParser(add_help=False)
    scaled.add_argument("--scale", required=True, help="name of the configuration, for example smoke")

    def add(name: str, text: str, command: Any, show: Any, *parents: Any) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=text, description=text, parents=[common, *parents])
        verb.set_defaults(command=command, show=show)
        return verb

    add("list", "list every claim", _list, _show_list)
    studied = argparse.ArgumentParser(add_help=False)
    studied.add_argument("--seed", type=_seed, default=0, help="replication number of the study (default: 0)")
    studied.add_argument("--effort", choices=EFFORTS, default="full", help="how much a toy trains (default: full)")
    study = add("study", "run the studies of claims that do not rest on the grid", _study, _show_study, studied)
    study.add_argument("claims", nargs="+", metavar="claim")
    evaluated = add("evaluate", "judge a claim on its evidence", _evaluate, _show_record, scaled, studied)
    evaluated.add_argument("claim")
    gathered = add("gather", "write the table of verdicts", _gather, _show_table, scaled)
    gathered.add_argument("claims", nargs="*", help="claims of the table (default: all)")
    verdicts = add("verdicts", "show the table of verdicts", _verdicts, _show_table)
    verdicts.add_argument("--scale", help="only this scale")
    add("explain", "show what a claim asserts and how it is tested", _explain, _show_explanation).add_argument("claim")
    return parser


def _seed(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number of at least 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
