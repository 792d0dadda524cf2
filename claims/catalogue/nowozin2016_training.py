"""Claims about training f-GANs on images.

Paper: Nowozin et al. (2016), f-GAN: training generative neural samplers using
variational divergence minimization.
"""

from __future__ import annotations

from typing import Literal

from claims.catalogue.nowozin2016 import PAPER
from claims.claim import Claim, Declaration, Part, Source
from claims.design import Arm, Design, Gate, Question

MOST = 0.5
"""A method learns when more than half of its seeds do."""

_DIVERGENCES = {
    "kl": "Kullback-Leibler divergence",
    "reverse_kl": "reverse Kullback-Leibler divergence",
    "hellinger": "squared Hellinger distance",
    "js": "Jensen-Shannon divergence",
}
"""The four of the figure, by the end of the method's name."""

_ARCHITECTURES: dict[str, tuple[str, Literal["stated", "corrected"]]] = {
    "mlp_both": ("M", "stated"),
    "dcgan": ("With DCGAN's networks m", "corrected"),
}
"""Perceptrons, as in the paper's experiment on MNIST, and DCGAN's networks: how the statement begins, and its form."""


def _part_id(architecture: str, divergence: str) -> str:
    return f"{architecture}-{divergence}".replace("_", "-")


EXPERIMENT: dict[str, object] = {
    "dataset": "mnist",
    **{
        f"method_options.fgan_{name}.{option}": value
        for name in _DIVERGENCES
        for option, value in (("optimizer", "adam"), ("learning_rate", 2e-4), ("beta1", 0.5))
    },
}
"""MNIST, as in the figure, with the optimizer of section 4 of the paper."""

CLAIMS = (
    Claim(
        id="fgan-samples",
        section="training",
        tier="G",
        title="f-GANs of four divergences each learn to draw digits",
        asserted="Models trained with the KL, the reverse KL, the Hellinger and the Jensen-Shannon f-GAN each learn to "
        "sample MNIST.",
        sources=(
            Source(
                "S1",
                "f-GAN results, Figure 2, caption",
                "MNIST model samples trained using KL, reverse KL, Hellinger, Jensen from top to bottom.",
            ),
            Source("S1", "f-GAN results", "We can than use to construct any GAN-game out of them."),
        ),
        paper=PAPER,
        parts=tuple(
            Part(
                _part_id(key, name),
                f"{intro}ore than half of the trainings with the {words} learn.",
                form,
                question=Question("trains", f"{key}-fgan_{name}", "at least"),
            )
            for key, (intro, form) in _ARCHITECTURES.items()
            for name, words in _DIVERGENCES.items()
        ),
        declaration=Declaration(
            measure="share of seeds that learn: at the last step log FID has come at least half of the way from the "
            "untrained generator to real held-out data; a diverged run has not learned",
            direction="above one half for each of the four divergences",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half, for each divergence by itself; "
            "invalid where WGAN-GP does not train the same networks in half of its runs: the steps are too few then",
            against="for any of them, an interval below one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        design=Design(
            arms=(
                *(Arm(f"{key}-fgan_{name}", key, f"fgan_{name}") for key in _ARCHITECTURES for name in _DIVERGENCES),
                *(Arm(f"{key}-wgan_gp", key, "wgan_gp") for key in _ARCHITECTURES),
            ),
            gates=tuple(
                Gate(
                    "The baseline behaves: WGAN-GP trains the same networks in as many steps.",
                    "trains",
                    (f"{key}-wgan_gp",),
                    parts=tuple(_part_id(key, name) for name in _DIVERGENCES),
                )
                for key in _ARCHITECTURES
            ),
        ),
        published=EXPERIMENT,
        published_notes=(
            "perceptrons of four layers of ReLU units stand in for the paper's perceptrons, whose critic has "
            "exponential linear units",
            "the figure shows samples and leaves the judgement to the eye; here FID stands for sample quality",
        ),
    ),
)
