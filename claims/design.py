"""What a claim about trainings asks for: the arms it compares, the gates before it, and its questions.

Only the standard library is imported: the workflow plans with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

RULE_NAMES = ("greater", "not greater", "within", "at least", "below")
"""The rules a question may name; `claims.statistics.RULES` holds them."""


Quantifier = Literal["each", "any"]


@dataclass(frozen=True)
class Arm:
    """One way of training that a claim looks at.

    Args:
        id: name in questions and gates, unique in the claim.
        architecture: name of an architecture.
        method: name of a method.
        settings: what differs from the configuration, by dotted path into a run's specification, such as
            `batch_size` or `method_options.n_critic`. The value of a key that ends in `*` multiplies the
            configured value; that of one that ends in `%` is a share of the generator steps.
        datasets: data sets in place of the configuration's.
    """

    id: str
    architecture: str
    method: str
    settings: Mapping[str, object] = field(default_factory=dict)
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gate:
    """A condition without which the evidence says nothing about the claim.

    Args:
        reason: the condition in words.
        outcome: name of an outcome that is true or false of a run.
        arms: the arms whose runs must have it.
        least: share of the scored runs of each of these arms, on each data set, that must have it.
        parts: ids of the parts that it guards; all of them when empty.
    """

    reason: str
    outcome: str
    arms: tuple[str, ...]
    least: float = 0.5
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One number per seed and the rule that decides on them.

    Args:
        outcome: name in `claims.outcomes.OUTCOMES`: what is taken of each run.
        of: arms, or sums and differences of arms formed seed by seed, such as `"gan - wgan"`; with several,
            `quantifier` says how they are joined.
        rule: name in `claims.statistics.RULES`: what must be true of it, given the part's margin.
        quantifier: "each" asserts the rule of every member of `of`, "any" of at least one.
    """

    outcome: str
    of: str | tuple[str, ...]
    rule: str
    quantifier: Quantifier = "each"

    @property
    def members(self) -> tuple[str, ...]:
        """The expressions of `of`."""
        return (self.of,) if isinstance(self.of, str) else self.of

    @property
    def arms(self) -> tuple[str, ...]:
        """Every arm looked at, each once."""
        return tuple(dict.fromkeys(arm for member in self.members for _, arm in terms(member)))


@dataclass(frozen=True)
class Design:
    """The trainings a claim rests on.

    Args:
        arms: what is trained, on every data set and seed that the configuration gives the claim.
        gates: what must hold of them before anything is judged.
    """

    arms: tuple[Arm, ...]
    gates: tuple[Gate, ...] = ()

    def arm(self, arm_id: str) -> Arm:
        """Returns the arm named `arm_id`."""
        return next(arm for arm in self.arms if arm.id == arm_id)


def terms(expression: str) -> tuple[tuple[int, str], ...]:
    """Splits a sum or difference of arms.

    Example:
        >>> terms("gan - wgan")
        ((1, 'gan'), (-1, 'wgan'))
    """
    words = f"+ {expression}".split()
    return tuple((-1 if sign == "-" else 1, arm) for sign, arm in zip(words[::2], words[1::2], strict=True))
