"""The catalogue of claims, by section and, within a section, by paper.

Adding a claim is one entry in its paper's file. Nothing numerical is imported
here: studies and judges are named, and imported when they are called.
"""

from __future__ import annotations

from claims.catalogue import (
    arjovsky2017,
    arjovsky2017_training,
    bellemare2017,
    goodfellow2014,
    goodfellow2016,
    miyato2018,
    peyre2019,
    salimans2016,
)
from claims.claim import SECTIONS, Claim

PAPERS = (
    arjovsky2017,
    arjovsky2017_training,
    peyre2019,
    bellemare2017,
    goodfellow2014,
    goodfellow2016,
    salimans2016,
    miyato2018,
)

CLAIMS: dict[str, Claim] = {
    claim.id: claim for section in SECTIONS for paper in PAPERS for claim in paper.CLAIMS if claim.section == section
}
