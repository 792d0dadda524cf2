"""Worlds of the first claims about trainings: what their sources' words would look like in numbers, and the opposite.

`log_quality` is the log of FID: 5 for an untrained generator, 4 for a mediocre one, 3 for a good one.
"""

from __future__ import annotations

from tests.claims.grid_worlds import Taken, World

OFTEN, SELDOM = 0.98, 0.02
SCORES = {False: {"trains": SELDOM, "log_quality": 5.0}, True: {"trains": OFTEN, "log_quality": 3.0}}

FOLLOWED = {
    "wgan": ("mlp-wgan", "dcgan-wgan", "dcgan-wgan-critic1", "dcgan-wgan-momentum"),
    "gan": ("mlp-gan", "dcgan-gan", "mlp_both-gan"),
}
CURVES = ("follows_filtered", "follows_filtered_warm", "follows_raw", "follows_heldout")

ARCHITECTURES = ("dcgan", "dcgan_nobn", "mlp", "no_norm", "gated", "tanh", "resnet101")
LAYERED = tuple(name for name in ARCHITECTURES if name != "no_norm")
OTHERS = ("gan", "lsgan", "wgan")

SETTINGS = "ABCDEF"


def curves(method: str, correlation: float) -> Taken:
    """Every curve of all networks, and of the critics trained less, follows FID so closely."""
    return {arm: dict.fromkeys(CURVES, correlation) for arm in FOLLOWED[method]}


def shown(precision: tuple[float, float], recall: tuple[float, float], log_quality: tuple[float, float]) -> Taken:
    """GAN, and both WGANs alike, whose wide network is as precise as the GAN."""
    gan, wgan = (
        {"precision": p, "recall": r, "log_quality": q} for p, r, q in zip(precision, recall, log_quality, strict=True)
    )
    return {
        "dcgan-gan": gan,
        "dcgan-wgan": wgan,
        "dcgan-wgan_gp": wgan,
        "dcgan-wgan-wide": {"precision": precision[0]},
    }


def cells(fails: dict[str, str]) -> Taken:
    """Seven architectures, of which each method fails on one, with layer normalization too."""
    arms = [(a, m, f"{a}-{m}") for a in ARCHITECTURES for m in ("wgan_gp", *OTHERS)]
    arms += [(a, m, f"{a}-{m}-layer") for a in LAYERED for m in OTHERS]
    return {arm: {"trains": SCORES[fails.get(m) != a]["trains"]} for a, m, arm in arms}


def over_architectures(trained: dict[str, float], log_quality: dict[str, float], steps: dict[str, float]) -> Taken:
    """Six architectures and two methods, the same on all; the GAN on one."""
    arms: dict[str, dict[str, float]] = {
        f"{a}-{m}": {"n_trained": trained[m], "log_quality": log_quality[m], "steps_to_train": steps[m]}
        for a in ARCHITECTURES[:-1]
        for m in trained
    }
    return arms | {"dcgan-gan": {"steps_to_train": steps["gan"]}}


def critics(gap: tuple[float, float, float], growth: tuple[float, float]) -> Taken:
    """Gaps on 100, 1000 and all samples and their growth on the first two, for both methods."""
    sizes = ("-100", "-1000", "")
    found = {
        f"dcgan-{m}{size}": {"overfitting_gap": g, "gap_growth": c}
        for m in ("wgan_gp", "wgan")
        for size, g, c in zip(sizes, gap, (*growth, 0.0), strict=True)
    }
    return found


def settings(spectral: dict[str, float], others: dict[str, float]) -> Taken:
    """Six settings, alike under each; the hinge loss is spectral normalization's too."""
    arms = {f"sn_cnn-{m}-{s}": others for m in ("wgan_gp", "wn", "gan") for s in SETTINGS}
    return arms | dict.fromkeys([*(f"sn_cnn-sngan-{s}" for s in SETTINGS), "sn_cnn-sngan-hinge"], spectral)


def failed(trains: float, flat: float) -> Taken:
    """Fast trainings; at 1000 times the rate as at 100 times."""
    found = {"trains": trains, "estimate_flat": flat, "samples_flat": flat, "log_quality": 5.0}
    return {
        "mlp_both-wgan": {"log_quality": 4.0},
        "mlp_both-wgan-fast": found,
        "mlp_both-wgan-faster": found,
    }


def good(gan: float, wgan: float) -> Taken:
    """Shares of runs that train; half as many get three quarters of the way."""
    shares = {"gan": gan, "wgan": wgan}
    return {f"dcgan-{m}": {"trains": share, "trains_0.75": share / 2} for m, share in shares.items()}


def perceptrons(gan: tuple[float, float], wgan: tuple[float, float], trains: float) -> Taken:
    """Log FID and recall of the MLP generators; a recall that low comes of samples nearly alike."""
    return {
        "mlp-gan": {"log_quality": gan[0], "recall": gan[1], "spread": gan[1], "collapses": 1 - gan[1]},
        "mlp-wgan": {"log_quality": wgan[0], "recall": wgan[1], "spread": wgan[1], "trains": trains},
        "dcgan-wgan": {"log_quality": 3.0},
        "dcgan-gan": {"recall": 0.6},
    }


def normalized(without: bool) -> Taken:
    """WGAN whose critic needs its normalization, or not, at either rate; layers do as well as batches."""
    with_norm, none = ({**SCORES[fine], "steps_to_train": 100.0 if fine else float("inf")} for fine in (True, without))
    return {
        "dcgan-wgan": with_norm,
        "dcgan-wgan-layer": with_norm,
        "dcgan-wgan-fast": with_norm,
        "dcgan-wgan-none": none,
        "dcgan-wgan-none-fast": none,
    }


def no_norm(fine: bool) -> Taken:
    """WGAN without normalization in either network."""
    return {"dcgan-wgan": SCORES[True], "no_norm-wgan": {**SCORES[fine], "improves": SCORES[fine]["trains"]}}


def penalized(batch: float, layer: float = OFTEN) -> Taken:
    """Shares of the WGAN-GP trainings that train, by the critic's normalization."""
    return {
        "dcgan-wgan_gp-batch": {"trains": batch, "log_quality": 4.0},
        "dcgan-wgan_gp": {"trains": layer, "log_quality": 3.0},
    }


WORLDS: dict[str, World] = {
    "loss-quality-wgan": World(
        true={**curves("wgan", 0.9), "dcgan-gan": {"follows_filtered": 0.0}},
        false={**curves("wgan", -0.5), "dcgan-gan": {"follows_filtered": 0.0}},
    ),
    "loss-quality-gan": World(true=curves("gan", -0.5), false=curves("gan", 0.9)),
    "nobn-gan-fails": World(
        true={"dcgan_nobn-gan": SCORES[False], "dcgan_nobn-wgan": SCORES[True]},
        false={"dcgan_nobn-gan": SCORES[True], "dcgan_nobn-wgan": SCORES[True]},
    ),
    "failed-run-flat": World(true=failed(SELDOM, OFTEN), false=failed(SELDOM, SELDOM)),
    "dcgan-both-good": World(true=good(OFTEN, OFTEN), false=good(OFTEN, SELDOM)),
    "mlp-generator": World(
        true=perceptrons((5.0, 0.1), (4.0, 0.5), OFTEN), false=perceptrons((3.5, 0.5), (4.0, 0.5), OFTEN), spread=0.1
    ),
    "mode-spreading-quality": World(
        true=shown((0.7, 0.5), (0.3, 0.5), (3.0, 3.5)), false=shown((0.5, 0.7), (0.3, 0.5), (3.5, 3.0)), spread=0.05
    ),
    "bn-critic-needed": World(true=normalized(without=False), false=normalized(without=True)),
    "bn-critic-not-needed": World(true=no_norm(fine=True), false=no_norm(fine=False)),
    "only-gp-trains-all": World(
        true=cells({"gan": "dcgan_nobn", "lsgan": "no_norm", "wgan": "resnet101"}),
        false=cells({"wgan_gp": "resnet101", "lsgan": "no_norm", "wgan": "resnet101"}),
    ),
    "gp-easier-than-clip": World(
        true=over_architectures(
            {"wgan_gp": 0.9, "wgan": 0.5}, {"wgan_gp": 3.0, "wgan": 4.0}, {"wgan_gp": 500, "wgan": 2000, "gan": 200}
        ),
        false=over_architectures(
            {"wgan_gp": 0.5, "wgan": 0.9}, {"wgan_gp": 4.0, "wgan": 3.0}, {"wgan_gp": 500, "wgan": 200, "gan": 2000}
        ),
    ),
    "bn-with-gp": World(true=penalized(0.5), false=penalized(OFTEN)),
    "bn-with-gp-fails": World(true=penalized(SELDOM), false=penalized(OFTEN)),
    "overfitting-gap": World(
        true=critics((0.9, 0.4, 0.0), (0.9, 0.8)), false=critics((0.0, 0.0, 0.0), (-0.3, -0.3)), spread=0.1
    ),
    "sn-vs-gp-vs-wn": World(true=settings(SCORES[True], SCORES[False]), false=settings(SCORES[True], SCORES[True])),
}
