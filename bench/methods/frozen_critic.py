"""A critic that is trained for a while and then fixed.

Proposed in a public discussion of WGAN (2017) as a look at what a critic asks for:
after some training the critic is fixed, and the generator alone is trained
against it. A generator that reaches its optimum then maps every latent to a point
where the fixed critic is largest.
"""

from __future__ import annotations

import dataclasses

from bench.methods.method import Method


def frozen_critic(method: Method, *, frozen_from: int = 1000) -> Method:
    """After 1,000 generator steps the critic is fixed and only the generator is trained.

    Source: Discussion thread (2017), Wasserstein GAN
    The discussion fixes the critic after 1, 5 and 20 epochs. Neither weights nor buffers of a
    fixed critic change: it is used in evaluation mode.

    Args:
        method: one with a critic that is trained.
        frozen_from: generator steps with a critic that is trained; more than the run has means never fixed.
    """
    return dataclasses.replace(method, frozen_from=frozen_from)
