"""Registries: one explicit dictionary per kind of component.

A registry line names the function that builds the component and, where it
matters, the kind of data it accepts or provides. What a component is called,
which paper it comes from and which defaults it has are read from the source
text of that function, so that listing or validating imports nothing heavy.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import hashlib
import importlib
import importlib.util
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import UserError, unknown_name

_PAPER = re.compile(r"^\s*(?:Paper|Source):\s*(.+?)\s*\((\d{4})\),\s*(.+?)\s*$", re.MULTILINE)


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
        target: `module:function` of the builder; `path/to/file.py:function` for a plug-in.
        data: the kind of data accepted (architectures, metrics) or provided
            (data sets): "images", "points" or "any".
        folder: where below GANCLAIMS_DATA a data set is read from, if it is.
        fresh: whether training draws new samples of a data set for every batch.
        preset: options of the function that this name fixes; they are no longer options.
        summary: one line in place of the function's own, for names that share a function.
        on: the method a technique modifies where its name stands alone; empty for methods.
        has: properties others may need, such as "generator_batch_norm".
        needs: properties a method needs from its architecture or a technique from its method.
        normalizes_critic: whether an architecture's critic has a place for normalization layers.
        conditional: whether an architecture's generator is given a part of a real sample.
        trains_critic: whether a method has a critic with weights.
        published: run settings an architecture was published with, where they differ from PAPER_RUN.
        published_methods: options of methods, by method, that it was published with, where they
            differ from the method's own paper.
    """

    target: str
    data: str = "any"
    folder: str = ""
    fresh: bool = False
    preset: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""
    on: str = ""
    has: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    normalizes_critic: bool = True
    conditional: bool = False
    trains_critic: bool = True
    published: Mapping[str, Any] = field(default_factory=dict)
    published_methods: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Ten hexadecimal digits over the plug-in file this comes from; empty for what comes with the project."""
        module = self.target.rpartition(":")[0]
        return hashlib.sha256(Path(module).read_bytes()).hexdigest()[:10] if module.endswith(".py") else ""


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

    def add(self, name: str, entry: Entry) -> None:
        """Registers a plug-in's component.

        Raises:
            UserError: when the name is taken, its function does not exist or has
                options that are no options, or what it stands on is unknown.
        """
        taken = self._entries.get(name)
        if taken is not None and taken.target != entry.target:
            raise UserError(f"There is already a {self.kind} {name!r} ({taken.target}); a plug-in needs another name.")
        if entry.on and entry.on not in self._entries:
            raise unknown_name(f"{self.kind} that {name!r} stands on:", entry.on, self._entries)
        _check_options(f"{self.kind} {name!r}", _function_of(entry))
        self._entries[name] = entry

    def builder(self, name: str) -> Callable[..., Any]:
        """Imports and returns the function behind `name`."""
        return _function(self[name])

    def describe(self, name: str) -> Description:
        """Returns summary, paper and defaults of `name` without importing it."""
        return _description(name, self[name])

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


class MethodRegistry(Registry):
    """Methods, and techniques that modify one.

    A technique follows what it modifies after a plus sign, as in
    `wgan_gp+instance_noise`; alone, its name stands for itself on its usual method.
    """

    def parts(self, name: str) -> list[str]:
        """Returns the method and then the techniques of a name.

        Raises:
            UserError: for an unknown part, or one after a plus sign that is no technique.

        Example:
            >>> from bench.catalogue import METHODS
            >>> METHODS.parts("wgan_gp+instance_noise"), METHODS.parts("label_smoothing")
            (['wgan_gp', 'instance_noise'], ['gan', 'label_smoothing'])
        """
        first, *techniques = name.split("+")
        for technique in techniques:
            if not super().__getitem__(technique).on:
                allowed = ", ".join(key for key, entry in self._entries.items() if entry.on)
                raise UserError(f"Method {name!r}: {technique!r} modifies no other method; after a + stand: {allowed}.")
        base = super().__getitem__(first).on
        return [base, first, *techniques] if base else [first, *techniques]

    def canonical(self, name: str) -> str:
        """Returns the shortest of the names a method has: `gan+label_smoothing` is `label_smoothing`."""
        base, *techniques = self.parts(name)
        usual = techniques and super().__getitem__(techniques[0]).on == base
        return "+".join(techniques if usual else [base, *techniques])

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(self.parts(name))
        except UserError:
            return False

    def __getitem__(self, name: str) -> Entry:
        entries = self._parts(name)
        has = tuple({item: None for entry in entries for item in entry.has})
        needs = tuple({item: None for entry in entries for item in entry.needs})
        trains_critic = all(entry.trains_critic for entry in entries)
        return dataclasses.replace(entries[-1], has=has, needs=needs, trains_critic=trains_critic)

    def builder(self, name: str) -> Callable[..., Any]:
        """Returns a function of all options of a method and its techniques."""
        parts = [(_function(entry), _description(name, entry).defaults) for entry in self._parts(name)]
        if len(parts) == 1:
            return parts[0][0]

        def build(**options: Any) -> Any:
            made: tuple[Any, ...] = ()
            for function, defaults in parts:
                made = (function(*made, **{key: value for key, value in options.items() if key in defaults}),)
            return made[0]

        return build

    def describe(self, name: str) -> Description:
        """Returns summary and paper of the last technique, with the options of all parts.

        Raises:
            UserError: when two parts have an option of the same name.
        """
        names = self.parts(name)
        described = [_description(part, entry) for part, entry in zip(names, self._parts(name), strict=True)]
        counts = Counter(key for part in described for key in part.defaults)
        if clash := [key for key, count in counts.items() if count > 1]:
            raise UserError(f"Method {name!r}: two of its parts have an option {clash[0]!r}; they cannot be joined.")
        defaults = {key: value for part in described for key, value in part.defaults.items()}
        on = f", on {' + '.join(names[:-1])}" if len(names) > 1 else ""
        return Description(name, described[-1].summary + on, described[-1].paper, defaults)

    def own_options(self, part: str) -> frozenset[str]:
        """Returns the options of a method or technique without those of what it stands on."""
        return frozenset(_description(part, self._entries[part]).defaults)

    def _parts(self, name: str) -> list[Entry]:
        return [self._entries[part] for part in self.parts(name)]


def _function(entry: Entry) -> Callable[..., Any]:
    module, _, function = entry.target.rpartition(":")
    found = getattr(import_module(module), function)
    return functools.partial(found, **entry.preset) if entry.preset else found


def _description(name: str, entry: Entry) -> Description:
    node = _function_of(entry)
    doc = ast.get_docstring(node) or ""
    found = _PAPER.search(doc)
    paper = Paper(found[1], int(found[2]), found[3].rstrip(".")) if found else None
    defaults = {key: value for key, value in _keyword_defaults(node).items() if key not in entry.preset}
    return Description(name, entry.summary or doc.split("\n", 1)[0].rstrip("."), paper, defaults)


@functools.cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@functools.cache
def _module_file(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise UserError(f"Module {module!r} does not exist; a registry line names it.")
    return Path(spec.origin)


def _module_tree(module: str) -> ast.Module:
    """The source of a module, or of a plug-in by the path of its file, as it is now."""
    return _parsed((Path(module) if module.endswith(".py") else _module_file(module)).read_text())


def import_module(module: str) -> Any:
    """Imports a module by name, or a plug-in by the path of its file."""
    if not module.endswith(".py"):
        return importlib.import_module(module)
    # Two files may have the same name; that of the module is the path's.
    name = f"ganclaims_plugin_{hashlib.sha256(module.encode()).hexdigest()[:10]}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, module)
        assert spec is not None and spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(loaded)
        except Exception as error:  # whatever a user's file does when it is run
            reason = " ".join(str(error).split())
            raise UserError(f"Plug-in {module} cannot be imported: {type(error).__name__}: {reason}.") from error
        sys.modules[name] = loaded
    return sys.modules[name]


def _function_of(entry: Entry) -> ast.FunctionDef:
    module, _, function = entry.target.rpartition(":")
    return _function_node(module, function)


def _check_options(what: str, node: ast.FunctionDef) -> None:
    """Checks that every keyword-only argument has a default that can be read without running the file."""
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        try:
            value = ast.literal_eval(default) if default is not None else None
        except ValueError:
            value = None
        if not isinstance(value, bool | int | float | str):
            raise UserError(
                f"{what}: option {argument.arg!r} needs a default that is a literal number, word, true or false."
            )


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
