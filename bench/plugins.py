"""Plug-ins: a Python file outside the project that defines components, named in a configuration.

The file says what it defines in a dictionary that is read without importing it:

    GANCLAIMS = {"methods": {"my_gan": {}}, "metrics": {"brightness": {"data": "images"}}}

Keys are those of `bench.catalogue.REGISTRIES`, names are those of functions in
the file, and the inner dictionaries hold fields of `Entry`. Processes started
from this one know the same plug-ins, through an environment variable.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.errors import UserError, unknown_name
from bench.registry import Entry, Registry

VARIABLE = "GANCLAIMS_PLUGINS"
"""Paths of the active plug-ins, separated as in PATH."""

ELSEWHERE = ("claims",)
"""What a plug-in may define beside components; read by those it concerns."""

EXAMPLE = 'GANCLAIMS = {"methods": {"my_gan": {}}}'
DATA_KINDS = ("images", "points", "any")
DEFAULTS = {key: value for key, value in vars(Entry("")).items() if key != "target"}
"""The fields of a registry line with their defaults, whose types are those expected."""


def activate(paths: Iterable[str | Path], registries: Mapping[str, Registry]) -> None:
    """Registers what plug-in files define, here and in the processes started from here.

    Args:
        paths: files; relative to the working directory, ~ is expanded.
        registries: the registries by the key a plug-in uses.

    Raises:
        UserError: for a file that cannot be read or defines nothing, an unknown
            registry or field, or a name that is taken.
    """
    for path in paths:
        file = Path(path).expanduser().resolve()
        for kind, names in declaration(file).items():
            if kind not in (*registries, *ELSEWHERE):
                raise unknown_name(f"Plug-in {file}: registry", kind, (*registries, *ELSEWHERE))
            for name, fields in names.items() if kind in registries else ():
                registries[kind].add(name, _entry(file, name, fields))
        os.environ[VARIABLE] = os.pathsep.join(dict.fromkeys([*active(), str(file)]))


def activate_from_environment(registries: Mapping[str, Registry]) -> None:
    """Registers the plug-ins that the parent process, or the user's shell, knows."""
    activate(active(), registries)


def active() -> list[str]:
    """Returns the plug-in files that this process knows of."""
    return [part for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]


def declaration(file: Path) -> dict[str, dict[str, Any]]:
    """Returns the dictionary GANCLAIMS of a plug-in, without running it.

    Raises:
        UserError: when the file cannot be read, or has no such dictionary.
    """
    try:
        tree = ast.parse(file.read_text())
    except OSError as error:
        raise UserError(f"Plug-in {file} cannot be read: {error.strerror}.") from error
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UserError(f"Plug-in {file} is not Python: {error}.") from error
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = any(isinstance(target, ast.Name) and target.id == "GANCLAIMS" for target in targets)
        if isinstance(node, ast.Assign | ast.AnnAssign) and named and node.value is not None:
            return _literal(file, node.value)
    raise UserError(
        f'Plug-in {file} defines nothing: it needs a dictionary such as GANCLAIMS = {{"methods": {{"name": {{}}}}}}.'
    )


def _literal(file: Path, node: ast.expr) -> dict[str, dict[str, Any]]:
    try:
        value = ast.literal_eval(node)
    except ValueError as error:
        raise UserError(f"Plug-in {file}: GANCLAIMS must be a literal dictionary, without calls or names.") from error
    if not isinstance(value, dict) or not value or not all(isinstance(names, dict) for names in value.values()):
        raise UserError(f"Plug-in {file}: GANCLAIMS must map registries to dictionaries of names; got {value!r}.")
    return value


def _entry(file: Path, name: object, fields: object) -> Entry:
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UserError(f"Plug-in {file}: {name!r} is no name for a component; use lower-case letters, digits and _.")
    if not isinstance(fields, dict):
        raise UserError(f"Plug-in {file}: {name!r} needs a dictionary of fields, {{}} for none; got {fields!r}.")
    for key, value in fields.items():
        if key not in DEFAULTS:
            raise unknown_name(f"Plug-in {file}: field of {name!r}:", key, DEFAULTS)
        _check_field(f"Plug-in {file}: field {key!r} of {name!r}", key, value)
    lists = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
    return Entry(f"{file}:{name}", **{**fields, **lists})


def _check_field(what: str, key: str, value: object) -> None:
    kind = type(DEFAULTS[key])
    words = isinstance(value, tuple | list) and all(isinstance(item, str) for item in value)
    if not (words if kind is tuple else isinstance(value, kind)):
        expected = {tuple: "a list of words", dict: "a dictionary", bool: "True or False", str: "a word"}[kind]
        raise UserError(f"{what}: got {value!r}, expected {expected}.")
    if key == "data" and value not in DATA_KINDS:
        raise unknown_name(f"{what}: kind of data", value, DATA_KINDS)
