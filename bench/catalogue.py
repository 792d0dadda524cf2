"""The registries. Adding a component is one file and one line here.

The order is the order of tables and figures. Plug-ins named in the environment are added at the end.
"""

from __future__ import annotations

from bench.plugins import activate_from_environment
from bench.registry import Entry, MethodRegistry, Registry

DATASETS = Registry(
    "data set",
    "bench/datasets/",
    {
        "digits": Entry("bench.datasets.digits:digits", "images"),
        "mnist": Entry("bench.datasets.digits:mnist", "images", "MNIST/raw"),
        "fashion_mnist": Entry("bench.datasets.digits:fashion_mnist", "images", "FashionMNIST/raw"),
        "stacked_mnist": Entry("bench.datasets.digits:stacked_mnist", "images", "MNIST/raw"),
        "cifar10": Entry("bench.datasets.packed:cifar10", "images", "cifar-10-batches-py or cifar10_subset.npz"),
        "stl10": Entry("bench.datasets.photographs:stl10", "images", "stl10_binary"),
        "lfw_faces": Entry("bench.datasets.packed:lfw_faces", "images", "lfw_faces_gray64.npz"),
        "olivetti_faces": Entry("bench.datasets.packed:olivetti_faces", "images", "olivetti_faces.npz"),
        "celeba": Entry("bench.datasets.photographs:celeba", "images", "celeba/img_align_celeba"),
        "lsun_bedroom": Entry("bench.datasets.photographs:lsun_bedroom", "images", "bedroom_train_lmdb"),
        "gaussians8": Entry("bench.datasets.points:gaussians8", "points", fresh=True),
        "gaussians25": Entry("bench.datasets.points:gaussians25", "points"),
        "swiss_roll": Entry("bench.datasets.points:swiss_roll", "points", fresh=True),
        "gaussians_ring": Entry("bench.datasets.points:gaussians_ring", "points", fresh=True),
        "gaussians_grid": Entry("bench.datasets.points:gaussians_grid", "points"),
        "two_gaussians": Entry("bench.datasets.points:two_gaussians", "points", fresh=True),
    },
)

ARCHITECTURES = Registry(
    "architecture",
    "bench/architectures/",
    {
        "dcgan": Entry("bench.architectures.dcgan:dcgan", "images", has=("generator_batch_norm",)),
        "dcgan_nobn": Entry("bench.architectures.dcgan:dcgan_nobn", "images"),
        "no_norm": Entry("bench.architectures.dcgan:no_norm", "images", normalizes_critic=False),
        "tanh": Entry("bench.architectures.dcgan:tanh", "images", has=("generator_batch_norm",)),
        "gated": Entry("bench.architectures.dcgan:gated", "images", has=("generator_batch_norm",)),
        "mlp": Entry("bench.architectures.mlp:mlp", "images"),
        "mlp_both": Entry("bench.architectures.mlp:mlp_both", "images", normalizes_critic=False),
        "resnet": Entry("bench.architectures.resnet:resnet", "images", has=("generator_batch_norm",)),
        "resnet101": Entry("bench.architectures.resnet101:resnet101", "images", has=("generator_batch_norm",)),
        "dcgan_k4": Entry(
            "bench.architectures.dcgan:dcgan_k4",
            "images",
            has=("generator_batch_norm",),
            published_methods={"wgan": {"clip_first": True, "boosted": True}},
        ),
        "sn_cnn": Entry(
            "bench.architectures.sn_cnn:sn_cnn",
            "images",
            has=("generator_batch_norm",),
            published={"dataset": "cifar10", "image_size": 32, "generator_steps": 100_000},
        ),
        "sn_resnet": Entry(
            "bench.architectures.resnet:sn_resnet",
            "images",
            has=("generator_batch_norm",),
            published={
                "dataset": "cifar10",
                "image_size": 32,
                "generator_steps": 50_000,
                "generator_batches": 2,
                "lr_decay": "linear",
            },
            published_methods={"sngan": {"n_critic": 5, "beta1": 0.0, "beta2": 0.9}},
        ),
        "mnist_cnn": Entry(
            "bench.architectures.small:mnist_cnn",
            "images",
            published={"dataset": "mnist", "image_size": 32, "batch_size": 50},
            published_methods={"gan": {"critic_norm": "none"}, "wgan_gp": {"critic_norm": "none", "beta1": 0.5}},
        ),
        "cifar_cnn": Entry(
            "bench.architectures.small:cifar_cnn",
            "images",
            has=("generator_batch_norm",),
            published={"dataset": "cifar10", "image_size": 32},
            published_methods={"wgan_gp": {"critic_norm": "none", "beta1": 0.5}},
        ),
        "cifar_resnet": Entry(
            "bench.architectures.resnet:cifar_resnet",
            "images",
            has=("generator_batch_norm",),
            published={
                "dataset": "cifar10",
                "image_size": 32,
                "generator_steps": 100_000,
                "generator_batches": 2,
                "lr_decay": "linear",
            },
            published_methods={"wgan_gp": {"critic_norm": "none", "learning_rate": 2e-4}},
        ),
        "dcgan_completion": Entry(
            "bench.architectures.completion:dcgan_completion",
            "images",
            has=("generator_batch_norm",),
            conditional=True,
            published={"dataset": "celeba"},
        ),
        "toy_mlp": Entry(
            "bench.architectures.mlp:toy_mlp",
            "points",
            normalizes_critic=False,
            published_methods={"wgan_gp": {"beta1": 0.5}},
        ),
    },
)

METHODS = MethodRegistry(
    "method",
    "bench/methods/",
    {
        "gan": Entry("bench.methods.gan:gan", preset={"saturating": False}, has=("logistic_critic",)),
        "gan_minimax": Entry(
            "bench.methods.gan:gan",
            preset={"saturating": True},
            summary="GAN with the minimax (saturating) generator loss, DCGAN's optimizer",
            has=("logistic_critic",),
        ),
        "lsgan": Entry("bench.methods.lsgan:lsgan"),
        "wgan": Entry("bench.methods.wgan:wgan"),
        "wgan_gp": Entry("bench.methods.wgan_gp:wgan_gp"),
        "sngan": Entry("bench.methods.sngan:sngan"),
        "wn": Entry("bench.methods.sngan:wn", has=("logistic_critic",)),
        "cramer": Entry("bench.methods.cramer:cramer"),
        "fgan_kl": Entry(
            "bench.methods.fgan:fgan", preset={"divergence": "kl"}, summary="f-GAN, Kullback-Leibler divergence"
        ),
        "fgan_reverse_kl": Entry(
            "bench.methods.fgan:fgan",
            preset={"divergence": "reverse_kl"},
            summary="f-GAN, reverse Kullback-Leibler divergence",
        ),
        "fgan_pearson": Entry(
            "bench.methods.fgan:fgan", preset={"divergence": "pearson"}, summary="f-GAN, Pearson chi-square divergence"
        ),
        "fgan_neyman": Entry(
            "bench.methods.fgan:fgan", preset={"divergence": "neyman"}, summary="f-GAN, Neyman chi-square divergence"
        ),
        "fgan_hellinger": Entry(
            "bench.methods.fgan:fgan",
            preset={"divergence": "squared_hellinger"},
            summary="f-GAN, squared Hellinger distance",
        ),
        "fgan_js": Entry(
            "bench.methods.fgan:fgan",
            preset={"divergence": "jensen_shannon"},
            summary="f-GAN, Jensen-Shannon divergence",
        ),
        "fgan_gan": Entry(
            "bench.methods.fgan:fgan", preset={"divergence": "gan"}, summary="f-GAN, the GAN's divergence"
        ),
        "mmd_gan": Entry("bench.methods.mmd:mmd_gan"),
        "ot_generator": Entry("bench.methods.transport:ot_generator", trains_critic=False),
        "blend": Entry("bench.methods.blend:blend"),
        "feature_matching": Entry(
            "bench.methods.feature_matching:feature_matching", on="gan", needs=("trained_critic",)
        ),
        "minibatch_discrimination": Entry(
            "bench.methods.minibatch_discrimination:minibatch_discrimination", on="gan", needs=("trained_critic",)
        ),
        "historical_averaging": Entry("bench.methods.historical_averaging:historical_averaging", on="gan"),
        "label_smoothing": Entry("bench.methods.label_smoothing:label_smoothing", on="gan", needs=("logistic_critic",)),
        "virtual_batch_norm": Entry(
            "bench.methods.virtual_batch_norm:virtual_batch_norm",
            on="gan",
            needs=("unconditional_generator", "generator_batch_norm"),
        ),
        "instance_noise": Entry("bench.methods.instance_noise:instance_noise", on="gan"),
        "frozen_critic": Entry("bench.methods.frozen_critic:frozen_critic", on="gan", needs=("trained_critic",)),
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
        "modes_covered": Entry("bench.metrics.modes:modes_covered"),
        "modes_kept": Entry("bench.metrics.modes:modes_kept"),
        "mode_kl": Entry("bench.metrics.modes:mode_kl"),
        "high_quality_fraction": Entry("bench.metrics.modes:high_quality_fraction", "points"),
        "spread": Entry("bench.metrics.spread:spread"),
        "completion_error": Entry("bench.metrics.completion:completion_error", "images"),
        "completion_diversity": Entry("bench.metrics.completion:completion_diversity", "images"),
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

REGISTRIES = {"datasets": DATASETS, "architectures": ARCHITECTURES, "methods": METHODS, "metrics": METRICS}

CHOICES = {
    "critic_norm": ("batch", "layer", "none", "spectral", "weight"),
    "optimizer": ("adam", "rmsprop", "rmsprop_tf", "sgd"),
    "loss": ("hinge", "non_saturating"),
    "clip_scope": ("all", "weights"),
    "generator_objective": ("energy_distance", "surrogate"),
    "kernel": ("rational_quadratic", "rational_quadratic_linear", "gaussian", "distance"),
    "constraint": ("gradient_penalty", "clipping"),
    "solver": ("exact", "sinkhorn"),
    "cost": ("euclidean", "squared_euclidean"),
    "feature_distance": ("squared", "absolute"),
    "minibatch_summary": ("sum", "mean"),
    "generator_norm": ("batch", "none"),
    "padding": ("same", "symmetric"),
    "init": ("dcgan_uniform", "dcgan_normal", "he_glorot"),
    "critic_init": ("dcgan_uniform", "dcgan_normal", "he_glorot"),
    "critic_filters": ("paper", "compare_gan"),
    "output": ("tanh", "linear"),
}
"""Options whose value is one of a few words, by the option's name, which means the same everywhere."""

activate_from_environment(REGISTRIES)
