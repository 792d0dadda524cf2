"""Claims about the value of the GAN game.

Paper: Goodfellow et al. (2014), Generative adversarial nets.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

PAPER = "Goodfellow et al. (2014), Generative adversarial nets"

CLAIMS = (
    Claim(
        id="optimal-discriminator",
        section="game",
        tier="I",
        title="The best discriminator is p_r / (p_r + p_g)",
        asserted="For a fixed generator the discriminator that maximises the GAN value is D*(x) = p_r / (p_r + p_g).",
        sources=(
            Source(
                "S2",
                "Optimal value for D",
                "and so setting this equals to zero gives D^*(x) = p_r(x) / (p_r(x) + p_g(x))",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("pointwise", "Wherever p_r + p_g > 0, p_r log D + p_g log(1 - D) is largest at D*."),
            Part("no-rival", "No other value of D tried does better than D*.", margin=1e-12),
            Part("log-base", "The printed factor 1 / ln 10 of the derivative does not move the maximum."),
        ),
        declaration=Declaration(
            measure="distance of D* from the maximiser found by golden-section search",
            direction="zero",
            margin=1e-6,
            test="worst case within the tolerance; a search by values alone resolves a maximum to about 1e-8",
            against="one pair of densities beyond the tolerance",
        ),
        judge="claims.studies.gan_game:judge_discriminator",
        study="claims.studies.gan_game:discriminator_study",
    ),
    Claim(
        id="gan-value-at-optimum",
        section="game",
        tier="I",
        title="The GAN value at the best discriminator",
        asserted="L(G, D*) = -log 4 + JS(p_r || p_g) with JS the mean of two KL terms; the global optimum is -log 4.",
        sources=(
            Source("S2", "Back to Global Optimal", "L(G, D^*) = -log(4) + JS(p_r || p_g)"),
            Source("S2", "Global Optimal, second line", "E_{x∼p_r}[log p_r/(p_r + p_g)] + E_{x∼p_g}[p_g/(p_r + p_g)]"),
            Source(
                "S2",
                "Global Optimal, third line",
                "−2 log(2) + E_{x∼p_r}[log 2p_r/(p_r + p_g)] + E_{x∼p_g}[2p_g/(p_r + p_g)]",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("as-js", "L(G, D*) = -log 4 + JS, with JS as S2 defines it: half the sum of two KL terms."),
            Part("printed-line", "L(G, D*) = E_r log[p_r / (p_r + p_g)] + E_g [p_g / (p_r + p_g)], as printed."),
            Part(
                "printed-line-3",
                "L(G, D*) = -2 log 2 + E_r log[2 p_r / (p_r + p_g)] + E_g [2 p_g / (p_r + p_g)], as printed.",
            ),
            Part("kl-sum", "L(G, D*) = -log 4 + KL(p_r || m) + KL(p_g || m) with m = (p_r + p_g) / 2."),
            Part("optimum", "L(G, D*) is at least -log 4, and equal to it when p_g = p_r."),
            Part("twice-js", "L(G, D*) = -log 4 + 2 JS.", "corrected"),
        ),
        declaration=Declaration(
            measure="error of each printed form against the value of the game at D*, in nats",
            direction="zero",
            margin=1e-9,
            test="worst case over random distributions within the tolerance",
            against="one pair of distributions beyond the tolerance",
        ),
        judge="claims.studies.gan_game:judge_value",
        study="claims.studies.gan_game:value_study",
        found=(
            Found(
                "The last line loses a factor: the sum of the two KL terms is twice JS.",
                {"as-js": Verdict.CONTRADICTED, "kl-sum": Verdict.SUPPORTED, "twice-js": Verdict.SUPPORTED},
            ),
            Found(
                "The second and third lines lack a logarithm in their second expectation; the fourth, the sum of two "
                "KL terms, has it.",
                {
                    "printed-line": Verdict.CONTRADICTED,
                    "printed-line-3": Verdict.CONTRADICTED,
                    "kl-sum": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
)
