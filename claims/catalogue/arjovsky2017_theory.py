"""Claims about convergence of distributions and generators, from Wasserstein GAN.

Paper: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="convergence-hierarchy",
        section="distances",
        tier="I",
        title="Which distance going to 0 takes which other one with it",
        asserted="For sequences of distributions KL -> 0 implies JS -> 0 implies W -> 0, and W -> 0 is convergence in "
        "distribution; the arrows do not turn round.",
        sources=(
            Source(
                "S1",
                "W Properties (not strict), first item",
                "KL(P_n||P) → 0 ⇒ JS(P_n||P) → 0 ⇒ W(P_n||P) → 0, with the latter equivalent to P_n → P in distr.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("kl-js", "Wherever KL(P_n || P) goes to 0, JS does."),
            Part("js-w", "Wherever JS goes to 0, W does."),
            Part("w-weak", "Wherever W goes to 0, P_n goes to P in distribution."),
            Part("weak-w", "Wherever P_n goes to P in distribution, W goes to 0."),
            Part("one-way", "JS goes to 0 where KL does not, and W where JS does not.", margin=0.01),
            Part(
                "bounded",
                "On a set of diameter C, W <= C (2 JS)^(1/2) and b <= W <= max(1, C/2) b, with b the bounded-Lipschitz "
                "distance, which is 0 in the limit exactly for convergence in distribution.",
                "corrected",
                1e-9,
            ),
        ),
        declaration=Declaration(
            measure="distance at the end of a sequence (epsilon = 2^-17) whose premise is below 1e-3 there, over "
            "random sequences of five families",
            direction="zero",
            margin=1e-2,
            test="worst sequence within the tolerance; distances that vanish are of the order of epsilon, the others "
            "of the order of 1",
            against="one sequence on which the premise vanishes and the conclusion does not",
        ),
        judge="claims.studies.convergence:judge",
        study="claims.studies.convergence:study",
        found=(
            Found(
                "Mass 1/n that escapes to distance n leaves JS and convergence in distribution unharmed (KL too where "
                "P has a heavy tail), and W where it was. On a bounded set, where images live, both arrows hold.",
                {"js-w": Verdict.CONTRADICTED, "weak-w": Verdict.CONTRADICTED, "bounded": Verdict.SUPPORTED},
            ),
        ),
    ),
)
