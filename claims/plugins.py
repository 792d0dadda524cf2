"""Claims from a user's own file, named under `plugins:` in a configuration.

The file lists them by the names of its variables, beside any components it defines:

    GANCLAIMS = {"methods": {"my_gan": {}}, "claims": {"MY_CLAIM": {}}}
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from pathlib import Path

from bench.errors import UserError
from bench.plugins import declaration
from bench.registry import import_module
from claims.claim import SECTIONS, Claim
from claims.protocol import check


def activate(paths: Iterable[str | Path], catalogue: MutableMapping[str, Claim]) -> None:
    """Adds the claims that plug-in files define to the catalogue.

    Args:
        paths: files; relative to the working directory, ~ is expanded.
        catalogue: claims by id.

    Raises:
        UserError: for a file that cannot be read or imported, a variable that is no claim about trainings, an id
            that is taken, or a claim that breaks the protocol.
    """
    for path in paths:
        file = Path(path).expanduser().resolve()
        for name in declaration(file).get("claims", {}):
            claim = _claim(file, name)
            if catalogue.get(claim.id, claim) != claim:
                raise UserError(f"Plug-in {file}: there is already a claim {claim.id!r}; a plug-in needs another id.")
            catalogue[claim.id] = claim


def _claim(file: Path, name: str) -> Claim:
    claim = getattr(import_module(str(file)), name, None)
    if not isinstance(claim, Claim):
        raise UserError(f"Plug-in {file}: {name} is {claim!r}; it must be a Claim.")
    if claim.design is None or claim.section not in SECTIONS:
        raise UserError(
            f"Plug-in {file}: claim {claim.id!r} needs a design with its arms, and one of the sections "
            f"{', '.join(SECTIONS)}; got {claim.section!r}."
        )
    check(claim)
    return claim
