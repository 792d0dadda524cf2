"""RMSProp as TensorFlow 1 computes it.

With gradient g, decay 0.9, momentum m and epsilon 1e-10:

    s <- 0.9 s + 0.1 g^2;   v <- m v + rate g / sqrt(s + epsilon);   w <- w - v,

s starting at 1. torch's RMSprop differs in all three: smoothing 0.99, epsilon
1e-8 added outside the root, and s starting at 0, so that its first step is
about ten times the rate whatever the gradient. The two official codes'
"RMSProp 5e-5" are therefore different algorithms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

DECAY = 0.9
EPSILON = 1e-10


class TensorFlowRMSprop(torch.optim.Optimizer):
    """RMSProp of TensorFlow 1 (tf.train.RMSPropOptimizer with its defaults).

    Args:
        parameters: what to update.
        lr: step size.
        momentum: decay of the accumulated steps.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, lr: float, momentum: float = 0.0) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Updates every parameter that has a gradient."""
        assert closure is None, "closures are not supported"
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, self.state[parameter], group)

    @staticmethod
    def _update(parameter: nn.Parameter, state: dict[str, Any], group: dict[str, Any]) -> None:
        assert parameter.grad is not None
        if not state:
            state["square"] = torch.ones_like(parameter)
            state["velocity"] = torch.zeros_like(parameter)
        state["square"].lerp_(parameter.grad.square(), 1 - DECAY)
        step = parameter.grad * (state["square"] + EPSILON).rsqrt()
        parameter.sub_(state["velocity"].mul_(group["momentum"]).add_(step, alpha=group["lr"]))
