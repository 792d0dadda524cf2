"""Claims about where the GAN game leads a generator.

Papers: Goodfellow et al. (2014), Generative adversarial nets; Nowozin et al. (2016), f-GAN.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="convergence-under-ideal-d",
        section="game",
        tier="T",
        title="With the discriminator optimal at each step, p_g converges to p_data",
        asserted="If G and D have enough capacity, D reaches its optimum at each step, and p_g is updated so as to "
        "improve the criterion, then p_g converges to p_data.",
        sources=(
            Source(
                "S2",
                "Training GAN, Proposition 2",
                "If G and D have enough capacity, and at each step of Algorithm 1, the discriminator is allowed to "
                "reach its optimum given G, and p_g is updated so as to improve the criterion [...] then p_g "
                "converges to p_data",
            ),
        ),
        paper="Goodfellow et al. (2014), Generative adversarial nets",
        parts=(
            Part(
                "steps",
                "On a finite set, p_g itself is moved by gradient steps of fixed rate against the optimal D: within "
                "200 steps it comes to p_data from every start.",
            ),
            Part(
                "shrinking",
                "It comes to p_data also by other steps each of which improves the criterion: those with rates 1, "
                "1/2, 1/4, ....",
            ),
            Part(
                "parameters",
                "Gradient steps in the parameters of G, as in Algorithm 1, against the optimal D come to p_data from "
                "every start, where G, three Gaussians with learned means, can be p_data exactly.",
            ),
            Part(
                "near",
                "They do from means within 1.5 deviations of their own centres of p_data, which are 6 apart.",
                form="corrected",
            ),
            Part(
                "rate",
                "Steps of p_g of rate 1 leave 2 JS(p_data, p_g) below KL(p_data || p_g at the start) / t after t "
                "steps.",
                form="corrected",
                margin=0.0,
            ),
        ),
        declaration=Declaration(
            measure="total variation between p_data and p_g after the last step; 200 random pairs of laws on 2 to 20 "
            "points, and twice 60 random starts of three means on the line",
            direction="zero",
            margin=1e-4,
            test="worst case within the tolerance",
            against="a start that does not come to p_data",
        ),
        judge="claims.studies.ideal_discriminator:judge",
        study="claims.studies.ideal_discriminator:study",
        found=(
            Found(
                "To improve the criterion at each step is not enough: the lengths of the steps must not have a finite "
                "sum. Steps of p_g of fixed rate do converge, for the criterion is convex in p_g.",
                {"steps": Verdict.SUPPORTED, "shrinking": Verdict.CONTRADICTED, "rate": Verdict.SUPPORTED},
            ),
            Found(
                "The criterion is not convex in the parameters of G. There the steps can end where Gaussians share "
                "one of the data's and leave another without, though D is optimal and G able to be p_data.",
                {"parameters": Verdict.CONTRADICTED, "near": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="different-dynamics",
        section="game",
        tier="T",
        title="Different f-divergences lead to very different learning dynamics",
        asserted="Using different f-divergences leads to very different learning dynamics: fitted to two modes, KL "
        "covers both and reverse KL seeks one.",
        sources=(
            Source(
                "S1",
                "f-GAN: wrap up",
                "Using different f-divergence leads to very different learning dynamics.",
            ),
        ),
        paper="Nowozin et al. (2016), f-GAN",
        parts=(
            Part("different", "A Gaussian fitted to two modes ends wider with KL than with reverse KL."),
            Part("kl-covers", "With KL it ends over both modes.", margin=0.5),
            Part("reverse-kl-seeks", "With reverse KL it ends on one mode.", margin=0.5),
            Part(
                "non-saturating-seeks",
                "With KL and the step of the f-GAN paper's section 3.2, which maximises E_q g(v), it ends on one mode.",
                form="corrected",
                margin=0.5,
            ),
        ),
        declaration=Declaration(
            measure="f-GANs of a Gaussian with learned mean and spread on two Gaussians 4 apart, of deviation 1/2, "
            "after 1500 generator steps on the variational bound (750 with the step of section 3.2); over both modes: "
            "a tenth of the mass or more on either side of the middle; on one: at most 2 % on one side",
            direction="wider, both modes, one mode",
            margin=0.6931471805599453,
            test="Student's interval, one-sided 5 % a bound, of the log ratio of the spreads by seed, against 0 and "
            "log 2; exact (Clopper-Pearson) interval of the share of trainings against one half, diverged ones "
            "counting as failures; invalid where fewer than 70 % of descents on the divergences themselves end over "
            "both modes (KL) or on one (reverse KL)",
            against="an interval of the ratio below log 2 that holds 0, or of a share below one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.divergence_dynamics:judge",
        study="bench.toys.divergence_dynamics:study",
        found=(
            Found(
                "The generator's step decides as much as the divergence: with the step that maximises E_q g(v) the KL "
                "game seeks one mode, as reverse KL does.",
                {"reverse-kl-seeks": Verdict.SUPPORTED, "non-saturating-seeks": Verdict.SUPPORTED},
            ),
        ),
    ),
)
