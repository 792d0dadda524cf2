"""How a finding is explained: its flags, its cells, other choices, its power, and the design behind it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from claims.claim import Claim, Verdict
from claims.declarations import CHANGED, LATE
from claims.design import Arm, Question
from claims.families import NOT_AFTER_HOLM
from claims.judges.questions import METRIC_FRAGILE, SEED_FRAGILE, SLIGHT, SMALL, UNMET
from claims.judging import CLOSE, UNDERPOWERED
from claims.looks import PASSED_OVER
from claims.outcomes import OUTCOMES
from report.text import number, p_value, percent, setting_value, words

FLAGS = {
    SEED_FRAGILE: "leaving out a single seed gives another verdict",
    METRIC_FRAGILE: "another score, threshold or checkpoint gives the opposite verdict",
    CLOSE: "moving the interval by half its width, either way, would change the verdict",
    UNMET: "what the part presumes did not show, on too few seeds to call the evidence invalid",
    SMALL: "the effect is not shown to be positive, nor that there is none at all",
    SLIGHT: "there is an effect, so that there is none is contradicted; but it is smaller than the claim says matters",
    PASSED_OVER: "further looks at the same runs were taken after this one; the latest has its own verdict",
    NOT_AFTER_HOLM: "its own error level allows the verdict, that of all claims of its paper together does not",
    LATE: "its declaration was put on record here after its evidence was made, so it may have been fitted to it",
    CHANGED: "its declaration was changed after its evidence was made, so it may have been fitted to it",
    UNDERPOWERED: "fewer seeds than the least declared, so nothing is decided",
    "fewer seeds than planned": "enough seeds to decide, fewer than the power was planned for",
    "stand-in data": "other data than the paper's stand in for them",
    "scaled down": "smaller images or networks, or shorter trainings, than the paper's",
    "quick study": "the study trained for a few steps only, to show that it runs; nothing is decided",
}
"""What each flag means."""


@dataclass(frozen=True)
class Grid:
    """A small table: `columns` over `rows` of a name and its cells, None where there is none."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Any, ...]], ...]


def explained(parts: Iterable[Mapping[str, Any]], more: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Returns every flag of some parts that has an explanation, with it."""
    flags = dict.fromkeys(flag for part in parts for flag in part["flags"])
    return [(flag, FLAGS[flag]) for flag in {**flags, **dict.fromkeys(more)} if flag in FLAGS]


def numbers(part: Mapping[str, Any], claim: Claim | None) -> list[str]:
    """Returns what is known of a part beside its effect: as a ratio, p values, chance of superiority."""
    found = [_as_ratio(part, claim)]
    if part.get("p_supported") is not None and part["effect"] is not None:
        found.append(f"{p_value(part['p_supported'])} for it, {p_value(part['p_contradicted'])} against")
    if part.get("superiority") is not None:
        chance, low, high = (number(value, 2) for value in part["superiority"])
        found.append(f"chance of superiority {chance} ({low} to {high})")
    return [item for item in found if item]


def _as_ratio(part: Mapping[str, Any], claim: Claim | None) -> str:
    """Effects on a log scale as factors."""
    question = _question(claim, part["part"])
    known = question is not None and question.outcome in OUTCOMES
    if not known or question is None or part["effect"] is None or OUTCOMES[question.outcome].scale != "ratio":
        return ""
    low, high = part["low"], part["high"]
    ends = f" [{_exp(low)}, {_exp(high)}]" if low is not None and high is not None else ""
    return f"a factor of {_exp(part['effect'])}{ends}" if "-" in _members(question) else ""


def _members(question: Question) -> list[str]:
    return [word for member in question.members for word in member.split()]


def _exp(value: float) -> str:
    return number(math.exp(min(value, 50.0)))


def _question(claim: Claim | None, part: str) -> Question | None:
    return next((p.question for p in claim.parts if p.id == part), None) if claim else None


def sensitivity(parts: Sequence[Mapping[str, Any]]) -> Grid:
    """Returns by part what each other choice would have said: a verdict, or words."""
    told = [(part["part"], dict(map(tuple, part.get("sensitivity") or ()))) for part in parts]
    choices = tuple(dict.fromkeys(choice for _, found in told for choice in found))
    rows = tuple((part, tuple(found.get(choice) for choice in choices)) for part, found in told if found)
    return Grid(choices, rows)


def turned(parts: Sequence[Mapping[str, Any]]) -> int:
    """Returns how many of the other choices give another verdict, where there were seeds enough for one."""
    names = {verdict.value for verdict in Verdict}
    decided = [part for part in parts if not {UNDERPOWERED, "quick study"} & {*part["flags"]}]
    found = [(part["verdict"], words) for part in decided for _, words in part.get("sensitivity") or ()]
    return sum(words in names and words != verdict for verdict, words in found)


def cells(part: Mapping[str, Any]) -> Grid | None:
    """Returns the cells behind a part, members by data sets; None where there is only one."""
    found = part.get("cells") or ()
    if len(found) < 2:
        return None
    data = tuple(dict.fromkeys(cell["data"] for cell in found))
    members = tuple(dict.fromkeys(cell["member"] for cell in found))
    by_place = {(cell["member"], cell["data"]): cell for cell in found}
    return Grid(data, tuple((member, tuple(by_place.get((member, one)) for one in data)) for member in members))


def error_level(record: Mapping[str, Any]) -> str:
    """Says which look this is and what it may spend; "" for claims that are not tested."""
    alpha, look = record.get("alpha"), record.get("look", 1)
    if not alpha or record["tier"] != "G":
        return ""
    level = number(record.get("share", 1.0) * alpha)
    rest = "later looks share the rest" if look == 1 else "earlier looks have spent theirs"
    return f"look {look}, which may spend {level} of the declared {number(alpha)}; {rest}"


def differs(arm: Arm) -> str:
    """Says what differs from the configuration in an arm.

    Example:
        >>> differs(Arm("a", "dcgan", "wgan", {"method_options.learning_rate*": 10, "frozen_from%": 0.05}))
        'learning rate × 10, frozen from 5 % of the steps'
    """
    told = []
    for key, value in arm.settings.items():
        name = words(key.rstrip("*%").rpartition(".")[2])
        if key.endswith("%") and isinstance(value, int | float):
            told.append(f"{name} {percent(value)} of the steps")
        else:
            told.append(f"{name} {'× ' if key.endswith('*') else ''}{setting_value(value)}")
    data = [f"on {' and '.join(arm.datasets)}"] if arm.datasets else []
    return ", ".join([*told, *data]) or "as configured"
