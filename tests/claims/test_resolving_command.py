"""`python -m claims resolve` on the command line: bad input, and what it prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from claims import resolving_command
from claims.__main__ import main
from claims.resolving import Limits, Resolver
from claims.resolving_command import split
from tests.claims.resolving_worlds import SCALE


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A configuration file with trainings for one claim of the catalogue."""
    path = tmp_path / "tiny.yaml"
    written = {"scale": SCALE, "claims": ["nobn-gan-fails", "parallel-lines"]}
    path.write_text(yaml.safe_dump({**written, "designs": {"nobn-gan-fails": {"datasets": ["digits"], "seeds": 2}}}))
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["parallel-lines"], "Claim 'parallel-lines' rests on a study, not on trainings: there are no seeds to add."),
        (["nobn-gan-fail"], "Unknown claim 'nobn-gan-fail'. Did you mean 'nobn-gan-fails'"),
        (["loss-quality-gan"], "Claim 'loss-quality-gan' is not among the claims of scale 'tiny'; add it to the"),
        (["--max-seeds", "2.5"], "--max-seeds is a whole number of at least 1, got '2.5'."),
        (["--rounds", "0"], "--rounds is a whole number of at least 1, got '0'."),
        (["--hours", "-3"], "--hours is a number of at least 0, got '-3'."),
        (["--hours", "many"], "--hours is a number of at least 0, got 'many'."),
        (["--hours", "inf"], "--hours is a number of at least 0, got 'inf'."),
        (["--least-chance", "1.1"], "--least-chance is a number from 0 to 1, got '1.1'."),
        (["--least-chance", "0"], "--least-chance 0 never gives up: give --max-seeds, --hours or --rounds with it."),
        (["--cores", "0"], "--cores is a whole number of at least 1 or 'all', got '0'."),
        (["--results", "out"], "The workflow writes into a folder named 'results', got --results out."),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], message: str, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What came, what is allowed, and exit status 2."""
    assert main(["resolve", "--config", config, *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {message}") and error.count("\n") == 1


def test_a_scale_that_trains_nothing_for_the_claim_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the claim named, without any, and where its arms do not fit the data."""
    path = tmp_path / "bare.yaml"
    path.write_text("scale: bare\n")
    for named, message in ((["nobn-gan-fails"], "trains nothing for 'nobn-gan-fails'"), ([], "nothing for any claim")):
        assert main(["resolve", "--config", str(path), *named]) == 2
        assert message in capsys.readouterr().err
    path.write_text("scale: bare\ndesigns: {default: {datasets: [gaussians8], seeds: 2}}\n")
    assert main(["resolve", "--config", str(path), "--results", str(tmp_path / "results"), "nobn-gan-fails"]) == 2
    assert "'nobn-gan-fails' has nothing to train on the data sets of scale 'bare'" in capsys.readouterr().err


ROUND = {"claim": "x", "rounds": 2, "seeds": 10, "look": 2, "verdict": "inconclusive", "chance": 0.0312, "hours": None}


def test_the_closing_table_and_the_json(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row a claim and where the report comes from; as JSON the record."""
    found = {"scale": SCALE, "rounds": [], "claims": [{**ROUND, "stopped": "resolved"}]}
    monkeypatch.setattr(Resolver, "run", lambda _: found)
    assert main(["resolve", "--config", config]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("  ")[:2] == ["claim", "rounds"]
    assert lines[1].split() == ["x", "2", "2", "10", "inconclusive", "0.0312", "resolved"]
    assert lines[-1].endswith(f"snakemake --cores all report --configfile results/resolve/{SCALE}.yaml")
    assert main(["resolve", "--config", config, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {**found, "overlay": f"results/resolve/{SCALE}.yaml"}


def test_the_dry_run_shows_what_comes_next(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seeds now and then, runs and hours, and the hours of all."""
    row = {"claim": "x", "seeds": 5, "next_seeds": 10, "runs": 20, "hours": 1.5, "stopped": ""}
    found: dict[str, Any] = {"scale": SCALE, "device": "cuda: some", "total_hours": 1.25, "next": [row]}
    monkeypatch.setattr(Resolver, "preview", lambda _: found)
    assert main(["resolve", "--config", config, "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["x", "5", "10", "20", "1.5"] and lines[-1] == "In all 1.25 hours on cuda: some."


def test_options_reach_the_rounds_and_snakemake(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Budgets become limits; what follows -- is Snakemake's, and a profile decides on the cores itself."""
    seen: list[Resolver] = []
    commands: list[tuple[Any, ...]] = []
    monkeypatch.setattr(Resolver, "run", lambda self: seen.append(self) or {"scale": SCALE, "rounds": [], "claims": []})
    monkeypatch.setattr("claims.resolving_tools.train", lambda *given: commands.append(given))
    options = ["--max-seeds", "40", "--hours", "2.5", "--least-chance", "0", "--rounds", "3"]
    assert main(["resolve", "nobn-gan-fails", "--config", config, *options, "--", "--profile", "slurm"]) == 0
    (one,) = seen
    assert one.limits == Limits(40, 2.5, 0.0, 3) and [claim.id for claim in one.claims] == ["nobn-gan-fails"]
    one.train(Path("overlay.yaml"), one.claims)
    targets = [f"results/verdicts/{SCALE}/nobn-gan-fails.json"]
    assert commands == [(Path("overlay.yaml"), targets, Path("results"), "", ["--profile", "slurm"])]
    assert main(["resolve", "--config", config]) == 0 and seen[1].limits == Limits()
    assert resolving_command.VERB == "resolve" and split(["gather", "--", "x"]) == (["gather", "--", "x"], [])


def test_an_interruption_is_one_line(
    config: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the exit status that shells give it, and no traceback."""

    def interrupted(_: Resolver) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Resolver, "run", interrupted)
    assert main(["resolve", "--config", config]) == 130
    assert capsys.readouterr().err == "interrupted; the same command goes on from here\n"
