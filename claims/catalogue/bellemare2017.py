"""Claims about biased gradients and the Cramér distance.

Paper: Bellemare et al. (2017), The Cramer distance as a solution to biased Wasserstein gradients.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

PAPER = "Bellemare et al. (2017), The Cramer distance as a solution to biased Wasserstein gradients"

CLAIMS = (
    Claim(
        id="wasserstein-bernoulli-bias",
        section="distances",
        tier="I",
        title="Sample gradients of the Wasserstein loss are biased, even for a coin",
        asserted="Expected sample gradients of the Wasserstein loss differ from the true gradient, even for Bernoulli "
        "distributions (true parameters 0.6 and 0.9), and lead to a wrong parameter.",
        sources=(
            Source(
                "S1",
                "WGAN: more problems",
                "The expected EMD gradients can differ from the true gradients.",
            ),
            Source("S1", "WGAN: more problems, next item", "This leads to problems even for Bernoulli distribution."),
            Source(
                "S1",
                "WGAN: more problems, figure",
                "Red for sample gradient expectation, blue is for real gradients solution. Left to right θ* = 0.6; "
                "0.6; 0.9.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "biased",
                "For both parameters and minibatches of 1 to 100 the bias exceeds 0.1 at some theta, the "
                "true gradient being -1 or 1.",
            ),
            Part(
                "wrong-minimiser",
                "For both parameters some minibatch size puts the minimum of the expected sample "
                "loss more than 0.05 away from the true parameter.",
                margin=0.05,
            ),
            Part(
                "descent",
                "For both parameters descent along the expected sample gradient ends more than 0.05 away from the "
                "true parameter with some minibatch size.",
                margin=0.05,
            ),
            Part(
                "stochastic",
                "So does the exact mean of descent along sample gradients, a new minibatch in each step.",
                margin=0.05,
            ),
            Part(
                "true-descent",
                "Descent along the true gradient ends within a step, 0.005, of the true parameter.",
                margin=0.005 + 1e-9,
            ),
            Part(
                "descent-ends",
                "Descent along the expected sample gradient ends within a step of the minimum of the expected sample "
                "loss, the median of the minibatch mean.",
                "corrected",
                0.005 + 1e-9,
            ),
            Part(
                "closed-form",
                "The bias is 2 P(mean < theta) below the true parameter and -2 P(mean > theta) above.",
                "corrected",
                1e-9,
            ),
            Part(
                "small-batches",
                "The minimum lies within log(2) / m of the true parameter: a matter of small minibatches.",
                "corrected",
                0.0,
            ),
        ),
        declaration=Declaration(
            measure="expected sample gradient, exactly and over 4000 simulated minibatches, minus the true gradient; "
            "end of 2000 steps of descent, exactly and over 200 simulated descents",
            direction="different from zero",
            margin=0.1,
            test="exact expectations against the margin; invalid when the simulation excludes an exact value at one in "
            "a million",
            against="a parameter and minibatch size without such a bias, or minima at the true parameter",
        ),
        judge="claims.studies.sample_gradients:judge_bernoulli_wasserstein",
        study="claims.studies.sample_gradients:bernoulli_wasserstein_study",
        found=(
            Found(
                "The source does not say which minibatch size its figure shows, and the wrong minimum depends on it: "
                "the minimum is the median of the minibatch mean.",
                {"wrong-minimiser": Verdict.SUPPORTED, "small-batches": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="cramer-unbiased",
        section="distances",
        tier="I",
        title="The Cramér distance has unbiased sample gradients",
        asserted="The Cramér (energy) distance has unbiased sample gradients, in one dimension and in more.",
        sources=(Source("S1", "Energy and Cramer Distance", "is proven to have unbiased sample gradients."),),
        paper=PAPER,
        parts=(
            Part("bernoulli", "Bernoulli distributions, squared Cramér distance: no bias at any minibatch size."),
            Part(
                "discrete",
                "Random atoms in 1, 2, 8 and 32 dimensions, energy distance to a known model: no bias in "
                "its shift and scale.",
                margin=1e-6,
            ),
            Part(
                "gaussian",
                "Gaussians in 2, 8 and 32 dimensions, both sampled: the mean gradient in the shift is the "
                "true one to 5 %.",
                margin=0.05,
            ),
            Part(
                "descent",
                "Bernoulli distributions: five steps of descent lead on average, over all sequences of minibatches, "
                "where the true gradient leads.",
            ),
            Part(
                "sampled-model",
                "When the model is sampled too, there is no bias if a sample is never paired with itself.",
                "corrected",
                1e-6,
            ),
            Part(
                "plug-in",
                "When the model is sampled and every pair is counted, the gradient in its scale is biased: "
                "by more than 0.01 in every case, with minibatches of 2 to 5.",
                "corrected",
                0.01,
            ),
        ),
        declaration=Declaration(
            measure="expected sample gradient minus true gradient; exact sums over all minibatches, or 20 000 samples "
            "of Gaussians",
            direction="zero",
            margin=1e-9,
            test="worst exact case within the tolerance (1e-6 where the true gradient is a central difference); "
            "Gaussians: in each cell the 90 % interval of the relative bias inside the margin",
            against="one case beyond the tolerance, or an interval outside the margin",
            alpha=0.05,
        ),
        judge="claims.studies.sample_gradients:judge_cramer",
        study="claims.studies.sample_gradients:cramer_study",
        found=(
            Found(
                "It holds for samples of the target, as in the paper.",
                {"bernoulli": Verdict.SUPPORTED, "discrete": Verdict.SUPPORTED},
            ),
            Found(
                "A loss that also samples the model keeps it only if no sample is paired with itself.",
                {"sampled-model": Verdict.SUPPORTED, "plug-in": Verdict.SUPPORTED},
            ),
        ),
    ),
)
