"""One figure per claim: what was measured beside what the claim expects (dashed)."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from claims.claim import Claim, Evidence
from claims.judges.grid import relevant
from report.claim_figures import (
    backpropagation,
    clipping,
    clipping_critics,
    clipping_surfaces,
    clipping_values,
    constraints,
    distances,
    divergence_estimates,
    duality,
    f_divergences,
    game,
    game_dynamics,
    game_toys,
    kernels,
    lipschitz,
    lipschitz_more,
    low_dimensional,
    techniques,
    toys,
    training,
    training_toys,
    transport,
)
from report.plotting import style, to_svg

MODULES = (
    toys,
    clipping,
    clipping_critics,
    clipping_surfaces,
    clipping_values,
    constraints,
    backpropagation,
    distances,
    divergence_estimates,
    duality,
    f_divergences,
    game,
    game_dynamics,
    game_toys,
    kernels,
    lipschitz,
    lipschitz_more,
    low_dimensional,
    techniques,
    training,
    transport,
    training_toys,
)

FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    claim: figure for module in MODULES for claim, figure in module.FIGURES.items()
}
"""The figure of each claim; a claim of the catalogue without one fails the tests."""


def draw(claim: Claim, evidence: Evidence) -> str:
    """Draws a claim's figure as one inline SVG element; "" where there is nothing to draw.

    Args:
        claim: a claim of the catalogue.
        evidence: what its verdict rests on.
    """
    evidence = relevant(claim, evidence)
    if not len(evidence.study) and not (len(evidence.scores) and len(evidence.runs)):
        return ""
    with style(claim.id):
        figure = FIGURES[claim.id](evidence)
        return to_svg(figure, claim.title)
