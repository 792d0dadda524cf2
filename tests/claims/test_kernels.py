"""The mathematics of the studies of kernels, energies, transport between batches and sizes, a second way."""

from __future__ import annotations

import numpy as np
import pytest

from claims.studies import parameter_counts


def test_parameters_of_the_generators_as_counted_elsewhere() -> None:
    """The counts of both official codes' generators, summed by hand from their layers."""
    counts = parameter_counts.totals(parameter_counts.study(np.random.default_rng(0)))
    theirs = counts.loc["code of Gulrajani et al."]
    assert theirs[["dcgan", "no norm", "constant", "mlp"]].tolist() == [5_364_739, 5_362_819, 444_291, 7_157_760]
    authors = counts.loc["code of Arjovsky et al."]
    assert authors[["dcgan", "no norm", "mlp"]].tolist() == [3_576_704, 3_574_784, 6_880_768]


@pytest.mark.parametrize(("name", "generator"), [("dcgan", "dcgan"), ("dcgan_nobn", "constant"), ("mlp", "mlp")])
def test_parameters_of_the_generators_as_built(name: str, generator: str) -> None:
    """The networks that are trained have the counted parameters, at the published width."""
    from bench.catalogue import ARCHITECTURES
    from bench.options import resolve_options

    built = ARCHITECTURES.builder(name)((3, 64, 64), **resolve_options(ARCHITECTURES, name, None)).generator()
    counted = parameter_counts.totals(parameter_counts.study(np.random.default_rng(0)))
    assert sum(p.numel() for p in built.parameters()) == counted.loc["code of Gulrajani et al.", generator]
