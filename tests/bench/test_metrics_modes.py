"""Mode coverage on points placed by hand, and on classes told apart by a classifier."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from bench.config import Protocol
from bench.files import read_table
from bench.measure import measure_reference, sources_of
from bench.metrics import modes
from bench.metrics.measurable import Measurable, NotApplicable, NoValue
from bench.metrics.modes import ClassModes, MixtureModes
from bench.spec import resolve_data

Snapshot = Callable[..., Measurable]
CENTRES = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def test_a_mode_counts_once_it_has_a_close_sample(snapshot: Snapshot) -> None:
    """Two samples at the first mode, one 2.9 deviations from the second, one 3.1 from the third."""
    fake = torch.tensor([[0.0, 0.0], [0.1, 0.0], [1.29, 0.0], [0.0, 1.31]])
    m = snapshot(CENTRES, fake, modes=MixtureModes(CENTRES, 0.1))
    assert modes.modes_covered(m) == 2
    assert modes.high_quality_fraction(m) == 0.75


def test_far_samples_cover_nothing(snapshot: Snapshot) -> None:
    """A generator that misses everywhere covers no mode."""
    m = snapshot(CENTRES, torch.full((5, 2), 9.0), modes=MixtureModes(CENTRES, 0.1))
    assert (modes.modes_covered(m), modes.high_quality_fraction(m)) == (0, 0)


def test_a_blob_over_all_modes_keeps_them_sharp_or_not(snapshot: Snapshot) -> None:
    """Ten samples nearest to each of three modes, none within three deviations: all are kept and none is covered."""
    fake = CENTRES.repeat(10, 1) + 0.45
    m = snapshot(CENTRES, fake - torch.tensor([0.45, 0.05]), modes=MixtureModes(CENTRES, 0.1))
    assert (modes.modes_kept(m), modes.modes_covered(m)) == (3, 0)


@pytest.mark.parametrize(("rare", "kept"), [(0, 2), (1, 2), (2, 3), (5, 3)])
def test_a_mode_is_kept_from_a_twentieth_of_an_equal_share(snapshot: Snapshot, rare: int, kept: int) -> None:
    """Of a hundred samples a twentieth of a third is 1.67: one is too few, two are enough."""
    fake = CENTRES.repeat_interleave(torch.tensor((50, 50 - rare, rare)), dim=0)
    assert modes.modes_kept(snapshot(CENTRES, fake, modes=MixtureModes(CENTRES, 0.1))) == kept


def test_exactly_a_twentieth_is_enough(snapshot: Snapshot) -> None:
    """Of sixty samples at three modes one is a twentieth of an equal share, also where far from its mode."""
    fake = torch.cat([CENTRES[:2].repeat_interleave(torch.tensor((30, 29)), dim=0), torch.tensor([[0.0, 50.0]])])
    m = snapshot(CENTRES, fake, modes=MixtureModes(CENTRES, 0.1))
    assert (modes.modes_kept(m), modes.modes_covered(m)) == (3, 2)


def test_data_without_modes_is_not_applicable(snapshot: Snapshot) -> None:
    """The Swiss roll has none."""
    with pytest.raises(NotApplicable, match="no known modes"):
        modes.modes_covered(snapshot(CENTRES, CENTRES))


def test_components_have_their_own_reach(snapshot: Snapshot) -> None:
    """Deviations 0.1 and 1: 2 away from the first is far, 2 away from the second is near; any dimension will do."""
    centres = torch.tensor([[0.0], [10.0]])
    fake = torch.tensor([[2.0], [8.0]])
    m = snapshot(fake, fake, modes=MixtureModes(centres, torch.tensor([0.1, 1.0])))
    assert (modes.modes_covered(m), modes.high_quality_fraction(m)) == (1, 0.5)


def test_the_divergence_from_uniform_coverage(snapshot: Snapshot) -> None:
    """Equal shares give 0, one mode of three log 3, shares 1/2, 1/4, 1/4 give log 3 - 1.5 log 2."""
    for counts, expected in (
        ((4, 4, 4), 0.0),
        ((5, 0, 0), math.log(3)),
        ((2, 1, 1), math.log(3) - 1.5 * math.log(2)),
    ):
        fake = CENTRES.repeat_interleave(torch.tensor(counts), dim=0)
        m = snapshot(CENTRES, fake, modes=MixtureModes(CENTRES, 0.1))
        assert modes.mode_kl(m) == pytest.approx(expected, abs=1e-12)


def test_classes_are_modes_by_their_own_classifier(snapshot: Snapshot) -> None:
    """The likeliest class of each sample counts, whatever features are of; rows name the classifier."""

    class Known:
        name = "known"
        sha256 = "1" * 64
        n_features = 3
        knows_contents = True

        def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
            return images, images

    fake = torch.tensor([[9.0, 0.0, 0.0], [8.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    m = snapshot(fake, fake, modes=ClassModes(Known(), 3), extractor=NoValue("no features here"))
    with m.noting() as read:
        assert modes.modes_covered(m) == modes.modes_kept(m) == 2
    assert (read.extractor, read.n_fake) == ("known", 3)
    assert modes.mode_kl(m) == pytest.approx(math.log(3) + math.log(1 / 3) / 3 + 2 * math.log(2 / 3) / 3)


def test_classes_without_a_classifier_say_why(snapshot: Snapshot) -> None:
    """As under a protocol that asks for Inception alone."""
    m = snapshot(CENTRES, CENTRES, modes=ClassModes(NotApplicable("told apart by the classifier"), 3))
    with pytest.raises(NotApplicable, match="by the classifier"):
        modes.modes_covered(m)


def test_stacked_digits_cover_their_thousand_modes(stacked: Path) -> None:
    """Real stacks against real stacks: nearly all modes, and a divergence near 999 / (2 n)."""
    data = resolve_data("stacked_mnist", 16)
    wanted = ("modes_covered", "modes_kept", "mode_kl", "inception_score", "high_quality_fraction")
    protocol = Protocol(n_real=1000, n_fake=6000, extractor="classifier", metrics=wanted)
    table = read_table(measure_reference(data, protocol, stacked) / "scores.parquet").set_index("metric")
    # A mode is empty with probability exp(-6): 2.5 modes in the mean.
    assert 985 <= table.loc["modes_covered", "value"] == table.loc["modes_kept", "value"] <= 1000
    assert table.loc["mode_kl", "value"] == pytest.approx(999 / 12_000, rel=0.3)
    assert table.loc["inception_score", "value"] > 50
    assert table.loc["high_quality_fraction", "status"] == "not_applicable"
    inception = sources_of(data, replace(protocol, extractor="inception"), results=stacked, device="cpu")
    assert isinstance(inception.modes, ClassModes) and isinstance(inception.modes.classifier, NotApplicable)
