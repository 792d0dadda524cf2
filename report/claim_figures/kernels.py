"""Kernels, energies, transport between batches, sizes of generators, and published defaults."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.studies import parameter_counts
from report.claim_figures.marks import label
from report.plotting import BLUE, INK, ORANGE, panels


def _sizes(evidence: Evidence, generator: str, name: str) -> Figure:
    """Pairs of bars: the DCGAN of each source above the generator it is compared with."""
    figure, (axes,) = panels(height=3.2)
    counts = parameter_counts.totals(evidence.study) / 1e6
    places = -1.3 * np.arange(len(counts))
    for shift, column, colour, text in ((0.22, "dcgan", BLUE, "DCGAN"), (-0.22, generator, ORANGE, name)):
        axes.barh(places + shift, counts[column], height=0.4, color=colour)
        for place, size in zip(places + shift, counts[column], strict=True):
            label(axes, (size, place), f"{text}: {size:.2f} M", colour, (4, 0), "left", va="center", fontsize=8.5)
    for place, source in zip(places, counts.index, strict=True):
        ratio = counts.loc[source, generator] / counts.loc[source, "dcgan"]
        told = f"{ratio:.2f} times as many" if ratio > 0.2 else f"{1 / ratio:.1f} times fewer"
        axes.text(0, place + 0.48, f"{source}: {told}", color=INK, fontsize=8.5, va="bottom")
    axes.grid(visible=False, axis="y")
    axes.set(yticks=[], xlabel="million parameters", xlim=(0, 1.45 * counts["dcgan"].max()), ylim=(-3.2, 1.0))
    return figure


def _constant(evidence: Evidence) -> Figure:
    return _sizes(evidence, "constant", "no BN, constant filters")


def _perceptron(evidence: Evidence) -> Figure:
    return _sizes(evidence, "mlp", "MLP")


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "nobn-parameters": _constant,
    "mlp-parameters": _perceptron,
}
