"""The page, its Markdown twin and the command."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from bench.files import write_json, write_table
from claims.catalogue import CLAIMS
from claims.claim import MEANING, Found, Verdict
from report.__main__ import main
from report.claim_figures import draw
from report.render import render, write
from tests.claims.worlds import learning_world
from tests.report.worlds import SCALE, SVG, World, claim, part_record, run_id

VOID = {"meta", "link", "img", "br", "path", "circle", "use", "input"}


class Page(HTMLParser):
    """Checks nesting, and gathers ids, references and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href", "srcset", "poster", "action"):
                self.references.append((tag, value or ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All visible text on one line."""
        return " ".join(" ".join(self.words).split())


def between(html: str, start: str, end: str, after: str = "") -> str:
    """Returns the part of `html` from the first `start` behind `after` up to the next `end`."""
    begin = html.index(start, html.index(after) + len(after))
    return html[begin : html.index(end, begin)]


def test_page_is_well_formed(full_world: World) -> None:
    """Every element is closed in order and no id appears twice."""
    page = Page(full_world.pages().html)
    assert len(page.ids) == len(set(page.ids))


def test_links_within_the_page_lead_somewhere(full_world: World) -> None:
    """Each link to an anchor has its target."""
    page = Page(full_world.pages().html)
    anchors = {target[1:] for _, target in page.references if target.startswith("#")}
    assert anchors
    assert anchors <= set(page.ids)


def test_page_needs_nothing_from_outside(full_world: World) -> None:
    """It shows only data URIs and links only to itself and to files of the project; no script, no imported style."""
    html = full_world.pages().html
    page = Page(html)
    files = {target for tag, target in page.references if tag == "a" and target.startswith("../../")}
    assert all(target.startswith(("#", "data:")) or target in files for _, target in page.references)
    assert not page.tags & {"script", "iframe", "object", "embed"}
    assert "@import" not in html
    assert not re.search(r"url\((?!['\"]?data:)", between(html, "<style>", "</style>"))


def test_every_verdict_has_a_row_a_section_and_its_meaning(full_world: World) -> None:
    """Each claim is in the table with its badge and has a section; the legend explains every verdict."""
    html = full_world.pages().html
    for verdict in Verdict:
        name = verdict.name.lower().replace("_", "-")
        assert verdict.value in between(html, f'id="row-{name}"', "</tbody>")
        assert verdict.value in between(html, f'id="claim-{name}"', "</article>")
        assert MEANING[verdict] in Page(html).text


def test_what_was_not_decided_is_grey(world: World) -> None:
    """Inconclusive, invalid and not run have a grey tone in both colour schemes, and share it with no other verdict."""
    style = between(world.pages().html, "<style>", "</style>")
    assert ".v-inconclusive, .v-invalid, .v-not-run { --tone: var(--neutral);" in style
    assert style.count("--tone: var(--neutral)") == 1
    tones = re.findall(r"--neutral: #(\w\w)(\w\w)(\w\w);", style)
    assert len(tones) == 2
    for tone in tones:
        red, green, blue = (int(channel, 16) for channel in tone)
        assert red <= green <= blue <= red + 40


def test_table_of_verdicts_comes_first(full_world: World) -> None:
    """The order is verdicts, claims, grid, protocol, provenance."""
    html = full_world.pages().html
    places = [html.index(f'<section id="{name}">') for name in ("verdicts", "claims", "grid", "protocol", "provenance")]
    assert places == sorted(places)


def test_claims_stand_under_their_section_of_the_catalogue(world: World) -> None:
    """Sections come in the catalogue's order, each with its tally; a claim nobody knows comes last."""
    world.judge(claim("curve"), Verdict.SUPPORTED)
    world.judge(claim("line", section="distances"), Verdict.CONTRADICTED)
    world.judge(claim("gone", section="game"), Verdict.MIXED)
    del world.catalogue["gone"]
    html = world.pages().html
    ids = ["verdicts-distances", "row-line", "verdicts-training", "row-curve", "verdicts-unknown", "row-gone"]
    places = [html.index(f'id="{name}"') for name in ids]
    assert places == sorted(places)
    tally = Page(between(html, '<tbody class="chapter" id="verdicts-distances"', "</tbody>") + "</tbody>").text
    assert "1 contradicted" in tally and "supported" not in tally


def test_the_page_says_what_was_judged_without_a_grid(world: World) -> None:
    """Identities and toys are counted, and quick toys are said to decide nothing."""
    identity = claim("line", tier="I", design=None, study="claims.studies.minmax:study")
    toy = claim("toy", tier="T", design=None, study="bench.toys.vanishing_gradient:study")
    world.judge(identity, Verdict.SUPPORTED, effort="full")
    world.judge(toy, Verdict.INCONCLUSIVE, effort="quick")
    words = "at any scale: 1 claim, and 1 claim by toy trainings, quickly, which decides nothing."
    assert words in Page(world.pages().html).text
    world.judge(toy, Verdict.SUPPORTED, effort="full")
    assert "toy trainings, in full." in Page(world.pages().html).text


@pytest.mark.parametrize(("claims", "folded"), [(12, False), (13, True)])
def test_a_long_list_of_claims_is_folded(world: World, claims: int, folded: bool) -> None:
    """Up to twelve claims show the numbers of their parts at once; more show a line of parts to open."""
    for number in range(claims):
        world.judge(claim(f"claim-{number}"), Verdict.SUPPORTED)
    table = between(world.pages().html, '<section id="verdicts">', "</section>")
    assert ("<details open>" not in table) == folded


def test_what_is_right_and_where_the_claim_stands_are_in_the_table(world: World) -> None:
    """The row of a claim that its source has wrong says what is right, and names the source."""
    subject = claim("curve")
    right = Found("It bends.", {subject.parts[0].id: Verdict.CONTRADICTED})
    world.judge(dataclasses.replace(subject, found=(right,)), Verdict.CONTRADICTED)
    row = Page(between(world.pages().html, '<tbody id="row-curve"', "</tbody>") + "</tbody>").text
    assert "It bends." in row and subject.sources[0].document in row


def test_section_tells_the_whole_story(world: World) -> None:
    """A section shows source, declaration, every part with its numbers, runs, deviations, hash and command."""
    subject = claim("curve")
    world.judge(subject, Verdict.SUPPORTED)
    shown = Page(between(world.pages().html, '<article class="claim-card"', "</article>") + "</article>").text
    expected = [
        subject.asserted, subject.sources[0].quote, "slide 14", subject.paper, subject.declaration.measure,
        subject.declaration.test, subject.declaration.against, "0.05, one-sided", "10 planned, at least 5",
        *(part.statement for part in subject.parts), "as stated", "corrected", "0.62", "[0.41, 0.77]", "underpowered",
        "Two seeds.", subject.found[0].text, "1 run used", run_id("dcgan", "wgan_gp", 1), "not trained yet",
        "generator_steps 120", subject.declaration_hash, "snakemake --cores all results/verdicts/tiny/curve.json",
    ]  # fmt: skip
    assert [words for words in expected if words not in shown] == []


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.SUPPORTED])
def test_the_right_statement_is_not_shown_in_place_of_a_verdict(world: World, verdict: Verdict) -> None:
    """What is right is shown only beside the verdict that it follows from."""
    sentence = claim("curve").found[0].text
    world.judge(claim("curve"), Verdict.SUPPORTED)
    pages = world.pages()
    assert sentence in pages.html and sentence in pages.markdown
    world.judge(claim("curve"), verdict)
    pages = world.pages()
    assert sentence not in pages.html and sentence not in pages.markdown


def test_the_seed_of_a_study_is_shown(world: World) -> None:
    """Beside the declaration, and not at all where no study was run."""
    world.judge(claim("curve"), Verdict.SUPPORTED, study_seed=12345)
    pages = world.pages()
    assert "seed of the study: 12345" in pages.html and "seed of the study 12345" in pages.markdown
    world.judge(claim("curve"), Verdict.SUPPORTED)
    assert "seed of the study" not in world.pages().html


def test_twin_carries_the_same_verdicts(full_world: World) -> None:
    """The Markdown twin lists each claim's verdict and each part's, with effect and interval."""
    lines = full_world.pages().markdown.splitlines()
    for verdict in Verdict:
        title = f"Title of {verdict.name.lower().replace('_', '-')}"
        row = next(index for index, line in enumerate(lines) if line.startswith(f"| [{title}]"))
        assert f"{verdict.value}**" in lines[row]
        parts = lines[row + 1 : row + 3]
        assert all(f" {verdict.value} | 0.62 [0.41, 0.77]" in part.replace("\\", "") for part in parts)


def test_tables_of_the_twin_are_rectangular(full_world: World) -> None:
    """Every table of the Markdown twin has as many cells in each row as in its head."""
    tables = re.findall(r"(?:^\|.*\n)+", full_world.pages().markdown, re.MULTILINE)
    assert len(tables) >= 5
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(widths) == 1, table


def test_pictures_of_the_twin_exist(full_world: World) -> None:
    """Every picture that the Markdown twin shows is written beside it, and nothing else."""
    pages = full_world.pages()
    folder = full_world.results / "report" / SCALE
    (folder / "figures").mkdir(parents=True)
    (folder / "figures/old.svg").write_text("left by an older report")
    write(pages, folder)
    wanted = set(re.findall(r"\]\((figures/[^)]+)\)", pages.markdown))
    present = {str(path.relative_to(folder)) for path in (folder / "figures").iterdir()}
    assert len(wanted) > 10
    assert wanted == present


def test_same_inputs_give_the_same_bytes(full_world: World) -> None:
    """Rendering twice gives identical page, twin and figures."""
    assert full_world.pages() == full_world.pages()


def test_hostile_text_is_escaped(world: World) -> None:
    """Markup in a verdict, a reason or a title is shown, not obeyed, in both forms."""
    hostile = '<script>alert("x")</script>|[a](javascript:b)'
    subject = claim("curve", title=hostile, asserted=hostile)
    changes = {"note": hostile, "flags": [hostile], "statement": hostile}
    parts = [part_record(part, Verdict.MIXED, **changes) for part in subject.parts]
    missing = [{"run_id": hostile, "outcome": "pending", "reason": hostile}]
    world.judge(subject, Verdict.MIXED, parts=parts, command=hostile, runs_missing=missing, deviations=[hostile])
    pages = world.pages()
    page = Page(pages.html)
    assert "script" not in page.tags
    assert all(not target.startswith("javascript") for _, target in page.references)
    assert hostile in page.text
    outside_code = re.sub(r"`[^`\n]*`", "", pages.markdown)
    assert "<script" not in outside_code.replace("\\<", "")
    assert "[a](javascript" not in outside_code.replace("\\[", "")


def test_drawings_are_confined(world: World) -> None:
    """A drawing is embedded as a picture, so nothing in it becomes part of the page."""
    world.judge(claim("curve"), Verdict.MIXED)
    page = Page(world.pages(lambda subject, evidence, verdicts: SVG.replace("<rect", "<script>x</script><rect")).html)
    assert "script" not in page.tags


def test_grid_lists_every_seed(full_world: World) -> None:
    """The outcome matrix shows each seed, and no median where a seed has no score."""
    html = full_world.pages().html
    matrix = Page(between(html, '<table class="matrix"', "</div>\n\n", after='id="outcomes"'))
    assert matrix.text.count("s1 diverged at 37") == 4
    assert matrix.text.count("1 of 2 seeds scored") == 4
    assert " median" not in matrix.text.split("dcgan", 1)[1]


def test_median_stands_where_every_seed_has_a_score(world: World) -> None:
    """With FID 400 / 4.6 and 10 more for the next seed, the middle is 5 above the first."""
    world.judge(claim("curve"))
    world.train(("completed", "completed"))
    text = Page(world.pages().html).text
    assert "92.0 median s0 87.0 s1 97.0" in text


def test_runs_that_did_not_complete_are_listed_with_their_reason(world: World) -> None:
    """Diverged, skipped and pending runs appear with outcome and reason."""
    world.judge(claim("curve"))
    world.train(("diverged", "skipped", "pending"), architectures=("dcgan",), methods=("gan",))
    pages = world.pages()
    for outcome in ("diverged", "skipped", "pending"):
        assert f"the run is {outcome}" in between(pages.html, 'id="unfinished"', "</section>")
        assert f"the run is {outcome}" in pages.markdown


def test_seeds_that_ended_alike_share_a_line(world: World) -> None:
    """Runs of one cell with the same outcome, step and reason are listed together."""
    world.judge(claim("curve"))
    world.train(("diverged", "completed", "diverged", "pending"), architectures=("dcgan",), methods=("gan",))
    listed = Page(between(world.pages().html, "<table", "</table>", after='id="unfinished"') + "</table>").text
    assert "digits, dcgan, gan , seeds 0, 2 diverged 37 of 120 the run is diverged" in listed
    assert "seed 3 pending" in listed


def test_methods_skipped_for_one_reason_share_a_line(world: World) -> None:
    """Cells of one architecture that were left out for the same reason are listed together."""
    world.judge(claim("curve"))
    world.train(("skipped", "skipped"), architectures=("dcgan",), methods=("gan", "wgan"))
    listed = Page(between(world.pages().html, "<table", "</table>", after='id="unfinished"') + "</table>").text
    assert "digits, dcgan, gan and wgan , seeds 0, 1 skipped 0 of 120 the run is skipped" in listed


def test_settings_of_each_method_are_shown(world: World) -> None:
    """The critic's normalization, the optimizer with what it reads, and other options stand in a table."""
    world.judge(claim("curve"))
    world.train(("completed",), architectures=("dcgan", "mlp"), methods=("gan", "wgan_gp"))
    text = Page("<h3 " + between(world.pages().html, 'id="settings"', '<h3 id="samples"')).text
    assert "its normalization is batch for gan; layer for wgan_gp." in text
    assert "gan on dcgan, mlp batch adam, learning rate 2×10⁻⁴, beta1 0.5, beta2 0.9 1 none" in text
    assert "wgan_gp on dcgan, mlp layer sgd, learning rate 0.1, momentum 0.9 5 gp weight 10, one sided no" in text
    assert "beta1 0.123" not in text


def test_protocol_and_provenance_are_shown(full_world: World) -> None:
    """Numbers of samples, split, extractor with checksum and accuracy, floor, commit and packages are there."""
    html = full_world.pages().html
    shown = Page(between(html, '<section id="protocol">', "</main>"))
    for words in ("350", "test", "classifier", "abababababab", "0.971", "11.5", "c0ffeec0ffee", "torch 2.15.0", "cpu"):
        assert words in shown.text


def test_changed_declaration_is_noticed(world: World) -> None:
    """A verdict reached under another declaration says so."""
    world.judge(claim("curve"), declaration_hash="0000000000")
    assert "has changed since this verdict" in world.pages().html


def test_a_drawing_shows_the_runs_its_verdict_counted(world: World) -> None:
    """A figure drawn for the page holds every run of the claim, placed between the untrained score and the floor."""
    made = learning_world(np.random.default_rng(0), {"gan": 0.0, "wgan": 1.0})
    subject = CLAIMS["nobn-gan-fails"]
    folder = world.results / "evidence" / SCALE / subject.id
    write_table(folder / "scores.parquet", made.scores)
    write_table(folder / "runs.parquet", made.runs)
    world.judge(subject, Verdict.SUPPORTED)
    seeds = made.runs["seed"].nunique()
    figure = next(asset for asset in world.pages(draw).assets if asset.name == f"claim-{subject.id}.svg")
    assert f"0 of {seeds} train".encode() in figure.payload and f"{seeds} of {seeds} train".encode() in figure.payload


def test_no_verdicts_at_all_is_a_page(world: World) -> None:
    """An empty verdict folder gives a page that says so."""
    pages = world.pages()
    assert "No claim has been evaluated at this scale yet" in Page(pages.html).text
    assert "No claim has been evaluated at this scale yet" in pages.markdown


def test_studies_alone_are_a_page(world: World) -> None:
    """Without any training the grid is empty and says so."""
    world.judge(claim("study", tier="I", design=None), Verdict.SUPPORTED, runs_used=[], runs_missing=[], deviations=[])
    pages = world.pages()
    assert "No grid was trained at this scale" in Page(pages.html).text
    assert "No grid was trained at this scale" in pages.markdown


def test_claims_without_verdict_are_named(world: World) -> None:
    """Claims of the catalogue that were not evaluated are listed as such."""
    world.judge(claim("here"))
    world.catalogue["elsewhere"] = claim("elsewhere")
    pages = world.pages()
    assert "elsewhere" in between(pages.html, "Not evaluated at this scale", "</p>")
    assert "Not evaluated at this scale: Title of elsewhere" in pages.markdown


def test_claim_unknown_to_the_catalogue_is_shown_from_its_verdict(world: World) -> None:
    """A verdict whose claim was removed is still shown, with a warning."""
    world.judge(claim("gone"))
    world.catalogue.clear()
    html = world.pages().html
    assert "no longer has this claim" in between(html, 'id="claim-gone"', "</article>")


def test_missing_pictures_leave_a_gap(world: World) -> None:
    """Without sample grids the page says that there are none."""
    world.judge(claim("curve"))
    world.train(pictures=False)
    page = Page(world.pages().html)
    assert page.text.count("no samples") == 8
    assert "no picture" in page.text


def test_grid_where_everything_diverged_is_a_page(world: World) -> None:
    """Runs without a single final score still have their place and their curves."""
    world.judge(claim("curve"))
    world.train(("diverged",))
    pages = world.pages()
    assert "0 of 1 seed scored" in Page(pages.html).text
    assert any(asset.name.startswith("curves-") for asset in pages.assets)


def test_grid_that_is_pending_is_a_page(world: World) -> None:
    """Runs that were not trained yet are shown as pending."""
    world.judge(claim("curve"))
    world.train(("pending",), pictures=False)
    assert "s0 pending" in Page(world.pages().html).text


def test_command_writes_the_report_of_the_catalogue(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The command writes page and twin and prints where the page lies."""
    world.judge(claim("curve"))
    assert main(["--scale", SCALE, "--results", str(world.results)]) == 0
    page = Path(capsys.readouterr().out.strip())
    assert page == world.results / "report" / SCALE / "index.html"
    assert "Title of curve" in page.read_text()
    assert page.with_name("report.md").is_file()


@pytest.mark.parametrize(
    ("scale", "message"),
    [("tinny", "Unknown scale 'tinny'. Did you mean 'tiny'?"), ("tiny", "is not a verdict file")],
)
def test_bad_input_is_one_line(world: World, capsys: pytest.CaptureFixture[str], scale: str, message: str) -> None:
    """A scale without verdicts, or a file that is no verdict, is one line and exit status 2; nothing is written."""
    write_json(world.results / "verdicts" / SCALE / "broken.json", {"claim": "broken"})
    assert main(["--scale", scale, "--results", str(world.results)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1
    assert message in error
    assert not (world.results / "report").exists()


def test_results_without_verdicts_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A results folder without verdicts says how to get them."""
    assert main(["--scale", "tiny", "--results", str(tmp_path)]) == 2
    assert "snakemake --cores all claims" in capsys.readouterr().err


def test_damaged_evidence_is_one_line(full_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that was cut short is named."""
    path = full_world.results / "evidence" / SCALE / "all" / "scores.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    assert main(["--scale", SCALE, "--results", str(full_world.results)]) == 2
    assert "scores.parquet is damaged" in capsys.readouterr().err


def test_render_does_not_depend_on_where_the_results_lie(full_world: World, tmp_path: Path) -> None:
    """The same results in another folder give the same page."""
    before = full_world.pages()
    moved = full_world.results.rename(tmp_path / "elsewhere")
    full_world.results = moved
    after = render(full_world.read(), full_world.catalogue, lambda subject, evidence, verdicts: SVG)
    assert after == before
