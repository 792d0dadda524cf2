"""Where the GAN game leads a generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from claims.claim import Evidence
from claims.studies import ideal_discriminator
from report.claim_figures.marks import label
from report.plotting import BLUE, GREEN, GREY, ORANGE, panels

SHOWN = 12
"""Descents drawn of each kind."""

LEAST = 1e-12
"""Where the axis of the divergence ends: below it is rounding."""


def _ideal(evidence: Evidence) -> Figure:
    figure, (above, below) = panels(rows=2, height=6.0)
    rows = evidence.study
    for kind, colour, words, at in (
        ("steps", BLUE, "steps of fixed rate", (2.6, 3e-10)),
        ("shrinking", ORANGE, "rates 1, ½, ¼, …: each step improves too", (30, 3e-1)),
    ):
        shown = rows[(rows["kind"] == kind) & (rows["case"] < SHOWN)]
        paths = shown.pivot(index="step", columns="case", values="divergence")
        above.plot(paths.index, paths.clip(lower=LEAST), color=colour, linewidth=0.9, alpha=0.7)
        label(above, at, words, colour, (0, 0), "left" if kind == "steps" else "right")
    above.set(yscale="log", xlim=(0, 32), ylim=(LEAST, 2), xlabel="step of p_g", ylabel="JS(p_data, p_g), nats")
    above.set_title("p_g itself is moved, D is optimal at every step")
    _ends(below, evidence)
    return figure


def _ends(axes: Axes, evidence: Evidence) -> None:
    rows = evidence.study[evidence.study["kind"] == "anywhere"]
    ends = rows[rows["step"] == rows["step"].max()].sort_values("divergence")
    x = np.linspace(-10, 10, 201)
    centres = ideal_discriminator.CENTRES
    axes.fill_between(x, stats.norm.pdf(x[:, None], centres).mean(axis=1), color=GREY, alpha=0.4, linewidth=0)
    means = ends[["m0", "m1", "m2"]].to_numpy()
    apart = ends["distance"].to_numpy() > 1e-4
    for one, missed in list(zip(means, apart, strict=True))[:: max(1, len(means) // SHOWN)]:
        axes.plot(x, stats.norm.pdf(x[:, None], one).mean(axis=1), color=ORANGE if missed else GREEN, linewidth=0.9)
    label(axes, (-10, 0.38), f"{int(apart.sum())} of {len(apart)} starts end elsewhere", ORANGE, (0, 0), "left")
    label(axes, (-10, 0.345), f"{int((~apart).sum())} come to p_data (grey)", GREEN, (0, 0), "left")
    axes.set(xlabel="x", ylabel="density of p_g at the end", ylim=(0, 0.42))
    axes.set_title("the means of three Gaussians are moved, D is optimal")


_FITS = {
    "kl": (BLUE, "KL"),
    "reverse_kl": (ORANGE, "reverse KL"),
    "kl_non_saturating": (GREEN, "KL, step of § 3.2"),
}


def _dynamics(evidence: Evidence) -> Figure:
    """Ways of mean and spread, and the densities at the end."""
    rows = evidence.study[evidence.study["way"] == "game"]
    figure, axes = panels(rows=2, columns=3, height=4.6, sharey=False)
    x = np.linspace(-5, 5, 201)
    data = (stats.norm.pdf(x, -2, 0.5) + stats.norm.pdf(x, 2, 0.5)) / 2
    for k, (fit, (colour, words)) in enumerate(_FITS.items()):
        above, below = axes[k], axes[k + 3]
        below.fill_between(x, data, color=GREY, alpha=0.35, linewidth=0)
        for _, path in rows[rows["fit"] == fit].dropna().groupby("replicate"):
            above.plot(path["mean"], path["spread"], color=colour, linewidth=0.8, alpha=0.6)
            last = path.iloc[-1]
            above.plot(last["mean"], last["spread"], "o", color=colour, markersize=4)
            below.plot(x, stats.norm.pdf(x, last["mean"], last["spread"]), color=colour, linewidth=0.8, alpha=0.7)
        above.set(title=words, xlim=(-3.6, 3.6), ylim=(0, 2.6), xlabel="mean")
        below.set(xlabel="x", ylim=(0, 1))
    axes[0].set_ylabel("spread")
    axes[3].set_ylabel("density at the end\n(data in grey)")
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "convergence-under-ideal-d": _ideal,
    "different-dynamics": _dynamics,
}
