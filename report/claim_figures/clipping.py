"""Weight clipping beside the gradient penalty."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.judges.deep_critic import log_norms
from report.claim_figures.marks import label
from report.plotting import BLUE, GREEN, ORANGE, PURPLE, panels


def _depth(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.6)
    decades = log_norms(evidence.study)
    last = decades.xs(decades.index.get_level_values("generator_steps").max(), level="generator_steps")
    looks = {
        0.1: (ORANGE, "clipping, c = 0.1", (4, 12)),
        0.0: (GREEN, "gradient penalty", (4, -14)),
        0.01: (BLUE, "c = 0.01", (14, -16)),
        0.001: (PURPLE, "c = 0.001", (26, -4)),
    }
    for clip_value, (colour, words, shift) in looks.items():
        paths = last.xs(clip_value, level="clip_value")
        axes.plot(paths.columns, paths.to_numpy().T, color=colour, linewidth=0.6, alpha=0.4)
        axes.plot(paths.columns, paths.median(), color=colour, marker=".")
        label(axes, (3, paths[3].median()), words, colour, shift, "left")
    axes.set(xlabel="hidden layer of the critic (1 is next to the input)", ylabel="gradient norm (power of ten)")
    axes.set_xticks(range(1, last.shape[1] + 1))
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "clip-gradient-depth": _depth,
}
