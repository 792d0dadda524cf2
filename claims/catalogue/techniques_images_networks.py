"""Claims about smoothed labels and reference batches, on images.

Paper: Salimans et al. (2016), Improved techniques for training GANs.
"""

from __future__ import annotations

from claims.catalogue import techniques
from claims.catalogue.techniques import PAPER
from claims.catalogue.techniques_images import (
    CERTAINTY,
    EXPERIMENT,
    LABELS,
    MOST,
    NETWORKS,
    TENTH,
    arm,
    baseline,
)
from claims.claim import STANDARD, Claim, Declaration, Part, Source, sources_of
from claims.design import Arm, Design, Gate, Question

_SMALL: dict[str, object] = {"batch_size*": 0.25}
"""Batches in which batch mates matter: the toy finds the dependence grow as batches shrink."""

CLAIMS = (
    Claim(
        id="one-sided-label-smoothing-grid",
        section="training",
        tier="G",
        title="One-sided label smoothing makes the discriminator softer on images",
        asserted="On images, one-sided label smoothing softens the discriminator's value, the means by which it is to "
        "avoid the network's vulnerability.",
        sources=sources_of(techniques.CLAIMS, "one-sided-label-smoothing"),
        paper=PAPER,
        parts=(
            Part(
                "softer",
                "With labels 0.9 and 0 the discriminator tells held-out images from generated ones with less "
                "certainty than with 1 and 0.",
                margin=CERTAINTY,
                question=Question("estimate", "dcgan-gan - dcgan-gan+label_smoothing", "greater"),
            ),
            Part(
                "example-softer",
                "So it does with the labels of the slide's example, 0.9 and 0.1.",
                margin=CERTAINTY,
                question=Question("estimate", "dcgan-gan - dcgan-gan+label_smoothing-both", "greater"),
            ),
            Part(
                "quality",
                "With labels 0.9 and 0 the final FID is lower than with 1 and 0, by 10 % where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan-gan - dcgan-gan+label_smoothing", "greater"),
            ),
            Part(
                "example",
                "So it is with the labels of the slide's example, 0.9 and 0.1.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan-gan - dcgan-gan+label_smoothing-both", "greater"),
            ),
            Part(
                "trains",
                "Without batch normalization in the generator more seeds learn with labels 0.9 and 0.",
                "corrected",
                question=Question("trains", "dcgan_nobn-gan+label_smoothing - dcgan_nobn-gan", "at least"),
            ),
            Part(
                "one-sided",
                "Labels 0.9 and 0 give a lower FID than 0.9 and 0.1, by 10 % where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan-gan+label_smoothing-both - dcgan-gan+label_smoothing", "greater"),
            ),
        ),
        declaration=Declaration(
            measure="paired by seed at the last step: Jensen-Shannon estimate of the discriminator on held-out images, "
            "in nats, which one that is sure and wrong lowers too; in the parts that say so, log of FID, and whether a "
            "run learns, log FID half of the way from the untrained generator to real held-out data. Vulnerability is "
            "the toy's",
            direction="a smaller estimate; in the parts on samples a lower FID",
            margin=MOST,
            test="Student's interval of the differences against 0 and the margin (0.03 nats, 10 % of FID); exact "
            "(Clopper-Pearson) interval of the share of the seeds that differ (McNemar) against one half. Invalid "
            "where samples with hard labels do not improve in half of the runs, but for the part on how many learn",
            against="an interval that reaches 0 and stays below the margin",
            **STANDARD,
        ),
        design=Design(
            arms=(
                *(
                    arm(architecture, technique)
                    for architecture in ("dcgan", "dcgan_nobn")
                    for technique in ("", "label_smoothing")
                ),
                Arm(
                    "dcgan-gan+label_smoothing-both",
                    "dcgan",
                    "gan+label_smoothing",
                    {"method_options.smoothing_beta": 0.1},
                ),
            ),
            gates=(baseline("dcgan", parts=("softer", "example-softer", "quality", "example", "one-sided")),),
        ),
        published=EXPERIMENT,
        published_notes=(NETWORKS, LABELS),
        beside=("one-sided-label-smoothing",),
    ),
    Claim(
        id="virtual-batch-norm-grid",
        section="training",
        tier="G",
        title="Virtual batch normalization trains on images where batch mates would matter",
        asserted="On images, virtual batch normalization does what batch normalization does for training, without "
        "making a sample depend on the others of its batch.",
        sources=(
            Source(
                "S2",
                "Virtual Batch Normalization",
                "Batch-norm is one of the most popular tricks for fastening and stabilizing the training of deep "
                "neural networks",
            ),
            Source(
                "S2",
                "Virtual Batch Normalization",
                "batch-norm can make output of a neural network highly dependent on some other inputs in the same "
                "minibatch",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "trains",
                "With virtual batch normalization in the generator more than half of the trainings learn.",
                question=Question("trains", "dcgan-gan+virtual_batch_norm", "at least"),
            ),
            Part(
                "small-batches",
                "In batches of a quarter of the usual size, where batch mates matter most, its final FID is lower than "
                "with batch normalization, by 10 % where it matters.",
                margin=TENTH,
                question=Question("log_quality", "dcgan-gan-small - dcgan-gan+virtual_batch_norm-small", "greater"),
            ),
            Part(
                "no-worse",
                "In batches of the usual size its final FID is not higher, by less than 10 % if at all.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan-gan+virtual_batch_norm - dcgan-gan", "not greater"),
            ),
            Part(
                "more",
                "Its advantage is larger in small batches than in usual ones, by 10 % of FID where it matters.",
                "corrected",
                TENTH,
                Question(
                    "log_quality",
                    "dcgan-gan-small - dcgan-gan+virtual_batch_norm-small - dcgan-gan + dcgan-gan+virtual_batch_norm",
                    "greater",
                ),
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that learn, log FID half of the way from the untrained generator to real held-out "
            "data at the last step; log of final FID, paired by seed",
            direction="above one half; lower FID in small batches",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half; Student's interval of differences "
            "against 0 and 10 %. Invalid where the samples with batch normalization do not improve in half of the "
            "runs. That a sample does not depend on its batch, and at what cost, is the toy's",
            against="a share below one half; an interval that reaches 0 and stays below 10 %",
            **STANDARD,
        ),
        design=Design(
            arms=(
                arm("dcgan"),
                arm("dcgan", "virtual_batch_norm"),
                Arm("dcgan-gan-small", "dcgan", "gan", _SMALL),
                Arm("dcgan-gan+virtual_batch_norm-small", "dcgan", "gan+virtual_batch_norm", _SMALL),
            ),
            gates=(
                baseline("dcgan"),
                Gate(
                    "The baseline behaves in small batches, too: samples with batch normalization improve.",
                    "improves",
                    ("dcgan-gan-small",),
                    parts=("small-batches", "more"),
                ),
            ),
        ),
        published=EXPERIMENT,
        published_notes=(NETWORKS, "the reference batch has 64 samples whatever the size of the others"),
        beside=("virtual-batch-norm",),
    ),
)
