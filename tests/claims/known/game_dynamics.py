"""Where the GAN game leads a generator."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from tests.claims.known.common import Change, World

EXPECTED = {"convergence-under-ideal-d": "mixed", "different-dynamics": "inconclusive"}


def _kind(kind: str, column: str, value: float, share: float = 1.0) -> Change:
    """Sets a column of a kind's rows, in the first `share` of its cases."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        cases = frame["case"] < share * frame.loc[frame["kind"] == kind, "case"].nunique()
        return frame.assign(**{column: frame[column].mask((frame["kind"] == kind) & cases, value)})

    return change


PERTURBED: list[tuple[str, str, str, Change]] = [
    ("convergence-under-ideal-d", part, verdict, change)
    for part, verdict, change in (
        ("steps", "contradicted", _kind("steps", "distance", 1e-3, share=0.02)),
        ("shrinking", "supported", _kind("shrinking", "distance", 1e-6)),
        ("shrinking", "invalid", _kind("shrinking", "gain", -1e-9, share=0.02)),
        ("parameters", "supported", _kind("anywhere", "distance", 1e-6)),
        ("near", "contradicted", _kind("near", "distance", 0.3, share=0.02)),
        ("rate", "contradicted", _kind("steps", "divergence", 10.0, share=0.02)),
    )
]

ENDS = {"kl": (0.0, 2.0), "reverse_kl": (2.0, 0.5), "kl_non_saturating": (-2.0, 0.5), "jensen_shannon": (1.5, 1.0)}
"""Mean and spread at the end, by fit, where the source is right."""

Ends = dict[str, tuple[float, float]]


def _fits(changed: Ends | None = None, odd: Ends | None = None, exact: Ends | None = None) -> World:
    """A world with these ends, with others in odd seeds, and with these of the exact descents."""

    def build(rng: np.random.Generator) -> pd.DataFrame:
        rows = []
        for way, fit, replicate, step in itertools.product(("game", "exact"), ENDS, range(10), (0, 50, 100)):
            mine = {**ENDS, **(changed or {}), **((odd or {}) if replicate % 2 else {})}
            mean, spread = {**ENDS, **(exact or {})}[fit] if way == "exact" else mine[fit]
            spread = spread ** (step / 100) * rng.uniform(0.98, 1.02)
            found = {"step": step, "mean": mean * step / 100, "spread": spread}
            rows.append({"way": way, "fit": fit, "replicate": replicate, **found})
        return pd.DataFrame(rows)

    return build


ONE, BOTH = (2.0, 0.5), (0.0, 2.0)

WORLDS: list[tuple[str, str, str, World]] = [
    ("different-dynamics", "different", "supported", _fits()),
    ("different-dynamics", "different", "contradicted", _fits({"reverse_kl": BOTH})),
    ("different-dynamics", "different", "inconclusive", _fits({"kl": (0.0, 2.5)}, {"kl": (0.0, 0.25)})),
    ("different-dynamics", "different", "invalid", _fits(exact={"kl": ONE})),
    ("different-dynamics", "kl-covers", "supported", _fits()),
    ("different-dynamics", "kl-covers", "contradicted", _fits({"kl": ONE})),
    ("different-dynamics", "kl-covers", "contradicted", _fits({"kl": (np.nan, np.nan)})),
    ("different-dynamics", "kl-covers", "inconclusive", _fits(odd={"kl": ONE})),
    ("different-dynamics", "reverse-kl-seeks", "supported", _fits()),
    ("different-dynamics", "reverse-kl-seeks", "contradicted", _fits({"reverse_kl": BOTH})),
    ("different-dynamics", "reverse-kl-seeks", "inconclusive", _fits(odd={"reverse_kl": BOTH})),
    ("different-dynamics", "non-saturating-seeks", "supported", _fits()),
    ("different-dynamics", "non-saturating-seeks", "contradicted", _fits({"kl_non_saturating": BOTH})),
]
