"""Figure 1 of Gulrajani et al. (2017) from our own trainings: the value surfaces of critics."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.judges.value_surfaces import CLIPPED, DATASETS, OPTIMAL, PENALTY
from report.plotting import GREY, panels


def _surfaces(evidence: Evidence) -> Figure:
    rows = evidence.study
    surfaces = rows[rows["kind"] == "surface"].set_index(["dataset", "critic"])
    figure, axes = panels(rows=3, columns=3, height=5.0, sharex=True, sharey=True)
    cells = [(dataset, critic) for critic in (CLIPPED[1], PENALTY, OPTIMAL) for dataset in DATASETS]
    for panel, cell in zip(axes, cells, strict=True):
        wide = surfaces.loc[cell].pivot(index="y", columns="x", values="score")
        spread = float(wide.max().max() - wide.min().min()) or 1.0
        heights = (wide - wide.min().min()) / spread
        panel.contour(wide.columns, wide.index, heights, levels=[k / 9 for k in range(1, 9)], cmap="viridis",
                      linewidths=0.8)  # fmt: skip
        panel.set(aspect="equal", xticks=[-2, 0, 2], yticks=[-2, 0, 2])
        panel.grid(visible=False)
        panel.spines[:].set_color(GREY)
    for panel, words in zip(axes[:3], ("8 Gaussians", "25 Gaussians", "Swiss roll"), strict=True):
        panel.set_title(words)
    for panel, words in zip(axes[::3], ("clipping, c = 0.1", "gradient penalty", "optimal (POT)"), strict=True):
        panel.set_ylabel(words)
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "clip-simple-critics": _surfaces,
}
