"""Claims about techniques that change what a player is asked to do, on images.

Paper: Salimans et al. (2016), Improved techniques for training GANs.
"""

from __future__ import annotations

from typing import Literal

from claims.catalogue import techniques
from claims.catalogue.techniques import PAPER
from claims.claim import STANDARD, Claim, Declaration, Found, Part, Source, Verdict, sources_of
from claims.design import Arm, Design, Gate, Question

MOST = 0.5
"""A way of training does something when more than half of its seeds do; of two, one does more when it wins more than
half of the seeds that differ."""

TENTH = 0.105
"""Smallest difference of log FID that matters: a tenth of FID."""

CERTAINTY = 0.03
"""Smallest difference of a Jensen-Shannon estimate that matters, in nats, as for the toys; at most it is log 2."""

EXPERIMENT: dict[str, object] = {
    "dataset": "cifar10",
    "image_size": 32,
    "batch_size": 100,
    "method_options.learning_rate": 3e-4,
    "method_options.beta1": 0.5,
}
"""The authors' code for CIFAR-10 (mnist_svhn_cifar10/train_cifar_feature_matching.py)."""

NETWORKS = (
    "the networks are those of DCGAN; the critic of the authors' code has nine layers, dropout and weight normalization"
)

LABELS = "the authors train their critic to classify as well, with some labels; here there are none"


def arm(architecture: str, technique: str = "", base: str = "gan") -> Arm:
    """An arm that trains `base`, with a technique where one is named, under its usual name."""
    method = f"{base}+{technique}" if technique else base
    return Arm(f"{architecture}-{method}", architecture, method)


def baseline(architecture: str, base: str = "gan", parts: tuple[str, ...] = ()) -> Gate:
    """The gate that samples of the method without the technique improve."""
    reason = "The baseline behaves: samples without the technique improve."
    return Gate(reason, "improves", (f"{architecture}-{base}",), parts=parts)


_GENERATORS: dict[str, tuple[str, Literal["stated", "corrected"]]] = {
    "mlp": ("the MLP generator", "stated"),
    "dcgan": ("DCGAN's networks", "corrected"),
}
"""Where collapse is looked for, in words, and the form of the parts about it. S1 and S2 show the GAN with MLP generator
as collapsing; with DCGAN's networks there may be nothing to avoid."""

CLAIMS = (
    Claim(
        id="feature-matching-grid",
        section="training",
        tier="G",
        title="As printed, feature matching makes training on images less stable",
        asserted="On images, feature matching has the objective of lessening the stability of GAN training, as the "
        "slide prints it.",
        sources=sources_of(techniques.CLAIMS, "feature-matching"),
        paper=PAPER,
        parts=(
            Part(
                "printed-swings",
                "Training is less stable with feature matching, as printed: with DCGAN's networks FID changes more "
                "from snapshot to snapshot than without.",
                question=Question("swing", "dcgan-gan+feature_matching - dcgan-gan", "at least"),
            ),
            Part(
                "printed-trains",
                "Without batch normalization in the generator GAN learns with more seeds than with feature matching.",
                question=Question("trains", "dcgan_nobn-gan - dcgan_nobn-gan+feature_matching", "at least"),
            ),
            Part(
                "swings",
                "With DCGAN's networks FID changes less with feature matching.",
                "corrected",
                question=Question("swing", "dcgan-gan - dcgan-gan+feature_matching", "at least"),
            ),
            Part(
                "trains",
                "Without batch normalization in the generator feature matching learns with more seeds.",
                "corrected",
                question=Question("trains", "dcgan_nobn-gan+feature_matching - dcgan_nobn-gan", "at least"),
            ),
            Part(
                "quality",
                "With DCGAN's networks the final FID is lower with feature matching, by 10 % where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan-gan - dcgan-gan+feature_matching", "greater"),
            ),
        ),
        declaration=Declaration(
            measure="paired by seed: mean change of log FID between snapshots in the second half of them, where a "
            "diverged run is the least steady; whether a run learns, log FID half of the way from the untrained "
            "generator to real held-out data; log of final FID",
            direction="more change and fewer that learn, as printed; the opposite in the parts that say so",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share of the seeds that differ (McNemar) against one half; "
            "for FID Student's interval against 0 and 10 %. Changes are invalid where the samples of either method "
            "do not improve in half of its runs, since a generator that stands still is steady too",
            against="an interval below one half",
            checkpoint="final; for changes the second half of the snapshots",
            **STANDARD,
        ),
        design=Design(
            arms=tuple(
                arm(architecture, technique)
                for architecture in ("dcgan", "dcgan_nobn")
                for technique in ("", "feature_matching")
            ),
            gates=(
                baseline("dcgan", parts=("printed-swings", "swings", "quality")),
                Gate(
                    "Premise: samples with feature matching improve.",
                    "improves",
                    ("dcgan-gan+feature_matching",),
                    parts=("printed-swings", "swings"),
                ),
            ),
        ),
        published=EXPERIMENT,
        published_notes=(NETWORKS, LABELS),
        beside=("feature-matching",),
        found=(
            Found(
                "The slide has the sense reversed: what feature matching lessens on images is the instability.",
                {"printed-swings": Verdict.CONTRADICTED, "swings": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="minibatch-discrimination-grid",
        section="training",
        tier="G",
        title="Minibatch discrimination keeps the generator from collapsing on images",
        asserted="On images, a discriminator that sees how close each sample is to the others of its batch avoids mode "
        "collapse in the generator.",
        sources=sources_of(techniques.CLAIMS, "minibatch-discrimination"),
        paper=PAPER,
        parts=(
            *(
                Part(
                    f"{key}-recall",
                    f"With {words} images cover more of the data with minibatch discrimination than without, by 0.05 "
                    "of recall where it matters.",
                    form,
                    0.05,
                    Question("recall", f"{key}-gan+minibatch_discrimination - {key}-gan", "greater"),
                )
                for key, (words, form) in _GENERATORS.items()
            ),
            Part(
                "avoided",
                "Trainings with it do not collapse: with the MLP generator, which collapses without it, fewer than "
                "half end with nearly the same image everywhere.",
                question=Question("collapses", "mlp-gan+minibatch_discrimination", "below"),
            ),
            *(
                Part(
                    f"{key}-spread",
                    f"With {words} images are spread out more with it, by a tenth of the data's spread where it "
                    "matters.",
                    "corrected",
                    0.1,
                    Question("spread", f"{key}-gan+minibatch_discrimination - {key}-gan", "greater"),
                )
                for key, (words, _) in _GENERATORS.items()
            ),
        ),
        declaration=Declaration(
            measure="paired by seed at the last step: recall (share of real images within the manifold of generated "
            "ones) and spread of generated images as a share of the data's; share of seeds that end with less than a "
            "tenth of it",
            direction="more recall; fewer than half collapse",
            margin=MOST,
            test="Student's interval of the differences against 0 and the margin; exact (Clopper-Pearson) interval of "
            "the share that collapses against one half. With the MLP generator invalid where fewer than half of the "
            "runs without the technique collapse, since there is nothing to avoid; with DCGAN's networks where their "
            "samples do not improve in half of the runs",
            against="an interval that reaches 0 and stays below the margin; a share of one half or more",
            **STANDARD,
        ),
        design=Design(
            arms=tuple(
                arm(architecture, technique)
                for architecture in _GENERATORS
                for technique in ("", "minibatch_discrimination")
            ),
            gates=(
                Gate(
                    "Premise: without the technique the MLP generator collapses.",
                    "collapses",
                    ("mlp-gan",),
                    parts=("mlp-recall", "mlp-spread", "avoided"),
                ),
                baseline("dcgan", parts=("dcgan-recall", "dcgan-spread")),
            ),
        ),
        published=EXPERIMENT,
        published_notes=(NETWORKS, LABELS),
        beside=("minibatch-discrimination",),
    ),
    Claim(
        id="historical-averaging-grid",
        section="training",
        tier="G",
        title="Historical averaging gets training on images past low-dimensional supports",
        asserted="On images, whose support is of low dimension, a cost of the distance from the mean of the past "
        "parameters gets training past that problem and past saddle points.",
        sources=(
            Source(
                "S2",
                "Historical Averaging",
                "Objective: bypass the low-dimensional manifold support problem and saddle points for the non-convex "
                "minimax optimization",
            ),
            Source(
                "S2",
                "Supports of p_r and p_g concentrates in lower dimension",
                "our discriminator has easy time to distinguish real and fake samples",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "match",
                "The final FID of a minimax GAN is lower with the term, by 10 % where it matters.",
                margin=TENTH,
                question=Question(
                    "log_quality", "dcgan-gan_minimax - dcgan-gan_minimax+historical_averaging", "greater"
                ),
            ),
            Part(
                "discriminator",
                "At its best the discriminator of a minimax GAN tells the images apart less well with it.",
                margin=CERTAINTY,
                question=Question(
                    "largest_estimate", "dcgan-gan_minimax - dcgan-gan_minimax+historical_averaging", "greater"
                ),
            ),
            Part(
                "usual",
                "The final FID of the usual, non-saturating GAN is lower with the term, by 10 % where it matters.",
                margin=TENTH,
                question=Question("log_quality", "dcgan-gan - dcgan-gan+historical_averaging", "greater"),
            ),
            Part(
                "lasts",
                "At the end the discriminator of a minimax GAN tells the images apart better with the term: the "
                "problem lasts.",
                "corrected",
                CERTAINTY,
                Question("estimate", "dcgan-gan_minimax+historical_averaging - dcgan-gan_minimax", "greater"),
            ),
        ),
        declaration=Declaration(
            measure="paired by seed: log of final FID; the largest and the last Jensen-Shannon estimate of the "
            "discriminator on held-out images, in nats",
            direction="lower FID and a discriminator less certain with the term",
            margin=MOST,
            test="Student's interval of the difference against 0 and the margin (10 % of FID, 0.03 nats); the parts on "
            "the minimax GAN are invalid where its discriminator does not tell held-out images from generated ones "
            "in half of the runs, so that the problem does not arise, the other where samples of the usual GAN do "
            "not improve in half of them",
            against="an interval that reaches 0 and stays below the margin",
            checkpoint="final; for the largest estimate all snapshots",
            **STANDARD,
        ),
        design=Design(
            arms=tuple(
                arm("dcgan", technique, base)
                for base in ("gan_minimax", "gan")
                for technique in ("", "historical_averaging")
            ),
            gates=(
                Gate(
                    "Premise: the discriminator tells the images apart.",
                    "critic_tells_apart",
                    ("dcgan-gan_minimax",),
                    parts=("match", "discriminator", "lasts"),
                ),
                baseline("dcgan", parts=("usual",)),
            ),
        ),
        published=EXPERIMENT,
        published_notes=(NETWORKS, LABELS, "the term has the weight 1, as printed"),
        beside=("historical-averaging",),
    ),
)
