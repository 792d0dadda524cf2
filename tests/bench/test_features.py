"""The feature extractors: trained, checked, resolved."""

from __future__ import annotations

import hashlib
import importlib
import io
from pathlib import Path

import pytest
import torch

from bench import classifier, features
from bench.classifier import fit_classifier
from bench.data import load, source_of, stored
from bench.errors import UserError
from bench.features import (
    ClassifierExtractor,
    load_classifier,
    resolve_extractor,
    train_extractor,
)
from bench.files import read_json, write_json
from bench.metrics.measurable import NotApplicable, Unavailable
from bench.spec import DataSpec, RunSpec

DIGITS = DataSpec("digits", 16)
Trained = tuple[Path, dict[str, RunSpec]]


@pytest.fixture
def no_inception(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which Inception's weights were never fetched."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))


def test_the_classifier_passes_its_floor_and_says_how_well(trained: Trained) -> None:
    """The card's accuracy is that of the stored weights on the held-out digits."""
    results, _ = trained
    card = read_json(results / "extractors" / "digits-16" / "card.json")
    extractor = load_classifier(DIGITS, results)
    logits = extractor.features(load(DIGITS, "test", results))[1]
    accuracy = float((logits.argmax(dim=1) == stored(DIGITS, "test_labels", results)).double().mean())
    assert card["accuracy"] == pytest.approx(accuracy, abs=1e-6) and accuracy >= card["floor"] == 0.95
    assert extractor.sha256 == card["sha256"]


def test_features_have_unit_size_and_do_not_depend_on_the_batch(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mean square 1 over the training images; any batch size gives the same features up to round-off."""
    results, _ = trained
    extractor = load_classifier(DIGITS, results)
    images = load(DIGITS, "train", results)
    found, logits = extractor.features(images)
    assert found.shape == (len(images), extractor.n_features) and logits.shape == (len(images), 10)
    assert float(found.square().mean()) == pytest.approx(1.0, abs=1e-3)
    monkeypatch.setattr(classifier, "EXTRACTION_BATCH", 7)
    torch.testing.assert_close(extractor.features(images)[0], found, rtol=1e-4, atol=1e-5)


def test_training_is_decided_by_its_seed_alone() -> None:
    """Same seed, same weights, whatever the ambient random state; another seed, other weights."""
    rng = torch.Generator().manual_seed(0)
    images, labels = torch.randn(40, 1, 16, 16, generator=rng), torch.arange(40) % 4
    first = fit_classifier(images, labels, epochs=1, seed=1).state_dict()
    torch.manual_seed(99)
    second = fit_classifier(images, labels, epochs=1, seed=1).state_dict()
    other = fit_classifier(images, labels, epochs=1, seed=2).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])


def test_a_classifier_below_its_floor_is_refused(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One update is too few: no card is written, the message gives accuracy and floor."""
    monkeypatch.setattr(features, "UPDATES", 1)
    monkeypatch.setattr(features, "MIN_EPOCHS", 1)
    monkeypatch.setattr(classifier, "LEARNING_RATE", 1e-6)
    with pytest.raises(UserError, match=r"accuracy of 0\.\d+, below its floor 0\.95"):
        train_extractor(DIGITS, results)
    assert not (results / "extractors").exists()


def test_a_trained_classifier_is_kept(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking again trains nothing and returns the same card."""
    results, _ = trained
    monkeypatch.setattr(features, "fit_classifier", None)
    card = read_json(results / "extractors" / "digits-16" / "card.json", sealed=True)
    assert train_extractor(DIGITS, results) == card


def test_points_have_no_classifier(results: Path) -> None:
    """Neither to train nor to use."""
    with pytest.raises(UserError, match="has no classes"):
        train_extractor(DataSpec("gaussians8"), results)
    assert isinstance(resolve_extractor("auto", DataSpec("gaussians8"), results=results), NotApplicable)


def test_images_without_a_floor_are_told_what_they_lack(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the fields of a Dataset that a feature extractor rests on."""
    monkeypatch.setattr(features, "source_of", lambda data: source_of(data)._replace(accuracy_floor=0.0))
    with pytest.raises(
        UserError, match=r"'digits' has accuracy_floor 0, .* accuracy_floor above 0 .* task=\"rotations\""
    ):
        train_extractor(DIGITS, results)


def test_auto_falls_back_to_the_classifier(trained: Trained, no_inception: None) -> None:
    """Without Inception's weights, auto means classifier and inception is unavailable, with the file's name."""
    results, _ = trained
    assert isinstance(resolve_extractor("auto", DIGITS, results=results), ClassifierExtractor)
    missing = resolve_extractor("inception", DIGITS, results=results)
    assert isinstance(missing, Unavailable) and "weights-inception-2015-12-05" in str(missing)


def test_inception_weights_are_checked_against_their_name(trained: Trained, no_inception: None) -> None:
    """A file of that name with other content is refused."""
    weights = features.inception_weights()
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"something else")
    with pytest.raises(UserError, match="damaged"):
        resolve_extractor("auto", DIGITS, results=trained[0])


def test_inception_is_used_where_its_weights_are(
    results: Path, no_inception: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stand-in for the weights: grey images in, 2,048 features and 1,008 logits out, named in rows."""
    module = importlib.import_module("torch_fidelity.feature_extractor_inceptionv3")
    monkeypatch.setattr(module.FeatureExtractorInceptionV3, "load_state_dict", lambda self, state: None)
    buffer = io.BytesIO()
    torch.save({}, buffer)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    monkeypatch.setattr(features, "INCEPTION_FILE", f"weights-inception-2015-12-05-{digest[:8]}.pth")
    features.inception_weights().parent.mkdir(parents=True)
    features.inception_weights().write_bytes(buffer.getvalue())
    extractor = resolve_extractor("auto", DIGITS, results=results)
    assert isinstance(extractor, features.InceptionExtractor)
    assert (extractor.name, extractor.sha256) == ("inception-v3-compat", digest)
    found, logits = extractor.features(torch.zeros(2, 1, 16, 16))
    assert found.shape == (2, extractor.n_features) and logits.shape == (2, 1008)
    assert torch.equal(found[0], found[1])


def test_an_unknown_extractor_is_named(results: Path) -> None:
    """With what there is instead."""
    with pytest.raises(UserError, match="Unknown extractor 'vgg'.*auto, classifier, inception"):
        resolve_extractor("vgg", DIGITS, results=results)


def test_a_missing_damaged_or_foreign_classifier_is_refused(
    results: Path, trained: Trained, no_inception: None
) -> None:
    """Each in one line that says what to do."""
    with pytest.raises(UserError, match="is missing.*python -m bench extractor --dataset digits --image-size 16"):
        load_classifier(DIGITS, results)
    source = trained[0] / "extractors" / "digits-16"
    place = results / "extractors" / "digits-16"
    place.mkdir(parents=True)
    card = read_json(source / "card.json", sealed=True)
    weights = bytearray((source / "weights.pt").read_bytes())
    (place / "weights.pt").write_bytes(weights)
    write_json(place / "card.json", card | {"data_sha256": "f"}, sealed=True)
    with pytest.raises(UserError, match="trained on other data"):
        load_classifier(DIGITS, results)
    write_json(place / "card.json", card | {"sha256": "f"}, sealed=True)
    with pytest.raises(UserError, match="does not belong"):
        load_classifier(DIGITS, results)
    weights[-1] ^= 1
    (place / "weights.pt").write_bytes(weights)
    with pytest.raises(UserError, match="damaged"):
        load_classifier(DIGITS, results)


def test_grey_images_become_equal_colours() -> None:
    """-1, 0 and 1 become 0, 128 and 255 in three channels."""
    images = torch.tensor([[[[-1.0, 0.0, 1.0]]]])
    rgb = features._to_rgb_bytes(images)
    assert rgb.dtype == torch.uint8 and rgb.tolist() == [[[[0, 128, 255]]] * 3]
