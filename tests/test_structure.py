"""The architecture's promises, checked on the source: import direction, no names in the loop, documentation."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS

ROOT = Path(__file__).parents[1]
PACKAGES = ("bench", "claims", "report")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ALLOWED = {
    "bench": {"bench"},
    "claims": {
        "claims",
        "bench.errors",
        "bench.files",
        "bench.provenance",
        "bench.spec",
        "bench.config",
        "bench.planned",
        "bench.catalogue",
        "bench.plugins",
        "bench.registry",
    },
    "report": {"report", "claims", "bench.errors", "bench.files", "bench.registry", "bench.catalogue", "bench.spec"},
}


def module_name(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Every module a file imports, also inside functions; names imported from a package count as modules."""
    modules = {module_name(file) for file in FILES}
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in modules else node.module)
    return found


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_point_one_way(path: Path) -> None:
    """bench knows neither claims nor report; claims knows only bench's files and seeds; report computes nothing."""
    package = path.relative_to(ROOT).parts[0]
    for module in imports(path):
        if module.split(".")[0] in PACKAGES:
            allowed = any(module == name or module.startswith(f"{name}.") for name in ALLOWED[package])
            assert allowed, f"{module_name(path)} imports {module}"
        if module.split(".")[0] == "mlflow":
            assert module_name(path) == "bench.tracking"
        if module.split(".")[0] in ("torch", "torchvision"):
            assert package == "bench"


def test_there_are_no_import_cycles() -> None:
    """Modules can be put in an order in which each imports only earlier ones."""
    graph = {module_name(path): imports(path) for path in FILES}
    graph = {name: {m for m in found if m in graph and m != name} for name, found in graph.items()}
    # A package's __init__ may be imported by its modules' users; the edge package -> module is what counts.
    done: set[str] = set()
    while ready := [name for name, needs in graph.items() if name not in done and needs <= done]:
        done |= set(ready)
    assert not set(graph) - done, f"in a cycle: {sorted(set(graph) - done)}"


def test_no_branch_on_a_components_name() -> None:
    """Outside the registries nothing is compared with the name of a method, an architecture or a data set."""
    names = {*METHODS, *ARCHITECTURES, *DATASETS}
    for path in FILES:
        if path.is_relative_to(ROOT / "bench"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Compare):
                    constants = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
                    assert not constants & names, f"{module_name(path)}:{node.lineno}"


@pytest.mark.parametrize("file", ["bench/training.py", "bench/step.py"])
def test_the_loop_names_no_component(file: str) -> None:
    """The training loop's code mentions no method, architecture or data set."""
    words = set(re.findall(r"[a-z_0-9]+", (ROOT / file).read_text()))
    assert not words & {*METHODS, *ARCHITECTURES, *DATASETS}


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_public_functions_are_documented(path: Path) -> None:
    """Every module, public class and public function has a docstring; documented errors are spelled `Raises:`."""
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "module docstring"
    for node in tree.body:
        public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if public:
            assert isinstance(node, ast.FunctionDef | ast.ClassDef)
            assert ast.get_docstring(node), node.name
            if isinstance(node, ast.ClassDef):
                for member in node.body:
                    if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                        assert ast.get_docstring(member), f"{node.name}.{member.name}"
