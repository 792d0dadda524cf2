"""Judges what the clipping value does to trainings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judges.clip_values import slower, steps_to_train
from claims.judging import effect, equivalence

SMALL, USUAL, LARGE = 0.01, 0.1, 1.0

ORDINARY, WELL = 5, 15
"""Critic steps per generator step: the paper's, and those of the better trained critics."""


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares trainings of one seed that differ in the clipping value."""
    rows = evidence.study
    ends = distances(rows)
    steps = steps_to_train(rows[rows["kind"] == "critic"])
    swing = swings(rows[(rows["kind"] == "look") & (rows["n_critic"] == ORDINARY)])
    return [
        _same(claim, "decade", ends[ORDINARY], (SMALL, USUAL)),
        _same(claim, "two-decades", ends[ORDINARY], (SMALL, LARGE)),
        slower(claim, "slower", steps, (SMALL, LARGE)),
        slower(claim, "slower-upwards", steps, (USUAL, LARGE)),
        _stabler(claim, swing),
        *(_better(claim, part, rows, ends[WELL], value) for part, value in (("better", USUAL), ("better-far", LARGE))),
    ]


def distances(rows: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Log distances to the data at the end, by critic steps a generator step: a row per replicate, a column per c."""
    looks = rows[rows["kind"] == "look"]
    last = looks[looks["step"] == looks["step"].max()]
    last = last.assign(log=np.log(last["distance"].astype(float)))
    return {
        int(n): mine.pivot(index="replicate", columns="clip_value", values="log")
        for n, mine in last.groupby("n_critic")
    }


def swings(looks: pd.DataFrame) -> pd.DataFrame:
    """Log of the mean change of the log distance between looks of the second half: replicates by clipping values."""
    late = looks[looks["step"] >= looks["step"].max() / 2].sort_values("step")
    late = late.assign(log=np.log(late["distance"].astype(float)))
    change = late.groupby(["clip_value", "replicate"])["log"].agg(lambda values: values.diff().abs().mean())
    return np.log(change).unstack("clip_value")


def _same(claim: Claim, part: str, ends: pd.DataFrame, values: tuple[float, float]) -> Finding:
    low, high = values
    note = f"Median distances: {_medians(ends)}."
    return equivalence(claim, part, ends[high] - ends[low], name="log ratio of the distances to the data", note=note)


def _stabler(claim: Claim, swing: pd.DataFrame) -> Finding:
    note = f"Median changes of the log distance between looks: {_medians(swing)}."
    return effect(claim, "stable", swing[LARGE] - swing[SMALL], name="log ratio of the swings", note=note)


def _better(claim: Claim, part: str, rows: pd.DataFrame, ends: pd.DataFrame, value: float) -> Finding:
    """Whether the larger value ends nearer to the data with more critic steps; how well trained that makes them."""
    shares = near_optimum(rows)
    told = ", ".join(f"{100 * shares[c]:.0f} % with c = {c:g}" for c in (SMALL, value))
    note = f"Median distances: {_medians(ends)}. Critics have {told} of the estimate that further training brings."
    return effect(claim, part, ends[SMALL] - ends[value], name="log ratio of the distances to the data", note=note)


def near_optimum(rows: pd.DataFrame) -> dict[float, float]:
    """Median share, by clipping value, of its best estimate against a fixed generator that a critic had before."""
    after = rows[rows["kind"] == "after"]
    best = after.groupby(["clip_value", "replicate"])["estimate"].max()
    before = after[after["critic_steps"] == 0].set_index(["clip_value", "replicate"])["estimate"]
    return (before / best).groupby("clip_value").median().to_dict()


def _medians(table: pd.DataFrame) -> str:
    return ", ".join(f"{np.exp(middle):.2g} with c = {value:g}" for value, middle in table.median().items())
