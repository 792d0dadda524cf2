"""Minibatch discrimination (Salimans et al., 2016, section 3.2).

From the features f(x_i) that enter the critic's last layer and a tensor T of
A x B x C numbers, M_i = f(x_i) T is a B x C matrix, and with its rows M_i,b

    c_b(x_i, x_j) = exp(-||M_i,b - M_j,b||_1),    o(x_i)_b = sum_j c_b(x_i, x_j),

j over the batch, i itself included. The B numbers o(x_i) are appended to the
features. Real and generated batches pass separately, so each is compared with
itself. The sum grows with the batch; the authors' ImageNet code takes the mean
over j other than i instead ("mean" here), which means the same in batches of
any size. A gradient penalty is then not exactly per sample, as under batch normalization.
"""

from __future__ import annotations

import dataclasses
import math

import torch
from torch import Tensor, nn

from bench.errors import UserError
from bench.methods.critics import last_linear
from bench.methods.method import Method


def sums(closeness: Tensor) -> Tensor:
    """(n, n, B) -> (n, B): sum over the batch, the sample itself included."""
    return closeness.sum(dim=1)


def means(closeness: Tensor) -> Tensor:
    """(n, n, B) -> (n, B): mean over the other samples, whose closeness to itself is 1; 0 in a batch of one."""
    return (closeness.sum(dim=1) - 1) / max(1, len(closeness) - 1)


_SUMMARIES = {"sum": sums, "mean": means}


class MinibatchDiscrimination(nn.Module):
    """A linear layer that also sees how close each sample is to the others of its batch.

    The weights of the layer it replaces are kept, those of the new features are
    uniform with the same root mean square. T is normal with variance 1 / A: the
    authors' code gives each of its B x C columns the length 1 and then a scale
    measured on data.

    Args:
        layer: the linear layer to replace, A -> k.
        kernels: B.
        dims: C.
        summary: "sum" or "mean".
    """

    def __init__(self, layer: nn.Linear, kernels: int, dims: int, summary: str) -> None:
        super().__init__()
        inputs = layer.in_features
        self.rows = (kernels, dims)
        self.summary = _SUMMARIES[summary]
        self.tensor = nn.Linear(inputs, kernels * dims, bias=False)
        self.linear = nn.Linear(inputs + kernels, layer.out_features, bias=layer.bias is not None)
        nn.init.normal_(self.tensor.weight, 0.0, 1 / math.sqrt(inputs))
        with torch.no_grad():
            bound = math.sqrt(3) * layer.weight.square().mean().sqrt().item()
            self.linear.weight.uniform_(-bound, bound)
            self.linear.weight[:, :inputs] = layer.weight
            if layer.bias is not None:
                self.linear.bias.copy_(layer.bias)

    def forward(self, features: Tensor) -> Tensor:
        """(n, A) -> (n, k)."""
        rows = self.tensor(features).unflatten(1, self.rows)
        distances = (rows[:, None] - rows[None]).abs().sum(dim=3)
        return self.linear(torch.cat([features, self.summary(torch.exp(-distances))], dim=1))


def minibatch_discrimination(
    method: Method, *, minibatch_kernels: int = 100, minibatch_dims: int = 5, minibatch_summary: str = "sum"
) -> Method:
    """The critic sees how close each sample is to the rest of its batch.

    Paper: Salimans et al. (2016), Improved Techniques for Training GANs
    100 kernels of 5 dimensions are those of the authors' code for CIFAR-10
    (mnist_svhn_cifar10/train_cifar_minibatch_discrimination.py and nn.py).

    Args:
        method: whose critic is changed.
        minibatch_kernels: B.
        minibatch_dims: C.
        minibatch_summary: "sum" over the batch as printed, or "mean" over the other samples. Sums grow
            with the batch: a critic trained on 64 is measured on batches of at least 100.

    Raises:
        UserError: for "sum" with a method that shows the critic more generated than real samples at a time.
    """
    if minibatch_summary == "sum" and method.fakes_per_real > 1:
        raise UserError(
            f"method 'minibatch_discrimination': its base shows the critic {method.fakes_per_real} generated batches "
            "at a time and one real one, so sums tell them apart by size; choose minibatch_summary mean."
        )

    def parametrize(critic: nn.Module) -> nn.Module:
        critic = method.parametrize(critic) if method.parametrize else critic
        name, layer = last_linear(critic)
        critic.set_submodule(name, MinibatchDiscrimination(layer, minibatch_kernels, minibatch_dims, minibatch_summary))
        return critic

    return dataclasses.replace(method, parametrize=parametrize)
