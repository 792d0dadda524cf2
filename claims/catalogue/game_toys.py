"""Claims about the GAN game that small trainings on the line settle.

Papers: Arjovsky et al. (2017), Wasserstein GAN; Nowozin et al. (2016), f-GAN.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="critic-clean-gradients",
        section="game",
        tier="T",
        title="Between two Gaussians the discriminator saturates and the WGAN critic has slope everywhere",
        asserted="Trained to tell two Gaussians apart, a GAN discriminator saturates and the gradient vanishes, while "
        "the WGAN critic gives clean gradients in all parts of space; with the other generator cost the plot would "
        "have shown no vanishing gradient.",
        sources=(
            Source(
                "S0",
                "caption of figure 2",
                "the traditional GAN discriminator saturates and results in vanishing gradients. Our WGAN critic "
                "provides very clean gradients on all parts of the space.",
            ),
            Source(
                "S2",
                "Fixing vanishing gradient in some settings, caption of figure 2",
                "the discriminator of a minimax GAN saturates and results in vanishing gradients.",
            ),
            Source(
                "S4",
                "comment by ian_goodfellow",
                'Based on Fig 2 it looks like "regular GAN" definitely means Eq 10. If Eq 13 were used, the cost for G '
                "would be linearly increasing in the right half of the plot, the same as it is for WGAN.",
            ),
        ),
        paper="Arjovsky et al. (2017), Wasserstein GAN",
        parts=(
            Part(
                "saturates",
                "D lies within 0.01 of the label of at least 95 % of the points of either Gaussian.",
            ),
            Part(
                "minimax",
                "Averaged over the generated points, the slope of log(1 - D), the generator cost of S4's Eq 10, is "
                "below a tenth of its largest on the line.",
            ),
            Part(
                "critic",
                "The clipped critic rises towards the real points at every one of 161 places from -8 to 8, its least "
                "slope being, on average over trainings, at least a tenth of its largest.",
                margin=0.0,
            ),
            Part(
                "non-saturating",
                "With the same discriminators -log D, the cost of S4's Eq 13, rises over the right half of the plot "
                "along a straight line, which explains at least 95 % of its variance.",
            ),
            Part(
                "penalty",
                "A critic with gradient penalty does as the clipped one where there are samples, from -5 to 5.",
                form="corrected",
            ),
        ),
        declaration=Declaration(
            measure="scores and slopes on the line of critics trained for 3000 steps between N(-3, 1), the real "
            "points, and N(3, 1), a generator that stays as it is",
            direction="D saturated; slope of the minimax cost below 0.1, of the critics at least 0.1 of the largest; "
            "non-saturating cost a line",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so, against one half; for the clipped critic Student's interval of the mean of its least slope as a "
            "share of the largest, less 0.1, against 0; invalid if the median "
            "Jensen-Shannon estimate of the discriminators ends below "
            "0.95 log 2 or the median estimate of a method's critics grows by over 5 % in the second half",
            against="an interval below one half, or below 0",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.critic_curves:judge",
        study="bench.toys.critic_curves:study",
        found=(
            Found(
                "The figure shows the minimax cost. The same saturated discriminators give -log D, which the paper's "
                "own GANs were trained with, a nearly constant slope over the right half of the plot.",
                {
                    "saturates": Verdict.SUPPORTED,
                    "minimax": Verdict.SUPPORTED,
                    "non-saturating": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
)
