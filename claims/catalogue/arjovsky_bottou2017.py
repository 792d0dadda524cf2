"""Claims about training a generator against a discriminator that is near its optimum.

Paper: Arjovsky and Bottou (2017), Towards principled methods for training generative adversarial networks.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="vanishing-gradient",
        section="game",
        tier="T",
        title="Near its optimum the discriminator leaves the minimax generator no gradient",
        asserted="With a discriminator near its optimum the gradient of the minimax generator cost drops to close to "
        "zero; the non-saturating cost and the WGAN critic behave differently.",
        sources=(
            Source(
                "S2",
                "Vanishing Gradient",
                "if the discriminator does a great job […], the gradient of the loss function drops down to close to "
                "zero",
            ),
            Source(
                "S0",
                "notes on Wasserstein GAN",
                "due to the constrain on the discriminator, it does not saturate and there is always a gradient "
                "flowing back to the generator.",
            ),
            Source(
                "S4",
                "comment by ian_goodfellow on figure 2",
                "If Eq 13 were used, the cost for G would be linearly increasing in the right half of the plot, the "
                "same as it is for WGAN.",
            ),
        ),
        paper="Arjovsky and Bottou (2017), Towards principled methods for training generative adversarial networks",
        parts=(
            Part(
                "minimax",
                "Once the discriminator tells the samples apart, the gradient of E log(1 - D(G(z))) is below a tenth "
                "of the largest seen in the same training.",
            ),
            Part("non-saturating", "The gradient of -E log D(G(z)) is not."),
            Part("critic", "With a WGAN-GP critic trained as long, the gradient of -E f(G(z)) is not."),
        ),
        declaration=Declaration(
            measure="norm of the cost's gradient with respect to the parameters of a fixed generator, after the last "
            "of 400 critic steps, as a share of its largest value at six checkpoints",
            direction="below 0.1 for the minimax cost, at least 0.1 for the two others",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so, against one half; trainings whose discriminator's Jensen-Shannon estimate ends below 0.95 log 2 are "
            "left out, and with fewer than five others the verdict is invalid",
            against="an interval below one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.vanishing_gradient:judge",
        study="bench.toys.vanishing_gradient:study",
        found=(
            Found(
                "The gradient that vanishes is that of the minimax cost. With the same discriminators the "
                "non-saturating cost keeps its gradient.",
                {"minimax": Verdict.SUPPORTED, "non-saturating": Verdict.SUPPORTED},
            ),
        ),
    ),
)
