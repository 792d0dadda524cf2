"""Toy trainings about collapse and about critics at their optimum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from claims.claim import Evidence
from claims.judges.mode_collapse import LOST, final
from claims.judges.optimality import GRADIENTS, PENALTY_WEIGHT
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, panels

SHOWN = 120
"""Points of a picture."""

_WAYS = {"wgan": "WGAN", "wgan_poor": "WGAN, poorly\ntuned", "wgan_gp": "WGAN-GP", "gan": "GAN"}


def _mode_collapse(evidence: Evidence) -> Figure:
    rows = evidence.study
    figure, axes = panels(rows=2, columns=len(_WAYS), height=3.6)
    cells = [(mixture, way) for mixture in ("ring", "grid") for way in _WAYS]
    last = final(rows)
    for one, (mixture, way) in zip(axes, cells, strict=True):
        mine = rows[(rows["mixture"] == mixture) & (rows["way"] == way)]
        centres = mine[mine["kind"] == "centre"]
        points = mine[(mine["kind"] == "sample") & (mine["replicate"] == 0)]
        _dots(one, points, BLUE, 1.8)
        one.scatter(centres["x"], centres["y"], s=10, color=ORANGE, marker="+", linewidths=0.8)
        ended = last[(last["mixture"] == mixture) & (last["way"] == way)]
        _bare(one, 2.1)
        one.set_xlabel(f"{int((ended['least_share'] < LOST).sum())} of {len(ended)}\nlose a mode", fontsize=8)
        if mixture == "ring":
            one.set_title(_WAYS[way], fontsize=8)
    figure.supxlabel("orange: modes, blue: samples of one training", fontsize=8)
    return figure


def _dots(axes: Axes, points: pd.DataFrame, colour: str, size: float) -> None:
    """The first points, as one path of short strokes with round ends: far fewer bytes than a mark for each."""
    ends = np.repeat(points[["x", "y"]].to_numpy(dtype=float)[:SHOWN], 2, axis=0)
    inside = (np.abs(ends) < 1e3).all(axis=1)
    ends[1::2] += 1e-3
    path = Path(ends[inside], [Path.MOVETO, Path.LINETO] * (int(inside.sum()) // 2))
    path.should_simplify = False
    axes.add_patch(PathPatch(path, color=colour, linewidth=size, capstyle="round", fill=False, alpha=0.7, zorder=3))


def _bare(axes: Axes, half_width: float) -> None:
    """A picture of the plane without ticks."""
    axes.set(xlim=(-half_width, half_width), ylim=(-half_width, half_width), aspect="equal", xticks=[], yticks=[])


_FIXED = {"short": "after 50 steps", "longer": "after 250", "long": "after 1000"}
_FUNCTIONS = {"point": "−|x|²", "line": "−(x − y)²", "unbounded": "|x|²: all leave"}


def _fixed_critic(evidence: Evidence) -> Figure:
    rows = evidence.study
    figure, axes = panels(rows=2, columns=3, height=3.7)
    for one, critic in zip(axes, (*_FIXED, *_FUNCTIONS), strict=True):
        mine = rows[rows["critic"] == critic]
        surface = mine[mine["kind"] == "surface"]
        if len(surface):
            height = surface.pivot(index="y", columns="x", values="score")
            one.contourf(height.columns, height.index, height.to_numpy(), levels=6, cmap="Greys", alpha=0.6)
        for stage, colour, size in (("before", BLUE, 1.6), ("after", ORANGE, 3.2)):
            _dots(one, mine[(mine["kind"] == "sample") & (mine["stage"] == stage)], colour, size)
        _bare(one, 3.15)
        one.set_title({**_FIXED, **_FUNCTIONS}[critic], fontsize=9)
    axes[0].set_ylabel("discriminator of a GAN", fontsize=8)
    axes[3].set_ylabel("known function", fontsize=8)
    figure.supxlabel("blue: points before, orange: after training against it; darker: higher score", fontsize=8)
    return figure


_COSTS = {
    "clip-keeps": (GREEN, "critic, clipped", -5),
    "gp-keeps": (BLUE, "critic, penalty", 4),
    "discriminator-loses": (ORANGE, "log(1 − D)", 0),
    "printed-loses": (PURPLE, "log D", 0),
}


_ESTIMATES = (("wgan_gp", BLUE, "penalty"), ("wgan", GREEN, "clipped: estimate /\n(W1 × steepest slope)"))


def _optimality(evidence: Evidence) -> Figure:
    rows = evidence.study
    figure, (left, right) = panels(rows=2, height=5.2)
    apart = rows[rows["data"] == "apart"]
    for part, (colour, words, shift) in _COSTS.items():
        method, cost, _ = GRADIENTS[part]
        mine = apart[(apart["method"] == method) & (apart["cost"] == cost)]
        _paths(left, mine.assign(value=mine["gradient_norm"]), colour, (words, shift))
    left.set(xscale="log", yscale="log", ylim=(1e-6, 1e3), ylabel="norm of the generator's gradient")
    for method, colour, words in _ESTIMATES:
        mine = apart[apart["method"] == method]
        slope = mine["slope"] if method == "wgan" else 1.0
        _paths(right, mine.assign(value=mine["estimate"] / (mine["distance"] * slope)), colour, (words, 0))
    soft = 1 + apart["distance"].mean() / (2 * PENALTY_WEIGHT)
    for height, words in ((1.0, "W1"), (soft, "W1 (1 + W1/2λ)")):
        right.plot([1, 1000], [height, height], **DASHED)
        label(right, (1, height), words, INK, (2, 3), "left", fontsize=8)
    right.set(xscale="log", ylim=(-0.1, 1.8), ylabel="estimate / W1", xlabel="critic steps (the generator stays)")
    for axes in (left, right):
        axes.set_xlim(1, 12_000)
        axes.set_xticks([1, 10, 100, 1000])
    return figure


def _paths(axes: Axes, rows: pd.DataFrame, colour: str, name: tuple[str, float]) -> None:
    """One thin line per replicate, and a label at the end of the middle one."""
    for _, path in rows.groupby("replicate"):
        axes.plot(path["critic_steps"], path["value"], color=colour, linewidth=0.8, alpha=0.5)
    last = rows[rows["critic_steps"] == rows["critic_steps"].max()]
    end = (last["critic_steps"].iloc[0], last["value"].median())
    label(axes, end, name[0], colour, (5, name[1]), "left", va="center")


_OPTIMIZERS = {
    "clip_rmsprop": (BLUE, "RMSProp"),
    "clip_adam_0.5": (PURPLE, "Adam, β₁ = 0.5"),
    "clip_adam_0.9": (ORANGE, "Adam, β₁ = 0.9"),
    "clip_sgd": (GREEN, "plain descent"),
    "gp_adam_0.5": (PURPLE, "Adam, β₁ = 0.5"),
    "gp_adam_0.9": (ORANGE, "Adam, β₁ = 0.9"),
}


def _momentum(evidence: Evidence) -> Figure:
    rows = evidence.study.assign(share=evidence.study["distance"] / evidence.study["collapsed"])
    figure, axes = panels(rows=2, height=5.0, sharex=True, sharey=True)
    for one, family, title in zip(axes, ("clip", "gp"), ("WGAN, clipped", "WGAN-GP"), strict=True):
        ends = []
        for way, (colour, words) in _OPTIMIZERS.items():
            mine = rows[rows["way"] == way] if way.startswith(family) else rows[:0]
            for _, path in mine.groupby("replicate"):
                one.plot(path["step"], path["share"], color=colour, linewidth=0.6, alpha=0.35)
            middle = mine.groupby("step")["share"].median()
            if len(middle):
                one.plot(middle.index, middle, color=colour, linewidth=2)
                ends.append((float(middle.iloc[-1]), colour, words))
        for height, (_, colour, words) in zip(_apart(sorted(ends)), sorted(ends), strict=True):
            label(one, (rows["step"].max(), height), words, colour, (5, 0), "left", va="center", fontsize=9)
        one.plot([0, rows["step"].max()], [0.5, 0.5], **DASHED)
        one.set(title=title, ylim=(0.1, 2.2), yscale="log", xlim=(0, 1.45 * rows["step"].max()))
        one.set_yticks([0.2, 0.5, 1, 2], labels=["0.2", "0.5", "1", "2"])
        one.set_yticks([], minor=True)
        one.set_ylabel("W1 to the data,\nsingle point = 1")
    axes[1].set_xlabel("generator steps (dashed: learned below)")
    return figure


def _apart(ends: list[tuple[float, str, str]]) -> list[float]:
    """Heights of labels, from below, at least a factor apart."""
    heights: list[float] = []
    for value, _, _ in ends:
        heights.append(max(value, heights[-1] * 1.3) if heights else value)
    return heights


def _minibatch_transport(evidence: Evidence) -> Figure:
    rows = evidence.study
    figure, (upper, lower) = panels(rows=2, height=5.0, sharex=True)
    looks = {16: (PURPLE, 0.8), 64: (BLUE, 1.0)}
    for batch, (colour, beside) in looks.items():
        mine = rows[(rows["method"] == "ot_generator") & (rows["batch"] == batch)]
        upper.scatter(mine["dimension"] * beside, mine["shortfall"], color=colour, **DOTS)
        widest = mine[mine["dimension"] == mine["dimension"].max()]
        end = (widest["dimension"].iloc[0] * beside, widest["shortfall"].median())
        label(upper, end, str(batch), colour, (0, 7), "center")
    critic = rows[rows["method"] == "wgan_gp"]
    upper.scatter(critic["dimension"], critic["shortfall"], color=ORANGE, **DOTS)
    end = (critic["dimension"].iloc[0], critic["shortfall"].median())
    label(upper, end, "WGAN-GP,\nbatches of 64", ORANGE, (-8, 0), "right", va="center")
    upper.text(2, 0.8, "numbers: size of the batches", fontsize=9)
    upper.axhline(1, **DASHED)
    upper.set(ylabel="shortfall, single point = 1", ylim=(0, 1.1), xscale="log")
    usual = rows[(rows["method"] == "ot_generator") & (rows["batch"] == 64)]
    for column, colour, words in (("distance", BLUE, "generated"), ("floor", GREY, "real")):
        middle = (usual[column] / usual["dimension"] ** 0.5).groupby(usual["dimension"]).median()
        lower.plot(middle.index, middle, color=colour, marker="o", markersize=4)
        label(lower, (32, float(middle.iloc[-1])), words, colour, (6, 0), "left", va="center")
    lower.set(ylabel="W1 of 500 points to\n500 real ones / √d", xlabel="dimension d", xlim=(1.6, 90))
    lower.set_xticks([2, 8, 32], labels=["2", "8", "32"])
    lower.set_xticks([], minor=True)
    return figure


def _blend(evidence: Evidence) -> Figure:
    looks = evidence.study[evidence.study["kind"] == "look"]
    last = looks[looks["step"] == looks["step"].max()]
    share = last["distance"] / last["collapsed"]
    figure, (axes,) = panels(height=3.2)
    axes.scatter(last["alpha"] + 0.01 * (last["replicate"] - last["replicate"].mean()), share, color=BLUE, **DOTS)
    middle = share.groupby(last["alpha"]).median()
    axes.plot(middle.index, middle, color=BLUE)
    axes.axhline(0.5, **DASHED)
    label(axes, (1.08, 0.5), "learned below", INK, (0, 4), "right", fontsize=9)
    axes.set(ylim=(0, max(0.6, 1.1 * share.max())), xlabel="α", ylabel="W1 to the data, single point = 1")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], labels=["0\nWGAN", "¼", "½", "¾", "1\nclipped GAN"])
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "no-mode-collapse": _mode_collapse,
    "fixed-critic-argmax": _fixed_critic,
    "train-to-optimality": _optimality,
    "momentum": _momentum,
    "minibatch-ot-generator": _minibatch_transport,
    "lamb-blend": _blend,
}
