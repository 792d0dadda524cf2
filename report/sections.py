"""What is shown of each claim, and what the scale as a whole can and cannot decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from claims.claim import SECTIONS, Claim, Evidence, Verdict
from report import assets
from report.assets import Asset
from report.grid import Group
from report.inputs import Inputs
from report.standing import Standing, standings
from report.text import counted, number
from report.trace import Trace, anchors, trace

Draw = Callable[[Claim, Evidence, Mapping[str, str]], str]
"""Draws a claim from its evidence and the verdicts on its parts."""

TIERS = {
    "I": "Identity or bound, checked numerically",
    "T": "Toy training or simulation",
    "G": "Grid of trainings on images",
}

DOCUMENTS = {
    "S0": "Lecture on Wasserstein GAN and spectral normalization (S0)",
    "S1": "Slides on f-GAN, Wasserstein and Cramér distances (S1)",
    "S2": "Course slides on GAN training and its remedies (S2)",
    "S3": "Reading-group notes on WGAN and WGAN-GP (S3)",
    "S4": "Discussion thread on the WGAN paper (S4)",
}


@dataclass(frozen=True)
class ClaimSection:
    """One claim with its verdict.

    Args:
        id: identifier, also the anchor.
        record: the verdict file's content.
        claim: the catalogue's entry; None when the catalogue no longer has it.
        figure: the claim's drawing, where there is evidence to draw.
        standing: the verdict in the end.
        beside: id, title and verdict of the claims to be read together with this one.
        trace: the evidence behind it; None for a claim that the catalogue no longer has.
        powers: rows of the table of power on its parts.
    """

    id: str
    record: Mapping[str, Any]
    claim: Claim | None
    figure: Asset | None
    standing: Standing
    beside: tuple[tuple[str, str, str], ...] = ()
    trace: Trace | None = None
    powers: tuple[Mapping[str, Any], ...] = ()

    @property
    def verdict(self) -> str:
        """The verdict that is shown."""
        return self.standing.verdict

    @property
    def of_questions(self) -> bool:
        """Whether the figure shows the questions of a claim about trainings, not something of the claim's own."""
        from report.claim_figures import FIGURES

        return self.claim is not None and self.claim.design is not None and self.id not in FIGURES

    @property
    def stale(self) -> bool:
        """Whether the claim was declared differently when this verdict was reached."""
        return self.claim is None or self.claim.declaration_hash != self.record["declaration_hash"]

    @property
    def documents(self) -> list[str]:
        """The codes of the sources in which it stands, each once."""
        return [] if self.claim is None else list(dict.fromkeys(source.document for source in self.claim.sources))

    @property
    def found(self) -> list[str]:
        """What is right, as far as the verdicts on the parts bear it out."""
        verdicts = {part["part"]: part["verdict"] for part in self.record["parts"]}
        return [] if self.claim is None else self.claim.confirmed(verdicts)


@dataclass(frozen=True)
class Chapter:
    """The claims of one section of the catalogue.

    Args:
        id: identifier, also in anchors.
        title: what they are about.
        sections: the claims, in the order of the catalogue.
    """

    id: str
    title: str
    sections: tuple[ClaimSection, ...]

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many of its claims have each verdict, those that none has left out."""
        found = Counter(section.verdict for section in self.sections)
        return {verdict: found[verdict.value] for verdict in Verdict if found[verdict.value]}


def chapters(shown: tuple[ClaimSection, ...]) -> tuple[Chapter, ...]:
    """Groups claims by section of the catalogue; those it no longer has come last."""
    titles: dict[str, str] = {**SECTIONS, "": "No longer in the catalogue"}
    grouped = {key: tuple(s for s in shown if (s.claim.section if s.claim else "") == key) for key in titles}
    return tuple(Chapter(key or "unknown", titles[key], members) for key, members in grouped.items() if members)


def sections(
    inputs: Inputs, catalogue: Mapping[str, Claim], draw: Draw, grid: tuple[Group, ...]
) -> tuple[ClaimSection, ...]:
    """Returns one section per verdict, in the order of the catalogue, unknown claims last.

    Claims to be read together stand together, at the place of the first.
    """
    records = {record["claim"]: record for record in inputs.verdicts}
    final, places = standings(inputs), anchors(grid)
    ordered = [*_together(catalogue, records), *(name for name in records if name not in catalogue)]
    table = inputs.protocol.get("power", ())
    return tuple(
        ClaimSection(
            id=assets.slug(name),
            record=records[name],
            claim=catalogue.get(name),
            standing=final[name],
            beside=_beside(catalogue.get(name), catalogue, final),
            powers=tuple(row for row in table if row["claim"] == name),
            **_from_evidence(inputs, records[name], catalogue.get(name), draw, places),
        )
        for name in ordered
    )


def _together(catalogue: Mapping[str, Claim], records: Mapping[str, Any]) -> list[str]:
    """The claims with a verdict; one that another of its section names beside itself follows it."""
    ordered: dict[str, None] = {}

    def put(name: str, section: str) -> None:
        if name in records and name in catalogue and name not in ordered and catalogue[name].section == section:
            ordered[name] = None
            for other in catalogue[name].beside:
                put(other, section)

    for name, claim in catalogue.items():
        put(name, claim.section)
    return list(ordered)


def _beside(
    claim: Claim | None, catalogue: Mapping[str, Claim], final: Mapping[str, Standing]
) -> tuple[tuple[str, str, str], ...]:
    names = [name for name in claim.beside if name in final and name in catalogue] if claim else []
    return tuple((assets.slug(name), catalogue[name].title, final[name].verdict) for name in names)


def counts(shown: tuple[ClaimSection, ...]) -> dict[Verdict, int]:
    """Returns how many claims have each verdict, every verdict named."""
    found = Counter(section.verdict for section in shown)
    return {verdict: found[verdict.value] for verdict in Verdict}


def document(code: str) -> str:
    """Returns the title of a source document, or its code where it has no title here."""
    return DOCUMENTS.get(code, code)


def declared(claim: Claim) -> list[tuple[str, str]]:
    """Returns the declaration as names and words; what does not apply is left out."""
    plan = claim.declaration
    own = [f"{number(part.margin)} for {part.id}" for part in claim.parts if part.margin is not None]
    facts = [
        ("Measure", plan.measure),
        ("Predicted", plan.direction),
        ("Margin", "; ".join([number(plan.margin), *own])),
        ("Decision rule", plan.test),
        ("Error level", f"{number(plan.alpha)}, one-sided" if plan.alpha else ""),
        ("Seeds", f"{plan.planned_seeds} planned, at least {plan.min_seeds} to decide" if plan.planned_seeds else ""),
        ("Checkpoint", plan.checkpoint if claim.design is not None else ""),
        ("Judged only if", " ".join(dict.fromkeys(gate.reason for gate in claim.design.gates)) if claim.design else ""),
        ("Counts against it", plan.against),
    ]
    return [(name, words) for name, words in facts if words]


def scope(inputs: Inputs, grid: tuple[Group, ...], shown: tuple[ClaimSection, ...]) -> str:
    """Says in a sentence or two what was run and what this scale can and cannot decide."""
    cells = [cell for group in grid for cell in group.cells if cell.seeds]
    if not cells:
        return f"No grid was trained at this scale. {_studied(shown)}"
    outcomes = Counter(seed.outcome for cell in cells for seed in cell.seeds)
    total = sum(outcomes.values())
    parts = ", ".join(f"{n} {outcome.replace('_', ' ')}" for outcome, n in sorted(outcomes.items()))
    seeds = sorted({len(cell.seeds) for cell in cells})
    per_cell = f"{seeds[0]} to {seeds[-1]} seeds" if len(seeds) > 1 else counted(seeds[0], "seed")
    where = " and ".join(group.data_id for group in grid)
    ran = f"{counted(total, 'training run')} on {where} ({parts}), {per_cell} in each of {counted(len(cells), 'cell')}"
    return f"{ran}. {_power(seeds[0], shown)} {_studied(shown)}".rstrip()


def _studied(shown: tuple[ClaimSection, ...]) -> str:
    """Says how many claims rest on a study, and of what kind."""
    efforts = [(s.claim.trains, s.record["effort"]) for s in shown if s.claim is not None and s.record["effort"]]
    if not efforts:
        return ""
    quick = "quickly, which decides nothing" if (True, "quick") in efforts else "in full"
    toys = sum(trains for trains, _ in efforts)
    checked = counted(len(efforts) - toys, "claim")
    trained = f", and {counted(toys, 'claim')} by toy trainings, {quick}" if toys else ""
    return f"Judged by numbers alone, at any scale: {checked}{trained}."


def _power(seeds: int, shown: tuple[ClaimSection, ...]) -> str:
    asked = sorted({s.claim.declaration.min_seeds for s in shown if s.claim is not None and s.claim.design is not None})
    if not asked:
        return "No claim judged here rests on these runs."
    if seeds >= asked[-1]:
        return f"Claims about the grid ask for at least {asked[-1]} seeds, so this scale can decide them."
    least = f"{asked[0]}" if len(asked) == 1 else f"{asked[0]} to {asked[-1]}"
    return (
        f"Claims about the grid ask for at least {least} seeds, so here they can come out no better than inconclusive."
    )


def _from_evidence(
    inputs: Inputs, record: Mapping[str, Any], claim: Claim | None, draw: Draw, places: Mapping[str, str]
) -> dict[str, Any]:
    """The figure and the trace of a claim; the figure is drawn with the error level of the claim's look."""
    if claim is None or record["verdict"] == Verdict.NOT_RUN.value:
        return {"figure": None}
    found = inputs.evidence(claim, record)
    judged = claim.spending(record.get("share", 1.0))
    verdicts = {part["part"]: part["verdict"] for part in record["parts"]}
    figure = assets.svg(f"claim-{claim.id}", draw(judged, found, verdicts), f"Evidence: {claim.title}")
    return {"figure": figure, "trace": trace(inputs, claim, record, found, places)}
