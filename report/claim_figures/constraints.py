"""Spectrally and batch-normalized critics, and the signs of their estimates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from claims.claim import Evidence
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, GREY, INK, ORANGE, panels

SHOWN = 5
"""Trainings whose signs are drawn; the equal ones change theirs at every other step."""


def _spectral_layers(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(1, 2, height=3.4, width_ratios=[1.5, 1])
    rows = evidence.study[evidence.study["step"] == evidence.study["step"].max()]
    layers = rows[rows["kind"] != "network"]
    kinds = sorted(layers["kind"].unique(), key=lambda kind: (kind != "linear", kind))
    rng = np.random.default_rng(0)
    for place, kind in enumerate(kinds):
        mine = layers[layers["kind"] == kind]
        for column, shift, colour in (("matrix", -0.18, BLUE), ("operator", 0.18, ORANGE)):
            at = place + shift + rng.uniform(-0.1, 0.1, len(mine))
            left.scatter(at, mine[column], color=colour, **{**DOTS, "s": 8})
        left.hlines(mine["patches"].iloc[0] ** 0.5, place - 0.4, place + 0.4, color=GREY, linewidth=1.5)
    left.axhline(1, **DASHED)
    label(left, (-0.4, 3.6), "layer as an operator", ORANGE, (0, 0), "left")
    label(left, (-0.4, 3.85), "kernel as a matrix", BLUE, (0, 0), "left")
    label(left, (-0.4, 3.35), "bound by patches", GREY, (0, 0), "left")
    left.set(ylabel="largest singular value", ylim=(0.8, 4.15), xlim=(-0.5, len(kinds) - 0.5))
    left.set_xticks(range(len(kinds)), labels=[kind.replace(", ", ",\n") for kind in kinds], fontsize=8)
    _networks(right, evidence)
    return figure


def _networks(axes: Axes, evidence: Evidence) -> None:
    networks = evidence.study[evidence.study["kind"] == "network"]
    names = {"toy_mlp": "linear", "dcgan": "5 x 5", "sn_cnn": "3 x 3,\n4 x 4"}
    for place, architecture in enumerate(names):
        ends = networks[networks["architecture"] == architecture].groupby("replicate")[["slope", "operator"]].max()
        at = place + np.linspace(-0.25, 0.25, len(ends))
        axes.vlines(at, ends["slope"], ends["operator"], color=GREY, linewidth=0.8)
        axes.scatter(at, ends["slope"], color=ORANGE, **{**DOTS, "s": 8})
    axes.axhline(1, **DASHED)
    axes.set(yscale="log", ylabel="Lipschitz constant of the critic", ylim=(0.02, 400), xlim=(-0.5, 2.5))
    axes.set_yticks([0.1, 1, 10, 100], labels=["0.1", "1", "10", "100"])
    axes.set_xticks(range(3), labels=list(names.values()), fontsize=8)
    label(axes, (-0.45, 200), "lines up to the product", GREY, (0, 0), "left", fontsize=8.5)
    label(axes, (-0.45, 110), "steepest slope found", ORANGE, (0, 0), "left", fontsize=8.5)


def _batch_mates(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(1, 2, height=3.4, width_ratios=[1.4, 1])
    rows = evidence.study
    layers = rows[rows["kind"] == "layer"]
    looks = {"none": (ORANGE, "std, no ε"), "sum": (GREEN, "std + ε"), "root": (BLUE, "√(var + ε)")}
    for form, (colour, words) in looks.items():
        line = layers[layers["form"] == form].groupby("spread")["slope"].max()
        left.plot(line, color=colour, marker="o", markersize=3)
        label(left, (line.index[0], line.iloc[0]), words, colour, (6, 0) if form == "none" else (2, -14), "left")
    left.axhline(1, **DASHED)
    label(left, (1e-8, 1), "claimed: 1", INK, (2, -13), "left")
    left.set(
        xscale="log",
        yscale="log",
        xlabel="deviation within the batch",
        ylabel="slope of a normalized layer\n(ε = 0.00001)",
    )
    left.set(ylim=(0.03, 2e9))
    mates = rows[rows["kind"] == "mates"]
    names = {"plain": (GREY, "none"), "batch": (BLUE, "clipped"), "free": (ORANGE, "scales\nfree")}
    for place, (arm, (colour, _)) in enumerate(names.items()):
        mine = mates[mates["arm"] == arm]
        at = place + np.linspace(-0.2, 0.2, len(mine))
        right.scatter(at, mine["within"] / mine["between"], color=colour, **DOTS)
    right.set(
        ylabel="score of one sample: deviation over\nbatch mates / over samples",
        xlim=(-0.5, 2.5),
        xlabel="batch norm",
    )
    right.set_ylim(-0.05, None)
    right.set_xticks(range(3), labels=[words for _, words in names.values()], fontsize=8)
    return figure


def _clipped_scales(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(1, 2, height=3.3, width_ratios=[1.6, 1])
    rows = evidence.study
    looks = {"weights 0.01": (ORANGE, "scales left free"), "all 0.01": (BLUE, "all clipped to 0.01")}
    for arm, (colour, words) in looks.items():
        paths = rows[rows["arm"] == arm].pivot(index="layer", columns="replicate", values="output")
        left.plot(paths, color=colour, linewidth=0.7, alpha=0.6, marker="o", markersize=2.5)
        label(left, (1, paths.iloc[0].median()), words, colour, (2, -40 if arm.startswith("all") else -16), "left")
    expected = rows[rows["arm"] == "weights 0.01"].groupby("layer")["output"].median() / 100
    left.plot(expected, **DASHED)
    label(left, (expected.index[-1], expected.iloc[-1]), "claimed: 1 %", INK, (4, 5), "right")
    left.set(yscale="log", ylabel="root mean square behind\nbatch normalization", xlabel="layer of the critic")
    left.set_xticks([*expected.index])
    for place, (arm, (colour, _)) in enumerate(looks.items()):
        mine = rows[(rows["arm"] == arm) & (rows["layer"] == 1)]["estimate"].abs()
        right.scatter(place + np.linspace(-0.2, 0.2, len(mine)), mine, color=colour, **DOTS)
    right.set(yscale="log", ylabel="size of the critic's estimate", xlim=(-0.5, 1.5))
    right.set_xticks([0, 1], labels=["free", "clipped"])
    return figure


def _critic_signs(evidence: Evidence) -> Figure:
    names = {
        "able": (BLUE, "64 units, 5 steps"),
        "small": (ORANGE, "2 units, 5 steps"),
        "hasty": (GREEN, "64 units, 1 step"),
        "equal": (GREY, "64 units, 5 steps, nothing to tell apart"),
    }
    figure, all_axes = panels(len(names), 1, height=4.4, sharex=True)
    rows, last = evidence.study, evidence.study["step"].max()
    for axes, (arm, (colour, words)) in zip(all_axes, names.items(), strict=True):
        mine = rows[(rows["arm"] == arm) & (rows["replicate"] < SHOWN)]
        for place, path in mine.groupby("replicate"):
            turns = path.loc[path["turned"], "step"]
            marks = np.broadcast_to([place - 0.35, place + 0.35, np.nan], (len(turns), 3))
            axes.plot(np.repeat(turns, 3), marks.ravel(), color=colour, linewidth=0.7)
        axes.axvline(last / 4, **DASHED)
        axes.set_title(words, color=colour, loc="left", fontsize=9, pad=2)
        axes.set(ylim=(-1, SHOWN), yticks=[], xlim=(0, last))
        axes.grid(False)
    label(all_axes[0], (last / 4, SHOWN), "counted from here", INK, (3, 3), "left", fontsize=8.5)
    all_axes[-1].set(xlabel="generator step; a mark is a change of sign")
    figure.supylabel(f"the first {SHOWN} trainings, one row each", fontsize=10, color=INK)
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "sn-bounds-every-layer": _spectral_layers,
    "bn-critic-lipschitz": _batch_mates,
    "bn-affine-clipped": _clipped_scales,
    "critic-sign-changes": _critic_signs,
}
