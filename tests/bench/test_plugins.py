"""Plug-ins: components from a file outside the project, named in a configuration."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import plugins
from bench.__main__ import main
from bench.catalogue import ARCHITECTURES, DATASETS, METHODS, METRICS, REGISTRIES
from bench.config import plan
from bench.errors import UserError
from bench.spec import resolve

DOCUMENTED = (Path(__file__).parents[2] / "docs/plugins.md").read_text()


def documented(name: str) -> str:
    """The file of this name as the documentation shows it."""
    (text,) = re.findall(rf"```python\n# {name}\n(.*?)```", DOCUMENTED, re.DOTALL)
    return text


@pytest.fixture(autouse=True)
def registries_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leaves no plug-in behind."""
    before = {kind: dict(registry._entries) for kind, registry in REGISTRIES.items()}
    monkeypatch.setenv(plugins.VARIABLE, "")
    yield
    for kind, registry in REGISTRIES.items():
        registry._entries.clear()
        registry._entries.update(before[kind])


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / name for name in ("my_plugin.py", "my_networks.py")]
    for path in paths:
        path.write_text(documented(path.name))
    return [str(path) for path in paths]


def config(files: list[str]) -> dict[str, Any]:
    return {
        "scale": "mine",
        "plugins": files,
        "training": {"generator_steps": 4, "batch_size": 8, "snapshots": 2},
        "methods": {"my_gan": {"margin": 0.5}},
        "datasets": {"my_points": {"spread": 0.2}},
        "grid": [{"datasets": ["my_points"], "architectures": ["my_net"], "methods": ["gan", "my_gan"], "seeds": 1}],
        "measure": {"n_real": 50, "n_fake": 50},
    }


def test_the_documented_examples_are_short() -> None:
    """Each example in the documentation, complete, has some thirty lines."""
    assert all(len(documented(name).strip().splitlines()) <= 40 for name in ("my_plugin.py", "my_networks.py"))


def test_a_configuration_brings_its_plugins(files: list[str]) -> None:
    """Names from plug-ins plan like built-in ones, with their options, and metrics join the protocol."""
    planned = plan(config(files))
    run = next(run for run in planned.runs if run.method == "my_gan")
    assert run.method_options["margin"] == 0.5 and run.dataset_options == {"spread": 0.2}
    assert set(run.plugins) == {"method:my_gan", "architecture:my_net", "dataset:my_points"}
    assert "mean_error" in planned.protocol.metrics
    assert resolve(dataclasses.asdict(run)) == run
    assert "my_net" in ARCHITECTURES and "my_points" in DATASETS and "my_gan+instance_noise" in METHODS


def test_a_run_trains_and_is_measured(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Method, architecture, data set and metric of plug-ins go through training and scoring."""
    import pandas as pd
    import yaml

    path = tmp_path / "my_grid.yaml"
    path.write_text(yaml.safe_dump(config(files)))
    assert main(["run", "--config", str(path), "--results", str(tmp_path / "results"), "--json"]) == 0
    capsys.readouterr()
    tables = [pd.read_parquet(table) for table in (tmp_path / "results/measurements").rglob("scores*.parquet")]
    rows = pd.concat(tables)
    found = rows[rows["metric"] == "mean_error"]
    assert len(tables) == 2 and len(found) == 4
    assert (found["status"] == "ok").all() and (found["value"] > 0).all()


def test_an_edited_plugin_changes_the_runs_that_use_it_only(files: list[str]) -> None:
    """The file's digest is in the identity of its runs, and a run planned with another file is refused."""
    mixed = config(files)
    mixed["grid"].append({"datasets": ["gaussians8"], "architectures": ["toy_mlp"], "methods": ["gan"], "seeds": 1})
    before = plan(mixed)
    scoring = before.protocol.key
    Path(files[0]).write_text(documented("my_plugin.py") + "\n# edited\n")
    after = plan(mixed)
    kept = {run.run_id for run in before.runs} & {run.run_id for run in after.runs}
    assert {run.split("/")[2] for run in kept} == {"gan"} and len(kept) == 2
    assert scoring != after.protocol.key
    old = next(run for run in before.runs if run.method == "my_gan")
    with pytest.raises(UserError, match="are not those it was planned with"):
        resolve(dataclasses.asdict(old))


def test_components_of_one_name_are_all_in_the_identity(tmp_path: Path) -> None:
    """An architecture and a method of the same name, from two files, both count."""
    bodies = {"architectures": "def thing(shape): ...", "methods": "def thing(): ..."}
    files = [tmp_path / f"{kind}.py" for kind in bodies]
    for file, (kind, body) in zip(files, bodies.items(), strict=True):
        file.write_text(f"GANCLAIMS = {{'{kind}': {{'thing': {{}}}}}}\n{body}\n")
    plugins.activate(files, REGISTRIES)
    cell = {"dataset": "gaussians8", "architecture": "thing", "method": "thing", "image_size": 0}
    before = resolve(cell)
    assert set(before.plugins) == {"architecture:thing", "method:thing"}
    files[0].write_text(files[0].read_text() + "# edited\n")
    assert resolve(cell).run_id != before.run_id


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1 / 0", "cannot be imported: ZeroDivisionError: division by zero"),
        ("", "'broken' returned None; it must return a Method"),
    ],
)
def test_a_plugin_that_breaks_when_run_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str, message: str
) -> None:
    """A file that cannot be imported, or returns something else, fails its runs in one line each."""
    import yaml

    file = tmp_path / "broken.py"
    file.write_text(f"GANCLAIMS = {{'methods': {{'broken': {{}}}}}}\n\n\ndef broken(): ...\n\n\n{body}\n")
    grid = [{"datasets": ["gaussians8"], "architectures": ["toy_mlp"], "methods": ["broken", "gan"], "seeds": 1}]
    training = {"generator_steps": 1, "batch_size": 2, "snapshots": 2}
    path = tmp_path / "grid.yaml"
    path.write_text(yaml.safe_dump({"scale": "x", "plugins": [str(file)], "training": training, "grid": grid}))
    arguments = ["run", "--config", str(path), "--results", str(tmp_path / "results"), "--train-only"]
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert message in shown.err and len(shown.err.strip().splitlines()) == 1
    assert "1 completed" in shown.out


def test_processes_started_from_here_know_the_plugins(files: list[str], run_python: Callable[[str], str]) -> None:
    """A plug-in is registered in child processes by the environment alone."""
    plugins.activate(files, REGISTRIES)
    assert os.environ[plugins.VARIABLE].split(os.pathsep) == files
    assert run_python("from bench.catalogue import METHODS; print('my_gan' in METHODS)").strip() == "True"


def test_listing_with_a_plugin(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`bench list --plugin FILE` shows the new names with their paper."""
    assert main(["list", "--plugin", files[0]]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"my_gan +Mao et al\. 2017 +Least squares with labels", shown) and "mean_error" in shown
    assert "mean_error" in METRICS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read: No such file"),
        ("def f(:", "is not Python"),
        ("x = 1", "defines nothing: it needs a dictionary such as GANCLAIMS"),
        ("GANCLAIMS = {'methods': dict(a={})}", "must be a literal dictionary"),
        ("GANCLAIMS = {'methods': ['a']}", "must map registries to dictionaries"),
        ("GANCLAIMS = {'metods': {'a': {}}}", "registry 'metods'. Did you mean 'methods'"),
        ("GANCLAIMS = {'methods': {'My GAN': {}}}", "'My GAN' is no name for a component"),
        ("GANCLAIMS = {'methods': {'a': {'dta': 'any'}}}", "field of 'a': 'dta'. Did you mean 'data'"),
        ("GANCLAIMS = {'methods': {'a': 3}}", "'a' needs a dictionary of fields"),
        ("GANCLAIMS = {'methods': {'a': {}}}", "has no function 'a'"),
        ("GANCLAIMS = {}", "must map registries to dictionaries"),
        (
            "GANCLAIMS: dict = {'methods': {'a': {'needs': 'x'}}}",
            "field 'needs' of 'a': got 'x', expected a list",
        ),
        ("GANCLAIMS = {'methods': {'a': {'data': 'image'}}}", "kind of data 'image'. Did you mean 'images'"),
        ("GANCLAIMS = {'methods': {'a': {'fresh': 1}}}", "field 'fresh' of 'a': got 1, expected True or False"),
        ("GANCLAIMS = {'methods': {'a': {'on': 'gam'}}}\ndef a(m): ...", "stands on: 'gam'. Did you mean 'gan'"),
        ("GANCLAIMS = {'methods': {'a': {}}}\ndef a(*, x=None): ...", "option 'x' needs a default that is a literal"),
        ("GANCLAIMS = {'methods': {'a': {}}}\ndef a(*, x=1 + y): ...", "option 'x' needs a default that is a literal"),
        ("GANCLAIMS = {'methods': {'a': {}}}\ndef a(*, x): ...", "option 'x' needs a default that is a literal"),
        ("GANCLAIMS = {'methods': {'gan': {}}}\ndef gan(): ...", "There is already a method 'gan'"),
    ],
)
def test_bad_plugins_are_one_clear_line(tmp_path: Path, text: str | None, message: str) -> None:
    """What is wrong with a plug-in is said in one line, and nothing of it stays registered."""
    file = tmp_path / "bad.py"
    if text is not None:
        file.write_text(text)
    with pytest.raises(UserError, match=message) as caught:
        plugins.activate([file], REGISTRIES)
    assert "\n" not in str(caught.value)
    assert os.environ[plugins.VARIABLE] == "" and "a" not in METHODS
