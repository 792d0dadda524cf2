"""Claims about training the Cramér GAN on images.

Paper: Bellemare et al. (2017), The Cramer distance as a solution to biased Wasserstein gradients.
"""

from __future__ import annotations

from claims.catalogue.bellemare2017 import PAPER
from claims.claim import STANDARD, Claim, Declaration, Part, Source
from claims.design import Arm, Design, Gate, Question

TENTH = 0.105
"""Smallest difference of logs that matters: a tenth of FID, or of the distance between completions."""

TWENTIETH = 0.049
"""The same for the distance from the true half, most of which no completion can avoid."""

_METHODS: dict[str, dict[str, object]] = {"wgan_gp": {"method_options.beta1": 0.5}, "cramer": {}}
"""The methods compared and what is set of them: WGAN-GP, whose own beta1 is 0, has that of the Cramér GAN, so that the
two differ in their losses alone."""

EXPERIMENT: dict[str, object] = {
    "dataset": "celeba",
    "image_size": 64,
    "method_options.learning_rate": 1e-4,
    "method_options.beta1": 0.5,
    "method_options.beta2": 0.9,
    "method_options.gp_weight": 10.0,
    "method_options.n_critic": 5,
}
"""Data of figure 3 of the paper, as its caption has it in S1; settings of public implementations of the Cramér GAN."""

NETWORKS = "DCGAN's networks stand in for the paper's own, which are not public"

SETTINGS = "the paper's own settings are not at hand; those compared with are of public implementations"

BY_EYE = "the source shows images and leaves the judgement to the eye; the measures are defined here"

_VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    "": ("With the usual five critic steps and batch size", {}),
    "-steps1": ("With one critic step per generator step", {"method_options.n_critic": 1}),
    "-small": ("With batches of a quarter of the usual size", {"batch_size*": 0.25}),
}
"""Ways to train either method, as words and settings, by the end of an arm's name."""


def _gain(variant: str) -> str:
    """How much lower the log FID of the Cramér GAN is."""
    return f"dcgan-wgan_gp{variant} - dcgan-cramer{variant}"


def _grows(variant: str) -> str:
    """How much more it is lower than with the usual settings."""
    return f"{_gain(variant)} - dcgan-wgan_gp + dcgan-cramer"


CLAIMS = (
    Claim(
        id="cramer-completion",
        section="training",
        tier="G",
        title="The Cramér GAN completes images better and more diversely than WGAN-GP",
        asserted="Given left halves of images, the Cramér GAN draws right halves of better quality than WGAN-GP, and "
        "more diverse ones for the same left half.",
        sources=(
            Source(
                "S1",
                "Cramer GAN: results, Figure 3, caption",
                "Generated right halves of the faces for WGAN-GP (left) and Cramér GAN (right).",
            ),
            Source("S1", "Cramer GAN: results", "Generally, useful approach"),
        ),
        paper=PAPER,
        parts=(
            Part(
                "quality",
                "Seed by seed, the FID of images completed by the Cramér GAN is lower, by 10 % where it matters.",
                question=Question("log_quality", "dcgan_completion-wgan_gp - dcgan_completion-cramer", "greater"),
            ),
            Part(
                "diversity",
                "Seed by seed, its eight completions of one left half lie further apart, by 10 % where it matters.",
                question=Question(
                    "log_completion_diversity", "dcgan_completion-cramer - dcgan_completion-wgan_gp", "greater"
                ),
            ),
            Part(
                "error",
                "Its completions are not further from the true right halves, by less than 5 % if at all.",
                "corrected",
                TWENTIETH,
                Question("log_completion_error", "dcgan_completion-cramer - dcgan_completion-wgan_gp", "not greater"),
            ),
        ),
        declaration=Declaration(
            measure="paired differences of logs at the last step: of the FID of completed images, of the mean root "
            "mean square distance per pixel between eight completions of a held-out left half, and of their distance "
            "from the true half",
            direction="lower FID and larger distance between completions with the Cramér GAN; no larger error",
            margin=TENTH,
            test="Student's interval over seeds against 0 and the margin (10 %; 5 % for the error); invalid where "
            "completions by WGAN-GP do not improve in half of its runs",
            against="an interval that reaches 0 and stays below the margin; for the error, one above 0",
            **STANDARD,
        ),
        design=Design(
            arms=tuple(
                Arm(f"dcgan_completion-{method}", "dcgan_completion", method, settings)
                for method, settings in _METHODS.items()
            ),
            gates=(
                Gate(
                    "The baseline behaves: completions by WGAN-GP improve.", "improves", ("dcgan_completion-wgan_gp",)
                ),
            ),
        ),
        published=EXPERIMENT,
        published_notes=(NETWORKS, SETTINGS, BY_EYE),
        beside=("cramer-vs-gp",),
    ),
    Claim(
        id="cramer-vs-gp",
        section="training",
        tier="G",
        title="The Cramér GAN's unbiased gradients give better samples than WGAN-GP",
        asserted="The Cramér GAN, whose sample gradients are unbiased, gives better samples than WGAN-GP, over "
        "numbers of critic steps and batch sizes.",
        sources=(
            Source("S1", "Energy and Cramer Distance", "To fight biases, one can introduce Cramer distance"),
            Source("S1", "Energy and Cramer Distance", "is proven to have unbiased sample gradients."),
            Source("S1", "Cramer GAN: results", "Generally, useful approach"),
            Source("S1", "Wrap-up", "Some things are still missing, like unbiased gradients."),
        ),
        paper=PAPER,
        parts=(
            *(
                Part(
                    f"better{variant}",
                    f"{words} the final FID of the Cramér GAN is lower than that of WGAN-GP, by 10 % where it matters.",
                    question=Question("log_quality", _gain(variant), "greater"),
                )
                for variant, (words, _) in _VARIANTS.items()
            ),
            *(
                Part(
                    f"more{variant}",
                    f"{words} its advantage is larger than with the usual settings, by 10 % of FID where it matters.",
                    "corrected",
                    question=Question("log_quality", _grows(variant), "greater"),
                )
                for variant, (words, _) in _VARIANTS.items()
                if variant
            ),
        ),
        declaration=Declaration(
            measure="log of FID at the last step, WGAN-GP less Cramér GAN, paired by seed; for the growth of that "
            "advantage, its difference between two ways of training",
            direction="positive; in the parts on its growth, larger with one critic step or a quarter of the batch",
            margin=TENTH,
            test="Student's interval over seeds against 0 and 10 %; invalid where samples of WGAN-GP, trained in "
            "the same way, do not improve in half of its runs",
            against="an interval that reaches 0 and stays below 10 %",
            **STANDARD,
        ),
        design=Design(
            arms=tuple(
                Arm(f"dcgan-{method}{variant}", "dcgan", method, own | settings)
                for variant, (_, settings) in _VARIANTS.items()
                for method, own in _METHODS.items()
            ),
            gates=tuple(
                Gate(
                    "The baseline behaves: samples of WGAN-GP improve.",
                    "improves",
                    (f"dcgan-wgan_gp{variant}",),
                    parts=(f"better{variant}", f"more{variant}") if variant else (),
                )
                for variant in _VARIANTS
            ),
        ),
        published=EXPERIMENT,
        published_notes=(
            NETWORKS,
            SETTINGS,
            BY_EYE,
            "the generated batch of the Cramér GAN is twice as large, as its loss needs two independent samples",
        ),
        beside=("cramer-completion",),
    ),
)
