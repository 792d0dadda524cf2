"""What feature classifiers learn where a data set has no classes that serve, or too many."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from bench import tasks
from bench.classifier import Classifier
from bench.data import load, source_of, stored
from bench.errors import UserError
from bench.features import ChannelExtractor, ClassifierExtractor, load_classifier, train_extractor
from bench.metrics.measurable import Extractor
from bench.spec import DataSpec, resolve_data
from bench.tasks import TASKS, channels, classes, rotations, task_of


def test_rotations_are_quarter_turns_with_their_number() -> None:
    """The corner of a single bright pixel wanders against the clock."""
    images = torch.zeros(2, 1, 3, 3, dtype=torch.uint8)
    images[:, :, 0, 0] = 9
    turned, turns = rotations(images, torch.tensor([-1, -1]))
    assert turns.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    corners = [(0, 0), (2, 0), (2, 2), (0, 2)]
    assert [tuple(image[0].nonzero()[0].tolist()) for image in turned[::2]] == corners


def test_channels_become_images_with_their_digit() -> None:
    """407 spells 4, 0 and 7."""
    images = torch.arange(6, dtype=torch.uint8).reshape(2, 3, 1, 1)
    single, digits = channels(images, torch.tensor([407, 12]))
    assert single.flatten().tolist() == [0, 1, 2, 3, 4, 5] and single.shape == (6, 1, 1, 1)
    assert digits.tolist() == [4, 0, 7, 0, 1, 2]


def test_large_sets_are_sampled_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most so many examples, from the whole range; a small set is taken as it is."""
    monkeypatch.setattr(tasks, "MOST_EXAMPLES", 4)
    images, labels = torch.arange(10, dtype=torch.uint8)[:, None, None, None], torch.arange(10)
    assert classes(images, labels)[1].tolist() == [0, 2, 5, 7]
    assert len(rotations(images, labels)[0]) == 4
    assert classes(images[:3], labels[:3])[1].tolist() == [0, 1, 2]


def test_a_set_without_classes_needs_another_task() -> None:
    """Labels of -1 cannot be learnt; a task that does not exist is named."""
    with pytest.raises(UserError, match="has no classes to tell apart"):
        classes(torch.zeros(2, 1, 1, 1), torch.tensor([-1, -1]))
    source = source_of(DataSpec("digits", 16))
    with pytest.raises(UserError, match="Unknown task 'rotation'.*Did you mean 'rotations'"):
        task_of(source._replace(task="rotation"))
    assert task_of(source) is TASKS["classes"]


def test_a_classifier_of_channels_adds_its_log_probabilities() -> None:
    """Class 10 a + b has the logit log p(a) + log p(b); features stand side by side."""
    torch.manual_seed(0)
    single = ClassifierExtractor(Classifier((1, 8, 8), 10), name="c", sha256="0", device="cpu")
    images = torch.randn(4, 2, 8, 8)
    found, joint = ChannelExtractor(single, 2).features(images)
    parts = [single.features(images[:, [k]]) for k in range(2)]
    assert torch.equal(found, torch.cat([parts[0][0], parts[1][0]], dim=1))
    expected = [part[1].log_softmax(dim=1) for part in parts]
    torch.testing.assert_close(joint[:, 37], expected[0][:, 3] + expected[1][:, 7])
    torch.testing.assert_close(joint.exp().sum(dim=1), torch.ones(4))


def accuracy(extractor: Extractor, examples: tuple[Tensor, Tensor]) -> float:
    """Fraction of examples given their target."""
    return float((extractor.features(examples[0])[1].argmax(dim=1) == examples[1]).double().mean())


def test_faces_are_learnt_by_their_rotations(real_data: Path, tmp_path: Path) -> None:
    """The stored network tells the turns of held-out faces, and says in its name what it knows."""
    data = DataSpec("olivetti_faces", 16)
    card = train_extractor(data, tmp_path)
    extractor = load_classifier(data, tmp_path)
    assert extractor.name == "rotation-classifier-olivetti_faces-16" and not extractor.knows_contents
    upright = load(data, "test", tmp_path)
    turned = upright.rot90(3, dims=(2, 3)), torch.full((len(upright),), 3)
    assert accuracy(extractor, turned) > 0.9 and card["accuracy"] >= card["floor"] == 0.95


def test_stacked_digits_are_told_apart_channel_by_channel(stacked: Path) -> None:
    """One network for single digits gives the 1,000 classes of held-out stacks: floor 0.97 cubed is 0.91."""
    data = resolve_data("stacked_mnist", 16)
    card = train_extractor(data, stacked)
    extractor = load_classifier(data, stacked)
    assert (card["classes"], card["shape"], extractor.n_features) == (10, [1, 16, 16], 3 * 64)
    labels = stored(data, "test_labels", stacked)
    assert accuracy(extractor, (load(data, "test", stacked), labels)) > 0.91
