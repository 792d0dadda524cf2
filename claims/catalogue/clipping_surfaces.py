"""Claims about figure 1 of Gulrajani et al. (2017): the value surfaces of clipped critics."""

from __future__ import annotations

from claims.catalogue.clipping import FIGURE, GULRAJANI
from claims.claim import Claim, Declaration, Found, Part, Verdict

CLAIMS = (
    Claim(
        id="clip-simple-critics",
        section="lipschitz",
        tier="T",
        title="Clipped critics ignore higher moments of the data, penalised critics do not",
        asserted="With the generator fixed at the data plus unit-variance noise, critics trained to optimality with "
        "weight clipping ignore higher moments of the data on 8 Gaussians, 25 Gaussians and the Swiss roll; critics "
        "trained with the gradient penalty do not.",
        sources=(FIGURE,),
        paper=GULRAJANI,
        parts=(
            Part("clip-gaussians8", "Clipped critics (c = 0.01 and 0.1) ignore the modes of 8 Gaussians."),
            Part("clip-gaussians25", "They ignore those of 25 Gaussians."),
            Part("clip-swiss_roll", "They ignore the windings of the Swiss roll."),
            Part("penalty-gaussians8", "Penalised critics see the modes of 8 Gaussians."),
            Part("penalty-gaussians25", "They see those of 25 Gaussians."),
            Part("penalty-swiss_roll", "They see the windings of the Swiss roll."),
            Part(
                "closer",
                "Over its steepest slope, the penalised critic's estimate is a greater share of the Wasserstein-1 "
                "distance than the better clipped one's (mean of the three data sets).",
                margin=0.05,
            ),
        ),
        declaration=Declaration(
            measure="dip of the critic's value between neighbouring modes or windings, over its steepest slope, as a "
            "share of the median dip of POT's optimal critics of 500 samples; after 3000 critic steps of 128 samples, "
            "9000 of the penalised critic on 25 Gaussians; three ReLU layers of 64 units (published: 512 units, "
            "100,000 steps), learning rates 5e-4 (clipping) and 1e-3, penalty weight 0.1 as in the official toy code "
            "(the paper says 10)",
            direction="below a tenth (ignored) with clipping, above with the penalty",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so, against one half; for the estimate Student's interval of the mean gain by seed against 0 and 5 % of "
            "the distance; invalid where in the last fifth of the training the median estimate still changes by a "
            "tenth, or the median dip grows by a tenth of itself and a hundredth of the optimal critic's",
            against="an interval below one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.value_surfaces:judge",
        study="bench.toys.value_surfaces:study",
        found=(
            Found(
                "A clipped critic is not blind to modes as far apart as those of 8 Gaussians, and a penalised one does "
                "not yet see the windings of the Swiss roll.",
                {"clip-gaussians8": Verdict.CONTRADICTED, "penalty-swiss_roll": Verdict.CONTRADICTED},
            ),
        ),
    ),
)
