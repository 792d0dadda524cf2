"""Published counts through the same machinery: the 200 random architectures of Gulrajani et al. (2017)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from claims.claim import Verdict
from claims.comparisons import mcnemar
from claims.statistics import RULES, Sample, interval, p_values

PUBLISHED = json.loads((Path(__file__).parent / "fixtures" / "gulrajani2017_table5.json").read_text())
BY_SCORE = {row["least_score"]: row for row in PUBLISHED["rows"]}
COUNTS = ("gan_only", "gp_only", "both", "neither")


def inconsistencies(total: int, parts: Sequence[int]) -> str:
    """What does not add up to a printed total, or nothing."""
    found = sum(parts)
    return "" if found == total else f"{' + '.join(map(str, parts))} = {found}, not {total}"


@pytest.mark.parametrize("score", BY_SCORE)
def test_every_row_is_about_all_200_architectures(score: float) -> None:
    """The four counts of each threshold are disjoint and add up."""
    assert inconsistencies(200, [BY_SCORE[score][name] for name in COUNTS]) == ""


def test_fewer_architectures_reach_a_higher_score() -> None:
    """The number that reach a score with a method can only fall as the score is raised."""
    for name in ("gan_only", "gp_only"):
        reached = [row[name] + row["both"] for row in PUBLISHED["rows"]]
        assert reached == sorted(reached, reverse=True)


@pytest.mark.parametrize(
    ("score", "expected"), [(1.0, 0.0078125), (3.0, 2.9e-25), (5.0, 1.1e-44), (7.0, 5.2e-30), (9.0, 1.0)]
)
def test_mcnemars_exact_p_values(score: float, expected: float) -> None:
    """Eight of eight discordant pairs give 2 / 2^8; without any there is no evidence at all."""
    row = BY_SCORE[score]
    assert mcnemar(row["gp_only"], row["gan_only"]) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("score", [score for score, row in BY_SCORE.items() if row["gp_only"]])
def test_discordant_pairs_are_a_share_that_the_rules_judge(score: float) -> None:
    """Wherever the methods differ WGAN-GP trains more architectures, and half of McNemar's p value is the rule's."""
    row = BY_SCORE[score]
    sample = Sample("share", (1.0,) * row["gp_only"] + (0.0,) * row["gan_only"])
    assert RULES["at least"](*interval(sample, 0.05)[1:], 0.5) is Verdict.SUPPORTED
    assert p_values(sample, "at least", 0.5)[0] == pytest.approx(mcnemar(row["gp_only"], row["gan_only"]) / 2)


def test_twenty_architectures_show_it_at_the_middle_thresholds() -> None:
    """A tenth of the architectures, in the published proportions, decides from score 2 to 7."""
    for score in (2.0, 3.0, 5.0, 7.0):
        row = BY_SCORE[score]
        sample = Sample("share", (1.0,) * (row["gp_only"] // 10) + (0.0,) * round(row["gan_only"] / 10))
        assert p_values(sample, "at least", 0.5)[0] <= 0.05


def test_the_counts_of_appendix_c_do_not_add_up() -> None:
    """The penalty's two forms were compared on 174 architectures, of which 177 are told; the difference is no news."""
    printed = PUBLISHED["appendix_c"]
    assert inconsistencies(printed["printed"], printed["parts"]) == "100 + 77 = 177, not 174"
    assert mcnemar(*printed["parts"]) == pytest.approx(0.0975, abs=5e-4)
