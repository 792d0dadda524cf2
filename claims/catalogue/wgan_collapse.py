"""Claims about mode collapse on images and in the plane.

Paper: Arjovsky et al. (2017), Wasserstein GAN; the assertions were made in the discussion of it.
"""

from __future__ import annotations

from claims.catalogue import training_toys
from claims.catalogue.arjovsky2017 import PAPER
from claims.catalogue.arjovsky2017_training import CONVOLUTIONS, EXPERIMENT
from claims.claim import STANDARD, Claim, Declaration, Found, Part, Verdict, sources_of
from claims.design import Arm, Design, Gate, Question

SELDOM = 0.3
""""No mode collapse at all" in so few trainings that ten without any can show it: their upper bound is 0.26."""

TENTH = 0.105
"""Smallest difference of the log of a number of modes that matters: one of ten modes."""

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


def _guarded(place: str, arm: str) -> tuple[str, ...]:
    """The parts that rest on an arm of WGAN or WGAN-GP; WGAN as configured is compared with GAN, too."""
    compared = (f"{place}-less", *((f"{place}-evener",) if place in _WITH_MODES else ()))
    return (f"{place}-{arm}", *(compared if arm == "wgan" else ()))


def _keeps(place: str, arm: str) -> Part:
    """The part that hardly any training collapses, or loses modes where they can be counted."""
    outcome, happens = ("loses_modes", "loses modes") if place in _WITH_MODES else ("collapses", "ends nearly alike")
    return Part(
        f"{place}-{arm}",
        f"On {_PLACES[place][1]} hardly any training with {_KEEPING[arm]} {happens}.",
        "corrected" if arm == "wgan_gp" else "stated",
        question=Question(outcome, _at(place, arm), "below"),
    )


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
                    f"On {_PLACES[place][1]} WGAN keeps more modes than GAN, by 10 % where it matters.",
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
            "that lose some: fewer than 97 % of the modes that as many real samples keep get a twentieth of an equal "
            "share of the samples, each counted for the class that a classifier gives it, or for the nearest Gaussian, "
            "sharp or not; recall, log of the number of modes kept, and divergence of their frequencies from uniform",
            direction="hardly any training collapses or loses modes; more recall and more modes than GAN",
            margin=SELDOM,
            test="exact (Clopper-Pearson) interval of the share against 0.3; Student's interval of differences paired "
            "by seed against 0 and the margin. Invalid where samples do not improve in half of the runs of an arm of "
            "WGAN, or of GAN for recall; where fewer than ten samples are scored for each mode; and, for fewer modes "
            "lost than with GAN, where GAN loses none in half of its runs",
            against="a share of 0.3 or more; no more modes than GAN",
            **STANDARD,
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
                        parts=_guarded(place, arm),
                    )
                    for place in _PLACES
                    for arm in _KEEPING
                ),
                *(
                    Gate(
                        "The count can tell: enough samples are scored for each mode.",
                        "modes_told",
                        (_at(place, arm),),
                        parts=_guarded(place, arm),
                    )
                    for place in _WITH_MODES
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
            "a mode of images counts as kept by what a classifier takes for its class, however unlike a digit it looks",
        ),
        beside=("no-mode-collapse",),
    ),
)
