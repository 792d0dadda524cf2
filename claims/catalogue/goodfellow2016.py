"""Claims about the generator's costs.

Paper: Goodfellow (2016), NIPS 2016 tutorial: generative adversarial networks.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Part, Source

CLAIMS = (
    Claim(
        id="softplus-blend",
        section="game",
        tier="I",
        title="The WGAN generator cost is an equal blend of the two GAN costs",
        asserted="Since softplus(x) - softplus(-x) = x, the WGAN generator cost is the equal blend of the minimax and "
        "the non-saturating costs.",
        sources=(
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
                "blend",
                "With one coefficient on both, for every logit, log(1 - D) and -log D add up to the WGAN cost -x.",
            ),
        ),
        declaration=Declaration(
            measure="error relative to max(1, |x|), over logits from -700 to 700",
            direction="zero",
            margin=1e-12,
            test="worst case within the tolerance",
            against="one logit beyond the tolerance",
        ),
        judge="claims.studies.gan_game:judge_softplus",
        study="claims.studies.gan_game:softplus_study",
        found="The sum of the two costs is the WGAN cost exactly; their average is half of it, which scales the "
        "gradient and does not turn it.",
    ),
)
