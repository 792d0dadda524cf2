"""Claims about weight clipping beside the gradient penalty.

Papers: Arjovsky et al. (2017), Wasserstein GAN; Gulrajani et al. (2017), Improved Training of Wasserstein GANs.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

GULRAJANI = "Gulrajani et al. (2017), Improved Training of Wasserstein GANs"

FIGURE = Source(
    "S2",
    "Difficulties with Weight Constraints, figure 1 of the paper",
    "Gradient penalty in WGANs does not exhibit undesired behavior like weight clipping.",
)

CLAIMS = (
    Claim(
        id="clip-gradient-depth",
        section="lipschitz",
        tier="T",
        title="Through a deep critic gradients explode or vanish with clipping and stay level with the penalty",
        asserted="With weight clipping the gradient of the critic's loss grows or decays exponentially on its way back "
        "through a deep critic, for each of c = 0.1, 0.01 and 0.001; with the gradient penalty it stays level.",
        sources=(
            FIGURE,
            Source(
                "S3",
                "5.2 Weight Clipping vs Exploding/Vanishing Gradients (WGAN)",
                "If this constraint is below the ideal weight initialisation then you get vanishing gradients (as "
                "explained above) but conversely, if they are larger than the ideal point this results in exploding "
                "gradients.",
            ),
        ),
        paper=GULRAJANI,
        parts=(
            Part(
                "c-0.1",
                "With c = 0.1 the norm grows or falls more than tenfold from the last hidden layer to the first.",
            ),
            Part("c-0.01", "With c = 0.01 it does."),
            Part("c-0.001", "With c = 0.001 it does."),
            Part("penalty", "With the gradient penalty it does not."),
            Part("exponential", "Where the clipping value is small (0.01, 0.001), the norm decays exponentially."),
            Part(
                "below-initialisation",
                "With c = 0.1, below the deviation of the ideal initial weights (He), the gradient vanishes.",
            ),
            Part(
                "aligned",
                "With c = 0.1 the gradient vanishes when the initial weights have been clipped and explodes at the end "
                "of the training, which aligns the weights' signs.",
                form="corrected",
            ),
        ),
        declaration=Declaration(
            measure="decimal logarithm of the norm of the gradient of E f(G(z)) - E f(x) with respect to the first "
            "hidden layer's activations over that to the last's, after 100 generator steps on the Swiss roll; "
            "generator and critic have 12 ReLU layers of 64 units (the paper's have 512), learning rate 5e-4",
            direction="outside of one decade either way with clipping, within it with the penalty; exponential decay: "
            "a falling line over the layers explains 98 % of the variance of the log norms",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so, against one half; invalid if the norm is not level before training",
            against="an interval below one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.deep_critic:judge",
        study="bench.toys.deep_critic:study",
        found=(
            Found(
                "What decides is not the deviation of the initial weights. In layers of n units, half of them active, "
                "weights of random signs keep a gradient level at c = sqrt(2/n), weights of equal signs already at "
                "c = 2/n: 0.18 and 0.03 for the 64 units here (the paper has 512). Training takes c = 0.1 from the one "
                "to the other.",
                {"below-initialisation": Verdict.CONTRADICTED, "aligned": Verdict.SUPPORTED},
            ),
        ),
    ),
)
