"""Claims from files outside the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.errors import UserError
from claims.catalogue import CLAIMS
from claims.plugins import activate
from tests.workflow.running import ROOT

DOCUMENTED = (ROOT / "docs/plugins.md").read_text()

HEAD = """
from claims.claim import Claim, Declaration, Part, Source
from claims.design import Arm, Design, Question

GANCLAIMS = {"claims": {"MINE": {}}}
"""


def documented() -> str:
    """The claim in docs/plugins.md, about a method that is there without the plug-in beside it."""
    text = re.findall(r"```python\n# my_claim\.py\n(.*?)```", DOCUMENTED, re.DOTALL)[0]
    return text.replace('"my_gan"', '"lsgan"')


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "my_claim.py"
    path.write_text(text)
    return path


def test_the_documented_claim_takes_thirty_lines_or_fewer() -> None:
    """Blank lines included."""
    assert len(documented().strip().splitlines()) <= 30


def test_the_documented_claim_joins_the_catalogue(tmp_path: Path) -> None:
    """Twice is as good as once."""
    catalogue = dict(CLAIMS)
    path = written(tmp_path, documented())
    activate([path], catalogue)
    activate([path], catalogue)
    assert set(catalogue) - set(CLAIMS) == {"my-gan-beats-gan"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("MINE = 3", "MINE is 3; it must be a Claim"),
        ("1 / 0", "cannot be imported: ZeroDivisionError"),
        (documented().replace("planned_seeds=10", "planned_seeds=3"), "planned_seeds=3; they are at least 5 and 10"),
        (documented().replace("alpha=0.05", "alpha=0.2"), "declares alpha 0.2"),
        (documented().replace('"log_quality"', '"fid"'), "unknown outcome 'fid'"),
        (documented().replace('"gan - mine"', '"gan - yours"'), "asks about 'yours', which is no arm"),
        (documented().replace('"my-gan-beats-gan"', '"nobn-gan-fails"'), "already a claim 'nobn-gan-fails'"),
        (documented().replace('"gan - mine"', '"gan mine"'), "asks of 'gan mine'; write an arm"),
        (documented().replace('"my-gan-beats-gan"', '"My GAN"'), "its id may have lower-case letters"),
        (documented().replace("margin=0.105", "margin=-0.1"), "has the margin -0.1"),
        (documented().replace('section="training"', 'section="mine"'), "one of the sections"),
    ],
    ids=["no claim", "broken", "seeds", "alpha", "outcome", "arm", "id", "sum", "name", "margin", "section"],
)
def test_a_plugin_that_breaks_the_protocol_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """One line that says what is wrong, and nothing is added."""
    catalogue = dict(CLAIMS)
    whole = text if "GANCLAIMS" in text else HEAD + text
    with pytest.raises(UserError, match=words.replace("(", r"\(")):
        activate([written(tmp_path, whole)], catalogue)
    assert catalogue == CLAIMS
