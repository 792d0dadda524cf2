"""The first studies: their verdicts, and evidence that changes them."""

from __future__ import annotations

import math

import numpy as np

from tests.claims.known.common import Change

EXPECTED = {
    "js-peaks-saturate": "supported",
    "w1-peaks-linear": "supported",
    "parallel-lines": "mixed",
    "bakeries-optimal-plan": "contradicted",
    "wasserstein-bernoulli-bias": "supported",
    "cramer-unbiased": "supported",
    "optimal-discriminator": "supported",
    "gan-value-at-optimum": "mixed",
    "softplus-blend": "supported",
    "minmax-xy-diverges": "mixed",
    "power-iteration": "contradicted",
}

PERTURBED: list[tuple[str, str, str, Change]] = [
    ("js-peaks-saturate", "proportional", "contradicted", lambda f: f.assign(jensen_shannon=f["jensen_shannon"] ** 2)),
    ("js-peaks-saturate", "flat", "contradicted", lambda f: f.assign(jensen_shannon=f["shift"].abs())),
    ("w1-peaks-linear", "half-distance", "contradicted", lambda f: f.assign(wasserstein=f["wasserstein"] * 1.01)),
    ("w1-peaks-linear", "grows", "contradicted", lambda f: f.assign(wasserstein=0.3)),
    ("parallel-lines", "tv-printed", "supported", lambda f: f.assign(total_variation=(f["theta"] == 0) * 1.0)),
    ("parallel-lines", "kl", "contradicted", lambda f: f.assign(kl=5.0)),
    ("parallel-lines", "js", "contradicted", lambda f: f.assign(jensen_shannon=1.0)),
    ("parallel-lines", "w", "contradicted", lambda f: f.assign(wasserstein=f["theta"] ** 2)),
    ("parallel-lines", "not-smooth", "contradicted", lambda f: f.assign(jensen_shannon=f["theta"].abs())),
    ("parallel-lines", "not-smooth", "contradicted", lambda f: f.assign(kl=5.0)),
    ("parallel-lines", "smooth", "supported", lambda f: f.assign(slope_left=f["slope_right"])),
    ("bakeries-optimal-plan", "printed-plan", "supported", lambda f: f[f["price"] >= 65]),
    ("bakeries-optimal-plan", "optimum", "contradicted",
     lambda f: f[(f["price"] != 64) | (f["method"] != "enumeration")]),
    ("wasserstein-bernoulli-bias", "biased", "contradicted", lambda f: f.assign(expected=f["true"], sampled=f["true"])),
    ("wasserstein-bernoulli-bias", "biased", "invalid", lambda f: f.assign(sampled=-f["sampled"])),
    ("wasserstein-bernoulli-bias", "wrong-minimiser", "contradicted",
     lambda f: f.assign(theta=f["theta"].mask(f["kind"] == "minimiser", f["target"]))),
    ("cramer-unbiased", "bernoulli", "contradicted", lambda f: f.assign(expected=f["expected"] + 0.01)),
    ("cramer-unbiased", "discrete", "contradicted", lambda f: f.assign(expected=f["expected"] * 1.01)),
    ("cramer-unbiased", "gaussian", "contradicted", lambda f: f.assign(low=f["low"] * 1.2, high=f["high"] * 1.2)),
    ("cramer-unbiased", "gaussian", "inconclusive", lambda f: f.assign(low=f["low"] - 9, high=f["high"] + 9)),
    ("cramer-unbiased", "plug-in", "contradicted", lambda f: f.assign(expected=f["true"])),
    ("optimal-discriminator", "pointwise", "contradicted", lambda f: f.assign(found=f["found"] * 0.99)),
    ("optimal-discriminator", "no-rival", "contradicted", lambda f: f.assign(gain=f["gain"] + 1)),
    ("optimal-discriminator", "log-base", "contradicted", lambda f: f.assign(found_base10=0.5)),
    ("gan-value-at-optimum", "as-js", "supported", lambda f: f.assign(value=f["jensen_shannon"] - math.log(4))),
    ("gan-value-at-optimum", "printed-line", "supported", lambda f: f.assign(log_dropped=f["value"])),
    ("gan-value-at-optimum", "printed-line-3", "supported", lambda f: f.assign(log_dropped_later=f["value"])),
    ("gan-value-at-optimum", "kl-sum", "contradicted", lambda f: f.assign(kl_sum=f["kl_sum"] + 1e-6)),
    ("gan-value-at-optimum", "optimum", "contradicted", lambda f: f.assign(value=f["value"] - 0.1)),
    ("softplus-blend", "identity", "contradicted", lambda f: f.assign(difference=f["difference"] + 1e-6)),
    ("softplus-blend", "average", "contradicted", lambda f: f.assign(non_saturating=f["minimax"])),
    ("softplus-blend", "average", "contradicted", lambda f: f.assign(wgan=-f["wgan"])),
    ("softplus-blend", "sum", "contradicted", lambda f: f.assign(wgan=f["wgan"] / 2)),
    ("minmax-xy-diverges", "outwards", "contradicted", lambda f: f.assign(x=np.cos(f["step"]), y=np.sin(f["step"]))),
    ("minmax-xy-diverges", "turns", "contradicted", lambda f: f.assign(x=2.0 ** f["step"], y=0.0)),
    ("minmax-xy-diverges", "printed-derivative", "supported", lambda f: f.assign(slope_y=-f["x"])),
    ("minmax-xy-diverges", "derivative", "contradicted", lambda f: f.assign(slope_y=-f["x"])),
    ("minmax-xy-diverges", "rate", "contradicted", lambda f: f.assign(eta=f["eta"] * 1.1)),
    ("power-iteration", "ten-steps", "supported", lambda f: f.assign(estimate=f["largest"])),
    ("power-iteration", "hundred-steps", "contradicted", lambda f: f.assign(estimate=f["largest"] * 0.99)),
    ("power-iteration", "hundred-steps", "inconclusive", lambda f: f[f["matrix"] < 20]),
    ("power-iteration", "lower-bound", "contradicted", lambda f: f.assign(estimate=f["estimate"] * 1.1)),
    ("power-iteration", "error-bound", "contradicted", lambda f: f.assign(second=0.0)),
]  # fmt: skip
