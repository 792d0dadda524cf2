"""`python -m claims resolve`: its options, and what it prints."""

from __future__ import annotations

import argparse
import functools
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import UserError, unknown_name
from claims.catalogue import CLAIMS
from claims.claim import Claim

if TYPE_CHECKING:
    from bench.config import Plan
    from claims.resolving import Limits, Resolver

VERB = "resolve"
HELP = "give more seeds to undecided claims about trainings, in rounds"


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds the options of the verb."""
    verb.add_argument("claims", nargs="*", help="default: all that the configuration has trainings for")
    verb.add_argument("--config", type=Path, required=True, metavar="FILE", help="the configuration")
    verb.add_argument("--cores", metavar="N", help="for Snakemake (default: all, unless a profile is given)")
    verb.add_argument("--max-seeds", metavar="N", help="most seeds of a claim; looks take twice as many each")
    verb.add_argument("--hours", metavar="H", help="most device hours, all rounds on record together")
    verb.add_argument("--least-chance", metavar="P", help="give a claim up whose next look decides less likely (0.1)")
    verb.add_argument("--rounds", metavar="R", help="most rounds of this call")
    verb.add_argument("--dry-run", action="store_true", help="show what the next round would do")
    verb.epilog = "Options of Snakemake follow after --, for example: -- --profile slurm"


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Cuts a command line of this verb at `--`: its own options, and those of Snakemake; others stay whole."""
    mine = list(arguments[:1]) == [VERB] and "--" in arguments
    cut = arguments.index("--") if mine else len(arguments)
    return list(arguments[:cut]), list(arguments[cut + 1 :])


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Runs the verb.

    Raises:
        UserError: for a claim, budget or configuration that does not do, or when the workflow fails.
    """
    from bench.config import load
    from claims.plugins import activate

    limits, cores = _limits(options), _cores(options)
    if options.results.name != "results":
        raise UserError(f"The workflow writes into a folder named 'results', got --results {options.results}.")
    plan = load(options.config)
    activate(plan.config.get("plugins", ()), CLAIMS)
    claims = [_resolvable(plan, name) for name in dict.fromkeys(options.claims)] or _all(plan)
    resolver = _resolver(options, claims, plan, limits, cores=cores)
    found = resolver.preview() if options.dry_run else resolver.run()
    return {**found, "overlay": str(options.results / "resolve" / f"{plan.scale}.yaml")}


def _resolver(
    options: argparse.Namespace, claims: Sequence[Claim], plan: Plan, limits: Limits, *, cores: str
) -> Resolver:
    from claims.evaluate import verdict_path
    from claims.resolving import Resolver
    from claims.resolving_tools import price, train

    def trained(config: Path, wanted: Sequence[Claim]) -> None:
        targets = [str(verdict_path(Path("results"), plan.scale, claim.id)) for claim in wanted]
        train(config, targets, options.results, cores, options.further)

    known = limits.hours is not None or options.dry_run
    estimated = functools.partial(price, results=options.results, together=plan.together, calibrate=known)
    say = functools.partial(print, file=sys.stderr if options.json else sys.stdout, flush=True)
    return Resolver(claims, plan, options.results, limits, trained, estimated, say)


def _limits(options: argparse.Namespace) -> Limits:
    from claims.resolving import Limits

    seeds, rounds = _number(options, "max_seeds", 1, whole=True), _number(options, "rounds", 1, whole=True)
    least = _number(options, "least_chance", 0, most=1)
    hours = _number(options, "hours", 0)
    if least == 0 and seeds is hours is rounds is None:
        raise UserError("--least-chance 0 never gives up: give --max-seeds, --hours or --rounds with it.")
    return Limits(
        None if seeds is None else int(seeds),
        hours,
        Limits.least_chance if least is None else least,
        None if rounds is None else int(rounds),
    )


def _number(
    options: argparse.Namespace, name: str, least: float, *, most: float = math.inf, whole: bool = False
) -> float | None:
    """Reads an option, None where it is not given; at an infinite end the number must be finite."""
    text = getattr(options, name)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most or math.isinf(value) or (whole and value % 1):
        kind = "whole number" if whole else "number"
        allowed = f"of at least {least:g}" if math.isinf(most) else f"from {least:g} to {most:g}"
        raise UserError(f"--{name.replace('_', '-')} is a {kind} {allowed}, got {text!r}.")
    return value


def _cores(options: argparse.Namespace) -> str:
    given = options.cores
    if given is not None and given != "all" and not (given.isdigit() and int(given)):
        raise UserError(f"--cores is a whole number of at least 1 or 'all', got {given!r}.")
    profiled = any(word.partition("=")[0] == "--profile" for word in options.further)
    return given or ("" if profiled else "all")


def _resolvable(plan: Plan, name: str) -> Claim:
    """Returns a claim that more seeds can be given to."""
    if name not in CLAIMS:
        raise unknown_name("claim", name, CLAIMS, "`python -m claims list` describes them.")
    claim = CLAIMS[name]
    if claim.design is None:
        raise UserError(f"Claim {name!r} rests on a study, not on trainings: there are no seeds to add.")
    if plan.claims is not None and name not in plan.claims:
        raise UserError(f"Claim {name!r} is not among the claims of scale {plan.scale!r}; add it to the configuration.")
    if plan.design(name) is None:
        raise UserError(f"Scale {plan.scale!r} trains nothing for {name!r}; add `designs` to the configuration.")
    return claim


def _all(plan: Plan) -> list[Claim]:
    """The claims that the configuration judges and has trainings for."""
    names = CLAIMS if plan.claims is None else plan.claims
    found = [CLAIMS[name] for name in names if name in CLAIMS and CLAIMS[name].design and plan.design(name)]
    if not found:
        raise UserError(f"Scale {plan.scale!r} trains nothing for any claim; add `designs` to the configuration.")
    return found


_NEXT = {
    "claim": "claim",
    "seeds": "seeds",
    "then": "next_seeds",
    "runs to do": "runs",
    "hours": "hours",
    "state": "stopped",
}

_CLOSING = {
    "claim": "claim",
    "rounds": "rounds",
    "looks": "look",
    "seeds": "seeds",
    "verdict": "verdict",
    "next look decides": "chance",
    "hours": "hours",
    "state": "stopped",
}


def cells(found: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Returns the closing table, or that of a dry run, with its header."""
    coming = "next" in found
    columns = _NEXT if coming else _CLOSING
    rows = found["next" if coming else "claims"]
    return [tuple(columns), *(tuple(_cell(row[key]) for key in columns.values()) for row in rows)]


def closing(found: Mapping[str, Any]) -> str:
    """Returns what there is to say below the table."""
    if "next" not in found:
        return f"The report of all this: snakemake --cores all report --configfile {found['overlay']}"
    if found["total_hours"] is None:
        return "The hours are not known."
    return f"In all {found['total_hours']:.3g} hours on {found['device']}." if found["device"] else "Nothing to do."


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
