"""Worlds of claims about tuning, collapse, techniques and other distances, from their sources' words."""

from __future__ import annotations

from collections.abc import Iterable

from tests.claims.grid_worlds import Taken, World


def _each(names: Iterable[str], **taken: float) -> dict[str, dict[str, float]]:
    """The same of every arm named."""
    return {name: dict(taken) for name in names}


ONCE_TUNED = {"trains": 1.0, "improves": 1.0, "log_quality": 3.0, "quality_drift": 0.5}

NOT_TUNED = ("rate-ten", "rate-hundred", "clip-tenth", "clip-ten", "clip-hundred", "critic-one")


def _tuning(names: Iterable[str], **taken: float) -> Taken:
    return {"dcgan-wgan": ONCE_TUNED, **_each((f"dcgan-wgan-{name}" for name in names), **taken)}


def _frozen(method: str) -> tuple[str, ...]:
    return tuple(f"dcgan-{method}+frozen_critic-{when}" for when in ("early", "middle", "late"))


FGANS = tuple(f"{key}-fgan_{name}" for key in ("mlp_both", "dcgan") for name in ("kl", "reverse_kl", "hellinger", "js"))

WITH_MODES = tuple(
    name.format(method) for name in ("dcgan-{}-stacked", "toy_mlp-{}") for method in ("wgan", "wgan-poor", "wgan_gp")
)

PLAIN = {"dcgan-wgan-sgd100": 400.0, "dcgan-wgan-sgd1000": 800.0, "dcgan-wgan-sgd10000": 1600.0}

WORLDS: dict[str, World] = {
    # "Generated right halves of the faces for WGAN-GP (left) and Cramér GAN (right)": better and more diverse.
    "cramer-completion": World(
        true={
            "dcgan_completion-wgan_gp": {
                "log_quality": 3.5,
                "log_completion_diversity": -2.5,
                "log_completion_error": -1.0,
            },
            "dcgan_completion-cramer": {
                "log_quality": 3.0,
                "log_completion_diversity": -2.0,
                "log_completion_error": -1.5,
            },
        },
        false={
            "dcgan_completion-wgan_gp": {
                "log_quality": 3.0,
                "log_completion_diversity": -2.0,
                "log_completion_error": -1.5,
            },
            "dcgan_completion-cramer": {
                "log_quality": 3.5,
                "log_completion_diversity": -2.5,
                "log_completion_error": -1.0,
            },
        },
    ),
    # Unbiased gradients: some gain always, more with few critic steps or small batches.
    "cramer-vs-gp": World(
        true={
            **_each(("dcgan-cramer", "dcgan-cramer-steps1", "dcgan-cramer-small"), log_quality=3.0),
            "dcgan-wgan_gp": {"log_quality": 3.4},
            **_each(("dcgan-wgan_gp-steps1", "dcgan-wgan_gp-small"), log_quality=4.2),
        },
        false={
            "dcgan-cramer": {"log_quality": 3.4},
            **_each(("dcgan-cramer-steps1", "dcgan-cramer-small"), log_quality=4.2),
            **_each(("dcgan-wgan_gp", "dcgan-wgan_gp-steps1", "dcgan-wgan_gp-small"), log_quality=3.0),
        },
    ),
    # "MNIST model samples trained using KL, reverse KL, Hellinger, Jensen".
    "fgan-samples": World(true=_each(FGANS, trains=0.99), false=_each(FGANS, trains=0.05)),
    # "Still suffer from instability when learning rate, clipping parameter, and critic updates are not fine tuned."
    "still-fragile": World(
        true=_tuning(NOT_TUNED, trains=0.02, log_quality=4.5),
        false=_tuning(NOT_TUNED, trains=0.98, log_quality=2.8),
    ),
    # "even when your hyperparameters are poorly tuned [...] the samples continue to get better".
    "poorly-tuned-improves": World(
        true=_tuning((*NOT_TUNED, "rate-tenth"), improves=0.99, quality_drift=0.5),
        false=_tuning((*NOT_TUNED, "rate-tenth"), improves=0.05, quality_drift=-0.3),
    ),
    # WGAN-GP can use Adam, WGAN cannot, or not as well; "even SGD will converge", RMSProp "speeds it up".
    "momentum-grid": World(
        true={
            **_each(("dcgan-wgan_gp", "dcgan-wgan_gp-adam", "dcgan-wgan_gp-adam-strong", "dcgan-wgan"), trains=1.0),
            **_each(("dcgan-wgan-adam", "dcgan-wgan-adam-strong"), trains=0.02),
        },
        false={
            **_each(("dcgan-wgan_gp", "dcgan-wgan"), trains=1.0),
            **_each(("dcgan-wgan_gp-adam", "dcgan-wgan_gp-adam-strong"), trains=0.02),
            **_each(("dcgan-wgan-adam", "dcgan-wgan-adam-strong"), trains=0.98),
        },
    ),
    # "can", "just less well", "slightly unstable"; plain descent "converges too", RMSProp "only speeds it up".
    "momentum-usable-grid": World(
        true={
            "dcgan-wgan": {"trains": 1.0, "log_quality": 3.0, "swing": 0.1, "steps_to_train": 100.0},
            "dcgan-wgan-adam": {"trains": 0.98, "log_quality": 4.0, "swing": 0.3},
            **{arm: {"trains": 0.98, "steps_to_train": steps} for arm, steps in PLAIN.items()},
        },
        false={
            "dcgan-wgan": {"trains": 1.0, "log_quality": 3.0, "swing": 0.3, "steps_to_train": 2000.0},
            "dcgan-wgan-adam": {"trains": 0.02, "log_quality": 2.5, "swing": 0.1},
            **{arm: {"trains": 0.02, "steps_to_train": steps / 4} for arm, steps in PLAIN.items()},
        },
    ),
    # "It's not just way less mode collapse, it's no mode collapse at all", also poorly tuned.
    "no-mode-collapse-grid": World(
        true={
            "dcgan-gan": {"recall": 0.2},
            **_each(("dcgan-wgan", "dcgan-wgan-poor", "dcgan-wgan_gp"), collapses=0.0, recall=0.6),
            **_each(("dcgan-gan-stacked", "toy_mlp-gan"), loses_modes=1.0, log_modes=1.5, mode_kl=0.8),
            **_each(WITH_MODES, loses_modes=0.0, log_modes=2.3, mode_kl=0.1),
        },
        false={
            "dcgan-gan": {"recall": 0.6},
            **_each(("dcgan-wgan", "dcgan-wgan-poor", "dcgan-wgan_gp"), collapses=0.98, recall=0.3),
            **_each(("dcgan-gan-stacked", "toy_mlp-gan"), loses_modes=1.0, log_modes=1.8, mode_kl=0.4),
            **_each(WITH_MODES, loses_modes=0.98, log_modes=1.5, mode_kl=0.8),
        },
    ),
    # "mapping all points to the argmax of the discriminator", which "might not be isolated deltas".
    "fixed-critic-argmax-grid": World(
        true={
            **_each(_frozen("gan"), beats_critic=0.99, collapses=0.05),
            **_each(_frozen("wgan"), beats_critic=0.99),
        },
        false={
            **_each(_frozen("gan"), beats_critic=0.99, collapses=0.98),
            **_each(_frozen("wgan"), beats_critic=0.02),
        },
    ),
    # "the optimal generator for a fixed discriminator is a sum of deltas".
    "fixed-critic-deltas-grid": World(
        true={"dcgan-gan": {"spread": 0.95, "recall": 0.6}, **_each(_frozen("gan"), spread=0.3, recall=0.1)},
        false={"dcgan-gan": {"spread": 0.7, "recall": 0.4}, **_each(_frozen("gan"), spread=0.9, recall=0.6)},
    ),
    # As printed: "Objective: lessen the stability of GANs training".
    "feature-matching-grid": World(
        true={
            "dcgan-gan": {"swing": 0.1, "log_quality": 3.0},
            "dcgan-gan+feature_matching": {"swing": 0.4, "log_quality": 3.5},
            "dcgan_nobn-gan": {"trains": 0.98},
            "dcgan_nobn-gan+feature_matching": {"trains": 0.02},
        },
        false={
            "dcgan-gan": {"swing": 0.4, "log_quality": 3.5},
            "dcgan-gan+feature_matching": {"swing": 0.1, "log_quality": 3.0},
            "dcgan_nobn-gan": {"trains": 0.02},
            "dcgan_nobn-gan+feature_matching": {"trains": 0.98},
        },
    ),
    # "Objective: avoid mode-collapse in the generator".
    "minibatch-discrimination-grid": World(
        true={
            "mlp-gan": {"collapses": 0.98, "recall": 0.0, "spread": 0.05},
            "mlp-gan+minibatch_discrimination": {"collapses": 0.02, "recall": 0.6, "spread": 0.9},
            "dcgan-gan": {"recall": 0.5, "spread": 0.7},
            "dcgan-gan+minibatch_discrimination": {"recall": 0.8, "spread": 0.9},
        },
        false={
            "mlp-gan": {"collapses": 0.98, "recall": 0.0, "spread": 0.05},
            "mlp-gan+minibatch_discrimination": {"collapses": 0.98, "recall": 0.0, "spread": 0.05},
            "dcgan-gan": {"recall": 0.8, "spread": 0.9},
            "dcgan-gan+minibatch_discrimination": {"recall": 0.8, "spread": 0.9},
        },
    ),
    # "bypass the low-dimensional manifold support problem".
    "historical-averaging-grid": World(
        true={
            "dcgan-gan_minimax": {"log_quality": 5.0, "largest_estimate": 0.69, "estimate": 0.6},
            "dcgan-gan_minimax+historical_averaging": {"log_quality": 3.0, "largest_estimate": 0.3, "estimate": 0.2},
            "dcgan-gan": {"log_quality": 4.0},
            "dcgan-gan+historical_averaging": {"log_quality": 3.0},
        },
        false={
            "dcgan-gan_minimax": {"log_quality": 3.0, "largest_estimate": 0.3, "estimate": 0.2},
            "dcgan-gan_minimax+historical_averaging": {"log_quality": 5.0, "largest_estimate": 0.69, "estimate": 0.6},
            "dcgan-gan": {"log_quality": 3.0},
            "dcgan-gan+historical_averaging": {"log_quality": 4.0},
        },
        spread=0.1,
    ),
    # "soften the discriminator value to avoid network's vulnerability"; "Example: α = 0.9 and β = 0.1".
    "one-sided-label-smoothing-grid": World(
        true={
            "dcgan-gan": {"estimate": 0.6, "log_quality": 3.6},
            "dcgan-gan+label_smoothing": {"estimate": 0.3, "log_quality": 2.8},
            "dcgan-gan+label_smoothing-both": {"estimate": 0.2, "log_quality": 3.1},
            "dcgan_nobn-gan": {"trains": 0.1},
            "dcgan_nobn-gan+label_smoothing": {"trains": 0.9},
        },
        false={
            "dcgan-gan": {"estimate": 0.3, "log_quality": 2.8},
            "dcgan-gan+label_smoothing": {"estimate": 0.6, "log_quality": 3.6},
            "dcgan-gan+label_smoothing-both": {"estimate": 0.6, "log_quality": 3.4},
            "dcgan_nobn-gan": {"trains": 0.9},
            "dcgan_nobn-gan+label_smoothing": {"trains": 0.1},
        },
        spread=0.1,
    ),
    # Batch normalization stabilizes training but is "highly dependent on some other inputs in the same minibatch".
    "virtual-batch-norm-grid": World(
        true={
            "dcgan-gan": {"log_quality": 3.0},
            "dcgan-gan+virtual_batch_norm": {"trains": 0.99, "log_quality": 2.95},
            "dcgan-gan-small": {"log_quality": 4.0},
            "dcgan-gan+virtual_batch_norm-small": {"log_quality": 3.2},
        },
        false={
            "dcgan-gan": {"log_quality": 3.0},
            "dcgan-gan+virtual_batch_norm": {"trains": 0.05, "log_quality": 4.0},
            "dcgan-gan-small": {"log_quality": 3.2},
            "dcgan-gan+virtual_batch_norm-small": {"log_quality": 4.0},
        },
    ),
    # "It worked fine on MNIST, but it did not scale much further."
    "minibatch-ot-generator-grid": World(
        true={
            "mlp-ot_generator": {"trains": 0.99},
            "dcgan-ot_generator": {"trains": 0.99, "log_quality": 3.2},
            "dcgan-wgan_gp": {"log_quality": 3.0},
            "dcgan-ot_generator-colour": {"trains": 0.02, "log_quality": 5.0},
            "dcgan-wgan_gp-colour": {"log_quality": 4.0},
        },
        false={
            "mlp-ot_generator": {"trains": 0.02},
            "dcgan-ot_generator": {"trains": 0.02, "log_quality": 5.0},
            "dcgan-wgan_gp": {"log_quality": 3.0},
            "dcgan-ot_generator-colour": {"trains": 0.98, "log_quality": 3.7},
            "dcgan-wgan_gp-colour": {"log_quality": 4.0},
        },
    ),
}
