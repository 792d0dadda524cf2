"""From verdicts and evidence to one HTML page and its Markdown twin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.files import write_atomic
from claims.claim import MEANING, Claim, Verdict
from report import findings, text
from report.appendix import MAKE, PROTOCOL, appendix, worst_rate
from report.assets import Asset
from report.grid import Group, groups, picture
from report.inputs import Inputs
from report.provenance import protocols, provenance, unfinished, unscored
from report.sections import TIERS, ClaimSection, Draw, chapters, counts, declared, document, scope, sections
from report.settings import critic_norms, settings

if TYPE_CHECKING:
    import jinja2

ICONS = {
    Verdict.SUPPORTED: "✓",
    Verdict.WEAKER: "◐",
    Verdict.CONTRADICTED: "✗",
    Verdict.MIXED: "◆",
    Verdict.INCONCLUSIVE: "○",
    Verdict.INVALID: "⊘",
    Verdict.NOT_RUN: "–",
}


@dataclass(frozen=True)
class Pages:
    """A rendered report; the assets belong to the Markdown twin, the page embeds them."""

    html: str
    markdown: str
    assets: tuple[Asset, ...]


def render(inputs: Inputs, catalogue: Mapping[str, Claim], draw: Draw) -> Pages:
    """Renders the report.

    Args:
        inputs: everything that is shown.
        catalogue: every claim, in the order of the report.
        draw: returns a claim's figure as SVG, from its evidence and its parts' verdicts, or nothing where there is
            nothing to draw.
    """
    grid = groups(inputs)
    shown = sections(inputs, catalogue, draw, grid)
    differs = {run.run_id: cell.differs for group in grid for cell in group.cells for run in cell.seeds}
    usual = inputs.runs[~inputs.runs["run_id"].isin([run_id for run_id, words in differs.items() if words])]
    trained = settings(usual)
    view = {
        "scale": inputs.scale,
        "scope": scope(inputs, grid, shown),
        "counts": counts(shown),
        "meaning": MEANING,
        "sections": shown,
        "chapters": chapters(shown),
        "absent": [claim for name, claim in catalogue.items() if name not in {s.record["claim"] for s in shown}],
        "groups": grid,
        "progress_left_out": _without_progress(grid),
        "samples_left_out": _left_out(inputs, grid),
        "appendix": appendix(inputs),
        "protocol_path": PROTOCOL,
        "make_protocol": MAKE,
        "unfinished": unfinished(inputs, differs),
        "unscored": unscored(inputs),
        "protocols": protocols(inputs),
        "settings": trained,
        "critic_norms": critic_norms(trained),
        "provenance": provenance(inputs),
        "n_runs": len(inputs.runs),
        "tiers": TIERS,
    }
    return Pages(
        html=_html_environment().get_template("index.html.j2").render(view),
        markdown=_markdown_environment().get_template("report.md.j2").render(view),
        assets=tuple(_assets(grid, shown)),
    )


def write(pages: Pages, folder: Path) -> None:
    """Writes `index.html`, `report.md` and the twin's figures; what an older report left is removed.

    Raises:
        UserError: when the folder cannot be written.
    """
    figures = folder / "figures"
    for asset in pages.assets:
        write_atomic(figures / asset.name, asset.payload)
    for old in {*figures.glob("*.*")} - {figures / asset.name for asset in pages.assets}:
        old.unlink()
    write_atomic(folder / "report.md", pages.markdown.encode())
    write_atomic(folder / "index.html", pages.html.encode())


def _without_progress(grid: tuple[Group, ...]) -> bool:
    seeds = [seed for group in grid for cell in group.cells for seed in cell.seeds]
    return any(seed.samples for seed in seeds) and not any(seed.progress for seed in seeds)


def _left_out(inputs: Inputs, grid: tuple[Group, ...]) -> int:
    """How many runs have samples for which the page has no room."""
    seeds = [run for group in grid for cell in group.cells for run in cell.seeds if not run.samples]
    return sum(picture(inputs, run.run_id, "samples").is_file() for run in seeds)


def _assets(grid: tuple[Group, ...], shown: tuple[ClaimSection, ...]) -> Iterator[Asset]:
    candidates: list[Asset | None] = [section.figure for section in shown]
    for group in grid:
        candidates.append(group.reference)
        for cell in group.cells:
            candidates += [cell.curves, *(picture for seed in cell.seeds for picture in (seed.samples, seed.progress))]
    yield from (asset for asset in candidates if asset is not None)


def _html_environment() -> jinja2.Environment:
    return _environment(autoescape=True)


def _markdown_environment() -> jinja2.Environment:
    environment = _environment(autoescape=False, finalize=text.escape_markdown)
    environment.filters["code"] = text.code_markdown
    environment.filters["markdown"] = text.Markdown
    return environment


FILTERS: dict[str, Callable[..., Any]] = {
    "number": text.number,
    "score": text.score,
    "display": text.display,
    "interval": text.interval,
    "duration": text.duration,
    "counted": text.counted,
    "verdict_class": lambda name: "v-" + str(name).replace(" ", "-"),
    "icon": lambda name: ICONS[Verdict(name)],
    "declared": declared,
    "p_value": text.p_value,
    "percent": text.percent,
    "worst_rate": worst_rate,
    "numbers": findings.numbers,
    "differs": findings.differs,
    "cells": findings.cells,
    "sensitivity": findings.sensitivity,
    "turned": findings.turned,
    "explained": findings.explained,
    "error_level": findings.error_level,
    "is_verdict": lambda name: name in {verdict.value for verdict in Verdict},
    "document": document,
    "words": lambda name: str(name).replace("_", " "),
}
"""What templates may do to a value."""


def _environment(**options: Any) -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("report"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    environment.filters |= FILTERS
    return environment
