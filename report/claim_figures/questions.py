"""The figure of any claim about trainings: what each part's question takes, seed by seed, against its margin."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator, StrMethodFormatter

from claims.answers import Answer, answers, asked, contrasted, join, values
from claims.claim import Claim, Evidence, Part
from claims.design import Question, terms
from claims.judges.grid import FAILED
from claims.outcomes import OUTCOMES, Outcome
from report.claim_figures.heat import Cells, heat_map, place
from report.plotting import GREY, INK, VERDICTS, WIDTH

ROW, HEAD, FOOT = 0.52, 0.1, 0.62
"""Heights in inches: of a row, above the rows of a panel, and below them for its axis."""

CLAIMED = "#dff0e8"
"""Where the statement says that the number lies."""

MANY = 5
"""Members of one part beyond which they are drawn as a map of cells."""

Panel = tuple[str, str]
"""The kind of an axis, and what it says."""


@dataclass(frozen=True)
class Row:
    """One line of the figure.

    Args:
        words: what is looked at.
        answer: what it comes to; its numbers are those that the rule works on.
        marks: `value` of each seed or run, and `failed`: whether a run behind it failed.
        verdict: shown at the end of the line.
        rule: name of the rule.
        margin: that it is held against.
    """

    words: str
    answer: Answer
    marks: pd.DataFrame
    verdict: str
    rule: str
    margin: float


def figure(claim: Claim, evidence: Evidence, verdicts: Mapping[str, str]) -> Figure | None:
    """Draws the questions of a claim: a panel for each kind of number, a row for each member of each part.

    Args:
        claim: one whose parts have questions.
        evidence: scores and runs of its arms.
        verdicts: by part, as they are reported; where a part is missing, what its question comes to.

    Returns:
        The figure, or None where no run of it has a value.
    """
    panels: dict[Panel, list[Row]] = {}
    maps: dict[Panel, dict[tuple[str, str], Sequence[float]]] = {}
    for part in claim.parts:
        if part.question is None:
            continue
        panel = _panel(OUTCOMES[part.question.outcome], part.question)
        rows = _rows(claim, part, evidence, verdicts.get(part.id))
        if len(part.question.members) > MANY:
            found = {place(claim, part.id, row.answer.member): tuple(row.marks["value"]) for row in rows}
            maps.setdefault(panel, {}).update(found)
        else:
            panels.setdefault(panel, []).extend(rows)
    drawn = {panel: rows for panel, rows in panels.items() if rows}
    mapped = {panel: cells for panel, cells in maps.items() if any(cells.values())}
    return _drawn(drawn, mapped) if drawn or mapped else None


def _rows(claim: Claim, part: Part, evidence: Evidence, reported: str | None) -> list[Row]:
    question = part.question
    assert question
    ask = asked(question, claim.margin(part.id), claim.declaration.alpha, evidence)
    table = values(evidence, ask.outcome, question.arms)
    contrasts = contrasted(table, ask)
    found = answers(contrasts, ask)
    joined = join(found, ask)[0].value
    several = len(found) > 1
    rows: list[Row] = []
    for one in (one for one in found if one.sample is not None):
        verdict = one.verdict.value if several and reported in (None, joined) else reported or joined
        words = f"{'' if rows else part.id} · {one.member}" if several else part.id
        rows.append(
            Row(
                words,
                one,
                _marks(table, contrasts[one.member], one.member, ask.outcome),
                verdict,
                question.rule,
                ask.margin,
            )
        )
    return rows


def _marks(table: pd.DataFrame, rows: pd.DataFrame, member: str, outcome: Outcome) -> pd.DataFrame:
    """One value for each seed as the rule sees it; pairs that a yes or no does not tell apart are not among them."""
    arms = [arm for _, arm in terms(member)]
    failed = table[table["arm"].isin(arms) & table["outcome"].isin(FAILED)]
    lost = set(zip(failed["data"], failed["seed"], strict=True))
    rows = rows.assign(failed=[key in lost for key in zip(rows["data"], rows["seed"], strict=True)])
    if outcome.kind == "number":
        return rows.groupby("seed").agg(value=("value", "mean"), failed=("failed", "any")).reset_index()
    if len(arms) > 1:
        rows = rows[rows["value"] != 0].assign(value=lambda frame: (frame["value"] > 0).astype(float))
    return rows.sort_values(["value", "seed"]).reset_index(drop=True)


def _panel(outcome: Outcome, question: Question) -> Panel:
    """The kind of axis, and what it says: rows that share both share a panel."""
    pairs = any(len(terms(member)) > 1 for member in question.members)
    if outcome.kind != "number":
        of = "of the seeds that differ, share of those with more" if outcome.kind == "order" else "share of the seeds"
        of = "of the seeds that differ, share in which only the first does" if pairs and outcome.kind != "order" else of
        return "share", f"{of}: {outcome.words}"
    if outcome.scale == "correlation":
        return "correlation", "rank correlation within a run" + (", difference in z" if pairs else "")
    if outcome.scale == "ratio":
        words = outcome.words.removeprefix("log of ").removeprefix("the ")
        return ("ratio", f"ratio of {words}") if pairs else ("ratio", words)
    return "plain", outcome.words + (", difference" if pairs else "")


def _drawn(panels: Mapping[Panel, Sequence[Row]], maps: Mapping[Panel, Cells]) -> Figure:
    sizes = [HEAD + FOOT + ROW * len(rows) for rows in panels.values()]
    sizes += [FOOT + 0.3 + 0.36 * len({row for row, _ in cells}) for cells in maps.values()]
    drawing = Figure(figsize=(WIDTH, sum(sizes)), layout="constrained")
    axes = list(drawing.subplots(len(sizes), 1, squeeze=False, height_ratios=sizes)[:, 0])
    for (kind, words), rows in panels.items():
        _panel_of_rows(axes.pop(0), kind, words, rows)
    for (kind, words), cells in maps.items():
        heat_map(axes.pop(0), cells, _wrapped(words), kind == "share", shown=functools.partial(_shown, kind=kind))
    return drawing


def _wrapped(words: str) -> str:
    return "\n".join(textwrap.wrap(words, 60))


def _panel_of_rows(axes: Axes, kind: str, words: str, rows: Sequence[Row]) -> None:
    left, right = _limits(kind, rows)
    axes.set(xlim=(left, right), ylim=(len(rows) - 0.35, -0.75), xlabel=_wrapped(words))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for y, row in enumerate(rows):
        _line(axes, y, row, kind)
    if kind == "ratio":
        axes.set_xscale("log")
        axes.set_xlim(left, right)
        _ratio_ticks(axes, right / left)
    if kind != "share" and left < _shown(0.0, kind) < right:
        axes.axvline(_shown(0.0, kind), color=GREY, linewidth=1, zorder=1)


def _line(axes: Axes, y: int, row: Row, kind: str) -> None:
    colour = VERDICTS[row.verdict]
    low, high = _claimed(row, kind, axes.get_xlim())
    axes.add_patch(Rectangle((low, y - 0.26), high - low, 0.52, color=CLAIMED, linewidth=0, zorder=0))
    for margin in (row.margin, -row.margin) if row.rule == "within" else (row.margin,):
        at = _shown(margin, kind)
        axes.plot([at, at], [y - 0.26, y + 0.26], color=INK, linestyle=(0, (3, 2)), linewidth=1.1, zorder=2)
    _scatter(axes, y, row, kind)
    one = row.answer
    if one.low is not None and one.high is not None and one.effect is not None:
        ends = [_shown(one.low, kind), _shown(one.high, kind)]
        axes.plot(ends, [y, y], color=colour, linewidth=2.4, solid_capstyle="butt", zorder=4)
        axes.plot([_shown(one.effect, kind)], [y], color=colour, marker="D", markersize=5, zorder=5)
    across = axes.get_yaxis_transform()
    axes.text(0, y - 0.32, row.words, transform=across, va="bottom", fontsize=8.5, color=INK)
    told = f"{row.verdict}, n = {len(one.sample.values) if one.sample else 0}"
    axes.text(1, y - 0.32, told, transform=across, va="bottom", ha="right", fontsize=8.5, color=colour)


def _scatter(axes: Axes, y: int, row: Row, kind: str) -> None:
    shown = np.array([_shown(value, kind) for value in row.marks["value"]])
    spread = np.linspace(-0.17, 0.17, len(shown)) if len(shown) > 1 else np.zeros(len(shown))
    if kind == "share":
        shown, spread = _stacked(row.marks["value"])
    failed = row.marks["failed"].to_numpy(dtype=bool)
    look: dict[str, Any] = {"color": INK, "alpha": 0.65, "zorder": 3}
    axes.scatter(shown[~failed], y + spread[~failed], s=13, linewidths=0, **look)
    axes.scatter(shown[failed], y + spread[failed], s=26, marker="x", linewidths=1.1, **look)


def _stacked(shares: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Places marks of the same value in columns of five, which grow inwards, and gives each its height in the row."""
    rank = shares.groupby(shares).cumcount().to_numpy()
    inwards = np.where(shares > 0.5, -1, 1)
    return (shares + inwards * (rank // 5) * 0.018).to_numpy(), -0.16 + 0.08 * (rank % 5)


def _claimed(row: Row, kind: str, limits: tuple[float, float]) -> tuple[float, float]:
    """Where the statement says that the number lies, on the axis."""
    margin = _shown(row.margin, kind)
    ends = {
        "greater": (_shown(0.0, kind), limits[1]),
        "not greater": (limits[0], margin),
        "within": (_shown(-row.margin, kind), margin),
        "at least": (margin, limits[1]),
        "below": (limits[0], margin),
    }
    return ends[row.rule]


def _shown(value: float, kind: str) -> float:
    """A number of the rule on the axis."""
    if kind == "ratio":
        return float(np.exp(np.clip(value, -25, 25)))
    return float(np.tanh(value)) if kind == "correlation" else value


def _limits(kind: str, rows: Sequence[Row]) -> tuple[float, float]:
    """Limits that hold every mark, margin and estimate, and zero; an interval may run out of the picture."""
    if kind in ("share", "correlation"):
        return (-0.04, 1.04) if kind == "share" else (-1.06, 1.06)
    inside = [value for row in rows for value in (*row.marks["value"], *_bounds(row)) if np.isfinite(value)]
    low, high = min(inside), max(inside)
    room = 0.06 * (high - low or 1.0)
    return _shown(low - room, kind), _shown(high + room, kind)


def _bounds(row: Row) -> list[float]:
    """The numbers beside the marks that have to be seen; those of an interval only where it is not far wider."""
    margins = [row.margin, *([-row.margin] if row.rule == "within" else [])]
    zero = [] if row.rule in ("at least", "below") else [0.0]
    found = np.asarray(row.marks["value"], dtype=float)
    reach = 1.5 * (np.ptp(found) or 1.0) if len(found) else 0.0
    ends = [end for end in (row.answer.low, row.answer.high) if end is not None]
    middle = row.answer.effect or 0.0
    return [*margins, *zero, *(float(np.clip(end, middle - reach, middle + reach)) for end in ends)]


def _ratio_ticks(axes: Axes, width: float) -> None:
    """Round ratios at places that stand apart."""
    if width < 4:
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    else:
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if width < 60 else (1.0,), numticks=9))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
