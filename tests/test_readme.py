"""What the README shows works as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import torch

import bench.__main__
import claims.__main__
from bench.catalogue import METHODS
from bench.listing import listing, markdown
from bench.registry import Entry, MethodRegistry
from claims.claim import MEANING

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_example_method_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The method in the README, put into a file and registered, is described and trains."""
    from bench import spec, step, training
    from bench.data import prepare

    (block,) = re.findall(r"```python\n(# bench/methods/my_gan\.py.*?)```", README, re.DOTALL)
    (tmp_path / "my_gan_example.py").write_text(block)
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = MethodRegistry("method", "bench/methods/", {**METHODS, "my_gan": Entry("my_gan_example:my_gan")})
    assert registry.describe("my_gan").paper is not None
    monkeypatch.setattr(spec, "METHODS", registry)
    monkeypatch.setattr(step, "METHODS", registry)
    prepare(spec.DataSpec("gaussians8"), tmp_path)
    settings = {"dataset": "gaussians8", "architecture": "toy_mlp", "architecture_options": {"width": 8}}
    run = spec.resolve({**settings, "method": "my_gan", "generator_steps": 3, "batch_size": 4})
    controls = training.Controls(torch.device("cpu"), say=lambda line: None)
    assert training.train(run, tmp_path, controls)["outcome"] == "completed"


def test_the_table_of_components_is_the_listing() -> None:
    """The README's tables are what `bench list --markdown` prints."""
    (shown,) = re.findall(r"<!-- components: .*? -->\n(.*?)\n<!-- end of components -->", README, re.DOTALL)
    assert shown == markdown(listing()), "run python -m bench list --markdown and put it between the marks"


def test_commands_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """Every `python -m bench` and `python -m claims` command shown is one the command line knows."""
    shown = re.findall(r"`python -m (bench|claims) ([^`]+)`", README)
    assert len(shown) >= 5
    for module, words in shown:
        command = shlex.split(words)[0]
        main = bench.__main__.main if module == "bench" else claims.__main__.main
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0, command
        assert "--json" in capsys.readouterr().out


def test_make_targets_and_files_exist() -> None:
    """Every make target shown is in the Makefile and every file linked or named in the repository exists."""
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"\bmake ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    paths = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(
        r"\b(workflows/config/\w+\.yaml|slurm/\w+\.yaml)", README
    )
    for path in paths:
        assert (ROOT / path).exists(), path


def test_every_verdict_is_explained() -> None:
    """The README's table of verdicts is the vocabulary."""
    table = README.split("## How to read a verdict")[1]
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (.+) \|$", table, re.MULTILINE))
    rows.pop("verdict")
    assert list(rows) == [verdict.value for verdict in MEANING]
