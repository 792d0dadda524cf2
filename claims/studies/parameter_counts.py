"""Parameters of the generators of Wasserstein GAN's experiments, by arithmetic, layer by layer.

All make 64 x 64 colour images. A DCGAN generator maps noise to 4 x 4 maps and
doubles their side four times; a layer from a to b maps with k x k kernels has
k^2 a b weights, and batch normalization has a scale and a shift per map.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from claims.claim import Claim, Evidence, Finding
from claims.judging import exceeds, identity

SIDE, COLOURS, HIDDEN = 4, 3, 512


@dataclass(frozen=True)
class Layout:
    """A DCGAN as one source has it.

    Args:
        source: where it stands.
        noise: length of the noise vector.
        kernel: side of the kernels.
        bias: whether layers have biases.
        maps: feature maps of the four hidden layers.
        depth: hidden layers of the same source's MLP of 512 units.
    """

    source: str
    noise: int
    kernel: int
    bias: bool
    maps: tuple[int, ...]
    depth: int


LAYOUTS = (
    Layout("code of Arjovsky et al.", 100, 4, False, (512, 256, 128, 64), 3),
    Layout("code of Gulrajani et al.", 128, 5, True, (512, 256, 128, 64), 4),
    Layout("figure of Radford et al.", 100, 5, False, (1024, 512, 256, 128), 4),
)
"""The WGAN authors' own, the one of the WGAN-GP grid, and the network that the caption refers to.

Radford et al. have no MLP; beside theirs stands the one of the caption, with four layers.
"""


def study(rng: np.random.Generator) -> pd.DataFrame:
    """Counts the parameters of every layer; there is nothing random in it.

    Returns:
        One row per layer: `source`, `generator` ("dcgan", "no norm" (only batch normalization
        taken out), "constant" (besides, every layer as narrow as the last), "constant wide" (as
        wide as the first), "mlp"), `layer`, `parameters`.
    """
    del rng
    rows = [
        (layout.source, generator, layer, count)
        for layout in LAYOUTS
        for generator, counts in _generators(layout)
        for layer, count in enumerate(counts)
    ]
    return pd.DataFrame(rows, columns=["source", "generator", "layer", "parameters"])


def judge_constant(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the DCGAN generator with the one without batch normalization and with a constant number of maps."""
    counts = totals(evidence.study)
    factor = counts["dcgan"] / counts["constant"]
    told = "; ".join(f"{source}: {value:.1f}" for source, value in factor.items())
    share = 1 - counts["no norm"] / counts["dcgan"]
    return [
        exceeds(claim, "order", factor, name="least factor", note=f"Times fewer parameters: {told}."),
        identity(claim, "a-bit", factor, name="largest factor"),
        identity(claim, "by-filters", share, name="largest share of parameters in batch normalization"),
        exceeds(claim, "wide", counts["constant wide"] / counts["dcgan"], name="least factor of growth"),
    ]


def judge_perceptron(claim: Claim, evidence: Evidence) -> list[Finding]:
    """Compares the MLP generator with the DCGAN generator."""
    counts = totals(evidence.study)
    factor = counts["mlp"] / counts["dcgan"]
    told = "; ".join(f"{source}: {value:.2f}" for source, value in factor.items())
    mlp = evidence.study[evidence.study["generator"] == "mlp"].groupby("source")["parameters"]
    name = "largest factor between the two, either way"
    return [
        identity(claim, "similar", _either_way(factor), name=name, note=f"MLP over DCGAN: {told}."),
        identity(claim, "twice", _either_way(factor[[layout.source for layout in LAYOUTS[:2]]]), name=name),
        exceeds(claim, "last-layer", mlp.last() / mlp.sum(), name="least share of the last layer"),
    ]


def totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Parameters of each generator (columns) in each source (rows, in the order of `LAYOUTS`)."""
    table = rows.pivot_table(index="source", columns="generator", values="parameters", aggfunc="sum")
    return table.loc[[layout.source for layout in LAYOUTS]]


def _either_way(factor: pd.Series) -> pd.Series:
    return np.exp(np.abs(np.log(factor)))


def _generators(layout: Layout) -> Iterator[tuple[str, Iterator[int]]]:
    yield "dcgan", _convolutional(layout, layout.maps, norm=True)
    yield "no norm", _convolutional(layout, layout.maps, norm=False)
    yield "constant", _convolutional(layout, layout.maps[-1:] * 4, norm=False)
    yield "constant wide", _convolutional(layout, layout.maps[:1] * 4, norm=False)
    units = (layout.noise, *(HIDDEN,) * layout.depth, COLOURS * (SIDE * 2**4) ** 2)
    yield "mlp", (a * b + b for a, b in zip(units, units[1:], strict=False))


def _convolutional(layout: Layout, maps: Sequence[int], *, norm: bool) -> Iterator[int]:
    """Parameters of each layer of a DCGAN generator, its batch normalization included."""
    units = maps[0] * SIDE**2
    yield layout.noise * units + layout.bias * units + norm * 2 * maps[0]
    for before, after in zip(maps, (*maps[1:], COLOURS), strict=True):
        hidden = after != COLOURS
        yield layout.kernel**2 * before * after + layout.bias * after + norm * hidden * 2 * after
