"""Normalized and batch-normalized critics, and the signs of their estimates."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

from tests.claims.known.common import World

EXPECTED = {
    "sn-bounds-every-layer": "mixed",
    "bn-critic-lipschitz": "mixed",
    "bn-affine-clipped": "mixed",
    "critic-sign-changes": "mixed",
}

SEEDS = range(10)


def _odd(seed: int, value: float, other: float | None) -> float:
    """`other`, where it is given, for every second seed."""
    return value if other is None or seed % 2 == 0 else other


def _spectral(
    *,
    weight: float = 1.005,
    operator: float = 1.0,
    kernel: float = 1.005,
    slopes: tuple[float, float, float] = (0.1, 0.9, 0.9),
    halves: dict[str, float] | None = None,
) -> World:
    """Norms of a linear weight and a kernel, of a convolution beyond its kernel's, slopes of the critics."""
    steepest = dict(zip(("toy_mlp", "dcgan", "sn_cnn"), slopes, strict=True))
    values = {"weight": weight, "operator": operator, "kernel": kernel, **steepest}

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for seed, step in itertools.product(SEEDS, (0, 50)):
            now = {key: _odd(seed, value, (halves or {}).get(key)) for key, value in values.items()}
            now["weight"] *= rng.uniform(1, 1.001)
            for architecture in steepest:
                cell = {"architecture": architecture, "replicate": seed, "step": step}
                linear = {"kind": "linear", "patches": 1, "matrix": now["weight"], "operator": now["weight"]}
                conv = {"patches": 9, "matrix": now["kernel"], "operator": now["operator"]}
                kinds = [] if architecture == "toy_mlp" else ["3 x 3", "4 x 4, stride 2", "5 x 5, stride 2"]
                layers = [linear, *({"kind": kind, **conv} for kind in kinds)]
                slope = now[architecture] * rng.uniform(0.99, 1)
                product = math.prod(layer["operator"] for layer in layers)
                whole = {"kind": "network", "patches": 729, "matrix": 1.0, "operator": product, "slope": slope}
                rows += [{**cell, "layer": index, "slope": math.nan, **layer} for index, layer in enumerate(layers)]
                rows.append({**cell, "layer": -1, **whole})
        return pd.DataFrame(rows)

    return build


def _mates(
    *,
    constant: float = -1.0,
    eps_slope: float = 316.2,
    faint: float = 3e-6,
    within: float = 0.5,
    beyond: float = 0.5,
    moved: float = 0.0,
    no_eps: float = 1.0,
    halves: dict[str, float] | None = None,
) -> World:
    """A layer of slope spread^constant, another at its smallest spread; a critic; scores that vary over mates."""
    values = {"eps": eps_slope, "faint": faint, "within": within, "beyond": beyond, "constant": constant}

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for seed in SEEDS:
            now = {key: _odd(seed, value, (halves or {}).get(key)) for key, value in values.items()}
            for form, eps in (("root", 1e-5), ("sum", 1e-5), ("none", 0.0)):
                for spread in (1e-8, 1e-3, 0.1, 10.0):
                    small = spread < 1e-5 and eps > 0
                    least = now["eps"] if form == "root" else now["eps"] ** 2
                    slope = least if small else spread ** now["constant"] * (1 if eps else no_eps)
                    row = {"form": form, "eps": eps, "spread": spread, "slope": slope}
                    rows.append({"kind": "layer", "replicate": seed, "output": now["faint"] if small else 1.0, **row})
            for arm in ("batch", "free", "plain"):
                cell = {"arm": arm, "replicate": seed}
                share = (0.0 if arm == "plain" else now["within"]) * rng.uniform(0.95, 1.05)
                estimate = moved if arm != "plain" else 0.3
                rows += [
                    {"kind": "critic", **cell, "spread": 1.0, "slope": now["beyond"], "bound": 1.0, "output": 1.0},
                    {"kind": "mates", **cell, "within": share, "between": 1.0},
                    {"kind": "shift", **cell, "estimate": estimate, "between": 1.0},
                ]
        return pd.DataFrame(rows)

    return build


def _scales(
    *,
    scale: float = 0.01,
    free: float = 1.0,
    shares: tuple[float, float, float] = (0.01, 0.01, 0.01),
    normalized: float = 0.1,
    orders: float = 3.0,
    other: float = 1.0,
    halves: dict[str, float] | None = None,
) -> World:
    """Largest clipped scale, free scales, outputs of the layers as shares, powers of ten between the estimates.

    `other` multiplies what clipping at other limits leaves.
    """
    values = {"scale": scale, "free": free, "orders": orders, "last": shares[2]}

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for seed in SEEDS:
            now = {key: _odd(seed, value, (halves or {}).get(key)) for key, value in values.items()}
            for arm, clip in (("all 0.01", 0.01), ("weights 0.01", 0.01), ("all 0.1", 0.1), ("all 0.001", 0.001)):
                loose = arm.startswith("weights")
                for layer, share in enumerate((*shares[:2], now["last"]), 1):
                    kept = share if clip == 0.01 else clip * other
                    rows.append({
                        "arm": arm, "clip": clip, "replicate": seed, "layer": layer,
                        "scale": now["free"] if loose else now["scale"], "shift": 0.01, "input": 0.01,
                        "mean_scale": now["free"] if loose else now["scale"],
                        "normalized": 1.0 if loose or layer == 1 else normalized,
                        "output": (1.0 if loose else kept) * rng.uniform(0.98, 1.02),
                        "estimate": 0.1 if loose else 10 ** -(1 + now["orders"] + rng.normal(0, 0.05)),
                    })  # fmt: skip
        return pd.DataFrame(rows)

    return build


def _signs(
    *, small: float = 0.2, hasty: float = 0.1, able: float = 0.0, equal: float = 0.5, distance: float = 1.0,
    halves: dict[str, float] | None = None,
) -> World:  # fmt: skip
    """Critics whose estimates change their sign at these shares of the steps."""
    values = {"able": able, "small": small, "hasty": hasty, "equal": equal}

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        for seed, (arm, share) in itertools.product(SEEDS, values.items()):
            often = _odd(seed, share, (halves or {}).get(arm))
            turned = rng.uniform(size=400) < often
            apart = np.full(400, math.nan)
            apart[-1] = math.nan if arm == "equal" else distance * rng.uniform(0.9, 1.1)
            columns = {"step": np.arange(1, 401), "estimate": 1e-4, "turned": turned, "distance": apart}
            rows.append(pd.DataFrame({"arm": arm, "replicate": seed, **columns}))
        return pd.concat(rows, ignore_index=True)

    return build


SN, MATES, SCALES, SIGNS = EXPECTED

WORLDS: list[tuple[str, str, str, World]] = [
    *[(SN, part, "supported", _spectral()) for part in
      ("fully-connected", "convolutional", "connected-network", "network-5x5", "network-3x3", "tenth",
       "from-above", "patches", "product")],
    (SN, "fully-connected", "contradicted", _spectral(weight=1.05)),
    (SN, "fully-connected", "inconclusive", _spectral(halves={"weight": 1.05})),
    (SN, "convolutional", "contradicted", _spectral(operator=2.4)),
    (SN, "convolutional", "inconclusive", _spectral(halves={"operator": 2.4})),
    (SN, "connected-network", "contradicted", _spectral(weight=1.3, slopes=(1.2, 0.9, 0.9))),
    (SN, "connected-network", "inconclusive", _spectral(weight=1.3)),
    (SN, "network-5x5", "contradicted", _spectral(operator=2.4, slopes=(0.1, 3.0, 0.9))),
    (SN, "network-5x5", "inconclusive", _spectral(operator=2.4, slopes=(0.1, 0.9, 3.0))),
    (SN, "network-3x3", "contradicted", _spectral(operator=2.4, slopes=(0.1, 0.9, 3.0))),
    (SN, "network-3x3", "inconclusive", _spectral(operator=2.4, slopes=(0.1, 3.0, 0.9))),
    (SN, "tenth", "contradicted", _spectral(kernel=1.2)),
    (SN, "from-above", "contradicted", _spectral(weight=0.99)),
    (SN, "patches", "contradicted", _spectral(operator=3.2)),
    (SN, "product", "contradicted", _spectral(slopes=(1.2, 0.9, 0.9))),
    *[(MATES, part, "supported", _mates()) for part in
      ("epsilon", "to-zero", "one-sample", "one-over-c", "without-epsilon", "moved-batch")],
    (MATES, "epsilon", "contradicted", _mates(beyond=1.1)),
    (MATES, "epsilon", "inconclusive", _mates(halves={"beyond": 1.1})),
    (MATES, "constant-c", "supported", _mates(constant=1.0)),
    (MATES, "constant-c", "contradicted", _mates()),
    (MATES, "constant-c", "inconclusive", _mates(constant=1.0, halves={"constant": -1.0})),
    (MATES, "to-zero", "contradicted", _mates(faint=0.9)),
    (MATES, "to-zero", "inconclusive", _mates(halves={"faint": 0.9})),
    (MATES, "one-lipschitz", "supported", _mates(eps_slope=1.0)),
    (MATES, "one-lipschitz", "contradicted", _mates()),
    (MATES, "one-lipschitz", "inconclusive", _mates(halves={"eps": 1.0})),
    (MATES, "one-sample", "contradicted", _mates(within=0.01)),
    (MATES, "one-sample", "inconclusive", _mates(halves={"within": 0.01})),
    (MATES, "one-over-c", "contradicted", _mates(constant=-2.0)),
    (MATES, "steepest", "supported", _mates(eps_slope=10**2.5)),
    (MATES, "steepest", "contradicted", _mates(eps_slope=1.0)),
    (MATES, "without-epsilon", "contradicted", _mates(no_eps=0.5)),
    (MATES, "moved-batch", "contradicted", _mates(moved=0.1)),
    *[(SCALES, part, "supported", _scales()) for part in
      ("clipped", "one-percent", "loss", "usual", "first-layer", "below-epsilon", "limit")],
    (SCALES, "clipped", "contradicted", _scales(scale=0.5)),
    (SCALES, "clipped", "inconclusive", _scales(halves={"scale": 0.5})),
    (SCALES, "one-percent", "contradicted", _scales(shares=(0.01, 0.005, 0.001))),
    (SCALES, "one-percent", "inconclusive", _scales(halves={"last": 0.001})),
    (SCALES, "loss", "contradicted", _scales(orders=0.0)),
    (SCALES, "loss", "inconclusive", _scales(orders=-2.0, halves={"orders": 4.5})),
    (SCALES, "loss", "weaker than claimed", _scales(orders=1.0)),
    (SCALES, "usual", "contradicted", _scales(free=0.1)),
    (SCALES, "usual", "inconclusive", _scales(halves={"free": 3.0})),
    (SCALES, "first-layer", "contradicted", _scales(shares=(0.1, 0.01, 0.01))),
    (SCALES, "compounds", "supported", _scales(shares=(0.01, 0.005, 0.001))),
    (SCALES, "compounds", "contradicted", _scales()),
    (SCALES, "below-epsilon", "contradicted", _scales(normalized=0.95)),
    (SCALES, "limit", "contradicted", _scales(other=3.0)),
    *[(SIGNS, part, "supported", _signs()) for part in ("small", "badly-trained", "able", "equals")],
    (SIGNS, "small", "contradicted", _signs(small=0.0)),
    (SIGNS, "small", "inconclusive", _signs(small=0.05, able=0.1, halves={"small": 0.17})),
    (SIGNS, "small", "invalid", _signs(distance=0.1)),
    (SIGNS, "badly-trained", "contradicted", _signs(hasty=0.0)),
    (SIGNS, "badly-trained", "inconclusive", _signs(hasty=0.05, able=0.1, halves={"hasty": 0.17})),
    (SIGNS, "able", "contradicted", _signs(able=0.1)),
    (SIGNS, "able", "inconclusive", _signs(halves={"able": 0.1})),
    (SIGNS, "only-weak", "supported", _signs(equal=0.02)),
    (SIGNS, "only-weak", "contradicted", _signs()),
    (SIGNS, "only-weak", "inconclusive", _signs(halves={"equal": 0.02})),
    (SIGNS, "equals", "contradicted", _signs(equal=0.02)),
]  # fmt: skip
