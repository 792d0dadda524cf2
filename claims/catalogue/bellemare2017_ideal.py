"""Claims about the Cramér distance itself: what it equals and which properties it has.

Paper: Bellemare et al. (2017), The Cramer distance as a solution to biased Wasserstein gradients.
"""

from __future__ import annotations

from claims.catalogue.bellemare2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

PLACE = "Energy and Cramer Distance"

CLAIMS = (
    Claim(
        id="energy-equals-cramer",
        section="distances",
        tier="I",
        title="On a line the energy distance is the Cramér distance",
        asserted="In one dimension the Cramér distance and the energy distance are equivalent, and the energy distance "
        "is not negative.",
        sources=(
            Source("S1", PLACE, "∫ (F(x) - G(x))^2 dx, for F and G CDFs of relevant rv."),
            Source(
                "S1",
                f"{PLACE}, next line",
                "Or its equivalent in 1D energy distance: D^2(F, G) = 2 E‖X - Y‖ - E‖X - X'‖ - E‖Y - Y'‖ ≥ 0",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "equivalent",
                "On a line one is a constant times the other: Gaussians, exponentials, uniforms, random atoms.",
            ),
            Part("non-negative", "The energy distance is never below 0: the same and atoms in 2, 8 and 32 dimensions."),
            Part("twice", "The constant is 2: the energy distance is twice the integral that is printed.", "corrected"),
            Part(
                "line-only",
                "In the plane, joint distribution functions in place of F and G, there is no such constant: the ratio "
                "varies by more than a factor 2.",
                "corrected",
                2.0,
            ),
        ),
        declaration=Declaration(
            measure="energy distance, from closed forms of E|X - Y| or sums over atoms, beside the integral of "
            "(F - G)^2",
            direction="a constant ratio",
            margin=1e-9,
            test="worst of 420 pairs on a line, and of 1200 in all for the sign, within the tolerance",
            against="a pair with another ratio, or below 0",
        ),
        judge="claims.studies.energy:judge",
        study="claims.studies.energy:study",
        found=(
            Found(
                "Equivalent here means proportional, not equal: the energy distance is twice the Cramér distance "
                "printed one line above it.",
                {"equivalent": Verdict.SUPPORTED, "twice": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="cramer-ideal-divergence",
        section="distances",
        tier="I",
        title="The Cramér distance has three good properties, KL and Wasserstein two each",
        asserted="The Cramér distance preserves the nice properties of the Wasserstein distance (sum invariance, scale "
        "sensitivity) and adds unbiased sample gradients; KL and Wasserstein each lack one of the three.",
        sources=(
            Source(
                "S1",
                PLACE,
                "which in higher dimensions has got better behaviour: preserves nice properties of EMD; is proven to "
                "have unbiased sample gradients.",
            ),
            Source("S1", "W Properties (not strict)", "if g_θ is continuous, W(P_θ, P) is also continuous"),
        ),
        paper=PAPER,
        parts=(
            Part("sum", "Cramér: adding the same independent noise to both never adds to d, in 1 to 3 dimensions."),
            Part(
                "scale",
                "Cramér, as printed, without a root: d(cX, cY) = c^beta d(X, Y) with beta = 1.",
            ),
            Part("gradients", "Cramér: the mean sample gradient is the true one.", margin=1e-7),
            Part("continuity", "Cramér is at most W1, so continuous in theta wherever W1 is (S1's nice property)."),
            Part("wasserstein-sum", "W1: adding noise never adds to it."),
            Part("wasserstein-scale", "W1: beta = 1."),
            Part(
                "wasserstein-lacks",
                "W1: some pairs have a bias above 0.01, for every dimension and minibatch size.",
                margin=0.01,
            ),
            Part("kl-sum", "KL: adding noise never adds to it."),
            Part("kl-gradients", "KL of the sampled target from the model: no bias.", margin=1e-7),
            Part("kl-lacks", "KL: beta = 0, it does not see the scale."),
            Part("roots", "The l_p distance, a p-th root, has beta = 1 / p: for Cramér's l_2 it is 1/2.", "corrected"),
            Part(
                "root-biased",
                "The sample gradients of l_2 itself, the root of the Cramér distance, are biased by more than 0.01.",
                "corrected",
                0.01,
            ),
            Part(
                "only-square",
                "Of the p-th powers of l_p only p = 2 is unbiased: for 1.5, 3 and 4 the bias exceeds 0.01.",
                "corrected",
                0.01,
            ),
        ),
        declaration=Declaration(
            measure="d before and after adding noise or scaling, on grids; exact mean over all minibatches of 1, 2 and "
            "4 of the derivative in the model's masses",
            direction="as listed",
            margin=1e-9,
            test="worst random case within the tolerance (1e-7 for derivatives, central differences); biases above "
            "0.01",
            against="a pair that breaks a property, or no pair that breaks the one said to be lacking",
        ),
        judge="claims.studies.ideal_divergence:judge",
        study="claims.studies.ideal_divergence:study",
        found=(
            Found(
                "It is the squared distance, as the source prints it, that has all three; its root has "
                "order 1/2 and biased sample gradients.",
                {
                    "gradients": Verdict.SUPPORTED,
                    "roots": Verdict.SUPPORTED,
                    "root-biased": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
)
