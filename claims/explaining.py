"""A claim and where its verdicts come from, as text for a terminal."""

from __future__ import annotations

from typing import Any

from claims.claim import MEANING, Verdict
from claims.judges.questions import UNMET
from claims.judging import UNDERPOWERED
from claims.trace import lines as lines_of


def explanation(claim: dict[str, Any]) -> str:
    """Returns all that is known of a claim, as text: sources, statements, declaration, arms, verdicts, evidence."""
    declared = claim["declaration"]
    lines = [f"{claim['id']}: {claim['title']}", "", claim["asserted"], f"Paper: {claim['paper']}"]
    lines += [f"{source['document']}, {source['where']}: “{source['quote']}”" for source in claim["sources"]]
    lines += ["", "Statements tested"]
    lines += [f"  {part['id']} ({part['form']}): {part['statement']}" for part in claim["parts"]]
    lines += ["", f"Declaration ({claim['declaration_hash']})"]
    lines += [f"  {key}: {declared[key]}" for key in ("measure", "direction", "margin", "test", "against")]
    if declared["min_seeds"]:
        lines.append(f"  seeds: {declared['planned_seeds']} planned, at least {declared['min_seeds']}")
    lines += _arms(claim["design"]) if claim["design"] else []
    for record in claim["verdicts"]:
        lines += ["", show_record(record), f"  {_meaning(record)}"]
        if record["final"] != record["verdict"]:
            lines.append(f"  after Holm's correction in its family: {record['final']}")
        lines += [f"  {sentence}" for sentence in record["found"]]
        if record["declaration_hash"] != claim["declaration_hash"]:
            lines.append("  This verdict was made under another declaration than the one above; evaluate again.")
        lines += [*_provenance(record), *lines_of(record)]
    if not claim["verdicts"]:
        lines += ["", "No verdict yet."]
    return "\n".join(lines)


def _meaning(record: dict[str, Any]) -> str:
    unmet = any(UNMET in part["flags"] for part in record["parts"] if part["form"] == "stated")
    if unmet and record["verdict"] == Verdict.INCONCLUSIVE.value:
        return "A premise was not met, on too few seeds to call the evidence invalid."
    return MEANING[Verdict(record["verdict"])]


def show_record(record: dict[str, Any]) -> str:
    """Returns a verdict record as text: the claim, its parts with their numbers, the runs that are missing."""
    lines = [f"{record['claim']} at scale {record['scale']}: {record['verdict']}"]
    for part in record["parts"]:
        flags = f" [{', '.join(part['flags'])}]" if part["flags"] else ""
        lines.append(f"  {part['part']} ({part['form']}): {part['verdict']}{_numbers(part)}{flags}")
        lines += [f"    {part['note']}"] if part["note"] else []
    for run in record["runs_missing"]:
        lines.append(f"  without {run['run_id']}: {run['outcome']} {run['reason']}".rstrip())
    return "\n".join(lines)


def _arms(design: dict[str, Any]) -> list[str]:
    lines = ["", "Trained"]
    for arm in design["arms"]:
        changes = [f"{key} {value}" for key, value in arm["settings"].items()]
        data = [f"on {' and '.join(arm['datasets'])}"] if arm["datasets"] else []
        lines.append(f"  {arm['id']}: {', '.join([arm['architecture'], arm['method'], *changes, *data])}")
    return lines + _gates(design["gates"])


def _gates(gates: list[dict[str, Any]]) -> list[str]:
    """Each reason once, and below it what has to be so of which arms before which parts are judged."""
    lines: dict[str, list[str]] = {}
    for gate in gates:
        arms, parts = ", ".join(gate["arms"]), ", ".join(gate["parts"]) or "every part"
        asked = f"    {gate['outcome']} in at least {gate['least']:.0%} of the runs of {arms} -> {parts}"
        lines.setdefault(f"  gate: {gate['reason']}", []).append(asked)
    return [line for reason, asked in lines.items() for line in (reason, *asked)]


def _provenance(record: dict[str, Any]) -> list[str]:
    """When it was declared, which look it is, what code made its study, and the command that makes it again."""
    facts = [f"declared {record['declared_at'] or 'not on record'}, hash {record['declaration_hash']}"]
    capped = all(UNDERPOWERED in part["flags"] for part in record["parts"])
    level = f"look {record['look']}, which may spend {record['share'] * record['alpha']:.2g}"
    facts += [f"{level} of the declared {record['alpha']:g}"] if record["runs_used"] and not capped else []
    facts += [f"study seed {record['study_seed']}, code {record['study_commit']}"] if record["effort"] else []
    return [f"  {fact}" for fact in (*facts, record["command"])]


def _numbers(part: dict[str, Any]) -> str:
    if part["effect"] is None:
        return ""
    interval = "" if part["low"] in (None, part["high"]) else f" ({part['low']:.3g} to {part['high']:.3g})"
    return f"; {part['effect_name']} {part['effect']:.3g}{interval}, n = {part['n']}"
