"""The command line: each verb, its JSON, and bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import EXIT_PIPE_CLOSED
from bench.files import read_table
from claims.__main__ import main
from claims.catalogue import CLAIMS


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of one command."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = int(stop.code or 0)
    output = capsys.readouterr()
    return code, output.out, output.err


def test_list_names_every_claim(capsys: pytest.CaptureFixture[str]) -> None:
    """As text and as JSON."""
    code, text, _ = call(capsys, "list")
    assert code == 0 and all(claim_id in text for claim_id in CLAIMS)
    _, text, _ = call(capsys, "list", "--json")
    assert [claim["id"] for claim in json.loads(text)] == list(CLAIMS)


@pytest.mark.parametrize("package", ["claims", "bench"])
def test_a_reader_that_stops_early_is_no_error(package: str) -> None:
    """`python -m claims list | head` prints what was asked for, and nothing else."""
    command = [sys.executable, "-m", package, "list", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (EXIT_PIPE_CLOSED, b"")


def test_from_study_to_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Study, evaluate, gather, verdicts and explain in a row."""
    place = ("--results", tmp_path)
    code, text, _ = call(capsys, "study", "bakeries-optimal-plan", *place, "--json")
    assert code == 0 and [study["rows"] for study in json.loads(text)] == [723]
    code, text, _ = call(capsys, "evaluate", "bakeries-optimal-plan", "--scale", "test", *place)
    assert code == 0 and "contradicted" in text and "64 min" in text
    code, text, _ = call(capsys, "gather", "--scale", "test", "bakeries-optimal-plan", *place, "--json")
    assert code == 0
    rows = json.loads(text)
    assert json.loads(call(capsys, "verdicts", *place, "--json")[1]) == rows
    assert json.loads(call(capsys, "verdicts", *place, "--scale", "test", "--json")[1]) == rows
    assert json.loads(call(capsys, "verdicts", "bakeries-optimal-plan", *place, "--json")[1]) == rows
    assert json.loads(call(capsys, "verdicts", "softplus-blend", *place, "--json")[1]) == []
    assert rows[0] | {"statement": ""} == {
        "claim": "bakeries-optimal-plan", "part": "claim", "form": "stated", "statement": "",
        "verdict": "contradicted", "effect": 1.0, "effect_name": "most that a plan saves (min)", "low": 1.0,
        "high": 1.0, "n": 720, "scale": "test", "flags": [], "alone": "contradicted", "p_holm": None,
    }  # fmt: skip
    code, text, _ = call(capsys, "verdicts", *place)
    assert text.splitlines()[0].split() == [
        "claim", "part", "form", "verdict", "effect", "interval", "n", "scale", "flags",
    ]  # fmt: skip
    code, text, _ = call(capsys, "explain", "bakeries-optimal-plan", *place)
    assert (
        code == 0 and "S1" in text and "contradicted" in text and CLAIMS["bakeries-optimal-plan"].found[0].text in text
    )


def test_evaluating_twice_gives_the_same_bytes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Study and verdict are functions of their inputs."""
    seen = []
    for _ in range(2):
        call(capsys, "study", "softplus-blend", "--results", tmp_path)
        call(capsys, "evaluate", "softplus-blend", "--scale", "test", "--results", tmp_path)
        seen.append([path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()])
    assert seen[0] == seen[1]


def test_explain_without_a_verdict(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Statements and declaration are shown before anything was run."""
    code, text, _ = call(capsys, "explain", "nobn-gan-fails", "--results", tmp_path)
    assert code == 0 and "No verdict yet." in text and "10 planned, at least 5" in text
    call(capsys, "evaluate", "bakeries-optimal-plan", "--scale", "test", "--results", tmp_path)
    _, text, _ = call(capsys, "explain", "bakeries-optimal-plan", "--results", tmp_path)
    assert "not run" in text and CLAIMS["bakeries-optimal-plan"].found[0].text not in text
    _, text, _ = call(capsys, "explain", "nobn-gan-fails", "--results", tmp_path, "--json")
    assert json.loads(text)["verdicts"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("study", "power-iteratoin"), "Did you mean 'power-iteration'"),
        (("evaluate", "nothing", "--scale", "test"), "Unknown claim 'nothing'"),
        (("explain", "js"), f"Unknown claim 'js'. There are {len(CLAIMS)}. `python -m claims list` describes them."),
        (("verdicts", "nobn-gan"), "Did you mean 'nobn-gan-fails'"),
        (("gather", "--scale", "test", "w1-peak"), "Did you mean 'w1-peaks-linear'"),
        (("study", "nobn-gan-fails"), "has no study"),
        (("verdicts",), "There are no verdicts"),
        (("study", "softplus-blend", "--seed", "-1"), "expected a whole number"),
        (("study", "softplus-blend", "--seed", "1.5"), "expected a whole number"),
        (("evaluate", "softplus-blend"), "--scale"),
        (("explian", "softplus-blend"), "invalid choice"),
        ((), "required"),
    ],
)
def test_bad_input_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    """Exit code 2, the reason, and nothing written."""
    place = ("--results", tmp_path) if arguments else ()
    code, text, error = call(capsys, *arguments, *place)
    assert (code, text) == (2, "") and message in error
    assert "Traceback" not in error and not list(tmp_path.iterdir())


def test_an_unknown_scale_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With the scales that exist."""
    call(capsys, "evaluate", "softplus-blend", "--scale", "smoke", "--results", tmp_path)
    call(capsys, "gather", "softplus-blend", "--scale", "smoke", "--results", tmp_path)
    code, _, error = call(capsys, "verdicts", "--scale", "smok", "--results", tmp_path)
    assert code == 2 and "Did you mean 'smoke'" in error


def test_several_studies_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each gets its own file, by seed and effort; what does not train is full whatever is asked for."""
    names = ("softplus-blend", "bakeries-optimal-plan")
    code, text, _ = call(capsys, "study", *names, "--seed", "3", "--effort", "quick", "--results", tmp_path)
    assert code == 0 and len(text.splitlines()) == 2
    assert all((tmp_path / "studies" / name / "full-s3.parquet").exists() for name in names)
    table = read_table(tmp_path / "studies" / names[0] / "full-s3.parquet")
    assert set(table["study_seed"]) == {3} and table["git_commit"].str.len().gt(0).all()


def test_a_damaged_study_is_one_clear_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A flipped bit is noticed before it is judged."""
    call(capsys, "study", "softplus-blend", "--results", tmp_path)
    path = tmp_path / "studies/softplus-blend/full-s0.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, _, error = call(capsys, "evaluate", "softplus-blend", "--scale", "test", "--results", tmp_path)
    assert code == 2 and "damaged" in error and len(error.splitlines()) == 1
