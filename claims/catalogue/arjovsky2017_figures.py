"""Claims about the samples shown in Wasserstein GAN: which generators it trains, and how it fails.

Paper: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.catalogue.arjovsky2017_training import BY_EYE, CONVOLUTIONS, EXPERIMENT, MOST, PERCEPTRON, TENTH
from claims.claim import Claim, Declaration, Part, Source
from claims.design import Arm, Design, Gate, Question

LEAST_SHARE = 0.05
"""Smallest difference of precision, recall or spread that matters: one sample in twenty."""

RATES = {"fast": 100, "faster": 1000}
"""Learning rates called substantially high, as multiples of the configured one; the paper does not give its own. From
the published 5e-5, a step of RMSProp moves a weight by half the published clipping value at 100 times, and across the
whole box at 1000 times."""

CLAIMS = (
    Claim(
        id="failed-run-flat",
        section="training",
        tier="G",
        title="A WGAN training that fails has a constant loss and constant samples",
        asserted="MLP generator and critic with a high learning rate: training fails, and loss and samples both stay "
        "constant.",
        sources=(
            Source(
                "S0",
                "Figure 3, caption",
                "Lower half: both the generator and the discriminator are MLPs with substantially high learning rates "
                "(so training failed). Loss is constant and samples are constant as well.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "fails",
                "At 100 times the configured learning rate fewer than half of the trainings train.",
                question=Question("trains", "mlp_both-wgan-fast", "below"),
            ),
            Part(
                "loss",
                "There, in at least half of the trainings, the median-filtered training estimate changes by less than "
                "a fifth from the first half of the snapshots to the second.",
                question=Question("estimate_flat", "mlp_both-wgan-fast", "at least"),
            ),
            Part(
                "samples",
                "There, in at least half of the trainings, FID changes by less than a fifth from the first half of "
                "the snapshots to the second.",
                question=Question("samples_flat", "mlp_both-wgan-fast", "at least"),
            ),
            Part(
                "rate",
                "Seed by seed, the final FID is higher at 100 times the configured learning rate than at the rate "
                "itself, by 10 % where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", "mlp_both-wgan-fast - mlp_both-wgan", "greater"),
            ),
            *(
                Part(
                    f"{key}-faster",
                    f"At 1000 times the configured learning rate, in at least half of the trainings, {words} changes "
                    "by less than a fifth from the first half of the snapshots to the second.",
                    "corrected",
                    question=Question(outcome, "mlp_both-wgan-faster", "at least"),
                )
                for key, outcome, words in (
                    ("loss", "estimate_flat", "the median-filtered training estimate"),
                    ("samples", "samples_flat", "FID"),
                )
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that train: log FID after the last step at least half of the way from the "
            "untrained generator to real held-out data; share in which the mean of the median-filtered estimate, and "
            "the geometric mean of FID, over the second half of the snapshots after step 0 is within a fifth of that "
            "over the first half",
            direction="below one half train; above one half are constant",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half; for the rate, Student's interval of "
            "the log ratio of final FIDs; invalid where at the configured rate the samples of fewer than half of the "
            "trainings improve",
            against="an interval on the other side of one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
            checkpoint="final; for the curves all snapshots after step 0",
        ),
        design=Design(
            arms=(
                Arm("mlp_both-wgan", "mlp_both", "wgan"),
                *(
                    Arm(f"mlp_both-wgan-{key}", "mlp_both", "wgan", {"method_options.learning_rate*": factor})
                    for key, factor in RATES.items()
                ),
            ),
            gates=(
                Gate(
                    "Baseline: with the same networks samples improve at the configured learning rate.",
                    "improves",
                    ("mlp_both-wgan",),
                ),
            ),
        ),
        beside=("poorly-tuned-improves",),
        published=EXPERIMENT,
        published_notes=(
            "the learning rate of the failed training is not in the paper; 100 and 1000 times the configured one stand "
            "for it",
            PERCEPTRON,
            "the paper shows one training, and its samples by eye; here FID says whether they are constant",
        ),
    ),
    Claim(
        id="dcgan-both-good",
        section="training",
        tier="G",
        title="With a DCGAN generator both WGAN and GAN give high-quality samples",
        asserted="DCGAN generator: WGAN and GAN both give high-quality samples.",
        sources=(
            Source("S1", "WGAN: results, Figure 5, caption", "Both algorithms produce high quality samples."),
            Source(
                "S2",
                "Better at image generation task, Figure 6, caption",
                "Left: WGAN algorithm. Right: standard GAN formulation. Both algorithms produce high quality samples.",
            ),
        ),
        paper=PAPER,
        parts=(
            *(
                Part(
                    f"{method}-good",
                    f"At least half of the {name} trainings train.",
                    question=Question("trains", f"dcgan-{method}", "at least"),
                )
                for method, name in (("wgan", "WGAN"), ("gan", "GAN"))
            ),
            *(
                Part(
                    f"{method}-better-than-that",
                    f"At least half of the {name} trainings come three quarters of the way to real data.",
                    "corrected",
                    question=Question("trains_0.75", f"dcgan-{method}", "at least"),
                )
                for method, name in (("wgan", "WGAN"), ("gan", "GAN"))
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that train: log FID after the last step at least half of the way from the "
            "untrained generator to real held-out data; in the corrected parts three quarters",
            direction="above one half for both",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half",
            against="an interval below one half for one of them",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        design=Design(arms=tuple(Arm(f"dcgan-{method}", "dcgan", method) for method in ("wgan", "gan"))),
        beside=("mode-spreading-quality",),
        published=EXPERIMENT,
        published_notes=(CONVOLUTIONS, BY_EYE),
    ),
    Claim(
        id="mlp-generator",
        section="training",
        tier="G",
        title="An MLP generator: WGAN still samples, GAN does worse and collapses",
        asserted="MLP generator: WGAN still produces samples, of lower quality than the DCGAN's and of higher quality "
        "than those of the MLP GAN, which shows a significant degree of mode collapse.",
        sources=(
            Source(
                "S1",
                "WGAN: results, Figure 7, caption; S2 prints the same as Figure 8",
                "The WGAN method still was able to produce samples, lower quality than the DCGAN, and of higher "
                "quality than the MLP of the standard GAN. Note the significant degree of mode collapse in the GAN "
                "MLP.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "samples",
                "At least half of the WGAN trainings with the MLP generator train.",
                question=Question("trains", "mlp-wgan", "at least"),
            ),
            Part(
                "below-dcgan",
                "Seed by seed, WGAN's final FID is higher with the MLP generator than with the DCGAN generator, by "
                "10 % where it matters.",
                margin=TENTH,
                question=Question("log_quality", "mlp-wgan - dcgan-wgan", "greater"),
            ),
            Part(
                "above-gan",
                "Seed by seed, the final FID of the MLP GAN is higher than that of the MLP WGAN, by 10 % where it "
                "matters.",
                margin=TENTH,
                question=Question("log_quality", "mlp-gan - mlp-wgan", "greater"),
            ),
            Part(
                "mode-collapse",
                "Seed by seed, the MLP GAN's samples reach less of the data than the MLP WGAN's: recall is lower, by "
                "0.05 where it matters.",
                margin=LEAST_SHARE,
                question=Question("recall", "mlp-wgan - mlp-gan", "greater"),
            ),
            Part(
                "less-than-dcgan",
                "The MLP GAN's samples reach less of the data than those of the DCGAN GAN: recall is lower, by 0.05 "
                "where it matters.",
                "corrected",
                LEAST_SHARE,
                Question("recall", "dcgan-gan - mlp-gan", "greater"),
            ),
            Part(
                "less-spread",
                "The MLP GAN's samples are spread out less than the MLP WGAN's, by 0.05 of the data's standard "
                "deviation where it matters.",
                "corrected",
                LEAST_SHARE,
                Question("spread", "mlp-wgan - mlp-gan", "greater"),
            ),
            Part(
                "total-collapse",
                "In at least half of the MLP GAN's trainings the samples end up nearly alike.",
                "corrected",
                question=Question("collapses", "mlp-gan", "at least"),
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that train, log ratio of final FIDs, difference of final recalls and spreads; a "
            "run that diverged keeps the scores of its untrained generator",
            direction="WGAN trains; FID falls from MLP GAN over MLP WGAN to DCGAN WGAN; recall and spread are lower "
            "for the MLP GAN",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of a share against one half; Student's interval of paired "
            "differences against 0 and the margin of the part. Recall and spread against the MLP WGAN are invalid "
            "where the samples of fewer than half of its trainings improve, for they are then no measure of modes; "
            "comparisons with a DCGAN generator where fewer than half of its trainings train",
            against="an interval on the other side of one half; a difference excluded",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        design=Design(
            arms=tuple(
                Arm(f"{architecture}-{method}", architecture, method)
                for architecture in ("mlp", "dcgan")
                for method in ("wgan", "gan")
            ),
            gates=(
                Gate(
                    "Baseline: the DCGAN generator trains.",
                    "trains",
                    ("dcgan-wgan",),
                    parts=("below-dcgan",),
                ),
                Gate(
                    "Baseline: the DCGAN generator trains.",
                    "trains",
                    ("dcgan-gan",),
                    parts=("less-than-dcgan",),
                ),
                Gate("Premise: samples improve.", "improves", ("mlp-wgan",), parts=("mode-collapse", "less-spread")),
            ),
        ),
        published=EXPERIMENT,
        published_notes=(CONVOLUTIONS, PERCEPTRON, BY_EYE, "mode collapse too is judged by eye; here by recall"),
    ),
)
