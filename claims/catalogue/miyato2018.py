"""Claims about spectral normalization.

Paper: Miyato et al. (2018), Spectral normalization for generative adversarial networks.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="power-iteration",
        section="lipschitz",
        tier="I",
        title="Ten steps of power iteration give the largest singular value",
        asserted="Ten steps of power iteration on a random 15 x 15 matrix give its largest singular value to the "
        "printed four decimals.",
        sources=(
            Source(
                "S0",
                "code slide on power iteration, and its notes",
                "This example illustrates that the power "
                "iteration methods can approximate the largest singular value of a matrix.",
            ),
            Source("S0", "code slide on power iteration, what it prints", "tensor(7.9129) tensor(7.9129)"),
        ),
        paper="Miyato et al. (2018), Spectral normalization for generative adversarial networks",
        parts=(
            Part("ten-steps", "Ten steps are right to four decimals for at least 95 of 100 random matrices."),
            Part("hundred-steps", "A hundred steps are right to four decimals for at least 95 of 100.", "corrected"),
            Part("lower-bound", "The estimate never exceeds the largest singular value.", "corrected", 1e-12),
            Part(
                "error-bound",
                "After k steps 1 - (estimate / s1)^2 is at most (s2 / s1)^(4k - 2) tan^2 of the angle "
                "between the start and the leading singular vector.",
                "corrected",
                1e-12,
            ),
        ),
        declaration=Declaration(
            measure="fraction of 2000 standard normal matrices whose estimate and largest singular value agree to four "
            "decimals",
            direction="at least 0.95",
            margin=0.95,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, against 0.95",
            against="an interval below 0.95",
            alpha=0.05,
        ),
        judge="claims.studies.power_iteration:judge",
        study="claims.studies.power_iteration:study",
        found=(
            Found(
                "The source shows one lucky draw. The error shrinks by (s2 / s1)^4 a step, and the two largest "
                "singular values of such a matrix are often close.",
                {"ten-steps": Verdict.CONTRADICTED, "error-bound": Verdict.SUPPORTED},
            ),
        ),
    ),
)
