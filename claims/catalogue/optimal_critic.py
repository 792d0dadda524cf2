"""Claims about the gradient of the optimal critic.

Paper: Gulrajani et al. (2017), Improved training of Wasserstein GANs, proposition 1.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="optimal-critic-unit-gradient",
        section="distances",
        tier="T",
        title="The optimal critic has a gradient of norm 1 between coupled points",
        asserted="The optimal critic has gradient norm 1 on the straight lines between coupled points, everywhere "
        "under both distributions, and almost everywhere.",
        sources=(
            Source(
                "S3",
                "5.3 Definition of x̂",
                "f^* has gradient norm 1 everywhere under P_r and P_g",
            ),
            Source(
                "S3",
                "5.3 Definition of x̂",
                "f^*, exhausts the Lipschitz constraint at least on the straight lines between coupled points between "
                "the sampled data and the real data (which x̂ ← εx + (1 − ε)x̃ defines).",
            ),
            Source(
                "S4",
                "comment by martinarjovsky on Lipschitz functions",
                "the 'perfect critic' f that maximizes equation 2 in the paper has actually gradients with norm 1 "
                "almost everywhere",
            ),
        ),
        paper="Gulrajani et al. (2017), Improved training of Wasserstein GANs",
        parts=(
            Part(
                "coupled",
                "On the lines between points coupled by an optimal plan every optimal critic has a gradient of norm 1.",
            ),
            Part(
                "under-both",
                "So it has at every point of both distributions, also where they share mass: beside such points the "
                "mean of two optimal critics has norm 1.",
            ),
            Part(
                "almost-everywhere",
                "An optimal critic has norm 1 almost everywhere: within 0.1 of it at 95 % of places around the samples "
                "or more, for each of three pairs of distributions.",
            ),
            Part(
                "interpolates",
                "The points x̂ between independently drawn x and x̃ are such places: within 0.1 of 1 at 95 % of them or "
                "more, for each of three pairs of distributions.",
            ),
            Part(
                "trained",
                "A WGAN-GP critic trained to near its optimum has it too: its mean norm on those lines is within 0.1 "
                "of 1.",
                margin=0.1,
            ),
            Part(
                "trained-places",
                "So it has place by place: within 0.1 of 1 at 95 % of places on those lines or more.",
            ),
            Part("above-one", "The trained critics' norm lies above 1, the penalty being finite.", "corrected", 0.02),
            Part(
                "penalised",
                "Their mean norm is the same, within 0.05, where the penalty looks for it: between independent points.",
                "corrected",
                0.05,
            ),
            Part(
                "moved",
                "At points whose partner lies elsewhere the norm is 1, whatever mass is shared elsewhere.",
                "corrected",
            ),
            Part(
                "greatest",
                "Among the optimal critics one has norm 1 almost everywhere in this sense: the greatest, "
                "min_j f(y_j) + |x - y_j|.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="norm of the gradient at random places: exact, of the mean of the greatest and the least optimal "
            "critic between 200 real and 200 generated points, in ten problems of each kind; and of forty critics of "
            "64 ReLU units after 1200 steps of WGAN-GP (lambda 10) against untrained generators on 8 Gaussians",
            direction="one",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of problems in which it is so, "
            "against one half, exact norms being equal to 1 within 1e-6; Student's interval of the mean over trained "
            "critics within the margin; critics whose estimate is more than 20 % off W1 are left out, and with fewer "
            "than five others the verdict is invalid",
            against="an interval below one half; a mean norm 0.1 or more away from 1",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=40,
        ),
        judge="claims.judges.optimal_critic:judge",
        study="bench.toys.optimal_critic:study",
        found=(
            Found(
                "The norm is 1 on the lines between coupled points that differ. Where a point is its own partner "
                "there is no line, and optimal critics may be flat; proposition 1 of the paper excludes this.",
                {
                    "coupled": Verdict.SUPPORTED,
                    "under-both": Verdict.CONTRADICTED,
                    "moved": Verdict.SUPPORTED,
                },
            ),
            Found(
                "There is not one perfect critic. The greatest has norm 1 almost everywhere; its mean with the least "
                "is as perfect, and has not.",
                {"almost-everywhere": Verdict.CONTRADICTED, "greatest": Verdict.SUPPORTED},
            ),
            Found(
                "The x̂ of the algorithm lie between points drawn independently, not coupled ones. There the penalty "
                "asks for a norm that optimal critics need not have. Trained critics have about the same norm in both "
                "places on average, but scattered: most are off by more than 0.1 at over 5 % of the places between "
                "coupled points.",
                {
                    "interpolates": Verdict.CONTRADICTED,
                    "penalised": Verdict.SUPPORTED,
                    "trained-places": Verdict.CONTRADICTED,
                },
            ),
        ),
    ),
)
