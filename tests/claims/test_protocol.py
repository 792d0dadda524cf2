"""The protocol in words says what the protocol in code does."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from claims import protocol
from claims.declarations import CHANGED, LATE
from claims.design import RULE_NAMES, Question
from claims.families import NOT_AFTER_HOLM
from claims.judges.grid import MOST_UNSCORED
from claims.judges.questions import METRIC_FRAGILE, SEED_FRAGILE, UNMET
from claims.judging import CLOSE, UNDERPOWERED
from claims.looks import PASSED_OVER
from claims.outcomes import OTHER_THRESHOLDS, TRAINED
from claims.protocol import violations
from claims.sequential import spent
from claims.statistics import RULES, proportion_interval
from tests.claims import resolving_worlds

TEXT = (Path(protocol.__file__).parent / "PROTOCOL.md").read_text()


def test_the_numbers_in_words_are_those_in_force() -> None:
    """Error level, seeds, the line of "trains" and its neighbours, lost runs, and what each look may spend."""
    levels = [f"{level:g}" for level in OTHER_THRESHOLDS]
    for words in (
        f"α = {protocol.ALPHA}",
        f"fewer than {protocol.CONFIRMATORY} seeds",
        f"{protocol.STANDARD} the standard, {protocol.EQUIVALENCE} for a claim of equivalence",
        f"(at least {protocol.EQUIVALENCE_LEAST})",
        f"*trains* when progress is at least {TRAINED}",
        f"{', '.join(levels[:-1])} and {levels[-1]}",
        f"more than {MOST_UNSCORED:.0%}".replace("%", " %"),
    ):
        assert words in TEXT, words
    assert "4/5 of α at the first" in TEXT and spent(1, 1.0) == 4 / 5
    assert "α 2^−(k−1) / 5 at look k ≥ 2" in TEXT and abs(spent(3, 1.0) - 2**-2 / 5) < 1e-15


def test_what_unseen_failures_leave_open_is_the_exact_bound() -> None:
    """The chances in words are one minus 0.05 to the power of one over the number of seeds, as the exact interval."""
    for n in (5, 10):
        bound = proportion_interval(0, n, 0.05)[1]
        assert bound == pytest.approx(1 - 0.05 ** (1 / n))
        assert f"{n}" in TEXT and f"of up to {bound:.0%}".replace("%", " %") in TEXT
    assert f"as in {0.9**5:.0%} of samples of 5, {0.9**10:.0%} of 10 and {0.9**20:.0%} of 20".replace("%", " %") in TEXT
    assert f"0.5⁵ / 0.8 = {0.5**5 / spent(1, 1.0):.3f}" in TEXT


def test_every_rule_and_flag_is_named() -> None:
    """Under the names that verdicts show."""
    assert set(RULE_NAMES) == set(RULES)
    assert all(f"| {rule} |" in TEXT for rule in RULES)
    flags = (CHANGED, LATE, NOT_AFTER_HOLM, METRIC_FRAGILE, SEED_FRAGILE, UNMET, CLOSE, UNDERPOWERED, PASSED_OVER)
    assert [flag for flag in flags if f"*{flag}*" not in TEXT] == []


@pytest.mark.parametrize(
    ("question", "margin", "words"),
    [
        (Question("trains", "toy-gan + toy-lsgan", "at least"), 0.5, "of trains it can ask of one arm or 'a - b'"),
        (Question("steps_to_train", "toy-gan", "at least"), 0.5, "of steps_to_train it can ask of 'a - b'"),
        (Question("log_quality", "toy-gan - toy-gan", "greater"), 0.1, "in which an arm stands twice"),
        (Question("log_quality", (), "greater"), 0.1, "it is 'each' or 'any' of some arms"),
        (Question("log_quality", "toy-gan", "greater", "most"), 0.1, "asks 'most' of 'toy-gan'"),  # type: ignore[arg-type]
        (Question("log_quality", "toy-gan", "greater"), math.nan, "has the margin nan"),
        (Question("follows_raw", "toy-gan", "greater"), 1.2, "a correlation lies between -1 and 1"),
        (Question("trains", "toy-gan", "at least"), 1.0, "'at least' or 'below' a margin between 0 and 1"),
    ],
)
def test_questions_without_sense_are_refused(question: Question, margin: float, words: str) -> None:
    """Each would otherwise be judged as something else, or fail when it is judged."""
    assert any(words in one for one in violations(resolving_worlds.claim("made-up", question, margin=margin)))


def test_equivalence_needs_a_margin() -> None:
    """Within nothing at all of each other no two ways of training can be shown to be."""
    made = resolving_worlds.claim("made-up", Question("log_quality", "toy-gan - toy-lsgan", "within"), margin=0.0)
    assert any("has the margin 0" in one for one in violations(made))
    assert not list(violations(resolving_worlds.claim()))
