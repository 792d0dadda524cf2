"""Distances and their estimates from samples, and published defaults: verdicts, and evidence that changes them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.claims.known.common import Change

EXPECTED = {
    "minibatch-ot-biased": "mixed",
    "mmd-closed-form": "supported",
    "energy-equals-cramer": "supported",
    "cramer-ideal-divergence": "supported",
    "defaults-conform": "mixed",
}


def path(**columns: str) -> Change:
    """A world in which columns of the rows about descent take the values of others."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        here = frame["kind"] == "path"
        return frame.assign(**{name: frame[name].mask(here, frame[other]) for name, other in columns.items()})

    return change


def other(divergence: str, kind: str, value: Change) -> Change:
    """A world in which a divergence ends up elsewhere in the rows about one property."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        here = (frame["divergence"] == divergence) & (frame["kind"] == kind)
        return frame.assign(other=frame["other"].mask(here, value(frame)))

    return change


def setting(method: str, name: str, found: str) -> Change:
    """A world in which one default is another one, in one architecture that is compared."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        here = (frame["method"] == method) & (frame["name"] == name) & (frame["architecture"] == "tanh")
        return frame.assign(found=frame["found"].mask(here, found))

    return change


def loop(method: str, steps: str) -> Change:
    """A world in which a printed loop makes another number of steps."""
    return lambda f: f.assign(found=f["found"].mask((f["kind"] == "loop") & (f["method"] == method), steps))


PERTURBED: list[tuple[str, str, str, Change]] = [
    ("minibatch-ot-biased", "same", "contradicted", lambda f: f.assign(bias=f["bias"] * (f["limit"] > 0))),
    ("minibatch-ot-biased", "same", "mixed",
     lambda f: f.assign(bias=f["bias"] * ((f["limit"] > 0) | (f["dimension"] > 1)))),
    ("minibatch-ot-biased", "same", "inconclusive", lambda f: f.assign(error=9.0)),
    ("minibatch-ot-biased", "different", "contradicted", lambda f: f.assign(bias=0.0)),
    ("minibatch-ot-biased", "different", "supported", lambda f: f.assign(bias=f["limit"])),
    ("minibatch-ot-biased", "different", "inconclusive", lambda f: f.assign(error=9.0)),
    ("minibatch-ot-biased", "different", "not run", lambda f: f[f["kind"] != "cell"]),
    ("minibatch-ot-biased", "rough", "contradicted", lambda f: f.assign(spread=f["spread"] / 10)),
    ("minibatch-ot-biased", "rough", "supported", lambda f: f.assign(spread=f["limit"] + f["bias"])),
    ("minibatch-ot-biased", "rough", "inconclusive",
     lambda f: f.assign(spread=0.1 * (f["limit"] + f["bias"]))),
    ("minibatch-ot-biased", "never-below", "contradicted", lambda f: f.assign(bias=-f["bias"])),
    ("minibatch-ot-biased", "ordered", "contradicted", lambda f: f.assign(bias=f["bias"] + 1e-9)),
    ("minibatch-ot-biased", "many-dimensions", "contradicted", lambda f: f.assign(bias=0.0)),
    ("minibatch-ot-biased", "few-dimensions", "contradicted", lambda f: f.assign(bias=f["limit"])),
    ("minibatch-ot-biased", "slow", "contradicted", lambda f: f.assign(bias=f["bias"] / np.sqrt(f["m"]))),
    ("minibatch-ot-biased", "agree", "contradicted", lambda f: f.assign(spread=f["spread"] * 10)),
    ("mmd-closed-form", "maximum", "contradicted", lambda f: f.assign(searched=f["searched"] * 1.001)),
    ("mmd-closed-form", "maximum", "contradicted", lambda f: f.assign(closed=f["rival"])),
    ("mmd-closed-form", "witness", "contradicted", lambda f: f.assign(rival=f["closed"] + 1e-6)),
    ("mmd-closed-form", "witness", "contradicted", lambda f: f.assign(witness=f["rival"])),
    ("mmd-closed-form", "quadratic", "contradicted", lambda f: f.assign(quadratic=f["quadratic"] / 2)),
    ("mmd-closed-form", "mean", "contradicted", lambda f: f.assign(gap=1e-6)),
    ("energy-equals-cramer", "equivalent", "contradicted",
     lambda f: f.assign(energy=f["energy"].mask(f["family"] == "uniforms", f["cramer"]))),
    ("energy-equals-cramer", "non-negative", "contradicted", lambda f: f.assign(energy=f["energy"] - 0.01)),
    ("energy-equals-cramer", "twice", "contradicted", lambda f: f.assign(energy=f["cramer"])),
    ("energy-equals-cramer", "line-only", "contradicted", lambda f: f.assign(energy=2 * f["cramer"])),
    *[("cramer-ideal-divergence", part, "contradicted", other(divergence, kind, value))
      for part, divergence, kind, value in (
          ("sum", "cramer", "sum", lambda f: f["value"] * 1.01),
          ("scale", "cramer", "scale", lambda f: f["value"]),
          ("scale", "cramer", "scale", lambda f: f["value"] * np.sqrt(f["factor"])),
          ("gradients", "cramer", "gradient", lambda f: f["value"] + 0.01),
          ("wasserstein-sum", "wasserstein", "sum", lambda f: f["value"] * 1.01),
          ("wasserstein-scale", "wasserstein", "scale", lambda f: f["value"]),
          ("wasserstein-lacks", "wasserstein", "gradient", lambda f: f["value"]),
          ("kl-sum", "kl", "sum", lambda f: f["value"] * 1.01),
          ("kl-gradients", "kl", "gradient", lambda f: f["value"] + 0.01),
          ("kl-lacks", "kl", "scale", lambda f: f["value"] * f["factor"]),
          ("roots", "l_2", "scale", lambda f: f["value"] * f["factor"]),
          ("root-biased", "l_2", "gradient", lambda f: f["value"]),
          ("only-square", "l_3^3", "gradient", lambda f: f["value"]),
      )],
    ("cramer-ideal-divergence", "continuity", "contradicted",
     lambda f: f.assign(value=f["value"] * np.where(f["divergence"] == "cramer", 9, 1))),
    ("wasserstein-bernoulli-bias", "descent", "contradicted", path(theta="true")),
    ("wasserstein-bernoulli-bias", "stochastic", "contradicted", path(expected="true", sampled="true")),
    ("wasserstein-bernoulli-bias", "stochastic", "invalid", path(sampled="true")),
    ("wasserstein-bernoulli-bias", "true-descent", "contradicted", path(true="theta")),
    ("wasserstein-bernoulli-bias", "descent-ends", "contradicted", path(theta="true")),
    ("cramer-unbiased", "descent", "contradicted",
     lambda f: f.assign(expected=f["expected"].mask(f["kind"] == "descent", f["true"] + 1e-6))),
    ("defaults-conform", "wgan", "contradicted", setting("wgan", "n_critic", "6")),
    ("defaults-conform", "wgan", "contradicted", setting("wgan", "clip_first", "True")),
    ("defaults-conform", "wgan-gp", "contradicted", setting("wgan_gp", "beta1", "0.5")),
    ("defaults-conform", "wgan-loop", "supported", loop("wgan", "5")),
    ("defaults-conform", "wgan-gp-loop", "contradicted", loop("wgan_gp", "6")),
    ("defaults-conform", "wgan-gp-loop", "not run", lambda f: f[f["kind"] != "loop"]),
    ("defaults-conform", "subscript", "supported", lambda f: f.assign(subscript=f["algorithm"])),
    ("defaults-conform", "point", "supported", lambda f: f.assign(point=f["algorithm"])),
    ("defaults-conform", "maximum", "supported", lambda f: f.assign(printed=1.0, added=1.0)),
    ("defaults-conform", "subtracted", "contradicted", lambda f: f.assign(subtracted=1.0)),
]  # fmt: skip
