"""What sets runs of one architecture and method apart: every setting that differs from the cell's usual one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from report.text import setting_value, words

if TYPE_CHECKING:
    import pandas as pd

NOT_SETTINGS = ("seed", "dataset", "image_size", "dataset_options", "architecture", "method", "plugins")
"""Parts of a specification that name the run or its cell."""

Settings = Mapping[str, Any]


def labels(runs: pd.DataFrame) -> dict[str, str]:
    """Says for every run of one data set what it was trained with that its cell was usually not; "" for usual runs.

    A cell is an architecture with a method. Its usual settings are those closest
    to what most runs of the method have, so that the same change has the same
    label in every cell.

    Args:
        runs: rows of runs.parquet with a `spec`.

    Returns:
        Words, by run id.
    """
    found = {row.run_id: _settings(row.spec) for row in runs.itertuples()}
    by_method = {method: _usual(found[run] for run in rows["run_id"]) for method, rows in runs.groupby("method")}
    told: dict[str, str] = {}
    for (_, method), rows in runs.groupby(["architecture", "method"]):
        told |= _told({run: found[run] for run in rows["run_id"]}, by_method[method])
    return told


def _told(cell: Mapping[str, Settings], of_method: Settings) -> dict[str, str]:
    """The words of the runs of one cell."""
    kinds = Counter(json.dumps(settings, sort_keys=True) for settings in cell.values())
    ranked = sorted(kinds, key=lambda kind: (len(list(_differences(json.loads(kind), of_method))), -kinds[kind], kind))
    usual = json.loads(ranked[0])
    return {run: ", ".join(sorted(_differences(settings, usual))) for run, settings in cell.items()}


def _settings(spec: str) -> dict[str, Any]:
    """The settings of a run by name, options of its parts among them."""
    whole = json.loads(spec) if isinstance(spec, str) and spec else {}
    flat: dict[str, Any] = {}
    for key, value in whole.items():
        if key not in NOT_SETTINGS:
            flat |= value if isinstance(value, dict) else {key: value}
    return flat


def _usual(runs: Iterable[Settings]) -> dict[str, Any]:
    """The most common value of every setting that most runs have."""
    found = list(runs)
    usual: dict[str, Any] = {}
    for key in dict.fromkeys(key for settings in found for key in settings):
        counts = Counter(json.dumps(settings[key]) if key in settings else "" for settings in found)
        most = min(counts, key=lambda value: (-counts[value], value))
        usual |= {key: json.loads(most)} if most else {}
    return usual


def _differences(settings: Settings, usual: Settings) -> Iterator[str]:
    for key, value in settings.items():
        if key in usual and value != usual[key]:
            yield f"{words(key)} {setting_value(value)}"
        elif key not in usual:
            yield f"with {words(key)} {setting_value(value)}"
    yield from (f"no {words(key)}" for key in usual if key not in settings)
