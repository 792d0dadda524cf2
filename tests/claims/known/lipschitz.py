"""Lipschitz constants, gradients and conventions: their verdicts, and evidence that changes them."""

from __future__ import annotations

import pandas as pd

from tests.claims.known.common import Change


def off(formula: str) -> Change:
    """A world in which a formula misses by a millionth."""
    return lambda f: f.assign(printed=f["printed"] + 1e-6 * (f["formula"] == formula))


def right(formula: str) -> Change:
    """A world in which a formula gives the derivative."""
    return lambda f: f.assign(printed=f["printed"].mask(f["formula"] == formula, f["found"]))


def networks(change: Change) -> Change:
    """Changes the rows of networks and leaves the others."""
    return lambda f: pd.concat([f[f["family"] != "networks"], change(f[f["family"] == "networks"])])


EXPECTED = {
    "lipschitz-composition": "mixed",
    "softmax-and-backprop": "mixed",
    "lipschitz-iff-gradient": "supported",
    "compact-weights-lipschitz": "mixed",
    "sign-and-mean-conventions": "supported",
    "spectral-norm-linear": "supported",
}

PERTURBED: list[tuple[str, str, str, Change]] = [
    ("lipschitz-composition", "composition", "contradicted", lambda f: f.assign(found=f["product"] * 1.001)),
    ("lipschitz-composition", "sufficient", "contradicted", networks(lambda f: f.assign(product=f["product"] * 0.5))),
    ("lipschitz-composition", "product-of-norms", "supported", lambda f: f[f["activation"] != "SiLU"]),
    ("lipschitz-composition", "product-of-norms", "not run", lambda f: f[f["family"] != "networks"]),
    ("lipschitz-composition", "with-activations", "contradicted", lambda f: f.assign(activations=1.0)),
    ("softmax-and-backprop", "chain-rule", "supported", right("chain-rule")),
    ("softmax-and-backprop", "hidden-logistic", "contradicted", right("hidden-logistic")),
    ("softmax-and-backprop", "hidden-logistic", "not run", lambda f: f[f["hidden"] == "sigmoid"]),
    *[
        ("softmax-and-backprop", part, "contradicted", off(part))
        for part in ("softmax", "output-pre-activation", "output-weights", "output-bias", "hidden-output",
                     "hidden-pre-activation")
    ],
    ("lipschitz-iff-gradient", "lipschitz-bounds-gradient", "contradicted",
     lambda f: f.assign(gradient=f["gradient"] * 1.00001)),
    ("lipschitz-iff-gradient", "gradient-bounds-lipschitz", "contradicted",
     lambda f: f.assign(quotient=f["gradient"] * 1.0001)),
    ("lipschitz-iff-gradient", "other-domains", "not run",
     lambda f: f[f["domain"].isin(["whole space", "half-plane"])]),
    ("lipschitz-iff-gradient", "other-domains", "contradicted", lambda f: f.assign(quotient=f["gradient"])),
    ("lipschitz-iff-gradient", "convex-domain", "contradicted", lambda f: f.assign(quotient=f["quotient"] * 9)),
    ("compact-weights-lipschitz", "some-k", "contradicted", lambda f: f.assign(bound=f["bound"] * 0.99)),
    ("compact-weights-lipschitz", "any-non-linearity", "supported",
     lambda f: f.assign(slope=f["slope"].clip(upper=1e-9))),
    ("compact-weights-lipschitz", "any-non-linearity", "not run", lambda f: f[f["activation"] != "square"]),
    ("compact-weights-lipschitz", "not-shortened", "contradicted",
     lambda f: f.assign(to_shortened=f["to_shortened"].mask(f["case"] == 7, 0.0))),
    ("compact-weights-lipschitz", "not-best", "supported", lambda f: f.assign(to_best=f["to_shortened"])),
    ("compact-weights-lipschitz", "projected", "contradicted", lambda f: f.assign(to_best=f["to_best"] + 1e-6)),
    ("compact-weights-lipschitz", "rests", "contradicted", lambda f: f.assign(moved=1e-6)),
    ("compact-weights-lipschitz", "full-matrix", "contradicted", lambda f: f.assign(to_best=0.0)),
    ("sign-and-mean-conventions", "mean", "contradicted", lambda f: f.assign(last_layer=f["last_layer"] + 1e-9)),
    ("sign-and-mean-conventions", "sign", "contradicted", lambda f: f.assign(mirrored=f["same_start"])),
    ("sign-and-mean-conventions", "sign", "not run", lambda f: f[f["loss"] == "gan"]),
    ("sign-and-mean-conventions", "same-start", "contradicted", lambda f: f.assign(same_start=f["mirrored"])),
    ("sign-and-mean-conventions", "gan-sign", "contradicted", lambda f: f.assign(mirrored=1e-9)),
    ("sign-and-mean-conventions", "gan-mean", "contradicted", lambda f: f.assign(last_layer=f["in_loss"])),
    ("spectral-norm-linear", "without", "contradicted", lambda f: f.assign(largest=f["largest"].clip(upper=9))),
    ("spectral-norm-linear", "without", "inconclusive", lambda f: f[f["start"] < 20]),
    ("spectral-norm-linear", "without", "not run", lambda f: f[f["normalized"]]),
    ("spectral-norm-linear", "with", "contradicted", lambda f: f.assign(largest=f["largest"] * 1.0001)),
    ("spectral-norm-linear", "with", "inconclusive", lambda f: f[f["start"] < 20]),
    ("spectral-norm-linear", "growth", "contradicted", lambda f: f.assign(inputs=f["inputs"] / 2)),
    ("spectral-norm-linear", "steady", "contradicted", lambda f: f.assign(largest=f["largest"] ** 1.1)),
    ("spectral-norm-linear", "steady", "contradicted", lambda f: f.assign(largest=f["largest"].clip(upper=60))),
    ("spectral-norm-linear", "first-pass", "contradicted", lambda f: f.assign(largest=f["largest"].clip(upper=1))),
]  # fmt: skip
