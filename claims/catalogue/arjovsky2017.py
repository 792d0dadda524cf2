"""Claims about Wasserstein GAN.

Paper: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Needs, Part, Source

PAPER = "Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks"

LEAST_CORRELATION = 0.5
"""Rank correlation from which a curve is a guide to quality: a quarter of the rank variance is shared."""

MOST = 0.5
"""A set-up "learns" or "fails" when more than half of its seeds do."""

_CURVES = Declaration(
    measure="Spearman correlation, within a run, of the critic's estimate with FID over the snapshots after step 0",
    direction="positive: a smaller estimate goes with a smaller FID",
    margin=LEAST_CORRELATION,
    test="Student's interval of Fisher's z over seeds (one-sided 5 % a bound): supported when it lies above 0 and "
    "reaches 0.5; weaker when above 0 and below 0.5",
    against="an interval that reaches 0 and stays below 0.5",
    alpha=0.05,
    min_seeds=5,
    planned_seeds=10,
    checkpoint="all snapshots after step 0",
)

_NO_GUIDE = Declaration(
    measure=_CURVES.measure,
    direction="absent or negative: the estimate does not fall while FID falls",
    margin=LEAST_CORRELATION,
    test="the same interval: supported when it lies below 0.5, where a curve would begin to be a guide",
    against="an interval at or above 0.5",
    alpha=0.05,
    min_seeds=5,
    planned_seeds=10,
    checkpoint=_CURVES.checkpoint,
)

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
        found="The proportionality holds in x at a fixed width; the factor itself changes with the width.",
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
                "slide after the definition of the Wasserstein distance",
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
                "KL and JS divergences are not smooth "
                "(differentiable) everywhere. Using Wasserstein-1 distance fix this issue",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("tv-printed", "TV = 0 if t != 0 and 1 if t = 0 (S1, as printed)."),
            Part("kl", "KL, in both directions, is infinite if t != 0 and 0 if t = 0 (S1, S2)."),
            Part("js", "JS = log 2 if t != 0 and 0 if t = 0 (S1, S2)."),
            Part("w", "W = |t| for every t (S1, S2)."),
            Part("smooth", "W is differentiable in t everywhere (S2).", margin=1e-6),
            Part("tv-corrected", "TV = 1 if t != 0 and 0 if t = 0.", "corrected"),
            Part("smooth-corrected", "W is continuous, and differentiable at every t != 0.", "corrected", 1e-6),
        ),
        declaration=Declaration(
            measure="error against the printed values over random t, and jump of the one-sided slopes of W",
            direction="zero",
            margin=1e-9,
            test="worst case within the tolerance; slopes are differences over 1e-4 and lose 1e-11",
            against="one t where a value or a slope differs",
        ),
        judge="claims.studies.parallel_lines:judge",
        study="claims.studies.parallel_lines:study",
        found="The two cases of TV are exchanged in print, and W = |t| has a kink where the lines meet: it is "
        "continuous everywhere and differentiable everywhere else.",
    ),
    Claim(
        id="loss-quality-wgan",
        section="training",
        tier="G",
        title="WGAN: when the critic's estimate falls, the samples get better",
        asserted="WGAN training: lower critic loss goes with better samples, for an MLP and for a DCGAN generator.",
        sources=(
            Source(
                "S0",
                "Figure 3, caption",
                "We can see a clear correlation between lower error and better sample quality.",
            ),
            Source("S4", "comment of rumblestiltsken", "GAN loss that corresponds with image quality"),
        ),
        paper=PAPER,
        parts=(
            Part("mlp-filtered", "MLP generator: the median-filtered training estimate falls as FID falls."),
            Part("mlp-raw", "MLP generator: the unfiltered estimate falls as FID falls."),
            Part("dcgan-filtered", "DCGAN generator: the median-filtered training estimate falls as FID falls."),
            Part("dcgan-raw", "DCGAN generator: the unfiltered estimate falls as FID falls."),
        ),
        declaration=_CURVES,
        judge="claims.judges.loss_quality:judge_guide",
        needs=Needs(architectures=("mlp", "dcgan"), methods=("wgan",)),
    ),
    Claim(
        id="loss-quality-gan",
        section="training",
        tier="G",
        title="Standard GAN: the loss says nothing about the samples",
        asserted="Standard GAN training: the Jensen-Shannon estimate does not correlate with sample quality; it rises "
        "or stays flat while samples improve.",
        sources=(
            Source(
                "S0",
                "Figure 4, caption",
                "Samples get better for the DCGAN but the JS estimate increases or stays "
                "constant, pointing towards no significant correlation between sample quality and loss.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("mlp-filtered", "MLP generator: the median-filtered training estimate does not fall with FID."),
            Part("mlp-raw", "MLP generator: the unfiltered estimate does not fall with FID."),
            Part("dcgan-filtered", "DCGAN generator: the median-filtered training estimate does not fall with FID."),
            Part("dcgan-raw", "DCGAN generator: the unfiltered estimate does not fall with FID."),
        ),
        declaration=_NO_GUIDE,
        judge="claims.judges.loss_quality:judge_no_guide",
        needs=Needs(architectures=("mlp", "dcgan"), methods=("gan",)),
    ),
    Claim(
        id="nobn-gan-fails",
        section="training",
        tier="G",
        title="Without batch normalization the GAN fails and WGAN still learns",
        asserted="A generator without batch normalization and with a constant number of filters: GAN fails to learn, "
        "WGAN learns.",
        sources=(
            Source(
                "S1",
                "WGAN: results, Figure 6, caption",
                "As we can see the standard GAN failed to learn while the WGAN still was able to produce samples.",
            ),
            Source(
                "S2",
                "Better at image generation task, Figure 7, caption",
                "Algorithms trained with a generator "
                "without batch normalization and constant number of filters at every layer",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("gan-fails", "Fewer than half of the GAN trainings learn."),
            Part("wgan-learns", "At least half of the WGAN trainings learn."),
            Part(
                "wgan-better",
                "Seed by seed, the final FID of WGAN is lower than that of GAN by at least 10 %.",
                "corrected",
                0.105,
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that learn: at the last snapshot log FID has come at least half of the way from "
            "the untrained generator to real held-out data; a diverged run has not learned",
            direction="below one half for GAN, above for WGAN",
            margin=MOST,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, against one half; the corrected part: "
            "Student's interval of the log ratio of final FIDs, a diverged run keeping its untrained score",
            against="an interval on the other side of one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.learning:judge_nobn",
        needs=Needs(architectures=("dcgan_nobn",), methods=("gan", "wgan")),
    ),
)
