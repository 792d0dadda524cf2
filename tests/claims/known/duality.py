"""Duality, the optimal critic and continuity in theta: their verdicts, and evidence that changes them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.claims.known.common import Change, World

EXPECTED = {
    "kantorovich-rubinstein": "mixed",
    "grad-of-w1": "contradicted",
    "w-continuous-in-theta": "mixed",
    "optimal-critic-unit-gradient": "mixed",
}


def of_kind(kind: str, change: Change) -> Change:
    """Changes the rows of one kind and leaves the others."""
    return lambda f: pd.concat([f[f["kind"] != kind], change(f[f["kind"] == kind])])


PERTURBED: list[tuple[str, str, str, Change]] = [
    ("kantorovich-rubinstein", "duality", "contradicted", lambda f: f.assign(dual=f["dual"] * 1.0001)),
    ("kantorovich-rubinstein", "duality", "contradicted",
     of_kind("densities", lambda f: f.assign(plan=f["plan"] * 1.0001))),
    ("kantorovich-rubinstein", "order", "contradicted", lambda f: f.assign(reversed=-f["reversed"])),
    ("kantorovich-rubinstein", "indices", "supported",
     lambda f: f[f["family"].isin(["shared points", "equal masses"])]),
    ("kantorovich-rubinstein", "indices", "not run", lambda f: f[f["kind"] == "densities"]),
    ("kantorovich-rubinstein", "same-places", "contradicted", lambda f: f.assign(same_places=True)),
    ("grad-of-w1", "printed", "supported", of_kind("printed", lambda f: f.assign(critic=f["found"]))),
    ("grad-of-w1", "printed", "not run", lambda f: f[f["kind"] != "printed"]),
    ("grad-of-w1", "generator", "contradicted",
     of_kind("derivative", lambda f: f.assign(critic=f["critic"] + 1e-5))),
    ("grad-of-w1", "kinks", "contradicted", of_kind("kink", lambda f: f.assign(found=0.0))),
    ("w-continuous-in-theta", "continuous", "supported", lambda f: f[f["family"] != "escape"]),
    ("w-continuous-in-theta", "continuous", "supported", lambda f: f.assign(change=f["map_change"])),
    ("w-continuous-in-theta", "continuous", "not run", lambda f: f.assign(map_change=0.1)),
    ("w-continuous-in-theta", "differentiable", "contradicted",
     of_kind("slopes", lambda f: f.assign(left=f["right"] - 0.01))),
    ("w-continuous-in-theta", "differentiable", "inconclusive", of_kind("slopes", lambda f: f.head(20))),
    ("w-continuous-in-theta", "bounded", "contradicted", lambda f: f.assign(bounded=True)),
    ("w-continuous-in-theta", "continuity-alone", "contradicted", lambda f: f.assign(quotient=1.0)),
]  # fmt: skip


EXACT_PLACES = {"coupled": "even", "independent": "even", "box": "even", "shared": "half", "moved": "half"}
PLACES = 40


def critics(
    *, broken: str = "", share: float = 1.0, gap: float = 0.0, excess: tuple[float, float] = (0.05, 0.06),
    beside: float = 0.0, estimate: float = 1.1, scatter: tuple[float, float] = (0.01, 0.01),
) -> World:  # fmt: skip
    """Ten problems in which every norm is 1 but at a place, and trained critics.

    Args:
        broken: the place at which norms are anything below 0.9 in some problems, or "upper".
        share: of the problems in which they are.
        gap: between two optimal critics on lines between coupled points.
        excess: of the trained critics' mean norm over 1, in even and in odd problems.
        beside: what their norm is larger by between coupled points than between independent ones.
        estimate: of the trained critics, relative to W1.
        scatter: of their norm around its mean, in even and in odd problems.
    """

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        for replicate in range(10):
            bad = broken if replicate < 10 * share else ""
            kinds = [*(("exact", place, pair) for place, pair in EXACT_PLACES.items()), ("upper", "box", "even")]
            for critic, place, pair in kinds:
                here = bad == ("upper" if critic == "upper" else critic == "exact" and place)
                norms = rng.uniform(0, 0.9, PLACES) if here else 1 + 1e-12 * rng.normal(size=PLACES)
                common = {"kind": "norm", "replicate": replicate, "critic": critic, "place": place, "pair": pair}
                rows += [{**common, "norm": norm, "gap": gap if critic == "exact" else np.nan} for norm in norms]
            rows += _trained(rng, replicate, (1 + excess[replicate % 2], scatter[replicate % 2]), beside)
            rows += [{"kind": "training", "replicate": replicate, "estimate": estimate, "wasserstein": 1.0}]
        return pd.DataFrame([*rows, *_picture(rng)])

    return build


def _trained(
    rng: np.random.Generator, replicate: int, norm: tuple[float, float], beside: float
) -> list[dict[str, object]]:
    mean, scatter = norm
    common = {"kind": "norm", "replicate": replicate, "critic": "trained", "pair": "even", "gap": np.nan}
    centres = {"coupled": mean, "independent": mean - beside}
    return [
        {**common, "place": place, "norm": centre + scatter * rng.normal()}
        for place, centre in centres.items()
        for _ in range(PLACES)
    ]


def _picture(rng: np.random.Generator) -> list[dict[str, object]]:
    side = np.linspace(-1, 1, 5)
    grid = [{"kind": "map", "x1": x1, "x2": x2, "value": x1 + 0.1 * rng.normal()} for x1 in side for x2 in side]
    return [*grid, {"kind": "plan", "x1": 0.5, "x2": 0.0, "y1": -0.5, "y2": 0.1}]


UNIT = "optimal-critic-unit-gradient"

WORLDS: list[tuple[str, str, str, World]] = [
    *[(UNIT, part, verdict, critics(broken=place, share=share))
      for part, place in {"coupled": "coupled", "under-both": "shared", "almost-everywhere": "box",
                          "interpolates": "independent", "moved": "moved", "greatest": "upper"}.items()
      for verdict, share in (("supported", 0.0), ("contradicted", 1.0), ("inconclusive", 0.5))],
    (UNIT, "coupled", "contradicted", critics(gap=0.1)),
    (UNIT, "trained", "supported", critics()),
    (UNIT, "trained", "contradicted", critics(excess=(0.3, 0.35))),
    (UNIT, "trained", "inconclusive", critics(excess=(0.0, 0.2))),
    (UNIT, "trained", "invalid", critics(estimate=0.5)),
    (UNIT, "trained-places", "supported", critics()),
    (UNIT, "trained-places", "contradicted", critics(scatter=(0.3, 0.3))),
    (UNIT, "trained-places", "inconclusive", critics(scatter=(0.01, 0.3))),
    (UNIT, "trained-places", "invalid", critics(estimate=0.5)),
    (UNIT, "above-one", "supported", critics()),
    (UNIT, "above-one", "contradicted", critics(excess=(-0.01, 0.01))),
    (UNIT, "above-one", "invalid", critics(estimate=-1.0)),
    (UNIT, "penalised", "supported", critics()),
    (UNIT, "penalised", "contradicted", critics(beside=0.2)),
    (UNIT, "penalised", "invalid", critics(estimate=np.nan)),
]  # fmt: skip
