"""What mathematics says of every study: its verdict, and worlds in which it is another one.

Kept here, and nowhere in the package. Each module has `EXPECTED`, the verdict
of each claim, and `PERTURBED`, tuples of claim, part, the verdict that the part
gets on changed evidence, and the change. `FIXED`, where a module has it, names
studies without random numbers. Toy studies, which train, have `WORLDS` in place of
`PERTURBED`: tuples of claim, part, verdict, and what builds evidence of that kind;
`EXPECTED` is then the verdict of the full study.
"""

from __future__ import annotations

from tests.claims.known import (
    clipping,
    clipping_critics,
    clipping_surfaces,
    clipping_values,
    constraints,
    duality,
    estimates,
    f_divergences,
    first,
    game_dynamics,
    game_toys,
    kernels,
    lipschitz,
    low_dimensional,
    techniques,
    toys,
    training_toys,
    transport,
)
from tests.claims.known.common import Change, World

MODULES = (
    toys,
    clipping,
    clipping_critics,
    clipping_surfaces,
    clipping_values,
    constraints,
    duality,
    estimates,
    f_divergences,
    first,
    game_dynamics,
    game_toys,
    kernels,
    lipschitz,
    low_dimensional,
    transport,
    techniques,
    training_toys,
)

EXPECTED: dict[str, str] = {claim: verdict for module in MODULES for claim, verdict in module.EXPECTED.items()}
PERTURBED: list[tuple[str, str, str, Change]] = [row for module in MODULES for row in getattr(module, "PERTURBED", ())]
WORLDS: list[tuple[str, str, str, World]] = [row for module in MODULES for row in getattr(module, "WORLDS", ())]
FIXED: set[str] = {claim for module in MODULES for claim in getattr(module, "FIXED", ())}
