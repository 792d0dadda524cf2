"""Claims about distributions whose supports have a low dimension.

Paper: Arjovsky and Bottou (2017), Towards principled methods for training generative adversarial networks.
"""

from __future__ import annotations

from claims.claim import Claim, Declaration, Found, Part, Source, Verdict

PAPER = "Arjovsky and Bottou (2017), Towards principled methods for training generative adversarial networks"

CLAIMS = (
    Claim(
        id="perfect-discriminator",
        section="game",
        tier="T",
        title="A discriminator tells distributions on planes of low dimension apart",
        asserted="Where the supports of p_r and p_g have a lower dimension than the space, the discriminator easily "
        "becomes perfect.",
        sources=(
            Source(
                "S2",
                "Supports of p_r and p_g concentrates in lower dimension",
                "for high-dimensional data, p_r and p_g can be very hard to train to match each others → our "
                "discriminator has easy time to distinguish real and fake samples",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "low",
                "Between N(0, 1) on the first k axes of R^16 and N(0, 1) on k random directions, a trained "
                "discriminator puts at least 99 % of held-out points on the right side of 1/2, for k = 1, 2 and 4.",
            ),
            Part("high", "So it does for k = 8 and 12, lower dimensions too."),
            Part(
                "noise",
                "It is the dimension that makes it easy: with k = 4 and noise of deviation 0.5 or 1 in all 16 "
                "directions, the same discriminators are right for less than 95 %.",
            ),
            Part(
                "shared",
                "The supports must also differ: of two distributions on one plane of 4 dimensions, their means 1 "
                "apart, the discriminators recognise less than 95 %.",
                form="corrected",
            ),
        ),
        declaration=Declaration(
            measure="share of 8192 held-out points on the right side of D = 1/2 after 1000 steps of a discriminator "
            "with three layers of 64 units, against a generated distribution that stays as it is",
            direction="at least 0.99 on planes that differ, below 0.95 with noise and on one plane",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so for every setting of the part, against one half; noise and shared are invalid where the mean "
            "accuracy is over 0.03 below that of the ratio of the densities",
            against="an interval below one half",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.planes:judge",
        study="bench.toys.planes:study",
        found=(
            Found(
                "What is easy is telling planes apart that differ, up to 12 dimensions of 16. On one and the same "
                "plane a low dimension does not help the discriminator.",
                {"low": Verdict.SUPPORTED, "high": Verdict.SUPPORTED, "shared": Verdict.SUPPORTED},
            ),
        ),
    ),
    Claim(
        id="noise-on-supports",
        section="game",
        tier="T",
        title="Noise on disjoint supports gives the generator a usable gradient",
        asserted="Noise added to two distributions of disjoint supports makes the supports overlap; telling the two "
        "apart becomes difficult for the discriminator, which then has a usable gradient.",
        sources=(
            Source(
                "S1",
                "Reminder: More intuition, first and second item",
                "Since we might have disjoint support, let's introduce random noise […] This will make noisy "
                "supports, that makes it difficult for discriminator to overlap.",
            ),
        ),
        paper=PAPER,
        parts=(
            Part(
                "difficult",
                "Between two parallel lines with noise as wide as their gap, a trained discriminator's "
                "Jensen-Shannon estimate is below 0.95 log 2.",
            ),
            Part(
                "gradient",
                "With that noise the gradient of E log(1 - D(G(z))) in the generated line's place is at least ten "
                "times that without noise.",
                margin=1.0,
            ),
            Part(
                "together",
                "Trained from there, the lines come within a quarter of the gap with that noise and stay three "
                "quarters apart without.",
            ),
            Part(
                "any",
                "As no width is named: such noise is difficult and its gradient ten times larger for each of five "
                "widths from a twentieth of the gap to the gap.",
            ),
            Part(
                "wide",
                "For widths of a quarter of the gap, a half and the gap: difficult, ten times the gradient, and the "
                "lines come together.",
                form="corrected",
            ),
            Part(
                "narrow",
                "For noise of a twentieth of the gap: not difficult, less than ten times the gradient, and the lines "
                "stay apart.",
                form="corrected",
            ),
        ),
        declaration=Declaration(
            measure="Jensen-Shannon estimate and norm of the minimax gradient after 1000 discriminator steps against "
            "a line that stays, and the distance of the lines after 400 steps of gradient descent (rate 0.1) of the "
            "generator, with 2 discriminator steps each",
            direction="estimate below 0.95 log 2; gradient ten times larger; distance below 1/4, without noise above "
            "3/4",
            margin=0.5,
            test="exact (Clopper-Pearson) interval, one-sided 5 % a bound, of the share of trainings in which it is "
            "so, against one half; for the gradient Student's interval of the mean of log10 of its ratio to that of "
            "the same seed without noise, against 0 and 1; invalid where the mean estimate at a width is over 0.04 "
            "nats below the divergence",
            against="an interval below one half, or below 1 for the gradient",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
        ),
        judge="claims.judges.noisy_lines:judge",
        study="bench.toys.noisy_lines:study",
        found=(
            Found(
                "Overlap is not enough: Gaussian noise overlaps at any width, but at a twentieth of the gap the "
                "discriminator still tells the lines apart and leaves no gradient; from a quarter of the gap on it "
                "does. What becomes difficult for the discriminator is to separate, not “to overlap”.",
                {"any": Verdict.CONTRADICTED, "wide": Verdict.SUPPORTED, "narrow": Verdict.SUPPORTED},
            ),
        ),
    ),
)
