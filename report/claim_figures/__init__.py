"""One figure per claim: what was measured beside what the claim expects (dashed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

from claims.claim import Claim, Evidence
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
    questions,
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
"""The figures of claims that have one of their own."""


def draw(claim: Claim, evidence: Evidence, verdicts: Mapping[str, str]) -> str:
    """Draws a claim's figure as one inline SVG element; "" where there is nothing to draw.

    Args:
        claim: a claim of the catalogue; without a figure of its own, that of its parts' questions is drawn.
        evidence: what its verdict rests on.
        verdicts: by part, as they are reported.
    """
    if not len(evidence.study) and not (len(evidence.scores) and len(evidence.runs)):
        return ""
    with style(claim.id):
        own = FIGURES.get(claim.id)
        figure = own(evidence) if own else questions.figure(claim, evidence, verdicts)
        return to_svg(figure, claim.title) if figure else ""
