"""Claims about spectrally normalized layers as operators.

Paper: Miyato et al. (2018), Spectral normalization for generative adversarial networks.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="sn-bounds-every-layer",
        section="lipschitz",
        tier="T",
        title="What spectral normalization bounds in fully connected and in convolutional layers",
        asserted="Spectral normalization makes the singular values of all linear layers at most 1, and so the network "
        "1-Lipschitz if its non-linearities are.",
        sources=(
            Source(
                "S0",
                "Spectral Normalization",
                "rescaling its weights, so that all the linear layers have their singular values lesser than 1, and "
                "consequently Lipschitz seminorm, lesser than 1.",
            ),
            Source("S1", "Spectral Normalisation", "Spectral normalisation proposes to use normalised weights"),
        ),
        paper="Miyato et al. (2018), Spectral normalization for generative adversarial networks",
        parts=(
            Part(
                "fully-connected",
                "With one step of power iteration a pass, all singular values of all fully connected layers stay below "
                "1.01, at the start and in training.",
            ),
            Part(
                "convolutional",
                "So do those of all convolutions, as operators on their inputs, padding and stride included.",
            ),
            Part(
                "connected-network",
                "The fully connected critic is nowhere steeper than 1.1: shown by the product of its layers' norms, "
                "refuted by two points.",
            ),
            Part("network-5x5", "Nor is the convolutional critic of 5 x 5 kernels."),
            Part("network-3x3", "Nor is the convolutional critic of 3 x 3 and 4 x 4 kernels."),
            Part(
                "tenth",
                "The weights, those of convolutions reshaped to matrices, have singular values of at most 1.1.",
                "corrected",
            ),
            Part(
                "from-above",
                "Their largest singular value is never below 1: the power iteration does not overestimate it.",
                "corrected",
                1e-5,
            ),
            Part(
                "patches",
                "A convolution's norm is at most that of its reshaped kernel times the root of the number of patches "
                "in which an input value stands: 3 for 3 x 3 of stride 1 and 5 x 5 of stride 2, 2 for 4 x 4 of "
                "stride 2.",
                "corrected",
                1e-6,
            ),
            Part(
                "product",
                "No slope found exceeds the product of the layers' norms as operators.",
                "corrected",
                1e-6,
            ),
        ),
        declaration=Declaration(
            measure="largest singular value of every layer as an operator, in the pass after 0, 50 and 250 generator "
            "steps of hinge GANs on 8 Gaussians and on drawn 16 x 16 pictures, with the published optimizer; steepest "
            "difference quotient of the critic",
            direction="at most 1.01 for layers, at most 1.1 for networks",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which all "
            "checkpoints keep to the limit, against one half; for networks it reaches from the trainings in which the "
            "limit is certain to those in which nothing refutes it; inequalities by their worst case",
            against="an interval below one half; one case beyond an inequality",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.spectral_layers:judge",
        study="bench.toys.spectral_layers:study",
        found=(
            Found(
                "What is divided by is the norm of the kernel reshaped to a matrix. A convolution is a larger operator "
                "than that, by up to the root of the number of patches an input value stands in. The critic of 3 x 3 "
                "and 4 x 4 kernels gets steeper than 1 in training.",
                {
                    "convolutional": Verdict.CONTRADICTED,
                    "network-3x3": Verdict.CONTRADICTED,
                    "patches": Verdict.SUPPORTED,
                },
            ),
            Found(
                "One step of power iteration leaves the weights at or a little above norm 1, never below.",
                {"tenth": Verdict.SUPPORTED, "from-above": Verdict.SUPPORTED},
            ),
        ),
    ),
)
