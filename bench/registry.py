"""Registries: one explicit dictionary per kind of component.

A registry line names the function that builds the component and, where it
matters, the kind of data it accepts or provides. What a component is called,
which paper it comes from and which defaults it has are read from the source
text of that function, so that listing or validating imports nothing heavy.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import UserError, unknown_name

_PAPER = re.compile(r"^\s*Paper:\s*(.+?)\s*\((\d{4})\),\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Paper:
    """Where a component was published."""

    authors: str
    year: int
    title: str


@dataclass(frozen=True)
class Description:
    """What the source text of a component says about it."""

    name: str
    summary: str
    paper: Paper | None
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One registry line.

    Args:
        target: `module:function` of the builder.
        data: the kind of data accepted (architectures, metrics) or provided
            (data sets): "images", "points" or "any".
        folder: folder below GANCLAIMS_DATA that a data set is read from, if it is.
        fresh: whether training draws new samples of a data set for every batch.
    """

    target: str
    data: str = "any"
    folder: str = ""
    fresh: bool = False


class Registry(Mapping[str, Entry]):
    """A read-only mapping from names to entries, with lookup errors a user can act on."""

    def __init__(self, kind: str, folder: str, entries: Mapping[str, Entry]) -> None:
        self.kind = kind
        self.folder = folder
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> Entry:
        if name not in self._entries:
            raise unknown_name(self.kind, name, self._entries, f"Add new ones to {self.folder}.")
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def builder(self, name: str) -> Callable[..., Any]:
        """Imports and returns the function behind `name`."""
        module, function = self[name].target.split(":")
        return getattr(importlib.import_module(module), function)

    def describe(self, name: str) -> Description:
        """Returns summary, paper and defaults of `name` without importing it."""
        module, function = self[name].target.split(":")
        node = _function_node(module, function)
        doc = ast.get_docstring(node) or ""
        found = _PAPER.search(doc)
        paper = Paper(found[1], int(found[2]), found[3].rstrip(".")) if found else None
        return Description(name, doc.split("\n", 1)[0].rstrip("."), paper, _keyword_defaults(node))

    def resolve(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the defaults of `name` overridden by `options`, every value checked.

        Raises:
            UserError: for an option that does not exist or has the wrong type.
        """
        defaults = self.describe(name).defaults
        for key, value in options.items():
            if key not in defaults:
                raise unknown_name(f"option of {self.kind} {name!r}:", key, defaults)
            _check_type(f"{self.kind} {name!r}, option {key!r}", value, defaults[key])
        return {key: _as_type(options.get(key, default), default) for key, default in defaults.items()}


@functools.cache
def _module_tree(module: str) -> ast.Module:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise UserError(f"Module {module!r} does not exist; a registry line names it.")
    return ast.parse(Path(spec.origin).read_text())


def _function_node(module: str, function: str) -> ast.FunctionDef:
    for node in _module_tree(module).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return node
    raise UserError(f"Module {module!r} has no function {function!r}; a registry line names it.")


def _keyword_defaults(node: ast.FunctionDef) -> dict[str, Any]:
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return {arg.arg: ast.literal_eval(default) for arg, default in pairs if default is not None}


def _check_type(what: str, value: Any, default: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    fits = {
        bool: isinstance(value, bool),
        int: number and value == int(value),
        float: number,
        str: isinstance(value, str),
    }[type(default)]
    if not fits:
        wanted = {bool: "true or false", int: "a whole number", float: "a number", str: "a word"}
        raise UserError(f"{what}: got {value!r}, expected {wanted[type(default)]} such as {default!r}.")


def _as_type(value: Any, default: Any) -> Any:
    return type(default)(value)
