"""Toy trainings about collapse, critics at their optimum, optimizers, transport and a family of costs."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tests.claims.known.common import World

EXPECTED = {
    "no-mode-collapse": "mixed",
    "fixed-critic-argmax": "mixed",
    "train-to-optimality": "mixed",
    "momentum": "inconclusive",
    "minibatch-ot-generator": "supported",
    "lamb-blend": "supported",
}

SEEDS = 10
Pair = tuple[float, float]
"""What even and what odd seeds get."""


def _points(rng: np.random.Generator, n: int = 20, **where: Any) -> pd.DataFrame:
    return pd.DataFrame(rng.normal(size=(n, 2)), columns=["x", "y"]).assign(**where)


def _modes(rarest: Mapping[str, Pair] | None = None, distance: float = 0.3, wgan: Pair = (0.0, 0.0)) -> World:
    """A world in which the rarest mode of a setting has these shares, and WGAN leaves these shares uncovered."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        tables = []
        for mixture, way in itertools.product(("ring", "grid"), ("wgan", "wgan_poor", "wgan_gp", "gan")):
            shares = (rarest or {}).get(f"{mixture}-{way.replace('_', '-')}", (0.5, 0.5))
            rows = [
                {"replicate": k, "step": step, "distance": distance * rng.uniform(0.95, 1.05), "collapsed": 1.0,
                 "least_share": shares[k % 2] * rng.uniform(0.9, 1.1), "lost": 0,
                 "uncovered": {"wgan": wgan[k % 2], "gan": 0.2}.get(way, 0.0) + rng.uniform(0, 0.01)}
                for k, step in itertools.product(range(SEEDS), (0, 10))
            ]  # fmt: skip
            cell = [pd.DataFrame(rows).assign(kind="look"), _points(rng, kind="sample", replicate=0)]
            cell.append(_points(rng, n=8, kind="centre"))
            tables.append(pd.concat(cell).assign(mixture=mixture, way=way))
        return pd.concat(tables, ignore_index=True)

    return build


AFTER: dict[str, Pair] = {
    "short": (1.0, 1.0), "longer": (1.0, 1.0), "long": (1.0, 1.0), "peaks": (0.9, 0.9),
    "point": (0.01, 0.01), "line": (0.8, 0.8), "unbounded": (1e5, 1e5),
}  # fmt: skip
"""Points at the maximum and at peaks, spread left in a point and along the line, and how far points run."""


def _fixed(late: float = 0.9, **after: Pair) -> World:
    """A world in which generators end as given for even and for odd seeds."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        ends, tables = {**AFTER, **after}, []
        critics = [critic for critic in ends if critic != "peaks"]
        for critic, stage in itertools.product(critics, ("before", "late", "after")):
            rows = []
            for k in range(SEEDS):
                end = {name: pair[k % 2] * rng.uniform(0.96, 1.0) for name, pair in ends.items()}
                there = stage != "before"
                rows.append({
                    "replicate": k, "on_edge": True, "at_maximum": ends.get(critic, (0, 0))[k % 2] * there,
                    "at_peak": end["peaks"], "reached": late if stage == "late" else 0.9,
                    "spread": end["point"] if there else 1.0, "radius": end["unbounded"] if there else 1.0,
                    "off_diagonal": 0.01 if there else 1.0, "along_diagonal": end["line"] if there else 1.0,
                })  # fmt: skip
            tables += [pd.DataFrame(rows).assign(kind="measure", critic=critic, stage=stage)]
            tables += [_points(rng, kind="sample", critic=critic, stage=stage)]
        grid = pd.DataFrame(itertools.product(range(4), range(4)), columns=["x", "y"]).astype(float)
        tables += [
            grid.assign(score=rng.normal(size=16), kind="surface", critic=critic)
            for critic in ("short", "longer", "long")
        ]
        return pd.concat(tables, ignore_index=True)

    return build


LEFT: dict[str, Pair] = {
    "minimax": (0.01, 0.01), "non_saturating": (0.01, 0.01), "wgan": (0.9, 0.9), "wgan_gp": (0.9, 0.9),
}  # fmt: skip
"""What is left of each gradient."""


def _optimal(said: Mapping[str, Pair] | None = None, reached: float = 0.99, early: float = 1.0, **left: Pair) -> World:
    """A world in which gradients and estimates, relative to W1, end like this."""
    estimates = {"wgan": (1.0, 1.0), "wgan_gp": (1.0, 1.0), **(said or {})}
    costs = [("gan", "minimax"), ("gan", "non_saturating"), ("wgan", "wasserstein"), ("wgan_gp", "wasserstein")]

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        cells = itertools.product(("apart", "around"), costs, range(SEEDS), (1, 10, 500, 1000))
        for data, (method, cost), k, steps in cells:
            share = {**LEFT, **left}.get(cost, {**LEFT, **left}.get(method, (0, 0)))[k % 2]
            told = estimates[method][k % 2] * 8.0 if method != "gan" else reached * np.log(2)
            rows.append({
                "data": data, "method": method, "cost": cost, "replicate": k, "critic_steps": steps, "distance": 8.0,
                "slope": 1.0, "estimate": told * rng.uniform(0.995, 1.005) * (1.0 if steps == 1000 else early),
                "gradient_norm": (share if steps == 1000 else 1.0) * rng.uniform(0.95, 1.05),
            })  # fmt: skip
        return pd.DataFrame(rows)

    return build


LEVELS: dict[str, tuple[Pair, Pair]] = {
    "clip_rmsprop": ((0.25, 0.25), (0.05, 0.05)),
    "clip_adam_0.5": ((0.8, 0.8), (0.2, 0.2)),
    "clip_adam_0.9": ((1.1, 1.1), (0.2, 0.2)),
    "clip_sgd": ((0.4, 0.4), (0.05, 0.05)),
    "gp_adam_0.5": ((0.3, 0.3), (0.05, 0.05)),
    "gp_adam_0.9": ((0.3, 0.3), (0.05, 0.05)),
}
"""Level of the distance and its wobble in each way."""


def _optimizers(way: str = "", level: Pair | None = None, wobble: Pair | None = None) -> World:
    """A world in which one way to train ends at other levels, or wobbles otherwise."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        for name, k, step in itertools.product(LEVELS, range(SEEDS), range(0, 101, 10)):
            levels, wobbles = LEVELS[name]
            mine = (level or levels, wobble or wobbles) if name == way else (levels, wobbles)
            height = mine[0][k % 2] * (1 + mine[1][k % 2] * (-1) ** (step // 10)) if step else 1.0
            rows.append({"way": name, "replicate": k, "step": step, "collapsed": 1.0,
                         "distance": height * rng.uniform(0.998, 1.002)})  # fmt: skip
        return pd.DataFrame(rows)

    return build


SHORTFALLS: dict[str, Pair] = {"low": (0.1, 0.1), "high": (0.6, 0.6), "critic": (0.3, 0.3)}


def _transport(scale: Pair = (0.4, 0.4), small_scale: Pair = (0.25, 0.25), **shortfall: Pair) -> World:
    """A world with these shortfalls, and these scales of least cost, for batches of 16 other ones."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        ends, rows = {**SHORTFALLS, **shortfall}, []
        sizes = [(2, 64, "low"), (8, 64, "high"), (32, 16, "high"), (32, 64, "high")]
        cells = [*(("ot_generator", *size) for size in sizes), ("wgan_gp", 32, 64, "critic")]
        for (method, d, batch, which), k in itertools.product(cells, range(SEEDS)):
            best = (small_scale if batch == 16 else scale)[k % 2]
            rows.append({
                "method": method, "dimension": d, "batch": batch, "replicate": k, "distance": d**0.5, "floor": d**0.5,
                "shortfall": ends[which][k % 2] * rng.uniform(0.97, 1.03), "spread": 0.5,
                "predicted": best * rng.uniform(0.97, 1.03),
            })  # fmt: skip
        return pd.DataFrame(rows)

    return build


def _family(seeds: int = SEEDS, ends: Pair = (0.5, 0.5), middle: Pair = (0.25, 0.25), **error: float) -> World:
    """A world with these distances at the ends and between, and these errors of the identities."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for k, alpha in itertools.product(range(seeds), (0.0, 0.5, 1.0)):
            share = (middle if alpha == 0.5 else ends)[k % 2] * rng.uniform(0.95, 0.99)
            looks = [{"step": step, "distance": share, "collapsed": 1.0} for step in (0, 10)]
            rows += [{"kind": "look", "alpha": alpha, "replicate": k, **look} for look in looks]
            gradient = {"player": "critic", "difference": error.get("mixture", 1e-7)}
            rows.append({"kind": "gradient", "alpha": alpha, "replicate": k, **gradient})
        for k, (name, key) in itertools.product(range(seeds), (("wgan", "zero"), ("gan, clipped", "one"), ("gan", ""))):
            rows.append({"kind": "end", "against": name, "replicate": k, "difference": error.get(key, 1e-7)})
        return pd.DataFrame(rows)

    return build


HALF: Pair = (0.0, 1.0)


def _collapse_worlds(part: str) -> list[tuple[str, str, str, World]]:
    levels = {"supported": (0.5, 0.5), "contradicted": (0.5, 0.01), "inconclusive": (0.5, 0.15)}
    return [("no-mode-collapse", part, verdict, _modes({part: pair})) for verdict, pair in levels.items()]


def _learning_worlds(part: str, way: str, wanted: bool) -> list[tuple[str, str, str, World]]:
    learn, fail = (0.3, 0.3), (0.9, 0.9)
    levels = {"supported": learn if wanted else fail, "contradicted": fail if wanted else learn}
    levels["inconclusive"] = (0.3, 0.9)
    return [("momentum", part, verdict, _optimizers(way, level)) for verdict, level in levels.items()]


def _fixed_worlds(part: str, false: Pair, half: Pair) -> list[tuple[str, str, str, World]]:
    levels = {"supported": AFTER[part], "contradicted": false, "inconclusive": half}
    return [("fixed-critic-argmax", part, verdict, _fixed(**{part: pair})) for verdict, pair in levels.items()]


def _gradient_worlds(part: str, key: str, false: float) -> list[tuple[str, str, str, World]]:
    levels = {"supported": LEFT[key], "contradicted": (false, false), "inconclusive": (LEFT[key][0], false)}
    return [("train-to-optimality", part, verdict, _optimal(**{key: pair})) for verdict, pair in levels.items()]


def _estimate_worlds(part: str, method: str, true: float) -> list[tuple[str, str, str, World]]:
    levels = {"supported": (true, true), "contradicted": (0.5, 0.5), "inconclusive": (0.8 * true, 1.25 * true)}
    return [("train-to-optimality", part, verdict, _optimal({method: pair})) for verdict, pair in levels.items()]


WORLDS: list[tuple[str, str, str, World]] = [
    *(
        world
        for part in ("ring-wgan", "grid-wgan", "ring-wgan-poor", "grid-wgan-poor", "ring-wgan-gp", "grid-wgan-gp")
        for world in _collapse_worlds(part)
    ),
    ("no-mode-collapse", "ring-wgan", "invalid", _modes(distance=0.9)),
    ("no-mode-collapse", "less", "supported", _modes()),
    ("no-mode-collapse", "less", "contradicted", _modes(wgan=(0.3, 0.4))),
    ("no-mode-collapse", "less", "inconclusive", _modes(wgan=(0.0, 0.4))),
    *_fixed_worlds("short", (0.5, 0.5), HALF),
    *_fixed_worlds("longer", (0.5, 0.5), HALF),
    *_fixed_worlds("long", (0.5, 0.5), HALF),
    *_fixed_worlds("point", (0.5, 0.5), (0.01, 0.5)),
    *_fixed_worlds("line", (0.01, 0.01), (0.01, 0.8)),
    *_fixed_worlds("unbounded", (1.0, 1.0), (1.0, 1e5)),
    *_fixed_worlds("peaks", (0.1, 0.1), (0.1, 0.9)),
    ("fixed-critic-argmax", "short", "invalid", _fixed(late=0.5)),
    *_gradient_worlds("clip-keeps", "wgan", 0.01),
    *_gradient_worlds("gp-keeps", "wgan_gp", 0.01),
    *_gradient_worlds("discriminator-loses", "minimax", 0.9),
    *_gradient_worlds("printed-loses", "non_saturating", 0.9),
    *_estimate_worlds("estimate-clip", "wgan", 1.0),
    *_estimate_worlds("estimate-soft", "wgan_gp", 1.4),
    ("train-to-optimality", "discriminator-loses", "invalid", _optimal(reached=0.8)),
    ("train-to-optimality", "clip-keeps", "invalid", _optimal(early=0.5)),
    ("train-to-optimality", "estimate-soft", "invalid", _optimal(early=0.5)),
    *_learning_worlds("gp-adam", "gp_adam_0.5", wanted=True),
    *_learning_worlds("gp-strong", "gp_adam_0.9", wanted=True),
    *_learning_worlds("clip-adam", "clip_adam_0.5", wanted=False),
    *_learning_worlds("clip-strong", "clip_adam_0.9", wanted=False),
    *_learning_worlds("sgd", "clip_sgd", wanted=True),
    ("momentum", "less-well", "supported", _optimizers()),
    ("momentum", "less-well", "contradicted", _optimizers("clip_adam_0.5", (0.2, 0.2))),
    ("momentum", "less-well", "inconclusive", _optimizers("clip_adam_0.5", (0.15, 0.42))),
    ("momentum", "unstable", "supported", _optimizers()),
    ("momentum", "unstable", "contradicted", _optimizers("clip_adam_0.5", wobble=(0.02, 0.02))),
    ("momentum", "unstable", "inconclusive", _optimizers("clip_adam_0.5", wobble=(0.02, 0.125))),
    ("momentum", "rmsprop-faster", "supported", _optimizers()),
    ("momentum", "rmsprop-faster", "contradicted", _optimizers("clip_sgd", (0.2, 0.2))),
    ("momentum", "rmsprop-faster", "inconclusive", _optimizers("clip_sgd", (0.15, 0.42))),
    ("minibatch-ot-generator", "fine", "supported", _transport()),
    ("minibatch-ot-generator", "fine", "contradicted", _transport(low=(0.5, 0.5))),
    ("minibatch-ot-generator", "fine", "inconclusive", _transport(low=(0.1, 0.5))),
    ("minibatch-ot-generator", "no-scale", "supported", _transport()),
    ("minibatch-ot-generator", "no-scale", "contradicted", _transport(high=(0.1, 0.1))),
    ("minibatch-ot-generator", "no-scale", "inconclusive", _transport(low=(0.4, 0.4), high=(0.1, 0.8))),
    ("minibatch-ot-generator", "duality", "supported", _transport()),
    ("minibatch-ot-generator", "duality", "contradicted", _transport(critic=(0.7, 0.7))),
    ("minibatch-ot-generator", "duality", "inconclusive", _transport(critic=(0.3, 0.8))),
    ("minibatch-ot-generator", "in-the-cost", "supported", _transport()),
    ("minibatch-ot-generator", "in-the-cost", "contradicted", _transport(scale=(1.0, 1.0))),
    ("minibatch-ot-generator", "batch", "supported", _transport()),
    ("minibatch-ot-generator", "batch", "contradicted", _transport(small_scale=(0.45, 0.45))),
    ("lamb-blend", "zero", "supported", _family()),
    ("lamb-blend", "zero", "contradicted", _family(zero=0.1)),
    ("lamb-blend", "zero", "inconclusive", _family(seeds=3)),
    ("lamb-blend", "one", "supported", _family()),
    ("lamb-blend", "one", "contradicted", _family(one=0.1)),
    ("lamb-blend", "one", "inconclusive", _family(seeds=3)),
    ("lamb-blend", "mixture", "supported", _family()),
    ("lamb-blend", "mixture", "contradicted", _family(mixture=0.1)),
    ("lamb-blend", "mixture", "inconclusive", _family(seeds=1)),
    ("lamb-blend", "works", "supported", _family()),
    ("lamb-blend", "works", "contradicted", _family(ends=(0.9, 0.9))),
    ("lamb-blend", "works", "inconclusive", _family(ends=(0.4, 0.9))),
    ("lamb-blend", "between", "supported", _family()),
    ("lamb-blend", "between", "contradicted", _family(middle=(0.6, 0.6))),
]
