"""Techniques for training, each beside trainings without it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claims.claim import Evidence
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, INK, ORANGE, panels

WITHOUT, WITH = ORANGE, BLUE
"""Colours of trainings without and with a technique, which adds its name to the method's."""

SMALL = 8
"""Size of words inside a panel of half the width."""


def _colour(method: str) -> str:
    return WITH if "+" in method else WITHOUT


def _paths(axes: Axes, rows: pd.DataFrame, value: str) -> None:
    """Every training as a thin line, without and with the technique, and their means as thick ones."""
    for method, path in rows.groupby("method"):
        for _, one in path.groupby("replicate"):
            axes.plot(one["step"], one[value], color=_colour(str(method)), linewidth=0.6, alpha=0.35)
        mean = path.groupby("step")[value].mean()
        axes.plot(mean.index, mean, color=_colour(str(method)), linewidth=2.2)
    axes.set(xlabel="generator steps")


def _samples(axes: Axes, rows: pd.DataFrame, words: str) -> None:
    axes.scatter(rows["x"], rows["y"], color=_colour(rows["method"].iloc[0]), **{**DOTS, "s": 6})
    axes.set_title(words, color=_colour(rows["method"].iloc[0]), fontsize=9)
    axes.set(aspect="equal", xlabel="x", ylabel="y")


def _feature_matching(evidence: Evidence) -> Figure:
    figure, axes = panels(2, 1, height=5.2, sharex=True)
    for one, mixture, words in zip(axes, ("ring", "grid"), ("8 Gaussians", "25 Gaussians"), strict=True):
        rows = evidence.study[evidence.study["mixture"] == mixture]
        _paths(one, rows, "distance")
        one.axvline(rows["step"].max() / 2, **DASHED)
        one.set(title=words, ylabel="W₁ to the data", ylim=(0, None))
    axes[0].set(xlabel="")
    place = (0.97, 0.95)
    axes[0].text(*place, "without feature matching", color=WITHOUT, transform=axes[0].transAxes, ha="right", va="top")
    axes[1].text(*place, "with feature matching", color=WITH, transform=axes[1].transAxes, ha="right", va="top")
    axes[1].text(0.52, 0.03, "swings are compared from here on", transform=axes[1].transAxes, fontsize=SMALL)
    return figure


def _minibatch_discrimination(evidence: Evidence) -> Figure:
    figure, axes = panels(2, 2, height=4.9)
    samples = evidence.study[(evidence.study["kind"] == "sample") & (evidence.study["mixture"] == "ring")]
    for one, (method, rows) in zip(axes, samples.groupby("method"), strict=False):
        words = "with the technique" if "+" in str(method) else "GAN alone"
        _samples(one, rows, f"{words}: samples")
        one.set(xlim=(-4, 4), ylim=(-4, 4), xlabel="x (all trainings)")
    for one, mixture, modes in zip(axes[2:], ("ring", "grid"), (8, 25), strict=True):
        _paths(one, evidence.study[evidence.study["mixture"] == mixture], "lost")
        one.set(title=f"{modes} Gaussians", ylim=(-0.03 * modes, modes), ylabel="modes lost")
    return figure


def _label_smoothing(evidence: Evidence) -> Figure:
    figure, (values, lengths) = panels(2, 1, height=5.6)
    looks = {"hard": (ORANGE, "labels 1 and 0"), "one-sided": (BLUE, "0.9 and 0"), "two-sided": (GREEN, "0.9 and 0.1")}
    sides = ("generated", "real")
    for place, (labels, (colour, words)) in enumerate(looks.items()):
        rows = evidence.study[evidence.study["labels"] == labels]
        for side in sides:
            bins = rows[(rows["kind"] == "bin") & (rows["side"] == side)].groupby("edge")["share"].mean()
            values.step([*bins.index, 1.0], [*bins, bins.iloc[-1]], color=colour, where="post")
        ends = rows[rows["kind"] == "side"].pivot(index="replicate", columns="side", values="fooled_at")
        for at, side in enumerate(sides):
            x = at + 0.24 * (place - 1)
            lengths.scatter(np.full(len(ends), x), ends[side], color=colour, **DOTS)
            lengths.plot([x - 0.08, x + 0.08], [np.exp(np.log(ends[side]).mean())] * 2, color=colour)
        values.text(0.5, 0.9 - 0.13 * place, words, color=colour, transform=values.transAxes, ha="center")
    values.set(xlabel="D, at generated points (left) and real ones (right)", ylabel="share of the points", ylim=(0, 1))
    lengths.set_xticks([0, 1], labels=["generated points", "real points"])
    lengths.set(yscale="log", ylabel="shortest perturbation\nacross D = 1/2", xlim=(-0.5, 1.5))
    lengths.set_yticks([0.2, 0.5], labels=["0.2", "0.5"])
    return figure


def _historical_averaging(evidence: Evidence) -> Figure:
    figure, axes = panels(2, 2, height=5.0)
    _games(axes[0], evidence.study[evidence.study["kind"] == "game"])
    points = evidence.study[evidence.study["kind"] == "point"]
    for _, rows in points.groupby("method"):
        axes[1].scatter(rows["x"], rows["y"], color=_colour(rows["method"].iloc[0]), **{**DOTS, "s": 5})
    turn = np.linspace(0, 2 * np.pi, 100)
    axes[1].plot(8 / 1.414 * np.cos(turn), 8 / 1.414 * np.sin(turn), **DASHED)
    axes[1].set(aspect="equal", title="samples; dashed: data", xlabel="x", ylabel="y")
    circle = evidence.study[evidence.study["kind"] == "circle"]
    for one, value, words in zip(
        axes[2:], ("wasserstein", "estimate"), ("W₁ to the circle", "JS estimate (nats)"), strict=True
    ):
        _paths(one, circle, value)
        one.set(ylabel=words)
    axes[3].axhline(np.log(2), **DASHED)
    axes[3].set(ylim=(-0.2, 0.75))
    label(axes[3], (0, np.log(2)), "log 2", INK, (4, -11), "left", fontsize=SMALL)
    axes[2].set(ylim=(0, None))
    axes[2].text(0.04, 0.17, "minimax GAN alone", color=WITHOUT, transform=axes[2].transAxes, fontsize=SMALL)
    axes[2].text(0.04, 0.05, "with historical averaging", color=WITH, transform=axes[2].transAxes, fontsize=SMALL)
    return figure


def _games(axes: Axes, games: pd.DataFrame) -> None:
    """Distances from the equilibrium over the first ones, of games whose steps are below the bound."""
    looks = {0.0: (ORANGE, "alone"), 0.5: (GREEN, "w = ½"), 1.0: (BLUE, "w = 1, as printed")}
    calm = games[games["eta"].between(0.1, 0.6)]
    for weight, (colour, words) in looks.items():
        rows = calm[calm["weight"] == weight]
        paths = rows.assign(distance=np.hypot(rows["x"], rows["y"])).pivot(
            index="step", columns="case", values="distance"
        )
        shares = (paths / paths.iloc[0]).iloc[1:].clip(1e-3, 1e2)
        axes.plot(shares.index, shares, color=colour, linewidth=0.7)
        at = {0.0: (2, 0.9), 0.5: (2, 0.12), 1.0: (2, 0.24)}[weight]
        axes.text(at[0] / 100, at[1], words, color=colour, transform=axes.transAxes, fontsize=SMALL)
    axes.plot([10, 4000], [1, 400**-0.2], **DASHED)
    axes.text(0.97, 0.62, "dashed:\nsteps^(−1/5)", transform=axes.transAxes, fontsize=SMALL, ha="right")
    axes.set(xscale="log", yscale="log", ylim=(5e-3, 30), title="min max xy", xlabel="steps")
    axes.set(ylabel="distance / first one")


def _virtual_batch_norm(evidence: Evidence) -> Figure:
    figure, axes = panels(2, 2, height=5.0)
    rows = evidence.study
    outputs = rows[rows["kind"] == "output"]
    for one, (method, mine) in zip(axes, outputs.groupby("method"), strict=False):
        words = "virtual batch norm" if "+" in str(method) else "batch norm"
        one.scatter(mine["probe"] + 1, mine["output"], color=_colour(str(method)), **DOTS)
        one.set_title(words, color=_colour(str(method)))
        one.set(xlabel="sample, in 8 batches", ylabel="one pixel", xticks=range(2, 9, 2))
        one.set(ylim=(outputs["output"].min() - 0.05, outputs["output"].max() + 0.05))
    owed = rows[(rows["kind"] == "dependence") & (rows["method"] == "gan")]
    axes[2].scatter(owed["batch_size"], owed["spread"], color=WITHOUT, **DOTS)
    axes[2].axhline(0.1, **DASHED)
    axes[2].set(xscale="log", ylim=(0, None), xlabel="batch size", ylabel="change with the batch /\nbetween samples")
    axes[2].set_xticks([4, 8, 16, 32, 64], labels=["4", "8", "16", "32", "64"])
    axes[2].set_xticks([], minor=True)
    costs = rows[rows["kind"] == "cost"].groupby("reference")["operations"].mean()
    axes[3].plot(costs.index, 1 + costs.index / 32, **DASHED)
    axes[3].scatter(costs.index, costs / costs[0], color=[WITHOUT, *[WITH] * (len(costs) - 1)], zorder=4)
    axes[3].set(xlabel="reference samples r", ylabel="operations /\nbatch norm's", ylim=(0, 3.3))
    label(axes[3], (32, 2), "1 + r / 32", INK, (2, -14), "left", fontsize=SMALL)
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "feature-matching": _feature_matching,
    "minibatch-discrimination": _minibatch_discrimination,
    "one-sided-label-smoothing": _label_smoothing,
    "historical-averaging": _historical_averaging,
    "virtual-batch-norm": _virtual_batch_norm,
}
