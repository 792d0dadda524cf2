"""The catalogue of claims, by section and, within a section, by paper.

Adding a claim is one entry in its paper's file. Nothing numerical is imported
here: studies and judges are named, and imported when they are called.
"""

from __future__ import annotations

from claims.catalogue import (
    arjovsky2017,
    arjovsky2017_estimators,
    arjovsky2017_generators,
    arjovsky2017_theory,
    arjovsky2017_training,
    arjovsky_bottou2017,
    arjovsky_bottou2017_noise,
    backpropagation,
    batch_norm_critics,
    bellemare2017,
    bellemare2017_ideal,
    clipping,
    clipping_critics,
    clipping_surfaces,
    clipping_values,
    critic_signs,
    duality,
    game_dynamics,
    game_toys,
    goodfellow2014,
    goodfellow2016,
    gulrajani2017_defaults,
    lipschitz,
    low_dimensional,
    miyato2018,
    nowozin2016,
    optimal_critic,
    peyre2019,
    peyre2019_plans,
    salimans2016,
    salimans2016_labels,
    spectral_layers,
    techniques,
    techniques_networks,
    training_toys,
    training_toys_optimizers,
)
from claims.claim import SECTIONS, Claim

PAPERS = (
    arjovsky2017,
    arjovsky2017_training,
    peyre2019,
    bellemare2017,
    bellemare2017_ideal,
    arjovsky2017_estimators,
    goodfellow2014,
    goodfellow2016,
    nowozin2016,
    salimans2016,
    salimans2016_labels,
    miyato2018,
    backpropagation,
    lipschitz,
    low_dimensional,
    arjovsky2017_generators,
    arjovsky2017_theory,
    arjovsky_bottou2017,
    peyre2019_plans,
    arjovsky_bottou2017_noise,
    game_dynamics,
    game_toys,
    duality,
    optimal_critic,
    clipping,
    clipping_critics,
    clipping_surfaces,
    clipping_values,
    gulrajani2017_defaults,
    techniques,
    techniques_networks,
    training_toys,
    training_toys_optimizers,
    spectral_layers,
    batch_norm_critics,
    critic_signs,
)

CLAIMS: dict[str, Claim] = {
    claim.id: claim for section in SECTIONS for paper in PAPERS for claim in paper.CLAIMS if claim.section == section
}
