"""Claims about trainings made in the discussion of Wasserstein GAN: crispness, and batch normalization in the critic.

Paper: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks.
"""

from __future__ import annotations

import dataclasses

from claims.catalogue.arjovsky2017 import PAPER
from claims.catalogue.arjovsky2017_figures import LEAST_SHARE
from claims.catalogue.arjovsky2017_training import CONVOLUTIONS, EXPERIMENT, MOST, TENTH
from claims.claim import Claim, Declaration, Part, Source
from claims.design import Arm, Design, Gate, Question

REMARK = "a remark in a discussion, without an experiment that could be repeated; the paper's own settings stand in"

_WIDER: dict[str, object] = {"architecture_options.width*": 2, "architecture_options.critic_width*": 2}
"""A model with more capacity: twice the channels in both networks."""

_FAST = 10
"""A nontrivial learning rate, as a multiple of the configured one. From the published 5e-5 it lies beyond the 2e-4 of
Radford et al. (2015)."""

_SHARES = Declaration(
    measure="share of seeds that train: log FID after the last step at least half of the way from the untrained "
    "generator to real held-out data; of pairs with one seed, the share of wins among those that differ; log ratio of "
    "final FIDs",
    direction="as the parts say",
    margin=MOST,
    test="exact (Clopper-Pearson) interval of the share, or of the share of wins, against one half; Student's interval "
    "of paired differences. Shares without normalization, and differences at the ordinary rate, are invalid where, at "
    "the same learning rate, the critic with batch normalization trains in fewer than half of its runs",
    against="an interval on the other side of one half",
    alpha=0.05,
    min_seeds=5,
    planned_seeds=10,
)


_WITHOUT = dataclasses.replace(
    _SHARES,
    measure="share of seeds that train: log FID after the last step at least half of the way from the untrained "
    "generator to real held-out data, and, as a corrected part, a quarter of it; log ratio of final FIDs",
    test="exact (Clopper-Pearson) interval of the share against one half; Student's interval of paired differences; "
    "invalid where WGAN with batch normalization trains in fewer than half of its runs",
)


def _with_norm(arm: str, parts: tuple[str, ...] = ()) -> Gate:
    return Gate("Baseline: the critic with batch normalization trains its generator.", "trains", (arm,), parts=parts)


CLAIMS = (
    Claim(
        id="mode-spreading-quality",
        section="training",
        tier="G",
        title="At equal capacity WGAN's better mode coverage costs sample quality",
        asserted="Better mode coverage costs sample quality at equal capacity: the samples are not quite as crisp.",
        sources=(
            Source(
                "S4",
                "comment of ajmooch",
                "because you have improved mode-spreading behavior, sample quality from a DCGAN architecture is "
                'actually *worse* because you\'ve lost the "weaponized overfitting" that you normally see. Beefing up '
                "the model solves this",
            ),
            Source(
                "S4",
                "second comment of tmiano",
                "Samples aren't quite as crisp and realistic as they tend to be in the original GAN formulation.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "covers",
                "Seed by seed, WGAN's samples reach more of the data than those of the GAN with the same networks: "
                "recall is higher, by 0.05 where it matters.",
                question=Question("recall", "dcgan-wgan - dcgan-gan", "greater"),
            ),
            Part(
                "crisp",
                "Fewer of them lie among the data: WGAN's precision is lower, by 0.05 where it matters.",
                question=Question("precision", "dcgan-gan - dcgan-wgan", "greater"),
            ),
            Part(
                "fid",
                "WGAN's final FID, which counts coverage too, is higher, by 10 % where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan-wgan - dcgan-gan", "greater"),
            ),
            Part(
                "wider",
                "WGAN with twice the channels in both networks has a precision that is not lower than that of the GAN "
                "with the narrow ones, by 0.05 where it matters.",
                "corrected",
                question=Question("precision", "dcgan-gan - dcgan-wgan-wide", "not greater"),
            ),
            Part(
                "penalty-covers",
                "With the gradient penalty too recall is higher than the GAN's, by 0.05 where it matters.",
                "corrected",
                question=Question("recall", "dcgan-wgan_gp - dcgan-gan", "greater"),
            ),
            Part(
                "penalty-crisp",
                "And precision is lower, by 0.05 where it matters.",
                "corrected",
                question=Question("precision", "dcgan-gan - dcgan-wgan_gp", "greater"),
            ),
        ),
        declaration=Declaration(
            measure="difference of recall, and of precision, after the last step between two methods with the same "
            "networks, data and seed",
            direction="recall higher and precision lower for WGAN",
            margin=LEAST_SHARE,
            test="Student's interval of the paired differences, against 0 and 0.05; invalid where fewer than half of "
            "the runs of an arm improve, since a generator that learned nothing has neither",
            against="an interval below 0.05 that does not lie above 0",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        design=Design(
            arms=(
                *(Arm(f"dcgan-{method}", "dcgan", method) for method in ("gan", "wgan", "wgan_gp")),
                Arm("dcgan-wgan-wide", "dcgan", "wgan", _WIDER),
            ),
            gates=(
                Gate("Premise: samples improve.", "improves", ("dcgan-gan",)),
                Gate("Premise: samples improve.", "improves", ("dcgan-wgan",), parts=("covers", "crisp", "fid")),
                Gate("Premise: samples improve.", "improves", ("dcgan-wgan-wide",), parts=("wider",)),
                Gate(
                    "Premise: samples improve.",
                    "improves",
                    ("dcgan-wgan_gp",),
                    parts=("penalty-covers", "penalty-crisp"),
                ),
            ),
        ),
        beside=("dcgan-both-good",),
        published=EXPERIMENT,
        published_notes=(CONVOLUTIONS, REMARK),
    ),
    Claim(
        id="bn-critic-needed",
        section="training",
        tier="G",
        title="Batch normalization cannot be removed from the WGAN critic",
        asserted="Batch normalization cannot be removed from the critic, even with Wasserstein GAN: it does not work "
        "without, and something like it is necessary to use nontrivial learning rates.",
        sources=(
            Source(
                "S4",
                "question of galapago",
                "Why you cannot remove batch normalization from the critic even using Wasserstein GAN?",
            ),
            Source(
                "S4",
                "answer of martinarjovsky to galapago",
                "something that reduces covariate shift such as batchnorm is necessary to use nontrivial learning "
                "rates.",
            ),
            Source(
                "S4",
                "comment of ppwwyyxx",
                "One important reason why it doesn't work without BN seems to be that you clip the w & b of the affine "
                "transformation inside BN as well!",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "fails-without",
                "Without normalization in the critic fewer than half of the WGAN trainings train.",
                question=Question("trains", "dcgan-wgan-none", "below"),
            ),
            Part(
                "fast-fails-without",
                "At ten times the configured learning rate, which the critic with batch normalization takes, fewer "
                "than half of the trainings train without normalization in it.",
                question=Question("trains", "dcgan-wgan-none-fast", "below"),
            ),
            Part(
                "fast-with",
                "At ten times the configured learning rate, where the two differ, it is mostly the critic with batch "
                "normalization that trains its generator and not the one without.",
                "corrected",
                question=Question("trains", "dcgan-wgan-fast - dcgan-wgan-none-fast", "at least"),
            ),
            Part(
                "worse-without",
                "Seed by seed, the final FID is higher without normalization in the critic, by 10 % where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan-wgan-none - dcgan-wgan", "greater"),
            ),
            Part(
                "slower-without",
                "Where the two differ, it is mostly without normalization in the critic that training takes more "
                "generator steps, or never succeeds.",
                "corrected",
                question=Question("steps_to_train", "dcgan-wgan-none - dcgan-wgan", "at least"),
            ),
            Part(
                "layer-instead",
                "Layer normalization does as well: at least half of the trainings train.",
                "corrected",
                question=Question("trains", "dcgan-wgan-layer", "at least"),
            ),
        ),
        declaration=_SHARES,
        design=Design(
            arms=(
                Arm("dcgan-wgan", "dcgan", "wgan"),
                Arm("dcgan-wgan-none", "dcgan", "wgan", {"method_options.critic_norm": "none"}),
                Arm("dcgan-wgan-layer", "dcgan", "wgan", {"method_options.critic_norm": "layer"}),
                Arm("dcgan-wgan-fast", "dcgan", "wgan", {"method_options.learning_rate*": _FAST}),
                Arm(
                    "dcgan-wgan-none-fast",
                    "dcgan",
                    "wgan",
                    {"method_options.learning_rate*": _FAST, "method_options.critic_norm": "none"},
                ),
            ),
            gates=(
                _with_norm("dcgan-wgan", ("fails-without", "worse-without", "slower-without", "layer-instead")),
                _with_norm("dcgan-wgan-fast", ("fast-fails-without",)),
            ),
        ),
        beside=("bn-critic-not-needed",),
        published=EXPERIMENT,
        published_notes=(CONVOLUTIONS, REMARK),
    ),
    Claim(
        id="bn-critic-not-needed",
        section="training",
        tier="G",
        title="WGAN still samples with batch normalization removed from both networks",
        asserted="With batch normalization removed from both critic and generator WGAN still generates digit-like "
        "samples.",
        sources=(
            Source(
                "S4",
                "comment of hma02",
                "I tried removing the batchnorm from both critic and generator, and the model was still able to "
                "generate digit-like samples after 200 epochs.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "trains-without",
                "Without normalization in either network at least half of the WGAN trainings train.",
                question=Question("trains", "no_norm-wgan", "at least"),
            ),
            Part(
                "improves-without",
                "In at least half of them the samples improve.",
                "corrected",
                question=Question("improves", "no_norm-wgan", "at least"),
            ),
            Part(
                "worse-without",
                "Seed by seed, the final FID is higher than with batch normalization in both, by 10 % where it "
                "matters.",
                "corrected",
                TENTH,
                Question("log_quality", "no_norm-wgan - dcgan-wgan", "greater"),
            ),
        ),
        declaration=_WITHOUT,
        design=Design(
            arms=(Arm("dcgan-wgan", "dcgan", "wgan"), Arm("no_norm-wgan", "no_norm", "wgan")),
            gates=(_with_norm("dcgan-wgan"),),
        ),
        beside=("bn-critic-needed",),
        published={"dataset": "mnist", "image_size": 32, "method_options.wgan.clip_value": 0.01},
        published_notes=(
            "the remark is on a code of its author's, with a faster RMSProp, which is not at hand; networks and "
            "settings are those of the comparison of Gulrajani et al. (2017)",
        ),
    ),
)
