"""Claims about the clipping value.

Paper: Arjovsky et al. (2017), Wasserstein GAN.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

ARJOVSKY = "Arjovsky et al. (2017), Wasserstein GAN"

CLAIMS = (
    Claim(
        id="clip-terrible",
        section="lipschitz",
        tier="T",
        title="Large clipping values slow the critic down, small ones take its gradient away",
        asserted="With a large clipping value the weights take long to reach their limit, and the critic to reach its "
        "optimum; with a small one gradients vanish when there are many layers, or no batch normalization.",
        sources=(
            Source(
                "S0",
                "the quotation of Arjovsky et al. on weight clipping",
                "If the clipping parameter is large, then it can take a long time for any weights to reach their "
                "limit, thereby making it harder to train the critic till optimality. If the clipping is small, this "
                "can easily lead to vanishing gradients when the number of layers is big, or batch normalization is "
                "not used (such as in RNNs).",
            ),
            Source(
                "S3",
                "5.2 Weight Clipping vs Exploding/Vanishing Gradients (WGAN)",
                "In order to avoid issues with the gradients, the clipping constraint needs to be balanced between "
                "the vanishing case and the exploding case, which is typically very difficult.",
            ),
        ),
        paper=ARJOVSKY,
        parts=(
            Part("limit", "Half of the weights are at their limit later with c = 1 than with c = 0.1."),
            Part("optimality", "The critic's estimate is at 95 % of its best later with c = 1 than with c = 0.1."),
            Part(
                "layers", "Without batch normalization and with c = 0.01, slopes vanish from 2 to 8 layers.", margin=3
            ),
            Part("layers-norm", "With batch normalization and c = 0.01 they do too.", margin=3),
            Part("small", "In 8 layers without batch normalization, c = 0.01 makes them vanish beside 0.1.", margin=3),
            Part("batch-norm", "In 2 layers with c = 0.01, batch normalization keeps a greater slope."),
            Part("batch-norm-deep", "In 8 layers with c = 0.01 it does too."),
            Part(
                "small-slower",
                "A small value is slow as well: the estimate is at 95 % of its best later with c = 0.01 than with 0.1.",
                form="corrected",
            ),
            Part(
                "free-norm",
                "In 2 layers batch normalization keeps a greater slope when its scales and shifts are not clipped.",
                form="corrected",
            ),
            Part("free-norm-deep", "In 8 layers it does too.", form="corrected"),
            Part(
                "free-layers",
                "With scales and shifts that are not clipped, 2 and 8 layers have the same slope within a factor of "
                "ten.",
                form="corrected",
            ),
        ),
        declaration=Declaration(
            measure="critic steps against a generator at its initial weights (eight Gaussians; 3 ReLU layers of 32 "
            "units, RMSProp, learning rate 1e-3), looked at every 75 steps of 3000; mean norm of the critic's "
            "gradient at generated points after 300 steps; batch-normalized critics have every parameter clipped, as "
            "in the authors' code, unless said otherwise",
            direction="doublings of the steps, powers of ten between the slopes: positive",
            margin=1.0,
            test="Student's interval, one-sided 5 % a bound, of the mean over seeds paired by seed, against 0 and the "
            "margin: one doubling, one power of ten, three where a slope is said to vanish; the last part by "
            "equivalence; times are invalid if the critic with c = 0.1 is trained in the second half only",
            against="an interval below 0",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.clip_values:judge",
        study="bench.toys.clip_values:study",
        found=(
            Found(
                "Batch normalization does not help where clipping holds its scales and shifts too, as in the authors' "
                "code: slopes are smaller with it than without. With scales and shifts left free it helps, and the "
                "number of layers no longer matters.",
                {
                    "batch-norm": Verdict.CONTRADICTED,
                    "batch-norm-deep": Verdict.CONTRADICTED,
                    "free-norm": Verdict.SUPPORTED,
                    "free-norm-deep": Verdict.SUPPORTED,
                    "free-layers": Verdict.SUPPORTED,
                },
            ),
            Found(
                "Not only large values delay the critic: the time to its optimum is least in between.",
                {"optimality": Verdict.SUPPORTED, "small-slower": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="clip-value-insensitive",
        section="lipschitz",
        tier="T",
        title="The clipping value is not massively important",
        asserted="The clipping value is not massively important; a larger one makes the critic slower and, when it is "
        "well trained, better; a smaller one is more stable.",
        sources=(
            Source(
                "S4",
                "answer of martinarjovsky on the clipping parameter",
                "The weight clipping parameter is not massively important in practice, but more investigation is "
                "required.",
            ),
            Source(
                "S4",
                "the same answer, its end",
                "In general it seems that lower clipping is more stable, but higher clipping gives a better model if "
                "the critic is well trained.",
            ),
        ),
        paper=ARJOVSKY,
        parts=(
            Part("decade", "With c = 0.1 WGAN ends as near to the data as with c = 0.01, within a factor of 1.5."),
            Part("two-decades", "With c = 1 it does too."),
            Part("slower", "The critic's estimate is at 95 % of its best later with c = 1 than with 0.01.", margin=1),
            Part("stable", "With c = 0.01 the distance to the data changes less from look to look than with c = 1."),
            Part("better", "With 15 critic steps a generator step c = 0.1 ends nearer to the data than c = 0.01."),
            Part("better-far", "So does c = 1."),
            Part(
                "slower-upwards",
                "The critic's estimate is at 95 % of its best later with c = 1 than with 0.1.",
                form="corrected",
                margin=1,
            ),
        ),
        declaration=Declaration(
            measure="W1 of 256 generated and 256 real points (POT) after 300 generator steps on 8 Gaussians, networks "
            "of three ReLU layers of 32 units, RMSProp, learning rate 1e-3, 5 critic steps a generator step, 15 for "
            "the better trained critics; critic steps against a fixed generator for the times; changes of log W1 "
            "between looks over the second half",
            direction="no difference; later; steadier; nearer",
            margin=0.4054651081081644,
            test="Student's interval, one-sided 5 % a bound, of log ratios of the same seed, against 0 and log 1.5 "
            "(one doubling for the times); for no difference the whole interval within log 1.5",
            against="an interval that excludes the effect claimed",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.clip_training:judge",
        study="bench.toys.clip_training:study",
        beside=("still-fragile",),
        found=(
            Found(
                "A decade of the clipping value changes the distance to the data by more than a factor of 1.5, and a "
                "larger value slows the critic down only from the middle of the range on.",
                {"decade": Verdict.CONTRADICTED, "slower-upwards": Verdict.SUPPORTED},
            ),
        ),
    ),
)
