"""Worlds of trainings: what the outcomes of a claim's arms would look like if its source were right, or wrong.

A world replaces what is taken of each run (`claims.outcomes.OUTCOMES`), never
how it is judged: the runs are those that the claim's design plans.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
import json
import math
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unittest import mock

import numpy as np
import pandas as pd

from bench.config import plan
from bench.spec import RunSpec
from claims.catalogue import CLAIMS
from claims.claim import Claim, Evidence
from claims.designs import arms_of
from claims.outcomes import OUTCOMES, Outcome
from tests.claims import known

Taken = Mapping[str, Mapping[str, float]]
"""By arm and outcome: the mean of a number (a correlation as such), the chance of a yes, the median of steps."""

CONFIG = {
    "datasets": ["mnist", "gaussians25"],
    "training": {"image_size": 32, "generator_steps": 2000},
}
"""What the arms of a claim train on where it does not say so; each takes the data of its kind."""


@dataclass(frozen=True)
class World:
    """What the arms of a claim look like.

    Outcomes that gates and premises ask about hold wherever nothing is said of them.

    Args:
        true: if the source is right, from its words.
        false: if it is wrong.
        spread: standard deviation over seeds of numbers, of Fisher's z for correlations, and of the log of steps.
    """

    true: Taken
    false: Taken
    spread: float = 0.2


def worlds() -> dict[str, World]:
    """Returns the worlds of every claim about trainings, from all modules `known.grid_*`."""
    names = (module.name for module in pkgutil.iter_modules(known.__path__) if module.name.startswith("grid_"))
    found = [importlib.import_module(f"{known.__name__}.{name}").WORLDS for name in names]
    assert sum(map(len, found)) == len({claim for one in found for claim in one}), "a claim has two worlds"
    return {claim: world for one in found for claim, world in one.items()}


def asked(claim: Claim) -> dict[str, set[str]]:
    """Returns the outcomes that the claim's questions take of each arm."""
    wanted: dict[str, set[str]] = {}
    for part in claim.parts:
        for arm in part.question.arms if part.question else ():
            wanted.setdefault(arm, set()).add(part.question.outcome if part.question else "")
    return wanted


def alike(claim: Claim) -> Taken:
    """A world in which all arms are the same: nothing moves, every second run says yes."""
    level = {"number": 0.0, "yes or no": 0.5, "order": 100.0}
    return {arm: {name: level[OUTCOMES[name].kind] for name in names} for arm, names in asked(claim).items()}


@functools.cache
def evidence(claim_id: str, n_seeds: int = 0) -> Evidence:
    """Finished runs of every arm of a claim, with scores that pass the gates on the score itself.

    Args:
        claim_id: name in the catalogue.
        n_seeds: seeds of each arm; as many as the claim was planned with by default.
    """
    claim = CLAIMS[claim_id]
    seeds = n_seeds or claim.declaration.planned_seeds
    config = plan({"scale": "test", "claims": [claim_id], "designs": {"default": {**CONFIG, "seeds": seeds}}})
    runs = [_run(arm, spec) for arm, specs in arms_of(config, claim) for spec in specs if isinstance(spec, RunSpec)]
    scores = [_score(run, 300.0) for run in runs]
    scores += [_score(_reference(run), 5.0) for run in {run["dataset"]: run for run in runs}.values()]
    return Evidence(pd.DataFrame(), pd.DataFrame(scores), pd.DataFrame(runs))


def _run(arm: str, spec: RunSpec) -> dict[str, object]:
    return {
        "run_id": spec.run_id,
        "arm": arm,
        "dataset": spec.dataset,
        "image_size": spec.image_size,
        "architecture": spec.architecture,
        "method": spec.method,
        "seed": spec.seed,
        "outcome": "completed",
        "reason": "",
        "generator_steps": spec.generator_steps,
        "spec": spec.to_json(),
        "deviations": json.dumps([]),
    }


def _reference(run: Mapping[str, object]) -> dict[str, object]:
    return {**run, "run_id": f"{run['dataset']}/reference/real", "architecture": "reference", "method": "real"}


def _score(run: Mapping[str, object], value: float) -> dict[str, object]:
    """The quality of the untrained generator of a run, or of real data."""
    shown = {key: run[key] for key in ("run_id", "dataset", "image_size", "architecture", "method", "seed")}
    row = {**shown, "step": 0, "metric": "fid", "value": value, "status": "ok"}
    return {**row, "extractor_sha256": "ab" * 32, "n_real": 350, "n_fake": 350}


@contextlib.contextmanager
def outcomes(taken: Taken, spread: float, runs: pd.DataFrame, rng: np.random.Generator) -> Iterator[None]:
    """Replaces what is taken of runs by draws from a world; another way to ask an outcome gets the outcome's own."""
    arms = dict(zip(runs["run_id"], runs["arm"], strict=True))
    drawn = {
        name: pd.Series({run: _draw(taken.get(arm, {}).get(name), one, spread, rng) for run, arm in arms.items()})
        for name, one in OUTCOMES.items()
    }
    said = {name for cell in taken.values() for name in cell}
    for name, one in OUTCOMES.items():
        drawn |= {other.outcome: drawn[name] for other in one.alternatives if other.outcome not in said}
    replaced = {
        name: dataclasses.replace(one, of=functools.partial(_look_up, drawn[name]), resolution=None)
        for name, one in OUTCOMES.items()
    }
    with mock.patch.dict(OUTCOMES, replaced):
        yield


def _look_up(drawn: pd.Series, evidence: Evidence) -> pd.Series:
    return drawn.reindex(evidence.runs["run_id"].unique())


def _draw(middle: float | None, one: Outcome, spread: float, rng: np.random.Generator) -> float:
    """What one run comes to; a yes where the world does not say."""
    if one.kind == "yes or no":
        return float(rng.uniform() < (1.0 if middle is None else middle))
    if middle is None:
        return math.nan
    if one.kind == "order":
        return middle * math.exp(rng.normal(0, spread))
    return float((math.atanh(middle) if one.scale == "correlation" else middle) + rng.normal(0, spread))
