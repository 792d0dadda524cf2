"""The chance that the next look decides: against closed forms, and against looks that are simulated and judged."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from claims.claim import Claim, Evidence, Verdict
from claims.design import Question
from claims.evaluate import evaluate, judge
from claims.families import corrected
from claims.judges import questions
from claims.judging import DECIDED
from claims.looks import FIRST, Look
from claims.resolving_chance import Levels, chance, prospect, samples
from claims.statistics import Sample, interval
from tests.claims import resolving_worlds
from tests.claims.resolving_worlds import BETTER, SCALE, Values, normal

LOWER = Question("log_quality", "toy-gan", "below")
LOWER_TOO = Question("log_quality", "toy-lsgan", "below")
TRAINS = Question("trains", "toy-gan", "at least")
PAIRS = Question("trains", "toy-gan - toy-lsgan", "at least")
WORLDS = 100


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def evidence_of(values: Values) -> Evidence:
    runs, scores = resolving_worlds.frames(values)
    return Evidence(runs.head(0), scores, runs)


def decides(sample: Sample, rule: str, margin: float, *, n: int, alpha: float, worlds: int = 4000) -> float:
    """The chance that the rule decides with so many seeds, one way or the other."""
    levels = Levels(alpha, alpha, alpha)
    return sum(prospect(sample, rule, margin, n_next=n, levels=levels, rng=rng(8), worlds=worlds))


def test_samples_are_those_that_the_judge_decided_on() -> None:
    """The interval of each sample is the one in the finding, for a difference, a mean and a share."""
    claim = resolving_worlds.claim("three", BETTER, LOWER, TRAINS, margin=0.5)
    evidence = evidence_of(normal(rng(), 0.5, 12) + 1)
    for part, finding in zip(claim.parts, judge(claim, evidence), strict=True):
        _, found = samples(claim, part, evidence)
        (sample,) = found.values()
        assert interval(sample, claim.declaration.alpha) == (finding.effect, finding.low, finding.high)
        assert len(sample.values) == finding.n == 12


def test_a_claim_is_decided_when_all_parts_hold_or_one_is_contradicted() -> None:
    """Each at the level of the next look, a contradiction at half of it for two parts; corrected parts do not count."""
    claim = resolving_worlds.claim("two-parts", BETTER, LOWER)
    spare = dataclasses.replace(claim.parts[0], id="spare", form="corrected")
    claim = dataclasses.replace(claim, parts=(*claim.parts, spare))
    evidence, draws, found = evidence_of(normal(rng(), 0.6, 10)), rng(1), []
    for part in claim.parts[:2]:
        ask, (sample,) = (both := samples(claim, part, evidence))[0], both[1].values()
        levels = Levels(0.005, 0.005, 0.0025)
        found.append(prospect(sample, ask.question.rule, ask.margin, n_next=20, levels=levels, rng=draws))
    (first, second) = found
    expected = first.holds * second.holds + 1 - (1 - first.fails) * (1 - second.fails)
    assert 0 < expected < 1
    assert chance(claim, evidence, factor=2, look=Look(2, 0.1), rng=rng(1)) == pytest.approx(expected, rel=1e-12)


def test_pairs_that_never_differ_will_not_decide() -> None:
    """Where no seed tells two arms apart, more seeds of the kind leave nothing to count."""
    claim = resolving_worlds.claim("pairs", PAIRS, margin=0.5)
    assert chance(claim, evidence_of(np.zeros((2, 10))), factor=2, look=FIRST, rng=rng()) == 0


def test_one_part_can_contradict_a_claim_whose_other_part_never_decides() -> None:
    """Pairs that never differ leave the claim without support, and not without an end."""
    alone, both = (resolving_worlds.claim("x", *asked, margin=0.5) for asked in ((BETTER,), (BETTER, PAIRS)))
    evidence = evidence_of(normal(rng(), -2.0, 5) + 5)
    found = [chance(claim, evidence, factor=2, look=FIRST, rng=rng()) for claim in (alone, both)]
    assert found[0] > found[1] > 0.7


@pytest.mark.parametrize(
    ("asked", "means"),
    [
        ((LOWER, PAIRS), (6.15, 5.5)),
        ((LOWER, LOWER_TOO), (4.7, 4.7)),
        ((LOWER, LOWER_TOO), (6.1, 5.9)),
        ((Question("log_quality", ("toy-gan", "toy-lsgan"), "below", "any"),), (5.05, 5.0)),
        ((Question("log_quality", ("toy-gan", "toy-lsgan"), "below"),), (6.2, 5.6)),
    ],
    ids=["one part never decides", "both hold", "one is contradicted", "any", "each"],
)
def test_the_chance_is_how_often_simulated_looks_decide(
    asked: tuple[Question, ...], means: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeds to come of two arms are drawn, judged at the second look, and corrected: so often it is decided."""
    for name in ("_alternatives", "_fragile", "_compared", "gate"):
        monkeypatch.setattr(questions, name, lambda *_: ())
    claim, look = resolving_worlds.claim("simulated", *asked, margin=5.5), Look(2, 0.2)
    so_far = np.array([[-1.2, -0.6, 0.0, 0.6, 1.2], [0.6, -1.2, 1.2, -0.6, 0.0]]) * 0.5 + np.array(means)[:, None]
    expected, draws = chance(claim, evidence_of(so_far), factor=2, look=look, rng=rng()), rng(3)
    decided = np.mean([_decided(claim, np.hstack([so_far, _to_come(so_far, draws)]), look) for _ in range(WORLDS)])
    # Three standard errors of a share of so many worlds.
    assert 0.2 < expected < 0.9 and decided == pytest.approx(expected, abs=1.5 / WORLDS**0.5)


def _to_come(so_far: Values, draws: np.random.Generator) -> Values:
    """As many seeds again: their mean and every one of them lies about the mean so far as Student's t says."""
    n = so_far.shape[1]
    sigma = so_far.std(axis=1, ddof=1) / np.sqrt(draws.gamma((n - 1) / 2, 2 / (n - 1), len(so_far)))
    return draws.normal(draws.normal(so_far.mean(axis=1), sigma / np.sqrt(n)), sigma, (n, len(so_far))).T


def _decided(claim: Claim, values: Values, look: Look) -> bool:
    verdict, _ = corrected([evaluate(claim, evidence_of(values), SCALE, look=look)])[claim.id]
    return Verdict(verdict) in DECIDED


def test_the_chance_of_deciding_a_share_is_the_beta_binomial() -> None:
    """Five of six so far, ten in all at 0.05: "at least 0.5" takes nine, hence four of four; its contrary is out."""
    sample = Sample("share", (1.0,) * 5 + (0.0,))
    found = decides(sample, "at least", 0.5, n=10, alpha=0.05, worlds=20_000)
    assert found == pytest.approx(stats.betabinom.pmf(4, 4, 5.5, 1.5), abs=0.01)


def test_the_chance_of_deciding_a_mean_follows_its_predictive_distribution() -> None:
    """One value more is Student's t about the mean, with the spread of a new value and of the mean."""
    values = (0.9, 1.3, 0.2, 0.8, 1.6)
    sample = Sample("mean", values)
    found = decides(sample, "at least", 0.0, n=6, alpha=0.005, worlds=20_000)
    scale = np.std(values, ddof=1) * np.sqrt(1 + 1 / 5)
    new = stats.t.rvs(4, loc=np.mean(values), scale=scale, size=20_000, random_state=rng(8))
    extended = np.column_stack([np.tile(values, (len(new), 1)), new])
    decided = stats.ttest_1samp(extended, 0, axis=1, alternative="greater").pvalue <= 0.005
    assert 0.1 < found < 0.9 and found == pytest.approx(np.mean(decided), abs=0.015)


def test_a_clear_effect_is_likely_to_be_resolved_and_an_absent_one_is_not() -> None:
    """Seeds far from the edge decide soon; a mean right between the edges has no prospect at twice the seeds."""
    spread = np.linspace(-1, 1, 10)
    clear, edge = (
        decides(Sample("mean", tuple(spread + centre)), "greater", 0.4, n=20, alpha=0.005) for centre in (0.9, 0.2)
    )
    assert clear > 0.9 > 0.3 > edge


def test_the_chance_of_deciding_after_very_many_seeds() -> None:
    """With very many seeds the mean of all is normal about the one so far, which gives the chance in closed form."""
    sample = Sample("mean", tuple(np.tile([-1.0, 2.0], 500)))
    found = decides(sample, "at least", 0.45, n=1600, alpha=0.05, worlds=2000)
    mean_of_all = stats.norm(0.5, 600 / 1600 * 1.5 * np.sqrt(1 / 1000 + 1 / 600))
    half = stats.norm.ppf(0.95) * 1.5 / np.sqrt(1600)
    expected = mean_of_all.sf(0.45 + half) + mean_of_all.cdf(0.45 - half)
    assert found == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(("least_spread", "expected"), [(0.0, 1.0), (0.3, 0.0)])
def test_the_least_spread_counts_for_the_seeds_so_far_and_to_come(least_spread: float, expected: float) -> None:
    """Equal values decide for certain, unless the scale is too coarse for one seed more to decide anything."""
    sample = Sample("mean", (0.1,) * 5, least_spread)
    found = decides(sample, "at least", 0.05, n=6, alpha=1e-6)
    assert found == pytest.approx(expected, abs=0.01)


def test_predicted_seeds_are_spread_at_least_as_the_scale_is() -> None:
    """Equal values on a coarse scale predict as values of that spread do: Student's t about their mean."""
    sample = Sample("mean", (0.0,) * 5, 1.0)
    found = decides(sample, "at least", 0.0, n=105, alpha=0.05)
    # The mean of all 105 has the predictive scale below; its own interval is that of the spread drawn with it.
    generator = rng(8)
    sigma = np.sqrt(4 / generator.chisquare(4, 20_000))
    ratio = 100 / 105 * generator.normal(0, np.sqrt(1 / 5 + 1 / 100), 20_000)
    assert found == pytest.approx(np.mean(np.abs(ratio * sigma) > 1.66 * np.maximum(sigma, 1) / np.sqrt(105)), abs=0.03)


def test_the_next_look_has_more_seeds() -> None:
    """Looking at the same seeds again at a smaller level cannot resolve anything."""
    with pytest.raises(ValueError, match="more than the 2 seeds so far, got 2"):
        decides(Sample("mean", (1.0, 2.0)), "greater", 0.4, n=2, alpha=0.005)


def test_one_seed_says_nothing_of_the_next() -> None:
    """A mean needs a spread to predict from."""
    with pytest.raises(ValueError, match="at least 2 values, got 1"):
        decides(Sample("mean", (1.0,)), "greater", 0.4, n=5, alpha=0.005)
