"""Trainings of the image grid whose course says more than one number per seed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claims.answers import values
from claims.catalogue import CLAIMS
from claims.claim import Evidence
from claims.judges.curves import points
from claims.judges.grid import FAILED, finished_runs, progress
from claims.outcomes import OUTCOMES
from claims.thresholds import TRAINED
from report.claim_figures.marks import DASHED, label
from report.plotting import BLUE, GREEN, GREY, INK, ORANGE, panels

LOOKS = {"mlp": (ORANGE, "o"), "dcgan": (BLUE, "s"), "mlp_both": (GREEN, "^")}
"""Colour and mark of an architecture."""

NETWORKS = {"mlp": "mlp generator", "dcgan": "dcgan generator", "mlp_both": "mlp_both (critic too)"}
"""Words for it."""

CURVES = {
    "follows_filtered": "filtered",
    "follows_filtered_warm": "filtered, later",
    "follows_raw": "raw",
    "follows_heldout": "held out",
}
"""Words for the outcomes that correlate an estimate with quality."""


def _loss_quality(claim_id: str, evidence: Evidence) -> Figure:
    asked = [part.question for part in CLAIMS[claim_id].parts if part.question]
    pairs = list(dict.fromkeys((arm, question.outcome) for question in asked for arm in question.arms))
    method = pairs[0][0].split("-")[1]
    tables = {(arm, outcome): values(evidence, OUTCOMES[outcome], [arm]) for arm, outcome in pairs}
    shown = {key: table for key, table in tables.items() if table["value"].notna().any()}
    figure, (above, below) = panels(rows=2, height=3.7 + 0.27 * len(shown), height_ratios=[8, 2 + len(shown)])
    _curves(above, evidence, method)
    for place, table in enumerate(shown.values()):
        _correlations(below, place, table)
    margin = CLAIMS[claim_id].declaration.margin
    below.axvline(margin, **DASHED)
    below.axvline(0, color=GREY, linewidth=1)
    words = "rank correlation of estimate and FID\n(hollow: left out, no better samples)"
    below.set(xlim=(-1.08, 1.08), ylim=(len(shown) - 0.4, -0.6), xlabel=words)
    labels = [f"{_network(arm, method)}, {CURVES[outcome]}" for arm, outcome in shown]
    below.set_yticks(range(len(shown)), labels=labels, fontsize=8)
    label(below, (margin, -0.6), "a guide →", INK, (0, 3), "left")
    return figure


def _network(arm: str, usual: str) -> str:
    """An arm without its method, where this is the one that the claim is about."""
    architecture, method, *rest = arm.split("-")
    return " ".join([architecture, *rest, *([] if method == usual else ["with", method])])


def _curves(axes: Axes, evidence: Evidence, method: str) -> None:
    """Estimate against quality along each run of the method's arms with the configured settings."""
    improves = OUTCOMES["improves"].of(evidence)
    runs = finished_runs(evidence)
    plain = runs[runs["arm"] == runs["architecture"] + f"-{method}"]
    generators = dict(zip(plain["run_id"], plain["architecture"], strict=True))
    rows = points(evidence, "train_critic_estimate_median101")
    for run_id, run in rows[rows["run_id"].isin(generators)].groupby("run_id"):
        colour, marker = LOOKS[generators[run_id]]
        fill = colour if improves.get(run_id) == 1.0 else "none"
        look: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 3.5, "linewidth": 0.7, "alpha": 0.7}
        axes.plot(run["estimate"], run["quality"], markerfacecolor=fill, **look)
    for architecture in plain["architecture"].unique():
        colour, marker = LOOKS[architecture]
        axes.plot([], [], color=colour, marker=marker, markersize=4, label=NETWORKS[architecture])
    axes.set(yscale="log", xlabel="critic's estimate (median-filtered)", ylabel="FID (lower is better)")
    axes.legend(frameon=False, fontsize=8.5, loc="best")


def _correlations(axes: Axes, place: int, table: pd.DataFrame) -> None:
    found = table[table["value"].notna()].sort_values("value")
    colour, marker = LOOKS[found["arm"].iloc[0].partition("-")[0]]
    fill = [colour if used else "none" for used in ~found["aside"]]
    look: dict[str, Any] = {"edgecolors": colour, "marker": marker, "s": 20, "linewidths": 1, "zorder": 2}
    axes.scatter(np.tanh(found["value"]), place + _spread(len(found)), c=fill, **look)


_NOBN_ARMS = {
    "dcgan_nobn-gan": (ORANGE, "GAN"),
    "dcgan_nobn-wgan": (BLUE, "WGAN"),
    "dcgan-gan": (GREY, "GAN with\nbatch norm"),
    "dcgan-wgan": (GREY, "WGAN with\nbatch norm"),
}
"""Colour and name of each arm; those with batch normalization are the baseline that has to train."""


def _nobn(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.6)
    runs = finished_runs(evidence)
    table = runs.assign(progress=runs["run_id"].map(progress(evidence))).dropna(subset="progress")
    for place, (arm, (colour, _)) in enumerate(_NOBN_ARMS.items()):
        rows = table[table["arm"] == arm].sort_values("progress")
        failed = rows["outcome"].isin(FAILED).to_numpy()
        for mine, marker in ((~failed, "o"), (failed, "x")):
            at = (place + _spread(len(rows)))[mine]
            axes.scatter(rows["progress"][mine], at, color=colour, marker=marker, s=34, zorder=2)
        text = f"{(rows['progress'] >= TRAINED).sum()} of {len(rows)} train"
        axes.text(0.02, place - 0.3, text, color=colour, transform=axes.get_yaxis_transform(), va="bottom")
    axes.axvline(TRAINED, **DASHED)
    label(axes, (TRAINED, -0.6), "trains →", INK, (4, 3), "left")
    axes.set(
        ylim=(len(_NOBN_ARMS) - 0.5, -0.6),
        xlabel="progress: 0 untrained, 1 real data\n(one mark per seed, a cross where it failed)",
    )
    axes.set_xlim(min(-0.1, table["progress"].min() - 0.1), 1.1)
    axes.set_yticks(range(len(_NOBN_ARMS)), labels=[words for _, words in _NOBN_ARMS.values()])
    return figure


def _spread(n: int) -> np.ndarray:
    """Moves marks of one row apart."""
    return np.linspace(-0.2, 0.2, n) if n > 1 else np.zeros(n)


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    **{name: functools.partial(_loss_quality, name) for name in ("loss-quality-wgan", "loss-quality-gan")},
    "nobn-gan-fails": _nobn,
}
