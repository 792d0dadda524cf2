"""What is registered, as data, as text and as the table of the README."""

from __future__ import annotations

from typing import Any

from bench.catalogue import REGISTRIES

TITLES = {
    "datasets": "data sets",
    "architectures": "architectures",
    "methods": "methods",
    "techniques": "techniques (follow a method after a +)",
    "metrics": "metrics",
}


def listing() -> dict[str, list[dict[str, Any]]]:
    """Returns every registry as rows of name, paper, year, summary, data kind and defaults; imports nothing heavy."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in TITLES}
    for kind, registry in REGISTRIES.items():
        for name in registry:
            found["techniques" if registry[name].on else kind].append(_row(registry, name))
    return found


def table(found: dict[str, list[dict[str, Any]]]) -> str:
    """Returns the listing as aligned text."""
    lines = []
    for kind, rows in found.items():
        lines += [TITLES[kind], "-" * len(TITLES[kind])]
        width = max((len(row["name"]) for row in rows), default=0)
        lines += [f"  {row['name']:<{width}}  {_source(row):<30}  {row['summary']}" for row in rows]
        lines.append("")
    return "\n".join(lines).rstrip()


def markdown(found: dict[str, list[dict[str, Any]]]) -> str:
    """Returns the listing as Markdown tables, one per registry."""
    blocks = []
    for kind, rows in found.items():
        title = TITLES[kind]
        head = f"**{title[0].upper()}{title[1:]}**\n\n| name | from | what |\n|---|---|---|"
        lines = [f"| `{row['name']}` | {_source(row)} | {_escaped(row['summary'])} |" for row in rows]
        blocks.append("\n".join([head, *lines]))
    return "\n\n".join(blocks)


def _source(row: dict[str, Any]) -> str:
    return f"{row['authors']} {row['year']}" if row["year"] else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _row(registry: Any, name: str) -> dict[str, Any]:
    description = registry.describe(name)
    paper = description.paper
    return {
        "name": name,
        "authors": paper.authors if paper else "",
        "year": paper.year if paper else None,
        "paper": paper.title if paper else "",
        "summary": description.summary,
        "data": registry[name].data,
        "defaults": dict(description.defaults),
        "on": registry[name].on,
    }
