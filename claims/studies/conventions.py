"""Conventions of a critic: its sign, and where the mean over the batch is taken.

A small game in the plane: the critic is f(x) = v . tanh(U x + b), the
generator g(z) = A z + t. With the sign s the costs are, for WGAN,
s (mean f(fake) - mean f(real)) and -s mean f(fake); for the GAN on logits,
mean softplus(-s f(real)) + mean softplus(s f(fake)) and mean softplus(-s f(fake)).
All arrays lead with the case.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import special

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity

N_CASES, N_STEPS, BATCH, HIDDEN = 200, 40, 8, 6
RATE, DECAY, BOX = 0.02, 0.9, 0.5
STEP = 1e-30

Arrays = tuple[np.ndarray, ...]

COSTS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]] = {
    "wgan": (lambda score: score, np.ones_like),
    "gan": (lambda score: np.log(1 + np.exp(score)), special.expit),
}
"""Cost of a score that is to be low, and its derivative; a score that is to be high costs as its negative."""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Trains each game under both signs, and takes one gradient with the mean in two places.

    Returns:
        One row per case and loss ("wgan", "gan"): `in_loss` and `last_layer`
        (the generator's cost differentiated along one random direction of all
        weights, with the mean in the loss by a complex step, and with the mean
        as the critic's last layer by backpropagation), `mirrored` and
        `same_start` (largest distance of the generator's weights after training
        with the other sign, from a critic with the last layer negated, and from
        the same critic).
    """
    tables = []
    for loss, (cost, slope) in COSTS.items():
        critic, generator, z, real = _draw(rng)
        play = _Game(slope, z, real, BOX if loss == "wgan" else np.inf)
        plain = play.train(critic, generator, 1.0)
        mirrored = play.train((*critic[:2], -critic[2]), generator, -1.0)
        same = play.train(critic, generator, -1.0)
        along = tuple(rng.normal(size=part.shape) for part in (*critic, *generator))
        tables.append(
            pd.DataFrame(
                {
                    "loss": loss,
                    "in_loss": _mean_in_the_loss(cost, critic, generator, z[0], along),
                    "last_layer": _mean_as_a_layer(slope, critic, generator, z[0], along),
                    "mirrored": _distance(plain, mirrored),
                    "same_start": _distance(plain, same),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests that neither convention matters to WGAN, what that takes, and what a GAN makes of them."""
    wgan, gan = (evidence.study[evidence.study["loss"] == loss] for loss in COSTS)
    far = "least distance of the generators' weights"
    near = "worst distance of the generators' weights after training"
    return [
        identity(claim, "mean", mean_gap(wgan), name="worst relative difference of the derivatives"),
        identity(claim, "sign", wgan["mirrored"], name=near),
        exceeds(claim, "same-start", wgan["same_start"], name=far),
        identity(claim, "gan-sign", gan["mirrored"], name=near),
        exceeds(claim, "gan-mean", mean_gap(gan), name="least relative difference of the derivatives"),
    ]


def mean_gap(rows: pd.DataFrame) -> pd.Series:
    """Difference of the two derivatives relative to 1 + their size."""
    return (rows["in_loss"] - rows["last_layer"]).abs() / (1 + rows["in_loss"].abs())


def _draw(rng: np.random.Generator) -> tuple[Arrays, Arrays, np.ndarray, np.ndarray]:
    """Weights of critic and generator, and the latent and real batches of every step."""
    critic = (rng.normal(size=(N_CASES, HIDDEN, 2)), rng.normal(size=(N_CASES, HIDDEN)))
    last = rng.normal(size=(N_CASES, HIDDEN)) * 0.3
    generator = (rng.normal(size=(N_CASES, 2, 2)), rng.normal(size=(N_CASES, 2)))
    z, noise = rng.normal(size=(2, N_STEPS, N_CASES, BATCH, 2))
    return (*critic, last), generator, z, noise * [1.0, 0.3] + rng.normal(size=(N_CASES, 1, 2))


def generate(generator: Arrays, z: np.ndarray) -> np.ndarray:
    """Samples (case, batch, 2) of the generator."""
    return np.einsum("cij,cmj->cmi", generator[0], z) + generator[1][:, None]


def score(critic: Arrays, x: np.ndarray) -> np.ndarray:
    """Scores (case, batch) of the critic."""
    hidden = np.tanh(np.einsum("chd,cmd->cmh", critic[0], x) + critic[1][:, None])
    return np.einsum("cmh,ch->cm", hidden, critic[2])


def backward(critic: Arrays, x: np.ndarray, upstream: np.ndarray) -> tuple[Arrays, np.ndarray]:
    """Gradients of sum(upstream * scores) in the critic's weights and in x."""
    hidden = np.tanh(np.einsum("chd,cmd->cmh", critic[0], x) + critic[1][:, None])
    inner = upstream[:, :, None] * critic[2][:, None] * (1 - hidden**2)
    weights = (np.einsum("cmh,cmd->chd", inner, x), inner.sum(axis=1), np.einsum("cm,cmh->ch", upstream, hidden))
    return weights, np.einsum("cmh,chd->cmd", inner, critic[0])


class _Game:
    """Alternating steps of RMSProp on given batches."""

    def __init__(self, slope: Callable[[np.ndarray], np.ndarray], z: np.ndarray, real: np.ndarray, box: float) -> None:
        self.slope, self.z, self.real, self.box = slope, z, real, box

    def train(self, critic: Arrays, generator: Arrays, sign: float) -> Arrays:
        """Returns the generator's weights after all steps."""
        memory: list[Arrays] = [tuple(map(np.zeros_like, arrays)) for arrays in (critic, generator)]
        for z, real in zip(self.z, self.real, strict=True):
            fake = generate(generator, z)
            low, _ = backward(critic, fake, sign * self.slope(sign * score(critic, fake)) / BATCH)
            high, _ = backward(critic, real, -sign * self.slope(-sign * score(critic, real)) / BATCH)
            gradient = tuple(a + b for a, b in zip(low, high, strict=True))
            critic, memory[0] = _rmsprop(critic, gradient, memory[0])
            critic = tuple(np.clip(weights, -self.box, self.box) for weights in critic)
            _, moved = backward(critic, fake, -sign * self.slope(-sign * score(critic, fake)) / BATCH)
            generator, memory[1] = _rmsprop(generator, _through_generator(moved, z), memory[1])
        return generator


def _through_generator(moved: np.ndarray, z: np.ndarray) -> Arrays:
    """From the gradient in the samples to that in the generator's weights."""
    return np.einsum("cmi,cmj->cij", moved, z), moved.sum(axis=1)


def _rmsprop(weights: Arrays, gradient: Arrays, memory: Arrays) -> tuple[Arrays, Arrays]:
    memory = tuple(DECAY * old + (1 - DECAY) * new**2 for old, new in zip(memory, gradient, strict=True))
    steps = (RATE * g / (np.sqrt(m) + 1e-8) for g, m in zip(gradient, memory, strict=True))
    return tuple(w - step for w, step in zip(weights, steps, strict=True)), memory


def _mean_in_the_loss(
    cost: Callable[[np.ndarray], np.ndarray], critic: Arrays, generator: Arrays, z: np.ndarray, along: Arrays
) -> np.ndarray:
    """Derivative along a direction of mean cost(f(g(z))), by a complex step."""
    moved = [part + 1j * STEP * move for part, move in zip((*critic, *generator), along, strict=True)]
    scores = score(tuple(moved[:3]), generate(tuple(moved[3:]), z))
    return np.imag(cost(scores).mean(axis=1)) / STEP


def _mean_as_a_layer(
    slope: Callable[[np.ndarray], np.ndarray], critic: Arrays, generator: Arrays, z: np.ndarray, along: Arrays
) -> np.ndarray:
    """Derivative along a direction of cost(mean f(g(z))): one number is sent back through the mean."""
    fake = generate(generator, z)
    sent = slope(score(critic, fake).mean(axis=1, keepdims=True))
    weights, moved = backward(critic, fake, np.broadcast_to(sent / BATCH, fake.shape[:2]))
    gradient = (*weights, *_through_generator(moved, z))
    return np.sum(
        [(g * move).reshape(N_CASES, -1).sum(axis=1) for g, move in zip(gradient, along, strict=True)], axis=0
    )


def _distance(one: Arrays, other: Arrays) -> np.ndarray:
    gaps = [np.abs(a - b).reshape(len(a), -1).max(axis=1) for a, b in zip(one, other, strict=True)]
    return np.maximum(*gaps)
