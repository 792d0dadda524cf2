"""Optimizers: TensorFlow's RMSProp by hand and beside torch's, and every optimizer with every method."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from bench.catalogue import METHODS
from bench.data import training_source
from bench.methods.method import OptimizerSpec
from bench.methods.rmsprop import TensorFlowRMSprop
from bench.spec import RunSpec
from bench.step import start, train_step

CPU = torch.device("cpu")


def steps(spec: OptimizerSpec, gradients: list[float], start_at: float = 1.0) -> list[float]:
    """The values a single weight takes when it is given these gradients one after the other."""
    weight = nn.Parameter(torch.tensor([start_at], dtype=torch.float64))
    optimizer = spec.build([weight])
    assert optimizer is not None
    found = []
    for gradient in gradients:
        weight.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        found.append(weight.item())
    return found


def test_two_steps_by_hand() -> None:
    """Gradients 2 and -1, rate 0.1, momentum 0.5: s = 1.3, 1.27 and v = 0.2 / sqrt 1.3, v / 2 - 0.1 / sqrt 1.27."""
    first = 0.1754116039  # 0.1 * 2 / sqrt(0.9 + 0.1 * 4)
    second = first / 2 - 0.0887356510  # 0.1 * 1 / sqrt(0.9 * 1.3 + 0.1 * 1)
    found = steps(OptimizerSpec("rmsprop_tf", 0.1, momentum=0.5), [2.0, -1.0])
    assert found == pytest.approx([1 - first, 1 - first - second], abs=1e-9)
    without = steps(OptimizerSpec("rmsprop_tf", 0.1), [2.0, -1.0])
    assert without == pytest.approx([1 - first, 1 - first + 0.0887356510], abs=1e-9)


@pytest.mark.parametrize("gradient", [1e-3, 1.0, -50.0])
def test_first_steps_of_the_two_rmsprops(gradient: float) -> None:
    """torch's first step is ten times the rate whatever the gradient; TensorFlow's is rate g / sqrt(0.9 + 0.1 g^2)."""
    rate = 5e-5
    (torch_step,) = steps(OptimizerSpec("rmsprop", rate), [gradient], 0.0)
    (tensorflow_step,) = steps(OptimizerSpec("rmsprop_tf", rate), [gradient], 0.0)
    sign = 1 if gradient > 0 else -1
    # torch adds 1e-8 to 0.1 |g|, which at |g| = 1e-3 is one part in ten thousand.
    assert torch_step == pytest.approx(-10 * rate * sign, rel=2e-4)
    assert tensorflow_step == pytest.approx(-rate * gradient / (0.9 + 0.1 * gradient**2) ** 0.5, rel=1e-9)


def test_epsilon_is_inside_the_root() -> None:
    """Long after a vanished gradient the step is rate g / sqrt(s + 1e-10), not rate g / (sqrt(s) + 1e-10)."""
    weight = nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = TensorFlowRMSprop([weight], lr=1.0)
    weight.grad = torch.zeros(1, dtype=torch.float64)
    for _ in range(400):
        optimizer.step()
    weight.grad = torch.full((1,), 1e-6, dtype=torch.float64)
    optimizer.step()
    square = 0.9**401 + 0.1 * 1e-12
    assert weight.item() == pytest.approx(-1e-6 / (square + 1e-10) ** 0.5, rel=1e-6)


def test_state_survives_saving() -> None:
    """An optimizer that loads another's state goes on as that one does."""
    weights = [nn.Parameter(torch.ones(3)) for _ in range(2)]
    first, second = (TensorFlowRMSprop([weight], lr=0.1, momentum=0.9) for weight in weights)
    for gradient in (1.0, -2.0):
        weights[0].grad = torch.full((3,), gradient)
        first.step()
    weights[1].data.copy_(weights[0].data)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for weight, optimizer in zip(weights, (first, second), strict=True):
        weight.grad = torch.full((3,), 0.5)
        optimizer.step()
    assert torch.equal(weights[0], weights[1])


def test_parameters_without_a_gradient_stay() -> None:
    """A parameter that took no part in the loss is left as it is."""
    moved, still = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    optimizer = TensorFlowRMSprop([moved, still], lr=0.1)
    moved.grad = torch.ones(2)
    optimizer.step()
    assert torch.equal(still, torch.ones(2)) and not torch.equal(moved, torch.ones(2))


@pytest.mark.parametrize(
    ("name", "second"),
    [("rmsprop", None), ("rmsprop_tf", None), ("sgd", -0.1 * (1 + 1.5))],
)
def test_momentum_carries_steps_over(name: str, second: float | None) -> None:
    """With momentum the second of two equal gradients moves further; SGD's by the factor worked by hand."""
    plain, heavy = (steps(OptimizerSpec(name, 0.1, momentum=m), [1.0, 1.0], 0.0) for m in (0.0, 0.5))
    assert heavy[0] == pytest.approx(plain[0], rel=1e-12) and heavy[1] < plain[1] + heavy[0] / 4
    if second is not None:
        assert heavy[1] == pytest.approx(second)


def test_nothing_to_learn_has_no_optimizer() -> None:
    """A network without parameters, or with fixed ones alone, gets no optimizer."""
    fixed = nn.Parameter(torch.ones(1), requires_grad=False)
    assert OptimizerSpec("adam", 0.1).build([]) is None
    assert OptimizerSpec("rmsprop_tf", 0.1).build([fixed]) is None


SETTINGS = [("adam", 0.0), *[(name, m) for name in ("rmsprop", "rmsprop_tf", "sgd") for m in (0.0, 0.9)]]


@pytest.mark.parametrize(("optimizer", "momentum"), SETTINGS)
@pytest.mark.parametrize("name", [name for name in METHODS if not METHODS[name].on])
def test_every_method_takes_a_step_with_every_optimizer(
    name: str, optimizer: str, momentum: float, tiny_spec: Callable[..., RunSpec], results: Path
) -> None:
    """One generator step, with the critic steps before it, moves both networks and leaves all numbers finite."""
    options = {"optimizer": optimizer, "momentum": momentum, "learning_rate": 1e-5}
    spec = tiny_spec("toy_mlp", name, method_options=options)
    state = start(spec, (2,), CPU)
    learned = [[p for p in network.parameters() if p.requires_grad] for network in state.networks[:2]]
    before = [[p.detach().clone() for p in parameters] for parameters in learned]
    train_step(state, training_source(spec.data, results, CPU), spec)
    assert torch.isfinite(state.history[0]).all()
    for parameters, old in zip(learned, before, strict=True):
        assert all(torch.isfinite(p).all() for p in parameters)
        assert not parameters or any(not torch.equal(p, q) for p, q in zip(parameters, old, strict=True))
