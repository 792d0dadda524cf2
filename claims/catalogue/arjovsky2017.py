"""Claims about probability distances, from Wasserstein GAN.

Paper: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

PAPER = "Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks"

CLAIMS = (
    Claim(
        id="js-peaks-saturate",
        section="distances",
        tier="I",
        title="Jensen-Shannon stops seeing how far apart two peaks are",
        asserted="Two densities on [0, 1] are half uniform and half a peak of width d, the peaks x apart: their "
        "Jensen-Shannon divergence is proportional to min(d, |x|), so it is flat once the peaks do not overlap.",
        sources=(
            Source(
                "S0",
                "slide on the metric structure of the space",
                "The Jensen-Shannon divergence is proportional "
                "to min(d, |x|), which means that as soon as the two “peaks’ no longer overlap (i.e. x > ), "
                "the divergence does not depend on x anymore.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("proportional", "At each peak width d, JS / min(d, |x|) is the same for every x."),
            Part("flat", "At each peak width d, JS is the same for every |x| >= d."),
            Part(
                "constant",
                "The factor is h log(h/m) + l log(l/m) with h = 1/2 + 1/(2d), l = 1/2, m = (h + l)/2; it depends on d.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="relative error of the proportionality, over random widths, shifts and places",
            direction="zero",
            margin=1e-9,
            test="worst case within the tolerance; sums of exact pieces lose at most 1e-13 for the smallest shift",
            against="one case beyond the tolerance",
        ),
        judge="claims.studies.peaks:judge_jensen_shannon",
        study="claims.studies.peaks:study",
        found=(
            Found(
                "The proportionality holds in x at a fixed width; the factor itself changes with the width.",
                {"proportional": Verdict.SUPPORTED, "constant": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="w1-peaks-linear",
        section="distances",
        tier="I",
        title="The Wasserstein distance grows with the distance between two peaks",
        asserted="In the same example the Wasserstein-1 distance is |x|/2 and grows with the distance of the peaks.",
        sources=(
            Source(
                "S0",
                "slide before the definition of the Wasserstein distance",
                "Intuitively, it increases monotonically with the distance between modes",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("half-distance", "W1 = |x|/2 at every width, place and shift."),
            Part("grows", "W1 grows strictly with |x|.", margin=0.0),
        ),
        declaration=Declaration(
            measure="error of W1 against |x|/2, over random widths, shifts and places",
            direction="zero",
            margin=1e-9,
            test="worst case within the tolerance; W1 is integrated exactly",
            against="one case beyond the tolerance, or two distances whose W1 does not grow",
        ),
        judge="claims.studies.peaks:judge_wasserstein",
        study="claims.studies.peaks:study",
    ),
    Claim(
        id="parallel-lines",
        section="distances",
        tier="I",
        title="Two parallel lines: only the Wasserstein distance sees how close they are",
        asserted="Uniform on {0} x [0, 1] against {t} x [0, 1]: TV = 1, KL = infinity, JS = log 2 and W = |t| for "
        "t != 0, all 0 at t = 0; W is smooth in t where KL and JS are not.",
        sources=(
            Source("S1", "An Illustrative Example, second slide", "TV(P_0; P_θ) = 0 if θ ≠ 0, 1 if θ = 0"),
            Source(
                "S2",
                "Wasserstein-1 vs JS/KL as a GAN loss, last slide",
                "KL and JS divergences are not smooth (differentiable) everywhere",
            ),
            Source(
                "S2",
                "Wasserstein-1 vs JS/KL as a GAN loss, last slide, next item",
                "Using Wasserstein-1 distance fix this issue",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("tv-printed", "TV = 0 if t != 0 and 1 if t = 0 (S1, as printed)."),
            Part("kl", "KL, in both directions, is infinite if t != 0 and 0 if t = 0 (S1, S2)."),
            Part("js", "JS = log 2 if t != 0 and 0 if t = 0 (S1, S2)."),
            Part("w", "W = |t| for every t (S1, S2)."),
            Part(
                "not-smooth",
                "KL, in both directions, and JS are not smooth in t everywhere (S2): at t = 0 they jump by more than "
                "0.5, JS by log 2 and KL by infinity.",
                margin=0.5,
            ),
            Part("smooth", "W is differentiable in t everywhere (S2).", margin=1e-6),
            Part("tv-corrected", "TV = 1 if t != 0 and 0 if t = 0.", "corrected"),
            Part("smooth-corrected", "W is continuous, and differentiable at every t != 0.", "corrected", 1e-6),
        ),
        declaration=Declaration(
            measure="error against the printed values over random t, and jump of the one-sided slopes of W",
            direction="zero",
            margin=1e-9,
            test="worst case within the tolerance; slopes are differences over 1e-4 and lose 1e-11; least "
            "jump above 0.5",
            against="one t where a value or a slope differs",
        ),
        judge="claims.studies.parallel_lines:judge",
        study="claims.studies.parallel_lines:study",
        found=(
            Found(
                "The two cases of TV are exchanged in print.",
                {"tv-printed": Verdict.CONTRADICTED, "tv-corrected": Verdict.SUPPORTED},
            ),
            Found(
                "W = |t| has a kink where the lines meet: it is continuous everywhere, and differentiable elsewhere.",
                {"smooth": Verdict.CONTRADICTED, "smooth-corrected": Verdict.SUPPORTED},
            ),
        ),
    ),
)
