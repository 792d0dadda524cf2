"""From a configuration and the claims' designs to the runs of every arm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.catalogue import ARCHITECTURES, DATASETS, METHODS
from bench.config import Plan, SkippedCell, cell_settings, seeds_of
from bench.errors import UserError, unknown_name
from bench.planned import Planned
from bench.spec import RunSpec, resolve, skip_reason
from claims.claim import Claim
from claims.design import Arm

SHARE, FACTOR = "%", "*"
"""Ends of a setting's key: a share of the generator steps, a factor on the configured value."""


def planned(plan: Plan, claims: Iterable[Claim]) -> Planned:
    """Joins the grid of a configuration and the arms of claims into one plan.

    Args:
        plan: the configuration.
        claims: the claims to be judged.

    Raises:
        UserError: when a design names something unknown, or gives a claim no data sets or seeds.
    """
    claims = list(claims)
    judged = [claim for claim in claims if claim.design]
    _check_designs(plan, judged)
    runs = {spec.run_id: spec for spec in plan.runs}
    skipped = {(cell.dataset, cell.architecture, cell.method, cell.seed): cell for cell in plan.skipped}
    subjects: dict[str, dict[str, tuple[str, ...]]] = {}
    for claim in judged:
        arms = arms_of(plan, claim)
        subjects[claim.id] = {arm: tuple(s.run_id for s in found if isinstance(s, RunSpec)) for arm, found in arms}
        items = [item for _, found in arms for item in found]
        if plan.claims is not None and arms and not items:
            raise _without_runs(plan, claim)
        for item in items:
            if isinstance(item, RunSpec):
                runs[item.run_id] = item
            else:
                skipped[item.dataset, item.architecture, item.method, item.seed] = item
    plugins = tuple(str(Path(path).expanduser().resolve()) for path in plan.config.get("plugins", ()))
    ids = tuple(claim.id for claim in claims)
    return Planned(plan.scale, plan.protocol, runs, tuple(skipped.values()), subjects, ids, plugins)


def _without_runs(plan: Plan, claim: Claim) -> UserError:
    data = ", ".join((plan.design(claim.id) or {})["datasets"])
    names = ", ".join(sorted({arm.architecture for arm in claim.design.arms} if claim.design else ()))
    return UserError(
        f"Claim {claim.id!r} would have no runs: none of its data sets ({data}) is of the kind that {names} take. "
        "Give it others under designs."
    )


def arms_of(plan: Plan, claim: Claim) -> list[tuple[str, list[RunSpec | SkippedCell]]]:
    """Returns each arm of a claim with its runs, or the cells that make no sense; nothing where none are wanted."""
    wanted = plan.design(claim.id)
    if wanted is None or claim.design is None:
        return []
    left_out = set(wanted.get("without", ()))
    arms = (arm for arm in claim.design.arms if not left_out & {arm.id, arm.architecture})
    return [(arm.id, list(_runs(plan, arm, wanted))) for arm in arms]


def _runs(plan: Plan, arm: Arm, wanted: Mapping[str, Any]) -> Iterator[RunSpec | SkippedCell]:
    """The runs of an arm; data sets of a kind its architecture does not take are none of its business."""
    for dataset in arm.datasets or wanted["datasets"]:
        if ARCHITECTURES[arm.architecture].data not in ("any", DATASETS[dataset].data):
            continue
        method = METHODS.canonical(arm.method)
        reason = skip_reason(dataset, arm.architecture, method)
        cell = cell_settings(plan.config, dataset, arm.architecture, method, wanted["training"])
        whole = None if reason else _with_settings(cell, arm.settings)
        for seed in seeds_of(wanted["seeds"]):
            if whole is None:
                yield SkippedCell(dataset, arm.architecture, method, seed, str(reason))
            else:
                yield resolve({**whole, "seed": seed})


def _with_settings(cell: dict[str, Any], settings: Mapping[str, object]) -> dict[str, Any]:
    """Applies an arm's settings; what is relative is taken from the resolved cell."""
    resolved = resolve(cell)
    for key, value in settings.items():
        path = key.rstrip(SHARE + FACTOR)
        group, _, option = path.partition(".")
        if key.endswith(SHARE):
            value = max(1, round(_number(value) * resolved.generator_steps))
        elif key.endswith(FACTOR):
            base = getattr(resolved, group)[option] if option else getattr(resolved, group)
            value = type(base)(_number(value) * base)
        cell = cell | ({group: {**(cell.get(group) or {}), option: value}} if option else {group: value})
    return cell


def _number(value: object) -> float:
    assert isinstance(value, int | float), value
    return value


def _check_designs(plan: Plan, judged: Iterable[Claim]) -> None:
    from claims.catalogue import CLAIMS

    known = {**CLAIMS, **{claim.id: claim for claim in judged}}
    for name, wanted in plan.config.get("designs", {}).items():
        if name != "default" and name not in known:
            raise unknown_name("claim in designs:", name, known, "`python -m claims list` describes them.")
        about = list(known.values()) if name == "default" else [known[name]]
        arms = [arm for claim in about if claim.design for arm in claim.design.arms]
        names = {arm.id for arm in arms} | {arm.architecture for arm in arms}
        for left_out in wanted.get("without", ()):
            if left_out not in names:
                raise unknown_name(f"arm or architecture at designs.{name}.without:", left_out, names)
    for claim in judged:
        wanted = plan.design(claim.id)
        for key in ("datasets", "seeds") if wanted is not None else ():
            if wanted is not None and key not in wanted:
                raise UserError(f"Configuration at designs.{claim.id}: {key!r} is missing, there and under 'default'.")
