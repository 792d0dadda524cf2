"""Judges of the techniques for training: each against trainings without it, paired by seed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import effect, equivalence, fraction, identity, invalid

LEARNED = 0.75
"""Share of its first distance to the data that a steady training must end below; standing still is steady too."""

TROUBLE = 1.0
"""Modes that trainings without minibatch discrimination must lose on average, or there is nothing to avoid."""

TRAINED = 0.9
"""Least share of points that discriminators with hard labels must judge rightly."""

MEASURES = ("confidence", "right", "fooled_at")

EASY = 0.7
"""Share of log 2 that the Jensen-Shannon estimate must reach without the term: the discriminator has an easy time."""

WEIGHTS = (0.5, 1.0)

NEAR_BOUND = 0.05
"""Step sizes this close to the bound, relatively, are left out: some thousand steps show neither growth nor decay."""

SETTLED = 0.8
"""Share of that bound up to which the fast part of the iterates has died out where the slow one is measured."""

ROUNDED = 1e-12
"""What double precision may leave of a dependence that is none."""


def minibatch_discrimination(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the modes lost at the end, by mixture, and counts the trainings with the technique that keep most."""
    rows = evidence.study[evidence.study["kind"] == "look"]
    last = _by_method(rows[rows["step"] == rows["step"].max()], "lost", ["mixture", "replicate"])
    plain, helped = last["gan"], last["gan+minibatch_discrimination"]
    kept = helped < rows.groupby("mixture")["modes"].first().reindex(helped.index, level="mixture") / 2
    findings = []
    for mixture in ("ring", "grid"):
        lost, less = plain[mixture], plain[mixture] - helped[mixture]
        note = f"Modes lost, mean over trainings: {lost.mean():.2g} without, {helped[mixture].mean():.2g} with it."
        if lost.mean() < TROUBLE:
            findings.append(invalid(mixture, f"Nothing to avoid. {note}", len(less)))
        else:
            findings.append(effect(claim, mixture, less, name="modes fewer lost", note=note))
    distances = _by_method(rows[rows["step"] == rows["step"].max()], "distance", ["mixture", "replicate"]).median()
    note = f"The worst training loses {int(helped.max())} modes. Median W1 to the data: " + (
        f"{distances['gan']:.2g} without, {distances['gan+minibatch_discrimination']:.2g} with it."
    )
    name = "share of trainings that keep more than half of the modes"
    return [*findings, fraction(claim, "avoided", kept, name=name, note=note)]


def feature_matching(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares how much the distance to the data swings in the second half, on a logarithmic scale."""
    rows = evidence.study
    steadier = pd.DataFrame({mixture: _steadier(mine) for mixture, mine in rows.groupby("mixture")})
    progress = _progress(rows[rows["method"] == "gan+feature_matching"])
    name = "log of the swings without it over those with it"
    stands = {mixture: f"With it the distance ends at {share:.2g} of the first." for mixture, share in progress.items()}
    findings = []
    for part in (part.id for part in claim.parts):
        mixture = part.removeprefix("printed-")
        if progress[mixture] >= LEARNED:
            findings.append(invalid(part, f"It stands still: {stands[mixture]}", len(steadier)))
            continue
        sign, words = (1, name) if part == mixture else (-1, "log of the swings with it over those without it")
        findings.append(effect(claim, part, sign * steadier[mixture], name=words, note=stands[mixture]))
    return findings


def _by_method(rows: pd.DataFrame, column: str, index: list[str]) -> pd.DataFrame:
    """One value per unit, with the methods side by side."""
    return rows.pivot(index=index, columns="method", values=column)


def _steadier(rows: pd.DataFrame) -> pd.Series:
    """Logarithm of the mean step of the distance between looks in the second half, without over with the technique."""
    late = rows[rows["step"] >= rows["step"].max() / 2].sort_values("step")
    swings = late.groupby(["method", "replicate"])["distance"].agg(lambda path: path.diff().abs().mean())
    return np.log(swings["gan"] / swings["gan+feature_matching"])


def _progress(rows: pd.DataFrame) -> pd.Series:
    """Geometric mean over trainings of the last distance over the first, by mixture."""
    ends = rows.sort_values("step").groupby(["mixture", "replicate"])["distance"].agg(["first", "last"])
    return np.exp(np.log(ends["last"] / ends["first"]).groupby("mixture").mean())


def label_smoothing(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares confidence, and the length of the perturbations that fool, with those of hard labels."""
    rows = evidence.study[evidence.study["kind"] == "side"]
    tables = {name: rows.pivot(index="replicate", columns=["labels", "side"], values=name) for name in MEASURES}
    right = tables["right"]["hard"].mean(axis=1).mean()
    if right < TRAINED:
        reason = f"With hard labels {100 * right:.3g} % of the points are judged rightly; there is little to fool."
        return [invalid(part.id, reason, len(tables["right"])) for part in claim.parts]
    sure, lengths = tables["confidence"].T.groupby("labels").mean().T, np.log(tables["fooled_at"])
    farther = {labels: lengths[labels] - lengths["hard"] for labels in ("one-sided", "two-sided")}
    both, name = {labels: found.mean(axis=1) for labels, found in farther.items()}, "log of the lengths' ratio"
    means = "Mean of max(D, 1 - D): " + ", ".join(f"{words} {sure[words].mean():.3g}" for words in sure) + "."
    least = "Shortest perturbations, real and generated points: " + ", ".join(
        f"{labels} {math.exp(lengths[labels]['real'].mean()):.3g} and "
        f"{math.exp(lengths[labels]['generated'].mean()):.3g}"
        for labels in sure
    )
    softer = "confidence less than with hard labels"
    return [
        effect(claim, "softer", sure["hard"] - sure["one-sided"], name=softer, note=means),
        effect(claim, "less-vulnerable", both["one-sided"], name=name, note=f"{least}."),
        effect(claim, "example", both["two-sided"], name=name, note=f"{least}."),
        effect(claim, "generated-harder", farther["one-sided"]["generated"], name=name),
        effect(claim, "real-easier", -farther["one-sided"]["real"], name=f"minus {name}"),
    ]


def historical_averaging(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Judges the game by its exact iterates and the circle by trainings paired by seed."""
    return [*_game(claim, evidence.study), *_circle(claim, evidence.study)]


def _game(claim: Claim, rows: pd.DataFrame) -> list[Finding]:
    games = rows[rows["kind"] == "game"]
    sizes = games.groupby("case")["eta"].first()
    paths = games.assign(distance=np.hypot(games["x"], games["y"])).pivot(
        index="step", columns=["weight", "case"], values="distance"
    )
    nearer = (paths.iloc[-1] < paths.iloc[0]).unstack("weight")
    if nearer[0.0].any():
        reason = f"{int(nearer[0.0].sum())} games come nearer to the equilibrium without the term."
        stated = invalid("saddle", reason, len(nearer))
    else:
        share, farthest = "share of games that end nearer than they began", "Without the term every game ends farther."
        reach = (paths.iloc[-1] / paths.iloc[0])[1.0].median()
        note = f"{farthest} With it the distance ends at {reach:.2g} of the first (median)."
        stated = fraction(claim, "saddle", nearer[1.0], name=share, note=note)
    whole = games["whole"].dropna()
    return [
        stated,
        identity(claim, "online", whole, name="largest relative difference of the iterates"),
        identity(claim, "rate", _rate_errors(paths, sizes), name="worst error of the exponent"),
        identity(claim, "bound", _bound_errors(nearer, sizes), name="games on the wrong side of the bound"),
    ]


def _largest_step(weight: float) -> float:
    """Step size below which the fast part of the iterates dies out."""
    return 4 * weight / (1 + 4 * weight**2)


def _rate_errors(paths: pd.DataFrame, sizes: pd.Series) -> np.ndarray:
    """Power of the step with which the distance falls from half of all steps to the end, less -1 / (1 + 4 w^2)."""
    errors = []
    for weight in WEIGHTS:
        mine = paths[weight].loc[:, sizes < SETTLED * _largest_step(weight)]
        steps = math.log(mine.index[-1] / mine.index[-2])
        errors.append(np.log(mine.iloc[-1] / mine.iloc[-2]) / steps + 1 / (1 + 4 * weight**2))
    return np.abs(np.concatenate(errors))


def _bound_errors(nearer: pd.DataFrame, sizes: pd.Series) -> np.ndarray:
    errors = []
    for weight in WEIGHTS:
        ratio = sizes / _largest_step(weight)
        clear = (ratio - 1).abs() > NEAR_BOUND
        errors.append((nearer[weight] != (ratio < 1))[clear])
    return np.concatenate(errors).astype(float)


def _circle(claim: Claim, rows: pd.DataFrame) -> list[Finding]:
    circle = rows[rows["kind"] == "circle"]
    ends = circle[circle["step"] == circle["step"].max()]
    distance, last = (_by_method(ends, column, ["replicate"]) for column in ("wasserstein", "estimate"))
    largest = circle.groupby(["method", "replicate"])["estimate"].max().unstack("method")
    plain, helped = distance.columns.sort_values()

    def means(table: pd.DataFrame) -> str:
        return f"{table[plain].mean():.2g} without the term, {table[helped].mean():.2g} with it (means)."

    trouble = f"Largest Jensen-Shannon estimates in nats: {means(largest)}"
    if largest[plain].mean() < EASY * math.log(2):
        reason = f"The problem does not arise. {trouble}"
        return [invalid(part, reason, len(distance)) for part in ("match", "discriminator", "lasts")]
    closer, note = np.log(distance[plain] / distance[helped]), f"Distances at the end: {means(distance)}"
    name, later = "log of the distance without the term over that with it", f"At the end: {means(last)}"
    return [
        effect(claim, "match", closer, name=name, note=note),
        effect(claim, "discriminator", largest[plain] - largest[helped], name="nats less", note=trouble),
        effect(claim, "lasts", last[helped] - last[plain], name="nats more", note=later),
    ]


def virtual_batch_norm(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Judges what a sample's output owes to its batch, and what the reference batch costs."""
    rows, virtual = evidence.study, "gan+virtual_batch_norm"
    owed = rows[rows["kind"] == "dependence"].set_index(["method", "batch_size", "replicate"])
    spread = owed["spread"]["gan"].unstack("batch_size")
    costs = rows[rows["kind"] == "cost"].pivot(index="replicate", columns="reference", values=["samples", "operations"])
    ratios = pd.concat([costs[name].div(costs[name][0], axis=0) for name in ("samples", "operations")])
    batch = costs["samples"][0].iloc[0]
    name = "change with the others of the batch, as a multiple of the differences between samples"
    shown = ", ".join(f"{value:.2g} in batches of {int(size)}" for size, value in spread.mean().items())
    misses = np.concatenate([ratios[size] - 1 - size / batch for size in ratios])
    return [
        effect(claim, "batch-norm", spread.max(axis=1), name=name, note=f"Mean over trainings: {shown}.", step=ROUNDED),
        identity(claim, "virtual", owed["largest"][virtual], name=f"largest {name}"),
        identity(claim, "two-batches", np.abs(ratios[batch] - 2), name="samples and operations, as multiples, less 2"),
        equivalence(claim, "large-batches", spread[spread.columns.max()], name=name),
        identity(claim, "any-reference", np.abs(misses), name="samples and operations, as multiples, less 1 + r / n"),
    ]
