"""The catalogue: complete, resolvable, light to import."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from bench.catalogue import ARCHITECTURES, METHODS
from bench.spec import RunSpec
from claims.catalogue import CLAIMS, PAPERS
from claims.claim import SECTIONS, Claim, Verdict, resolve
from claims.protocol import violations

EVERY_CLAIM = pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)


def test_every_claim_of_every_paper_is_listed_once_by_section() -> None:
    """No claim is lost or doubled, and sections do not interleave."""
    written = [claim.id for paper in PAPERS for claim in paper.CLAIMS]
    assert sorted(written) == sorted(CLAIMS)
    places = [list(SECTIONS).index(claim.section) for claim in CLAIMS.values()]
    assert places == sorted(places)


@EVERY_CLAIM
def test_functions_of_a_claim_resolve(claim: Claim) -> None:
    """Study and judge exist, and a claim rests on a study or on runs, not both."""
    assert callable(resolve(claim.judge))
    assert (claim.study is None) == (claim.design is not None)
    if claim.study:
        assert callable(resolve(claim.study))


@EVERY_CLAIM
def test_a_claim_says_what_where_and_how(claim: Claim) -> None:
    """Quote, place, statements, margin and rule are present; parts have their own names."""
    assert all(source.document in {"S0", "S1", "S2", "S3", "S4"} and source.where for source in claim.sources)
    assert all(source.quote for source in claim.sources)
    assert len({part.id for part in claim.parts}) == len(claim.parts)
    assert any(part.form == "stated" for part in claim.parts)
    assert all(part.id != "claim" and part.statement.endswith((".", ").")) for part in claim.parts)
    assert claim.declaration.test and claim.declaration.against


@EVERY_CLAIM
def test_sentences_on_what_is_right_rest_on_parts_of_the_claim(claim: Claim) -> None:
    """Each names at least one part, and verdicts that are conclusions."""
    for found in claim.found:
        assert found.text and found.when and set(found.when) <= {part.id for part in claim.parts}
        assert set(found.when.values()) <= {Verdict.SUPPORTED, Verdict.CONTRADICTED}


@EVERY_CLAIM
def test_published_settings_are_settings_of_a_run(claim: Claim) -> None:
    """Paths lead into the specification of a run of the cells wanted; claims on trainings name their experiment."""
    assert bool(claim.published) == (claim.design is not None)
    owned = [(arm.architecture, arm.method) for arm in claim.design.arms] if claim.design else []
    for path in claim.published:
        group, *rest = path.split(".")
        assert hasattr(RunSpec, "__dataclass_fields__") and group in RunSpec.__dataclass_fields__
        place = {"architecture_options": 0, "method_options": 1}.get(group)
        if place is not None:
            registry = (ARCHITECTURES, METHODS)[place]
            owners = rest[:-1] or {names[place] for names in owned}
            assert any(rest[-1] in registry.describe(owner).defaults for owner in owners)
        else:
            assert not rest


@EVERY_CLAIM
def test_claims_about_trainings_keep_to_the_protocol(claim: Claim) -> None:
    """Arms and outcomes exist, error level and seeds are the protocol's, every part has a question."""
    assert not list(violations(claim))


@EVERY_CLAIM
def test_claims_shown_beside_each_other_name_each_other(claim: Claim) -> None:
    """So that both rows are found from either."""
    assert all(claim.id in CLAIMS[other].beside for other in claim.beside)


def test_the_declaration_hash_follows_statements_and_margin_only() -> None:
    """Changing a margin or a statement changes it, changing the headline does not."""
    claim = CLAIMS["power-iteration"]
    moved = dataclasses.replace(claim, declaration=dataclasses.replace(claim.declaration, margin=0.5))
    reworded = dataclasses.replace(claim, parts=(dataclasses.replace(claim.parts[0], statement="Other."),))
    assert len({claim.declaration_hash, moved.declaration_hash, reworded.declaration_hash}) == 3
    assert dataclasses.replace(claim, title="Other").declaration_hash == claim.declaration_hash


def test_every_verdict_has_a_meaning() -> None:
    """The page can explain each word it uses."""
    from claims.claim import MEANING

    assert set(MEANING) == set(Verdict)


def test_the_catalogue_and_the_command_line_import_nothing_heavy(run_python: Callable[[str], str]) -> None:
    """Planning with the catalogue loads no numerical package."""
    heavy = "{'numpy', 'pandas', 'scipy', 'torch', 'matplotlib', 'mlflow'}"
    for module in ("claims.catalogue", "claims.__main__"):
        assert run_python(f"import sys, {module}; print({heavy} & set(sys.modules))").strip() == "set()"


def test_studies_and_judges_never_load_torch(run_python: Callable[[str], str]) -> None:
    """Also not through the transport solver, which would load it by itself."""
    code = """
import sys
from claims.catalogue import CLAIMS
from claims.claim import resolve
from claims.evaluate import run_study
import report.claim_figures
for claim in CLAIMS.values():
    resolve(claim.judge)
run_study(CLAIMS["bakeries-optimal-plan"], 0)
print("ot" in sys.modules, "torch" in sys.modules, "matplotlib.pyplot" in sys.modules)
"""
    assert run_python(code).split() == ["True", "False", "False"]
