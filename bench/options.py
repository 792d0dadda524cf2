"""Options of components: the given ones checked, the others at their published values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.catalogue import CHOICES
from bench.errors import UserError, unknown_name
from bench.registry import Registry

POSITIVE = ("learning_rate", "clip_value", "scale")
"""Options for which zero means nothing."""


def resolve_options(registry: Registry, name: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Returns every option of a component, the given ones checked, the others at their published values.

    Raises:
        UserError: for an unknown option, a wrong type, or a value out of range.
    """
    options = registry.resolve(name, given or {})
    published = registry.resolve(name, {})
    for key, value in options.items():
        # A count is at least 1, unless 0 is what stands for "as many as something else".
        least = 0 if published[key] == 0 else 1
        _check_option(f"{registry.kind} {name!r}, option {key!r}", key, value, least)
    return options


def _check_option(what: str, key: str, value: Any, least: int) -> None:
    if key in CHOICES and value not in CHOICES[key]:
        raise unknown_name(f"value of {what}:", value, CHOICES[key])
    if isinstance(value, bool | str) or key.startswith("label"):
        return
    if key.startswith("beta") or key == "momentum":
        allowed, fits = "0 <= x < 1", 0 <= value < 1
    elif key == "alpha" or key.startswith("smoothing"):
        allowed, fits = "0 <= x <= 1", 0 <= value <= 1
    elif isinstance(value, int):
        allowed, fits = f"at least {least}", value >= least
    elif key in POSITIVE:
        allowed, fits = "a positive number", value > 0
    else:
        allowed, fits = "a number that is not negative", value >= 0
    if not fits:
        raise UserError(f"{what}: got {value!r}, expected {allowed}.")
