"""The nouns of judging: Claim, Part, Declaration, Finding, Verdict.

Only the standard library is imported, so that the workflow can ask which runs
a claim needs without loading numerical packages.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from bench.registry import import_module
from claims import thresholds
from claims.design import Design, Question

if TYPE_CHECKING:
    import pandas as pd


class Verdict(Enum):
    """What the evidence says about a statement."""

    SUPPORTED = "supported"
    WEAKER = "weaker than claimed"
    CONTRADICTED = "contradicted"
    MIXED = "mixed"
    INCONCLUSIVE = "inconclusive"
    INVALID = "invalid"
    NOT_RUN = "not run"


MEANING = {
    Verdict.SUPPORTED: "It holds: within the tolerance, or in the claimed direction "
    "and not shown to be too small to matter.",
    Verdict.WEAKER: "The effect is real but shown to be smaller than declared to matter.",
    Verdict.CONTRADICTED: "The claimed effect is excluded, or a counterexample was found.",
    Verdict.MIXED: "Parts of the claim, or data sets within a part, disagree; the parts and their notes show which.",
    Verdict.INCONCLUSIVE: "The evidence allows both; more seeds are needed.",
    Verdict.INVALID: "A validity gate failed, so the evidence says nothing about the claim.",
    Verdict.NOT_RUN: "There is no evidence at this scale.",
}


EFFORTS = ("full", "quick")
"""How much a study that trains is made to train. Quick shows that it runs; nothing is decided by it."""


SECTIONS = {
    "distances": "Probability distances and transport",
    "game": "f-divergences and the GAN game",
    "lipschitz": "Lipschitz constraints",
    "training": "Training behaviour",
}
"""The sections of the catalogue, in the order of the report."""


@dataclass(frozen=True)
class Source:
    """Where a claim stands: document (S0 to S4), place in it, and a sentence as printed."""

    document: str
    where: str
    quote: str


@dataclass(frozen=True)
class Part:
    """One statement that is judged by itself.

    Args:
        id: short slug, unique in the claim.
        statement: the exact statement tested.
        form: "stated" as the source has it, or "corrected": the nearest exact form,
            reported beside the claim's verdict and never part of it.
        margin: in place of the declaration's, for a part measured in another unit.
        question: what decides on it, for a part judged on the grid.
    """

    id: str
    statement: str
    form: Literal["stated", "corrected"] = "stated"
    margin: float | None = None
    question: Question | None = None


@dataclass(frozen=True)
class Found:
    """A sentence on what is right where the source is wrong or loose.

    Args:
        text: the sentence.
        when: the verdict that each of these parts must have got on evidence for the sentence to be shown.
    """

    text: str
    when: Mapping[str, Verdict]


@dataclass(frozen=True)
class Declaration:
    """What was fixed before any run.

    Args:
        measure: primary measure with its score protocol, in words.
        direction: what the claim predicts for it.
        margin: smallest effect of interest, in the unit of the measure; for an
            identity the numerical tolerance.
        test: the decision rule, in words.
        against: what would count against the claim.
        alpha: one-sided error level of each interval bound; 0 for an identity.
        min_seeds: below this the verdict is capped at inconclusive.
        planned_seeds: the number of seeds the claim was planned with.
        checkpoint: which checkpoint is scored.
    """

    measure: str
    direction: str
    margin: float
    test: str
    against: str
    alpha: float = 0.0
    min_seeds: int = 0
    planned_seeds: int = 0
    checkpoint: str = "final"


STANDARD: dict[str, Any] = {"alpha": 0.05, "min_seeds": 5, "planned_seeds": 10}
"""What a claim declares that is tested with the standard error level and numbers of seeds."""


@dataclass(frozen=True)
class Claim:
    """An assertion, as data, with the names of the functions that test it.

    Functions are named as `module:function` and imported when called.

    Args:
        id: identifier, also in paths and on the command line.
        section: key of SECTIONS.
        tier: "I" identity or bound, "T" toy training or simulation, "G" grid of trainings.
        title: a short headline of what is asserted, not of what was found.
        asserted: the assertion in our words.
        sources: where it stands.
        paper: the paper it rests on, as "authors (year), title".
        parts: the statements judged, in order.
        declaration: what was fixed before the evidence.
        judge: function (Claim, Evidence) -> list of Finding; by default the one that answers the parts' questions.
        study: function (numpy Generator) -> data frame of evidence rows; None for grid claims. One that lives in
            `bench` trains, and takes the effort, a key of EFFORTS, as its second argument.
        design: the trainings of the grid it rests on; None for studies.
        found: what is right where the source is wrong or loose; each sentence is shown
            only beside the computed verdicts that it follows from.
        published: settings of the paper's experiment, by dotted path into a run's
            specification; behind `architecture_options` or `method_options` may stand the
            one architecture or method meant.
        published_notes: departures of every run from that experiment which no setting shows.
        beside: ids of claims shown together with this one: the same assertion at another size, or its opposite.
    """

    id: str
    section: str
    tier: Literal["I", "T", "G"]
    title: str
    asserted: str
    sources: tuple[Source, ...]
    paper: str
    parts: tuple[Part, ...]
    declaration: Declaration
    judge: str = "claims.judges.questions:judge"
    study: str | None = None
    design: Design | None = None
    found: tuple[Found, ...] = ()
    published: Mapping[str, object] = field(default_factory=dict)
    published_notes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def part(self, part_id: str) -> Part:
        """Returns the part named `part_id`."""
        return next(part for part in self.parts if part.id == part_id)

    def margin(self, part_id: str) -> float:
        """Returns the margin that a part is judged against."""
        own = self.part(part_id).margin
        return self.declaration.margin if own is None else own

    def spending(self, share: float) -> Claim:
        """Returns the claim judged with a share of its error level, as one of several looks at it is."""
        declaration = dataclasses.replace(self.declaration, alpha=share * self.declaration.alpha)
        return dataclasses.replace(self, declaration=declaration)

    @property
    def trains(self) -> bool:
        """Whether the claim's study trains networks."""
        return self.study is not None and self.study.startswith("bench.")

    @property
    def statistical(self) -> bool:
        """Whether what is judged is trained over seeds; other claims may still have a part that is tested."""
        return self.declaration.alpha > 0 and (self.design is not None or self.trains)

    def effort(self, wanted: str) -> str:
        """Returns the effort of the claim's study where `wanted` is asked for: what does not train is always full."""
        return wanted if self.trains else "full"

    def confirmed(self, verdicts: Mapping[str, str]) -> list[str]:
        """Returns the sentences of `found` that computed verdicts, by part, bear out."""
        return [
            found.text
            for found in self.found
            if all(verdicts.get(part) == needed.value for part, needed in found.when.items())
        ]

    @property
    def declaration_hash(self) -> str:
        """Ten hexadecimal digits over the statements tested, their questions, the design and the declaration.

        Of a claim about trainings the numbers count too that decide for all of them.
        """
        content = [dataclasses.asdict(self.declaration), [dataclasses.asdict(part) for part in self.parts]]
        content += [dataclasses.asdict(self.design), thresholds.in_force()] if self.design else []
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:10]


def sources_of(claims: Iterable[Claim], claim_id: str) -> tuple[Source, ...]:
    """Returns where a claim stands, for another one that asserts the same at another size."""
    return next(claim.sources for claim in claims if claim.id == claim_id)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a judge may look at; compared by identity, so that what is taken from it can be kept.

    Args:
        study: rows of the claim's own study, or an empty frame.
        scores: one row per run x step x metric of the claim's runs, and of their references, or an empty frame.
        runs: one row per arm and run, with outcome and provenance.
    """

    study: pd.DataFrame
    scores: pd.DataFrame
    runs: pd.DataFrame


@dataclass(frozen=True)
class Cell:
    """What was found for one member of a question on one data set.

    Args:
        member: the arm, or the difference of arms.
        data: data set and image size.
        verdict: what this cell alone would say.
        effect, low, high: estimate and interval; None where there is no evidence.
        n: seeds.
        note: for example how many diverged.
    """

    member: str
    data: str
    verdict: Verdict
    effect: float | None
    low: float | None
    high: float | None
    n: int
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """The verdict on one part.

    Args:
        part: id of the part.
        verdict: what the evidence says.
        effect: the estimate; for an identity the worst error found; None without evidence.
        effect_name: what `effect` measures, with its unit.
        low, high: interval of the effect; equal to it where it is exact.
        n: number of independent units (seeds, draws or cases) behind it.
        flags: such as "underpowered", "scaled down", "close to its margin".
        note: one sentence with the number or the counterexample.
        p_supported, p_contradicted: one-sided p values of what would support and contradict the statement;
            None where nothing is tested statistically.
        superiority: probability that a run of the first arm comes out above one of the second, with its interval.
        sensitivity: verdicts that other choices would have given, by choice.
        cells: what was found in each cell behind the part.
    """

    part: str
    verdict: Verdict
    effect: float | None
    effect_name: str
    low: float | None
    high: float | None
    n: int
    flags: tuple[str, ...] = ()
    note: str = ""
    p_supported: float | None = None
    p_contradicted: float | None = None
    superiority: tuple[float, float, float] | None = None
    sensitivity: tuple[tuple[str, str], ...] = ()
    cells: tuple[Cell, ...] = ()


def resolve(target: str) -> Callable[..., Any]:
    """Imports the function named `module:function`; the module may be the path of a plug-in's file."""
    module, _, function = target.rpartition(":")
    return getattr(import_module(module), function)
