"""Claims about training as a game, and techniques for it.

Paper: Salimans et al. (2016), Improved techniques for training GANs.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="minmax-xy-diverges",
        section="game",
        tier="I",
        title="Gradient steps on xy spiral away from the equilibrium",
        asserted="min over x, max over y of xy under simultaneous gradient steps does not reach the equilibrium: the "
        "iterates spiral outwards.",
        sources=(
            Source(
                "S2",
                "Hard to achieve a global optimum (Nash Equilibrium), last slide",
                "x^(k+1) = x^(k) − η y, y^(k+1) = y^(k) + η x",
            ),
            Source("S2", "the same slide, above", "∂f/∂x = y, ∂f/∂y = −x"),
        ),
        paper="Salimans et al. (2016), Improved techniques for training GANs",
        parts=(
            Part("outwards", "Every step leads farther from the equilibrium.", margin=0.0),
            Part("turns", "Every step turns in the same sense.", margin=0.0),
            Part("printed-derivative", "f = xy has df/dx = y and df/dy = -x, as printed."),
            Part("derivative", "It has df/dx = y and df/dy = x; -x is the derivative of -f in y.", "corrected"),
            Part("rate", "Each step multiplies the distance by sqrt(1 + eta^2).", "corrected"),
            Part(
                "alternating",
                "When y answers the new x, x^2 - eta x y + y^2 never changes: for eta < 2 the iterates stay on an "
                "ellipse, neither reaching the equilibrium nor leaving.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="growth of the distance from the equilibrium and turn in each step, over random starts and steps",
            direction="positive",
            margin=1e-9,
            test="least growth and least turn above zero; the exact forms within the tolerance",
            against="one step that does not lead away; one point with another derivative than printed",
        ),
        judge="claims.studies.minmax:judge",
        study="claims.studies.minmax:study",
        found=(
            Found(
                "The divergence belongs to the simultaneous steps, as printed; alternating steps circle.",
                {"outwards": Verdict.SUPPORTED, "alternating": Verdict.SUPPORTED},
            ),
            Found(
                "The derivative of f = xy in y is x; the −x printed belongs to −f, which the slide before has y "
                "minimise. The steps printed below it are right.",
                {
                    "printed-derivative": Verdict.CONTRADICTED,
                    "derivative": Verdict.SUPPORTED,
                    "outwards": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
)
