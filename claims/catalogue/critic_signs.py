"""Claims about what a WGAN critic's estimate shows of the critic.

Paper: Arjovsky et al. (2017), Wasserstein GAN; the assertion was made in the discussion of it.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="critic-sign-changes",
        section="lipschitz",
        tier="T",
        title="A critic that is too small or badly trained changes the sign of its estimate",
        asserted="Sign changes in the critic's estimate show that its capacity is too low or that it is not trained "
        "well.",
        sources=(
            Source(
                "S4",
                "answer of martinarjovsky to ogrisel",
                "I found that the capacity of the disc is usually too low when I see sign changes in the estimate of "
                "equation 2 (this means the critic's error is close to 0, so it's either not well trained till "
                "optimality or it's capacity is no longer good enough).",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "small",
                "The estimate of a critic of 2 hidden units changes its sign more often than that of one of three "
                "layers of 64 units, trained for 5 steps a generator step as well.",
                margin=0.01,
            ),
            Part(
                "badly-trained",
                "So does that of the larger critic when it is trained for one step a generator step.",
                margin=0.01,
            ),
            Part(
                "able",
                "The larger critic, trained for 5 steps, hardly ever changes it: at no more than 1 % of the generator "
                "steps.",
            ),
            Part(
                "only-weak",
                "Sign changes come only from a weak critic: the larger critic, trained for 5 steps, changes the sign "
                "at less than 10 % of the steps also where there is nothing to tell apart, between what a generator "
                "makes and more of the same.",
            ),
            Part(
                "equals",
                "The same critic changes it at 10 % of the steps or more where there is nothing to tell apart: between "
                "what a generator makes and more of the same.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="share of 400 generator steps of WGANs on 8 Gaussians, the first quarter left out, at which the "
            "critic's estimate has the other sign than at the step before; published optimizer and clipping",
            direction="more for the worse critics, hardly any for the able one",
            margin=0.5,
            test="Student's interval, one-sided 5 % a bound, of the mean difference between critics of a seed, against "
            "0 and one more change in 100 steps; exact (Clopper-Pearson) interval of the share of trainings against "
            "one half; trainings whose exact distance ends below 0.2 are left out, and with fewer than five others the "
            "verdict is invalid",
            against="a mean difference below one in 100 steps; an able critic whose estimate changes sign as well, "
            "anywhere",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=20,
        ),
        judge="claims.judges.critic_signs:judge",
        study="bench.toys.critic_signs:study",
        found=(
            Found(
                "Sign changes also come when the critic has nothing to find. They speak against it only while "
                "generator and data are known to be apart.",
                {"only-weak": Verdict.CONTRADICTED, "equals": Verdict.SUPPORTED},
            ),
        ),
    ),
)
