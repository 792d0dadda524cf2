"""The list of packages for conda and the one for pip say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"torch": "pytorch", "matplotlib": "matplotlib-base"}
"""Packages whose conda name is another one."""

EXTRAS_IN_CONDA = {"snakemake[reports]": "snakemake"}
"""Conda's package brings what the extra asks for."""


def requirement(text: str) -> tuple[str, str]:
    """Splits a requirement into a name in lower case and its bounds."""
    for extra, name in EXTRAS_IN_CONDA.items():
        text = text.replace(extra, name)
    found = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", text)
    assert found is not None, text
    return found[1].lower(), found[2]


def from_pyproject() -> dict[str, str]:
    """Returns the bounds of pyproject.toml by the names conda uses."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pairs = [requirement(text) for text in project["dependencies"]]
    return {CONDA_NAMES.get(name, name): bounds for name, bounds in pairs} | {"python": project["requires-python"]}


def from_environment() -> dict[str, str]:
    """Returns the bounds of environment.yml, its pip section included."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    plain = [entry for entry in listed if isinstance(entry, str) and entry != "pip"]
    by_pip = [text for entry in listed if isinstance(entry, dict) for text in entry["pip"] if not text.startswith("-")]
    return dict(requirement(text) for text in plain + by_pip)


def test_conda_users_get_the_same_packages_within_the_same_bounds() -> None:
    """environment.yml lists exactly the dependencies of pyproject.toml."""
    assert from_environment() == from_pyproject()


def test_conda_users_get_the_project_itself() -> None:
    """One command installs the project too, as `make install` does."""
    assert "--editable ." in (ROOT / "environment.yml").read_text()


def test_torch_follows_torchvision() -> None:
    """Only torchvision has bounds: it knows which torch it was built for."""
    packages = from_pyproject()
    assert packages["pytorch"] == "" and packages["torchvision"]
