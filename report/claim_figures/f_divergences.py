"""f-divergences, their bounds, and the games of one form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from claims.claim import Evidence
from claims.studies.f_divergences import TABLE
from report.claim_figures.marks import DASHED, DOTS, label
from report.plotting import BLUE, GREEN, INK, ORANGE, PURPLE, panels


def _table_divergence(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.4)
    rows = evidence.study[evidence.study["family"] == "spread"]
    for place, key in enumerate(TABLE):
        mine = rows[rows["row"] == key]
        ratio = mine["printed"] / mine["value"]
        spread = np.linspace(-0.2, 0.2, len(ratio))
        axes.scatter(ratio, place + spread, color=np.where(abs(ratio - 1) < 1e-9, BLUE, ORANGE), **DOTS)
        at_one = round(mine["at_one"].iloc[0], 2) + 0.0
        colour = ORANGE if at_one else INK
        axes.text(1.02, place, f"f(1) = {at_one:g}", color=colour, va="center", transform=axes.get_yaxis_transform())
    axes.axvline(1, **DASHED)
    axes.set(xscale="log", xlabel="printed integral / E_Q f(p/q)", ylim=(5.5, -0.5))
    axes.set_yticks(range(len(TABLE)), labels=[row.name for row in TABLE.values()])
    return figure


def _table_optimum(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.4)
    rows = evidence.study[(evidence.study["family"] == "spread") & (evidence.study["value"] < 2)]
    axes.scatter(rows["value"], rows["far"], color=ORANGE, **DOTS)
    axes.scatter(rows["value"], rows["bound"], color=BLUE, **DOTS)
    axes.plot([-1.4, 2], [-1.4, 2], **DASHED)
    label(axes, (-1.4, 1.6), "at the printed T*, all six rows", BLUE, (0, 0), "left")
    label(axes, (2, -1.2), "at other T", ORANGE, (0, 0), "right")
    label(axes, (-1.4, 1.25), "dashed: equal to the divergence", INK, (0, 0), "left")
    axes.set(xlabel="divergence E_Q f(p/q)", ylabel="E_P T − E_Q f*(T)", ylim=(-1.6, 2.1))
    return figure


def _nonnegative(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.4)
    rows = evidence.study[evidence.study["function"] != "random"]
    places = {key: place for place, key in enumerate(TABLE)}
    for family, colour, offset in (("spread", BLUE, -0.15), ("equal", GREEN, 0.0), ("escaping", ORANGE, 0.15)):
        mine = rows[rows["family"] == family]
        axes.scatter(mine["value"], mine["function"].map(places) + offset, color=colour, **DOTS)
    axes.axvline(0, **DASHED)
    label(axes, (1.95, 4.75), "P ≠ Q", BLUE, (0, 0), "right", va="center")
    label(axes, (1.95, 5.05), "P = Q", GREEN, (0, 0), "right", va="center")
    label(axes, (1.95, 5.35), "P where q = 0", ORANGE, (0, 0), "right", va="center")
    axes.set(xlabel="∫ q f(p/q) dx over q > 0; dashed: 0", xlim=(-1.6, 2), ylim=(5.6, -0.5))
    axes.set_yticks(range(len(TABLE)), labels=[row.name for row in TABLE.values()])
    return figure


def _threshold(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(height=3.4)
    rows = evidence.study
    shown = {"kl": BLUE, "reverse-kl": GREEN, "gan": PURPLE, "flat": ORANGE}
    texts = {"kl": "KL", "reverse-kl": "reverse KL", "gan": "GAN", "flat": "f flat around 1"}
    places = {"kl": (0.62, 1.15), "reverse-kl": (-0.42, -1.94), "gan": (0.6, 0.15), "flat": (-0.98, -0.25)}
    for name, colour in shown.items():
        mine = rows[(rows["function"] == name) & (rows["pair"] < 12)]
        axes.scatter(np.log10(mine["p"] / mine["q"]), mine["test"] - mine["threshold"], color=colour, **DOTS)
        label(axes, places[name], texts[name], colour, (0, 0), "left")
    axes.axhline(0, **DASHED)
    axes.axvline(0, **DASHED)
    label(axes, (-0.98, 1.75), "p < q", INK, (0, 0), "left")
    label(axes, (0.98, -1.8), "p > q", INK, (0, 0), "right")
    axes.set(xlabel="log₁₀ of p / q", ylabel="T*(x) − f'(1)", xlim=(-1, 1), ylim=(-2, 2))
    return figure


def _fenchel(evidence: Evidence) -> Figure:
    figure, (above, below) = panels(rows=2, height=5.6)
    rows = evidence.study[evidence.study["kind"] == "twice"]
    rows = rows[rows["f"].between(-1.5, 2) & ((rows.index % 2 == 0) | (rows["u"] == 0))]
    missed = (rows["conjugated"] - rows["f"]).abs() > 1e-6
    above.scatter(rows["f"], rows["conjugated"], color=np.where(missed, ORANGE, BLUE), **DOTS)
    above.plot([-1.5, 2], [-1.5, 2], **DASHED)
    for case in rows[missed].itertuples():
        label(above, (case.f, case.conjugated), "f jumps at u = 0", ORANGE, (0, -14), "center")
    label(above, (-1.4, 1.6), "continuous convex f", BLUE, (0, 0), "left")
    above.set(xlabel="f(u)", ylabel="(f*)*(u), without the bars")
    reach = evidence.study[evidence.study["kind"] == "reach"]
    for key, colour in (("pearson", PURPLE), ("kl", ORANGE), ("hellinger", BLUE)):
        mine = reach[reach["function"] == key]
        below.plot(mine["reach"], mine["bars"], color=colour, marker="o", markersize=3)
        last = mine.iloc[-1]
        label(below, (last["reach"], last["bars"]), TABLE[key].name.split()[-1], colour, (6, 0), "left", va="center")
    label(below, (1.2, 3e10), "as printed, with bars:\nno end, so f* is infinite", INK, (0, 0), "left", va="center")
    below.set(xscale="log", yscale="log", xlabel="largest u", ylabel="sup of |ut − f(u)|, t = f'(1)", xlim=(0.8, 2e7))
    return figure


def _label_smoothing(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    rows, grid = evidence.study, np.linspace(-3, 3, 200)
    for family, colour in (("example", ORANGE), ("one-sided", BLUE)):
        mine = rows[(rows["family"] == family) & (rows["p_real"] > 0) & (rows["p_fake"] > 0)]
        axes.scatter(np.log10(mine["p_real"] / mine["p_fake"]), mine["found"], color=colour, **DOTS)
        alpha, beta = mine[["alpha", "beta"]].iloc[0]
        axes.plot(grid, (alpha * 10**grid + beta) / (10**grid + 1), **DASHED)
        label(axes, (-3, beta), f"β = {beta:g}", colour, (0, 7), "left")
    label(axes, (-2.9, 0.8), "dots: best D found, α = 0.9", BLUE, (0, 0), "left")
    label(axes, (-2.9, 0.68), "dashed: the formula", INK, (0, 0), "left")
    axes.set(xlabel="log₁₀ of p_r / p_g", ylabel="discriminator D", xlim=(-3.1, 3.1), ylim=(-0.03, 1))
    return figure


def _same_form(evidence: Evidence) -> Figure:
    figure, (axes,) = panels()
    rows = evidence.study[(evidence.study["kind"] == "mmd") & (evidence.study["pair"] < 4)]
    for _, mine in rows.groupby("pair"):
        axes.plot(mine["scale"], mine["value"], color=BLUE, marker="o", markersize=3)
        axes.plot(mine["scale"], mine["any_test"], color=ORANGE, linewidth=1.2)
    axes.set(
        xscale="log", yscale="log", xlabel="distances between the points (factor)", ylabel="largest E_P T − E_Q f(T)"
    )
    last = rows[rows["scale"] == rows["scale"].min()]
    label(axes, (0.1, last["any_test"].max()), "over all T: an f-divergence (KL)", ORANGE, (0, 6), "left")
    label(axes, (10, rows["value"].min()), "over the kernel's ball: MMD", BLUE, (0, 0), "right")
    axes.margins(y=0.15)
    return figure


FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "fdiv-table-divergence": _table_divergence,
    "fdiv-table-optimal-t": _table_optimum,
    "fdiv-nonnegative": _nonnegative,
    "fgan-threshold": _threshold,
    "fenchel-biconjugate": _fenchel,
    "label-smoothing-optimum": _label_smoothing,
    "same-form-losses": _same_form,
}
