"""From values of runs to answers, by hand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from claims.answers import Answer, Asked, answers, contrasted, contrasts, disagree, join, n_seeds, sample_of
from claims.claim import Cell, Verdict
from claims.design import Question
from claims.statistics import proportion_interval

INF = math.inf


def table(values: dict[str, list[float]], data: str = "d") -> pd.DataFrame:
    """Values by arm, one per seed; a missing one is nan."""
    rows = [
        {
            "run_id": f"{data}/{arm}/{seed}",
            "arm": arm,
            "data": data,
            "seed": seed,
            "outcome": "completed",
            "value": value,
        }
        for arm, found in values.items()
        for seed, value in enumerate(found)
    ]
    return pd.DataFrame(rows).assign(aside=False)


def asked(outcome: str, of: str | tuple[str, ...], rule: str, margin: float, quantifier: str = "each") -> Asked:
    return Asked(Question(outcome, of, rule, quantifier), margin, 0.05)  # type: ignore[arg-type]


def test_contrasts_pair_arms_by_seed_and_leave_out_what_lacks_a_partner() -> None:
    """Sums and differences of up to four arms."""
    found = contrasts(table({"a": [3.0, 4.0, np.nan], "b": [1.0, 1.5, 2.0]}), "a - b", "number")
    assert list(found["seed"]) == [0, 1, 2] and list(found["value"].dropna()) == [2.0, 2.5]
    assert sample_of(found, "number", 2).values == (2.0, 2.5) and n_seeds(found, "number") == 2
    four = table({"a": [5.0], "b": [1.0], "c": [4.0], "d": [2.0]})
    assert list(contrasts(four, "a - b - c + d", "number")["value"]) == [2.0]
    assert contrasts(four, "a - x", "number").empty


def test_runs_set_aside_have_no_contrast() -> None:
    """Neither has their partner."""
    values = table({"a": [3.0, 4.0], "b": [1.0, 1.0]})
    values["aside"] = values["run_id"] == "d/b/0"
    assert list(contrasts(values, "a - b", "number").dropna()["seed"]) == [1]


def test_only_the_order_of_steps_counts_and_two_that_never_came_are_equal() -> None:
    """Infinite is later than every step."""
    found = contrasts(table({"a": [50.0, INF, INF, 200.0], "b": [100.0, 100.0, INF, 200.0]}), "a - b", "order")
    assert list(found["value"]) == [-1.0, 1.0, 0.0, 0.0]


def test_a_share_of_pairs_counts_those_that_differ() -> None:
    """McNemar: both trained and neither trained say nothing."""
    rows = contrasts(table({"a": [1.0, 1.0, 0.0, 0.0, 1.0], "b": [0.0, 1.0, 0.0, 1.0, 0.0]}), "a - b", "yes or no")
    assert sample_of(rows, "yes or no", 2).values == (1.0, 0.0, 1.0)
    single = contrasts(table({"a": [1.0, 0.0]}), "a", "yes or no")
    assert sample_of(single, "yes or no", 1).values == (1.0, 0.0)


def test_numbers_are_averaged_over_data_sets_seed_by_seed() -> None:
    """The seed is the unit; every data set is a cell of its own too."""
    both = pd.concat([table({"a": [1.0, 3.0]}, "x"), table({"a": [3.0, 5.0]}, "y")])
    (found,) = answers(contrasted(both, asked("progress", "a", "greater", 1.0)), asked("progress", "a", "greater", 1.0))
    assert found.sample and found.sample.values == (2.0, 4.0)
    assert [(cell.data, cell.effect, cell.n) for cell in found.cells] == [("x", 2.0, 2), ("y", 4.0, 2)]


def test_an_answer_has_the_interval_and_p_values_of_its_rule() -> None:
    """Paired differences 1, 2, 3, against scipy."""
    ask = asked("log_quality", "a - b", "greater", 0.5)
    (found,) = answers(contrasted(table({"a": [2.0, 4.0, 6.0], "b": [1.0, 2.0, 3.0]}), ask), ask)
    reference = stats.ttest_1samp([1.0, 2.0, 3.0], 0.0, alternative="greater")
    assert found.p_supported == pytest.approx(reference.pvalue)
    assert (found.low, found.high) == pytest.approx(stats.ttest_1samp([1, 2, 3], 0).confidence_interval(0.9))
    assert found.verdict is Verdict.SUPPORTED and found.effect == 2.0


def test_one_seed_has_no_interval_and_decides_nothing() -> None:
    """The number is shown all the same; no runs at all are not run."""
    ask = asked("log_quality", ("a", "b"), "greater", 0.5)
    one, none = answers(contrasted(table({"a": [2.0]}), ask), ask)
    assert (one.verdict, one.effect, one.low) == (Verdict.INCONCLUSIVE, 2.0, None)
    assert none.verdict is Verdict.NOT_RUN and "No run of b" in none.note


def answer(verdict: Verdict, p_supported: float, p_contradicted: float) -> Answer:
    return Answer("a", verdict, None, 1.0, 0.5, 1.5, p_supported, p_contradicted)


def test_each_is_an_intersection_union_test() -> None:
    """Support takes all cells, each at the full level; contradiction by one is corrected for their number."""
    holds, fails = answer(Verdict.SUPPORTED, 0.04, 0.99), answer(Verdict.CONTRADICTED, 0.99, 0.01)
    ask = asked("trains", ("a", "b"), "at least", 0.5)
    assert join([holds, holds], ask) == (Verdict.SUPPORTED, 0.04, 1.0)
    assert join([holds, fails], ask)[0] is Verdict.CONTRADICTED
    by_chance = answer(Verdict.CONTRADICTED, 0.99, 0.03)
    assert join([holds, by_chance], ask) == (Verdict.INCONCLUSIVE, 0.99, 0.06)
    assert join([holds, Answer("b", Verdict.NOT_RUN)], ask)[0] is Verdict.INCONCLUSIVE


def test_a_weaker_cell_lends_its_p_value_to_no_other() -> None:
    """Its own, of being below the margin, is tiny; the contradiction of another cell is corrected by that cell's."""
    weaker = Answer("a", Verdict.WEAKER, None, 0.05, 0.04, 0.06, 1e-9, 1e-9)
    chance = Answer("b", Verdict.CONTRADICTED, None, 0.0, -0.2, 0.1, 0.5, 0.03)
    ask = asked("log_quality", ("a", "b"), "greater", 0.105)
    assert join([weaker, chance], ask) == (Verdict.INCONCLUSIVE, 0.5, 0.06)
    firm = Answer("b", Verdict.CONTRADICTED, None, 0.0, -0.2, 0.1, 0.5, 0.02)
    assert join([weaker, firm], ask)[0] is Verdict.CONTRADICTED


def test_each_weaker_cell_is_shown_to_be_weaker_at_a_corrected_level() -> None:
    """That one of two is less than matters has to be shown at half the level; else the part is supported."""
    holds = answer(Verdict.SUPPORTED, 0.01, 0.9)
    ask = asked("log_quality", ("a", "b"), "greater", 0.105)
    assert join([holds, answer(Verdict.WEAKER, 0.001, 0.02)], ask) == (Verdict.WEAKER, 0.01, 0.04)
    assert join([holds, answer(Verdict.WEAKER, 0.001, 0.03)], ask)[0] is Verdict.SUPPORTED


def test_many_cells_just_large_enough_are_not_called_weaker() -> None:
    """Five effects of the size that matters: one of them falls short by chance in 5 %, not in 23 %, of the worlds."""
    rng, n_worlds = np.random.default_rng(1), 600
    ask = asked("log_quality", tuple("abcde"), "greater", 5.0)

    def world() -> Verdict:
        return join(answers(contrasted(table({arm: rng.normal(5, 1, 10).tolist() for arm in "abcde"}), ask), ask), ask)[
            0
        ]

    weaker = sum(world() is Verdict.WEAKER for _ in range(n_worlds))
    assert proportion_interval(weaker, n_worlds, 0.005)[0] <= 0.05


def test_a_data_set_without_any_value_leaves_nothing_decided() -> None:
    """Its cell was not run, and no seed has all data sets; of yes and no the seeds are those of that data set."""
    whole = {"a": [3.0, 4.0, 3.5, 4.5, 3.2], "b": [1.0, 1.5, 0.5, 1.1, 0.9]}
    both = pd.concat([table(whole, "d"), table(whole | {"b": [np.nan] * 5}, "e")], ignore_index=True)
    ask = asked("log_quality", "a - b", "greater", 0.105)
    (found,) = answers(contrasted(both, ask), ask)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert [(cell.data, cell.verdict) for cell in found.cells] == [("d", Verdict.SUPPORTED), ("e", Verdict.NOT_RUN)]
    rows = contrasts(both, "a - b", "number")
    assert n_seeds(rows, "number") == 0 and n_seeds(rows[rows["data"] == "d"], "number") == 5
    assert n_seeds(contrasts(both.assign(value=both["value"] > 2), "a", "yes or no"), "yes or no") == 5


def test_seeds_that_each_lack_another_data_set_decide_nothing() -> None:
    """Means over different data sets would not be comparable."""
    values = np.full((3, 3), 2.0)
    np.fill_diagonal(values, np.nan)
    rows = pd.concat([table({"a": list(row)}, f"d{k}") for k, row in enumerate(values)], ignore_index=True)
    found = contrasts(rows, "a", "number")
    assert sample_of(found, "number", 1).values == () and n_seeds(found, "number") == 0


def test_a_cell_with_too_few_seeds_decides_nothing_beside_others() -> None:
    """Another cell contradicts all the same; where it is the only one to do so, by four seeds, nothing is decided."""
    ask = dataclasses.replace(asked("trains", ("a", "b"), "at least", 0.5), least=5)
    several = table({"a": [0.0] * 10, "b": [1.0] * 4 + [np.nan] * 6})
    assert join(answers(contrasted(several, ask), ask), ask)[0] is Verdict.CONTRADICTED
    few = table({"a": [1.0] * 10, "b": [0.0] * 4 + [np.nan] * 6})
    found = answers(contrasted(few, ask), ask)
    assert [one.verdict for one in found] == [Verdict.SUPPORTED, Verdict.INCONCLUSIVE]
    assert join(found, ask) == (Verdict.INCONCLUSIVE, 1.0, 1.0) and "Too few seeds of b" in found[1].note


def test_any_is_weaker_only_where_all_are() -> None:
    """One small effect says nothing of the others."""
    ask = asked("log_quality", ("a", "b"), "greater", 0.105, "any")
    weaker, none = answer(Verdict.WEAKER, 1e-9, 1e-9), answer(Verdict.CONTRADICTED, 0.5, 0.01)
    assert join([weaker, none], ask)[0] is Verdict.WEAKER
    assert join([weaker, answer(Verdict.INCONCLUSIVE, 0.2, 0.3)], ask)[0] is Verdict.SUPPORTED


def test_pairs_that_never_differ_say_so() -> None:
    """Ten seeds in which both arms train are no lack of seeds."""
    ask = asked("trains", "a - b", "at least", 0.5)
    (found,) = answers(contrasted(table({"a": [1.0] * 10, "b": [1.0] * 10}), ask), ask)
    assert found.verdict is Verdict.INCONCLUSIVE and "differ in none of 10 seeds" in found.note


def test_members_that_did_not_decide_lend_no_p_value() -> None:
    """Data sets that disagree make a member mixed, whatever its p value is."""
    cells = tuple(
        Cell("a", data, verdict, 1.0, 0.5, 1.5, 10)
        for data, verdict in (("d", Verdict.SUPPORTED), ("e", Verdict.CONTRADICTED))
    )
    mixed = dataclasses.replace(answer(Verdict.SUPPORTED, 1e-9, 1e-9), cells=cells)
    any_of = asked("trains", ("a", "b"), "at least", 0.5, "any")
    assert join([mixed, answer(Verdict.SUPPORTED, 0.02, 0.9)], any_of)[:2] == (Verdict.SUPPORTED, 0.04)
    each = asked("trains", ("a", "b"), "at least", 0.5)
    assert join([mixed, answer(Verdict.CONTRADICTED, 0.9, 0.02)], each)[2] == 0.04


def test_values_without_any_spread_decide_nothing() -> None:
    """Two arms that fail with every seed keep the same untrained score."""
    ask = asked("log_quality", "a - b", "greater", 0.105)
    (found,) = answers(contrasted(table({"a": [2.0] * 5, "b": [2.0] * 5}), ask), ask)
    assert found.verdict is Verdict.INCONCLUSIVE and found.effect == 0.0 and "no spread" in found.note


def test_a_seed_that_lacks_a_data_set_does_not_stand_for_the_others() -> None:
    """The mean over seeds would otherwise move with which runs are missing."""
    both = pd.concat([table({"a": [1.0, 3.0, 9.0]}, "x"), table({"a": [3.0, 5.0, np.nan]}, "y")])
    ask = asked("progress", "a", "greater", 1.0)
    (found,) = answers(contrasted(both, ask), ask)
    assert found.sample and found.sample.values == (2.0, 4.0)


def test_any_is_its_mirror_image() -> None:
    """One cell that holds is enough, at a level corrected for their number; all must fail to contradict."""
    holds, fails = answer(Verdict.SUPPORTED, 0.02, 0.99), answer(Verdict.CONTRADICTED, 0.99, 0.04)
    ask = asked("trains", ("a", "b"), "below", 0.5, "any")
    assert join([holds, fails], ask) == (Verdict.SUPPORTED, 0.04, 0.99)
    assert join([answer(Verdict.SUPPORTED, 0.03, 0.99), fails], ask)[0] is Verdict.INCONCLUSIVE
    assert join([fails, fails], ask) == (Verdict.CONTRADICTED, 1.0, 0.04)


def test_data_sets_that_decide_in_opposite_directions_are_mixed() -> None:
    """An undecided one disagrees with nobody."""
    cells = {v: Cell("a", v.value, v, 1.0, 0.5, 1.5, 5) for v in Verdict}
    whole = answer(Verdict.INCONCLUSIVE, 0.5, 0.5)
    mixed = Answer(**{**vars(whole), "cells": (cells[Verdict.SUPPORTED], cells[Verdict.CONTRADICTED])})
    assert disagree(mixed) is Verdict.MIXED
    alike = Answer(**{**vars(whole), "cells": (cells[Verdict.SUPPORTED], cells[Verdict.INCONCLUSIVE])})
    assert disagree(alike) is None
