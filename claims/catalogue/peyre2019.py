"""Claims about discrete optimal transport.

Paper: Peyré, Cuturi (2019), Computational optimal transport.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="bakeries-optimal-plan",
        section="distances",
        tier="I",
        title="Six bakeries, six cafés: is the printed plan the cheapest?",
        asserted="For the printed 6 x 6 cost matrix the optimal delivery costs 10 + 7 + 15 + 10 + 14 + 9 = 65 min.",
        sources=(
            Source(
                "S1",
                "French Bakeries, both slides",
                "given a set of N bakeries and M cafes, what is the optimal "
                "way to transport loaves of bread between them?",
            ),
        ),
        paper="Peyré, Cuturi (2019), Computational optimal transport",
        parts=(
            Part("printed-plan", "No plan costs less than the printed 65 min."),
            Part(
                "optimum",
                "Enumeration of all plans, the assignment algorithm and the linear program agree on the "
                "least price and on the plan.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="printed price minus the least price over all 720 plans, for the matrix as printed",
            direction="zero",
            margin=1e-9,
            test="the price of every plan, so nothing is left to chance",
            against="one cheaper plan",
        ),
        judge="claims.studies.bakeries:judge",
        study="claims.studies.bakeries:study",
        found=(
            Found(
                "A cheaper plan stands in the source's own matrix: all prices are those of the matrix as printed.",
                {"printed-plan": Verdict.CONTRADICTED, "optimum": Verdict.SUPPORTED},
            ),
        ),
    ),
)
