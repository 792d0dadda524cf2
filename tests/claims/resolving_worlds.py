"""A trainer that takes no time: what `python -m claims resolve` is tested with in place of Snakemake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from bench.config import Plan, plan
from bench.files import write_json
from bench.planned import Planned
from claims.claim import Claim, Declaration, Evidence, Part, Source
from claims.design import Arm, Design, Gate, Question
from claims.evaluate import evaluate_on_record, verdict_path
from claims.resolving import Limits, Resolver
from claims.resolving_tools import Price

SCALE = "tiny"
ARMS = ("toy-gan", "toy-lsgan")
BETTER = Question("log_quality", "toy-gan - toy-lsgan", "greater")
UNTRAINED, REAL = 300.0, 0.001

Values = np.ndarray[Any, np.dtype[np.float64]]
"""Log scores after the last step, of shape (arms, seeds)."""


def claim(name: str = "nearly-alike", *questions: Question, margin: float = 0.2, gates: tuple[Gate, ...] = ()) -> Claim:
    """A claim about two methods on points, with a stated part for each question."""
    return Claim(
        id=name,
        section="training",
        tier="G",
        title=f"Least squares is better ({name})",
        asserted="LSGAN ends with better samples than GAN.",
        sources=(Source("S4", "nowhere", "made up"),),
        paper="Nobody",
        parts=tuple(Part(f"part{k}", "It is so.", question=one) for k, one in enumerate(questions or (BETTER,))),
        declaration=Declaration(
            measure="log of the transport cost",
            direction="positive",
            margin=margin,
            test="interval",
            against="an interval below the margin",
            alpha=0.05,
            min_seeds=5,
            planned_seeds=10,
            checkpoint="final",
        ),
        design=Design(tuple(Arm(arm, "toy_mlp", arm.removeprefix("toy-")) for arm in ARMS), gates),
    )


def configuration(seeds: int | list[int] = 5, **designs: dict[str, Any]) -> Plan:
    """A configuration of points with so many seeds for every claim."""
    training = {"generator_steps": 4, "batch_size": 8, "snapshots": 2}
    default = {"datasets": ["gaussians8"], "seeds": seeds, "training": training}
    return plan({"scale": SCALE, "designs": {"default": default, **designs}})


def frames(values: Values) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs and scores of the two arms: finished trainings that end with these log scores."""
    n = values.shape[1]
    seeds, arms = np.tile(np.arange(n), len(ARMS)), np.repeat(ARMS, n)
    shared = {"dataset": "gaussians8", "image_size": 0, "architecture": "toy_mlp", "seed": seeds}
    runs = pd.DataFrame({"run_id": [f"{a}/s{s}" for a, s in zip(arms, seeds, strict=True)], "arm": arms, **shared})
    runs = runs.assign(
        method="gan", outcome="completed", reason="", generator_steps=4, spec="{}", deviations="[]", started_at=""
    )
    rows = runs[["run_id", "dataset", "image_size", "architecture", "method", "seed"]]
    real = rows.head(1).assign(run_id="real", architecture="reference", value=REAL, step=0)
    scores = pd.concat(
        [rows.assign(step=0, value=UNTRAINED), rows.assign(step=4, value=np.exp(values.ravel())), real],
        ignore_index=True,
    )
    return runs, scores.assign(metric="ot_samples", status="ok", extractor_sha256="", n_real=50, n_fake=50)


@dataclass
class Trainer:
    """Trains at once: the first seeds of what the world holds, for as many as the configuration asks.

    Args:
        results: the results folder.
        worlds: log scores by claim.
        calls: what was asked for, as seeds by claim.
        evidence: what was trained, by claim.
        killed: whether to be killed after the verdicts are written.
    """

    results: Path
    worlds: dict[str, Values]
    calls: list[dict[str, int]] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    killed: bool = False

    def __call__(self, config: Path, claims: Sequence[Claim]) -> None:
        """Writes verdicts where the workflow would."""
        designs = yaml.safe_load(config.read_text())["designs"]
        self.calls.append({one.id: designs[one.id]["seeds"] for one in claims})
        for one in claims:
            self.judge(one, designs[one.id]["seeds"])
        if self.killed:
            raise KeyboardInterrupt

    def judge(self, one: Claim, seeds: int) -> None:
        """Judges a claim on so many seeds."""
        found = frames(self.worlds[one.id][:, :seeds])
        self.evidence[one.id] = Evidence(pd.DataFrame(), *reversed(found))
        record = evaluate_on_record(one, self.evidence[one.id], self.results, SCALE)
        write_json(verdict_path(self.results, SCALE, one.id), record)

    def load_evidence(self, one: Claim, results: Path, scale: str) -> Evidence:
        """Stands in for `claims.evaluate.load_evidence`, which reads the workflow's tables."""
        return self.evidence[one.id]


def free(plan: Planned) -> Price:
    """Every run costs an hour; none is known to be done."""
    hours = {name: float(len(plan.run_ids(name))) for name in plan.subjects}
    return Price("cpu: test", {name: int(one) for name, one in hours.items()}, hours, float(len(plan.runs)))


def resolver(trainer: Trainer, claims: Sequence[Claim], config: Plan, **limits: Any) -> Resolver:
    """A resolver with the trainer that takes no time."""
    return Resolver(claims, config, trainer.results, Limits(**limits), trainer, free, lambda line: None)


def normal(rng: np.random.Generator, effect: float = 0.0, n: int = 160) -> Values:
    """Two arms whose differences, seed by seed, have this mean and a standard deviation of 1."""
    noise = rng.standard_normal(n) / 2
    return np.stack([effect / 2 + noise, -effect / 2 - noise])
