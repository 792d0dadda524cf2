"""The Lipschitz seminorm of a composition against the product of the seminorms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import identity
from claims.studies.networks import ACTIVATIONS, draw_layers, jacobians, norm_product

N_CASES = 200
N_NETWORKS = 40
N_POINTS = 200


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Composes pairs of maps whose seminorms are known exactly, and layers of networks.

    Returns:
        One row per case: `family` ("matrices", "broken lines", "finite spaces",
        "networks"), `activation`, `depth`, `width` (of the widest layer), `found` (seminorm of the whole, for
        networks the largest singular value of the Jacobian at many points,
        which it cannot be below), `product` (of the seminorms of the maps, for
        networks of the weights alone), `activations` (product of the
        non-linearities' constants).
    """
    rows = []
    for family, draw in (("matrices", _matrices), ("broken lines", _broken_lines), ("finite spaces", _finite_spaces)):
        rows += [(family, "", 2, 1, *draw(rng), 1.0) for _ in range(N_CASES)]
    for name in [name for name, activation in ACTIVATIONS.items() if np.isfinite(activation.steepest)]:
        rows += [_network(rng, name) for _ in range(N_NETWORKS)]
    return pd.DataFrame(rows, columns=["family", "activation", "depth", "width", "found", "product", "activations"])


def judge(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Tests the bound on pairs of maps, on networks of 1-Lipschitz parts, and on networks as S1 prints it."""
    rows = evidence.study
    networks = rows["family"] == "networks"
    excess = _excess(rows["found"], rows["product"])
    corrected = _excess(rows["found"], rows["product"] * rows["activations"])
    wide = networks & (rows["activation"] == "ReLU") & (rows["depth"] > 2) & (rows["width"] > 1)
    tight = rows.loc[wide, "found"] / rows.loc[wide, "product"]
    name = "worst relative excess over the product"
    return [
        identity(claim, "composition", excess[~networks], name=name),
        identity(
            claim,
            "sufficient",
            excess[networks & (rows["activations"] <= 1)],
            name=name,
            note=f"The steepest slope found in a ReLU network of three or four layers is {tight.median():.0%} "
            "of the bound (median).",
        ),
        identity(claim, "product-of-norms", excess[networks], name=name, note=_counterexample(rows[networks])),
        identity(claim, "with-activations", corrected[networks], name="worst relative excess over both products"),
    ]


def _excess(found: pd.Series, product: pd.Series) -> pd.Series:
    """What a seminorm exceeds a product by, relative to it; absolute where a map is constant and the product 0."""
    return (found - product).clip(lower=0) / product.where(product > 0, 1)


def _counterexample(rows: pd.DataFrame) -> str:
    if not len(rows):
        return ""
    worst = rows.loc[(rows["found"] / rows["product"]).idxmax()]
    return (
        f"The worst case is a network of {worst['depth']} layers with {worst['activation']}: slope "
        f"{worst['found']:.4g} where the product of the weights' norms is {worst['product']:.4g}."
    )


def _matrices(rng: np.random.Generator) -> tuple[float, float]:
    """Linear maps: the seminorm is the largest singular value."""
    n, m, k = rng.integers(1, 20, 3)
    g, f = rng.normal(size=(n, m)), rng.normal(size=(m, k))
    return float(np.linalg.norm(g @ f, 2)), float(np.linalg.norm(g, 2) * np.linalg.norm(f, 2))


def _broken_lines(rng: np.random.Generator) -> tuple[float, float]:
    """Functions on the line that are linear between knots: the seminorm is the steepest slope.

    The composition is linear between the knots of f and the points that f sends to a knot of g.
    """
    f, g = (_knots(rng, int(rng.integers(2, 8))) for _ in range(2))
    crossings = [_preimages(f, knot) for knot in g[0]]
    x = np.unique(np.concatenate([f[0], *crossings]))
    y = np.interp(np.interp(x, *f), *g)
    wide = np.diff(x) > 1e-6  # on shorter pieces rounding decides the slope
    return _steepest(x, y, wide), _steepest(*f) * _steepest(*g)


def _knots(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return np.sort(rng.uniform(-1, 1, n)), rng.uniform(-1, 1, n)


def _preimages(f: tuple[np.ndarray, np.ndarray], level: float) -> np.ndarray:
    """Where a broken line crosses a level."""
    x, y = f
    part = (level - y[:-1]) / np.diff(y)
    inside = (part > 0) & (part < 1)
    return (x[:-1] + part * np.diff(x))[inside]


def _steepest(x: np.ndarray, y: np.ndarray, pieces: np.ndarray | slice = slice(None)) -> float:
    return float(np.abs(np.diff(y) / np.diff(x))[pieces].max())


def _finite_spaces(rng: np.random.Generator) -> tuple[float, float]:
    """Arbitrary maps between finite sets of points in the plane, every pair tried."""
    spaces = [rng.normal(size=(int(rng.integers(3, 12)), 2)) for _ in range(3)]
    first, second = (rng.integers(0, len(to), len(of)) for of, to in zip(spaces[:-1], spaces[1:], strict=True))
    whole = finite_seminorm(spaces[0], spaces[2], second[first])
    return whole, finite_seminorm(spaces[0], spaces[1], first) * finite_seminorm(spaces[1], spaces[2], second)


def finite_seminorm(domain: np.ndarray, image: np.ndarray, chosen: np.ndarray) -> float:
    """Largest ratio of distances over all pairs, for the map that sends point i to image point chosen[i]."""
    one, other = np.triu_indices(len(domain), 1)
    moved = np.linalg.norm(image[chosen[one]] - image[chosen[other]], axis=1)
    return float((moved / np.linalg.norm(domain[one] - domain[other], axis=1)).max())


def _network(rng: np.random.Generator, name: str) -> tuple[str, str, int, int, float, float, float]:
    """One to four layers; every other network is one unit wide, where the bound is nearly reached."""
    depth, narrow = int(rng.integers(1, 5)), rng.uniform() < 0.5
    widths: list[int] = [1] * (depth + 1) if narrow else rng.integers(1, 16, depth + 1).tolist()
    layers = draw_layers(rng, widths, scale=float(np.exp(rng.normal())))
    points = rng.normal(size=(N_POINTS, widths[0])) * np.exp(rng.normal(size=(N_POINTS, 1)) * 1.5)
    found = np.linalg.norm(jacobians(layers, ACTIVATIONS[name], points), 2, axis=(1, 2)).max()
    steepest = ACTIVATIONS[name].steepest ** (depth - 1)
    return "networks", name, depth, max(widths), float(found), norm_product(layers), steepest
