"""Claims about techniques that look at a player's past or at its reference batch.

Paper: Salimans et al. (2016), Improved techniques for training GANs.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

PAPER = "Salimans et al. (2016), Improved techniques for training GANs"

CLAIMS = (
    Claim(
        id="historical-averaging",
        section="training",
        tier="T",
        title="Historical averaging gets past saddle points and low-dimensional supports",
        asserted="A cost of the distance from the mean of the past parameters gets training past saddle points, such "
        "as that of xy, and past supports of low dimension.",
        sources=(
            Source(
                "S2",
                "Historical Averaging",
                "Objective: bypass the low-dimensional manifold support problem and saddle points for the non-convex "
                "minimax optimization",
            ),
            Source("S2", "Historical Averaging", "adding only θ(i − 1) to the i-th training iteration"),
            Source(
                "S2",
                "Supports of p_r and p_g concentrates in lower dimension",
                "our discriminator has easy time to distinguish real and fake samples",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("saddle", "On min max xy, simultaneous steps with the term end nearer to the equilibrium."),
            Part(
                "match",
                "On a circle, the generator of a minimax GAN ends nearer to the data with the term.",
                margin=0.1,
            ),
            Part(
                "discriminator",
                "There the discriminator, at its best, tells the samples apart less well with it.",
                margin=0.03,
            ),
            Part(
                "online",
                "Updating the mean by the last parameters alone gives the iterates of the mean of the whole history.",
                margin=1e-6,
            ),
            Part(
                "lasts",
                "At the end the discriminator tells the samples apart better with the term: the problem lasts.",
                "corrected",
                margin=0.03,
            ),
            Part(
                "rate",
                "With weight w the distance on xy falls as the power -1 / (1 + 4 w^2) of the steps: -1/5 for the term "
                "as printed.",
                "corrected",
                margin=0.02,
            ),
            Part(
                "bound",
                "The steps must be smaller than 4 w / (1 + 4 w^2), 4/5 for the term as printed; larger ones diverge.",
                "corrected",
                margin=0.0,
            ),
        ),
        declaration=Declaration(
            measure="xy: distance from the equilibrium after 4,000 steps, 40 games with random starts and step sizes "
            "from 0.01 to 1. Circle: logarithm of the ratio of W1 to the data (256 points, POT) after 400 steps, and "
            "the largest and the last Jensen-Shannon estimate of the discriminator on the way (nats), GAN without the "
            "term against GAN with it",
            direction="nearer; a discriminator less certain",
            margin=0.5,
            test="exact interval, one-sided 5 % a bound, of the share of games against one half; Student's interval "
            "over seeds of differences paired by seed against zero and the margin; identities within their tolerance. "
            "Invalid where a game without the term comes nearer, and where the discriminator without the term "
            "reaches less than 0.7 log 2, so that the problem does not arise",
            against="an interval below one half, or below the margin",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.techniques:historical_averaging",
        study="bench.toys.historical_averaging:study",
        beside=("historical-averaging-grid",),
        found=(
            Found(
                "On xy the term turns the outward spiral into an approach, for steps below a bound, but a slow one: as "
                "printed, without a weight, ten times nearer takes 100,000 times as many steps; a smaller weight is "
                "faster.",
                {"saddle": Verdict.SUPPORTED, "rate": Verdict.SUPPORTED, "bound": Verdict.SUPPORTED},
            ),
            Found(
                "Where the supports have low dimension the discriminator never gets as sure with the term as without, "
                "but the generator ends no nearer to the data, and in the end its points are told apart more easily.",
                {
                    "match": Verdict.CONTRADICTED,
                    "discriminator": Verdict.SUPPORTED,
                    "lasts": Verdict.SUPPORTED,
                },
            ),
        ),
    ),
    Claim(
        id="virtual-batch-norm",
        section="training",
        tier="T",
        title="Virtual batch normalization frees a sample from its batch, at the price of a second one",
        asserted="Batch normalization makes a sample's output depend on the other samples of its batch; virtual batch "
        "normalization does not, but takes a forward pass of two minibatches.",
        sources=(
            Source(
                "S2",
                "Virtual Batch Normalization",
                "batch-norm can make output of a neural network highly dependent on some other inputs in the same "
                "minibatch",
            ),
            Source(
                "S2",
                "Virtual Batch Normalization",
                "virtual batch-norm is more expensive (forward pass on two minibatches of data) – so only used in the "
                "generator network",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "batch-norm",
                "Batch normalization can make the output highly dependent on the others: in batches of the size with "
                "the largest effect, from 4 to 64, it changes with them by a tenth of the differences between samples.",
                margin=0.1,
            ),
            Part("virtual", "With virtual batch normalization the output does not depend on the others."),
            Part(
                "two-batches",
                "A forward pass with a reference batch as large as the batch takes as many samples and operations as "
                "two without.",
            ),
            Part(
                "large-batches",
                "In batches of 64, as in the papers, the output changes by less than a tenth of the differences "
                "between samples.",
                "corrected",
                margin=0.1,
            ),
            Part(
                "any-reference",
                "With r reference samples a batch of n costs 1 + r / n times as much.",
                "corrected",
            ),
        ),
        declaration=Declaration(
            measure="root mean square change of a sample's image with the others of its batch over the root mean "
            "square difference between samples, in double precision, in a generator of DCGAN trained for 60 steps on "
            "digits; samples through the first layer and floating-point operations of a forward pass",
            direction="a tenth or more with batch normalization, none with the virtual one; twice the cost",
            margin=1e-9,
            test="Student's interval over seeds, one-sided 5 % a bound, against zero and a tenth; identities within "
            "the tolerance",
            against="an interval below a tenth; one case beyond the tolerance",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.techniques:virtual_batch_norm",
        study="bench.toys.virtual_batch_norm:study",
        beside=("virtual-batch-norm-grid",),
        found=(
            Found(
                "How highly the output depends on the others is a matter of the batch's size: in batches of 4 it moves "
                "by more than a tenth of the differences between samples, in batches of 64 by less. The cost is that "
                "of two minibatches where the reference batch is as large as the batch, of 1 + r / n in general.",
                {"batch-norm": Verdict.SUPPORTED, "large-batches": Verdict.SUPPORTED},
            ),
        ),
    ),
)
