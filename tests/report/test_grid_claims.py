"""What the report shows of claims about trainings: verdicts after correction, statistics, design, and the trace."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bench.files import write_json, write_table
from claims.claim import Verdict
from claims.design import Arm
from report import findings
from report.variants import labels
from tests.report.test_render import Page, between
from tests.report.worlds import METHOD_OPTIONS, PROTOCOL, SCALE, World, claim, part_record, run_id, run_row, score_rows


def shown(world: World, name: str = "curve") -> str:
    """Returns the text of a claim's section."""
    return Page(
        between(world.pages().html, f'<article class="claim-card" id="claim-{name}"', "</article>") + "</article>"
    ).text


def table(world: World, *rows: dict[str, Any]) -> None:
    """Writes the table of verdicts."""
    write_json(world.results / "verdicts" / SCALE / "verdicts.json", [{"part": "claim", **row} for row in rows])


def evidence(world: World, name: str = "curve", outcomes: tuple[str, ...] = ("completed", "diverged")) -> None:
    """Writes a claim's own evidence, and the files of its runs."""
    cells = [("dcgan", "wgan_gp", seed, outcome) for seed, outcome in enumerate(outcomes)]
    folder = world.results / "evidence" / SCALE / name
    runs = [{**run_row(*cell), "arm": "dcgan-wgan_gp", "started_at": "2026-11-22T12:11:55+00:00"} for cell in cells]
    write_table(folder / "runs.parquet", pd.DataFrame(runs))
    write_table(folder / "scores.parquet", pd.DataFrame([row for cell in cells for row in score_rows(*cell)]))
    for _, _, seed, _ in cells:
        for path in (
            f"runs/{run_id('dcgan', 'wgan_gp', seed)}/spec.json",
            f"runs/{run_id('dcgan', 'wgan_gp', seed)}/result.json",
        ):
            write_json(world.results / path, {})
        write_json(world.results / "measurements" / run_id("dcgan", "wgan_gp", seed) / PROTOCOL / "scores.parquet", {})


def test_the_verdict_after_correction_is_shown_everywhere(world: World) -> None:
    """Table, tally, section and twin have the corrected verdict, and say what it was before."""
    world.judge(claim("curve"), Verdict.SUPPORTED)
    world.judge(claim("other"), Verdict.SUPPORTED)
    row = {"verdict": "inconclusive", "alone": "supported", "p_holm": 0.08}
    table(world, {"claim": "curve", **row}, {"claim": "other", **row, "verdict": "supported"})
    pages = world.pages()
    words = "supported before correction for 2 claims of this paper"
    line = Page(between(pages.html, '<tbody id="row-curve"', "</tbody>") + "</tbody>").text
    assert line.startswith(f"inconclusive {words}")
    assert words in shown(world) and "p = 0.08 after Holm's correction over 2 tested claims" in shown(world)
    assert words in pages.markdown and "1 supported" in pages.markdown and "1 inconclusive" in pages.markdown
    assert words not in between(pages.html, '<tbody id="row-other"', "</tbody>")


def test_a_verdict_newer_than_the_table_is_not_passed_off_as_corrected(world: World) -> None:
    """Where the table of verdicts has another verdict of the claim's own, the section says that it is older."""
    world.judge(claim("curve"), Verdict.CONTRADICTED)
    table(world, {"claim": "curve", "verdict": "supported", "alone": "supported", "p_holm": 0.01})
    assert "not yet corrected" in shown(world)
    table(world, {"claim": "curve", "verdict": "contradicted", "alone": "contradicted", "p_holm": 0.01})
    assert "not yet corrected" not in shown(world)


def test_only_figures_of_questions_have_their_legend(world: World) -> None:
    """A claim that draws something of its own is not told what the marks of another figure mean."""
    world.judge(claim("curve"), Verdict.SUPPORTED)
    assert "line and diamond" in shown(world)
    own = dataclasses.replace(claim("curve"), id="loss-quality-wgan")
    world.catalogue.clear()
    world.judge(own, Verdict.SUPPORTED)
    assert "line and diamond" not in shown(world, "loss-quality-wgan")


def test_a_section_shows_its_statistics_and_design(world: World) -> None:
    """p values, superiority, look, arms, gate, cells, other choices and the meaning of flags."""
    world.judge(claim("curve"), Verdict.SUPPORTED, look=2, share=0.1)
    text = shown(world)
    expected = [
        "p = 0.031 for it, p = 0.97 against", "chance of superiority 0.75 (0.5 to 0.9)",
        "look 2, which may spend 0.005 of",
        "2 arms trained", "learning rate × 3", "as configured", "Premise: samples improve.", "mnist-16",
        "0.44 [0.2, 0.68]", "sign-flip permutation", "p = 0.06 of a mean", "so nothing is decided",
    ]  # fmt: skip
    assert [words for words in expected if words not in text] == []


def test_claims_to_be_read_together_stand_together(world: World) -> None:
    """A companion follows its claim, and each shows the other's verdict."""
    world.judge(claim("first", beside=("third",)), Verdict.SUPPORTED)
    world.judge(claim("second"), Verdict.SUPPORTED)
    world.judge(claim("third", beside=("first",)), Verdict.CONTRADICTED)
    html = world.pages().html
    places = [html.index(f'id="claim-{name}"') for name in ("first", "third", "second")]
    assert places == sorted(places)
    assert "contradicted Title of third" in shown(world, "first")
    assert "supported Title of first" in shown(world, "third")
    assert "Read together" not in shown(world, "second")


def test_a_verdict_is_traced_to_its_runs_and_their_files(world: World) -> None:
    """The section lists each run of each arm with its value, links to files that exist, and its place in the grid."""
    world.judge(claim("curve"), Verdict.SUPPORTED)
    world.train(("completed", "diverged"), architectures=("dcgan",), methods=("wgan_gp",))
    evidence(world)
    pages = world.pages()
    page = Page(between(pages.html, '<details class="trace"', "</details>") + "</details>")
    assert "dcgan-wgan_gp 0 completed" in page.text and "dcgan-wgan_gp 1 diverged" in page.text
    assert "2026-11-22 cpu c0ffeec0ff" in page.text
    links = [target for _, target in page.references]
    files = [world.results / "report" / SCALE / target for target in links if target.startswith("../../")]
    assert len(files) == 6 and all(path.resolve().is_file() for path in files)
    assert {target[1:] for target in links if target.startswith("#")} <= set(Page(pages.html).ids)
    assert f"../../runs/{run_id('dcgan', 'wgan_gp', 0)}/spec.json" in pages.markdown


def test_value_of_each_run_is_what_the_first_question_takes(world: World) -> None:
    """A run that came all the way trains; one that diverged does not."""
    world.judge(claim("curve"), Verdict.SUPPORTED)
    world.train(("completed", "diverged"), architectures=("dcgan",), methods=("wgan_gp",))
    evidence(world)
    folder = world.results / "evidence" / SCALE / "curve"
    scores = pd.read_parquet(folder / "scores.parquet")
    floor = scores.iloc[:1].assign(run_id="digits-16/reference/real", architecture="reference", value=90.0)
    write_table(folder / "scores.parquet", pd.concat([scores, floor], ignore_index=True))
    text = Page(between(world.pages().html, '<details class="trace"', "</details>") + "</details>").text
    assert "0 completed yes" in text and "1 diverged no" in text


def test_runs_with_other_settings_are_cells_of_their_own(world: World) -> None:
    """They do not pass for further seeds: the label says what differs, and each has its own median."""
    world.judge(claim("curve"))
    world.train(("completed", "completed"), architectures=("dcgan",), methods=("wgan_gp",))
    path = world.results / "evidence" / SCALE / "all" / "runs.parquet"
    runs = pd.read_parquet(path)
    changed = {"method_options": {**METHOD_OPTIONS["wgan_gp"], "learning_rate": 0.7}}
    runs.loc[runs["seed"] == 1, "spec"] = json.dumps(changed)
    write_table(path, runs)
    pages = world.pages()
    assert "87.0 median s0 87.0" in Page(pages.html).text
    table = Page(between(pages.html, '<table class="small-table variants"', "</table>") + "</table>").text
    assert "dcgan, wgan_gp learning rate 0.7 97.0 s1 97.0" in table
    assert "learning rate 0.7" in pages.markdown
    assert "learning rate 0.7" not in between(pages.html, '<h3 id="settings"', '<h3 id="samples"')


def test_the_usual_settings_are_those_of_most_runs_of_the_method() -> None:
    """The same change has the same label in a cell where it is as common as the usual setting."""

    def row(architecture: str, seed: int, **settings: Any) -> dict[str, Any]:
        spec = json.dumps({"seed": seed, "method_options": {"beta1": 0.5}, **settings})
        return {
            "run_id": f"{architecture}-{seed}-{settings}",
            "architecture": architecture,
            "method": "gan",
            "spec": spec,
        }

    runs = [row("a", seed, batch_size=64) for seed in (0, 1)]
    runs += [
        row("b", 0, batch_size=64),
        row("b", 0, batch_size=8, train_samples=500),
        row("b", 1, batch_size=64, x=True),
    ]
    found = list(labels(pd.DataFrame(runs)).values())
    assert found == ["", "", "", "batch size 8, with train samples 500", "with x yes"]


def test_samples_beyond_the_limit_are_left_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first seed of each cell is kept, and the page says how many runs have no picture in it."""
    world.judge(claim("curve"))
    world.train(("completed", "completed"), architectures=("dcgan",), methods=("wgan_gp",))
    path = world.results / "measurements" / run_id("dcgan", "wgan_gp", 0) / PROTOCOL / "samples.png"
    monkeypatch.setattr("report.grid.SAMPLES_BYTES", path.stat().st_size + 1)
    pages = world.pages()
    assert "Samples of 1 run are left out" in Page(pages.html).text
    assert {asset.name for asset in pages.assets if asset.name.startswith("samples-")} == {
        "samples-digits-16-dcgan-wgan_gp-seed-0.png"
    }


def test_collapsed_runs_keep_their_score_and_are_named(world: World) -> None:
    """They have a generator; runs that ran out of time have none."""
    world.judge(claim("curve"))
    world.train(("completed",), architectures=("dcgan",), methods=("wgan_gp",))
    for name in ("runs", "scores"):
        path = world.results / "evidence" / SCALE / "all" / f"{name}.parquet"
        write_table(path, pd.read_parquet(path).assign(outcome="collapsed"))
    assert "s0 87.0 collapsed" in Page(world.pages().html).text


CALIBRATION = {
    "rule": "greater", "kind": "mean", "margin": 1.0, "noise": "normal", "n": 5, "alpha": 0.05,
    "false_supported": 0.041,
    "false_supported_low": 0.03, "false_supported_high": 0.05, "false_contradicted": 0.0423,
    "false_contradicted_low": 0.03, "false_contradicted_high": 0.05, "power_supported": 0.97, "power_contradicted": 0.9,
}  # fmt: skip
POWER = {
    "claim": "curve", "part": "curve", "n": 10, "rule": "at least", "margin": 0.5, "sd": None, "sd_source": "",
    "power": 0.345, "false_supported": 0.03, "contradicted_in_opposite": 0.6, "detectable": 0.9, "decidable": False,
    "reach": 0.001, "reach_holm": 0.0134, "in_reach": True, "few": 5, "few_reach": 0.039, "few_reach_holm": 0.429,
    "few_in_reach": False, "few_holm_against": 0.39,
}  # fmt: skip


def test_the_appendix_shows_what_simulations_found(world: World) -> None:
    """Expected false verdicts, calibration, repeated looks and power, there and beside the claim."""
    world.judge(claim("curve"), Verdict.SUPPORTED)
    folder = world.results / "protocol"
    expected = {"tested": 21, "parts": 40, "alpha": 0.05, "expected_false_at_most": 2.05, "families": 6}
    write_json(folder / f"expected-{SCALE}.json", {**expected, "expected_false_families_at_most": 0.3})
    write_json(folder / "calibration.json", [CALIBRATION, {**CALIBRATION, "n": 10, "noise": "skewed up"}])
    look = {"error": "supported", "levels": "full", "looks": 4, "alpha": 0.05, "rate": 0.123, "low": 0.1, "high": 0.14}
    write_json(folder / "inflation.json", [look, {**look, "levels": "spent", "rate": 0.0432}])
    write_json(folder / "power.json", [POWER])
    pages = world.pages()
    text = Page(between(pages.html, '<section id="rules"', "</section>") + "</section>").text
    for words in (
        "claims/PROTOCOL.md",
        "21 claims, of 6 papers, by 40 stated parts",
        "2.05",
        "none in 5 leaves a chance of failure of up to 45 % open",
        "0.429 (n = 5: out of reach)",
        "4.2 %",
        "12 %",
        "4.3 %",
        "34 %",
        "1 part of 1",
    ):
        assert words in text, words
    assert "1 part could hardly be decided" in shown(world)
    assert "21 claims decided statistically, by 40 stated parts" in pages.markdown
    assert "0.0134 | 0.429 (n = 5; out of reach)" in pages.markdown and "PROTOCOL.md" in pages.markdown


def test_what_was_not_simulated_says_how_to_make_it(world: World) -> None:
    """Each table that is absent is a line with the command."""
    assert world.pages().html.count("<code>snakemake --cores all protocol</code>") == 4


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "as configured"),
        ({"method_options.learning_rate*": 0.1}, "learning rate × 0.1"),
        ({"frozen_from%": 0.05, "batch_size": 16}, "frozen from 5 % of the steps, batch size 16"),
    ],
)
def test_arms_say_what_differs_from_the_configuration(settings: dict[str, object], words: str) -> None:
    """Factors, shares of the steps and values are told apart."""
    assert findings.differs(Arm("arm", "dcgan", "gan", settings)) == words


def test_other_choices_count_only_where_there_were_seeds_enough() -> None:
    """A verdict capped for too few seeds is not turned by another threshold."""
    part = part_record(claim("curve").parts[0], Verdict.INCONCLUSIVE)
    assert findings.turned([part]) == 0
    assert findings.turned([{**part, "flags": []}]) == 1


def test_the_page_does_not_name_where_the_results_lie(world: World, tmp_path: Path) -> None:
    """Links are relative, so that the folder can be moved."""
    world.judge(claim("curve"), Verdict.SUPPORTED)
    evidence(world)
    pages = world.pages()
    assert str(tmp_path) not in pages.html + pages.markdown
