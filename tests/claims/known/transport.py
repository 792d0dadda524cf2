"""Transport: verdicts of its studies, and evidence that changes them."""

from __future__ import annotations

import numpy as np

from tests.claims.known.common import Change

EXPECTED = {
    "convergence-hierarchy": "mixed",
    "noise-bound": "contradicted",
    "monge-factorial": "supported",
}

PERTURBED: list[tuple[str, str, str, Change]] = [
    ("convergence-hierarchy", "kl-js", "contradicted", lambda f: f.assign(jensen_shannon=0.5)),
    ("convergence-hierarchy", "js-w", "supported", lambda f: f[~f["family"].isin(["escape", "heavy tail"])]),
    ("convergence-hierarchy", "js-w", "not run", lambda f: f.assign(jensen_shannon=0.5)),
    ("convergence-hierarchy", "w-weak", "contradicted", lambda f: f.assign(weak=1.0)),
    ("convergence-hierarchy", "weak-w", "supported", lambda f: f.assign(wasserstein=f["weak"])),
    ("convergence-hierarchy", "one-way", "contradicted", lambda f: f.assign(kl=f["jensen_shannon"])),
    ("convergence-hierarchy", "one-way", "contradicted", lambda f: f.assign(jensen_shannon=f["wasserstein"])),
    ("convergence-hierarchy", "bounded", "contradicted", lambda f: f.assign(diameter=f["diameter"] / 10)),
    ("noise-bound", "transcribed", "supported", lambda f: f[f["diameter"] <= 0.5]),
    ("noise-bound", "transcribed", "supported", lambda f: f.assign(variance=f["wasserstein"] ** 2)),
    ("noise-bound", "diameter", "contradicted", lambda f: f.assign(diameter=f["diameter"] / 10)),
    ("noise-bound", "moments", "contradicted", lambda f: f.assign(moments=1.0)),
    ("monge-factorial", "factorial", "contradicted", lambda f: f.assign(tried=2.0 ** f["size"])),
    ("monge-factorial", "linear-program", "contradicted", lambda f: f.assign(enumerated=f["enumerated"] + 1e-6)),
    ("monge-factorial", "polynomial", "contradicted", lambda f: f.assign(looks=(2.0 ** f["size"]).astype(np.float64))),
]  # fmt: skip
