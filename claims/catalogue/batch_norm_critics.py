"""Claims about critics with batch normalization.

Paper: Arjovsky et al. (2017), Wasserstein GAN; the assertions were made in the discussion of it.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="bn-critic-lipschitz",
        section="lipschitz",
        tier="T",
        title="Batch normalization and the critic's Lipschitz property",
        asserted="Batch normalization does not break the critic's Lipschitz property: where the variance is bounded "
        "below, so is its constant, and where the variance vanishes its output is 0, which is 1-Lipschitz. Against it: "
        "such a critic is not a function of one sample.",
        sources=(
            Source(
                "S4",
                "answer of martinarjovsky to LucasUzal",
                "Remember however that practical implementations have (x − μ(x)) / (std(x) + ε). The epsilon in there "
                "allows it to still have the theoretical formulation trivially.",
            ),
            Source(
                "S4",
                "second answer of martinarjovsky",
                "If V(x)^{1/2} > c (the variance is bounded below), then this c becomes a Lipschitz constant […] "
                "comes 0 (which is obviously 1-Lipschitz).",
            ),
            Source(
                "S4",
                "reply of LucasUzal",
                "f is not a function X → R, since it is not applied to a single sample but to the whole minibach.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "epsilon",
                "With its epsilon, the critic is Lipschitz as a map of batches: no slope exceeds the product of its "
                "weights' norms and of max |gamma| / sqrt(eps), at data or at batches shrunk to a point.",
            ),
            Part(
                "constant-c",
                "At batches of standard deviation c a normalized layer is steeper than c nowhere, for any c above eps.",
            ),
            Part("to-zero", "Where the spread of a batch vanishes, what a normalized layer gives goes to 0."),
            Part("one-lipschitz", "There the layer is 1-Lipschitz."),
            Part(
                "one-sample",
                "A batch-normalized critic is not a function of one sample: a sample's score varies with the others "
                "in its batch by at least a tenth of what it varies over samples.",
            ),
            Part(
                "one-over-c", "At batches of standard deviation c a layer's slope is at most 1 / c.", "corrected", 1e-9
            ),
            Part(
                "steepest",
                "Where the spread vanishes a layer is at its steepest: 1 / sqrt(eps), or 1 / eps with the divisor as "
                "printed.",
                "corrected",
                0.01,
            ),
            Part(
                "without-epsilon",
                "Without epsilon the slope is 1 / c at every spread c, so it has no bound.",
                "corrected",
                1e-6,
            ),
            Part(
                "moved-batch",
                "If its first layer is normalized, the critic gives a batch and the same batch moved by any vector the "
                "same scores: scored apart, as in training, two distributions that differ by a translation look equal "
                "to it.",
                "corrected",
                1e-6,
            ),
        ),
        declaration=Declaration(
            measure="norm of the derivative by a batch of 32, of layers at 11 spreads and of critics trained with "
            "weight clipping for 150 generator steps on 8 Gaussians, at data and at data shrunk to a point; deviation "
            "of scores over 50 batches of others and over 32 samples",
            direction="slopes within the stated constants; scores that vary over batches",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of draws or trainings in which "
            "it always is so, against one half; identities by their worst case",
            against="an interval below one half; one case beyond an identity's tolerance",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.batch_mates:judge",
        study="bench.toys.batch_mates:study",
        found=(
            Found(
                "Epsilon does make the critic Lipschitz as a map of batches, for 1 / sqrt(eps) = 316 a layer. That "
                "constant is met where the variance vanishes: the output goes to 0, but at its steepest. And the "
                "constant of a variance above c^2 is 1 / c.",
                {
                    "epsilon": Verdict.SUPPORTED,
                    "constant-c": Verdict.CONTRADICTED,
                    "one-lipschitz": Verdict.CONTRADICTED,
                    "steepest": Verdict.SUPPORTED,
                    "one-over-c": Verdict.SUPPORTED,
                },
            ),
            Found(
                "The objection holds whatever the constant: the score belongs to the batch. With real and generated "
                "batches scored apart, a critic whose first layer is normalized cannot tell a distribution from the "
                "same one moved.",
                {"one-sample": Verdict.SUPPORTED, "moved-batch": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="bn-affine-clipped",
        section="lipschitz",
        tier="T",
        title="Clipping also clips batch normalization's scale and shift",
        asserted="Clipping also clips the scale and shift of batch normalization, which are usually about 1 and 0, and "
        "so scales activations down to about 1 %; otherwise the loss is several orders of magnitude higher.",
        sources=(
            Source(
                "S4",
                "comment by ppwwyyxx",
                "you clip the w & b of the affine transformation inside BN as well! So the network actually scales "
                "down the whole activation to about 1%. Otherwise I found the loss growing several magnitudes higher.",
            ),
            Source("S4", "the same comment", "Usually w is around 1 and b is around 0"),
        ),
        paper=PAPER,
        parts=(
            Part(
                "clipped",
                "With clipping as in the authors' code every scale and shift of the critic's batch normalizations is "
                "within the limit of 0.01; left out of the clipping, the scales are far above it.",
            ),
            Part(
                "one-percent",
                "Behind every batch normalization the activations are 0.5 to 2 % of what they are in a critic whose "
                "scales and shifts are not clipped.",
            ),
            Part(
                "loss",
                "With scales and shifts left out of the clipping, the critic's estimate is higher by two powers of ten "
                "or more.",
                margin=2.0,
            ),
            Part(
                "usual",
                "Left out of the clipping, scales are on average 0.5 to 2 in every layer and no shift exceeds 0.5.",
            ),
            Part("first-layer", "Behind the first batch normalization it is 0.5 to 2 %.", "corrected"),
            Part("compounds", "Behind the last of three it is less than 0.5 %.", "corrected"),
            Part(
                "below-epsilon",
                "What reaches the last normalization varies so little that its epsilon keeps it from restoring the "
                "variance: the root mean square is below 0.5, and above it where the scales are not clipped.",
                "corrected",
            ),
            Part(
                "limit",
                "The first scale and shift multiply activations by c up to a factor of two, for c = 0.1, 0.01 and "
                "0.001.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="root mean square of activations behind each batch normalization, sizes of scales and shifts, and "
            "the critic's estimate on fresh data, after 300 generator steps (1500 critic steps) of WGANs on 8 "
            "Gaussians with the published optimizer",
            direction="0.5 to 2 % of the activations; higher estimate without",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so, against one half; for the estimate, Student's interval of the mean power of ten, against 0 and 2",
            against="an interval below one half; a mean below two powers of ten",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.clipped_scales:judge",
        study="bench.toys.clipped_scales:study",
        found=(
            Found(
                "One layer's scale makes 1 % of its activations. The next normalization would make up for it, but "
                "their variance is then below its epsilon, so that the shrinking goes on from layer to layer.",
                {
                    "one-percent": Verdict.CONTRADICTED,
                    "first-layer": Verdict.SUPPORTED,
                    "compounds": Verdict.SUPPORTED,
                    "below-epsilon": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
)
