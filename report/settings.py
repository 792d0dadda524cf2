"""How each method was trained: the settings that differ between the cells of one row of the grid."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.catalogue import ARCHITECTURES, METHODS
from report.grid import in_order
from report.text import setting_value, words

if TYPE_CHECKING:
    import pandas as pd

OPTIMIZERS = {
    "adam": ("learning_rate", "beta1", "beta2"),
    "rmsprop": ("learning_rate", "momentum"),
    "rmsprop_tf": ("learning_rate", "momentum"),
    "sgd": ("learning_rate", "momentum"),
}
"""The settings that each optimizer reads; the others of a method have no effect."""


@dataclass(frozen=True)
class Setting:
    """One way in which a method was trained.

    Args:
        method: its name.
        architectures: where it was trained so.
        critic_norm: the critic's normalization.
        optimizer: the optimizer and the settings it reads.
        n_critic: critic steps per generator step.
        others: every other option, as words.
    """

    method: str
    architectures: tuple[str, ...]
    critic_norm: str
    optimizer: str
    n_critic: str
    others: str


def settings(runs: pd.DataFrame) -> tuple[Setting, ...]:
    """Returns every set of method options of some runs, in the order of the registry."""
    found: dict[tuple[str, str], set[str]] = {}
    for run in runs[runs["outcome"] != "skipped"].to_dict("records"):
        options = json.loads(run["spec"])["method_options"] if run["spec"] else {}
        found.setdefault((run["method"], json.dumps(options, sort_keys=True)), set()).add(run["architecture"])
    order = in_order((method for method, _ in found), METHODS)
    ordered = sorted(found.items(), key=lambda item: (order.index(item[0][0]), sorted(item[1])))
    return tuple(_setting(method, json.loads(options), names) for (method, options), names in ordered)


def critic_norms(found: tuple[Setting, ...]) -> dict[str, tuple[str, ...]]:
    """Returns the methods by their critic's normalization: methods compared need not train the same critic."""
    norms = dict.fromkeys(setting.critic_norm for setting in found)
    return {norm: tuple(dict.fromkeys(s.method for s in found if s.critic_norm == norm)) for norm in norms if norm}


def _setting(method: str, options: Mapping[str, Any], architectures: set[str]) -> Setting:
    name = options.get("optimizer", "")
    read = [key for key in OPTIMIZERS.get(name, ()) if key in options]
    shown = {"optimizer", "n_critic", "critic_norm", *(key for keys in OPTIMIZERS.values() for key in keys)}
    return Setting(
        method=method,
        architectures=in_order(architectures, ARCHITECTURES),
        critic_norm=options.get("critic_norm", ""),
        optimizer=", ".join([name, *(f"{words(key)} {setting_value(options[key])}" for key in read)]) if name else "",
        n_critic=setting_value(options.get("n_critic", "")),
        others=", ".join(f"{words(key)} {setting_value(value)}" for key, value in options.items() if key not in shown),
    )
