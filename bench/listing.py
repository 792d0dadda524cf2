"""What is registered, as data and as text."""

from __future__ import annotations

from typing import Any

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS, METRICS

REGISTRIES = {"data sets": DATASETS, "architectures": ARCHITECTURES, "methods": METHODS, "metrics": METRICS}


def listing() -> dict[str, list[dict[str, Any]]]:
    """Returns every registry as rows of name, paper, year, summary, data kind and defaults; imports nothing heavy."""
    return {title: [_row(registry, name) for name in registry] for title, registry in REGISTRIES.items()}


def table(found: dict[str, list[dict[str, Any]]]) -> str:
    """Returns the listing as aligned text."""
    lines = []
    for title, rows in found.items():
        lines += [title, "-" * len(title)]
        width = max(len(row["name"]) for row in rows)
        for row in rows:
            paper = f"{row['authors']} {row['year']}" if row["year"] else ""
            lines.append(f"  {row['name']:<{width}}  {paper:<24}  {row['summary']}")
        lines.append("")
    return "\n".join(lines).rstrip()


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
    }
