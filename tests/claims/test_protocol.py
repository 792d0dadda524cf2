"""The protocol in words says what the protocol in code does."""

from __future__ import annotations

from pathlib import Path

from claims import protocol
from claims.declarations import CHANGED, LATE
from claims.design import RULE_NAMES
from claims.families import NOT_AFTER_HOLM
from claims.judges.grid import MOST_UNSCORED
from claims.judges.questions import METRIC_FRAGILE, SEED_FRAGILE, UNMET
from claims.judging import CLOSE, UNDERPOWERED
from claims.looks import PASSED_OVER
from claims.outcomes import OTHER_THRESHOLDS, TRAINED
from claims.sequential import spent
from claims.statistics import RULES

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


def test_every_rule_and_flag_is_named() -> None:
    """Under the names that verdicts show."""
    assert set(RULE_NAMES) == set(RULES)
    assert all(f"| {rule} |" in TEXT for rule in RULES)
    flags = (CHANGED, LATE, NOT_AFTER_HOLM, METRIC_FRAGILE, SEED_FRAGILE, UNMET, CLOSE, UNDERPOWERED, PASSED_OVER)
    assert [flag for flag in flags if f"*{flag}*" not in TEXT] == []
