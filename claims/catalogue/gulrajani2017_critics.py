"""Claims about critics under the gradient penalty: batch normalization in them, and overfitting.

Paper: Gulrajani et al. (2017), Improved training of Wasserstein GANs.
"""

from __future__ import annotations

from typing import Literal

from claims.catalogue.arjovsky2017_training import LEAST_CORRELATION, MOST, TENTH
from claims.catalogue.gulrajani2017_defaults import PAPER
from claims.catalogue.gulrajani2017_training import EXPERIMENT, SEEDS_DIFFER
from claims.claim import Claim, Declaration, Part, Source
from claims.design import Arm, Design, Gate, Question

LEAST_GAP = 0.1
"""Smallest difference of the overfitting gap that matters: a tenth of the critic's estimate."""

ABOUT_HALF = (0.15, 0.85)
"""Shares of runs that "about half of the time" allows: the narrowest band, in steps of 0.05, either end of which 20
seeds tell from a true one half more than nine times in ten."""

_BATCH = {"method_options.critic_norm": "batch"}

_NORM_ARMS = (Arm("dcgan-wgan_gp", "dcgan", "wgan_gp"), Arm("dcgan-wgan_gp-batch", "dcgan", "wgan_gp", _BATCH))

_RELIABLE = Gate("Baseline: with layer normalization in the critic WGAN-GP trains.", "trains", ("dcgan-wgan_gp",))

_BY_SIGHT = "neither the paper nor the notes have numbers on it; here a run trains or not by its final FID"

_SAMPLES: dict[int, Literal["stated", "corrected"]] = {100: "stated", 1000: "corrected"}
"""Sizes of the training sets on which critics may overfit, and the form of the parts about them. S3 names none; a
hundred are few of every data set here. The paper's thousand are few of MNIST's 60,000, not of the 1,438 of `digits`."""

_CRITICS = {"wgan_gp": "WGAN-GP", "wgan": "WGAN with clipping"}

CLAIMS = (
    Claim(
        id="bn-with-gp",
        section="training",
        tier="G",
        title="Batch normalization in the critic works with the gradient penalty, half of the time",
        asserted="Contrary to the paper, batch normalization in the critic does work with WGAN-GP, though not "
        "reliably: about half of the time.",
        sources=(
            Source(
                "S3",
                "5.4 Batch Normalisation with WGAN-GP",
                "while batch-norm does seem to work with WGAN-GP (contrary to what is indicated in the paper), it does "
                "not seem to work reliably (i.e. sim50% of the time).",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "works",
                "With batch normalization in the critic at least 15 % of the WGAN-GP trainings train.",
                margin=ABOUT_HALF[0],
                question=Question("trains", "dcgan-wgan_gp-batch", "at least"),
            ),
            Part(
                "not-reliably",
                "Fewer than 85 % of them train.",
                margin=ABOUT_HALF[1],
                question=Question("trains", "dcgan-wgan_gp-batch", "below"),
            ),
            Part(
                "less-than-layer",
                "Where the two differ, it is mostly with layer normalization in the critic that a seed trains.",
                "corrected",
                question=Question("trains", "dcgan-wgan_gp - dcgan-wgan_gp-batch", "at least"),
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that train: log FID after the last step at least half of the way from the "
            f"untrained generator to real held-out data; {SEEDS_DIFFER}",
            direction="about one half: between 0.15 and 0.85",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share, against 0.15 and 0.85; of the share of wins against "
            "one half; invalid where fewer than half of the runs with layer normalization train",
            against="an interval below 0.15, or above 0.85",
            alpha=0.05,
            min_seeds=10,
            planned_seeds=20,
        ),
        design=Design(arms=_NORM_ARMS, gates=(_RELIABLE,)),
        beside=("bn-with-gp-fails",),
        published=EXPERIMENT,
        published_notes=(_BY_SIGHT,),
    ),
    Claim(
        id="bn-with-gp-fails",
        section="training",
        tier="G",
        title="Batch normalization in the critic does not go with the gradient penalty",
        asserted="The paper indicates that batch normalization in the critic does not work with WGAN-GP, and puts "
        "layer normalization in its place.",
        sources=(
            Source(
                "S3",
                "5.4 Batch Normalisation with WGAN-GP",
                "(contrary to what is indicated in the paper)",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "batch-fails",
                "With batch normalization in the critic fewer than half of the WGAN-GP trainings train.",
                question=Question("trains", "dcgan-wgan_gp-batch", "below"),
            ),
            Part(
                "layer-works",
                "With layer normalization at least half train.",
                question=Question("trains", "dcgan-wgan_gp", "at least"),
            ),
            Part(
                "batch-worse",
                "Seed by seed, the final FID is higher with batch normalization than with layer normalization, by 10 % "
                "where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan-wgan_gp-batch - dcgan-wgan_gp", "greater"),
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that train: log FID after the last step at least half of the way from the "
            "untrained generator to real held-out data; log ratio of final FIDs",
            direction="below one half with batch normalization, above with layer normalization",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half; Student's interval of the paired "
            "differences",
            against="an interval above one half with batch normalization",
            alpha=0.05,
            min_seeds=10,
            planned_seeds=20,
        ),
        design=Design(arms=_NORM_ARMS),
        beside=("bn-with-gp",),
        published=EXPERIMENT,
        published_notes=(_BY_SIGHT,),
    ),
    Claim(
        id="overfitting-gap",
        section="training",
        tier="G",
        title="The critic's loss on held-out against training data measures overfitting",
        asserted="The critic's loss on held-out data against that on training data measures overfitting: trained on "
        "few samples the two part, with the gradient penalty and with weight clipping.",
        sources=(
            Source(
                "S3",
                "5.5 Overfitting",
                "Therefore, the loss value is used a metric to measure overfitting for the WGAN as when the sample "
                "quality starts to increase, the loss goes up.",
            ),
        ),
        paper=PAPER,
        parts=(
            *(
                Part(
                    f"{method}-{size}-gap",
                    f"{name}: the critic's estimate on training data exceeds that on held-out data by a larger share "
                    f"when trained on {size} samples than when trained on all, by 0.1 where it matters.",
                    form,
                    question=Question("overfitting_gap", f"dcgan-{method}-{size} - dcgan-{method}", "greater"),
                )
                for size, form in _SAMPLES.items()
                for method, name in _CRITICS.items()
            ),
            *(
                Part(
                    f"{method}-{size}-grows",
                    f"{name} trained on {size} samples: the gap grows in the course of a training.",
                    form,
                    LEAST_CORRELATION,
                    Question("gap_growth", f"dcgan-{method}-{size}", "greater"),
                )
                for size, form in _SAMPLES.items()
                for method, name in _CRITICS.items()
            ),
            *(
                Part(
                    f"{method}-fewer-larger",
                    f"{name}: the gap is larger with 100 training samples than with 1000, by 0.1 where it matters.",
                    "corrected",
                    question=Question("overfitting_gap", f"dcgan-{method}-100 - dcgan-{method}-1000", "greater"),
                )
                for method, name in _CRITICS.items()
            ),
            *(
                Part(
                    f"{method}-all-none",
                    f"{name} trained on all samples: the gap is smaller than 0.1.",
                    "corrected",
                    question=Question("overfitting_gap", f"dcgan-{method}", "below"),
                )
                for method, name in _CRITICS.items()
            ),
            Part(
                "penalty-faster",
                "The gap on 1000 samples is larger with the gradient penalty than with clipping, by 0.1 where it "
                "matters.",
                "corrected",
                question=Question("overfitting_gap", "dcgan-wgan_gp-1000 - dcgan-wgan-1000", "greater"),
            ),
        ),
        declaration=Declaration(
            measure="critic's estimate on training data less that on held-out data at the same weights, as a share of "
            "the larger in magnitude, after the last step; Spearman correlation, within a run, of this difference with "
            "the step",
            direction="larger gap with fewer samples; growing with training",
            margin=LEAST_GAP,
            test="Student's interval of paired differences against 0 and 0.1; of Fisher's z over seeds against 0 and a "
            "correlation of 0.5; invalid where, trained on all samples, fewer than half of a method's critics tell "
            "held-out real samples from generated ones",
            against="an interval that does not lie above 0 and stays below the margin",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
            checkpoint="final; for the growth all snapshots after step 0",
        ),
        design=Design(
            arms=(
                *(Arm(f"dcgan-{method}", "dcgan", method) for method in _CRITICS),
                *(
                    Arm(f"dcgan-{method}-{size}", "dcgan", method, {"train_samples": size})
                    for method in _CRITICS
                    for size in _SAMPLES
                ),
            ),
            gates=tuple(
                Gate(
                    "Premise: the critic tells held-out real samples from generated ones.",
                    "critic_tells_apart",
                    (f"dcgan-{method}",),
                    parts=(
                        *(f"{method}-{size}-{kind}" for size in _SAMPLES for kind in ("gap", "grows")),
                        f"{method}-fewer-larger",
                        f"{method}-all-none",
                        "penalty-faster",
                    ),
                )
                for method in _CRITICS
            ),
        ),
        published={
            "dataset": "mnist",
            "image_size": 32,
            "method_options.wgan_gp.gp_weight": 10.0,
            "method_options.wgan.clip_value": 0.01,
        },
        published_notes=(
            "the notes call the loss itself the measure; its two values, on training and held-out data, are those of "
            "the paper's figure 5, which has single trainings on 1000 digits, with networks for MNIST; here those are "
            "the DCGAN's",
            "the loss that goes up as samples get better is the one that the critic minimises, minus its estimate; the "
            "one that goes down in S0 is the estimate: see loss-quality-wgan",
        ),
        beside=("loss-quality-wgan",),
    ),
)
