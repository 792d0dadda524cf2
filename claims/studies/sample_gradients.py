"""Is the gradient of a distance, averaged over minibatches, the gradient of the distance?

The target distribution P is seen through m samples; the model Q has the
parameters the gradient is taken in. Expectations are exact sums over all
minibatches wherever these can be enumerated.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import special, stats

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity, invalid
from claims.statistics import decide_within, proportion_interval, t_interval
from claims.studies.coin_descent import N_PATHS, cramer_means, cramer_paths, wasserstein_paths

TARGETS = (0.6, 0.9)
"""Bernoulli parameters of the target in S1's figure."""

BATCH_SIZES = (1, 2, 3, 5, 10, 20, 50, 100)
N_THETAS = 15
N_BATCHES = 4000
N_GAUSSIAN_SAMPLES = 20_000
GATE_ALPHA = 1e-6
DIMENSIONS = (2, 8, 32)


def bernoulli_wasserstein_study(rng: np.random.Generator) -> pd.DataFrame:
    """Gradients and minimisers of the expected sample Wasserstein loss E|mean of m draws - theta|, and descent on it.

    Returns:
        Rows of kind "gradient": `target`, `m`, `theta`, `expected` (exact),
        `sampled` (mean over 4000 minibatches), `true`; of kind "minimiser":
        `target`, `m`, `theta` (where the expected sample loss is least; the gradients are 0);
        and of kind "path", with `target` and `m`: see `wasserstein_paths`.
    """
    rows = []
    for target, m in itertools.product(TARGETS, BATCH_SIZES):
        chances, means = count_chances(target, m), np.arange(m + 1) / m
        drawn = rng.binomial(m, target, N_BATCHES) / m
        for theta in off_the_atoms(rng, target, m):
            expected = float(chances @ np.sign(theta - means))
            sampled = float(np.sign(theta - drawn).mean())
            rows.append(("gradient", target, m, theta, expected, sampled, float(np.sign(theta - target))))
        losses = np.abs(means[:, None] - means[None, :]) @ chances
        rows.append(("minimiser", target, m, float(means[losses.argmin()]), 0.0, 0.0, 0.0))
    cells = itertools.product(TARGETS, BATCH_SIZES)
    paths = [row for cell in cells for row in wasserstein_paths(rng, *cell, chances=count_chances(*cell))]
    still = pd.DataFrame(rows, columns=["kind", "target", "m", "theta", "expected", "sampled", "true"])
    return pd.concat([still, pd.DataFrame(paths)], ignore_index=True)


def judge_bernoulli_wasserstein(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the bias, where it leads, its closed form, and how it shrinks with the minibatch."""
    rows = evidence.study
    gradients = rows[rows["kind"] == "gradient"]
    paths = rows[rows["kind"] == "path"]
    outside, cells = _disagreements(gradients) + _off_their_mean(paths), len(gradients) + len(paths)
    if outside:
        reason = f"Simulation and exact expectation disagree in {outside} of {cells} cells."
        return [invalid(part.id, reason, cells) for part in claim.parts]
    bias = gradients["expected"] - gradients["true"]
    largest = bias.abs().groupby([gradients["target"], gradients["m"]]).max()
    closed = [wasserstein_bias(*cell) for cell in gradients[["target", "m", "theta"]].itertuples(index=False)]
    ends = rows[rows["kind"] == "minimiser"]
    gap = (ends["theta"] - ends["target"]).abs()
    worst = ends.loc[gap.groupby(ends["target"]).idxmax()]
    told = "; ".join(f"at {r.target:g} with m = {r.m} it is {r.theta:g}" for r in worst.itertuples())
    return [
        exceeds(claim, "biased", largest, name="largest bias over theta, least over targets and m"),
        exceeds(
            claim,
            "wrong-minimiser",
            gap.groupby(ends["target"]).max(),
            name="largest distance of the minimiser over m, least over targets",
            note=f"The minimiser of the expected sample loss: {told}.",
        ),
        *_descent_findings(claim, paths, ends),
        identity(claim, "closed-form", (bias - closed).abs(), name="worst error of the closed form"),
        exceeds(claim, "small-batches", math.log(2) / ends["m"] - gap, name="least room to the bound log(2) / m"),
    ]


def _descent_findings(claim: Claim, paths: pd.DataFrame, minima: pd.DataFrame) -> list[Finding]:
    """Where descent along expected, sampled and true gradients ends."""
    last = paths[paths["step"] == paths["step"].max()].set_index(["target", "m"])
    targets = last.index.get_level_values("target")
    gaps = last[["theta", "expected", "true"]].sub(targets, axis=0).abs()
    most = gaps.groupby(level="target").max()
    told = "; ".join(
        f"towards {target:g} with m = {m} at {last.loc[(target, m), 'theta']:.3g}"
        for target, m in gaps["theta"].groupby(level="target").idxmax()
    )
    away = (last["theta"] - minima.set_index(["target", "m"])["theta"]).abs()
    name = "largest distance over m, least over targets"
    return [
        exceeds(
            claim, "descent", most["theta"], name=name, note=f"Along the expected sample gradient it ends: {told}."
        ),
        exceeds(claim, "stochastic", most["expected"], name=name),
        identity(claim, "true-descent", gaps["true"], name="largest distance"),
        identity(claim, "descent-ends", away, name="largest distance from the minimum of the expected sample loss"),
    ]


def count_chances(p: float, m: int) -> np.ndarray:
    """Chances of 0, ..., m successes in m draws, by adding one draw at a time."""
    chances = np.ones(1)
    for _ in range(m):
        chances = np.convolve(chances, [1 - p, p])
    return chances


def wasserstein_bias(target: float, m: int, theta: float) -> float:
    """Expected sample gradient minus true gradient of W1 between Bernoulli distributions, off the atoms."""
    count = stats.binom(m, target)
    return float(2 * count.cdf(math.floor(theta * m)) if theta < target else -2 * count.sf(math.floor(theta * m)))


def cramer_study(rng: np.random.Generator) -> pd.DataFrame:
    """Sample gradients of the Cramér and energy distances against the true gradients.

    Returns:
        One row per gradient coordinate: `kind` ("bernoulli", "discrete",
        "gaussian", "both-v", "both-u"), `dimension`, `m`, `expected`, `low`,
        `high` (interval where sampled), `true`. The same columns for theta of a coin after descent:
        kind "descent", the exact mean after five steps, and "path", simulated, with `target` and `step`.
    """
    rows = [*_bernoulli_rows(rng), *_discrete_rows(rng), *_gaussian_rows(rng), *_descent_rows(rng)]
    still = pd.DataFrame(rows, columns=["kind", "dimension", "m", "expected", "low", "high", "true"])
    columns = ["kind", "target", "m", "step", "expected", "low", "high", "true"]
    paths = [("path", target, m, *row) for target in TARGETS for m in (1, 10) for row in cramer_paths(rng, target, m)]
    return pd.concat([still, pd.DataFrame(paths, columns=columns)], ignore_index=True)


def judge_cramer(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests unbiasedness in one dimension and in more, and with a model that is sampled too."""
    rows = evidence.study.assign(error=(evidence.study["expected"] - evidence.study["true"]).abs())
    names = ("bernoulli", "discrete", "gaussian", "descent", "both-v", "both-u")
    kinds = {kind: rows[rows["kind"] == kind] for kind in names}
    name = "worst bias of the expected sample gradient"
    plug_in = kinds["both-v"]["error"]
    return [
        identity(claim, "bernoulli", kinds["bernoulli"]["error"], name=name),
        identity(claim, "discrete", kinds["discrete"]["error"], name=name),
        _gaussian_finding(claim, kinds["gaussian"]),
        identity(claim, "descent", kinds["descent"]["error"], name="worst distance of the mean from the true path"),
        identity(claim, "sampled-model", kinds["both-u"]["error"], name=name),
        exceeds(claim, "plug-in", plug_in, name="least bias of the plug-in form"),
    ]


def off_the_atoms(rng: np.random.Generator, target: float, m: int) -> np.ndarray:
    """One random value in every interval on which the bias is constant, then more in intervals drawn at random.

    The bias jumps at the attainable means k / m and at the target, so no interval can be missed by chance.
    """
    ends = np.unique(np.round([*(np.arange(m + 1) / m), target], 12))
    places = np.concatenate([np.arange(len(ends) - 1), rng.integers(0, len(ends) - 1, N_THETAS)])
    return ends[places] + rng.uniform(0.1, 0.9, len(places)) * np.diff(ends)[places]


def _disagreements(gradients: pd.DataFrame) -> int:
    """Counts cells whose simulated gradient excludes the exact one at an error level of one in a million."""
    outside = 0
    for expected, sampled in zip(gradients["expected"], gradients["sampled"], strict=True):
        low, high = proportion_interval(round((sampled + 1) / 2 * N_BATCHES), N_BATCHES, GATE_ALPHA)
        outside += not 2 * low - 1 - 1e-9 <= expected <= 2 * high - 1 + 1e-9
    return outside


def _off_their_mean(paths: pd.DataFrame) -> int:
    """Counts steps at which the simulated descents' mean is further from the exact one than one time in a million."""
    most = stats.norm.isf(GATE_ALPHA / 2) * paths["spread"] / math.sqrt(N_PATHS) + 1e-9
    return int(((paths["sampled"] - paths["expected"]).abs() > most).sum())


Row = tuple[str, int, int, float, float, float, float]


def _bernoulli_rows(rng: np.random.Generator) -> Iterable[Row]:
    """Squared Cramér distance of Bernoulli distributions: (theta - target)^2."""
    for target, m in itertools.product(TARGETS, BATCH_SIZES):
        for theta in rng.uniform(size=N_THETAS):
            expected = float(count_chances(target, m) @ (2 * (theta - np.arange(m + 1) / m)))
            yield "bernoulli", 1, m, expected, expected, expected, 2 * (theta - target)


def _descent_rows(rng: np.random.Generator) -> Iterable[Row]:
    """Where five steps on the squared Cramér loss lead on average, from random places at random rates."""
    for target, m, _ in itertools.product(TARGETS, (1, 2, 3), range(N_THETAS)):
        start, rate = rng.uniform(), rng.uniform(0.01, 0.5)
        mean, true = cramer_means(target, start, rate, chances=count_chances(target, m))
        yield "descent", 1, m, mean, mean, mean, true


def _discrete_rows(rng: np.random.Generator) -> Iterable[Row]:
    """Energy distance of random atoms; the model is shifted and scaled atoms, known or sampled."""
    for dimension, m in itertools.product((1, *DIMENSIONS), (1, 2, 3, 5)):
        real, fake = _Atoms.draw(rng, 4, dimension), _Atoms.draw(rng, 3, dimension)
        shift, scale = rng.normal(size=dimension), math.exp(rng.normal())
        true = _numeric_gradient(real, fake, shift, scale)
        known = _expected_gradient(real, fake, (shift, scale), m, "known")
        for value, wanted in zip(known, true, strict=True):
            yield "discrete", dimension, m, value, value, value, wanted
        for form in ("both-v", "both-u"):
            if m > 1:
                value = float(_expected_gradient(real, fake, (shift, scale), m, form)[-1])
                yield form, dimension, m, value, value, value, float(true[-1])


class _Atoms:
    """A discrete distribution: points (k, dimension) with weights (k,)."""

    def __init__(self, points: np.ndarray, weights: np.ndarray) -> None:
        self.points, self.weights = points, weights

    @classmethod
    def draw(cls, rng: np.random.Generator, k: int, dimension: int) -> _Atoms:
        return cls(rng.normal(size=(k, dimension)), rng.dirichlet(np.full(k, 3.0)))

    def minibatches(self, m: int) -> tuple[np.ndarray, np.ndarray]:
        """Every minibatch of m draws as shares of the atoms, with its probability."""
        k = len(self.weights)
        batches = np.array(list(itertools.product(range(k), repeat=m)))
        shares = np.stack([(batches == atom).sum(axis=1) for atom in range(k)], axis=1) / m
        return shares, self.weights[batches].prod(axis=1)


def _energy(real: _Atoms, fake: _Atoms, shift: np.ndarray, scale: float) -> float:
    moved = shift + scale * fake.points

    def between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.linalg.norm(a[:, None] - b[None, :], axis=2)

    cross = real.weights @ between(real.points, moved) @ fake.weights
    within = real.weights @ between(real.points, real.points) @ real.weights
    return float(2 * cross - within - fake.weights @ between(moved, moved) @ fake.weights)


def _numeric_gradient(real: _Atoms, fake: _Atoms, shift: np.ndarray, scale: float, step: float = 1e-5) -> np.ndarray:
    """Central differences of the exact energy distance in shift and scale."""
    moves = step * np.eye(len(shift) + 1)

    def at(move: np.ndarray) -> float:
        return _energy(real, fake, shift + move[:-1], scale + move[-1])

    return np.array([(at(move) - at(-move)) / (2 * step) for move in moves])


def _expected_gradient(
    real: _Atoms, fake: _Atoms, parameters: tuple[np.ndarray, float], m: int, form: str
) -> np.ndarray:
    """Expectation over all minibatches of the gradient of the sample energy distance.

    Args:
        real, fake: target and model atoms.
        parameters: shift and scale of the model.
        m: minibatch size.
        form: "known" (the model enters exactly), "both-v" (it is sampled, pairs of a
            sample with itself counted) or "both-u" (not counted).
    """
    shift, scale = parameters
    gaps = shift + scale * fake.points[None, :] - real.points[:, None]
    units = gaps / np.linalg.norm(gaps, axis=2, keepdims=True)
    cross = np.concatenate([units, (units * fake.points[None]).sum(axis=2, keepdims=True)], axis=2)
    within = np.zeros((len(fake.weights), len(fake.weights), len(shift) + 1))
    within[:, :, -1] = np.linalg.norm(fake.points[:, None] - fake.points[None], axis=2)
    shares, chances = real.minibatches(m)
    models, weights = (fake.weights[None], np.ones(1)) if form == "known" else fake.minibatches(m)
    crossed = np.einsum("a,ai,ijd,bj,b->d", chances, shares, cross, models, weights, optimize=True)
    selves = np.einsum("b,bi,ijd,bj->d", weights, models, within, models, optimize=True)
    return 2 * crossed - selves * (m / (m - 1) if form == "both-u" else 1.0)


def _gaussian_rows(rng: np.random.Generator) -> Iterable[Row]:
    """Energy distance of N(0, I) and N(shift, I), both sampled; gradient along the shift."""
    for dimension, m in itertools.product(DIMENSIONS, (1, 4)):
        length = float(rng.uniform(1, 3))
        real, fake = rng.standard_normal((2, N_GAUSSIAN_SAMPLES // m, m, dimension))
        gaps = fake[:, :, None] - real[:, None, :]
        gaps[..., 0] += length
        sampled = (2 * gaps[..., 0] / np.linalg.norm(gaps, axis=-1)).mean(axis=(1, 2))
        mean, low, high = t_interval(sampled, 0.05)
        yield "gaussian", dimension, m, mean, low, high, gaussian_energy_slope(length, dimension)


def gaussian_energy_slope(length: float, dimension: int) -> float:
    """Derivative in `length` of the energy distance of N(0, I) and N(shift, I) with that length of shift.

    E|X - Y| = 2 G((d+1)/2) / G(d/2) 1F1(-1/2; d/2; -length^2 / 4), G the gamma function.
    """
    ratio = math.exp(special.gammaln((dimension + 1) / 2) - special.gammaln(dimension / 2))
    return float(2 * length / dimension * ratio * special.hyp1f1(0.5, dimension / 2 + 1, -(length**2) / 4))


def _gaussian_finding(claim: Claim, rows: pd.DataFrame) -> Finding:
    """Equivalence in every cell: relative bias within the margin; shows the least certain one."""
    relative = rows[["expected", "low", "high"]].sub(rows["true"], axis=0).div(rows["true"], axis=0)
    bounds = relative[["low", "high"]].to_numpy()
    verdicts = [decide_within(low, high, claim.margin("gaussian")) for low, high in bounds]
    order = ("contradicted", "inconclusive", "supported")
    verdict = min(verdicts, key=lambda found: order.index(found.value))
    shown = relative.loc[relative[["low", "high"]].abs().max(axis=1).idxmax()].map(float)
    name = "relative bias in the least certain cell"
    return Finding("gaussian", verdict, shown["expected"], name, shown["low"], shown["high"], len(rows))
