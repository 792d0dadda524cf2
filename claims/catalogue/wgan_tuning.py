"""Claims about how WGAN takes to other hyperparameters and optimizers, on images.

Papers: Arjovsky et al. (2017), Wasserstein GAN; Gulrajani et al. (2017), Improved training of
Wasserstein GANs. The assertions were made in notes on them and in the discussion of the first.
"""

from __future__ import annotations

from typing import Any

from claims.catalogue import training_toys_optimizers
from claims.catalogue.arjovsky2017 import PAPER
from claims.catalogue.arjovsky2017_training import BY_EYE, CONVOLUTIONS, EXPERIMENT
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict, sources_of
from claims.design import Arm, Design, Gate, Question

TENTH = 0.105
"""Smallest difference of log FID that matters: a tenth of FID."""

QUARTER = 0.223
"""A setting that matters costs a quarter of FID: methods are thought different for less."""

MOST = 0.5
"""A way of training works, or fails, when more than half of its seeds do."""

_SEEDS: dict[str, Any] = {"alpha": 0.05, "min_seeds": 5, "planned_seeds": 10}

_FACTORS = {"tenth": 0.1, "ten": 10, "hundred": 100}

_ONE_STEP: dict[str, object] = {"method_options.n_critic": 1, "method_options.boosted": False}
"""One critic step, at the start too."""

_KNOBS: dict[str, tuple[str, dict[str, dict[str, object]]]] = {
    "rate": ("learning rate", {f"rate-{word}": {"method_options.learning_rate*": by} for word, by in _FACTORS.items()}),
    "clip": ("clipping value", {f"clip-{word}": {"method_options.clip_value*": by} for word, by in _FACTORS.items()}),
    "critic": ("number of critic steps", {"critic-one": _ONE_STEP}),
}
"""What is left untuned: in words, and the settings of its variants."""

_UNTUNED = {variant: settings for _, variants in _KNOBS.values() for variant, settings in variants.items()}

_SWEEP = tuple(Arm(f"dcgan-wgan-{variant}", "dcgan", "wgan", settings) for variant, settings in _UNTUNED.items())

_HOW_FAR = {
    "rate": "a tenth, ten times and a hundred times the configured one",
    "clip": "a tenth, ten times and a hundred times the configured one",
    "critic": "one in place of five",
}


def _arms(knob: str, without: str = "") -> tuple[str, ...]:
    """The untuned variants of a knob, but for one."""
    return tuple(f"dcgan-wgan-{variant}" for variant in _KNOBS[knob][1] if variant != without)


def _too_high(knob: str) -> tuple[str, ...]:
    """The variants without the one whose steps or weights are merely small: slow is not unstable."""
    return _arms(knob, f"{knob}-tenth")


_NO_TUNING = "the source names no settings; factors of ten and one critic step stand for what is not tuned"

_EXPERIMENT_GP: dict[str, object] = {
    "dataset": "lsun_bedroom",
    "image_size": 64,
    "batch_size": 64,
    "method_options.wgan.optimizer": "rmsprop",
    "method_options.wgan.learning_rate": 5e-5,
    "method_options.wgan.clip_value": 0.01,
    "method_options.wgan_gp.learning_rate": 1e-4,
    "method_options.wgan_gp.gp_weight": 10.0,
}
"""The image grid of Gulrajani et al. (2017), official code `gan_64x64.py`; the optimizers are what is varied."""

_STRONG = {"method_options.optimizer": "adam", "method_options.beta1": 0.9}

_MILD = {"method_options.optimizer": "adam", "method_options.beta1": 0.5}

_PLAIN = {f"dcgan-wgan-sgd{by}": by for by in (100, 1000, 10_000)}
"""Plain descent by its learning rate over that of RMSProp: without division by the gradients' size it needs another
one, of which the source says nothing."""

_MOMENTUM = Declaration(
    measure="share of seeds that learn, log FID half of the way from the untrained generator to real held-out "
    "data; paired by seed: log ratio of final FIDs, mean change of log FID between snapshots in the second "
    "half of them, first snapshot that has learned. A diverged run has not learned and is the least steady",
    direction="as each part says",
    margin=MOST,
    test="exact (Clopper-Pearson) interval against one half, of the share of seeds that learn, or of those "
    "that differ (McNemar); for FID Student's interval against 0 and 10 %. Invalid where WGAN-GP or WGAN as "
    "configured does not learn in half of its runs",
    against="an interval on the other side of one half; a log ratio that reaches 0 and stays below 10 %",
    checkpoint="final; for changes the second half of the snapshots, for steps all of them",
    **_SEEDS,
)
"""What both sides of the question of momentum declare."""

CLAIMS = (
    Claim(
        id="still-fragile",
        section="training",
        tier="G",
        title="WGAN is unstable where its hyperparameters are not fine tuned",
        asserted="WGAN still suffers from instability when learning rate, clipping parameter and critic updates are "
        "not fine tuned.",
        sources=(
            Source(
                "S4",
                "second comment of tmiano, 3)",
                "Still suffer from instability when learning rate, clipping parameter, and critic updates are not "
                "fine tuned.",
            ),
        ),
        paper=PAPER,
        parts=(
            *(
                Part(
                    knob,
                    f"With at least one {words} too high, ten or a hundred times the configured one, fewer than half "
                    "of the trainings learn.",
                    question=Question("trains", _too_high(knob), "below", "any"),
                )
                for knob, (words, _) in _KNOBS.items()
                if knob != "critic"
            ),
            Part(
                "critic",
                "With one critic step per generator step fewer than half of the trainings learn.",
                question=Question("trains", _arms("critic"), "below", "any"),
            ),
            *(
                Part(
                    f"{knob}-worse",
                    f"The {words} matters: with {_HOW_FAR[knob]} the final FID is higher than as configured, by a "
                    "quarter where it matters.",
                    "corrected",
                    QUARTER,
                    Question("log_quality", tuple(f"{arm} - dcgan-wgan" for arm in _arms(knob)), "greater"),
                )
                for knob, (words, _) in _KNOBS.items()
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that learn: at the last step log FID has come at least half of the way from the "
            "untrained generator to real held-out data; a diverged run has not learned",
            direction="below one half with at least one setting of each of the three hyperparameters",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half, for each setting by itself; the "
            "corrected parts: Student's interval of the log ratio of final FIDs, paired by seed, against 0 and a "
            "quarter. Invalid where WGAN as configured does not learn in half of its runs",
            against="for one of the hyperparameters, an interval above one half with every setting",
            **_SEEDS,
        ),
        design=Design(
            arms=(Arm("dcgan-wgan", "dcgan", "wgan"), *_SWEEP),
            gates=(Gate("The baseline behaves: WGAN as configured learns.", "trains", ("dcgan-wgan",)),),
        ),
        published=EXPERIMENT,
        published_notes=(CONVOLUTIONS, _NO_TUNING, BY_EYE),
        beside=("poorly-tuned-improves",),
    ),
    Claim(
        id="poorly-tuned-improves",
        section="training",
        tier="G",
        title="WGAN's samples keep getting better however poorly it is tuned",
        asserted="Even when the hyperparameters of WGAN are poorly tuned, its samples continue to get better.",
        sources=(
            Source(
                "S4",
                "first comment of tmiano",
                "And even when your hyperparameters are poorly tuned, the worst thing that seems to happen is your "
                "loss oscillates wildly, but actually the samples continue to get better despite this.",
            ),
        ),
        paper=PAPER,
        parts=(
            *(
                Part(
                    knob,
                    f"With a {words} of {_HOW_FAR[knob]} the samples of more than half of the trainings improve.",
                    question=Question("improves", _arms(knob), "at least"),
                )
                for knob, (words, _) in _KNOBS.items()
            ),
            *(
                Part(
                    f"{knob}-continues",
                    f"With a {words} of {_HOW_FAR[knob]} FID goes on falling: it is lower in the second half of the "
                    "snapshots than in the first, by 10 % where it matters.",
                    margin=TENTH,
                    question=Question("quality_drift", _arms(knob), "greater"),
                )
                for knob, (words, _) in _KNOBS.items()
            ),
        ),
        declaration=Declaration(
            measure="share of seeds whose samples improve: at the last step log FID has come a quarter of the way from "
            "the untrained generator to real held-out data; fall of mean log FID from the first half of the "
            "snapshots to the second",
            direction="above one half, and positive, with every setting",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half; Student's interval of the fall "
            "against 0 and 10 %; each setting by itself. Invalid where the samples of WGAN as configured do not "
            "improve in half of its runs",
            against="for one setting, a share below one half, or an interval of the fall that reaches 0 and stays "
            "below 10 %",
            checkpoint="final; for the fall, all snapshots after step 0",
            **_SEEDS,
        ),
        design=Design(
            arms=(Arm("dcgan-wgan", "dcgan", "wgan"), *_SWEEP),
            gates=(Gate("The baseline behaves: samples of WGAN as configured improve.", "improves", ("dcgan-wgan",)),),
        ),
        published=EXPERIMENT,
        published_notes=(CONVOLUTIONS, _NO_TUNING, BY_EYE),
        beside=("still-fragile",),
    ),
    Claim(
        id="momentum-grid",
        section="training",
        tier="G",
        title="On images WGAN-GP works with Adam, clipped WGAN does not",
        asserted="On images WGAN-GP can be trained with Adam, WGAN with clipping cannot.",
        sources=sources_of(training_toys_optimizers.CLAIMS, "momentum"),
        paper="Gulrajani et al. (2017), Improved training of Wasserstein GANs",
        parts=(
            Part(
                "gp-adam",
                "More than half of the WGAN-GP trainings with Adam and beta1 = 0.5 learn.",
                question=Question("trains", "dcgan-wgan_gp-adam", "at least"),
            ),
            Part(
                "gp-strong",
                "More than half of the WGAN-GP trainings with Adam and beta1 = 0.9 learn.",
                question=Question("trains", "dcgan-wgan_gp-adam-strong", "at least"),
            ),
            Part(
                "clip-adam",
                "Fewer than half of the clipped WGAN trainings with Adam and beta1 = 0.5 learn.",
                question=Question("trains", "dcgan-wgan-adam", "below"),
            ),
            Part(
                "clip-strong",
                "Fewer than half of the clipped WGAN trainings with Adam and beta1 = 0.9 learn.",
                question=Question("trains", "dcgan-wgan-adam-strong", "below"),
            ),
        ),
        declaration=_MOMENTUM,
        design=Design(
            arms=(
                Arm("dcgan-wgan_gp", "dcgan", "wgan_gp"),
                Arm("dcgan-wgan_gp-adam", "dcgan", "wgan_gp", _MILD),
                Arm("dcgan-wgan_gp-adam-strong", "dcgan", "wgan_gp", _STRONG),
                Arm("dcgan-wgan", "dcgan", "wgan"),
                Arm("dcgan-wgan-adam", "dcgan", "wgan", _MILD),
                Arm("dcgan-wgan-adam-strong", "dcgan", "wgan", _STRONG),
            ),
            gates=(
                Gate(
                    "The baseline behaves: WGAN-GP as configured learns.",
                    "trains",
                    ("dcgan-wgan_gp",),
                    parts=("gp-adam", "gp-strong"),
                ),
                Gate(
                    "The baseline behaves: clipped WGAN with RMSProp learns.",
                    "trains",
                    ("dcgan-wgan",),
                    parts=("clip-adam", "clip-strong"),
                ),
            ),
        ),
        found=(
            Found(
                "On images, too, it is the amount of momentum: clipped WGAN learns with beta1 = 0.5 and not with 0.9.",
                {"clip-adam": Verdict.CONTRADICTED, "clip-strong": Verdict.SUPPORTED},
            ),
        ),
        published=_EXPERIMENT_GP,
        published_notes=("the sources say Adam without its decays; 0.5 and 0.9 are those of the toy trainings",),
        beside=("momentum", "momentum-usable-grid"),
    ),
    Claim(
        id="momentum-usable-grid",
        section="training",
        tier="G",
        title="Clipped WGAN can use momentum, or none at all",
        asserted="On images WGAN with clipping can use momentum, just less well and slightly unstable; plain gradient "
        "descent trains it too, and RMSProp is only faster.",
        sources=sources_of(training_toys_optimizers.CLAIMS, "momentum"),
        paper=PAPER,
        parts=(
            Part(
                "adam",
                "More than half of the clipped WGAN trainings with Adam and beta1 = 0.5 learn.",
                question=Question("trains", "dcgan-wgan-adam", "at least"),
            ),
            Part(
                "less-well",
                "Adam, beta1 = 0.5, leaves clipped WGAN with a higher FID than RMSProp, by 10 % where it matters.",
                margin=TENTH,
                question=Question("log_quality", "dcgan-wgan-adam - dcgan-wgan", "greater"),
            ),
            Part(
                "unstable",
                "With Adam, beta1 = 0.5, FID changes more from snapshot to snapshot than with RMSProp, in more than "
                "half of the seeds.",
                question=Question("swing", "dcgan-wgan-adam - dcgan-wgan", "at least"),
            ),
            Part(
                "sgd",
                "With at least one of three learning rates more than half of the clipped WGAN trainings with plain "
                "gradient descent learn.",
                question=Question("trains", tuple(_PLAIN), "at least", "any"),
            ),
            Part(
                "rmsprop-faster",
                "RMSProp learns in fewer steps than plain descent with any of the three learning rates, in more than "
                "half of the seeds.",
                question=Question("steps_to_train", tuple(f"{arm} - dcgan-wgan" for arm in _PLAIN), "at least"),
            ),
        ),
        declaration=_MOMENTUM,
        design=Design(
            arms=(
                Arm("dcgan-wgan", "dcgan", "wgan"),
                Arm("dcgan-wgan-adam", "dcgan", "wgan", _MILD),
                *(
                    Arm(
                        name,
                        "dcgan",
                        "wgan",
                        {"method_options.optimizer": "sgd", "method_options.learning_rate*": by},
                    )
                    for name, by in _PLAIN.items()
                ),
            ),
            gates=(Gate("The baseline behaves: clipped WGAN with RMSProp learns.", "trains", ("dcgan-wgan",)),),
        ),
        published=EXPERIMENT,
        published_notes=(
            "the sources say momentum without its decay; 0.5 is that of the toy trainings",
            "the source gives no learning rate for plain descent; three powers of ten are tried",
        ),
        beside=("momentum", "momentum-grid"),
    ),
)
