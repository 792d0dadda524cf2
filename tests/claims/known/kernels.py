"""Kernels, energies, batch-wise transport, sizes and defaults: their verdicts, and evidence that changes them."""

from __future__ import annotations

import pandas as pd

from tests.claims.known.common import Change

FIXED = {"nobn-parameters", "mlp-parameters"}

EXPECTED = {
    "nobn-parameters": "supported",
    "mlp-parameters": "supported",
}


def _resized(generator: str, factor: float) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        mine = frame["generator"] == generator
        return frame.assign(parameters=frame["parameters"].mask(mine, frame["parameters"] * factor))

    return change


PERTURBED: list[tuple[str, str, str, Change]] = [
    ("nobn-parameters", "order", "contradicted", _resized("constant", 1.3)),
    ("nobn-parameters", "a-bit", "contradicted", _resized("constant", 0.6)),
    ("nobn-parameters", "by-filters", "contradicted", _resized("dcgan", 1.01)),
    ("nobn-parameters", "wide", "contradicted", _resized("constant wide", 0.5)),
    ("mlp-parameters", "similar", "contradicted", _resized("mlp", 2.0)),
    ("mlp-parameters", "similar", "contradicted", _resized("mlp", 0.5)),
    ("mlp-parameters", "twice", "contradicted", _resized("mlp", 1.1)),
    ("mlp-parameters", "last-layer", "contradicted",
     lambda f: f.assign(parameters=f["parameters"].mask(f["layer"] == 0, 10**7))),
]  # fmt: skip
