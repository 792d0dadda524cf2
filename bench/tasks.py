"""What a feature classifier learns to tell apart: classes, or something the images themselves give.

A task makes examples, uint8 images with a target each, of the images and
labels of a prepared set. At most MOST_EXAMPLES are made, of images spread
evenly over the set.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from bench.datasets import Dataset
from bench.errors import UserError, unknown_name

MOST_EXAMPLES = 60_000
"""As many as MNIST has: training takes minutes on one CPU core."""

ROTATIONS = 4
DIGIT_CLASSES = 10

Examples = tuple[Tensor, Tensor]


class Task(NamedTuple):
    """One task.

    Args:
        examples: (images, labels) -> (examples, targets), all uint8 images (n, c, h, w) and int64 (n,).
        name: what its network is called in score rows.
        per_channel: whether the network sees one channel at a time.
        knows_contents: whether its classes are kinds of content, so that scores may rest on them.
    """

    examples: Callable[[Tensor, Tensor], Examples]
    name: str
    per_channel: bool = False
    knows_contents: bool = True


def classes(images: Tensor, labels: Tensor) -> Examples:
    """The labelled images as they are.

    Raises:
        UserError: when there are no labels.
    """
    if int(labels.min()) < 0:
        raise UserError('This data set has no classes to tell apart; its Dataset needs another task, as "rotations".')
    return _spread(images, labels, MOST_EXAMPLES)


def rotations(images: Tensor, labels: Tensor) -> Examples:
    """Every image in four rotations by a quarter turn; the target is the number of turns.

    Gidaris et al. (2018), Unsupervised Representation Learning by Predicting Image Rotations
    """
    images, _ = _spread(images, labels, MOST_EXAMPLES // ROTATIONS)
    turned = [images.rot90(turns, dims=(2, 3)) for turns in range(ROTATIONS)]
    return torch.cat(turned), torch.arange(ROTATIONS).repeat_interleave(len(images))


def channels(images: Tensor, labels: Tensor) -> Examples:
    """Every channel as an image of its own; the target of channel k is digit k of the label, read from the left."""
    n_channels = images.shape[1]
    images, labels = _spread(images, labels, MOST_EXAMPLES // n_channels)
    powers = DIGIT_CLASSES ** torch.arange(n_channels - 1, -1, -1)
    return images.flatten(0, 1)[:, None], (labels[:, None] // powers % DIGIT_CLASSES).flatten()


TASKS = {
    "classes": Task(classes, "classifier"),
    "rotations": Task(rotations, "rotation-classifier", knows_contents=False),
    "channels": Task(channels, "channel-classifier", per_channel=True),
}


def task_of(source: Dataset) -> Task:
    """Returns the task a data set names.

    Raises:
        UserError: when there is none of that name.
    """
    if source.task not in TASKS:
        raise unknown_name("task", source.task, TASKS, "Add new ones to bench/tasks.py.")
    return TASKS[source.task]


def _spread(images: Tensor, labels: Tensor, most: int) -> Examples:
    """At most that many images, evenly spaced."""
    if len(images) <= most:
        return images, labels
    picks = torch.arange(most) * len(images) // most
    return images[picks], labels[picks]
