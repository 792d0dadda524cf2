"""The registries. Adding a component is one file and one line here.

The order is the order of tables and figures.
"""

from __future__ import annotations

from bench.registry import Entry, Registry

DATASETS = Registry(
    "data set",
    "bench/datasets.py",
    {
        "digits": Entry("bench.datasets:digits", "images"),
        "mnist": Entry("bench.datasets:mnist", "images", "MNIST/raw"),
        "fashion_mnist": Entry("bench.datasets:fashion_mnist", "images", "FashionMNIST/raw"),
        "gaussians8": Entry("bench.datasets:gaussians8", "points", fresh=True),
        "gaussians25": Entry("bench.datasets:gaussians25", "points"),
        "swiss_roll": Entry("bench.datasets:swiss_roll", "points", fresh=True),
    },
)

ARCHITECTURES = Registry(
    "architecture",
    "bench/architectures/",
    {
        "dcgan": Entry("bench.architectures.dcgan:dcgan", "images"),
        "dcgan_nobn": Entry("bench.architectures.dcgan:dcgan_nobn", "images"),
        "mlp": Entry("bench.architectures.mlp:mlp", "images"),
        "toy_mlp": Entry("bench.architectures.mlp:toy_mlp", "points"),
    },
)

METHODS = Registry(
    "method",
    "bench/methods/",
    {
        "gan": Entry("bench.methods.gan:gan"),
        "gan_minimax": Entry("bench.methods.gan:gan_minimax"),
        "lsgan": Entry("bench.methods.lsgan:lsgan"),
        "wgan": Entry("bench.methods.wgan:wgan"),
        "wgan_gp": Entry("bench.methods.wgan_gp:wgan_gp"),
        "sngan": Entry("bench.methods.sngan:sngan"),
        "cramer": Entry("bench.methods.cramer:cramer"),
    },
)

METRICS = Registry(
    "metric",
    "bench/metrics/",
    {
        "fid": Entry("bench.metrics.features:fid", "images"),
        "kid": Entry("bench.metrics.features:kid", "images"),
        "precision": Entry("bench.metrics.features:precision", "images"),
        "recall": Entry("bench.metrics.features:recall", "images"),
        "inception_score": Entry("bench.metrics.features:inception_score", "images"),
        "ot_features": Entry("bench.metrics.transport:ot_features", "images"),
        "ot_samples": Entry("bench.metrics.transport:ot_samples"),
        "modes_covered": Entry("bench.metrics.modes:modes_covered", "points"),
        "high_quality_fraction": Entry("bench.metrics.modes:high_quality_fraction", "points"),
        "critic_estimate": Entry("bench.metrics.critic:critic_estimate"),
        "critic_estimate_train": Entry("bench.metrics.critic:critic_estimate_train"),
        "jensen_shannon": Entry("bench.metrics.critic:jensen_shannon"),
        "gradient_norm_real": Entry("bench.metrics.critic:gradient_norm_real"),
        "gradient_norm_fake": Entry("bench.metrics.critic:gradient_norm_fake"),
        "gradient_norm_interpolated": Entry("bench.metrics.critic:gradient_norm_interpolated"),
        "generator_gradient_norm": Entry("bench.metrics.critic:generator_gradient_norm"),
        "critic_weight_max": Entry("bench.metrics.critic:critic_weight_max"),
        "critic_weight_std": Entry("bench.metrics.critic:critic_weight_std"),
    },
)

CHOICES = {
    "critic_norm": ("batch", "layer", "none"),
    "optimizer": ("adam", "rmsprop", "sgd"),
    "loss": ("hinge", "non_saturating"),
}
