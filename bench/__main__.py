"""Command line of the training half; `python -m bench --help`."""

from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import EXIT_BAD_INPUT, EXIT_INTERRUPTED, EXIT_UNFINISHED, UserError, piped, unknown_name

if TYPE_CHECKING:
    from bench.spec import DataSpec


def main(arguments: Sequence[str] | None = None) -> int:
    """Parses the arguments, runs one command and returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except ModuleNotFoundError as error:
        print(f"error: The package {error.name!r} is not installed; pip install it and try again.", file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from the last checkpoint", file=sys.stderr)
        return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Train, measure and collect GAN runs.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listed = _add(commands, "list", _list, "print every registry: data sets, architectures, methods, metrics")
    listed.add_argument("--plugin", action="append", default=[], metavar="FILE", help="with what this file defines")
    listed.add_argument("--markdown", action="store_true", help="print the tables of the README")
    run = _add(commands, "run", _run, "train runs and measure them, without a workflow engine", "results", "device")
    what = run.add_mutually_exclusive_group(required=True)
    what.add_argument("--spec-json", metavar="JSON", help="one run, as JSON")
    what.add_argument("--specs", type=Path, metavar="FILE", help="a JSON file with one run or a list of runs")
    what.add_argument("--config", type=Path, metavar="FILE", help="a configuration file; all runs of its grid")
    what.add_argument("--plan", type=Path, metavar="FILE", help="a plan written by `python -m claims plan`; all runs")
    run.add_argument("--runs", type=Path, metavar="FILE", help="a file with the run ids wanted of a plan")
    run.add_argument("--budget", metavar="TIME", help="stop cleanly after this long: 540s, 9m, 2h")
    run.add_argument("--time-limit", metavar="TIME", help="end a run that has trained this long, as timed out: 2h")
    run.add_argument("--train-only", action="store_true", help="do not measure")
    run.add_argument("--checkpoint-seconds", type=float, default=60.0, metavar="S", help="default 60")
    _add(commands, "data", _data, "prepare a data set", "results", "dataset")
    _add(commands, "extractor", _extractor, "train a data set's feature classifier", "results", "dataset")
    _add(commands, "measure", _measure, "score one trained run", "results", "device", "spec", "protocol")
    _add(commands, "reference", _reference, "score real data against real data", "results", "dataset", "protocol")
    collect = _add(commands, "collect", _collect, "join scores into an evidence table", "results")
    collect.add_argument("--plan", type=Path, required=True, metavar="FILE", help="the plan of a configuration")
    collect.add_argument(
        "--subjects", nargs="+", default=["all"], metavar="NAME", help="claims of the plan; default: all, every run"
    )
    cost = _add(commands, "cost", _cost, "estimate hours and disk of a plan, before it is launched", "results")
    cost.add_argument("--plan", type=Path, required=True, metavar="FILE", help="the plan of a configuration")
    cost.add_argument("--calibrate", action=argparse.BooleanOptionalAction, default=True, help="time what is unknown")
    cost.add_argument("--together", type=int, default=1, metavar="N", help="runs trained and scored in one process")
    _add(commands, "track", _track, "mirror the evidence to MLflow", "results", "scale")
    return parser


_SHARED: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "results": (("--results", {"type": Path, "default": Path("results"), "metavar": "DIR"}),),
    "device": (
        ("--device", {"choices": ("auto", "cpu", "cuda"), "default": "auto"}),
        ("--threads", {"type": int, "default": 1, "metavar": "N", "help": "CPU threads; part of provenance"}),
    ),
    "dataset": (
        ("--dataset", {"required": True, "metavar": "NAME"}),
        ("--image-size", {"type": int, "default": 0, "metavar": "PIXELS", "help": "0 for points"}),
        ("--options-json", {"default": "{}", "metavar": "JSON", "help": "options of the data set; default {}"}),
    ),
    "spec": (("--spec-json", {"required": True, "metavar": "JSON"}),),
    "protocol": (("--protocol-json", {"required": True, "metavar": "JSON"}),),
    "scale": (("--scale", {"required": True, "metavar": "NAME"}),),
}


def _add(
    commands: Any, name: str, function: Callable[[argparse.Namespace], int], help_text: str, *shared: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=help_text)
    for group in shared:
        for flag, settings in _SHARED[group]:
            parser.add_argument(flag, **settings)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=function)
    return parser


def _show(options: argparse.Namespace, value: Any, text: str) -> None:
    print(json.dumps(value, indent=1, default=str) if options.json else text)


def _list(options: argparse.Namespace) -> int:
    from bench.catalogue import REGISTRIES
    from bench.listing import listing, markdown, table
    from bench.plugins import activate

    activate(options.plugin, REGISTRIES)
    found = listing()
    _show(options, found, markdown(found) if options.markdown else table(found))
    return 0


def _run(options: argparse.Namespace) -> int:
    from bench.campaign import Campaign

    campaign = Campaign.from_options(options)
    summary = campaign.run()
    _show(options, summary, campaign.describe(summary))
    if summary["failed"]:
        return EXIT_BAD_INPUT
    # A budget that runs out is the expected end; anything else unfinished must not look like success.
    return EXIT_UNFINISHED if summary["unfinished"] and not options.budget else 0


def _data_spec(options: argparse.Namespace) -> DataSpec:
    from bench.campaign import data_from_json

    return data_from_json(options.dataset, options.image_size, options.options_json)


def _data(options: argparse.Namespace) -> int:
    from bench.data import prepare

    card = prepare(_data_spec(options), options.results)
    name = card["version"] or options.dataset
    _show(options, card, f"{name}: {card['n_train']} + {card['n_test']} samples; licence: {card['licence']}")
    return 0


def _extractor(options: argparse.Namespace) -> int:
    from bench.features import train_extractor

    card = train_extractor(_data_spec(options), options.results)
    _show(options, card, f"{options.dataset}: accuracy {card['accuracy']:.3f} (floor {card['floor']})")
    return 0


def _measure(options: argparse.Namespace) -> int:
    from bench.campaign import configure, protocol_from_json, spec_from_json
    from bench.measure import measure

    spec, protocol = spec_from_json(options.spec_json), protocol_from_json(options.protocol_json)
    path = measure(spec, protocol, options.results, configure(options.device, options.threads))
    _show(options, {"scores": path}, str(path))
    return 0


def _reference(options: argparse.Namespace) -> int:
    from bench.campaign import configure, protocol_from_json
    from bench.measure import measure_reference

    configure("cpu", 1)
    path = measure_reference(_data_spec(options), protocol_from_json(options.protocol_json), options.results)
    _show(options, {"scores": path}, str(path))
    return 0


def _collect(options: argparse.Namespace) -> int:
    from bench import planned
    from bench.collect import collect

    plan = planned.read(options.plan)
    for subject in options.subjects:
        if subject not in (planned.EVERYTHING, *plan.claims):
            raise unknown_name("subject", subject, [planned.EVERYTHING, *plan.claims])
    folders = [str(collect(plan, subject, options.results)) for subject in options.subjects]
    _show(options, {"folders": folders}, "\n".join(folders))
    return 0


def _cost(options: argparse.Namespace) -> int:
    from bench import planned
    from bench.cost import cost
    from bench.cost_table import table

    plan = planned.read(options.plan)
    say = functools.partial(print, file=sys.stderr, flush=True)
    found = cost(plan, options.results, calibrate=options.calibrate, together=options.together, say=say)
    _show(options, dataclasses.asdict(found), table(found, options.plan))
    return 0


def _track(options: argparse.Namespace) -> int:
    from bench.tracking import mirror

    stamp = mirror(options.scale, options.results)
    _show(options, stamp, " ".join(f"{key}={value}" for key, value in stamp.items()))
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
