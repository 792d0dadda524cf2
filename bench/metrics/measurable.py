"""Measurable: everything a metric may look at in one snapshot, computed when first asked for.

It also keeps the protocol of each score: what a metric reads (which real
samples, how many, which extractor) is noted down while it reads, so that a
score's row cannot claim anything else.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor, nn

from bench.architectures.parts import Architecture
from bench.config import Protocol as ScoringProtocol
from bench.methods.method import Method
from bench.metrics.generation import generate
from bench.spec import seed_for

T = TypeVar("T")


class NoValue(Exception):
    """A metric has no value here; the row keeps the status and the reason."""

    status = "failed"


class NotApplicable(NoValue):
    """The metric means nothing for this data, method or network."""

    status = "not_applicable"


class NeedsNetworks(NotApplicable):
    """The metric looks at networks, and these are samples alone."""


class Unavailable(NoValue):
    """The metric needs a library or file that is not there."""

    status = "unavailable"


class Failed(NoValue):
    """The metric was computed and broke, as on the samples of a diverged run."""


class Extractor(Protocol):
    """Maps images to features and class logits."""

    @property
    def name(self) -> str:
        """Name in score rows."""

    @property
    def sha256(self) -> str:
        """Checksum of the weights."""

    @property
    def n_features(self) -> int:
        """Width of the features."""

    @property
    def knows_contents(self) -> bool:
        """Whether its classes are kinds of content, rather than something to learn features by."""

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(n, c, h, w) in [-1, 1] -> features (n, n_features) and logits (n, classes), float32 on the CPU."""


class Assignment(NamedTuple):
    """Each sample's mode (n,), whether it counts as one of that mode (n,), and the number of modes."""

    mode: Tensor
    near: Tensor
    n_modes: int


class Modes(Protocol):
    """The known modes of a data set."""

    def assign(self, m: Measurable) -> Assignment:
        """Assigns the generated samples to modes."""


class Networks(Protocol):
    """The two networks of a run and the method that trained them."""

    @property
    def generator(self) -> nn.Module:
        """Latents to samples."""

    @property
    def critic(self) -> nn.Module:
        """Samples to scores."""

    @property
    def method(self) -> Method:
        """The losses."""

    @property
    def architecture(self) -> Architecture:
        """The builders, and the width of the latents."""


@dataclass
class Provenance:
    """What one metric read: sample counts, split of the real samples, extractor."""

    n_real: int = 0
    n_fake: int = 0
    split: str = ""
    extractor: str = ""
    extractor_sha256: str = ""


@dataclass(frozen=True)
class Sources:
    """What all snapshots on one data set are compared with.

    Args:
        data_id: identity of the prepared data.
        kind: "images" or "points".
        protocol: how samples are scored.
        splits: real samples by split, in one seeded order; n x c x h x w or n x d, in [-1, 1].
        modes: the modes of the data; None where none are known.
        extractor: the feature extractor, or why there is none.
        whole: what all other runs on the data set are compared with, where this is for runs on a part of it.
    """

    data_id: str
    kind: str
    protocol: ScoringProtocol
    splits: dict[str, Tensor]
    modes: Modes | None
    extractor: Extractor | NoValue
    whole: Sources | None = None

    @functools.cached_property
    def real_features(self) -> Tensor:
        """(n_real, d) float64 features of the protocol's real samples, the same for every run of a process."""
        shared = self.whole if self.protocol.split == "test" else None
        return shared.real_features if shared else extract(self.extractor, self.splits[self.protocol.split])[0]


@dataclass
class Measurable:
    """One snapshot, as metrics see it; every property is computed once.

    Args:
        sources: the real side.
        run_id: identity that seeds every draw.
        step: generator step of the snapshot.
        networks: the networks at this step, in evaluation mode; None when there are samples alone.
        samples: the "generated" samples when there are no networks.
        device: where networks run; samples are kept on the CPU.
    """

    sources: Sources
    run_id: str
    step: int
    networks: Networks | None = None
    samples: Tensor | None = None
    device: str = "cpu"
    provenance: Provenance = field(default_factory=Provenance)
    _made: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def noting(self) -> Iterator[Provenance]:
        """Starts a fresh record of what is read; yields it."""
        self.provenance = Provenance()
        yield self.provenance

    @property
    def protocol(self) -> ScoringProtocol:
        """The scoring protocol."""
        return self.sources.protocol

    @property
    def real(self) -> Tensor:
        """Real samples of the protocol's split."""
        return self._reals(self.protocol.split)

    @property
    def held_out_real(self) -> Tensor:
        """Real samples of the test split, whatever the protocol's split."""
        return self._reals("test")

    @property
    def train_real(self) -> Tensor:
        """Real samples of the training split, of those that the run was trained on."""
        return self._reals("train")

    @property
    def fake(self) -> Tensor:
        """The n_fake generated samples.

        Raises:
            Failed: when some are not finite.
        """
        fake = self.draw("fake") if self.samples is None else self.samples
        self.provenance.n_fake = len(fake)
        return _finite(fake)

    @property
    def real_features(self) -> Tensor:
        """(n_real, d) float64."""
        self._note(self.sources.extractor)
        self.provenance.n_real = len(self.real)
        return self.sources.real_features

    @property
    def fake_features(self) -> Tensor:
        """(n_fake, d) float64."""
        return self.outputs(self.sources.extractor)[0]

    @property
    def fake_logits(self) -> Tensor:
        """(n_fake, classes) float64, before the softmax.

        Raises:
            NotApplicable: when the extractor's classes are no kinds of content.
        """
        extractor = self._note(self.sources.extractor)
        if not extractor.knows_contents:
            raise NotApplicable(f"the classes of {extractor.name} are no kinds of content")
        return self.outputs(extractor)[1]

    @property
    def generator(self) -> nn.Module:
        """The generator."""
        return self._networks().generator

    @property
    def critic(self) -> nn.Module:
        """The critic."""
        return self._networks().critic

    @property
    def method(self) -> Method:
        """The method."""
        return self._networks().method

    @property
    def conditional(self) -> bool:
        """Whether the generator completes images."""
        return self._networks().architecture.conditional

    @property
    def latent_dim(self) -> int:
        """Width of the generator's input."""
        return self._networks().architecture.latent_dim

    def outputs(self, extractor: Extractor | NoValue) -> tuple[Tensor, Tensor]:
        """Returns the features (n_fake, d) and logits (n_fake, classes) of the generated samples, float64.

        Raises:
            NoValue: when there is no extractor.
        """
        known = self._note(extractor)
        fake = self.fake
        return self.once(f"outputs of {known.sha256}", lambda: extract(known, fake))

    def given(self, n: int, each: int = 1) -> Tensor | None:
        """Returns the real images a conditional generator completes, None for other generators.

        Generated samples then share their left halves with real ones: distances between
        the two may be smaller than between two real parts.

        Args:
            n: how many: those of the protocol's split in order, and again from the start.
            each: how often each is taken before the next.
        """
        if not self.conditional:
            return None
        reals = self.sources.splits[self.protocol.split]
        return reals[torch.arange(n) // each % len(reals)]

    def rng(self, purpose: str) -> torch.Generator:
        """Returns a generator seeded by run, step and purpose; on the CPU, so that every device sees the same draws."""
        return torch.Generator().manual_seed(seed_for("measure", self.run_id, self.step, purpose))

    def draw(self, purpose: str) -> Tensor:
        """Returns n_fake samples generated for `purpose`, independent of those for any other, on the CPU."""

        def made() -> Tensor:
            n = self.protocol.n_fake
            latents = torch.randn(n, self.latent_dim, generator=self.rng(purpose))
            filler = self.rng(f"{purpose} filler")
            return generate(self.generator, latents, filler, device=self.device, given=self.given(n))

        return self.once(purpose, made)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Returns what `make` gave when `name` was first asked for; for what several metrics share."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def pairs(self, reals: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Returns n real samples and, for each generated batch the method asks for, n generated ones.

        Raises:
            Failed: when generated samples are not finite.
        """
        purposes = ["fake", *(f"fake {k}" for k in range(1, self.method.fakes_per_real))]
        n = min(len(reals), self.protocol.n_fake)
        self.provenance.n_real, self.provenance.n_fake = n, n * len(purposes)
        return reals[:n], [_finite(self.draw(purpose))[:n] for purpose in purposes]

    def _reals(self, split: str) -> Tensor:
        reals = self.sources.splits[split]
        self.provenance.n_real, self.provenance.split = len(reals), split
        return reals

    def _networks(self) -> Networks:
        if self.networks is None:
            raise NeedsNetworks("real samples are scored against real ones; there are no networks")
        return self.networks

    def _note(self, extractor: Extractor | NoValue) -> Extractor:
        if isinstance(extractor, NoValue):
            raise extractor
        self.provenance.extractor, self.provenance.extractor_sha256 = extractor.name, extractor.sha256
        return extractor


def extract(extractor: Extractor | NoValue, samples: Tensor) -> tuple[Tensor, Tensor]:
    """Returns features and logits of `samples` in double precision.

    Raises:
        NoValue: when there is no extractor.
    """
    if isinstance(extractor, NoValue):
        raise extractor
    features, logits = extractor.features(samples)
    return features.double(), logits.double()


def _finite(samples: Tensor) -> Tensor:
    bad = int((~torch.isfinite(samples.flatten(1)).all(dim=1)).sum())
    if bad:
        raise Failed(f"{bad} of {len(samples)} generated samples are not finite")
    return samples
