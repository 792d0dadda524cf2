"""Claims about momentum on images: whether clipped WGAN can be trained with it, or without any adaptive step size.

Papers: Arjovsky et al. (2017), Wasserstein GAN; Gulrajani et al. (2017), Improved training of Wasserstein GANs. The
assertions were made in notes on them and in the discussion of the first.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.catalogue.arjovsky2017_training import EXPERIMENT, MOST, TENTH
from claims.catalogue.training_toys_optimizers import WITH_MOMENTUM, WITHOUT_MOMENTUM
from claims.claim import STANDARD, Claim, Declaration, Found, Part, Verdict
from claims.design import Arm, Design, Gate, Question

_EXPERIMENT_GP: dict[str, object] = {
    "dataset": "lsun_bedroom",
    "image_size": 64,
    "batch_size": 64,
    "method_options.wgan.optimizer": "rmsprop_tf",
    "method_options.wgan.learning_rate": 5e-5,
    "method_options.wgan.clip_value": 0.01,
    "method_options.wgan.boosted": False,
    "method_options.wgan_gp.learning_rate": 1e-4,
    "method_options.wgan_gp.gp_weight": 10.0,
}
"""The image grid of Gulrajani et al. (2017), official code `gan_64x64.py`, whose RMSProp is TensorFlow's; the
optimizers are what is varied."""

_STRONG = {"method_options.optimizer": "adam", "method_options.beta1": 0.9}

_MILD = {"method_options.optimizer": "adam", "method_options.beta1": 0.5}

_PLAIN = {f"dcgan-wgan-sgd{by}": by for by in (100, 1000, 10_000)}
"""Plain descent by its learning rate over that of RMSProp: without division by the gradients' size it needs another
one, of which the source says nothing."""

_LEARNS = (
    "share of seeds that learn, log FID half of the way from the untrained generator to real held-out data; a diverged "
    "run has not learned"
)

_WITHOUT = Declaration(
    measure=_LEARNS,
    direction="as each part says",
    margin=MOST,
    test="exact (Clopper-Pearson) interval of the share against one half. Invalid where the same method as "
    "configured, WGAN with clipping by RMSProp, does not learn in half of its runs",
    against="an interval on the other side of one half",
    **STANDARD,
)
"""What the claim declares that clipped WGAN cannot use momentum."""

_WITH = Declaration(
    measure=f"{_LEARNS}; paired by seed: log ratio of final FIDs, mean change of log FID between snapshots in the "
    "second half of them, first snapshot that has learned; a diverged run is the least steady",
    direction="as each part says",
    margin=MOST,
    test="exact (Clopper-Pearson) interval against one half, of the share of seeds that learn, or of those "
    "that differ (McNemar); for FID Student's interval against 0 and 10 %. Invalid where WGAN with clipping and "
    "RMSProp does not learn in half of its runs",
    against="an interval on the other side of one half; a log ratio that reaches 0 and stays below 10 %",
    checkpoint="final; for changes the second half of the snapshots, for steps all of them",
    **STANDARD,
)
"""What the claim declares that it can."""

CLAIMS = (
    Claim(
        id="momentum-grid",
        section="training",
        tier="G",
        title="On images WGAN-GP works with Adam, clipped WGAN does not",
        asserted="On images WGAN-GP can be trained with Adam, WGAN with clipping cannot.",
        sources=WITHOUT_MOMENTUM,
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
        declaration=_WITHOUT,
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
        sources=WITH_MOMENTUM,
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
        declaration=_WITH,
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
