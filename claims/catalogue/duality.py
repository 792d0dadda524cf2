"""Claims about the duality of W1 and what it says of a generator's gradient.

Papers: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks; Villani (2009), Optimal
transport: old and new.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

VILLANI = "Villani (2009), Optimal transport: old and new"

CLAIMS = (
    Claim(
        id="kantorovich-rubinstein",
        section="distances",
        tier="I",
        title="W1 is a supremum over 1-Lipschitz functions",
        asserted="W1 is the supremum of E_P f - E_Q f over 1-Lipschitz f, and the discrete distance that of "
        "sum f_i q_i - sum f_j p_j.",
        sources=(
            Source(
                "S1",
                "Kantorovich-Rubinstein Duality",
                "W(p_r, p_θ) = sup_{f ∈ Lip_1(X)} (E_{x∼p_r}[f(x)] − E_{x∼p_θ}[f(x)])",
            ),
            Source("S1", "Back to Bakeries", "EMD = sup_{‖f‖_L ≤ 1} ∑_i f_i q_i − ∑_j f_j p_j"),
            Source(
                "S2",
                "Wasserstein-1 as a GAN loss?",
                "W_1(p_r, p_g) = sup_{‖f‖_L ≤ 1} E_{x∼p_r}[f(x)] − E_{x∼p_g}[f(x)]",
            ),
            Source("S0", "Wasserstein GAN", "A duality theorem from Kantorovich and Rubinstein implies W(μ, μ′) = […]"),
        ),
        paper=VILLANI,
        parts=(
            Part("duality", "The supremum of E_P f - E_Q f over 1-Lipschitz f is the price of the cheapest plan."),
            Part(
                "order",
                "With the masses in S1's order, q before p, each at its own places x_i or y_j: the supremum of "
                "sum f q - sum f p is the EMD.",
            ),
            Part(
                "indices",
                "Read literally, with S1's indices, i for the bakeries at x_i with masses p_i, j for the cafés at y_j "
                "with masses q_j, and as many of one as of the other: the supremum of sum_i f(x_i) q_i - "
                "sum_j f(y_j) p_j is the EMD.",
            ),
            Part(
                "same-places",
                "So it is where both masses lie on one list of places, x_i = y_i for every i.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="difference of the two optima relative to W1, over clouds of points and pairs of densities in 1 to "
            "32 dimensions",
            direction="zero",
            margin=1e-5,
            test="worst case within the tolerance; sums over points are exact to rounding, quadrature to 2e-6",
            against="one pair with another supremum",
        ),
        judge="claims.studies.duality:judge",
        study="claims.studies.duality:study",
        found=(
            Found(
                "Which masses come first does not matter: with f, -f is 1-Lipschitz too. What matters is that a mass "
                "meets f at its own place: sum_j f(y_j) q_j - sum_i f(x_i) p_i. With i and j as printed the sums "
                "hand each bakery a café's mass.",
                {"order": Verdict.SUPPORTED, "indices": Verdict.CONTRADICTED, "same-places": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="grad-of-w1",
        section="distances",
        tier="I",
        title="The optimal critic gives the gradient of W1",
        asserted="Theorem 3: with the optimal critic f_w, the gradient of W1 is -E_z grad f_w(g_theta(z)).",
        sources=(
            Source(
                "S2",
                "Wasserstein-1 as a GAN loss?, Theorem 3",
                "∇_w W_1(p_r, p_g) = −E_{z∼p_z}[∇_w f_w(g_θ(z))]",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "printed",
                "grad_w W1 = -E_z grad_w f_w(g_theta(z)), with w the parameters of a critic that attains the maximum.",
            ),
            Part(
                "generator",
                "grad_theta W1 = -E_z grad_theta f(g_theta(z)), f an optimal critic held fixed, where both sides "
                "exist.",
                "corrected",
                1e-6,
            ),
            Part(
                "kinks",
                "However smooth g is, W1 has no gradient where a generated atom lies on its real one: its slope jumps "
                "by at least half of 2 |v| / n, v the velocity of the atom, n the number of atoms.",
                "corrected",
                0.5,
            ),
        ),
        declaration=Declaration(
            measure="difference of the two sides relative to max(1, right side), derivatives by central differences "
            "of step 1e-5, over clouds of 3 to 8 atoms and four families of generators in 2 to 8 dimensions",
            direction="zero",
            margin=1e-6,
            test="worst case within the tolerance; rounding makes 1e-9 of the distances' last digits",
            against="one problem in which the two sides differ",
        ),
        judge="claims.studies.critic_gradient:judge",
        study="claims.studies.critic_gradient:study",
        found=(
            Found(
                "Both subscripts have to be θ. W1 does not depend on w, so the left side is 0; the right side is not, "
                "since at the maximum it is E_x ∇_w f_w(x) that cancels it. With θ the two sides agree.",
                {"printed": Verdict.CONTRADICTED, "generator": Verdict.SUPPORTED},
            ),
            Found(
                "Local Lipschitz continuity of g does not give a gradient everywhere: W1 has a kink wherever a "
                "generated atom passes through its real one.",
                {"kinks": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="w-continuous-in-theta",
        section="distances",
        tier="I",
        title="W1 is continuous where the generator is",
        asserted="If g is continuous in theta, W(P_theta, P) is continuous in theta and, with some more restrictions, "
        "differentiable almost everywhere.",
        sources=(
            Source(
                "S1",
                "W Properties (not strict)",
                "if g_θ is continuous, W(P_θ, P) is also continuous, with some more restrictions W(P_θ, P) is "
                "differential almost anywhere.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "continuous",
                "If g_theta(z) is continuous in theta for every z, W(P_theta, P) is continuous.",
                margin=1e-2,
            ),
            Part(
                "differentiable",
                "If g is locally Lipschitz in theta (with a constant of finite mean, the paper's restriction), W has "
                "a derivative at almost every theta: both slopes agree to 1e-3 at 97 % of random theta or more.",
            ),
            Part(
                "bounded",
                "If, besides, the g_theta(z) stay in one bounded set, W(P_theta, P) is continuous.",
                "corrected",
                1e-2,
            ),
            Part(
                "continuity-alone",
                "Restrictions are needed: along a continuous, bounded g without a derivative in theta, each of 100 "
                "random theta has difference quotients of W above 100 within 2e-5 of it.",
                "corrected",
                100.0,
            ),
        ),
        declaration=Declaration(
            measure="change of W1 over a step of 2^-26 in theta; share of random theta at which the slopes of W1 over "
            "1e-6 on both sides agree; difference quotients of W1 over steps of 3^-11 to 3^-10",
            direction="zero; all; growing",
            margin=0.97,
            test="worst change within 1e-2 where no g(z) looked at moves by more than that; exact (Clopper-Pearson) "
            "interval of the share, one-sided 5 % a bound, against 0.97; least quotient above 100",
            against="one map that moves every point less and less while W1 jumps",
            alpha=0.05,
        ),
        judge="claims.studies.continuity:judge",
        study="claims.studies.continuity:study",
        found=(
            Found(
                "A generator may send a share θ of its latents 1/θ away: every g_θ(z) converges as θ goes to 0, and W "
                "stays away from its limit. On a bounded set, where images live and where the paper proves it, "
                "continuity holds.",
                {"continuous": Verdict.CONTRADICTED, "bounded": Verdict.SUPPORTED},
            ),
            Found(
                "The restriction is that g is locally Lipschitz in θ with a constant of finite mean. Continuity alone "
                "allows a W without a derivative anywhere.",
                {"differentiable": Verdict.SUPPORTED, "continuity-alone": Verdict.SUPPORTED},
            ),
        ),
    ),
)
