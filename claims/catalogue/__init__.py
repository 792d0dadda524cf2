"""The catalogue of claims, by section and, within a section, by paper.

Adding a claim is one entry in its paper's file. Nothing numerical is imported
here: studies and judges are named, and imported when they are called.
"""

from __future__ import annotations

from claims.catalogue import (
    arjovsky2017,
    arjovsky2017_generators,
    arjovsky2017_theory,
    arjovsky2017_training,
    arjovsky_bottou2017,
    arjovsky_bottou2017_noise,
    backpropagation,
    bellemare2017,
    goodfellow2014,
    goodfellow2016,
    lipschitz,
    miyato2018,
    nowozin2016,
    peyre2019,
    peyre2019_plans,
    salimans2016,
    salimans2016_labels,
)
from claims.claim import SECTIONS, Claim

PAPERS = (
    arjovsky2017,
    arjovsky2017_training,
    peyre2019,
    bellemare2017,
    goodfellow2014,
    goodfellow2016,
    nowozin2016,
    salimans2016,
    salimans2016_labels,
    miyato2018,
    backpropagation,
    lipschitz,
    arjovsky2017_generators,
    arjovsky2017_theory,
    arjovsky_bottou2017,
    peyre2019_plans,
    arjovsky_bottou2017_noise,
)

CLAIMS: dict[str, Claim] = {
    claim.id: claim for section in SECTIONS for paper in PAPERS for claim in paper.CLAIMS if claim.section == section
}
