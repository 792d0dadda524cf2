"""Toy trainings about optimizers, about a generator without a critic, and about a family of costs."""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import STANDARD, Claim, Declaration, Found, Part, Source, Verdict

WITHOUT_MOMENTUM = (
    Source(
        "S3",
        "5.1",
        "An interesting improvement of WGAN-GP is its ability to use Adam and other momentum based optimisers "
        "as opposed to WGAN, which cannot (according to the paper).",
    ),
)
"""Where it stands that WGAN with clipping cannot use momentum."""

WITH_MOMENTUM = (
    Source("S3", "5.1", "WGAN is likely capable of working with momentum just generally not as well."),
    Source(
        "S4",
        "comment by r-sync",
        "it speeds up training but even SGD will converge (switching on momentum schemes will make it slightly "
        "unstable due to the nature of GANs).",
    ),
)
"""Where it stands that it can, or that it needs neither momentum nor RMSProp."""

CLAIMS = (
    Claim(
        id="momentum",
        section="training",
        tier="T",
        title="WGAN-GP works with Adam, clipped WGAN does not",
        asserted="WGAN-GP can use Adam, which WGAN with clipping cannot, or only less well; plain gradient descent "
        "trains WGAN too, RMSProp only faster, and momentum makes it slightly unstable.",
        sources=(*WITHOUT_MOMENTUM, *WITH_MOMENTUM),
        paper="Gulrajani et al. (2017), Improved training of Wasserstein GANs",
        parts=(
            Part("gp-adam", "WGAN-GP learns with Adam and beta1 = 0.5."),
            Part("gp-strong", "WGAN-GP learns with Adam and beta1 = 0.9."),
            Part("clip-adam", "Clipped WGAN does not learn with Adam and beta1 = 0.5."),
            Part("clip-strong", "Clipped WGAN does not learn with Adam and beta1 = 0.9."),
            Part("sgd", "Clipped WGAN learns with plain gradient descent."),
            Part("less-well", "Adam, beta1 = 0.5, leaves clipped WGAN further from the data than RMSProp.", margin=0.1),
            Part("unstable", "Adam, beta1 = 0.5, makes its distance change more from look to look.", margin=0.1),
            Part("rmsprop-faster", "Half way, RMSProp is closer to the data than plain descent.", margin=0.1),
        ),
        declaration=Declaration(
            measure="W1 to eight Gaussians after 250 generator steps as a share of that of a single point at their "
            "mean: learned at half of it; comparisons: log ratio of W1, or of its change between looks, against "
            "RMSProp from the same seed. Learning rate 0.001, of plain descent 0.3; c = 0.1, lambda = 0.1; beta2 of "
            "Adam 0.999; five critic steps",
            direction="as each part says",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings against one half; "
            "comparisons: Student's interval of the mean over seeds against 0 and 0.1; a training that diverges has "
            "not learned",
            against="an interval below one half; a mean ratio not above 1",
            **STANDARD,
        ),
        judge="claims.judges.momentum:judge",
        study="bench.toys.momentum:study",
        beside=(
            "momentum-grid",
            "momentum-usable-grid",
        ),
        found=(
            Found(
                "It is the amount of momentum: clipped WGAN learns with beta1 = 0.5 and not with 0.9.",
                {"clip-adam": Verdict.CONTRADICTED, "clip-strong": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="minibatch-ot-generator",
        section="training",
        tier="T",
        title="A generator trained on transport between minibatches does not scale",
        asserted="A generator that minimises the empirical transport cost works on simple data and does not scale, as "
        "it cannot exploit Kantorovich-Rubinstein duality.",
        sources=(
            Source(
                "S4",
                "comment by danielvarga",
                "It worked fine on MNIST, but it did not scale much further. Poor thing had no chance, it couldn't "
                "exploit Kantorovich-Rubinstein duality.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("fine", "On a normal distribution in 2 dimensions it works fine.", margin=0.5),
            Part("no-scale", "In 32 dimensions it falls further short than in 2, with the same batches of 64."),
            Part("duality", "There it falls further short than the same generator with WGAN-GP's critic."),
            Part(
                "in-the-cost",
                "What it loses is lost in the cost: the scale at which a generator of the right shape has the least "
                "expected cost lies below 1.",
                form="corrected",
            ),
            Part(
                "batch",
                "That scale rises with the batch, by at least 0.05 from 16 points to 64 in 32 dimensions.",
                form="corrected",
                margin=0.05,
            ),
        ),
        declaration=Declaration(
            measure="shortfall: least Wasserstein-2 distance that the generator's mean and covariance allow, as a "
            "share of that of a single point, after 1000 generator steps, 400 with a critic; fine up to a quarter",
            direction="positive differences",
            margin=0.1,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings that work fine "
            "against one half; differences of the same seed: Student's interval against 0 and 0.1. W1 between samples "
            "is told beside it, and not judged: in high dimension a shrunken generator can be nearer than real data",
            against="an interval below one half; a difference not above 0",
            **STANDARD,
        ),
        judge="claims.judges.minibatch_transport:judge",
        study="bench.toys.minibatch_transport:study",
        beside=("minibatch-ot-generator-grid",),
        found=(
            Found(
                "The cost itself draws the generator together: independent batches of the same distribution lie "
                "apart, the more so the higher the dimension.",
                {"no-scale": Verdict.SUPPORTED, "in-the-cost": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="lamb-blend",
        section="training",
        tier="T",
        title="WGAN is one end of a family of costs that works throughout",
        asserted="GAN times alpha and WGAN times (1 - alpha) is a family with WGAN at alpha = 0, and works for every "
        "alpha.",
        sources=(
            Source(
                "S4",
                "comment by alexmlamb",
                "W-GANs are just a special case of LambGANs which implements GAN(x)α + WGAN(x)(1-α).",
            ),
            Source(
                "S4",
                "comment by alexmlamb",
                "LambGANs work for not just an infinite set of α values but an uncountably infinite set of α s.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("zero", "At alpha = 0 every step is WGAN's."),
            Part("one", "At alpha = 1 every step is that of a GAN with WGAN's clipping, optimizer and critic steps."),
            Part("mixture", "At any alpha the gradient of both players is the blend of the two gradients."),
            Part("works", "At each of five alphas from 0 to 1 the training learns.", margin=0.5),
            Part(
                "between",
                "Between its ends the family comes closer to the data than at the worse end.",
                form="corrected",
                margin=0.1,
            ),
        ),
        declaration=Declaration(
            measure="largest difference of weights after 20 generator steps, relative to the largest weight; error of "
            "the gradient, relative to the longer of the two; W1 to eight Gaussians after 200 generator steps as a "
            "share of that of a single point: learned at half of it",
            direction="no difference; at least half of the trainings learn",
            margin=1e-5,
            test="largest difference against 1e-5, the rounding of single precision; exact (Clopper-Pearson) interval, "
            "one-sided 5 % a bound, of the share of trainings that learn at the worst alpha against one half; between: "
            "Student's interval of the mean log ratio over seeds against 0 and 0.1, at half the level for each end",
            against="a larger difference; an alpha at which fewer than half learn",
            **STANDARD,
        ),
        judge="claims.judges.blend:judge",
        study="bench.toys.blend:study",
    ),
)
