"""Feature extractors: what sample quality is measured with.

Two kinds: a small classifier trained once per data set, and torch-fidelity's
Inception network where its weights are already on this machine (nothing is
downloaded). Scores from different extractors are never comparable, so every
score row carries the extractor's name and the checksum of its weights.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bench.catalogue import DATASETS
from bench.data import load, load_labels, prepare
from bench.errors import UserError, unknown_name
from bench.files import read_json, read_sealed, write_json, write_sealed
from bench.metrics.measurable import Extractor, NotApplicable, NoValue, Unavailable
from bench.spec import seed_for

EXTRACTORS = ("auto", "classifier", "inception")

N_FEATURES = 64
BATCH_SIZE = 128
LEARNING_RATE = 2e-3
UPDATES = 600
"""Least number of updates; at least MIN_EPOCHS epochs where a data set is large."""

MIN_EPOCHS = 5
EXTRACTION_BATCH = 256

INCEPTION_FILE = "weights-inception-2015-12-05-6726825d.pth"
"""torch-fidelity's port of the original network; the name ends in the start of its SHA-256."""


class Classifier(nn.Module):
    """Three stride-2 convolutions and two linear layers; the features are the hidden layer before its ReLU.

    Before the ReLU because Frechet distances fit a Gaussian, which a rectified
    unit is not. No batch normalization: a sample's features depend on it alone.
    `scale`, set after training, gives features a mean square of one on the
    training set, the size that KID's polynomial kernel is made for.
    """

    scale: Tensor

    def __init__(self, shape: tuple[int, int, int], classes: int) -> None:
        super().__init__()
        channels, height, width = shape
        layers: list[nn.Module] = []
        for outputs in (16, 32, 64):
            layers += [nn.Conv2d(channels, outputs, 3, stride=2, padding=1), nn.ReLU()]
            channels = outputs
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(height * width, N_FEATURES))
        self.head = nn.Linear(N_FEATURES, classes)
        self.register_buffer("scale", torch.ones(()))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Images to (features, logits)."""
        hidden = self.body(images)
        return hidden * self.scale, self.head(hidden.relu())


class ClassifierExtractor:
    """The trained classifier of one data set.

    Args:
        network: the classifier.
        name: name in score rows.
        sha256: checksum of its weights file.
        device: where it runs.
    """

    n_features = N_FEATURES

    def __init__(self, network: Classifier, *, name: str, sha256: str, device: str) -> None:
        self._network = network.to(device).eval()
        self._device = device
        self.name = name
        self.sha256 = sha256

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """See `Extractor`."""
        return _in_batches(self._network, images, self._device)


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
        return _in_batches(lambda batch: self._network(_to_rgb_bytes(batch)), images, self._device)


def resolve_extractor(
    name: str, dataset: str, *, image_size: int, results: Path, device: str = "cpu"
) -> Extractor | NoValue:
    """Returns the extractor a protocol asks for, or why this data has none.

    Args:
        name: "classifier", "inception", or "auto": inception where its weights are present, otherwise classifier.
        dataset: name in DATASETS.
        image_size: size the data was prepared at.
        results: the results folder.
        device: where the network runs.

    Raises:
        UserError: for an unknown name, or a classifier that is missing or was trained on other data.
    """
    if name not in EXTRACTORS:
        raise unknown_name("extractor", name, EXTRACTORS)
    if DATASETS[dataset].data != "images":
        return NotApplicable(f"features are of images; {dataset} provides points")
    lacking = _inception_lacks()
    if name == "inception" and lacking:
        return Unavailable(lacking)
    if name == "classifier" or lacking:
        return load_classifier(dataset, image_size, results, device=device)
    return InceptionExtractor(inception_weights(), device)


def inception_weights() -> Path:
    """Returns where torch keeps downloaded weights, and so Inception's if they were ever fetched."""
    return Path(torch.hub.get_dir()) / "checkpoints" / INCEPTION_FILE


def extractor_folder(dataset: str, image_size: int, results: Path) -> Path:
    """Returns where the classifier of a prepared data set lives."""
    return results / "extractors" / f"{dataset}-{image_size}"


def train_extractor(dataset: str, image_size: int, results: Path) -> dict[str, Any]:
    """Trains the classifier of a data set and writes weights.pt and, last, card.json; keeps those it finds.

    Returns:
        The card: held-out accuracy, its floor, epochs, counts, checksums of weights and data.

    Raises:
        UserError: when the data has no labels, or accuracy stays below the data set's floor.
    """
    floor = DATASETS.builder(dataset)().accuracy_floor
    if DATASETS[dataset].data != "images" or not floor:
        raise UserError(f"Data set {dataset!r} has no classes to train a feature extractor on. Use an image set.")
    data = prepare(dataset, image_size, results)
    folder = extractor_folder(dataset, image_size, results)
    if _is_complete(folder):
        load_classifier(dataset, image_size, results)
        return read_json(folder / "card.json", sealed=True)
    images, labels = _labelled(dataset, image_size, "train", results)
    epochs = max(MIN_EPOCHS, -(-UPDATES * BATCH_SIZE // len(images)))
    with _one_thread():
        network = fit_classifier(images, labels, epochs=epochs, seed=seed_for("extractor", dataset, image_size))
        accuracy = _accuracy(network, *_labelled(dataset, image_size, "test", results), device="cpu")
    if accuracy < floor:
        raise UserError(
            f"The feature classifier of {dataset} at {image_size}x{image_size} reached an accuracy of {accuracy:.3f}, "
            f"below its floor {floor}; scores made with it would mean little. Check the data set."
        )
    card = {
        "name": f"classifier-{dataset}-{image_size}",
        "accuracy": accuracy,
        "floor": floor,
        "epochs": epochs,
        "n_train": len(images),
        "n_test": data["n_test"],
        "n_features": N_FEATURES,
        "classes": int(labels.max()) + 1,
        "shape": data["shape"],
        "data_sha256": data["sha256"],
    }
    return _store(folder, network, card)


def fit_classifier(images: Tensor, labels: Tensor, *, epochs: int, seed: int) -> Classifier:
    """Returns a classifier trained by Adam on shuffled batches, the learning rate falling linearly to zero.

    Args:
        images: (n, c, h, w) in [-1, 1].
        labels: (n,) integer classes.
        epochs: passes over the images.
        seed: of initial weights and order; the ambient random state is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        channels, height, width = images.shape[1:]
        network = Classifier((channels, height, width), int(labels.max()) + 1).to(images.device)
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    updates = epochs * -(-len(images) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=updates)
    rng = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for picks in torch.randperm(len(images), generator=rng).split(BATCH_SIZE):
            picks = picks.to(images.device)
            loss = cross_entropy(network(images[picks])[1], labels[picks])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    features, _ = _in_batches(network, images, str(images.device))
    network.scale.copy_(features.double().square().mean().rsqrt())
    return network


def load_classifier(dataset: str, image_size: int, results: Path, *, device: str = "cpu") -> ClassifierExtractor:
    """Returns the trained classifier of a prepared data set.

    Raises:
        UserError: when it is missing, damaged, or was trained on other data.
    """
    folder = extractor_folder(dataset, image_size, results)
    again = f"Run `python -m bench extractor --dataset {dataset} --image-size {image_size}`."
    if not _is_complete(folder):
        raise UserError(f"The feature classifier {folder} is missing. {again}")
    card = read_json(folder / "card.json", sealed=True)
    payload = read_sealed(folder / "weights.pt")
    if hashlib.sha256(payload).hexdigest() != card["sha256"]:
        raise UserError(f"{folder}: weights.pt does not belong to card.json. Delete the folder. {again}")
    if card["data_sha256"] != prepare(dataset, image_size, results)["sha256"]:
        raise UserError(f"{folder} was trained on other data than is prepared now. Delete the folder. {again}")
    network = Classifier(tuple(card["shape"]), card["classes"])
    network.load_state_dict(torch.load(io.BytesIO(payload), weights_only=True))
    return ClassifierExtractor(network, name=card["name"], sha256=card["sha256"], device=device)


@contextmanager
def _one_thread() -> Iterator[None]:
    """The classifier's bits depend on threads and device, and every score on them: always one thread of the CPU."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _store(folder: Path, network: Classifier, card: dict[str, Any]) -> dict[str, Any]:
    buffer = io.BytesIO()
    torch.save(network.cpu().state_dict(), buffer)
    card = card | {"sha256": write_sealed(folder / "weights.pt", buffer.getvalue())}
    write_json(folder / "card.json", card, sealed=True)
    return card


def _is_complete(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("card.json", "weights.pt"))


def _labelled(dataset: str, image_size: int, split: Any, results: Path) -> tuple[Tensor, Tensor]:
    return load(dataset, image_size, split, results), load_labels(dataset, image_size, split, results)


def _accuracy(network: Classifier, images: Tensor, labels: Tensor, *, device: str) -> float:
    logits = _in_batches(network, images, device)[1]
    return round(float((logits.argmax(dim=1) == labels).double().mean()), 6)


def _in_batches(network: Any, images: Tensor, device: str) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        outputs = [network(batch.to(device)) for batch in images.split(EXTRACTION_BATCH)]
    features, logits = (torch.cat([part.float().cpu() for part in parts]) for parts in zip(*outputs, strict=True))
    return features, logits


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
