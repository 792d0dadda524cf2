"""Every numerical claim: its verdict, on true and on perturbed evidence, and its mathematics a second way."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, stats

from claims.catalogue import CLAIMS
from claims.claim import Evidence
from claims.evaluate import evaluate, run_study
from claims.studies import bakeries, gan_game, peaks, power_iteration, sample_gradients
from claims.studies.transport import by_assignment, by_linear_program
from tests.claims.known import EXPECTED, FIXED, PERTURBED
from tests.claims.known.common import Change

STUDIES = [claim.id for claim in CLAIMS.values() if claim.study and not claim.trains]


@functools.cache
def study(claim_id: str, seed: int = 0) -> pd.DataFrame:
    return run_study(CLAIMS[claim_id], seed)


def verdicts(claim_id: str, frame: pd.DataFrame) -> dict[str, str]:
    """Verdict of each part, and of the claim under its own name."""
    record = evaluate(CLAIMS[claim_id], Evidence(frame, pd.DataFrame(), pd.DataFrame()), "test")
    return {part["part"]: part["verdict"] for part in record["parts"]} | {"claim": record["verdict"]}


def test_every_study_and_every_part_is_known() -> None:
    """Each study has its verdict here, and each part that states the claim a world that changes it."""
    assert set(EXPECTED) == {claim.id for claim in CLAIMS.values() if claim.study}
    changed = {(claim, part) for claim, part, _, _ in PERTURBED}
    assert {
        (claim, part.id) for claim in STUDIES for part in CLAIMS[claim].parts if part.form == "stated"
    } - changed == set()


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("claim_id", STUDIES)
def test_the_verdict_is_the_known_one_for_every_seed(claim_id: str, seed: int) -> None:
    """The claim gets its verdict, and every corrected part holds."""
    found = verdicts(claim_id, study(claim_id, seed))
    assert found["claim"] == EXPECTED[claim_id]
    corrected = [part.id for part in CLAIMS[claim_id].parts if part.form == "corrected"]
    assert {found[part] for part in corrected} <= {"supported"}


@pytest.mark.parametrize("claim_id", STUDIES)
def test_a_study_is_decided_by_its_seed(claim_id: str) -> None:
    """The same seed gives the same rows, another one gives others."""
    pd.testing.assert_frame_equal(study(claim_id), run_study(CLAIMS[claim_id], 0))
    same = study(claim_id).drop(columns="study_seed").equals(study(claim_id, 1).drop(columns="study_seed"))
    assert same == (claim_id in FIXED)
    assert set(study(claim_id, 1)["study_seed"]) == {1}


@pytest.mark.parametrize(("claim_id", "part", "expected", "change"), PERTURBED)
def test_changed_evidence_changes_the_verdict(claim_id: str, part: str, expected: str, change: Change) -> None:
    """A world in which the statement is false, true or undecidable gets the other verdict."""
    assert verdicts(claim_id, study(claim_id))[part] != expected
    assert verdicts(claim_id, change(study(claim_id)))[part] == expected


def test_distances_of_the_peaks_against_quadrature() -> None:
    """One case by numerical integration and by scipy's one-dimensional transport."""
    row = study("js-peaks-saturate").iloc[-1]
    width, first = row["width"], 0.0
    second = abs(row["shift"])

    def density(x: float, start: float) -> float:
        return 0.5 + (0.5 / width if start < x < start + width else 0)

    def integrand(x: float) -> float:
        p, q = density(x, first), density(x, second)
        return (p * math.log(2 * p / (p + q)) + q * math.log(2 * q / (p + q))) / 2

    kinks = [first + width, second, second + width]
    assert row["jensen_shannon"] == pytest.approx(integrate.quad(integrand, 0, 1, points=kinks)[0], rel=1e-6)
    grid = (np.arange(20_000) + 0.5) / 20_000
    weights = [[density(x, start) for x in grid] for start in (first, second)]
    assert row["wasserstein"] == pytest.approx(stats.wasserstein_distance(grid, grid, *weights), abs=1e-4)


def test_peak_constant_at_the_width_where_the_peak_doubles_the_density() -> None:
    """At width 1 the density in the peak is 1 and beside it 1/2: log(4/3) + log(2/3) / 2."""
    assert peaks.peak_constant(1.0) == pytest.approx(math.log(4 / 3) + math.log(2 / 3) / 2)


def test_two_transport_solvers_and_enumeration_agree() -> None:
    """On random 5 x 5 costs the least price over all plans is what both solvers return."""
    rng = np.random.default_rng(0)
    for cost in rng.uniform(size=(5, 5, 5)):
        best = min(cost[range(5), plan].sum() for plan in itertools.permutations(range(5)))
        assert by_assignment(cost)[1] == pytest.approx(best)
        assert by_linear_program(cost)[1] == pytest.approx(best)


def test_the_printed_plan_stands_in_the_matrix() -> None:
    """The printed prices are those of exactly one plan."""
    assert (study("bakeries-optimal-plan")["method"] == "printed").sum() == 1
    assert bakeries.COST.shape == (6, 6) and sum(bakeries.PRINTED_PRICES) == 65


def test_optimal_discriminator_by_a_second_optimiser() -> None:
    """Scipy's bounded search finds the same maximum at a few pairs."""
    for row in study("optimal-discriminator").iloc[:600:97].itertuples():
        p, q = row.p_real, row.p_fake
        other = optimize.minimize_scalar(
            lambda d, p=p, q=q: -(p * math.log(d) + q * math.log1p(-d)) / (p + q),
            bounds=(1e-12, 1 - 1e-12), method="bounded", options={"xatol": 1e-10},
        )  # fmt: skip
        assert other.x == pytest.approx(row.found, abs=1e-5)


def test_gan_value_of_disjoint_supports_is_zero() -> None:
    """A perfect discriminator reaches the supremum 0, where JS is log 2."""
    rows = study("gan-value-at-optimum")
    apart = rows[rows["family"] == "disjoint"]
    assert apart["value"].abs().max() < 1e-12
    assert apart["jensen_shannon"].to_numpy() == pytest.approx(math.log(2))


def test_softplus_against_its_definition() -> None:
    """At moderate arguments log(1 + exp(x)) can be taken literally."""
    x = np.linspace(-5, 5, 11)
    assert gan_game.softplus(x) == pytest.approx(np.log(1 + np.exp(x)))


def test_power_iteration_bound_holds_with_equality_for_two_equal_entries() -> None:
    """A diagonal 2 x 2 matrix from the diagonal: after one step v = (s1, s2) / norm, by hand."""
    s1, s2 = 2.0, 1.0
    estimate = math.sqrt((s1**4 + s2**4) / (s1**2 + s2**2))
    rows = pd.DataFrame({"largest": [s1], "second": [s2], "steps": [1], "start_tangent": [1.0]})
    bound = float(power_iteration.error_bound(rows).iloc[0])
    assert bound == pytest.approx((s2 / s1) ** 2)
    assert 0 < 1 - (estimate / s1) ** 2 <= bound


def test_no_seed_misses_the_biased_region_of_the_coin() -> None:
    """In every interval between the means and the target there is a theta, so the largest bias is the same."""
    for seed in range(200):
        rng = np.random.default_rng(seed)
        for target, m in itertools.product(sample_gradients.TARGETS, sample_gradients.BATCH_SIZES):
            thetas = sample_gradients.off_the_atoms(rng, target, m)
            places = np.searchsorted(np.unique([*(np.arange(m + 1) / m), target]), thetas)
            assert len(set(places)) >= m
            below = thetas[thetas < target].max()
            assert abs(sample_gradients.wasserstein_bias(target, m, below)) > 0.1


@pytest.mark.parametrize("theta", [0.3, 0.55, 0.65, 0.95])
def test_bernoulli_bias_by_enumerating_every_minibatch(theta: float) -> None:
    """Five coins: the 32 minibatches by hand against the closed form."""
    target, m = 0.6, 5
    expected = sum(
        math.prod(target if coin else 1 - target for coin in coins) * np.sign(theta - sum(coins) / m)
        for coins in itertools.product((0, 1), repeat=m)
    )
    assert expected - np.sign(theta - target) == pytest.approx(sample_gradients.wasserstein_bias(target, m, theta))


def test_single_coin_sends_the_wasserstein_loss_to_the_end() -> None:
    """With m = 1 the gradient is 1 - 2 p everywhere, so the minimum lies at 1 for p = 0.6."""
    rows = study("wasserstein-bernoulli-bias")
    one = rows[(rows["m"] == 1) & (rows["target"] == 0.6)]
    assert one.loc[one["kind"] == "gradient", "expected"].to_numpy() == pytest.approx(-0.2)
    assert one.loc[one["kind"] == "minimiser", "theta"].item() == 1


@pytest.mark.parametrize("dimension", [1, 2, 8])
def test_slope_of_the_energy_distance_of_gaussians(dimension: int) -> None:
    """The closed form against a central difference of E|X - Y| by one-dimensional quadrature."""
    length, step = 1.3, 1e-4

    def mean_norm(shift: float) -> float:
        squared = stats.ncx2(dimension, shift**2 / 2)
        return integrate.quad(lambda r: math.sqrt(2 * r) * squared.pdf(r), 0, 200, points=[1, 10, 50], limit=400)[0]

    slope = 2 * (mean_norm(length + step) - mean_norm(length - step)) / (2 * step)
    assert sample_gradients.gaussian_energy_slope(length, dimension) == pytest.approx(slope, rel=1e-3)
