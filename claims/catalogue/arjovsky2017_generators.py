"""Claims about the size of generators, from Wasserstein GAN.

Paper: Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks.
"""

from __future__ import annotations

import math

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

_LAYOUTS = "three DCGANs: the code of Arjovsky et al., that of Gulrajani et al., the figure of Radford et al."

_NOTHING_RANDOM = "exact counts; every one of the three DCGANs must agree"

CLAIMS = (
    Claim(
        id="nobn-parameters",
        section="training",
        tier="I",
        title="A constant number of filters: a bit more than an order of magnitude fewer parameters",
        asserted="A DCGAN generator without batch normalization and with a constant number of filters has a bit more "
        "than an order of magnitude fewer parameters.",
        sources=(
            Source(
                "S1",
                "WGAN: results, Figure 6, caption",
                "Aside from taking out batch normalization, the number of parameters is therefore reduced by a bit "
                "more than an order of magnitude.",
            ),
            Source(
                "S2",
                "Better at image generation task, Figure 7, caption",
                "constant number of filters at every layer (as opposed to duplicating them every time as in "
                "(Radford et al., 2015))",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("order", "With every layer as narrow as the DCGAN's last, over 10 times fewer.", margin=10.0),
            Part("a-bit", "The factor is at most 20: a bit more than an order of magnitude.", margin=20.0),
            Part("by-filters", "It is the filters: batch normalization holds at most 0.1 % of the parameters."),
            Part(
                "wide",
                "The number that is kept decides it: with every layer as wide as the DCGAN's first, there are over "
                "twice as many parameters, not fewer.",
                "corrected",
                2.0,
            ),
        ),
        declaration=Declaration(
            measure=f"ratio of parameters of 64 x 64 generators, layer by layer, in {_LAYOUTS}",
            direction="10 to 20 times fewer",
            margin=0.001,
            test=_NOTHING_RANDOM,
            against="one DCGAN with a factor below 10 or above 20",
        ),
        judge="claims.studies.parameter_counts:judge_constant",
        study="claims.studies.parameter_counts:study",
        found=(
            Found(
                "The source does not say which number of filters is kept. It holds for that of the last layer and is "
                "reversed for that of the first.",
                {"order": Verdict.SUPPORTED, "a-bit": Verdict.SUPPORTED, "wide": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="mlp-parameters",
        section="training",
        tier="I",
        title="The MLP generator is about as large as a DCGAN generator",
        asserted="The number of parameters of the MLP generator with 4 layers of 512 units is similar to a DCGAN's.",
        sources=(
            Source(
                "S1",
                "WGAN: results, Figure 7, caption",
                "The number of parameters is similar to that of a DCGAN, but it lacks a strong inductive bias for "
                "image generation.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("similar", "Against each DCGAN the two differ by less than half an order of magnitude, 3.16 times."),
            Part("twice", "In both official codes they differ by at most a factor of 2.", "corrected", 2.0),
            Part("last-layer", "More than 80 % of the MLP's parameters are in its last layer.", "corrected", 0.8),
        ),
        declaration=Declaration(
            measure=f"ratio of parameters of 64 x 64 generators, layer by layer, in {_LAYOUTS}",
            direction="near 1",
            margin=math.sqrt(10),
            test=_NOTHING_RANDOM,
            against="one DCGAN that is over half an order of magnitude larger or smaller",
        ),
        judge="claims.studies.parameter_counts:judge_perceptron",
        study="claims.studies.parameter_counts:study",
        found=(
            Found(
                "Similar in order of magnitude only: the MLP is up to twice as large as the DCGANs it was compared "
                "with, and much smaller than the one of Radford et al.",
                {"similar": Verdict.SUPPORTED, "twice": Verdict.SUPPORTED},
            ),
        ),
    ),
)
