"""Claims about derivatives and conventions of training, from the course slides and the discussion thread."""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

CLAIMS = (
    Claim(
        id="softmax-and-backprop",
        section="game",
        tier="I",
        title="The softmax and backpropagation formulas as printed",
        asserted="The Jacobian of softmax, the chain rule and the gradients of a network with one hidden layer, "
        "softmax output and negative log likelihood are those on the slides.",
        sources=(
            Source(
                "S2",
                "Simple example: One-hidden layer network, third slide",
                "∂softmax(x)_i/∂x_j = softmax(x)_i · (1 − softmax(x)_i) if i = j, "
                "−softmax(x)_i · softmax(x)_j if i ≠ j",
            ),
            Source("S2", "Backpropagation: Computing Gradients Efficiently", "∂z/∂x = [∂u/∂v]^⊤ ∂v/∂x"),
            Source(
                "S2",
                "Backpropagation: For one hidden-layer network",
                "∇_{z^h(x)} ℓ = ∇_{h(x)} ℓ ⊙ σ′(z^h(x))",
            ),
            Source("S2", "Simple example: One-hidden layer network, first slide", "h(x) = g(z^h(x)) = g(W^h x + b^h)"),
            Source("S2", "Simple example: One-hidden layer network, first slide, below", "σ activation function"),
        ),
        paper="S2, course slides on generative adversarial networks",
        parts=(
            Part("softmax", "The Jacobian of softmax is y_i (1 - y_i) on its diagonal and -y_i y_j off it."),
            Part(
                "chain-rule",
                "z = u(v(x)) has dz/dx = [du/dv]^T dv/dx, all three derivatives laid out alike, with rows for outputs "
                "or with rows for inputs.",
            ),
            Part("output-pre-activation", "The loss has the gradient f(x) - onehot(y) in the output pre-activation."),
            Part("output-weights", "In the output weights it is that gradient times h(x)^T."),
            Part("output-bias", "In the output bias it is that gradient."),
            Part("hidden-output", "In the hidden output it is W_o^T times that gradient."),
            Part(
                "hidden-pre-activation",
                "In the hidden pre-activation it is the one before times s'(z_h), s the layer's activation function, "
                "as the first slide has it: in the hidden layer g.",
            ),
            Part("chain-rule-rows", "With rows for outputs, dz/dx = (du/dv) (dv/dx), nothing transposed.", "corrected"),
            Part(
                "chain-rule-gradient",
                "The printed product holds where du/dv is the gradient of one output as a column and dv/dx has rows "
                "for outputs.",
                "corrected",
            ),
            Part(
                "hidden-logistic",
                "With the logistic function for s, as its sign suggests, the gradient is wrong for every other "
                "activation function tried.",
                "corrected",
                1e-6,
            ),
            Part("hidden-weights", "In the hidden weights, not printed, it is that gradient times x^T.", "corrected"),
            Part("hidden-bias", "In the hidden bias, not printed, it is that gradient.", "corrected"),
        ),
        declaration=Declaration(
            measure="error of the most wrong entry relative to 1 + |derivative|, derivatives by complex steps, over "
            "200 random networks",
            direction="zero",
            margin=1e-12,
            test="worst case within the tolerance; complex steps are right to rounding",
            against="one entry beyond the tolerance",
        ),
        judge="claims.studies.backpropagation:judge",
        study="claims.studies.backpropagation:study",
        found=(
            Found(
                "The chain rule mixes two layouts: its transpose belongs to a gradient written as a column.",
                {"chain-rule": Verdict.CONTRADICTED, "chain-rule-gradient": Verdict.SUPPORTED},
            ),
            Found(
                "The hidden function is called g where it is applied and σ where it is differentiated: σ′ has to be "
                "read as g′, since with the logistic function it is wrong for other activation functions.",
                {"hidden-pre-activation": Verdict.SUPPORTED, "hidden-logistic": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="sign-and-mean-conventions",
        section="game",
        tier="I",
        title="The critic's sign and the place of the batch mean change nothing",
        asserted="Exchanging the sign of the critic together with the generator's objective, or taking the mean over "
        "the batch as the critic's last layer instead of in the loss, changes nothing.",
        sources=(
            Source(
                "S4",
                "answer of ajmooch to dingling00",
                "then it still works the same; since there's no nonlinearity we can flip those signs with impunity.",
            ),
            Source(
                "S4",
                "question of Imnimo, and the answer of martinarjovsky",
                "Is there a difference between considering the mean over the mini-batch as a layer of the critic vs. "
                "considering it as part of the loss function? […] It's the same, this way it was just easier to "
                "implement :)",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("mean", "With the WGAN loss both places of the mean give the same gradient, in every weight."),
            Part(
                "sign",
                "With both signs changed, and the critic's last layer negated at the start, the WGAN generator goes "
                "through the same weights (RMSProp, clipping).",
            ),
            Part(
                "same-start",
                "Without negating the last layer the two trainings differ: they are alike in law, not run by run.",
                "corrected",
                1e-6,
            ),
            Part(
                "gan-sign",
                "The sign changes nothing in a GAN on logits either, which has a non-linearity: real and fake "
                "exchange their labels.",
                "corrected",
            ),
            Part(
                "gan-mean",
                "The place of the mean does change the gradient of a loss that is not linear in the scores.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="relative difference of a derivative along random directions; largest distance of the generators' "
            "weights after 40 steps, over 200 random games",
            direction="zero for the conventions, positive where they matter",
            margin=1e-12,
            test="worst case within the tolerance, or least difference above it",
            against="one game in which the convention matters",
        ),
        judge="claims.studies.conventions:judge",
        study="claims.studies.conventions:study",
        found=(
            Found(
                "Linearity is the reason for the mean, not for the sign: a GAN's sign can be exchanged too, its mean "
                "cannot be moved.",
                {
                    "mean": Verdict.SUPPORTED,
                    "sign": Verdict.SUPPORTED,
                    "gan-sign": Verdict.SUPPORTED,
                    "gan-mean": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
)
