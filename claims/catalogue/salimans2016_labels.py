"""Claims about smoothed labels.

Paper: Salimans et al. (2016), Improved techniques for training GANs.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="label-smoothing-optimum",
        section="game",
        tier="I",
        title="The best discriminator for smoothed labels",
        asserted="With labels α for real and β for fake samples the optimal discriminator is "
        "(α p_r + β p_g) / (p_r + p_g), for example with α = 0.9 and β = 0.1.",
        sources=(
            Source(
                "S2",
                "One-sided label smoothing",
                "The optimal D is then D(x) = (α p_r(x) + β p_g(x)) / (p_r(x) + p_g(x))",
            ),
            Source("S2", "One-sided label smoothing", "Example: α = 0.9 and β = 0.1"),
        ),
        paper="Salimans et al. (2016), Improved techniques for training GANs",
        parts=(
            Part(
                "formula",
                "The cross-entropy with labels α and β from [0, 1] is least at D* = (α p_r + β p_g) / (p_r + p_g).",
            ),
            Part("example", "The same for α = 0.9 and β = 0.1."),
            Part(
                "heading",
                "The example is one-sided, as the slide's heading says: labels of fakes stay 0, so that the best D is "
                "0 where p_r = 0.",
            ),
            Part(
                "one-sided",
                "With α = 0.9 and β = 0 the best D is 0.9 p_r / (p_r + p_g), and 0 where p_r = 0.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="distance of the formula from the maximiser found by golden-section search",
            direction="zero",
            margin=1e-6,
            test="worst case within the tolerance; a search by values alone resolves a maximum to about 1e-8",
            against="one pair of densities and labels beyond the tolerance",
        ),
        judge="claims.studies.label_smoothing:judge",
        study="claims.studies.label_smoothing:study",
        found=(
            Found(
                "The formula is right, but under the heading of one-sided smoothing the example smooths both sides; "
                "one-sided smoothing has β = 0.",
                {"example": Verdict.SUPPORTED, "heading": Verdict.CONTRADICTED, "one-sided": Verdict.SUPPORTED},
            ),
        ),
    ),
)
