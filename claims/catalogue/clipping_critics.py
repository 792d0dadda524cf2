"""Claims about figure 1 of Gulrajani et al. (2017): the weights of clipped critics."""

from __future__ import annotations

from claims.catalogue.clipping import FIGURE, GULRAJANI
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="clip-extremes",
        section="lipschitz",
        tier="T",
        title="Clipping pushes weights to the ends of the interval, the gradient penalty does not",
        asserted="Training with weight clipping pushes the critic's weights towards the two ends of the clipping "
        "interval; with the gradient penalty they do not pile up at the ends of their range.",
        sources=(
            FIGURE,
            Source(
                "S3",
                "5.2 Weight Clipping vs Exploding/Vanishing Gradients (WGAN)",
                "When using weight clipping, the loss function typically results in the weights being very close to "
                "the upper/lower bounds of the clipping interval (Figure 1b WGAN-GP), which exhausts the clipping "
                "constraint.",
            ),
        ),
        paper=GULRAJANI,
        parts=(
            Part("ends-0.1", "With c = 0.1 most weights end in the outer tenth of the clipping interval."),
            Part("ends-0.01", "With c = 0.01 they do."),
            Part("ends-0.001", "With c = 0.001 they do."),
            Part("penalty", "With the gradient penalty fewer are in the outer tenth of their range than uniform ones."),
            Part(
                "pushed-0.1",
                "It is the training that takes them there: with c = 0.1 the share at the ends grows from weights that "
                "start uniform in the interval.",
                margin=0.1,
            ),
            Part("pushed-0.01", "With c = 0.01 it grows.", margin=0.1),
            Part("pushed-0.001", "With c = 0.001 it grows.", margin=0.1),
            Part(
                "first-clip",
                "From the usual initial weights, most are at the ends before any training step, as soon as they have "
                "been clipped, and training adds no more than 5 points, for each c.",
                form="corrected",
            ),
        ),
        declaration=Declaration(
            measure="share of the critic's weights (no biases) of size 0.9 c or more, a tenth if they are uniform, "
            "after 100 generator steps on the Swiss roll; 12 ReLU layers of 64 units (the paper's have 512; by c n / 2 "
            "its c = 0.01 corresponds to 0.08 here), learning rate 5e-4; for the penalty, of 0.9 times the largest",
            direction="at least one half with clipping, below a tenth with the penalty; growing in training",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so, against one half; for growth Student's interval of its mean against 0 and a tenth of the weights",
            against="an interval below one half; for growth one that excludes it",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.clipped_weights:judge",
        study="bench.toys.clipped_weights:study",
        found=(
            Found(
                "What fills the ends in a deep critic with a small c is the clipping of the initial weights, which are "
                "larger than c; training moves none there, as no gradient arrives.",
                {
                    "first-clip": Verdict.SUPPORTED,
                    "pushed-0.01": Verdict.CONTRADICTED,
                    "pushed-0.001": Verdict.CONTRADICTED,
                },
            ),
        ),
    ),
)
