"""Claims about f-divergences and the games made from them.

Paper: Nowozin et al. (2016), f-GAN: training generative neural samplers using
variational divergence minimization.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

PAPER = "Nowozin et al. (2016), f-GAN: training generative neural samplers using variational divergence minimization"

CLAIMS = (
    Claim(
        id="fdiv-table-divergence",
        section="game",
        tier="I",
        title="The table of f-divergences: integrals and generators",
        asserted="In each row of the table the integral D_f(P || Q) is E_Q f(p / q) for the f printed beside it, and "
        "f(1) = 0.",
        sources=(
            Source(
                "S1",
                "Constructing the divergence",
                "We use f-divergence, for convex function f(x): R^+ → R and f(1) = 0: "
                "D_f(P||Q) = ∫_X f(p(x)/q(x)) q(x) dx.",
            ),
            Source("S1", "f-GAN results", "The known divergences can be summarised in table"),
        ),
        paper=PAPER,
        parts=(
            Part("kl", "Kullback-Leibler: ∫ p log(p / q) dx = E_Q f(p / q) with f = u log u."),
            Part("reverse-kl", "Reverse KL: ∫ q log(q / p) dx = E_Q f(p / q) with f = -log u."),
            Part("pearson", "Pearson χ²: ∫ (q - p)² / p dx = E_Q f(p / q) with f = (u - 1)²."),
            Part("hellinger", "Squared Hellinger: ∫ (√p - √q)² dx = E_Q f(p / q) with f = (√u - 1)²."),
            Part(
                "jensen-shannon",
                "Jensen-Shannon: ½ ∫ p log(2p / (p + q)) + q log(2q / (p + q)) dx = E_Q f(p / q) with "
                "f = -(u + 1) log((1 + u) / 2) + u log u.",
            ),
            Part(
                "gan",
                "GAN: ∫ p log(2p / (p + q)) + q log(2q / (p + q)) dx - log 4 = E_Q f(p / q) with "
                "f = u log u - (u + 1) log(u + 1).",
            ),
            Part("f-at-one", "f(1) = 0 in every row."),
            Part("pearson-corrected", "Pearson χ²: ∫ (q - p)² / q dx = E_Q f(p / q) with f = (u - 1)².", "corrected"),
            Part(
                "pearson-swapped",
                "The integral printed for Pearson χ² is D_f(Q || P), the divergence with its arguments exchanged "
                "(Neyman χ²).",
                "corrected",
            ),
            Part(
                "jensen-shannon-corrected",
                "Jensen-Shannon: ∫ p log(2p / (p + q)) + q log(2q / (p + q)) dx, without the factor ½, is E_Q f(p / q) "
                "with f = -(u + 1) log((1 + u) / 2) + u log u.",
                "corrected",
            ),
            Part(
                "gan-shifted",
                "GAN: f - f(1) vanishes at 1, and its divergence is that of the Jensen-Shannon row's f.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="error of each printed integral against E_Q f(p / q), relative to max(1, D_f), and |f(1)|",
            direction="zero",
            margin=1e-12,
            test="worst case over random pairs of distributions within the tolerance, row by row",
            against="one pair of distributions beyond the tolerance",
        ),
        judge="claims.studies.f_divergence_table:judge_integral",
        study="claims.studies.f_divergence_table:integral_study",
        found=(
            Found(
                "The Pearson row divides by p where its generator gives q: what is printed is the Neyman χ².",
                {
                    "pearson": Verdict.CONTRADICTED,
                    "pearson-corrected": Verdict.SUPPORTED,
                    "pearson-swapped": Verdict.SUPPORTED,
                },
            ),
            Found(
                "The Jensen-Shannon row is off by a factor: its generator gives twice the printed integral.",
                {"jensen-shannon": Verdict.CONTRADICTED, "jensen-shannon-corrected": Verdict.SUPPORTED},
            ),
            Found(
                "The GAN row's integral fits its generator, but that generator is -log 4 at 1, so the row is no "
                "f-divergence by the slide's own definition; shifted by log 4 it is.",
                {"gan": Verdict.SUPPORTED, "f-at-one": Verdict.CONTRADICTED, "gan-shifted": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="fdiv-table-optimal-t",
        section="game",
        tier="I",
        title="The table of f-divergences: optimal test functions",
        asserted="In each row of the table T*(x) is f'(p(x) / q(x)) and attains the variational bound "
        "E_P T - E_Q f*(T).",
        sources=(
            Source("S1", "Fenchel conjugates", "We can find the the equality holds if: T^*(x) = f' (p(x)/q(x))."),
            Source("S1", "f-GAN results", "The known divergences can be summarised in table"),
        ),
        paper=PAPER,
        parts=(
            Part("kl", "Kullback-Leibler: T* = 1 + log(p / q) is f'(p / q) and attains D_f."),
            Part("reverse-kl", "Reverse KL: T* = -q / p is f'(p / q) and attains D_f."),
            Part("pearson", "Pearson χ²: T* = 2 (p / q - 1) is f'(p / q) and attains D_f."),
            Part("hellinger", "Squared Hellinger: T* = (√(p / q) - 1) √(q / p) is f'(p / q) and attains D_f."),
            Part("jensen-shannon", "Jensen-Shannon: T* = log(2p / (p + q)) is f'(p / q) and attains D_f."),
            Part("gan", "GAN: T* = log(p / (p + q)) is f'(p / q) and attains D_f."),
            Part("no-rival", "No other test function tried has a larger E_P T - E_Q f*(T).", "corrected"),
        ),
        declaration=Declaration(
            measure="error of T* against the derivative of the printed f, and of the bound at T* against E_Q f(p / q), "
            "relative to max(1, value); f* is the conjugate sup over u of u t - f(u)",
            direction="zero",
            margin=1e-12,
            test="worst case over random pairs of distributions within the tolerance, row by row",
            against="one point or one pair of distributions beyond the tolerance",
        ),
        judge="claims.studies.f_divergence_table:judge_optimum",
        study="claims.studies.f_divergence_table:optimum_study",
        found=(
            Found(
                "The bound attained is E_Q f(p / q) of the printed generator; where the table's integral is another "
                "one (Pearson χ², Jensen-Shannon), T* belongs to the generator and not to the integral.",
                {"pearson": Verdict.SUPPORTED, "jensen-shannon": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="fdiv-nonnegative",
        section="game",
        tier="I",
        title="An f-divergence is never negative",
        asserted="D_f(P || Q) >= f(1) = 0 by Jensen's inequality.",
        sources=(
            Source(
                "S1",
                "Constructing the divergence",
                "The inequality holds: ∫_X f(p(x)/q(x)) q(x) dx ≥ f(∫_X p(x)/q(x) q(x) dx) = 0.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("jensen", "For convex f and q > 0 wherever p > 0, E_Q f(p / q) is at least f(1)."),
            Part("table", "The divergence of each of the six generators in the table is at least 0."),
            Part(
                "any-pair",
                "For any P and Q, with the integral over the points where p / q exists (q > 0), D_f is at least f(1).",
            ),
            Part(
                "any-pair-counted",
                "For any P and Q, with the mass of P where q = 0 counted by the limit of f(u) / u, D_f is at least "
                "f(1).",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="amount by which E_Q f(p / q) falls below f(1), relative to max(1, D_f), or below 0",
            direction="zero",
            margin=1e-12,
            test="worst case over random convex functions, the table's generators and random pairs of distributions "
            "within the tolerance",
            against="one function and pair beyond the tolerance",
        ),
        judge="claims.studies.f_divergence_sign:judge_sign",
        study="claims.studies.f_divergence_sign:sign_study",
        found=(
            Found(
                "The table lists one generator with f(1) below 0, that of the GAN row; its divergence is negative.",
                {"jensen": Verdict.SUPPORTED, "table": Verdict.CONTRADICTED},
            ),
            Found(
                "The last step, ∫ (p / q) q dx = 1, needs Q to have mass wherever P has. Where it has none, the "
                "missing term is p lim f(u) / u.",
                {"any-pair": Verdict.CONTRADICTED, "any-pair-counted": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="fgan-threshold",
        section="game",
        tier="I",
        title="f'(1) is the threshold between the two kinds of samples",
        asserted="A sample is classified as one of P when T*(x) > f'(1).",
        sources=(
            Source(
                "S1",
                "Game objective",
                "We classify based on p(x)/q(x) (since T^* = f'(p(x)/q(x))), using f'(1) as a proxy threshold for "
                "classification. In particular, we classify x ∼ P when T(x) > f'(1).",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("table", "For each T* of the table, T*(x) > f'(1) exactly where p(x) > q(x)."),
            Part(
                "best",
                "For each T* of the table, no other threshold on T* errs less often on equally many samples of P and "
                "Q.",
            ),
            Part(
                "every-convex",
                "T*(x) > f'(1) exactly where p(x) > q(x) for every convex f with f(1) = 0 that has a derivative.",
            ),
            Part(
                "strictly-convex",
                "T*(x) > f'(1) exactly where p(x) > q(x) for strictly convex f with a derivative at 1.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="points on the wrong side of f'(1), and errors that a better threshold would save (fraction)",
            direction="zero",
            margin=1e-12,
            test="no point of random pairs of distributions on the wrong side, no saving beyond the tolerance",
            against="one point on the wrong side, or a better threshold",
        ),
        judge="claims.studies.f_divergence_sign:judge_threshold",
        study="claims.studies.f_divergence_sign:threshold_study",
        found=(
            Found(
                "The slide asks of f only that it be convex with f(1) = 0. Where f is straight on both sides of 1, "
                "such as max(|u - 1| - 1/2, 0)², T* is f'(1) on a whole range of ratios and tells nothing there.",
                {"every-convex": Verdict.CONTRADICTED, "strictly-convex": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="fenchel-biconjugate",
        section="game",
        tier="I",
        title="The conjugate of the conjugate, and the variational bound",
        asserted="(f*)* = f for convex f, and D_f is at least E_P T - E_Q f*(T) for every T in the domain of f*.",
        sources=(
            Source(
                "S1",
                "Fenchel conjugates",
                "We know the Fenchel conjugate (convex in t): f^*(t) = sup_u |ut - f(u)| moreover, if f is convex, "
                "then (f^*)^* = f.",
            ),
            Source("S1", "Fenchel conjugates", "D(P||Q) ≥ sup_{T ∈ 𝒯} (E_{x∼P}[T(x)] - E_{x∼Q}[f^*(T(x))])"),
        ),
        paper=PAPER,
        parts=(
            Part("bars", "(f*)* = f for convex f, with f*(t) = sup over u of |ut - f(u)| as printed."),
            Part(
                "every-convex",
                "(f*)* = f for every convex f on u >= 0 with f(1) = 0, with f*(t) = sup over u of {ut - f(u)}.",
            ),
            Part("bound", "E_P T - E_Q f*(T) is at most D_f for every T with values in the domain of f*."),
            Part(
                "closed",
                "(f*)* = f for every convex and continuous f on u >= 0, with f*(t) = sup over u of {ut - f(u)}.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="difference of (f*)* and f, both suprema found by golden-section search, relative to max(1, |f|); "
            "excess of the bound over D_f, relative to max(1, D_f)",
            direction="zero",
            margin=1e-11,
            test="worst case over the table's generators, random convex functions and random points, and over random "
            "test functions, within the tolerance",
            against="one point or one test function beyond the tolerance",
        ),
        judge="claims.studies.fenchel:judge",
        study="claims.studies.fenchel:study",
        found=(
            Found(
                "The bars around ut - f(u) are a misprint for braces: with them the supremum is infinite.",
                {"bars": Verdict.CONTRADICTED, "closed": Verdict.SUPPORTED},
            ),
            Found(
                "A convex f may jump at the end of its domain; (f*)* then takes the limit instead of the value, so f "
                "has to be lower semicontinuous too, as every f of the table is.",
                {"every-convex": Verdict.CONTRADICTED, "closed": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="same-form-losses",
        section="game",
        tier="I",
        title="One form for GAN, f-GAN and MMD-GAN",
        asserted="min over Q, max over T of E_P T - E_Q f(T) includes the original GAN, f-GANs and MMD-GAN.",
        sources=(
            Source(
                "S1",
                "f-GAN: wrap up",
                "min_θ max_T E_{x∼P}[T(x)] - E_{x∼Q_θ}[f(T(x))] includes examples such as the original GAN, "
                "f-divergence GAN, MMD-GAN.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("gan", "Original GAN: E_P log D + E_Q log(1 - D) has the form with T = log D, f(T) = -log(1 - e^T)."),
            Part("f-gan", "f-GAN: the maximum over T of E_P T - E_Q f(T), with the generator f as printed, is D_f."),
            Part("mmd", "MMD-GAN: for some f the maximum over all functions T of E_P T - E_Q f(T) is the MMD."),
            Part("f-gan-conjugate", "f-GAN: the maximum over T of E_P T - E_Q f*(T) is D_f.", "corrected"),
            Part(
                "mmd-ball",
                "MMD-GAN: with f(T) = T, and T in the unit ball of the kernel's function space, the maximum is the "
                "MMD.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="difference of each game's value and the form's, relative to max(1, value); for MMD its change "
            "when the points of P and Q are moved, which leaves the maximum over all T as it is",
            direction="zero",
            margin=1e-11,
            test="worst case over random distributions, test functions and points within the tolerance",
            against="one case beyond the tolerance",
        ),
        judge="claims.studies.same_form:judge",
        study="claims.studies.same_form:study",
        found=(
            Found(
                "f of the form is not the generator of the slides before it but its conjugate f*.",
                {"f-gan": Verdict.CONTRADICTED, "f-gan-conjugate": Verdict.SUPPORTED},
            ),
            Found(
                "MMD-GAN has the form only when T is kept to a ball: over all T the maximum is an f-divergence, which "
                "does not see how far apart points are.",
                {"mmd": Verdict.CONTRADICTED, "mmd-ball": Verdict.SUPPORTED},
            ),
        ),
    ),
)
