"""The small network that is trained once per data set, to extract features with."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bench.data import as_floats

N_FEATURES = 64
BATCH_SIZE = 128
LEARNING_RATE = 2e-3
EXTRACTION_BATCH = 256


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


def fit_classifier(images: Tensor, labels: Tensor, *, epochs: int, seed: int) -> Classifier:
    """Returns a classifier trained by Adam on shuffled batches, the learning rate falling linearly to zero.

    Args:
        images: (n, c, h, w), bytes or floats in [-1, 1].
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
            loss = cross_entropy(network(as_floats(images[picks]))[1], labels[picks])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    features, _ = in_batches(network, images, str(images.device))
    network.scale.copy_(features.double().square().mean().rsqrt())
    return network


def accuracy_of(network: Classifier, images: Tensor, labels: Tensor, *, device: str) -> float:
    """Returns the fraction of images given their label."""
    logits = in_batches(network, images, device)[1]
    return round(float((logits.argmax(dim=1) == labels).double().mean()), 6)


def in_batches(network: Any, images: Tensor, device: str) -> tuple[Tensor, Tensor]:
    """Returns features and logits, float32 on the CPU, of bytes or floats (n, c, h, w)."""
    with torch.no_grad():
        outputs = [network(as_floats(batch.to(device))) for batch in images.split(EXTRACTION_BATCH)]
    features, logits = (torch.cat([part.float().cpu() for part in parts]) for parts in zip(*outputs, strict=True))
    return features, logits
