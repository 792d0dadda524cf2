"""Feature extractors: what sample quality is measured with.

Two kinds: a small classifier trained once per data set (on its classes, or
where it has none that serve, on the task its Dataset names), and
torch-fidelity's Inception network where its weights are already on this machine
(nothing is downloaded). Scores from different extractors are never comparable, so every
score row carries the extractor's name and the checksum of its weights.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench.catalogue import DATASETS
from bench.classifier import BATCH_SIZE, N_FEATURES, Classifier, accuracy_of, fit_classifier, in_batches
from bench.data import prepare, source_of, stored
from bench.errors import UserError, unknown_name
from bench.files import read_json, read_sealed, write_json, write_sealed
from bench.metrics.measurable import Extractor, NotApplicable, NoValue, Unavailable
from bench.spec import DataSpec, seed_for
from bench.tasks import task_of

EXTRACTORS = ("auto", "classifier", "inception")

UPDATES = 600
"""Least number of updates; at least MIN_EPOCHS epochs where a data set is large."""

MIN_EPOCHS = 5

INCEPTION_FILE = "weights-inception-2015-12-05-6726825d.pth"
"""torch-fidelity's port of the original network; the name ends in the start of its SHA-256."""


class ClassifierExtractor:
    """The trained classifier of one data set.

    Args:
        network: the classifier.
        name: name in score rows.
        sha256: checksum of its weights file.
        device: where it runs.
        knows_contents: whether its classes are kinds of content.
    """

    n_features = N_FEATURES

    def __init__(
        self, network: Classifier, *, name: str, sha256: str, device: str, knows_contents: bool = True
    ) -> None:
        self._network = network.to(device).eval()
        self._device = device
        self.name = name
        self.sha256 = sha256
        self.knows_contents = knows_contents

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """See `Extractor`."""
        return in_batches(self._network, images, self._device)


class ChannelExtractor:
    """A classifier of single channels, shown each channel of an image in turn.

    Features are those of all channels side by side; a class is one class per
    channel, its logit the sum of their log probabilities, the first channel's class counting most.

    Args:
        single: the classifier of one channel.
        channels: number of channels of an image.
    """

    def __init__(self, single: ClassifierExtractor, channels: int) -> None:
        self._single = single
        self.name, self.sha256, self.knows_contents = single.name, single.sha256, single.knows_contents
        self.n_features = channels * single.n_features

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """See `Extractor`."""
        parts = [self._single.features(channel) for channel in images.split(1, dim=1)]
        joint = torch.zeros(len(images), 1)
        for _, logits in parts:
            joint = (joint[:, :, None] + logits.log_softmax(dim=1)[:, None, :]).flatten(1)
        return torch.cat([features for features, _ in parts], dim=1), joint


class InceptionExtractor:
    """torch-fidelity's `inception-v3-compat`: 2,048 pool features and the 1,008 logits without bias.

    Args:
        weights: the weights file.
        device: where it runs.

    Raises:
        UserError: when the file is not the published one.
    """

    name = "inception-v3-compat"
    n_features = 2048
    knows_contents = True

    def __init__(self, weights: Path, device: str) -> None:
        self.sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
        if not self.sha256.startswith(weights.stem[-8:]):
            raise UserError(f"{weights} is damaged (its checksum is not the one in its name). Delete it.")
        module = importlib.import_module("torch_fidelity.feature_extractor_inceptionv3")
        network = module.FeatureExtractorInceptionV3(
            self.name, ["2048", "logits_unbiased"], feature_extractor_weights_path=str(weights)
        )
        self._network = network.to(device)
        self._device = device

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """See `Extractor`; grey images are shown as equal red, green and blue."""
        return in_batches(lambda batch: self._network(_to_rgb_bytes(batch)), images, self._device)


def resolve_extractor(name: str, data: DataSpec, *, results: Path, device: str = "cpu") -> Extractor | NoValue:
    """Returns the extractor a protocol asks for, or why this data has none.

    Args:
        name: "classifier", "inception", or "auto": inception where its weights are present, otherwise classifier.
        data: the data set at the size it was prepared at.
        results: the results folder.
        device: where the network runs.

    Raises:
        UserError: for an unknown name, or a classifier that is missing or was trained on other data.
    """
    if name not in EXTRACTORS:
        raise unknown_name("extractor", name, EXTRACTORS)
    if DATASETS[data.dataset].data != "images":
        return NotApplicable(f"features are of images; {data.dataset} provides points")
    lacking = _inception_lacks()
    if name == "inception" and lacking:
        return Unavailable(lacking)
    if name == "classifier" or lacking:
        return load_classifier(data, results, device=device)
    return InceptionExtractor(inception_weights(), device)


def inception_weights() -> Path:
    """Returns where torch keeps downloaded weights, and so Inception's if they were ever fetched."""
    return Path(torch.hub.get_dir()) / "checkpoints" / INCEPTION_FILE


def extractor_folder(data: DataSpec, results: Path) -> Path:
    """Returns where the classifier of a prepared data set lives."""
    return results / "extractors" / data.data_id


def train_extractor(data: DataSpec, results: Path) -> dict[str, Any]:
    """Trains the classifier of a data set and writes weights.pt and, last, card.json; keeps those it finds.

    Returns:
        The card: held-out accuracy, its floor, epochs, counts, checksums of weights and data.

    Raises:
        UserError: when the data has nothing to tell apart, or accuracy stays below the data set's floor.
    """
    source = source_of(data)
    floor = source.accuracy_floor
    _check_trainable(data, floor)
    prepared = prepare(data, results)
    folder = extractor_folder(data, results)
    if _is_complete(folder):
        load_classifier(data, results)
        return read_json(folder / "card.json", sealed=True)
    images, labels = _examples(data, "train", results)
    epochs = max(MIN_EPOCHS, -(-UPDATES * BATCH_SIZE // len(images)))
    with _one_thread():
        network = fit_classifier(
            images, labels, epochs=epochs, seed=seed_for("extractor", data.dataset, data.image_size)
        )
        accuracy = accuracy_of(network, *_examples(data, "test", results), device="cpu")
    _check_accuracy(accuracy, floor, data)
    card = {
        "name": f"{task_of(source).name}-{data.data_id}",
        "accuracy": accuracy,
        "floor": floor,
        "epochs": epochs,
        "n_train": len(images),
        "n_test": prepared["n_test"],
        "task": source.task,
        "n_features": N_FEATURES,
        "classes": int(labels.max()) + 1,
        "shape": list(images.shape[1:]),
        "data_sha256": prepared["sha256"],
    }
    return _store(folder, network, card)


def load_classifier(data: DataSpec, results: Path, *, device: str = "cpu") -> Extractor:
    """Returns the trained classifier of a prepared data set.

    Raises:
        UserError: when it is missing, damaged, or was trained on other data.
    """
    folder = extractor_folder(data, results)
    options = f" --options-json '{json.dumps(dict(data.options))}'" if data.options else ""
    again = f"Run `python -m bench extractor --dataset {data.dataset} --image-size {data.image_size}{options}`."
    if not _is_complete(folder):
        raise UserError(f"The feature classifier {folder} is missing. {again}")
    card = read_json(folder / "card.json", sealed=True)
    payload = read_sealed(folder / "weights.pt")
    if hashlib.sha256(payload).hexdigest() != card["sha256"]:
        raise UserError(f"{folder}: weights.pt does not belong to card.json. Delete the folder. {again}")
    prepared = prepare(data, results)
    if card["data_sha256"] != prepared["sha256"]:
        raise UserError(f"{folder} was trained on other data than is prepared now. Delete the folder. {again}")
    network = Classifier(tuple(card["shape"]), card["classes"])
    network.load_state_dict(torch.load(io.BytesIO(payload), weights_only=True))
    about = {"name": card["name"], "sha256": card["sha256"], "device": device}
    task = task_of(source_of(data))
    single = ClassifierExtractor(network, **about, knows_contents=task.knows_contents)
    return ChannelExtractor(single, prepared["shape"][0]) if task.per_channel else single


@contextmanager
def _one_thread() -> Iterator[None]:
    """The classifier's bits depend on threads and device, and every score on them: always one thread of the CPU."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _check_trainable(data: DataSpec, floor: float) -> None:
    if DATASETS[data.dataset].data != "images":
        raise UserError(f"Data set {data.dataset!r} has no classes to train a feature extractor on. Use an image set.")
    if not floor:
        raise UserError(
            f"Data set {data.dataset!r} has accuracy_floor 0, so no feature extractor is trained on it. Give its "
            'Dataset an accuracy_floor above 0 and, where its labels are no classes, task="rotations".'
        )


def _check_accuracy(accuracy: float, floor: float, data: DataSpec) -> None:
    if accuracy < floor:
        raise UserError(
            f"The feature classifier of {data.data_id} reached an accuracy of {accuracy:.3f}, "
            f"below its floor {floor}; scores made with it would mean little. Check the data set."
        )


def _store(folder: Path, network: Classifier, card: dict[str, Any]) -> dict[str, Any]:
    buffer = io.BytesIO()
    torch.save(network.cpu().state_dict(), buffer)
    card = card | {"sha256": write_sealed(folder / "weights.pt", buffer.getvalue())}
    write_json(folder / "card.json", card, sealed=True)
    return card


def _is_complete(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("card.json", "weights.pt"))


def _examples(data: DataSpec, split: str, results: Path) -> tuple[Tensor, Tensor]:
    """What the classifier of a data set is trained or tested on: uint8 images and targets."""
    images, labels = (stored(data, part, results) for part in (split, f"{split}_labels"))
    return task_of(source_of(data)).examples(images, labels)


def _to_rgb_bytes(images: Tensor) -> Tensor:
    """[-1, 1] floats with one or three channels -> uint8 with three."""
    grey = ((images + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return grey.expand(-1, 3, -1, -1)


def _inception_lacks() -> str | None:
    if not inception_weights().exists():
        return f"the weights file {INCEPTION_FILE} is not among torch's checkpoints"
    if importlib.util.find_spec("torch_fidelity") is None:
        return "torch-fidelity is not installed"
    return None
