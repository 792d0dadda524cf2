"""Toy trainings."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from claims.claim import Evidence
from report.claim_figures.marks import label
from report.plotting import BLUE, GREEN, ORANGE, panels


def _vanishing_gradient(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.4)
    looks = {
        "non_saturating": (BLUE, "−log D (non-saturating)"),
        "wasserstein": (GREEN, "−f, WGAN-GP critic"),
        "minimax": (ORANGE, "log(1 − D) (minimax)"),
    }
    for cost, (colour, words) in looks.items():
        rows = evidence.study[evidence.study["cost"] == cost]
        for _, path in rows.groupby("replicate"):
            axes.plot(path["critic_steps"], path["gradient_norm"], color=colour, linewidth=0.8, alpha=0.5)
        last = rows[rows["critic_steps"] == rows["critic_steps"].max()]
        end = (last["critic_steps"].iloc[0], last["gradient_norm"].median())
        label(axes, end, words, colour, (6, 0), "left", va="center")
    axes.set(xscale="symlog", yscale="log", xlabel="critic steps (the generator stays as it is)")
    axes.set(ylabel="norm of the generator's gradient", xlim=(0, 30_000))
    axes.set_xticks([0, 10, 100, 400], labels=["0", "10", "100", "400"])
    axes.set_xticks([], minor=True)
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {"vanishing-gradient": _vanishing_gradient}
