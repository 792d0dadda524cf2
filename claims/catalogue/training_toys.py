"""Toy trainings about collapse and about critics at their optimum."""

from __future__ import annotations

from claims.catalogue.arjovsky2017 import PAPER
from claims.claim import STANDARD, Claim, Declaration, Found, Part, Source, Verdict

TENTH = 0.0953
"""log 1.1: a factor of 1.1 either way."""

ARGMAX = Source(
    "S4",
    "comment by ian_goodfellow",
    "Fully optimizing the generator with the discriminator held constant results in mapping all points to "
    "the argmax of the discriminator",
)

CLAIMS = (
    Claim(
        id="no-mode-collapse",
        section="training",
        tier="T",
        title="No WGAN collapses on mixtures in the plane",
        asserted="WGAN shows no mode collapse at all, even where its settings are poorly tuned, and way less than GAN.",
        sources=(
            Source(
                "S4",
                "comment by tmiano",
                "It's not just way less mode collapse, it's no mode collapse at all. And even when your "
                "hyperparameters are poorly tuned, the worst thing that seems to happen is your loss oscillates wildly",
            ),
            Source("S0", "benefits of WGAN", "they do not witness “mode collapse”."),
            Source(
                "S4",
                "question by ogrisel",
                "I don't understand why the mode collapse issue should disappear with WGAN. This is not really "
                "guaranteed, right?",
            ),
        ),
        paper=PAPER,
        parts=(
            Part("ring-wgan", "No WGAN training on eight Gaussians on a circle loses a mode."),
            Part("grid-wgan", "No WGAN training on twenty-five Gaussians on a grid does."),
            Part(
                "ring-wgan-poor",
                "Nor does one on the circle with a learning rate five times as high and one critic step in place of "
                "five.",
            ),
            Part("grid-wgan-poor", "Nor does such a one on the grid."),
            Part("less", "WGAN leaves fewer modes uncovered than GAN with the same networks.", margin=0.05),
            Part("ring-wgan-gp", "No WGAN-GP training on the circle loses a mode.", form="corrected"),
            Part("grid-wgan-gp", "No WGAN-GP training on the grid does.", form="corrected"),
        ),
        declaration=Declaration(
            measure="samples nearest to each mode at the last step, in multiples of an equal share: below 1/20 a mode "
            "is lost, from 1/4 on it is covered",
            direction="at least 1/4 for every mode of every training",
            margin=0.25,
            test="one training that loses a mode contradicts, all that cover all modes support, rare modes leave it "
            "open; trainings that lose none but stay further from the data than half the distance of a single point "
            "have not learned and are left out, and with fewer than five others the verdict is invalid. Against GAN: "
            "Student's interval of the share of modes not covered, mean over both mixtures, paired by seed",
            against="one training that loses a mode",
            **STANDARD,
        ),
        judge="claims.judges.mode_collapse:judge",
        study="bench.toys.mode_collapse:study",
        beside=("no-mode-collapse-grid",),
        found=(
            Found(
                "It is not guaranteed: WGAN as it was tuned here loses a mode of the grid in one training or more.",
                {"grid-wgan": Verdict.CONTRADICTED},
            ),
            Found(
                "Poorly tuned, WGAN loses modes of the grid, if not of the circle.",
                {"grid-wgan-poor": Verdict.CONTRADICTED, "ring-wgan-poor": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="fixed-critic-argmax",
        section="training",
        tier="T",
        title="Against a fixed discriminator all points go to its maximum",
        asserted="Fully optimising the generator with the discriminator held constant maps all points to the argmax of "
        "the discriminator, which need not be an isolated point.",
        sources=(
            ARGMAX,
            Source(
                "S4",
                "reply by martinarjovsky",
                "fix the discriminator after 1, 5 or 20 epochs and train the generator for a while, see what happens.",
            ),
            Source(
                "S4",
                "reply by ian_goodfellow",
                "it can have point a point argmax, an undefined argmax, or an argmax that contains uncountably many "
                "points.",
            ),
        ),
        paper="Metz et al. (2017), Unrolled generative adversarial networks",
        parts=(
            Part(
                "short",
                "A generator trained by gradient steps until at rest, against a discriminator fixed after 50 steps, "
                "ends at its maximum.",
            ),
            Part("longer", "So does one trained until at rest against a discriminator fixed after 250 steps."),
            Part("long", "So does one trained until at rest against a discriminator fixed after 1000 steps."),
            Part("point", "Against -|x|^2, whose argmax is a point, the points gather in one place."),
            Part("line", "Against -(x - y)^2, whose argmax is a line, they end on the line and do not gather."),
            Part("unbounded", "Against |x|^2, which has no argmax, they run away."),
            Part(
                "peaks",
                "Against the discriminator fixed after 1000 steps most points end where nothing near them scores "
                "higher.",
                form="corrected",
            ),
        ),
        declaration=Declaration(
            measure="share of 1000 points whose score comes within 5 % of the largest in the square that holds them, "
            "0 % being the median of the square, after 1500 gradient steps of the generator: the source "
            "speaks of optimising it fully, which no training can show",
            direction="at least 95 %",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so, against one half; generators whose mean score still changes by more than 5 % in the last third are "
            "left out, and with fewer than five others the verdict is invalid. Gathered: at most 5 % of the spread "
            "is left; not gathered: at least 25 % along the line; run away: ten times as far from the origin",
            against="an interval below one half",
            **STANDARD,
        ),
        judge="claims.judges.fixed_critic:judge",
        study="bench.toys.fixed_critic:study",
        beside=("fixed-critic-argmax-grid",),
        found=(
            Found(
                "Gradient training stops at the peaks it meets: against a discriminator trained for long most points "
                "end on peaks, and not all of them on the highest.",
                {"long": Verdict.CONTRADICTED, "peaks": Verdict.SUPPORTED},
            ),
            Found(
                "With an argmax that is a line there is no collapse to isolated points.",
                {"line": Verdict.SUPPORTED, "point": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="train-to-optimality",
        section="training",
        tier="T",
        title="A critic can be trained to its optimum without loss of gradient, a discriminator cannot",
        asserted="The critic of WGAN can be trained to optimality, with no concern about saturation and loss of the "
        "gradient; there its estimate is the Wasserstein distance up to a factor.",
        sources=(
            Source(
                "S1",
                "WGAN",
                "We can now train the critic to optimality, no concerns about saturation and loss of the gradient if "
                "the critic becomes too good.",
            ),
            Source(
                "S1",
                "WGAN: Approximations",
                "Evaluation gives W(p_r, p_θ) up to a multiplicative constant.",
            ),
            Source("S1", "table of GAN and WGAN", "∇_{θ_g} (1/m) Σ_{i=1}^m log(D(G(z^(i))))"),
            Source("S3", "5.5", "With WGAN, it is possible to train the critic to optimality"),
        ),
        paper=PAPER,
        parts=(
            Part("clip-keeps", "With data apart, a clipped critic at a standstill leaves the generator its gradient."),
            Part("gp-keeps", "So does a critic with gradient penalty."),
            Part("discriminator-loses", "A discriminator near its optimum leaves E log(1 - D(G(z))) no gradient."),
            Part("printed-loses", "Nor does it leave E log D(G(z)) one, the cost that S1 prints for GAN."),
            Part(
                "estimate-clip",
                "At a standstill the clipped critic's estimate is W1 up to a factor, its steepest slope.",
                margin=TENTH,
            ),
            Part(
                "estimate-soft",
                "On these data a penalised critic's is W1 (1 + W1 / (2 lambda)), that of one slope throughout: it pays "
                "to exceed slope 1 under a penalty.",
                form="corrected",
                margin=TENTH,
            ),
        ),
        declaration=Declaration(
            measure="norm of the cost's gradient with respect to a fixed generator after 1000 critic steps, as a share "
            "of its largest at seven checkpoints; logarithm of the estimate over exact W1 of the same points",
            direction="at least 0.1 for the critics, below 0.1 for the discriminator; estimate within 10 % of what the "
            "part says; whether a penalised one is within 10 % of W1 is a question of W1 / lambda alone, and not asked",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings against one half; "
            "estimates: two one-sided Student tests of the mean over seeds against log 1.1. Discriminators below "
            "0.95 log 2 and critics whose estimate still moves by 10 % in the second half are left out, and with "
            "fewer than five others the verdict is invalid",
            against="an interval below one half; an estimate off by more than 10 %",
            **STANDARD,
        ),
        judge="claims.judges.optimality:judge",
        study="bench.toys.optimality:study",
        found=(
            Found(
                "With the cost that S1 prints the generator keeps its gradient where the discriminator is near its "
                "optimum; the one that is lost is that of E log(1 - D(G(z))).",
                {"printed-loses": Verdict.CONTRADICTED, "discriminator-loses": Verdict.SUPPORTED},
            ),
            Found(
                "Under a two-sided penalty of weight lambda the best single slope is 1 + W1 / (2 lambda), and on these "
                "data the estimate exceeds W1 by nearly that factor. In general the optimal slope varies: on a line it "
                "is 1 + F(x) / (2 lambda sigma(x)), F the difference of the distribution functions and sigma the "
                "density of the interpolates.",
                {"estimate-soft": Verdict.SUPPORTED},
            ),
            Found(
                "A clipped critic that stands still is not the best function of its steepest slope: its estimate is "
                "not W1 times that.",
                {"estimate-clip": Verdict.CONTRADICTED},
            ),
        ),
    ),
)
