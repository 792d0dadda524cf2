"""Claims about mode collapse on images, and about the fixed critic that is said to be behind it.

Paper: Arjovsky et al. (2017), Wasserstein GAN; the assertions were made in the discussion of it.
"""

from __future__ import annotations

from typing import Any

from claims.catalogue import training_toys
from claims.catalogue.arjovsky2017 import PAPER
from claims.catalogue.arjovsky2017_training import CONVOLUTIONS, EXPERIMENT
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict, sources_of
from claims.design import Arm, Design, Gate, Question

MOST = 0.5
"""A way of training does something when more than half of its seeds do."""

SELDOM = 0.3
""""No mode collapse at all" in so few trainings that ten without any can show it: their upper bound is 0.26."""

TENTH = 0.105
"""Smallest difference of the log of a number of modes that matters: one of ten modes."""

NARROWER = 0.25
"""Smallest loss of spread that matters: a quarter of the data's."""

_SEEDS: dict[str, Any] = {"alpha": 0.05, "min_seeds": 5, "planned_seeds": 10}

_COLLAPSE_ARMS: dict[str, tuple[str, dict[str, object]]] = {
    "gan": ("gan", {}),
    "wgan": ("wgan", {}),
    "wgan-poor": (
        "wgan",
        {"method_options.learning_rate*": 5, "method_options.n_critic": 1, "method_options.boosted": False},
    ),
    "wgan_gp": ("wgan_gp", {}),
}
"""Methods and settings by the name in an arm; poorly tuned is what it is in the toy trainings."""

_PLACES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "images": ("dcgan-{}", "images", ()),
    "stacked": ("dcgan-{}-stacked", "images of three stacked digits, of a thousand classes", ("stacked_mnist",)),
    "points": ("toy_mlp-{}", "Gaussians in the plane", ()),
}
"""Names of arms, words, and data sets other than the configuration's; an arm has runs on data of its kind only."""

_WITH_MODES = ("stacked", "points")
"""Where modes can be counted."""

_KEEPING = {
    "wgan": "WGAN",
    "wgan-poor": "WGAN, its learning rate five times as high and with one critic step,",
    "wgan_gp": "WGAN-GP",
}


def _at(place: str, arm: str) -> str:
    return _PLACES[place][0].format(arm)


def _keeps(place: str, arm: str) -> Part:
    """The part that hardly any training collapses, or loses modes where they can be counted."""
    outcome, happens = ("loses_modes", "loses modes") if place in _WITH_MODES else ("collapses", "ends nearly alike")
    return Part(
        f"{place}-{arm}",
        f"On {_PLACES[place][1]} hardly any training with {_KEEPING[arm]} {happens}.",
        "corrected" if arm == "wgan_gp" else "stated",
        question=Question(outcome, _at(place, arm), "below"),
    )


_SHARES = {"early": ("a fortieth", 1 / 40), "middle": ("an eighth", 1 / 8), "late": ("half", 1 / 2)}
"""Where the critic is fixed: 1, 5 and 20 of 40 epochs, as shares of the generator steps."""


def _frozen(method: str, when: str) -> str:
    return f"dcgan-{method}+frozen_critic-{when}"


_FROZEN = tuple(_frozen("gan", when) for when in _SHARES)

CLAIMS = (
    Claim(
        id="no-mode-collapse-grid",
        section="training",
        tier="G",
        title="No WGAN collapses on images or on twenty-five Gaussians",
        asserted="On images, too, WGAN shows no mode collapse at all, even where its settings are poorly tuned, and "
        "way less than GAN.",
        sources=sources_of(training_toys.CLAIMS, "no-mode-collapse"),
        paper=PAPER,
        parts=(
            *(_keeps(place, arm) for place in _PLACES for arm in _KEEPING),
            Part(
                "images-less",
                "On images WGAN covers more of the data than GAN with the same networks, by 0.05 of recall where it "
                "matters.",
                margin=0.05,
                question=Question("recall", f"{_at('images', 'wgan')} - {_at('images', 'gan')}", "greater"),
            ),
            *(
                Part(
                    f"{place}-less",
                    f"On {_PLACES[place][1]} WGAN covers more modes than GAN, by 10 % where it matters.",
                    margin=TENTH,
                    question=Question("log_modes", f"{_at(place, 'wgan')} - {_at(place, 'gan')}", "greater"),
                )
                for place in _WITH_MODES
            ),
            *(
                Part(
                    f"{place}-evener",
                    f"On {_PLACES[place][1]} the modes of WGAN's samples are closer to equally frequent than those of "
                    "GAN's, by 0.1 nats where it matters, as much as one of ten modes makes.",
                    "corrected",
                    0.1,
                    Question("mode_kl", f"{_at(place, 'gan')} - {_at(place, 'wgan')}", "greater"),
                )
                for place in _WITH_MODES
            ),
        ),
        declaration=Declaration(
            measure="share of seeds that end with less than a tenth of the data's spread, or, where modes are known, "
            "that lose some: samples cover less than 95 % of the modes that as many real samples do, a mode being a "
            "class told by a classifier, or a Gaussian within three deviations; recall, log of the number of modes "
            "covered, and divergence of their frequencies from uniform",
            direction="hardly any training collapses or loses modes; more recall and more modes than GAN",
            margin=SELDOM,
            test="exact (Clopper-Pearson) interval of the share against 0.3; Student's interval of differences paired "
            "by seed against 0 and the margin. Invalid where samples do not improve in half of the runs of an arm of "
            "WGAN, or of GAN for recall; and, for fewer modes lost than with GAN, where GAN loses none in half of its "
            "runs",
            against="a share of 0.3 or more; no more modes than GAN",
            **_SEEDS,
        ),
        design=Design(
            arms=tuple(
                Arm(_at(place, arm), name.partition("-")[0], method, settings, datasets)
                for place, (name, _, datasets) in _PLACES.items()
                for arm, (method, settings) in _COLLAPSE_ARMS.items()
            ),
            gates=(
                *(
                    Gate(
                        "Premise: samples improve, since what has not learned cannot be said to have kept its modes.",
                        "improves",
                        (_at(place, arm),),
                        parts=(f"{place}-{arm}",),
                    )
                    for place in _PLACES
                    for arm in _KEEPING
                ),
                Gate(
                    "The baseline behaves: samples of GAN improve.",
                    "improves",
                    (_at("images", "gan"),),
                    parts=("images-less",),
                ),
                *(
                    Gate("Premise: GAN loses modes.", "loses_modes", (_at(place, "gan"),), parts=(f"{place}-less",))
                    for place in _WITH_MODES
                ),
            ),
        ),
        found=(
            Found(
                "It is not guaranteed: on images of many classes trainings of WGAN do lose some.",
                {"stacked-wgan": Verdict.CONTRADICTED},
            ),
            Found(
                "Poorly tuned, WGAN loses classes of images that it keeps as configured.",
                {"stacked-wgan-poor": Verdict.CONTRADICTED, "stacked-wgan": Verdict.SUPPORTED},
            ),
        ),
        published=EXPERIMENT,
        published_notes=(
            CONVOLUTIONS,
            "the sources name no data on which modes could be counted",
            "a mode of images counts as covered with one sample in its class, however rare",
        ),
        beside=("no-mode-collapse",),
    ),
    Claim(
        id="fixed-critic-argmax-grid",
        section="training",
        tier="G",
        title="Against a fixed discriminator all images go to where it scores highest",
        asserted="On images, fully optimising the generator with the discriminator held constant maps all points to "
        "the argmax of the discriminator, so that they collapse; the argmax need not be isolated points.",
        sources=(
            Source(
                "S4",
                "comment by ian_goodfellow",
                "Fully optimizing the generator with the discriminator held constant results in mapping all points to "
                "the argmax of the discriminator",
            ),
            Source(
                "S4",
                "the paper, as quoted there",
                "mode collapse comes from the fact that the optimal generator for a fixed discriminator is a sum of "
                "deltas on the points the discriminator assigns the highest values",
            ),
            Source(
                "S4",
                "comment by ian_goodfellow",
                "depending on the structure of the discriminator, the set of points defining the argmax might not be "
                "isolated deltas",
            ),
            Source(
                "S4",
                "reply by martinarjovsky",
                "fix the discriminator after 1, 5 or 20 epochs and train the generator for a while, see what happens.",
            ),
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
            *(
                Part(
                    f"{when}-gathers",
                    f"Against a discriminator fixed after {share} of the steps images end up less spread out than "
                    "those of a GAN, by a quarter of the data's spread where it matters.",
                    margin=NARROWER,
                    question=Question("spread", f"dcgan-gan - {_frozen('gan', when)}", "greater"),
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
                    f"{when}-recall",
                    f"With the discriminator fixed after {share} of the steps images cover less of the data, by 0.1 of "
                    "recall where it matters.",
                    "corrected",
                    0.1,
                    Question("recall", f"dcgan-gan - {_frozen('gan', when)}", "greater"),
                )
                for when, (share, _) in _SHARES.items()
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
            "generated ones are scored higher, ends below 0; standard deviation of generated images over that of "
            "real ones, and recall, against a GAN of the same seed whose discriminator goes on learning; share of "
            "seeds that end with less than a tenth of the data's spread",
            direction="above one half; less spread; for one discriminator or more not nearly alike",
            margin=MOST,
            test="exact (Clopper-Pearson) interval of the share against one half; Student's interval of the difference "
            "of spreads against 0 and 0.25. Invalid where the samples of the GAN do not improve in half of its runs; "
            "where images are not yet scored above real ones nothing is said on the shape of the argmax. That the "
            "generator is fully optimised no training can show",
            against="a share below one half; as much spread as the GAN; collapse against all three",
            **_SEEDS,
        ),
        design=Design(
            arms=(
                *(Arm(f"dcgan-{method}", "dcgan", method) for method in ("gan", "wgan")),
                *(
                    Arm(
                        _frozen(method, when),
                        "dcgan",
                        f"{method}+frozen_critic",
                        {"method_options.frozen_from%": after},
                    )
                    for method in ("gan", "wgan")
                    for when, (_, after) in _SHARES.items()
                ),
            ),
            gates=(
                Gate(
                    "The baseline behaves: samples of the GAN improve.",
                    "improves",
                    ("dcgan-gan",),
                    parts=(
                        *(f"{when}-{what}" for when in _SHARES for what in ("above", "gathers", "recall")),
                        "not-isolated",
                    ),
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
                "The generator leaves the data for where the fixed discriminator scores highest, and its images stay "
                "different from one another: that argmax is no point.",
                {"late-above": Verdict.SUPPORTED, "not-isolated": Verdict.SUPPORTED},
            ),
        ),
        published={"dataset": "celeba"},
        published_notes=(
            "the source says “a DCGAN on something like faces” and names no data set",
            "epochs are shares of the generator steps here: 1, 5 and 20 of 40",
        ),
        beside=("fixed-critic-argmax",),
    ),
)
