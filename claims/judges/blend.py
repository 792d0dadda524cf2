"""Judges the family between GAN and WGAN."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judges.mode_collapse import LEARNED
from claims.judging import effect, fraction, identity


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the ends with WGAN and GAN, and counts what learns between."""
    rows = evidence.study
    ends, gradients = rows[rows["kind"] == "end"], rows[rows["kind"] == "gradient"]
    differences = ends.groupby("against")["difference"]
    weights, unclipped = "largest difference of weights, of the largest weight", differences.get_group("gan").median()
    free = f"Without clipping GAN's weights differ by {100 * unclipped:.2g} % (median)."
    return [
        identity(claim, "zero", differences.get_group("wgan"), name=weights),
        identity(claim, "one", differences.get_group("gan, clipped"), name=weights, note=free),
        identity(claim, "mixture", gradients["difference"], name="error of the gradient, of the longer of the two"),
        _works(claim, rows[rows["kind"] == "look"]),
        _between(claim, rows[rows["kind"] == "look"]),
    ]


def final_shares(looks: pd.DataFrame) -> pd.DataFrame:
    """Distance at the end as a share of that of a single point, one row per replicate, one column per alpha."""
    last = looks[looks["step"] == looks["step"].max()]
    return last.assign(share=last["distance"] / last["collapsed"]).pivot(
        index="replicate", columns="alpha", values="share"
    )


def _works(claim: Claim, looks: pd.DataFrame) -> Finding:
    """The alpha at which fewest trainings learn."""
    learned = final_shares(looks) <= LEARNED
    counts = learned.sum()
    worst = counts.idxmin()
    note = f"Fewest at alpha {worst:g}. Of {len(learned)}: " + ", ".join(f"{a:g}: {n}" for a, n in counts.items()) + "."
    return fraction(claim, "works", learned[worst], name="share of trainings that learn, at the worst alpha", note=note)


def _between(claim: Claim, looks: pd.DataFrame) -> Finding:
    """Log distance at the worse end less that of the mean between.

    Which end is the worse is seen in the same trainings, so each has half of the error level.
    """
    logs = np.log(final_shares(looks).fillna(1.0))
    ends = logs[[logs.columns.min(), logs.columns.max()]]
    middle = logs.drop(columns=ends.columns).mean(axis=1)
    worse = ends[ends.mean().idxmax()]
    medians = np.exp(logs.median())
    note = "Distance as a share of a single point's (median): " + ", ".join(
        f"alpha {a:g}: {v:.2f}" for a, v in medians.items()
    )
    half = dataclasses.replace(claim.declaration, alpha=claim.declaration.alpha / ends.shape[1])
    halved, name = dataclasses.replace(claim, declaration=half), "log ratio of distances, worse end to between"
    found = effect(halved, "between", worse - middle, name=name, note=note)
    p = [None if one is None else min(1.0, ends.shape[1] * one) for one in (found.p_supported, found.p_contradicted)]
    return dataclasses.replace(found, p_supported=p[0], p_contradicted=p[1])
