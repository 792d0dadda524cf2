"""Mistakes are told in one line before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.running import Config, Done, Snakemake

BLOCK = {"datasets": ["digits"], "architectures": ["dcgan"], "methods": ["gan"], "seeds": 1}
MISTAKES = {
    "method": ({"grid": [{**BLOCK, "methods": ["wgangp"]}]}, "Unknown method 'wgangp'. Did you mean 'wgan_gp'"),
    "key": ({"sedes": 3}, "Unknown configuration key at the top level: 'sedes'"),
    "number": ({"training": {"batch_size": -1}}, "'batch_size': got -1"),
    "reserved scale": ({"scale": "studies"}, "'studies' is the name of what needs no grid"),
    "effort": ({"studies": "fast"}, "'fast' is not one of ['full', 'quick']"),
    "claim": ({"claims": ["loss-qualty-gan"]}, "Unknown claim 'loss-qualty-gan'. Did you mean 'loss-quality-gan'"),
}


def check_one_line(done: Done, told: str, tmp_path: Path) -> None:
    """One error line with the expected words, a failing exit status, nothing in the results folder."""
    errors = [line for line in done.stderr.splitlines() if not line.startswith("Using ")]
    assert len(errors) == 1 and errors[0].startswith("error: "), errors
    assert told in errors[0]
    assert done.returncode == 2
    assert not (tmp_path / "results").is_dir()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_configuration(snakemake: Snakemake, config: Config, tmp_path: Path, mistake: str) -> None:
    """An unknown key or name, or an impossible number, ends the command while the Snakefile is parsed."""
    changes, told = MISTAKES[mistake]
    check_one_line(snakemake("--cores", "1", "--configfile", config(changes)), told, tmp_path)


def test_a_configuration_without_scale_is_not_filled_from_the_default(snakemake: Snakemake, tmp_path: Path) -> None:
    """A file given with --configfile stands alone."""
    path = tmp_path / "config.yaml"
    path.write_text("study_seed: 1\n")
    check_one_line(snakemake("-n", "--configfile", str(path)), "'scale' is a required property", tmp_path)


def test_a_data_folder_that_is_not_there(snakemake: Snakemake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GANCLAIMS_DATA must be a folder where it is set."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(tmp_path / "nowhere"))
    check_one_line(snakemake("--cores", "1"), "which is not a folder", tmp_path)


def test_a_results_folder_that_cannot_be_written(snakemake: Snakemake, tmp_path: Path) -> None:
    """A file in the place of the results folder is noticed before any job starts."""
    (tmp_path / "results").touch()
    check_one_line(snakemake("--cores", "1"), "cannot be written", tmp_path)


def test_the_smoke_target_with_another_scale(snakemake: Snakemake, config: Config, tmp_path: Path) -> None:
    """The target named after a scale refuses the configuration of another one."""
    done = snakemake("-n", "--configfile", config({"scale": "mine"}), "--", "smoke")
    check_one_line(done, "Target 'smoke' belongs to workflows/config/smoke.yaml", tmp_path)


def test_a_claim_that_is_not_judged(snakemake: Snakemake, tmp_path: Path) -> None:
    """A verdict nobody declared cannot be made."""
    check_one_line(snakemake("-n", "results/verdicts/smoke/nope.json"), "Claim 'nope' is not judged", tmp_path)
