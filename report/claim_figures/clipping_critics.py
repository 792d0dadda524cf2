"""Figure 1 of Gulrajani et al. (2017) from our own trainings: the weights of critics."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.judges.clipped_weights import PENALTY, at_ends
from report.plotting import BLUE, GREEN, INK, ORANGE, panels

_HISTOGRAMS = {
    (0.01, "usual"): (BLUE, "c = 0.01, usual start"),
    (0.01, "inside"): (BLUE, "c = 0.01, uniform start"),
    (0.1, "usual"): (ORANGE, "c = 0.1, usual start"),
    (0.1, "inside"): (ORANGE, "c = 0.1, uniform start"),
    (PENALTY, "usual"): (GREEN, "gradient penalty"),
}


def _weights(evidence: Evidence) -> Figure:
    """Filled after training, an outline before it."""
    rows, shares = evidence.study, at_ends(evidence.study)
    figure, axes = panels(rows=5, height=7.5)
    bins = rows[rows["kind"] == "bin"].set_index(["clip_value", "start", "stage"])
    for panel, (arm, (colour, words)) in zip(axes, _HISTOGRAMS.items(), strict=True):
        for stage in ("trained", "clipped"):
            mine = bins.loc[(*arm, stage)]
            percent = 100 * mine["count"] / mine["count"].sum()
            half = 1 / len(mine)
            edges = [*(mine["weight"] - half), mine["weight"].iloc[-1] + half]
            look = {"color": colour, "alpha": 0.55, "fill": True} if stage == "trained" else {"color": INK}
            panel.stairs(percent, edges, linewidth=0.8, **look)
        panel.set_yscale("symlog", linthresh=1)
        panel.set(yticks=[0, 1, 10, 50], yticklabels=["0", "1", "10", "50"], xlim=(-1.05, 1.05))
        found = 100 * shares.loc[arm]["trained"].median()
        panel.set_title(f"{words}: {found:.2g} % in the outer tenth", loc="left", color=colour, fontsize=9)
    axes[2].set_ylabel("% of the weights, filled after and outlined before training")
    axes[-1].set_xlabel("weight / c (with the penalty: / largest weight)")
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "clip-extremes": _weights,
}
