"""Lipschitz constants of functions and networks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from claims.claim import Evidence
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, INK, ORANGE, PURPLE, panels


def _composition(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.3)
    rows = evidence.study.assign(ratio=evidence.study["found"] / evidence.study["product"])
    steep = rows["activations"] > 1
    order = [name for name in dict.fromkeys(rows["activation"]) if name]
    names = [*dict.fromkeys(rows.loc[rows["activation"] == "", "family"]), *order]
    place = {name: len(names) - index for index, name in enumerate(names)}
    shake = np.random.default_rng(0).uniform(-0.25, 0.25, len(rows))
    height = rows["activation"].where(rows["activation"] != "", rows["family"]).map(place) + shake
    for chosen, colour in ((~steep, BLUE), (steep, ORANGE)):
        axes.scatter(rows.loc[chosen, "ratio"], height[chosen], color=colour, **{**DOTS, "s": 5})
    axes.axvline(1, **DASHED)
    top = rows["ratio"].max()
    label(axes, (1, len(names) + 0.5), "bound", INK, (5, 0), "left")
    label(axes, (top, height[rows["ratio"].idxmax()]), f"up to {top:.2f}", ORANGE, (4, 0), "left", va="center")
    axes.set_yticks(list(place.values()), labels=[f"{name}" if name not in order else f"net, {name}" for name in names])
    axes.set(xlabel="Lipschitz constant found / product", xlim=(-0.03, top * 1.25), ylim=(0.5, len(names) + 0.9))
    return figure


def _gradient_bound(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.6)
    rows = evidence.study[evidence.study["kind"] != "at a point"]
    series = {
        "whole space": (BLUE, "networks on the whole space"),
        "half-plane": (GREEN, "half-plane (convex)"),
        "two separate balls": (ORANGE, "two separate balls"),
        "a slit ring": (PURPLE, "slit ring"),
    }
    for domain, (colour, name) in series.items():
        mine = rows[rows["domain"] == domain]
        axes.scatter(mine["gradient"], mine["quotient"], color=colour, label=name, **{**DOTS, "s": 9})
    ends = np.array([rows["gradient"].min(), rows["gradient"].max()])
    axes.plot(ends, ends, **DASHED)
    label(axes, (ends[1], ends[1]), "equal", INK, (3, 0), "left", va="center")
    axes.legend(frameon=False, fontsize=8.5, loc="lower left", bbox_to_anchor=(-0.1, 1.0), ncols=2, handletextpad=0.1)
    axes.set(xscale="log", yscale="log", xlim=(ends[0] / 1.3, ends[1] * 3), ylim=(ends[0] / 1.3, None))
    axes.set(xlabel="bound on the gradient's norm", ylabel="|f(x) − f(y)| / |x − y|")
    return figure


def _compact_weights(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(columns=2, height=3.3, gridspec_kw={"width_ratios": [1.5, 1]})
    rows = evidence.study[evidence.study["kind"] == "network"]
    ratio = (rows["slope"] / rows["bound"]).groupby([rows["activation"], rows["radius"]])
    for name in rows["activation"].unique():
        square = name == "square"
        line = ratio.median()[name] if square else ratio.max()[name]
        left.plot(line.index, line, color=ORANGE if square else BLUE, linewidth=2 if square else 0.9)
    left.axhline(1, **DASHED)
    label(left, (0.1, 1), "K", INK, (2, 3), "left")
    label(left, (2e2, 1e4), "squares\n(median)", ORANGE, (0, 0), "left")
    label(left, (0.1, 1e-5), "all others\n(steepest)", BLUE, (0, 0), "left")
    left.set(xscale="log", yscale="log", ylim=(1e-7, 1e6), xlabel="length of the input", ylabel="slope / K")
    left.set_xticks([0.1, 1e1, 1e3, 1e5])
    steps = evidence.study[evidence.study["metric"] == "diagonal"]
    shake = np.random.default_rng(0).uniform(-0.2, 0.2, len(steps))
    for place, (column, colour) in enumerate({"to_shortened": BLUE, "to_best": ORANGE}.items()):
        right.scatter(place + shake, steps[column], color=colour, **{**DOTS, "s": 6})
    right.set(ylabel="clipped step: distance / box", xlim=(-0.5, 1.5))
    right.set_xticks([0, 1], labels=["from the\nshortened", "from the\nbest"])
    return figure


def _spectral_linear(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    rows = evidence.study[evidence.study["step"] > 0]
    series = {False: (BLUE, "without"), True: (ORANGE, "with spectral normalization")}
    for normalized, (colour, name) in series.items():
        paths = rows[rows["normalized"] == normalized].groupby("step")["largest"]
        axes.fill_between(paths.min().index, paths.min(), paths.max(), color=colour, alpha=0.25, linewidth=0)
        axes.plot(paths.median(), color=colour)
        end = float(paths.median().iloc[-1])
        printed = f"{end:.4f}" if normalized else f"{end:.0f}"
        label(axes, (rows["step"].max(), end), f"{name}: {printed}", colour, (0, 14), "right")
    axes.axhline(100, **DASHED)
    axes.axhline(1, **DASHED)
    label(axes, (1, 100), "claimed: about 100", INK, (0, 4), "left")
    axes.set(xscale="log", yscale="log", xlabel="training step (band: all starts)", ylabel="largest singular value")
    axes.set_xticks([1, 10, 100], labels=["1", "10", "100"])
    axes.set_yticks([1, 10, 100], labels=["1", "10", "100"])
    axes.set_ylim(0.7, 300)
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "lipschitz-composition": _composition,
    "lipschitz-iff-gradient": _gradient_bound,
    "compact-weights-lipschitz": _compact_weights,
    "spectral-norm-linear": _spectral_linear,
}
