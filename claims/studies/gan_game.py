"""The value of the GAN game: its optimal discriminator, its optimum, its generator costs."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.divergences import jensen_shannon, kullback_leibler
from claims.studies.search import maximise

N_RIVALS = 200
LEAST_RATIO = 1e-8
"""Of two positive densities; nearer to 0, D* and 1 - D* cannot both be told apart from 1 by a search."""


def discriminator_study(rng: np.random.Generator) -> pd.DataFrame:
    """Maximises p_r log D + p_g log(1 - D) over D without derivatives, at many pairs of densities.

    Returns:
        One row per pair: `p_real`, `p_fake`, `found` (maximiser with the natural
        logarithm), `found_base10`, `gain` (most that any of 200 random D does
        better than the formula, relative to p_r + p_g).
    """
    p_real, p_fake = _density_pairs(rng)
    formula = p_real / (p_real + p_fake)
    best = _value(p_real, p_fake, formula)
    ends = np.zeros_like(p_real), np.ones_like(p_real)
    rivals = np.stack([_value(p_real, p_fake, rng.uniform(size=p_real.shape)) for _ in range(N_RIVALS)])
    return pd.DataFrame(
        {
            "p_real": p_real,
            "p_fake": p_fake,
            "found": maximise(lambda d: _value(p_real, p_fake, d), *ends),
            "found_base10": maximise(lambda d: _value(p_real, p_fake, d) / math.log(10), *ends),
            "gain": (rivals.max(axis=0) - best) / (p_real + p_fake),
        }
    )


def judge_discriminator(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the formula with the maximiser found, with rivals, and under base-10 logarithms."""
    rows = evidence.study
    formula = rows["p_real"] / (rows["p_real"] + rows["p_fake"])
    name = "worst distance from the maximiser found"
    return [
        identity(claim, "pointwise", (rows["found"] - formula).abs(), name=name),
        identity(claim, "no-rival", rows["gain"].clip(lower=0), name="most that another value of D gains"),
        identity(claim, "log-base", (rows["found_base10"] - formula).abs(), name=name),
    ]


def value_study(rng: np.random.Generator) -> pd.DataFrame:
    """Evaluates the game at D* and every printed form of its value, on random distributions.

    Returns:
        One row per pair: `family` ("spread", "peaked", "disjoint", "equal"),
        `value` = L(G, D*), `kl_sum`, `jensen_shannon`, `log_dropped` and
        `log_dropped_later` (the printed second and third lines, whose second
        expectation has no logarithm).
    """
    rows = []
    for _ in range(100):
        size = int(rng.integers(2, 50))
        for family, (p, q) in _distribution_pairs(rng, size).items():
            rows.append((family, *_printed_forms(p, q)))
    return pd.DataFrame(
        rows, columns=["family", "value", "kl_sum", "jensen_shannon", "log_dropped", "log_dropped_later"]
    )


def judge_value(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests each printed form against the value of the game at D*."""
    rows = evidence.study
    excess = rows["value"] + math.log(4)
    equal = rows["family"] == "equal"
    optimum = pd.concat([excess[equal].abs(), (-excess[~equal]).clip(lower=0)])
    at = excess.idxmax()
    name = "worst error (nats)"
    ratio = excess[~equal] / rows.loc[~equal, "jensen_shannon"]
    return [
        identity(
            claim,
            "as-js",
            (excess - rows["jensen_shannon"]).abs(),
            name=name,
            note=f"For distributions with JS = {rows.loc[at, 'jensen_shannon']:.3f} the value exceeds -log 4 by "
            f"{excess[at]:.3f}; the median ratio is {ratio.median():.3g}.",
        ),
        identity(claim, "printed-line", (rows["log_dropped"] - rows["value"]).abs(), name=name),
        identity(claim, "printed-line-3", (rows["log_dropped_later"] - rows["value"]).abs(), name=name),
        identity(claim, "kl-sum", (excess - rows["kl_sum"]).abs(), name=name),
        identity(claim, "optimum", optimum, name=name),
        identity(claim, "twice-js", (excess - 2 * rows["jensen_shannon"]).abs(), name=name),
    ]


def softplus_study(rng: np.random.Generator) -> pd.DataFrame:
    """Evaluates the generator's costs over discriminator logits of every size.

    Returns:
        One row per logit: `logit`, `difference` = softplus(x) - softplus(-x),
        `minimax` = log(1 - D), `non_saturating` = -log D, `wgan` = -x.
    """
    logits = np.concatenate([rng.normal(0, 3, 400), rng.uniform(-30, 30, 400), rng.uniform(-700, 700, 200), [0.0]])
    return pd.DataFrame(
        {
            "logit": logits,
            "difference": softplus(logits) - softplus(-logits),
            "minimax": -softplus(logits),
            "non_saturating": softplus(-logits),
            "wgan": -logits,
        }
    )


def judge_softplus(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the identity, that the average is a positive multiple of the WGAN cost, and that the sum is the cost."""
    rows = evidence.study
    size = np.maximum(rows["logit"].abs(), 1)
    total = rows["minimax"] + rows["non_saturating"]
    big = rows["wgan"].abs() > 1
    factor = (total[big] / 2 / rows.loc[big, "wgan"]).median()
    unlike = (total / 2 / factor - rows["wgan"]).abs() / size if factor > 0 else size.mask(size > 0, np.inf)
    note = f"The average of the two costs is {factor:.3g} times the WGAN cost."
    name = "worst error relative to max(1, |x|)"
    return [
        identity(claim, "identity", (rows["difference"] - rows["logit"]).abs() / size, name=name),
        identity(claim, "average", unlike, name=name, note=note),
        identity(claim, "sum", (total - rows["wgan"]).abs() / size, name=name),
    ]


def softplus(x: np.ndarray) -> np.ndarray:
    """log(1 + exp(x)) without overflow."""
    return np.logaddexp(0.0, x)


def _density_pairs(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Densities of random Gaussian mixtures at random points, probabilities, and one-sided points."""
    points = rng.normal(0, 3, 300)
    mixtures = []
    for _ in range(2):
        means, scales, weights = rng.normal(0, 2, 3), rng.uniform(0.5, 2, 3), rng.dirichlet(np.ones(3))
        bells = np.exp(-(((points[:, None] - means) / scales) ** 2) / 2) / (scales * math.sqrt(2 * math.pi))
        mixtures.append(bells @ weights)
    p = np.concatenate([mixtures[0], rng.dirichlet(np.ones(300)), rng.uniform(0.1, 2, 50), np.zeros(50)])
    q = np.concatenate([mixtures[1], rng.dirichlet(np.ones(300)), np.zeros(50), rng.uniform(0.1, 2, 50)])
    keep = (np.minimum(p, q) == 0) | (np.minimum(p, q) > LEAST_RATIO * np.maximum(p, q))
    return p[keep], q[keep]


def _value(p: np.ndarray, q: np.ndarray, d: np.ndarray) -> np.ndarray:
    """p log d + q log(1 - d), with 0 log 0 = 0."""
    with np.errstate(divide="ignore"):
        real = np.multiply(p, np.log(d), out=np.zeros_like(p), where=p > 0)
        fake = np.multiply(q, np.log1p(-d), out=np.zeros_like(q), where=q > 0)
    return real + fake


def _distribution_pairs(rng: np.random.Generator, size: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    p = rng.dirichlet(np.ones(size))
    nothing = np.zeros(size)
    return {
        "spread": (p, rng.dirichlet(np.ones(size))),
        "peaked": (_peaked(rng, size), _peaked(rng, size)),
        "disjoint": (np.concatenate([p, nothing]), np.concatenate([nothing, rng.dirichlet(np.ones(size))])),
        "equal": (p, p),
    }


def _peaked(rng: np.random.Generator, size: int) -> np.ndarray:
    """A distribution with most of its mass on a few points and none on some."""
    masses = rng.dirichlet(np.full(size, 0.2))
    masses[masses < 1e-9] = 0
    return masses / masses.sum()


def _printed_forms(p: np.ndarray, q: np.ndarray) -> tuple[float, float, float, float, float]:
    """Value at D*, sum of two KL terms, their mean, and the two lines that drop a logarithm."""
    used = p + q > 0
    p, q = p[used], q[used]
    best = p / (p + q)
    middle = (p + q) / 2
    value = float(_value(p, q, best).sum())
    kl_sum = kullback_leibler(p, middle) + kullback_leibler(q, middle)
    real = float(_value(p, np.zeros_like(q), best).sum())
    fake = float((q * (1 - best)).sum())
    later = -2 * math.log(2) + real + math.log(2) + 2 * fake
    return value, kl_sum, jensen_shannon(p, q), real + fake, later
