"""Claims about training, from Wasserstein GAN.

Paper: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Part, Source
from claims.design import Arm, Design, Gate, Question

LEAST_CORRELATION = 0.5
"""Rank correlation from which a curve is a guide to quality: a quarter of the rank variance is shared."""

TENTH = 0.105
"""Smallest difference of log FID that matters: a tenth of FID."""

MOST = 0.5
"""A set-up "learns" or "fails" when more than half of its seeds do."""

PREMISE = (
    "; judged on the runs whose samples improve: log FID comes at least a quarter of the way from the untrained "
    "generator to real held-out data; invalid where fewer than half of the finished runs of an arm do"
)

_CURVES = Declaration(
    measure="Spearman correlation, within a run, of the critic's estimate with FID over the snapshots after step 0; "
    "for the comparison with GAN the difference of Fisher's z, paired by seed",
    direction="positive: a smaller estimate goes with a smaller FID, more closely than GAN's",
    margin=LEAST_CORRELATION,
    test="Student's interval of Fisher's z over seeds: supported when it lies above 0 and reaches that of 0.5; weaker "
    "when above 0 and below that; for the comparison the same of the difference" + PREMISE,
    against="an interval that reaches 0 and stays below 0.5",
    alpha=0.05,
    min_seeds=5,
    planned_seeds=10,
    checkpoint="all snapshots after step 0; in the parts after warm-up, those from a quarter of the generator steps on",
)

_NO_GUIDE = Declaration(
    measure="Spearman correlation, within a run, of the critic's estimate with FID over the snapshots after step 0",
    direction="absent or negative: the estimate does not fall while FID falls",
    margin=LEAST_CORRELATION,
    test="the interval of the WGAN claim. As stated: supported when it reaches down to 0 or below and stays below "
    "0.5. Corrected: supported when it lies below 0.5, where a curve would "
    "begin to be a guide, whether or not it lies above 0" + PREMISE,
    against="as stated, an interval wholly above 0; corrected, one at or above 0.5",
    alpha=0.05,
    min_seeds=5,
    planned_seeds=10,
    checkpoint="all snapshots after step 0",
)

GENERATORS = {"mlp": "MLP generator", "dcgan": "DCGAN generator"}
"""The generators of the paper's figures 3 and 4, with a DCGAN critic."""

_NETWORKS = {**GENERATORS, "mlp_both": "MLP generator and critic"}
"""The networks of the paper's figure 4. Those of the lower half of figure 3 are in `failed-run-flat`."""

_TRAINING_CURVES = {"filtered": "median-filtered training estimate", "raw": "unfiltered training estimate"}

_GAN_PARTS = ("filtered", "filtered-weak", "raw", "raw-weak", "heldout")

_LESS_TRAINED: dict[str, tuple[str, dict[str, object]]] = {
    "critic1": ("one critic step per generator step", {"method_options.n_critic": 1}),
    "momentum": (
        "Adam with beta1 = 0.5 in place of RMSProp",
        {"method_options.optimizer": "adam", "method_options.beta1": 0.5},
    ),
}
"""Ways to train the critic of the DCGAN less close to its optimum, as words and settings."""


def _premise(arms: tuple[str, ...], parts: tuple[str, ...] = ()) -> Gate:
    return Gate("Premise: samples improve.", "improves", arms, 0.5, parts)


EXPERIMENT: dict[str, object] = {
    "dataset": "lsun_bedroom",
    "image_size": 64,
    "batch_size": 64,
    "architecture_options.latent_dim": 100,
    "architecture_options.dcgan.width": 64,
    "architecture_options.mlp.width": 512,
    "architecture_options.mlp_both.width": 512,
    **{f"architecture_options.{name}.critic_width": 64 for name in ("dcgan", "dcgan_nobn", "mlp")},
    "method_options.wgan.n_critic": 5,
    "method_options.wgan.clip_value": 0.01,
    "method_options.wgan.boosted": True,
    "method_options.wgan.optimizer": "rmsprop",
    "method_options.wgan.learning_rate": 5e-5,
}
"""Section 4 and Algorithm 1 of the paper, and its official code (`boosted`, widths, noise)."""

CONVOLUTIONS = (
    "convolutions of 5x5 with SAME padding, as in the code of Gulrajani et al. (2017), where the official code of "
    "this paper has 4x4"
)

PERCEPTRON = (
    "the MLP generator has four hidden layers, as the paper says, and ends in tanh; the official code has three and "
    "no tanh"
)

BY_EYE = "the paper judges samples by eye, in single trainings; here FID stands for sample quality"

CLAIMS = (
    Claim(
        id="loss-quality-wgan",
        section="training",
        tier="G",
        title="WGAN: when the critic's estimate falls, the samples get better",
        asserted="WGAN training: lower critic loss goes with better samples, for an MLP and for a DCGAN generator; it "
        "is a better indicator of their quality than the loss of a GAN.",
        sources=(
            Source(
                "S0",
                "Figure 3, caption",
                "We can see a clear correlation between lower error and better sample quality.",
            ),
            Source(
                "S0",
                "notes on Figure 3",
                "With Wasserstein GANs, the loss is a better indicator of the quality of the samples: as the loss goes "
                "down, the samples are indeed improving.",
            ),
            Source("S1", "WGAN vs JSGAN", "W correlates better well with objective."),
            Source(
                "S3",
                "5.5 Overfitting",
                "This substantiates the claim that the WGAN (using weigh clipping) loss correlates with the sample "
                "quality.",
            ),
            Source("S4", "comment of rumblestiltsken", "GAN loss that corresponds with image quality"),
        ),
        paper=PAPER,
        parts=(
            *(
                part
                for key, name in GENERATORS.items()
                for part in (
                    Part(
                        f"{key}-filtered",
                        f"{name}: the median-filtered training estimate falls as FID falls.",
                        question=Question("follows_filtered", f"{key}-wgan", "greater"),
                    ),
                    Part(
                        f"{key}-raw",
                        f"{name}: the unfiltered training estimate falls as FID falls.",
                        question=Question("follows_raw", f"{key}-wgan", "greater"),
                    ),
                    Part(
                        f"{key}-filtered-warm",
                        f"{name}: after the critic's warm-up, taken as the first quarter of the generator steps, the "
                        "median-filtered training estimate falls as FID falls.",
                        "corrected",
                        question=Question("follows_filtered_warm", f"{key}-wgan", "greater"),
                    ),
                    Part(
                        f"{key}-heldout",
                        f"{name}: the estimate of the same critic on held-out data falls as FID falls.",
                        "corrected",
                        question=Question("follows_heldout", f"{key}-wgan", "greater"),
                    ),
                )
            ),
            Part(
                "dcgan-better",
                "DCGAN generator: the median-filtered training estimate follows FID more closely than that of a GAN "
                "with the same networks: Fisher's z of the rank correlation is higher, where it matters by as much as "
                "that of 0.5 is above 0.",
                question=Question("follows_filtered", "dcgan-wgan - dcgan-gan", "greater"),
            ),
            *(
                Part(
                    f"dcgan-{key}",
                    f"DCGAN generator, critic trained with {words}: the median-filtered training estimate still falls "
                    "as FID falls.",
                    "corrected",
                    question=Question("follows_filtered", f"dcgan-wgan-{key}", "greater"),
                )
                for key, (words, _) in _LESS_TRAINED.items()
            ),
        ),
        declaration=_CURVES,
        design=Design(
            arms=(
                *(Arm(f"{key}-wgan", key, "wgan") for key in GENERATORS),
                Arm("dcgan-gan", "dcgan", "gan"),
                *(Arm(f"dcgan-wgan-{key}", "dcgan", "wgan", settings) for key, (_, settings) in _LESS_TRAINED.items()),
            ),
            gates=(
                *(
                    _premise(
                        (f"{key}-wgan",),
                        tuple(f"{key}-{kind}" for kind in ("filtered", "raw", "filtered-warm", "heldout")),
                    )
                    for key in GENERATORS
                ),
                _premise(("dcgan-wgan", "dcgan-gan"), ("dcgan-better",)),
                *(_premise((f"dcgan-wgan-{key}",), (f"dcgan-{key}",)) for key in _LESS_TRAINED),
            ),
        ),
        beside=("loss-quality-gan", "overfitting-gap"),
        published=EXPERIMENT,
        published_notes=(CONVOLUTIONS, PERCEPTRON, BY_EYE),
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
            Source(
                "S0",
                "Figure 4, caption, on the MLP as generator and discriminator",
                "The curve goes up and down regardless of sample quality.",
            ),
        ),
        paper=PAPER,
        parts=(
            *(
                part
                for key, name in _NETWORKS.items()
                for curve, words in _TRAINING_CURVES.items()
                for part in (
                    Part(
                        f"{key}-{curve}",
                        f"{name}: the {words} does not fall with FID: no positive rank correlation.",
                        question=Question(f"follows_{curve}", f"{key}-gan", "not greater"),
                    ),
                    Part(
                        f"{key}-{curve}-weak",
                        f"{name}: the rank correlation of the {words} with FID is below 0.5, so it is no guide.",
                        "corrected",
                        question=Question(f"follows_{curve}", f"{key}-gan", "below"),
                    ),
                )
            ),
            *(
                Part(
                    f"{key}-heldout",
                    f"{name}: the estimate of the same critic on held-out data does not fall with FID: no positive "
                    "rank correlation.",
                    "corrected",
                    question=Question("follows_heldout", f"{key}-gan", "not greater"),
                )
                for key, name in _NETWORKS.items()
            ),
        ),
        declaration=_NO_GUIDE,
        design=Design(
            arms=tuple(Arm(f"{key}-gan", key, "gan") for key in _NETWORKS),
            gates=tuple(_premise((f"{key}-gan",), tuple(f"{key}-{kind}" for kind in _GAN_PARTS)) for key in _NETWORKS),
        ),
        beside=("loss-quality-wgan",),
        published=EXPERIMENT,
        published_notes=(CONVOLUTIONS, PERCEPTRON, BY_EYE),
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
            Part(
                "gan-fails",
                "Fewer than half of the GAN trainings learn.",
                question=Question("trains", "dcgan_nobn-gan", "below"),
            ),
            Part(
                "wgan-learns",
                "At least half of the WGAN trainings learn.",
                question=Question("trains", "dcgan_nobn-wgan", "at least"),
            ),
            Part(
                "wgan-better",
                "Seed by seed, the final FID of WGAN is lower than that of GAN, by 10 % where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", "dcgan_nobn-gan - dcgan_nobn-wgan", "greater"),
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that learn: at the last snapshot log FID has come at least half of the way from "
            "the untrained generator to real held-out data; a diverged run has not learned",
            direction="below one half for GAN, above for WGAN",
            margin=MOST,
            test="exact (Clopper-Pearson) interval against one half, invalid where fewer than half of the same "
            "method's trainings learn with batch normalization; the corrected part: Student's interval of the log "
            "ratio of final FIDs, a diverged run keeping its untrained score",
            against="an interval on the other side of one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        design=Design(
            arms=tuple(
                Arm(f"{architecture}-{method}", architecture, method)
                for architecture in ("dcgan_nobn", "dcgan")
                for method in ("gan", "wgan")
            ),
            gates=tuple(
                Gate(
                    "Baseline: with batch normalization the same method trains.",
                    "trains",
                    (f"dcgan-{method}",),
                    0.5,
                    (part,),
                )
                for part, method in (("gan-fails", "gan"), ("wgan-learns", "wgan"))
            ),
        ),
        published=EXPERIMENT,
        published_notes=(
            CONVOLUTIONS,
            "every hidden layer of the generator has the same number of filters, as the paper says; the switch of the "
            "official code takes out the normalization alone, and the number is not given",
            BY_EYE,
        ),
    ),
)
