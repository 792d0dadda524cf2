"""Claims about the effort of finding an optimal plan.

Paper: Peyré, Cuturi (2019), Computational optimal transport.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="monge-factorial",
        section="distances",
        tier="I",
        title="Trying every plan grows as a factorial; the linear program finds the same optimum",
        asserted="The number of plans in Monge's problem grows as n!; for equal masses Kantorovich's linear program "
        "has the same optimum.",
        sources=(
            Source("S1", "Optimal Transport: Monge", "The number of calculations rises as factorial."),
            Source(
                "S1", "Kantorovich", "Find an optimal coupling γ_{i,j} for the mass of bread moved from p_i to q_j."
            ),
        ),
        paper="Peyré, Cuturi (2019), Computational optimal transport",
        parts=(
            Part("factorial", "Enumeration prices n! plans."),
            Part("linear-program", "For equal masses the linear program's optimum is the cheapest of all plans."),
            Part(
                "polynomial",
                "Shortest augmenting paths find the optimum and look at no more than n^3 prices.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="error of the count against n!, and difference of the optima relative to max(1, price), over "
            "random cost matrices",
            direction="zero",
            margin=1e-9,
            test="worst case within the tolerance; prices are sums of at most 64 terms",
            against="one size with another count, or one matrix with another optimum",
        ),
        judge="claims.studies.assignment:judge",
        study="claims.studies.assignment:study",
        found=(
            Found(
                "The factorial counts the plans, not the work a solution needs: that is at most n^3.",
                {"factorial": Verdict.SUPPORTED, "polynomial": Verdict.SUPPORTED},
            ),
        ),
    ),
)
