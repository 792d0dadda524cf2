"""Plug-ins: a Python file outside the project that defines components, named in a configuration.

The file says what it defines in a dictionary that is read without importing it:

    GANCLAIMS = {"methods": {"my_gan": {}}, "metrics": {"brightness": {"data": "images"}}}

Keys are those of `bench.catalogue.REGISTRIES`, names are those of functions in
the file, and the inner dictionaries hold fields of `Entry`. Processes started
from this one know the same plug-ins, through an environment variable.
"""

from __future__ import annotations

import ast
import dataclasses
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.errors import UserError, unknown_name
from bench.registry import Entry, Registry

VARIABLE = "GANCLAIMS_PLUGINS"
"""Paths of the active plug-ins, separated as in PATH."""

EXAMPLE = 'GANCLAIMS = {"methods": {"my_gan": {}}}'
FIELDS = tuple(field.name for field in dataclasses.fields(Entry) if field.name != "target")


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
        for kind, names in _declaration(file).items():
            if kind not in registries:
                raise unknown_name(f"Plug-in {file}: registry", kind, registries)
            for name, fields in names.items():
                registries[kind].add(name, _entry(file, name, fields))
        known = [part for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
        os.environ[VARIABLE] = os.pathsep.join(dict.fromkeys([*known, str(file)]))


def activate_from_environment(registries: Mapping[str, Registry]) -> None:
    """Registers the plug-ins that the parent process, or the user's shell, knows."""
    activate([part for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part], registries)


def _declaration(file: Path) -> dict[str, dict[str, Any]]:
    """Returns the dictionary GANCLAIMS of a plug-in, without running it."""
    try:
        tree = ast.parse(file.read_text())
    except OSError as error:
        raise UserError(f"Plug-in {file} cannot be read: {error.strerror}.") from error
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UserError(f"Plug-in {file} is not Python: {error}.") from error
    for node in tree.body:
        names = [t.id for t in node.targets if isinstance(t, ast.Name)] if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.Assign) and "GANCLAIMS" in names:
            return _literal(file, node.value)
    raise UserError(
        f'Plug-in {file} defines nothing: it needs a dictionary such as GANCLAIMS = {{"methods": {{"name": {{}}}}}}.'
    )


def _literal(file: Path, node: ast.expr) -> dict[str, dict[str, Any]]:
    try:
        value = ast.literal_eval(node)
    except ValueError as error:
        raise UserError(f"Plug-in {file}: GANCLAIMS must be a literal dictionary, without calls or names.") from error
    if not isinstance(value, dict) or not all(isinstance(names, dict) for names in value.values()):
        raise UserError(f"Plug-in {file}: GANCLAIMS must map registries to dictionaries of names; got {value!r}.")
    return value


def _entry(file: Path, name: object, fields: object) -> Entry:
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UserError(f"Plug-in {file}: {name!r} is no name for a component; use lower-case letters, digits and _.")
    if not isinstance(fields, dict):
        raise UserError(f"Plug-in {file}: {name!r} needs a dictionary of fields, {{}} for none; got {fields!r}.")
    for key in fields:
        if key not in FIELDS:
            raise unknown_name(f"Plug-in {file}: field of {name!r}:", key, FIELDS)
    return Entry(f"{file}:{name}", **fields)
