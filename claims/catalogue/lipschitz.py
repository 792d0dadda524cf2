"""Claims about Lipschitz constants of functions and networks.

Papers: Miyato et al. (2018), Spectral normalization for generative adversarial
networks; Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks.
"""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

MIYATO = "Miyato et al. (2018), Spectral normalization for generative adversarial networks"

CLAIMS = (
    Claim(
        id="lipschitz-composition",
        section="lipschitz",
        tier="I",
        title="The Lipschitz constant of a composition is at most the product",
        asserted="The Lipschitz seminorm of a composition is at most the product of the seminorms, so a network's is "
        "at most the product of the largest singular values of its weights.",
        sources=(
            Source(
                "S0",
                "Spectral Normalization",
                "Since the Lipschitz seminorm of a composition is [upper-bounded by] the product of the seminorms, "
                "if the non-linear layers are also Lipschitz of constant lesser than 1 (e.g. ReLU), "
                "this is a sufficient condition.",
            ),
            Source("S1", "Spectral Normalisation", "‖f‖_Lip ≤ ∏_{i=1}^l σ(W_i)."),
        ),
        paper=MIYATO,
        parts=(
            Part("composition", "Lip(g o f) <= Lip(g) Lip(f) for maps between metric spaces (S0)."),
            Part(
                "sufficient",
                "A network's Lipschitz constant is at most the product of the largest singular values of its weights "
                "if its non-linearities have constants of at most 1 (S0).",
            ),
            Part(
                "product-of-norms",
                "A network's Lipschitz constant is at most that product (S1, which asks nothing of the "
                "non-linearities).",
            ),
            Part(
                "with-activations",
                "It is at most that product times the Lipschitz constants of the non-linearities.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="excess of the seminorm found over the product, relative to it",
            direction="zero",
            margin=1e-9,
            test="worst case within the tolerance; slopes between knots lose at most 1e-10 to rounding",
            against="one composition steeper than the product",
        ),
        judge="claims.studies.composition:judge",
        study="claims.studies.composition:study",
        found=(
            Found(
                "S1 leaves out the non-linearities. SiLU, the one here that is steeper than 1, breaks the bound; with "
                "the constant of each non-linearity as a factor it holds.",
                {"product-of-norms": Verdict.CONTRADICTED, "with-activations": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="lipschitz-iff-gradient",
        section="lipschitz",
        tier="I",
        title="Lipschitz means a bounded gradient, and the other way round",
        asserted="A differentiable function is K-Lipschitz if and only if the norm of its gradient is at most K "
        "everywhere.",
        sources=(
            Source(
                "S4",
                "answer of martinarjovsky to davikrehalt, a)",
                "A differentiable function f is K -Lipschitz if and only if it is differentiable and has derivatives "
                "with norm bounded by K everywhere, so the two views are equivalent :)",
            ),
            Source(
                "S4",
                "answer of martinarjovsky on Borel sets",
                "While the work is fairly general, our paper really is focused towards X = ℝ^d or X = M a compact "
                "manifold with the standard Euclidean topology.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "lipschitz-bounds-gradient",
                "Where every difference quotient is at most K, so is the gradient's norm: beside each point there is a "
                "difference quotient as large as the norm.",
                margin=1e-7,
            ),
            Part(
                "gradient-bounds-lipschitz",
                "On the whole space no difference quotient exceeds the largest norm of the gradient.",
            ),
            Part(
                "other-domains",
                "That is a matter of the space: for functions on a slit ring and on two separate balls one does, "
                "always.",
                "corrected",
                0.0,
            ),
            Part("convex-domain", "On a convex domain none does.", "corrected"),
        ),
        declaration=Declaration(
            measure="relative excess of one side over the other, on random smooth networks in 1 to 32 dimensions and "
            "on functions with gradients known in closed form",
            direction="zero",
            margin=1e-9,
            test="worst case within the tolerance; 1e-7 beside a point, where differences of step 1e-5 are taken",
            against="one pair of points steeper than the bound on the gradient",
        ),
        judge="claims.studies.gradient_bound:judge",
        study="claims.studies.gradient_bound:study",
        found=(
            Found(
                "The equivalence needs every segment between two points to lie where the gradient is bounded. On "
                "separate or slit domains a bounded gradient leaves the Lipschitz constant free, so a bound on the "
                "gradient on the data alone does not make a critic Lipschitz between them.",
                {
                    "gradient-bounds-lipschitz": Verdict.SUPPORTED,
                    "other-domains": Verdict.SUPPORTED,
                    "convex-domain": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
    Claim(
        id="compact-weights-lipschitz",
        section="lipschitz",
        tier="I",
        title="Weights in a box bound the Lipschitz constant; what clipping is",
        asserted="If the weights are in a compact box, the network is K-Lipschitz for some K; clipping the weights "
        "after an update is not the same as updating within the constraint.",
        sources=(
            Source(
                "S1",
                "WGAN: Approximations",
                "If the weights of the network are in a compact space, the network will be K-Lipschitz for some K.",
            ),
            Source(
                "S1",
                "WGAN: Approximations, the items below",
                "Clip the weights of the network to a fixed box after each gradient update. "
                "Not the same as updating within the constraints.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "some-k",
                "With Lipschitz non-linearities one K serves all weights of size at most c: the product of c times the "
                "root of the number of weights over the layers, times the constants of the non-linearities.",
            ),
            Part(
                "any-non-linearity",
                "So does some K for any non-linearity, none being named: the slope of a network of squares does not "
                "grow without limit.",
                margin=0.5,
            ),
            Part(
                "not-shortened",
                "Clipping differs from going along the update only as far as the box allows, for random updates of two "
                "weights or more that leave the box.",
            ),
            Part(
                "not-best",
                "Clipping differs from the best step within the box, by the quadratic model whose free maximum is the "
                "update (the gradient divided by one number a coordinate, as in gradient descent and RMSProp).",
            ),
            Part("projected", "Clipping is that best step within the box.", "corrected"),
            Part(
                "rests",
                "At the maximum of a concave quadratic within the box the clipped update stays where it is.",
                "corrected",
            ),
            Part(
                "full-matrix",
                "For updates with a full matrix (Newton, natural gradient) the clipped and the best step differ, in at "
                "least half of the cases.",
                "corrected",
                1e-6,
            ),
        ),
        declaration=Declaration(
            measure="relative excess of the slope found over K; growth of the slope, in powers of ten, while inputs "
            "grow from length 10^3 to 10^6; distance of updates in units of the box",
            direction="zero for bounds, positive for differences",
            margin=1e-9,
            test="worst case within the tolerance, or least difference above it; half a power of ten for the growth",
            against="one network steeper than K; a slope that keeps growing; one case in which updates are the same",
        ),
        judge="claims.studies.compact_weights:judge",
        study="claims.studies.compact_weights:study",
        found=(
            Found(
                "A compact box is not enough: a network of squares gets ever steeper away from the origin. The "
                "non-linearities must be Lipschitz themselves.",
                {"some-k": Verdict.SUPPORTED, "any-non-linearity": Verdict.CONTRADICTED},
            ),
            Found(
                "Clipping is one way of updating within the constraint, the projected gradient step; what it differs "
                "from is stopping at the wall.",
                {
                    "not-shortened": Verdict.SUPPORTED,
                    "not-best": Verdict.CONTRADICTED,
                    "projected": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
    Claim(
        id="spectral-norm-linear",
        section="lipschitz",
        tier="T",
        title="A linear layer trained to be large, with and without spectral normalization",
        asserted="A 5 x 5 linear layer trained for 100 steps to maximise the norm of its output reaches a largest "
        "singular value of about 10^2 without and of 1.0000 with spectral normalization.",
        sources=(
            Source("S0", "code slide on a linear layer, what it prints", "tensor(114.1429, grad_fn=<MaxBackwardl>)"),
            Source(
                "S0",
                "code slide on spectral_norm, what it prints",
                "tensor(1.0000, grad_fn=<MaxBackwardl>)",
            ),
            Source(
                "S0",
                "notes of the first of these slides",
                "Here, we consider a simple linear module which we optimize to maximize its norm, without "
                "normalization. As expected we get a large norm in the end.",
            ),
        ),
        paper=MIYATO,
        parts=(
            Part(
                "without",
                "Without normalization at least 95 of 100 random starts end between 50 and 200, a factor of two round "
                "10^2.",
            ),
            Part("with", "With spectral normalization at least 95 of 100 random starts print 1.0000."),
            Part(
                "growth",
                "Without normalization the largest singular value grows by at most the learning rate times that of the "
                "inputs a step; it has no limit.",
                "corrected",
                1e-12,
            ),
            Part(
                "steady",
                "From step 10 on its growth a step is within 10 % of that, whatever the start.",
                "corrected",
                0.1,
            ),
            Part(
                "first-pass",
                "With spectral normalization it still exceeds 1.0000 in the first pass, in at least 95 of 100 starts.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="fraction of 400 random starts and input sets whose largest singular value ends as printed",
            direction="at least 0.95",
            margin=0.95,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, against 0.95",
            against="an interval below 0.95",
            alpha=0.05,
        ),
        judge="claims.studies.spectral_linear:judge",
        study="claims.studies.spectral_linear:study",
        found=(
            Found(
                "The hundred of the first slide is the hundred steps: the weights grow by a nearly constant amount a "
                "step. The 1.0000 of the second is the end of training; one step of power iteration a pass begins "
                "above it.",
                {
                    "without": Verdict.SUPPORTED,
                    "with": Verdict.SUPPORTED,
                    "growth": Verdict.SUPPORTED,
                    "steady": Verdict.SUPPORTED,
                    "first-pass": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
)
