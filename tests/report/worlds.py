"""A small made-up world in the formats that the report reads."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.files import write_atomic, write_json, write_table
from claims.claim import Claim, Declaration, Found, Part, Source, Verdict
from claims.design import Arm, Design, Gate, Question
from report.inputs import Inputs, read
from report.render import Pages, render
from report.sections import Draw

SCALE = "tiny"
PROTOCOL = "0123456789"
STEPS = (0, 20, 60, 120)
ARCHITECTURES = ("dcgan", "mlp")
METHODS = ("gan", "wgan_gp")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><rect width="30" height="20" fill="#ddd"/></svg>'


def declaration(**changes: Any) -> Declaration:
    """Returns a declaration with some fields changed."""
    fields: dict[str, Any] = {
        "measure": "Spearman correlation of the critic's estimate with FID, within a run",
        "direction": "positive",
        "margin": 0.5,
        "test": "interval over seeds",
        "against": "an interval below the margin",
        "alpha": 0.05,
        "min_seeds": 5,
        "planned_seeds": 10,
        "checkpoint": "all snapshots",
    }
    return Declaration(**(fields | changes))


def design() -> Design:
    """Returns two arms, one of which differs from the configuration, and a gate."""
    arms = (
        Arm("dcgan-wgan_gp", "dcgan", "wgan_gp"),
        Arm("fast", "dcgan", "wgan_gp", {"method_options.learning_rate*": 3}),
    )
    return Design(arms, (Gate("Premise: samples improve.", "improves", ("dcgan-wgan_gp",)),))


def claim(name: str, **changes: Any) -> Claim:
    """Returns a claim with one stated and one corrected part."""
    fields: dict[str, Any] = {
        "id": name,
        "section": "training",
        "tier": "G",
        "title": f"Title of {name}",
        "asserted": "The loss of the critic falls while the samples improve.",
        "sources": (Source("S2", "slide 14", "The loss correlates with sample quality."),),
        "paper": "Arjovsky, Chintala, Bottou (2017), Wasserstein generative adversarial networks",
        "parts": (
            Part("curve", "The correlation is positive.", question=Question("trains", "dcgan-wgan_gp", "at least")),
            Part("mended", "It is at least 0.2.", "corrected"),
        ),
        "declaration": declaration(),
        "judge": "nowhere:judge",
        "design": design(),
        "found": (Found("Only the falling part of the curve says anything.", {"mended": Verdict.SUPPORTED}),),
    }
    return Claim(**(fields | changes))


def cell(data: str, verdict: str) -> dict[str, Any]:
    """Returns one cell of a part."""
    shown = {"effect": 0.44, "low": 0.2, "high": 0.68, "n": 2, "note": ""}
    return {"member": "dcgan-wgan_gp", "data": data, "verdict": verdict, **shown}


def part_record(part: Part, verdict: Verdict, **changes: Any) -> dict[str, Any]:
    """Returns a part of a verdict file."""
    fields = {
        "part": part.id,
        "form": part.form,
        "statement": part.statement,
        "verdict": verdict.value,
        "effect": 0.62,
        "effect_name": "mean rank correlation",
        "low": 0.41,
        "high": 0.77,
        "n": 2,
        "flags": ["underpowered"],
        "note": "Two seeds.",
        "p_supported": 0.031,
        "p_contradicted": 0.97,
        "superiority": [0.75, 0.5, 0.9],
        "sensitivity": [["best snapshot", "mixed"], ["sign-flip permutation", "p = 0.06 of a mean as high by chance"]],
        "cells": [cell("digits-16", "supported"), cell("mnist-16", "contradicted")],
    }
    return fields | changes


def verdict_record(subject: Claim, verdict: Verdict = Verdict.INCONCLUSIVE, **changes: Any) -> dict[str, Any]:
    """Returns the content of a verdict file."""
    fields = {
        "claim": subject.id,
        "title": subject.title,
        "tier": subject.tier,
        "scale": SCALE,
        "verdict": verdict.value,
        "parts": [part_record(part, verdict) for part in subject.parts],
        "runs_used": [run_id("dcgan", "wgan_gp", 0)],
        "runs_missing": [{"run_id": run_id("dcgan", "wgan_gp", 1), "outcome": "pending", "reason": "not trained yet"}],
        "deviations": ["generator_steps 120 (published 200000)"],
        "declaration_hash": subject.declaration_hash,
        "command": f"snakemake --cores all results/verdicts/{SCALE}/{subject.id}.json",
        "study_seed": None,
        "effort": None,
        "study_commit": None,
        "family": subject.paper,
        "alpha": 0.05,
        "look": 1,
        "share": 0.8,
        "statistical": True,
    }
    return fields | changes


def run_id(architecture: str, method: str, seed: int) -> str:
    """Returns a run's identity."""
    return f"digits-16/{architecture}/{method}/s{seed}-{seed:010x}"


class World:
    """A results folder that tests fill with what they need."""

    def __init__(self, results: Path) -> None:
        self.results = results
        self.catalogue: dict[str, Claim] = {}
        (results / "verdicts" / SCALE).mkdir(parents=True)

    def judge(self, subject: Claim, verdict: Verdict = Verdict.INCONCLUSIVE, **changes: Any) -> None:
        """Adds a claim and its verdict file."""
        self.catalogue[subject.id] = subject
        path = self.results / "verdicts" / SCALE / f"{subject.id}.json"
        write_json(path, verdict_record(subject, verdict, **changes))

    def train(
        self,
        outcomes: Iterable[str] = ("completed", "completed"),
        *,
        architectures: Iterable[str] = ARCHITECTURES,
        methods: Iterable[str] = METHODS,
        pictures: bool = True,
    ) -> None:
        """Adds runs with scores, curves and pictures; `outcomes` has one entry per seed."""
        cells = [(a, m, s, o) for a in architectures for m in methods for s, o in enumerate(outcomes)]
        folder = self.results / "evidence" / SCALE / "all"
        scores = [row for cell in cells for row in score_rows(*cell)] + reference_rows()
        write_table(folder / "scores.parquet", pd.DataFrame(scores))
        write_table(folder / "runs.parquet", pd.DataFrame([run_row(*cell) for cell in cells]))
        write_table(folder / "curves.parquet", pd.DataFrame([row for cell in cells for row in curve_rows(*cell)]))
        write_json(self.results / "extractors/digits-16/card.json", {"accuracy": 0.9712, "architecture": "small"})
        if pictures:
            self.paint(run_id(*cell[:3]) for cell in cells)

    def paint(self, runs: Iterable[str]) -> None:
        """Adds sample grids for runs and for the real data."""
        for index, run in enumerate(runs):
            folder = self.results / "measurements" / run / PROTOCOL
            write_atomic(folder / "samples.png", picture(index))
            write_atomic(folder / "progress.png", picture(index + 1))
        write_atomic(self.results / "reference/digits-16" / PROTOCOL / "samples.png", picture(99))

    def read(self) -> Inputs:
        """Reads the world as the report does."""
        return read(self.results, SCALE)

    def pages(self, draw: Draw = lambda claim, evidence, verdicts: SVG) -> Pages:
        """Renders the world."""
        return render(self.read(), self.catalogue, draw)


def score_rows(architecture: str, method: str, seed: int, outcome: str) -> list[dict[str, Any]]:
    """Returns falling FID rows and one metric that was not available; a diverged run has no value but the first."""
    rows = []
    for step in STEPS if outcome in ("completed", "diverged") else ():
        lost = outcome == "diverged" and step > 0
        rows.append(
            score_row(
                run_id(architecture, method, seed),
                architecture=architecture,
                method=method,
                seed=seed,
                step=step,
                outcome=outcome,
                value=None if lost else 400.0 / (1 + 0.03 * step) + 10 * seed,
                status="failed" if lost else "ok",
                reason="samples are not finite" if lost else "",
            )
        )
    return rows


def reference_rows() -> list[dict[str, Any]]:
    """Returns the floor: real data against real data."""
    return [score_row("digits-16/reference/real", architecture="reference", method="real", value=11.5)]


def score_row(run: str, **changes: Any) -> dict[str, Any]:
    """Returns a row of scores.parquet."""
    fields = {
        "run_id": run,
        "dataset": "digits",
        "image_size": 16,
        "seed": 0,
        "step": 0,
        "images_seen": 0,
        "metric": "fid",
        "status": "ok",
        "reason": "",
        "n_real": 350,
        "n_fake": 350,
        "split": "test",
        "extractor": "classifier",
        "extractor_sha256": "ab" * 32,
        "protocol": PROTOCOL,
        "scale": SCALE,
        "outcome": "completed",
    }
    return fields | changes


ADAM = {"optimizer": "adam", "learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.9}
SGD = {"optimizer": "sgd", "learning_rate": 0.1, "momentum": 0.9, "beta1": 0.123}
METHOD_OPTIONS = {
    "gan": {"critic_norm": "batch", "n_critic": 1, **ADAM},
    "wgan_gp": {"critic_norm": "layer", "n_critic": 5, **SGD, "gp_weight": 10.0, "one_sided": False},
}


def run_row(architecture: str, method: str, seed: int, outcome: str) -> dict[str, Any]:
    """Returns a row of runs.parquet."""
    trained = outcome in ("completed", "diverged")
    return {
        "run_id": run_id(architecture, method, seed),
        "scale": SCALE,
        "dataset": "digits",
        "image_size": 16,
        "architecture": architecture,
        "method": method,
        "seed": seed,
        "outcome": outcome,
        "reason": None if outcome == "completed" else f"the run is {outcome}",
        "steps_done": {"completed": 120, "diverged": 37}.get(outcome),
        "generator_steps": 120,
        "spec": json.dumps({"method_options": METHOD_OPTIONS.get(method, {})}) if outcome != "skipped" else "",
        "deviations": json.dumps(["batch_size 32 (published 64)"]),
        "estimate_name": "jensen_shannon" if method == "gan" else "wasserstein",
        "generator_parameters": 1000 if trained else None,
        "critic_parameters": 900 if trained else None,
        "wall_seconds": 3.5 if trained else None,
        "device": "cpu" if trained else None,
        "git_commit": "c0ffee" * 6 if trained else None,
        "git_dirty": True if trained else None,
        "packages": json.dumps({"torch": "2.15.0"}) if trained else None,
    }


def curve_rows(architecture: str, method: str, seed: int, outcome: str) -> list[dict[str, Any]]:
    """Returns a falling critic estimate; a diverged run ends early with an infinite value."""
    steps = {"completed": 120, "diverged": 37}.get(outcome, 0)
    values = [0.6 * np.exp(-step / 60) + 0.02 * seed for step in range(1, steps + 1)]
    if outcome == "diverged":
        values[-1] = float("inf")
    return [
        {
            "run_id": run_id(architecture, method, seed),
            "dataset": "digits",
            "architecture": architecture,
            "method": method,
            "seed": seed,
            "step": step,
            "series": series,
            "value": value,
            "value_median101": value,
        }
        for step, value in enumerate(values, 1)
        for series in ("critic_estimate", "critic_loss")
    ]


def picture(seed: int) -> bytes:
    """Returns a small PNG of noise."""
    from matplotlib.image import imsave

    sink = io.BytesIO()
    imsave(sink, np.random.default_rng(seed).random((16, 24)), cmap="gray")
    return sink.getvalue()


def full_world(world: World) -> World:
    """Adds one claim per verdict, trained runs with one diverged seed in each cell, and pictures."""
    for verdict in Verdict:
        world.judge(claim(verdict.name.lower().replace("_", "-")), verdict)
    world.train(("completed", "diverged"))
    return world
