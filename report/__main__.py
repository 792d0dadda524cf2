"""Command line: python -m report --scale smoke --results results."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.errors import EXIT_BAD_INPUT, UserError


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the report of one scale and prints where it lies; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        print(_build(options.results, options.scale))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m report",
        description="Write the claims report of one scale: report/<scale>/index.html and report.md below the results.",
    )
    parser.add_argument("--scale", required=True, help="name of the configuration's scale, for example smoke")
    parser.add_argument("--results", type=Path, default=Path("results"), help="the results folder (default: results)")
    return parser


def _build(results: Path, scale: str) -> Path:
    from claims.catalogue import CLAIMS
    from report.claim_figures import draw
    from report.inputs import read
    from report.render import render, write

    folder = results / "report" / scale
    write(render(read(results, scale), CLAIMS, draw), folder)
    return folder / "index.html"


if __name__ == "__main__":
    sys.exit(main())
