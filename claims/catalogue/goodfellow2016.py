"""Claims about the generator's costs.

Paper: Goodfellow (2016), NIPS 2016 tutorial: generative adversarial networks.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="softplus-blend",
        section="game",
        tier="I",
        title="The WGAN generator cost is an equal blend of the two GAN costs",
        asserted="Since softplus(x) - softplus(-x) = x, the WGAN generator cost is equivalent to the average of the "
        "minimax cost (Eq 10) and the non-saturating cost (Eq 13).",
        sources=(
            Source(
                "S4",
                "comment of ian_goodfellow on the cost of the generator, the sentence before",
                "I think in terms of the cost applied to the generator, the approach in this paper is equivalent to "
                "taking the average of Eq 10 and Eq 13.",
            ),
            Source(
                "S4",
                "comment of ian_goodfellow on the cost of the generator",
                "The equivalence follows because "
                "softplus(x) − softplus(−x) = x, so blending Eq 10 and Eq 13 with equal coefficients gives a cost "
                "that is linear in the logits of the discriminator.",
            ),
        ),
        paper="Goodfellow (2016), NIPS 2016 tutorial: generative adversarial networks",
        parts=(
            Part("identity", "softplus(x) - softplus(-x) = x."),
            Part(
                "average",
                "The average of log(1 - D) and -log D is equivalent to the WGAN cost -x: the same up to one positive "
                "factor for every logit.",
            ),
            Part("sum", "The sum of log(1 - D) and -log D is the WGAN cost -x, with no factor.", "corrected"),
        ),
        declaration=Declaration(
            measure="error relative to max(1, |x|), over logits from -700 to 700",
            direction="zero",
            margin=1e-12,
            test="worst case within the tolerance; two costs are called equivalent when one is a positive multiple of "
            "the other, which changes the length of a gradient and not its direction",
            against="one logit beyond the tolerance, or a factor that is not positive",
        ),
        judge="claims.studies.gan_game:judge_softplus",
        study="claims.studies.gan_game:softplus_study",
        found=(
            Found(
                "The sum of the two costs is the WGAN cost exactly; their average is half of it, which scales the "
                "gradient and does not turn it.",
                {"average": Verdict.SUPPORTED, "sum": Verdict.SUPPORTED},
            ),
        ),
    ),
)
