"""The catalogue of claims, by section and, within a section, by paper.

Adding a claim is one entry in its paper's file. Nothing numerical is imported
here: studies and judges are named, and imported when they are called.
"""

from __future__ import annotations

import importlib

from bench.plugins import active
from claims.catalogue import (
    arjovsky2017,
    arjovsky2017_discussion,
    arjovsky2017_estimators,
    arjovsky2017_figures,
    arjovsky2017_generators,
    arjovsky2017_theory,
    arjovsky2017_training,
    arjovsky_bottou2017,
    arjovsky_bottou2017_noise,
    backpropagation,
    batch_norm_critics,
    bellemare2017,
    bellemare2017_ideal,
    bellemare2017_training,
    clipping,
    clipping_critics,
    clipping_surfaces,
    clipping_values,
    critic_signs,
    duality,
    fixed_critics,
    game_dynamics,
    game_toys,
    goodfellow2014,
    goodfellow2016,
    gulrajani2017_critics,
    gulrajani2017_defaults,
    gulrajani2017_training,
    lipschitz,
    low_dimensional,
    miyato2018,
    miyato2018_training,
    nowozin2016,
    nowozin2016_training,
    optimal_critic,
    peyre2019,
    peyre2019_plans,
    salimans2016,
    salimans2016_labels,
    spectral_layers,
    techniques,
    techniques_images,
    techniques_images_networks,
    techniques_networks,
    training_toys,
    training_toys_optimizers,
    transport_generators,
    wgan_collapse,
    wgan_momentum,
    wgan_tuning,
)
from claims.claim import SECTIONS, Claim

PAPERS = (
    arjovsky2017,
    arjovsky2017_training,
    arjovsky2017_figures,
    arjovsky2017_discussion,
    peyre2019,
    bellemare2017,
    bellemare2017_ideal,
    bellemare2017_training,
    arjovsky2017_estimators,
    goodfellow2014,
    goodfellow2016,
    nowozin2016,
    nowozin2016_training,
    salimans2016,
    salimans2016_labels,
    miyato2018,
    miyato2018_training,
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
    gulrajani2017_training,
    gulrajani2017_critics,
    techniques,
    techniques_networks,
    techniques_images,
    techniques_images_networks,
    training_toys,
    training_toys_optimizers,
    wgan_tuning,
    wgan_momentum,
    wgan_collapse,
    fixed_critics,
    transport_generators,
    spectral_layers,
    batch_norm_critics,
    critic_signs,
)

CLAIMS: dict[str, Claim] = {
    claim.id: claim for section in SECTIONS for paper in PAPERS for claim in paper.CLAIMS if claim.section == section
}

if active():
    # Loaded only where there are any: what checks a claim is not needed to plan with the catalogue alone.
    importlib.import_module("claims.plugins").activate(active(), CLAIMS)
