"""Combination of parts, records, tables."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.errors import UserError
from bench.files import read_table, write_json, write_table
from claims.catalogue import CLAIMS
from claims.claim import Evidence, Finding, Verdict
from claims.evaluate import combine, evaluate, gather, load_evidence, run_study, study_path, table_rows, verdict_path
from claims.judging import exceeds, fraction, identity

NOTHING = Evidence(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
LINES = CLAIMS["parallel-lines"]
STATED = [part.id for part in LINES.parts if part.form == "stated"]


def combined(stated: list[Verdict], corrected: Verdict = Verdict.SUPPORTED) -> Verdict:
    """Combines these verdicts on the five stated parts of a claim; the last one fills up."""
    filled = [*stated, *[stated[-1]] * len(STATED)][: len(STATED)]
    pairs = [*zip(STATED, filled, strict=True), ("tv-corrected", corrected)]
    return combine(LINES, [Finding(part, verdict, 0.0, "", 0.0, 0.0, 1) for part, verdict in pairs])


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ([Verdict.SUPPORTED], Verdict.SUPPORTED),
        ([Verdict.WEAKER, Verdict.SUPPORTED], Verdict.WEAKER),
        ([Verdict.CONTRADICTED], Verdict.CONTRADICTED),
        ([Verdict.CONTRADICTED, Verdict.SUPPORTED], Verdict.MIXED),
        ([Verdict.CONTRADICTED, Verdict.WEAKER], Verdict.MIXED),
        ([Verdict.CONTRADICTED, Verdict.INCONCLUSIVE], Verdict.CONTRADICTED),
        ([Verdict.CONTRADICTED, Verdict.NOT_RUN], Verdict.CONTRADICTED),
        ([Verdict.INCONCLUSIVE, Verdict.SUPPORTED], Verdict.INCONCLUSIVE),
        ([Verdict.NOT_RUN, Verdict.SUPPORTED], Verdict.INCONCLUSIVE),
        ([Verdict.NOT_RUN], Verdict.NOT_RUN),
        ([Verdict.MIXED, Verdict.SUPPORTED], Verdict.MIXED),
        ([Verdict.INVALID, Verdict.CONTRADICTED, Verdict.SUPPORTED], Verdict.MIXED),
        ([Verdict.INVALID, Verdict.CONTRADICTED], Verdict.CONTRADICTED),
        ([Verdict.INVALID, Verdict.SUPPORTED, Verdict.INCONCLUSIVE], Verdict.INVALID),
    ],
)
def test_combination_of_stated_parts(stated: list[Verdict], expected: Verdict) -> None:
    """Each clause of the rule, whatever the corrected part says."""
    for corrected in Verdict:
        assert combined(stated, corrected) is expected


def test_combination_ignores_the_order_of_the_parts() -> None:
    """All orders of five verdicts combine alike."""
    verdicts = [Verdict.SUPPORTED, Verdict.WEAKER, Verdict.INCONCLUSIVE, Verdict.NOT_RUN, Verdict.SUPPORTED]
    assert {combined(list(order)) for order in itertools.permutations(verdicts)} == {Verdict.INCONCLUSIVE}


def test_an_error_that_is_not_a_number_is_invalid_and_an_infinite_one_contradicts() -> None:
    """Neither passes for agreement, and neither reaches JSON as a number."""
    lost = identity(LINES, "w", [0.0, float("nan")], name="error")
    endless = identity(LINES, "w", [0.0, float("inf")], name="error")
    assert (lost.verdict, endless.verdict) == (Verdict.INVALID, Verdict.CONTRADICTED)
    assert lost.effect is endless.effect is None


def test_no_cases_are_not_run() -> None:
    """An empty study part cannot support anything."""
    for judge in (identity, exceeds, fraction):
        assert judge(LINES, "w", np.array([]), name="").verdict is Verdict.NOT_RUN


def test_a_study_that_lacks_a_column_is_one_clear_error() -> None:
    """Evidence of another version is named, not half judged."""
    frame = run_study(LINES, 0).drop(columns="wasserstein")
    with pytest.raises(UserError, match="evidence of parallel-lines lacks 'wasserstein'"):
        evaluate(LINES, Evidence(frame, pd.DataFrame(), pd.DataFrame()), "test")


def test_missing_evidence_is_not_run_and_damaged_evidence_an_error(tmp_path: Path) -> None:
    """A table that is not there counts as empty, one that was cut short does not."""
    record = evaluate(LINES, load_evidence(LINES, tmp_path, "test"), "test")
    assert record["verdict"] == "not run" and "not been run" in record["parts"][0]["note"]
    path = study_path(tmp_path, LINES.id, 0, "full")
    write_table(path, run_study(LINES, 0))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UserError, match="damaged"):
        load_evidence(LINES, tmp_path, "test")


def test_records_are_plain_json_with_the_agreed_keys() -> None:
    """What the report reads, for every claim without evidence and for one with."""
    studied = Evidence(run_study(LINES, 0), pd.DataFrame(), pd.DataFrame())
    records = [evaluate(claim, NOTHING, "test") for claim in CLAIMS.values()] + [evaluate(LINES, studied, "test")]
    for record in records:
        json.dumps(record, allow_nan=False)
        assert set(record) == {
            "claim", "title", "tier", "scale", "verdict", "parts", "runs_used", "runs_missing", "deviations",
            "declaration_hash", "command", "study_seed", "effort", "study_commit", "family", "alpha", "look", "share",
            "statistical",
        }  # fmt: skip
        assert set(record["parts"][0]) == {
            "part", "form", "statement", "verdict", "effect", "effect_name", "low", "high", "n", "flags", "note",
            "p_supported", "p_contradicted", "superiority", "sensitivity", "cells",
        }  # fmt: skip


def test_the_seed_of_a_study_is_recorded() -> None:
    """It is read from the study's own rows, and absent where there is none."""
    studied = Evidence(run_study(LINES, 7), pd.DataFrame(), pd.DataFrame())
    assert evaluate(LINES, studied, "test")["study_seed"] == 7
    assert evaluate(LINES, NOTHING, "test")["study_seed"] is None


def test_a_sentence_on_what_is_right_needs_the_verdicts_it_follows_from() -> None:
    """Also of the corrected part; with none of them nothing is said."""
    verdicts = {"tv-printed": "contradicted", "tv-corrected": "supported", "smooth": "supported"}
    assert LINES.confirmed(verdicts) == [LINES.found[0].text]
    assert LINES.confirmed(verdicts | {"tv-corrected": "contradicted"}) == []
    assert LINES.confirmed({}) == []


def test_the_claims_row_shows_the_part_that_decided() -> None:
    """For a mixed claim that is its first contradicted part."""
    record = evaluate(LINES, Evidence(run_study(LINES, 0), pd.DataFrame(), pd.DataFrame()), "test")
    rows = table_rows(LINES, record, record["verdict"], None)
    assert [row["part"] for row in rows] == ["claim", *(part.id for part in LINES.parts)]
    assert rows[0]["verdict"] == "mixed" and rows[0]["effect_name"] == rows[1]["effect_name"]
    assert rows[0]["effect"] == rows[1]["effect"] == pytest.approx(1)


def test_gather_writes_one_table_twice(tmp_path: Path) -> None:
    """JSON and Parquet hold the same rows, also where numbers are missing."""
    claims = [CLAIMS["parallel-lines"], CLAIMS["nobn-gan-fails"]]
    for claim in claims:
        write_json(verdict_path(tmp_path, "test", claim.id), evaluate(claim, NOTHING, "test"))
    rows = gather(claims, tmp_path, "test")
    assert json.loads((tmp_path / "verdicts/test/verdicts.json").read_text()) == rows
    table = read_table(tmp_path / "verdicts/test/verdicts.parquet")
    assert list(table["claim"]) == [row["claim"] for row in rows]
    assert list(table["flags"]) == [json.dumps(row["flags"]) for row in rows]
    assert table["effect"].isna().all()


def test_gather_names_a_verdict_that_is_missing(tmp_path: Path) -> None:
    """Nothing is written when one claim has not been judged."""
    with pytest.raises(UserError, match=r"parallel-lines.json is missing"):
        gather([LINES], tmp_path, "test")
    assert not (tmp_path / "verdicts/test/verdicts.json").exists()
