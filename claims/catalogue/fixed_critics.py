"""Claims about the critic that is held fixed, which is said to be behind mode collapse: two accounts of one argmax.

Papers: Metz et al. (2017), Unrolled Generative Adversarial Networks; Arjovsky et al. (2017), Wasserstein GAN.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.catalogue.arjovsky2017_training import MOST
from claims.catalogue.training_toys import ARGMAX
from claims.claim import STANDARD, Claim, Declaration, Found, Part, Source, Verdict
from claims.design import Arm, Design, Gate, Question

NARROWER = 0.25
"""Smallest loss of spread that matters: a quarter of the data's."""

_SHARES = {"early": ("a fortieth", 1 / 40), "middle": ("an eighth", 1 / 8), "late": ("half", 1 / 2)}
"""Where the critic is fixed: 1, 5 and 20 of 40 epochs, as shares of the generator steps."""


def _frozen(method: str, when: str) -> str:
    return f"dcgan-{method}+frozen_critic-{when}"


_FROZEN = tuple(_frozen("gan", when) for when in _SHARES)

_SEE = Source(
    "S4",
    "reply by martinarjovsky",
    "fix the discriminator after 1, 5 or 20 epochs and train the generator for a while, see what happens.",
)

_NOT_YET = (
    "where images are not yet scored above real ones nothing is said on the shape of the argmax. That the generator is "
    "fully optimised no training can show"
)

_FACES = {"dataset": "celeba"}

_NOTES = (
    "the source says “a DCGAN on something like faces” and names no data set",
    "epochs are shares of the generator steps here: 1, 5 and 20 of 40",
)


def _arms(method: str) -> tuple[Arm, ...]:
    """A method as configured, and with its critic held fixed from each of the three steps on."""
    held = (
        Arm(_frozen(method, when), "dcgan", f"{method}+frozen_critic", {"method_options.frozen_from%": after})
        for when, (_, after) in _SHARES.items()
    )
    return (Arm(f"dcgan-{method}", "dcgan", method), *held)


CLAIMS = (
    Claim(
        id="fixed-critic-argmax-grid",
        section="training",
        tier="G",
        title="Against a fixed discriminator all images go to where it scores highest",
        asserted="On images, fully optimising the generator with the discriminator held constant maps all points to "
        "the argmax of the discriminator, which need not be isolated points.",
        sources=(
            ARGMAX,
            Source(
                "S4",
                "comment by ian_goodfellow",
                "depending on the structure of the discriminator, the set of points defining the argmax might not be "
                "isolated deltas",
            ),
            _SEE,
        ),
        paper="Metz et al. (2017), Unrolled generative adversarial networks",
        parts=(
            *(
                Part(
                    f"{when}-above",
                    f"Against a discriminator fixed after {share} of the generator steps, images end up scored above "
                    "real ones in more than half of the trainings.",
                    question=Question("beats_critic", _frozen("gan", when), "at least"),
                )
                for when, (share, _) in _SHARES.items()
            ),
            Part(
                "not-isolated",
                "The argmax need not be a point: against at least one of the three discriminators fewer than half of "
                "the trainings end with nearly the same image everywhere.",
                question=Question("collapses", _FROZEN, "below", "any"),
            ),
            *(
                Part(
                    f"wgan-{when}-above",
                    f"A critic of WGAN fixed after {share} of the steps ends up scoring images above real ones, too.",
                    "corrected",
                    question=Question("beats_critic", _frozen("wgan", when), "at least"),
                )
                for when, (share, _) in _SHARES.items()
            ),
        ),
        declaration=Declaration(
            measure="share of seeds in which the fixed discriminator's estimate on held-out images, negative where "
            "generated ones are scored higher, ends below 0; share of seeds that end with less than a tenth of the "
            "data's spread",
            direction="above one half; for one discriminator or more not nearly alike",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half. Invalid where the samples of the GAN "
            f"do not improve in half of its runs; {_NOT_YET}",
            against="a share below one half; collapse against all three",
            **STANDARD,
        ),
        design=Design(
            arms=(*_arms("gan"), *_arms("wgan")),
            gates=(
                Gate(
                    "The baseline behaves: samples of the GAN improve.",
                    "improves",
                    ("dcgan-gan",),
                    parts=(*(f"{when}-above" for when in _SHARES), "not-isolated"),
                ),
                Gate(
                    "The baseline behaves: samples of WGAN improve.",
                    "improves",
                    ("dcgan-wgan",),
                    parts=tuple(f"wgan-{when}-above" for when in _SHARES),
                ),
                Gate(
                    "Premise: the generator has beaten the discriminator.",
                    "beats_critic",
                    _FROZEN,
                    0.5,
                    ("not-isolated",),
                ),
            ),
        ),
        found=(
            Found(
                "The generator leaves the data for where the fixed discriminator scores highest, and against at least "
                "one of the three its images stay different from one another: that argmax is no point.",
                {"late-above": Verdict.SUPPORTED, "not-isolated": Verdict.SUPPORTED},
            ),
        ),
        published=_FACES,
        published_notes=_NOTES,
        beside=("fixed-critic-argmax", "fixed-critic-deltas-grid"),
    ),
    Claim(
        id="fixed-critic-deltas-grid",
        section="training",
        tier="G",
        title="Against a fixed discriminator images gather at points",
        asserted="Mode collapse comes from the fact that the optimal generator for a fixed discriminator is a sum of "
        "deltas on the points to which it assigns the highest values.",
        sources=(
            Source(
                "S4",
                "the paper, as quoted by ian_goodfellow",
                "mode collapse comes from the fact that the optimal generator for a fixed discriminator is a sum of "
                "deltas on the points the discriminator assigns the highest values, as brilliantly observed by [11]",
            ),
            Source(
                "S4",
                "comment by ian_goodfellow",
                "the set of points defining the argmax might not be isolated deltas, so the description in this paper "
                "isn't quite correct.",
            ),
            _SEE,
        ),
        paper=PAPER,
        parts=(
            *(
                Part(
                    f"{when}-gathers",
                    f"Against a discriminator fixed after {share} of the steps images end up less spread out than "
                    "those of a GAN, by a quarter of the data's spread where it matters.",
                    question=Question("spread", f"dcgan-gan - {_frozen('gan', when)}", "greater"),
                )
                for when, (share, _) in _SHARES.items()
            ),
            *(
                Part(
                    f"{when}-recall",
                    f"With the discriminator fixed after {share} of the steps images cover less of the data, by 0.1 of "
                    "recall where it matters.",
                    "corrected",
                    0.1,
                    Question("recall", f"dcgan-gan - {_frozen('gan', when)}", "greater"),
                )
                for when, (share, _) in _SHARES.items()
            ),
        ),
        declaration=Declaration(
            measure="standard deviation of generated images over that of real ones, and recall, against a GAN of the "
            "same seed whose discriminator goes on learning",
            direction="less spread against each of the three discriminators",
            margin=NARROWER,
            test="Student's interval of the difference of spreads, paired by seed, against 0 and 0.25. Invalid where "
            f"the samples of the GAN do not improve in half of its runs; {_NOT_YET}",
            against="as much spread as the GAN, against one of the three",
            **STANDARD,
        ),
        design=Design(
            arms=_arms("gan"),
            gates=(
                Gate("The baseline behaves: samples of the GAN improve.", "improves", ("dcgan-gan",)),
                *(
                    Gate(
                        "Premise: the generator has beaten the discriminator.",
                        "beats_critic",
                        (_frozen("gan", when),),
                        parts=(f"{when}-gathers", f"{when}-recall"),
                    )
                    for when in _SHARES
                ),
            ),
        ),
        published=_FACES,
        published_notes=_NOTES,
        beside=("fixed-critic-argmax-grid",),
    ),
)
