"""Which runs and claims a plan asks for; pure functions the rules call."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.catalogue import DATASETS
from bench.config import Plan
from bench.errors import unknown_name
from bench.spec import TRAINING_VERSION, RunSpec
from claims.catalogue import CLAIMS

ROOT = Path(__file__).resolve().parents[1]


def claims_of(plan: Plan) -> list[str]:
    """Returns the ids of the claims a plan judges, in the order of the catalogue.

    Raises:
        UserError: for a claim that is not in the catalogue.
    """
    if plan.claims is None:
        return list(CLAIMS)
    for name in plan.claims:
        if name not in CLAIMS:
            raise unknown_name("claim", name, CLAIMS, "`python -m claims list` describes them.")
    return [name for name in CLAIMS if name in plan.claims]


def data_folders(runs: Iterable[RunSpec]) -> list[str]:
    """Returns the folders below GANCLAIMS_DATA that the data sets of runs are read from."""
    return sorted({DATASETS[run.dataset].folder for run in runs} - {""})


def batches(runs: Sequence[RunSpec], size: int) -> list[list[str]]:
    """Splits runs into jobs of at most `size` run ids each.

    Runs of one architecture cost alike, so they are dealt out in turn: the jobs then end at about the same time. Each
    job has one seed, so that more seeds are more jobs and change none of those that are done.
    """
    found = []
    for seed in sorted({run.seed for run in runs}):
        mine = [run for run in runs if run.seed == seed]
        ordered = sorted(mine, key=lambda run: (run.data_id, run.architecture, run.method, run.run_id))
        n_jobs = math.ceil(len(ordered) / size)
        found += [[run.run_id for run in ordered[first::n_jobs]] for first in range(n_jobs)]
    return found


def study_digest(claim: str) -> str:
    """Returns a digest of what the rows of a claim's study depend on.

    An identity takes seconds and is made again when any study's code changes. A
    toy takes minutes: it is made again when its own module or a toy module that
    it imports changes, and when trainings change their bits.
    """
    module = (CLAIMS[claim].study or "").partition(":")[0]
    if not CLAIMS[claim].trains:
        return source_digest("claims/studies")
    return f"{source_digest(*sorted(toy_sources(module)))}-{TRAINING_VERSION}"


def toy_sources(module: str, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """Returns the files of a module and of the toy modules that it imports, followed through."""
    path = f"{module.replace('.', '/')}.py"
    if path in known or not (ROOT / path).is_file():
        return known
    known |= {path}
    for imported in re.findall(r"bench\.toys\.\w+", (ROOT / path).read_text()):
        known = toy_sources(imported, known)
    return known


def source_digest(*paths: str) -> str:
    """Returns ten hexadecimal digits over source files and everything in source folders, templates included.

    A parameter of the rules that take seconds, so that they run again when
    their code changes. What takes long has a version in its key instead: an
    edited comment must not train anything again.
    """
    roots = [ROOT / path for path in paths]
    found = [file for root in roots for file in ([root] if root.is_file() else root.rglob("*"))]
    files = sorted(file for file in found if file.is_file() and file.suffix != ".pyc")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:10]
