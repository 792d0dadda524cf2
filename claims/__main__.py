"""The command line of the claims: list, study, evaluate, gather, verdicts, explain."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.errors import EXIT_BAD_INPUT, EXIT_INTERRUPTED, UserError, piped, unknown_name
from bench.files import read_json
from claims import resolving_command
from claims.catalogue import CLAIMS
from claims.claim import EFFORTS, SECTIONS, Claim


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    given, further = resolving_command.split(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given, argparse.Namespace(further=further))
    try:
        _know_plugins(options.results)
        value = options.command(options)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from here", file=sys.stderr)
        return EXIT_INTERRUPTED
    print(
        json.dumps(value, indent=1, allow_nan=False, default=lambda verdict: verdict.value)
        if options.json
        else options.show(value)
    )
    return 0


def _know_plugins(results: Path) -> None:
    """Adds the claims of the plug-ins that were planned with, which are still where they were."""
    from bench import planned

    files = dict.fromkeys(file for path in planned.paths(results) for file in read_json(path).get("plugins", []))
    if there := [file for file in files if Path(file).is_file()]:
        from bench.catalogue import REGISTRIES
        from bench.plugins import activate
        from claims import plugins

        activate(there, REGISTRIES)
        plugins.activate(there, CLAIMS)


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
    from claims.declarations import declare
    from claims.evaluate import run_study, study_path, with_study

    commit, dirty = git_state()
    made_with = {"git_commit": commit, "git_dirty": dirty, "packages": json.dumps(packages())}
    wanted = [with_study(find(claim_id)) for claim_id in options.claims]
    declare(wanted, options.results)
    done = []
    for claim in wanted:
        frame = run_study(claim, options.seed, options.effort).assign(**made_with)
        path = study_path(options.results, claim.id, options.seed, claim.effort(options.effort))
        write_table(path, frame)
        done.append({"claim": claim.id, "seed": options.seed, "rows": len(frame), "path": str(path)})
    return done


def _evaluate(options: argparse.Namespace) -> Any:
    from bench.files import write_json
    from claims.evaluate import evaluate_on_record, load_evidence, verdict_path

    records = []
    for claim in [find(claim_id) for claim_id in options.claims]:
        evidence = load_evidence(claim, options.results, options.scale, seed=options.seed, effort=options.effort)
        records.append(evaluate_on_record(claim, evidence, options.results, options.scale))
        write_json(verdict_path(options.results, options.scale, claim.id), records[-1])
    return records


def _gather(options: argparse.Namespace) -> Any:
    from claims.evaluate import gather

    wanted = [find(claim_id) for claim_id in options.claims] or list(CLAIMS.values())
    return gather(wanted, options.results, options.scale)


def _plan(options: argparse.Namespace) -> Any:
    from bench import config, planned
    from claims import designs, plugins

    plan = config.load(options.config)
    plugins.activate(plan.config.get("plugins", ()), CLAIMS)
    wanted = list(CLAIMS) if plan.claims is None else list(plan.claims)
    made = designs.planned(plan, [find(claim) for claim in wanted])
    path = planned.write(made, options.results)
    arms = sum(len(found) for found in made.subjects.values())
    return {"path": str(path), "runs": len(made.runs), "claims": len(made.subjects), "arms": arms}


def _power(options: argparse.Namespace) -> Any:
    from claims.power import power_table

    return power_table([find(claim) for claim in options.claims] or CLAIMS.values())


def _calibrate(options: argparse.Namespace) -> Any:
    from claims.tables import write_protocol

    return write_protocol(CLAIMS.values(), options.results)


def _pilot(options: argparse.Namespace) -> Any:
    from claims.tables import write_pilots

    return write_pilots(options.results, options.scale)


def _verdicts(options: argparse.Namespace) -> Any:
    wanted = [find(claim).id for claim in options.claims]
    folder = options.results / "verdicts"
    scales = sorted(path.parent.name for path in folder.glob("*/verdicts.json"))
    if not scales:
        raise UserError(f"There are no verdicts under {folder}. `snakemake --cores all smoke` computes them.")
    if options.scale not in (None, *scales):
        raise unknown_name("scale", options.scale, scales)
    chosen = [options.scale] if options.scale else scales
    rows = [row for scale in chosen for row in read_json(folder / scale / "verdicts.json")]
    return [row for row in rows if not wanted or row["claim"] in wanted]


def _explain(options: argparse.Namespace) -> Any:
    from claims.declarations import declared_at
    from claims.trace import trace

    claim = find(options.claim)
    paths = sorted((options.results / "verdicts").glob(f"*/{claim.id}.json"))
    records = [read_json(path) for path in paths]
    about = [
        {
            **record,
            "found": _confirmed(claim, record),
            "final": _final(options.results, record),
            "declared_at": declared_at(claim.id, record["declaration_hash"], options.results),
            **trace(claim, record, options.results),
        }
        for record in records
    ]
    return {**_described(claim), "verdicts": about}


def _final(results: Path, record: dict[str, Any]) -> str:
    """The verdict that is left after the correction in its family, where the table of its scale is there."""
    path = results / "verdicts" / record["scale"] / "verdicts.json"
    rows = read_json(path) if path.exists() else []
    own = (row["verdict"] for row in rows if row["claim"] == record["claim"] and row["part"] == "claim")
    return next(own, record["verdict"])


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


def _show_plan(made: dict[str, Any]) -> str:
    return "{runs} runs, {arms} arms of {claims} claims: {path}".format(**made)


def _show_study(done: list[dict[str, Any]]) -> str:
    return "\n".join(f"{study['claim']}: {study['rows']} rows in {study['path']}" for study in done)


def _show_records(records: list[dict[str, Any]]) -> str:
    from claims.explaining import show_record

    return "\n".join(map(show_record, records))


def _explanation(claim: dict[str, Any]) -> str:
    from claims.explaining import explanation

    return explanation(claim)


_DECIDABLE = {True: "", False: "cannot be decided at this n", None: "no pilot measured this outcome"}


def _show_power(rows: list[dict[str, Any]]) -> str:
    columns = ("claim", "part", "n", "power", "contradicted_in_opposite", "false_supported", "seeds_needed")
    least = ("least p after Holm", "with the least seeds")
    cells: list[tuple[str, ...]] = [("claim", "part", "n", "power", "against", "false", "seeds for 80 %", *least, "")]
    for row in rows:
        shown = [
            "" if row[c] is None else f"{row[c]:.2f}" if isinstance(row[c], float) else str(row[c]) for c in columns
        ]
        shown += [_least_p(row["reach_holm"], row["n"], row["in_reach"])]
        shown += [_least_p(row["few_reach_holm"], row["few"], row["few_in_reach"])]
        cells.append((*shown, _DECIDABLE[row["decidable"]]))
    return _aligned(cells)


def _least_p(p: float, n: int, in_reach: bool) -> str:
    """The smallest p value with which a claim can be supported at `n` seeds, marked where that is above its level."""
    return f"{p:.2g} (n = {n}{'' if in_reach else ', out of reach'})"


def _show_resolved(found: dict[str, Any]) -> str:
    return _aligned(resolving_command.cells(found)) + "\n\n" + resolving_command.closing(found)


def _show_table(rows: list[dict[str, Any]]) -> str:
    header: tuple[str, ...] = ("claim", "part", "form", "verdict", "effect", "interval", "n", "scale", "flags")
    cells = [header]
    for row in rows:
        interval = "" if row["low"] in (None, row["high"]) else f"{row['low']:.3g} to {row['high']:.3g}"
        effect = "" if row["effect"] is None else f"{row['effect']:.3g}"
        flags = ", ".join(row["flags"])
        named = [row[key] for key in ("claim", "part", "form", "verdict")]
        cells.append((*named, effect, interval, str(row["n"]), row["scale"], flags))
    return _aligned(cells)


def _aligned(cells: list[tuple[str, ...]]) -> str:
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    padded = ([text.ljust(width) for text, width in zip(line, widths, strict=True)] for line in cells)
    return "\n".join("  ".join(line).rstrip() for line in padded)


def _studied() -> argparse.ArgumentParser:
    """The options that say which study is meant."""
    studied = argparse.ArgumentParser(add_help=False)
    studied.add_argument("--seed", type=_seed, default=0, help="replication number of the study (default: 0)")
    studied.add_argument("--effort", choices=EFFORTS, default="full", help="how much a toy trains (default: full)")
    return studied


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
    study = add("study", "run the studies of claims that do not rest on the grid", _study, _show_study, _studied())
    study.add_argument("claims", nargs="+", metavar="claim")
    evaluated = add("evaluate", "judge claims on their evidence", _evaluate, _show_records, scaled, _studied())
    evaluated.add_argument("claims", nargs="+", metavar="claim")
    gathered = add("gather", "write the table of verdicts", _gather, _show_table, scaled)
    gathered.add_argument("claims", nargs="*", help="claims of the table (default: all)")
    plan = add("plan", "write the plan of a configuration: every run, by claim and arm", _plan, _show_plan)
    plan.add_argument("--config", type=Path, required=True, metavar="FILE", help="a configuration file")
    power = add("power", "show what claims about trainings can decide with their planned seeds", _power, _show_power)
    power.add_argument("claims", nargs="*", metavar="claim", help="default: all")
    add("calibrate", "simulate the error rates of the decision rules", _calibrate, "\n".join)
    add("pilot", "measure the spread over seeds from pilot runs", _pilot, "\n".join, scaled)
    resolve = add(resolving_command.VERB, resolving_command.HELP, resolving_command.run, _show_resolved)
    resolving_command.add_options(resolve)
    verdicts = add("verdicts", "show the table of verdicts", _verdicts, _show_table)
    verdicts.add_argument("claims", nargs="*", metavar="claim", help="default: all")
    verdicts.add_argument("--scale", help="only this scale")
    add("explain", "show what a claim asserts and how it is tested", _explain, _explanation).add_argument("claim")
    return parser


def _seed(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number of at least 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(piped(main))
