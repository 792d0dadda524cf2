"""Trainings of the image grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from claims.catalogue import CLAIMS
from claims.claim import Evidence
from claims.judges.learning import LEAST_PROGRESS, progress
from claims.judges.loss_quality import ESTIMATES, correlations, curve_points, improved
from report.claim_figures.marks import DASHED, label
from report.plotting import BLUE, GREY, INK, ORANGE, panels


def _loss_quality(evidence: Evidence) -> Figure:
    figure, (above, below) = panels(rows=2, height=5.6)
    looks = {"mlp": (ORANGE, "o"), "dcgan": (BLUE, "s")}
    used = improved(evidence)
    for architecture, (colour, marker) in looks.items():
        points = curve_points(evidence, architecture, "filtered")
        for run_id, run in points.groupby("run_id"):
            look: dict[str, Any] = {
                "color": colour,
                "marker": marker,
                "markersize": 3.5,
                "linewidth": 0.7,
                "alpha": 0.7,
            }
            above.plot(run["estimate"], run["fid"], markerfacecolor=colour if run_id in used else "none", **look)
        above.plot([], [], color=colour, marker=marker, markersize=4, label=f"{architecture} generator")
    above.set(yscale="log", xlabel="critic's estimate (median-filtered)", ylabel="FID (lower is better)")
    above.legend(frameon=False, fontsize=8.5, loc="best")
    rows = [(architecture, curve) for architecture in looks for curve in ESTIMATES]
    for place, (architecture, curve) in enumerate(rows):
        colour, marker = looks[architecture]
        found = correlations(evidence, architecture, curve)
        spread = np.linspace(-0.18, 0.18, len(found)) if len(found) > 1 else np.zeros(len(found))
        fill = [colour if run_id in used else "none" for run_id in found["run_id"]]
        below.scatter(
            found["correlation"], place + spread, c=fill, edgecolors=colour, marker=marker, s=20, linewidths=1, zorder=2
        )
    margin = CLAIMS["loss-quality-wgan"].declaration.margin
    below.axvline(margin, **DASHED)
    below.axvline(0, color=GREY, linewidth=1)
    below.set(
        xlim=(-1.08, 1.08),
        ylim=(len(rows) - 0.4, -0.6),
        xlabel="rank correlation, one mark per seed\n(hollow: left out, samples do not improve)",
    )
    below.set_yticks(range(len(rows)), labels=[f"{architecture}\n{curve}" for architecture, curve in rows])
    label(below, (margin, -0.6), "a guide →", INK, (0, 3), "left")
    return figure


def _nobn(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    table = progress(evidence)
    for place, (method, colour) in enumerate((("gan", ORANGE), ("wgan", BLUE))):
        rows = table[table["method"] == method].sort_values("progress")
        spread = np.linspace(-0.2, 0.2, len(rows)) if len(rows) > 1 else np.zeros(len(rows))
        for outcome, marker in (("completed", "o"), ("diverged", "x")):
            mine = (rows["outcome"] == outcome).to_numpy()
            axes.scatter(rows["progress"][mine], (place + spread)[mine], color=colour, marker=marker, s=34, zorder=2)
        text = f"{rows['learned'].sum()} of {len(rows)} learned"
        axes.text(0.02, place - 0.3, text, color=colour, transform=axes.get_yaxis_transform(), va="bottom")
    axes.axvline(LEAST_PROGRESS, **DASHED)
    label(axes, (LEAST_PROGRESS, -0.6), "learned →", INK, (4, 3), "left")
    axes.set(ylim=(1.5, -0.6), xlabel="progress: 0 untrained, 1 real data; one mark per seed")
    axes.set_xlim(min(-0.1, table["progress"].min() - 0.1), 1.1)
    axes.set_yticks([0, 1], labels=["GAN", "WGAN"])
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "loss-quality-wgan": _loss_quality,
    "loss-quality-gan": _loss_quality,
    "nobn-gan-fails": _nobn,
}
