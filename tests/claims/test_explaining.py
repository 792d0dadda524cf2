"""What `python -m claims explain` prints of the trainings behind a claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.__main__ import main
from claims.catalogue import CLAIMS


def explained(capsys: pytest.CaptureFixture[str], results: Path, claim: str) -> list[str]:
    """The lines printed of a claim without verdicts."""
    assert main(["explain", claim, "--results", str(results)]) == 0
    return capsys.readouterr().out.splitlines()


def test_arms_say_what_they_are_trained_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """An arm with data sets of its own names them after its settings; the others are the configuration's."""
    lines = explained(capsys, tmp_path, "minibatch-ot-generator-grid")
    assert "  dcgan-wgan_gp: dcgan, wgan_gp" in lines
    assert "  dcgan-wgan_gp-colour: dcgan, wgan_gp, on cifar10" in lines


def test_every_gate_is_printed_below_its_reason_which_is_printed_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With its outcome, the arms that must have it, the share of their runs, and the parts that wait for it."""
    for claim in CLAIMS.values():
        gates = claim.design.gates if claim.design else ()
        if not gates:
            continue
        lines = explained(capsys, tmp_path, claim.id)
        reasons = [line for line in lines if line.startswith("  gate: ")]
        assert reasons == [f"  gate: {reason}" for reason in dict.fromkeys(gate.reason for gate in gates)]
        for gate in gates:
            parts = ", ".join(gate.parts) or "every part"
            asked = f"{gate.outcome} in at least {gate.least:.0%} of the runs of {', '.join(gate.arms)} -> {parts}"
            assert f"    {asked}" in lines, (claim.id, asked)
