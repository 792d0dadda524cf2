"""Claims of the discussion of Wasserstein GAN about estimates from minibatches, and about MMD.

Papers: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks; Gretton et al. (2012),
A kernel two-sample test.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

GRETTON = "Gretton et al. (2012), A kernel two-sample test"

CLAIMS = (
    Claim(
        id="minibatch-ot-biased",
        section="distances",
        tier="I",
        title="The transport distance of minibatches is rough and biased",
        asserted="The batch-wise estimator of the Wasserstein distance is rough and biased.",
        sources=(
            Source(
                "S4",
                "spongebob_jy, question 2",
                "The batch-wise estimator is so rough and biased that it has to work with some regularizations.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "same",
                "P = Q, minibatches of 64: the mean distance of two minibatches exceeds its limit 0 by more than 10 % "
                "of the mean distance of two points, in 1, 2, 8 and 32 dimensions.",
            ),
            Part(
                "different",
                "Q is P moved by 1 or 4 standard deviations, minibatches of 64: the mean exceeds the limit by more "
                "than 10 % of it, in 1, 2, 8 and 32 dimensions.",
            ),
            Part(
                "rough",
                "In all these cases the standard deviation between minibatches is more than 10 % of their mean.",
            ),
            Part(
                "never-below",
                "The mean is never below the limit: all minibatches of up to 3 draws from random pairs on 3 points in "
                "1 to 3 dimensions.",
                "corrected",
                1e-12,
            ),
            Part("ordered", "On a line with all of P below all of Q there is no bias at all.", "corrected", 1e-12),
            Part("many-dimensions", "P moved, 8 and 32 dimensions: the bias exceeds 10 % of the limit.", "corrected"),
            Part("few-dimensions", "P moved, 1 and 2 dimensions: it is below 10 % of the limit.", "corrected"),
            Part(
                "slow",
                "P = Q, 8 and 32 dimensions: minibatches of 128 in place of 16 keep more than two thirds of the bias.",
                "corrected",
                2 / 3,
            ),
            Part(
                "agree",
                "In 32 dimensions the bias is over ten times the spread: minibatches agree, on a wrong number.",
                "corrected",
                10.0,
            ),
        ),
        declaration=Declaration(
            measure="mean and standard deviation of W1 between two minibatches, 200 pairs in each cell of family, "
            "dimension and distance; exact sums over all minibatches of distributions on 3 points",
            direction="above the limit",
            margin=0.1,
            test="in each cell the 90 % interval against the margin; mixed when cells disagree; exact sums within "
            "the tolerance",
            against="cells whose interval lies below the margin",
            alpha=0.05,
        ),
        judge="claims.studies.minibatch_transport:judge",
        study="claims.studies.minibatch_transport:study",
        found=(
            Found(
                "It is biased upwards, and what decides how much is dimension and closeness: a lot in many dimensions "
                "or when P and Q are near each other, hardly in one or two dimensions once they are apart.",
                {
                    "same": Verdict.SUPPORTED,
                    "never-below": Verdict.SUPPORTED,
                    "many-dimensions": Verdict.SUPPORTED,
                    "few-dimensions": Verdict.SUPPORTED,
                },
            ),
            Found(
                "Where it is most biased it is least rough: in 32 dimensions all minibatches give nearly the same "
                "wrong number, which larger minibatches hardly mend.",
                {"slow": Verdict.SUPPORTED, "agree": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="mmd-closed-form",
        section="distances",
        tier="I",
        title="MMD is a maximum over test functions that has a closed form",
        asserted="MMD is an integral probability metric whose inner optimisation is a quadratic problem with a closed "
        "form solution.",
        sources=(
            Source(
                "S4",
                "answer of mcuturi to spongebob_jy",
                "because MMD boils down, in an IPM framework, to a quadratic problem that has a closed form solution, "
                'we\'re never really "optimizing" over anything with MMD.',
            ),
            Source(
                "S4",
                "the same answer, next sentence",
                "much like saying that the mean of a few vectors corresponds to the argmin_x ∑|x_i - x|^2",
            ),
        ),
        paper=GRETTON,
        parts=(
            Part(
                "maximum",
                "The maximum of E_P f - E_Q f over the unit ball of the kernel's space, found by an optimiser, is the "
                "closed form: five kernels, 1 to 32 dimensions.",
            ),
            Part(
                "witness",
                "The function E k(X, .) - E k(Y, .), scaled to norm 1, reaches it, and no random one in the ball "
                "exceeds it.",
            ),
            Part(
                "quadratic",
                "The quadratic problem max over all f of E_P f - E_Q f - |f|^2 / 2, solved by an optimiser, has half "
                "the squared MMD as its maximum.",
            ),
            Part("mean", "The mean of vectors minimises the sum of squared distances to them."),
        ),
        declaration=Declaration(
            measure="difference of the optimiser's maximum from sqrt(E k(X, X') + E k(Y, Y') - 2 E k(X, Y))",
            direction="zero",
            margin=1e-9,
            test="worst of 800 pairs of distributions within the tolerance",
            against="one pair whose maximum is not the closed form",
        ),
        judge="claims.studies.kernels_mmd:judge",
        study="claims.studies.kernels_mmd:study",
    ),
)
