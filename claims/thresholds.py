"""The numbers that decide for every claim about trainings alike; each is part of every such declaration.

Only the standard library is imported: declarations are hashed without loading numerical packages.
"""

from __future__ import annotations

VERSION = 1
"""Of what decides and is not a number: the rules, what outcomes take of a run, what they presume and how finely they
can be told. It is raised when one of these changes, so that a declaration made before is another one."""

TRAINED = 0.5
"""A run trains when the log of its score came half of the way from the untrained generator to real held-out
data. On a log scale a collapsed or noisy generator stays near the start and a recognisable one is well past
the middle; both ends are measured under the same protocol, so the scale of the score does not matter."""

IMPROVED = 0.25
"""The samples of a run improve when it has come this far: half of what counts as having trained."""

FLAT = 0.2
"""A curve that changes by less than this share from the first half of a run to the second is constant; one that
follows a training which works changes severalfold."""

COLLAPSED = 0.1
"""A generator has collapsed when its samples are spread out less than this share of the data's spread."""

COVERED = 0.97
"""Modes are lost when a generator keeps fewer than this share of those that real samples show: any mode of thirty, one
in thirty of a thousand, where a classifier may miss single ones."""

GREY_LEVEL = 2 / 255
"""Step of the grey levels of images that lie in [-1, 1]; completions that differ by less look the same."""

MOST_UNSCORED = 0.2
"""Share of the planned runs without a usable score, crashed and missing ones among them, beyond which the evidence is
invalid."""

SAMPLES_A_MODE = 10
"""Samples for each mode below which it cannot be told which modes are lost: of ten in the mean, a generator as even as
the data leaves a mode without any in one case of exp(10) = 22,000; of two, in one of seven."""

LEAST_SNAPSHOTS = 4
"""Snapshots below which a run has no rank correlation to speak of."""

WARM_UP = 0.25
"""Share of the generator steps that an outcome "after the warm-up" leaves out."""

FIRST_SHARE = 0.8
"""Share of alpha that the first look, the planned one, has."""


def in_force() -> dict[str, float]:
    """Returns all of these numbers, by name."""
    return {name: value for name, value in globals().items() if name.isupper()}
