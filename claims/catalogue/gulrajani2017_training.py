"""Claims about which architectures a method trains, and how soon, from Improved training of Wasserstein GANs.

Paper: Gulrajani et al. (2017), Improved training of Wasserstein GANs.
"""

from __future__ import annotations

import dataclasses

from claims.catalogue.arjovsky2017_training import MOST, TENTH
from claims.catalogue.gulrajani2017_defaults import PAPER
from claims.claim import Claim, Declaration, Part, Source
from claims.design import Arm, Design, Gate, Question

ARCHITECTURES = ("dcgan", "dcgan_nobn", "mlp", "no_norm", "gated", "tanh", "resnet101")
"""The rows of the paper's figure 2, in its order."""

NORMALIZED = tuple(name for name in ARCHITECTURES if name != "no_norm")
"""Those whose critic has normalization layers."""

SHALLOW = ARCHITECTURES[:-1]
"""Those compared in sums over architectures, which need every one: the deepest is too large for small scales."""

OTHERS = {"gan": "GAN", "lsgan": "LSGAN", "wgan": "WGAN with clipping"}

_SHARED: dict[str, dict[str, object]] = {
    "lsgan": {"method_options.optimizer": "rmsprop_tf", "method_options.learning_rate": 1e-4},
    "wgan": {"method_options.optimizer": "rmsprop_tf"},
    "gan": {},
    "wgan_gp": {},
}
"""What each method's hyperparameters in the paper's comparison have that its own paper has not: RMSProp is TensorFlow's
there. For LSGAN Adam with 1e-3, of Mao et al. (2017), was among those tried."""

EXPERIMENT: dict[str, object] = {
    "dataset": "lsun_bedroom",
    "image_size": 64,
    "batch_size": 64,
    "generator_steps": 200_000,
    "architecture_options.latent_dim": 128,
    "architecture_options.dcgan.width": 64,
    "architecture_options.dcgan_nobn.width": 64,
    "architecture_options.mlp.width": 512,
    "architecture_options.dcgan.critic_width": 64,
    "method_options.gan.learning_rate": 2e-4,
    "method_options.gan.beta1": 0.5,
    "method_options.lsgan.learning_rate": 1e-4,
    "method_options.lsgan.optimizer": "rmsprop_tf",
    "method_options.wgan.learning_rate": 5e-5,
    "method_options.wgan.clip_value": 0.01,
    "method_options.wgan.optimizer": "rmsprop_tf",
    "method_options.wgan_gp.learning_rate": 1e-4,
    "method_options.wgan_gp.beta1": 0.5,
    "method_options.wgan_gp.beta2": 0.9,
    "method_options.wgan_gp.gp_weight": 10.0,
}
"""Section 5.1 and appendix E; widths, noise and TensorFlow's RMSProp from the official code `gan_64x64.py`."""

SEEDS_DIFFER = "of pairs with one seed, the share of wins among those that differ"

_NOTES = (
    "beta1 of WGAN-GP is 0.5 in appendix E, 0 in Algorithm 1 and in the official code; runs here have the latter",
    "the paper judges samples by eye, in single trainings; here a run trains or not by its final FID",
)


def _arm(architecture: str, method: str, norm: str = "") -> Arm:
    settings = _SHARED[method] | ({"method_options.critic_norm": norm} if norm else {})
    return Arm(_name(architecture, method, norm), architecture, method, settings)


def _name(architecture: str, method: str, norm: str = "") -> str:
    return f"{architecture}-{method}" + (f"-{norm}" if norm else "")


def _layered(method: str) -> tuple[str, ...]:
    """Arms with the critic's normalization that WGAN-GP has; one architecture has none to change."""
    return tuple(_name(name, method, "layer" if name in NORMALIZED else "") for name in ARCHITECTURES)


def _summed(first: str, second: str) -> str:
    """The sum over architectures of the difference between two methods."""
    pairs = [(_name(architecture, first), _name(architecture, second)) for architecture in SHALLOW]
    return " + ".join(f"{a} - {b}" for a, b in pairs)


_OWN_LOSS = Gate("Baseline: in these steps the DCGAN trains with its own loss.", "trains", (_name("dcgan", "gan"),))

CLAIMS = (
    Claim(
        id="only-gp-trains-all",
        section="training",
        tier="G",
        title="With shared hyperparameters only WGAN-GP trains all seven architectures",
        asserted="Seven architectures, each with the losses of DCGAN, LSGAN, WGAN with clipping and WGAN-GP, with "
        "shared hyperparameters: only WGAN-GP trains them all.",
        sources=(
            Source(
                "S2",
                "WGAN-GP vs. WGAN vs. other GANs, Figure 2, caption; S1 prints the same",
                "Different GAN architectures trained with different methods. We only succeeded in training every "
                "architecture with a shared set of hyperparameters using WGAN-GP.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "gp-trains-each",
                "On each of the seven architectures at least half of the WGAN-GP trainings train.",
                question=Question("trains", tuple(_name(name, "wgan_gp") for name in ARCHITECTURES), "at least"),
            ),
            *(
                Part(
                    f"{method}-fails-one",
                    f"On at least one of the seven architectures fewer than half of the {words} trainings train.",
                    question=Question("trains", tuple(_name(a, method) for a in ARCHITECTURES), "below", "any"),
                )
                for method, words in OTHERS.items()
            ),
            *(
                Part(
                    f"{method}-layer-fails-one",
                    f"Given the layer normalization of WGAN-GP's critic, {words} still fails: on at least one of the "
                    "seven architectures fewer than half of its trainings train.",
                    "corrected",
                    question=Question("trains", _layered(method), "below", "any"),
                )
                for method, words in OTHERS.items()
            ),
            *(
                Part(
                    f"gp-above-{method}",
                    f"On at least one architecture, where WGAN-GP and {words} differ, it is mostly WGAN-GP that "
                    "trains.",
                    "corrected",
                    question=Question(
                        "trains",
                        tuple(f"{_name(a, 'wgan_gp')} - {_name(a, method)}" for a in ARCHITECTURES),
                        "at least",
                        "any",
                    ),
                )
                for method, words in OTHERS.items()
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that train, in each cell of architecture and method: log FID after the last step "
            f"at least half of the way from the untrained generator to real held-out data; {SEEDS_DIFFER}",
            direction="at least one half in every cell of WGAN-GP; below one half in some cell of each other method",
            margin=MOST,
            test="exact (Clopper-Pearson) intervals against one half. All cells of WGAN-GP must pass; of another "
            "method one suffices, corrected for their number (Bonferroni), and likewise one cell of WGAN-GP to the "
            "contrary. Pairs of methods by McNemar's exact test. A method is judged only if it trains the DCGAN in at "
            "least half of its runs, WGAN-GP only if the DCGAN's own loss does: else settings or the number of steps "
            "are at fault",
            against="a cell in which fewer than half of the WGAN-GP trainings train; another method that trains all",
            alpha=0.05,
            min_seeds=5,
            # With 10, seven cells that each train nine times of ten would pass together one time of eight.
            planned_seeds=20,
        ),
        design=Design(
            arms=(
                *(_arm(architecture, method) for method in ("wgan_gp", *OTHERS) for architecture in ARCHITECTURES),
                *(_arm(architecture, method, "layer") for method in OTHERS for architecture in NORMALIZED),
            ),
            gates=(
                dataclasses.replace(_OWN_LOSS, parts=("gp-trains-each",)),
                *(
                    Gate(
                        "Baseline: the method trains the DCGAN.",
                        "trains",
                        (_name("dcgan", method),),
                        parts=(f"{method}-fails-one", f"{method}-layer-fails-one", f"gp-above-{method}"),
                    )
                    for method in OTHERS
                ),
            ),
        ),
        published=EXPERIMENT,
        published_notes=_NOTES,
    ),
    Claim(
        id="gp-easier-than-clip",
        section="training",
        tier="G",
        title="WGAN-GP is easier to get working than WGAN, which is slower than a GAN",
        asserted="WGAN-GP is easier to get working than WGAN over architectures, with fairly good results; WGAN needs "
        "more iterations than a standard GAN for similar results; WGAN converges slowly.",
        sources=(
            Source(
                "S3",
                "5.6 General Comments",
                "WGAN-GP was typically easier to get working for various architectures and produced fairly good "
                "results, in comparison to a standard WGAN. Overall, WGAN was found to need more iterations to produce "
                "similar results to standard GANs.",
            ),
            Source(
                "S0",
                "slide after Figure 3 of Wasserstein GAN",
                "In practice, this weakness results in extremely long convergence times.",
            ),
            Source("S4", "second comment of tmiano", "Long training times"),
        ),
        paper=PAPER,
        parts=(
            Part(
                "easier",
                "Of six architectures WGAN-GP trains more than WGAN with clipping does with the same seed, by one "
                "architecture where it matters.",
                margin=1.0,
                question=Question("n_trained", _summed("wgan_gp", "wgan"), "greater"),
            ),
            Part(
                "better",
                "On the average over the six architectures its final FID is lower, by 10 % where it matters.",
                margin=len(SHALLOW) * TENTH,
                question=Question("log_quality", _summed("wgan", "wgan_gp"), "greater"),
            ),
            Part(
                "slower-than-gan",
                "With the DCGAN, where the two differ, it is mostly WGAN that takes more generator steps than the GAN "
                "until it trains, or never does.",
                question=Question("steps_to_train", "dcgan-wgan - dcgan-gan", "at least"),
            ),
            Part(
                "better-everywhere",
                "On each of the six architectures WGAN-GP's final FID is lower, by 10 % where it matters.",
                "corrected",
                TENTH,
                Question("log_quality", tuple(f"{a}-wgan - {a}-wgan_gp" for a in SHALLOW), "greater"),
            ),
            Part(
                "slower-than-gp",
                "With the DCGAN, where the two differ, it is mostly WGAN with clipping that takes more generator steps "
                "than WGAN-GP until it trains, or never does.",
                "corrected",
                question=Question("steps_to_train", "dcgan-wgan - dcgan-wgan_gp", "at least"),
            ),
        ),
        declaration=Declaration(
            measure="number of architectures trained with a seed; sum over architectures of log ratios of final FIDs; "
            f"generator step of the first snapshot that counts as trained, compared seed by seed: {SEEDS_DIFFER}",
            direction="more architectures and lower FID for WGAN-GP; more steps for WGAN",
            margin=MOST,
            test="Student's interval over seeds of the paired difference, against 0 and the part's margin; exact "
            "interval of the share of wins against one half. Invalid where the DCGAN trains with its own loss in fewer "
            "than half of its runs, as then settings or the number of steps are at fault; steps against those of "
            "WGAN-GP are judged only if that trains the DCGAN in at least half",
            against="an interval that does not lie above 0 and stays below the margin; a share of wins below one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
            checkpoint="final; for steps all snapshots",
        ),
        design=Design(
            arms=(
                *(_arm(architecture, method) for method in ("wgan_gp", "wgan") for architecture in SHALLOW),
                _arm("dcgan", "gan"),
            ),
            gates=(
                _OWN_LOSS,
                Gate(
                    "Baseline: the method that should be faster trains the DCGAN.",
                    "trains",
                    (_name("dcgan", "wgan_gp"),),
                    parts=("slower-than-gp",),
                ),
            ),
        ),
        published=EXPERIMENT,
        published_notes=(
            *_NOTES,
            "the notes name no architectures, data or numbers; the comparison of the paper stands in",
            "the deepest of its seven architectures is left out",
        ),
    ),
)
