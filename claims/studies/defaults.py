"""Published defaults beside those that are trained with, and the gradient penalty as it is printed.

S2 prints the penalty of WGAN-GP as + lambda E_z (|grad_w f_w(g(z))| - 1)^2 in an objective to be
maximised over w; its Algorithm 1 adds lambda (|grad_x f_w(x)| - 1)^2, x between a real and a
generated sample, to a loss to be minimised.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import optimize

from bench.spec import resolve
from claims.claim import Claim, Evidence, Finding
from claims.judging import identity, not_run

ALGORITHMS: dict[str, dict[str, object]] = {
    "wgan": {
        "learning_rate": 5e-5, "clip_value": 0.01, "batch_size": 64, "n_critic": 5, "optimizer": "rmsprop",
        "clip_first": False, "clip_scope": "all", "boosted": False, "generator_batches": 1, "lr_decay": "none",
    },
    "wgan_gp": {
        "gp_weight": 10.0, "n_critic": 5, "learning_rate": 1e-4, "beta1": 0.0, "beta2": 0.9, "optimizer": "adam",
        "one_sided": False, "generator_batches": 1, "lr_decay": "none",
    },
}  # fmt: skip
"""Both Algorithms 1 as S1 and S2 transcribe them: defaults in the caption, the rest line by line."""

LOOPS = {"wgan": 0, "wgan_gp": 1}
"""Where t starts in the printed loop over critic steps, which ends with t = n_critic."""

COMPARED = ("dcgan", "dcgan_nobn", "mlp", "no_norm", "gated", "tanh", "resnet101")
"""The architectures of the figure in S1 and S2 that compares methods."""

OTHERS = {"dcgan_k4": "celeba", "mnist_cnn": "mnist", "cifar_cnn": "cifar10", "cifar_resnet": "cifar10",
          "sn_cnn": "cifar10", "sn_resnet": "cifar10", "toy_mlp": "gaussians8"}  # fmt: skip
"""Further architectures, with a data set each, some of them published with settings of their own."""

WORDS = {
    "learning_rate": "rate {}", "clip_value": "c = {}", "gp_weight": "lambda = {}", "beta1": "beta_1 = {}",
    "beta2": "beta_2 = {}", "batch_size": "batches of {}", "n_critic": "{} critic steps a generator step",
    "optimizer": "optimizer {}", "clip_first": "clipping before each update", "clip_scope": "clipping of {}",
    "boosted": "100 critic steps at times", "one_sided": "a one-sided penalty",
    "generator_batches": "{} batches a generator step", "lr_decay": "{} decay of the rate",
}  # fmt: skip
"""How a setting other than the asserted one is put; of those that are on or off, all are asserted to be off."""

WEIGHT = 10.0
N_CRITICS = 200
N_POINTS = 64
SLOPES = 10.0 ** np.arange(-2, 5)


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Resolves runs without any setting given, counts the printed loops, and computes the penalty in four ways.

    Returns:
        Rows of kind "setting": `method`, `architecture`, `name`, `asserted` and `found` as
        text; "loop": `method`, `asserted` (n_critic) and `found` (critic steps of the printed loop), as text;
        "penalty": of a random critic between random clouds, as in `algorithm`, with the gradient in the
        weights for that in the input (`subscript`), and at generated points for points between
        (`point`); "objective": of linear critics between two clouds `apart`, the best of the slopes
        tried as `printed` and with the gradient in the input (`added`), and the best slope of
        Algorithm 1 (`subtracted`), by search.
    """
    rows = [*_settings(), *_loops(), *(_penalty(rng) for _ in range(N_CRITICS))]
    return pd.DataFrame([*rows, *(_objective(rng) for _ in range(N_CRITICS))])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the settings, the printed loops, and the printed penalty in each of its departures."""
    rows = evidence.study
    penalties, objectives = rows[rows["kind"] == "penalty"], rows[rows["kind"] == "objective"]
    largest = float(SLOPES.max())
    best = 1 + objectives["apart"] / (2 * WEIGHT)
    return [
        _settings_finding(claim, "wgan", rows[rows["kind"] == "setting"]),
        _settings_finding(claim, "wgan_gp", rows[rows["kind"] == "setting"]),
        _loop_finding(claim, "wgan", rows[rows["kind"] == "loop"]),
        _loop_finding(claim, "wgan_gp", rows[rows["kind"] == "loop"]),
        _changed(claim, "subscript", penalties),
        _changed(claim, "point", penalties),
        identity(
            claim,
            "maximum",
            (objectives[["printed", "added"]] >= largest).any(axis=1).astype(float),
            name=f"1 where the largest slope tried, {largest:g}, is the best",
        ),
        identity(
            claim, "subtracted", (objectives["subtracted"] / best - 1).abs(), name="worst relative error of the slope"
        ),
    ]


def gradient_norms(critic: tuple[np.ndarray, ...], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Norms of the gradients of f(x) = v tanh(W x + b) + c in the input and in all weights, for rows x."""
    weight, bias, out = critic
    hidden = np.tanh(x @ weight.T + bias)
    slopes = (1 - hidden**2) * out
    in_weights = (slopes**2).sum(axis=1) * (1 + (x**2).sum(axis=1)) + (hidden**2).sum(axis=1) + 1
    return np.linalg.norm(slopes @ weight, axis=1), np.sqrt(in_weights)


def _settings() -> Iterator[dict[str, object]]:
    runs = [("lsun_bedroom", name) for name in COMPARED] + [(data, name) for name, data in OTHERS.items()]
    for method, asserted in ALGORITHMS.items():
        for dataset, architecture in runs:
            spec = resolve({"dataset": dataset, "architecture": architecture, "method": method})
            found = {**vars(spec), **spec.method_options}
            for name, value in asserted.items():
                yield {"kind": "setting", "method": method, "architecture": architecture, "name": name,
                       "asserted": str(value), "found": str(found[name])}  # fmt: skip


def _loops() -> Iterator[dict[str, object]]:
    for method, first in LOOPS.items():
        steps = int(str(ALGORITHMS[method]["n_critic"]))
        yield {"kind": "loop", "method": method, "asserted": str(steps), "found": str(len(range(first, steps + 1)))}


def _penalty(rng: np.random.Generator) -> dict[str, object]:
    inputs, hidden = rng.integers(1, 9), rng.integers(2, 33)
    scale = np.exp(rng.normal())
    critic = (
        scale * rng.normal(size=(hidden, inputs)) / np.sqrt(inputs),
        rng.normal(size=hidden),
        scale * rng.normal(size=hidden) / np.sqrt(hidden),
    )
    real, fake = rng.normal(size=(2, N_POINTS, inputs))
    fake = fake * np.exp(rng.normal()) + rng.normal(size=inputs)
    share = rng.uniform(size=(N_POINTS, 1))
    between, generated = gradient_norms(critic, share * real + (1 - share) * fake), gradient_norms(critic, fake)
    named = {"algorithm": between[0], "subscript": between[1], "point": generated[0]}
    return {"kind": "penalty"} | {name: float(((norms - 1) ** 2).mean()) for name, norms in named.items()}


def _objective(rng: np.random.Generator) -> dict[str, object]:
    """Linear critics f(x) = s <u, x> along the unit vector u from the generated to the real mean.

    Their gradient in the input is s u; that in the weights is x, whatever s.
    """
    real, fake = rng.normal(size=(2, N_POINTS, int(rng.integers(1, 9))))
    real = real + rng.normal(size=real.shape[1])
    apart = float(np.linalg.norm(real.mean(axis=0) - fake.mean(axis=0)))
    in_weights = float(((np.linalg.norm(fake, axis=1) - 1) ** 2).mean())
    printed, added = SLOPES * apart + WEIGHT * in_weights, SLOPES * apart + WEIGHT * (SLOPES - 1) ** 2
    found = optimize.minimize_scalar(lambda slope: WEIGHT * (slope - 1) ** 2 - slope * apart)
    return {"kind": "objective", "apart": apart, "printed": float(SLOPES[printed.argmax()]),
            "added": float(SLOPES[added.argmax()]), "subtracted": float(found.x)}  # fmt: skip


def _settings_finding(claim: Claim, method: str, rows: pd.DataFrame) -> Finding:
    """Every setting in the architectures compared; the note tells which others were published with others."""
    mine = rows[rows["method"] == method]
    compared = mine["architecture"].isin(COMPARED)
    off = mine["asserted"] != mine["found"]
    other = mine[~compared & off]
    told = [f"{name} with {_departures(some)}" for name, some in other.groupby("architecture", sort=False)]
    note = f"Published with other settings, and trained with them: {'; '.join(told)}." if told else ""
    return identity(
        claim, method.replace("_", "-"), off[compared].astype(float), name="1 where a setting differs", note=note
    )


def _departures(rows: pd.DataFrame) -> str:
    return ", ".join(WORDS[name].format(value) for name, value in zip(rows["name"], rows["found"], strict=True))


def _loop_finding(claim: Claim, method: str, rows: pd.DataFrame) -> Finding:
    mine, part = rows[rows["method"] == method], f"{method.replace('_', '-')}-loop"
    if mine.empty:
        return not_run(part, "The study has no such loop.")
    asserted, found = mine[["asserted", "found"]].astype(int).iloc[0]
    note = f"It makes {found} critic steps; n_critic is {asserted}."
    return identity(claim, part, [abs(found - asserted)], name="critic steps too many or too few", note=note)


def _changed(claim: Claim, part: str, rows: pd.DataFrame) -> Finding:
    ratio = rows[part] / rows["algorithm"]
    off = np.abs(np.log(ratio))
    note = (
        f"In the median of {len(rows)} critics one penalty is {np.exp(off.median()):.3g} times the other, in the "
        f"nearest {np.exp(off.min()):.5g} times."
    )
    return identity(claim, part, off, name="worst log ratio of the two penalties", note=note if len(rows) else "")
