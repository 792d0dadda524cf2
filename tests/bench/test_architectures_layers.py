"""Layers of the architectures: padding against TensorFlow's definition, initial weights, blocks and activations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from bench.architectures import convolutions, resnet, resnet101
from bench.architectures.dcgan import Gate
from bench.architectures.parts import normalization
from bench.architectures.weights import fans, initialize
from bench.catalogue import ARCHITECTURES

Weighted = nn.Linear | nn.Conv2d | nn.ConvTranspose2d
WITH_PADDING = [name for name in ARCHITECTURES if "padding" in ARCHITECTURES.describe(name).defaults]
WITH_INIT = [name for name in ARCHITECTURES if "init" in ARCHITECTURES.describe(name).defaults]
AT_64 = (3, 64, 64)


def weighted(network: nn.Module) -> Iterator[tuple[str, Weighted]]:
    for name, module in network.named_modules():
        if isinstance(module, Weighted):
            yield name, module


def only_layer(network: nn.Module) -> Weighted:
    ((_, layer),) = weighted(network)
    return layer


def same_start(size: int, kernel: int, stride: int) -> int:
    """Zeros TensorFlow's SAME puts before an axis: half, rounded down, of what ceil(size / stride) outputs need."""
    outputs = -(-size // stride)
    return max((outputs - 1) * stride + kernel - size, 0) // 2


def conv_by_definition(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    """out[o, i, j] = sum over c, a, b of weight[o, c, a, b] x[c, stride i + a - start, stride j + b - start]."""
    size, kernel = x.shape[1], weight.shape[2]
    start, outputs = same_start(size, kernel, stride), -(-size // stride)
    out = np.zeros((weight.shape[0], outputs, outputs))
    for (o, c, a, b), value in np.ndenumerate(weight):
        for i in range(outputs):
            for j in range(outputs):
                row, column = stride * i + a - start, stride * j + b - start
                if 0 <= row < size and 0 <= column < size:
                    out[o, i, j] += value * x[c, row, column]
    return out


def deconv_by_definition(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The transpose of the SAME convolution of stride 2 from twice the size."""
    size, kernel = 2 * x.shape[1], weight.shape[2]
    start = same_start(size, kernel, 2)
    out = np.zeros((weight.shape[1], size, size))
    for (c, o, a, b), value in np.ndenumerate(weight):
        for i in range(size // 2):
            for j in range(size // 2):
                row, column = 2 * i + a - start, 2 * j + b - start
                if 0 <= row < size and 0 <= column < size:
                    out[o, row, column] += value * x[c, i, j]
    return out


@pytest.mark.parametrize(("kernel", "stride"), [(5, 2), (3, 2), (4, 2), (1, 2), (3, 1), (1, 1)])
def test_same_convolution_equals_tensorflows_definition(kernel: int, stride: int) -> None:
    """Shape and values of a SAME convolution equal the sums TensorFlow documents."""
    torch.manual_seed(0)
    layer, x = convolutions.conv(2, 3, kernel, stride=stride, bias=False).double(), torch.randn(2, 8, 8).double()
    expected = conv_by_definition(x.numpy(), only_layer(layer).weight.detach().numpy(), stride)
    assert torch.allclose(layer(x[None])[0], torch.from_numpy(expected), atol=1e-12)


@pytest.mark.parametrize("kernel", [5, 3, 4])
def test_same_deconvolution_equals_tensorflows_definition(kernel: int) -> None:
    """Shape and values of a SAME transposed convolution equal those of the convolution's transpose."""
    torch.manual_seed(0)
    layer, x = convolutions.deconv(2, 3, kernel, bias=False).double(), torch.randn(2, 4, 4).double()
    expected = deconv_by_definition(x.numpy(), only_layer(layer).weight.detach().numpy())
    assert torch.allclose(layer(x[None])[0], torch.from_numpy(expected), atol=1e-12)


def test_same_padding_is_asymmetric() -> None:
    """With padding (1, 2) the first output of a 5x5 convolution sees four columns of ones, the last sees three."""
    conv = convolutions.conv(1, 1, 5, stride=2)
    nn.init.ones_(only_layer(conv).weight)
    nn.init.zeros_(only_layer(conv).bias)
    assert conv(torch.ones(1, 1, 16, 16))[0, 0, 5].tolist() == [20.0, 25, 25, 25, 25, 25, 25, 15]


def test_symmetric_padding_is_pytorchs() -> None:
    """ "symmetric" is padding (k - 1) / 2, with output_padding 1 where the transpose of an odd kernel needs it."""
    x = torch.randn(1, 2, 8, 8)
    for kernel in (5, 3, 4):
        padding, odd = (kernel - 1) // 2, kernel % 2
        conv = convolutions.conv(2, 3, kernel, stride=2, padding="symmetric")
        layer = only_layer(conv)
        assert torch.equal(conv(x), functional.conv2d(x, layer.weight, layer.bias, 2, padding))
        deconv = convolutions.deconv(2, 3, kernel, padding="symmetric")
        layer = only_layer(deconv)
        expected = functional.conv_transpose2d(x, layer.weight, layer.bias, 2, padding, output_padding=odd)
        assert expected.shape == (1, 3, 16, 16) and torch.equal(deconv(x), expected)


@pytest.mark.parametrize("name", WITH_PADDING)
def test_padding_option_changes_convolutions_and_nothing_else(name: str) -> None:
    """The two paddings give networks with the same initial weights and different scores and samples."""
    x, built = torch.randn(4, 1, 16, 16), {}
    for padding in ("same", "symmetric"):
        architecture = ARCHITECTURES.builder(name)((1, 16, 16), width=4, critic_width=4, padding=padding)
        torch.manual_seed(0)
        built[padding] = architecture.critic("none", 1), architecture.generator()
    for same, symmetric in zip(*built.values(), strict=True):
        assert all(map(torch.equal, same.parameters(), symmetric.parameters()))
    scores = [critic(x) for critic, _ in built.values()]
    assert not torch.allclose(*scores)
    images = [draw(generator, x) for _, generator in built.values()]
    has_convolutions = any(not isinstance(layer, nn.Linear) for _, layer in weighted(built["same"][1]))
    assert torch.equal(*images) != has_convolutions


def draw(generator: nn.Module, images: Tensor) -> Tensor:
    _, first = next(iter(weighted(getattr(generator, "decoder", generator))))
    known = [images] if hasattr(generator, "encoder") else []
    context = only_linear(generator.encoder).out_features if known else 0
    torch.manual_seed(1)
    return generator(torch.randn(len(images), first.weight.shape[1] - context), *known)


def only_linear(network: nn.Module) -> nn.Linear:
    (layer,) = [module for module in network.modules() if isinstance(module, nn.Linear)]
    return layer


def test_fans_of_hand_worked_layers() -> None:
    """Fans count the kernel's area, divided by stride squared on the side with fewer pixels per weight."""
    assert fans(nn.Conv2d(3, 64, 5, stride=2)) == (75, 1600 / 4)
    assert fans(nn.ConvTranspose2d(64, 3, 5, stride=2)) == (1600 / 4, 75)
    assert fans(nn.Conv2d(8, 16, 3)) == (72, 144)
    assert fans(nn.Linear(30, 20)) == (30, 20)


@pytest.mark.parametrize(
    ("scheme", "deviations"),
    [
        ("dcgan_uniform", (0.02, 0.02, 0.02)),
        ("he_glorot", (math.sqrt(4 / (25 * 32 + 25 * 64 / 4)), math.sqrt(4 / (9 * 64 / 4 + 9 * 32)), 0.1)),
        ("glorot", (math.sqrt(2 / (25 * 32 + 25 * 64 / 4)), math.sqrt(2 / (9 * 64 / 4 + 9 * 32)), 0.1)),
    ],
)
def test_uniform_schemes_fill_their_interval(scheme: str, deviations: tuple[float, ...]) -> None:
    """Weights fill +-deviation sqrt(3) up to its ends and not beyond, and biases are 0."""
    torch.manual_seed(0)
    layers = [nn.Conv2d(32, 64, 5, stride=2), nn.ConvTranspose2d(64, 32, 3, stride=2), nn.Linear(150, 50)]
    initialize(nn.Sequential(*layers), scheme)
    for layer, deviation in zip(layers, deviations, strict=True):
        bound = deviation * math.sqrt(3)
        # The largest of n uniform draws falls short of the bound by 1 / n of it; the smallest n is 7,500.
        assert bound * (1 - 0.002) < layer.weight.abs().max() <= bound * (1 + 1e-6)
        assert layer.bias is not None and (layer.bias == 0).all()


@pytest.mark.parametrize("name", WITH_INIT)
@pytest.mark.parametrize("init", ["dcgan_uniform", "dcgan_normal"])
def test_dcgan_weights_have_standard_deviation_002(name: str, init: str) -> None:
    """Either DCGAN scheme gives every weight of both networks deviation 0.02; only "normal" varies BN's scale."""
    torch.manual_seed(0)
    architecture = ARCHITECTURES.builder(name)((3, 32, 32), width=32, critic_width=32, init=init, critic_init=init)
    networks = (architecture.generator(), architecture.critic("batch", 1))
    for network in networks:
        for _, layer in weighted(network):
            assert_deviation(layer.weight, 0.02)
            assert (layer.weight.abs().max() > 0.02 * math.sqrt(3)) == (init == "dcgan_normal")
    scales = [m.weight for net in networks for m in net.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]
    if scales and init == "dcgan_normal":
        assert_deviation(torch.cat(scales) - 1, 0.02)
    assert init == "dcgan_normal" or all((scale == 1).all() for scale in scales)


def assert_deviation(values: Tensor, deviation: float) -> None:
    """The root mean square is `deviation` within four standard errors of a normal sample's."""
    error = 4 / math.sqrt(2 * values.numel())
    assert values.square().mean().sqrt().item() == pytest.approx(deviation, rel=error)


def he_glorot(layer: Weighted) -> float:
    """A second writing of the official scheme, from the shape of the weight."""
    if isinstance(layer, nn.Linear):
        return math.sqrt(2 / (layer.in_features + layer.out_features))
    area, pixels = layer.kernel_size[0] ** 2, layer.stride[0] ** 2
    strided, full = layer.weight.shape[:2]  # out, in for a convolution; in, out for its transpose
    return math.sqrt(4 / (area * strided / pixels + area * full))


@pytest.mark.parametrize(
    ("name", "shape", "plain"),
    [
        # `plain`: which convolutions are drawn without he_init, as a test on the module's name.
        ("gated", AT_64, lambda name, last: False),
        ("mnist_cnn", (1, 32, 32), lambda name, last: False),
        ("cifar_cnn", (3, 32, 32), lambda name, last: False),
        ("resnet", AT_64, lambda name, last: "shortcut" in name or name == "0"),
        ("resnet101", AT_64, lambda name, last: "shortcut" in name or name in ("0", last)),
        ("cifar_resnet", (3, 32, 32), lambda name, last: "shortcut" in name or name == last),
        ("sn_resnet", (3, 32, 32), lambda name, last: "shortcut" in name or name == last),
    ],
)
def test_initial_deviations_of_every_layer(
    name: str, shape: tuple[int, int, int], plain: Callable[[str, str], bool]
) -> None:
    """Each layer's weights have the deviation of the official scheme: He's for convolutions, Glorot's for the rest."""
    torch.manual_seed(0)
    architecture = ARCHITECTURES.builder(name)(shape)
    for network in (architecture.generator(), architecture.critic("layer", 1)):
        layers = dict(weighted(network))
        last = [key for key, layer in layers.items() if not isinstance(layer, nn.Linear) and "." not in key]
        for key, layer in layers.items():
            convolution = not isinstance(layer, nn.Linear)
            halved = convolution and plain(key, last[-1] if last else "")
            assert_deviation(layer.weight, he_glorot(layer) / (math.sqrt(2) if halved else 1))


@pytest.mark.parametrize(("name", "role"), [("mlp", "generator"), ("mlp_both", "generator"), ("mlp_both", "critic")])
def test_mlp_hidden_layers_are_he_and_output_glorot(name: str, role: str) -> None:
    """An MLP has four hidden layers with deviation sqrt(2 / fan_in) and an output layer with Glorot's."""
    torch.manual_seed(0)
    architecture = ARCHITECTURES.builder(name)(AT_64)
    network = architecture.generator() if role == "generator" else architecture.critic("none", 1)
    *hidden, output = [layer for _, layer in weighted(network)]
    assert [layer.weight.shape[0] for layer in hidden] == [512] * 4
    for layer in hidden:
        assert_deviation(layer.weight, math.sqrt(2 / layer.weight.shape[1]))
    assert_deviation(output.weight, math.sqrt(2 / sum(output.weight.shape)))


def test_gate_is_the_sigmoid_of_even_times_the_tanh_of_odd_channels() -> None:
    """Channel k of the gate is sigmoid(channel 2k) tanh(channel 2k + 1)."""
    x = torch.randn(2, 6, 3, 3)
    expected = torch.stack([x[:, 2 * k].sigmoid() * x[:, 2 * k + 1].tanh() for k in range(3)], dim=1)
    assert torch.equal(Gate()(x), expected)


def test_layer_norm_takes_statistics_per_sample_and_scales_per_channel() -> None:
    """ "layer" normalises over (c, h, w) of each sample, with one scale and one shift per channel, epsilon 1e-5."""
    x, layer = torch.randn(4, 3, 5, 5).double() * 3 + 1, normalization("layer", 3).double()
    nn.init.normal_(layer.weight)
    nn.init.normal_(layer.bias)
    mean, variance = x.mean((1, 2, 3), keepdim=True), x.var((1, 2, 3), keepdim=True, correction=0)
    scale, shift = layer.weight.view(1, 3, 1, 1), layer.bias.view(1, 3, 1, 1)
    assert torch.allclose(layer(x), (x - mean) / (variance + 1e-5).sqrt() * scale + shift, atol=1e-12)


@pytest.mark.parametrize("resample", ["keep", "up", "down"])
def test_bottleneck_adds_three_tenths_of_its_branch(resample: str) -> None:
    """The block is shortcut + 0.3 branch, and the shortcut alone once the branch's last convolution is 0."""
    x = torch.randn(2, 8, 6, 6)
    block = resnet101.bottleneck(8, 8, "none", resample=resample)
    branch = nn.Sequential(*list(block.branch)[:-1])
    assert torch.allclose(block(x) - block.shortcut(x), 0.3 * branch(x), atol=1e-6)
    last = [layer for _, layer in weighted(branch)][-1]
    assert last.bias is None and last.kernel_size == (1, 1)
    nn.init.zeros_(last.weight)
    assert torch.equal(block(x), x if resample == "keep" else block.shortcut(x))


def test_bottleneck_shortcut_is_depth_to_space_up_to_the_order_of_rows() -> None:
    """PixelShuffle of a 1x1 convolution is TensorFlow's depth_to_space of it with its rows in another order."""
    conv, shuffle = resnet101.bottleneck(4, 3, "none", resample="up").shortcut
    x = torch.randn(1, 4, 2, 2)
    features = conv(x)
    rows = [channel * 4 + pixel for pixel in range(4) for channel in range(3)]
    # depth_to_space: out[c, 2 h + a, 2 w + b] = in[(2 a + b) 3 + c, h, w].
    blocks = features[0, rows].reshape(2, 2, 3, 2, 2)
    assert torch.equal(shuffle(features)[0], blocks.permute(2, 3, 0, 4, 1).reshape(3, 4, 4))


def test_101_layer_networks_divide_their_outputs_by_five() -> None:
    """The generator ends in tanh(x / 5) and the critic in x / 5."""
    architecture = ARCHITECTURES.builder("resnet101")((1, 16, 16), latent_dim=8, width=4, critic_width=4)
    generator, critic, z, x = (
        architecture.generator(),
        architecture.critic("none", 1),
        torch.randn(3, 8),
        torch.randn(3, 1, 16, 16),
    )
    assert torch.allclose(generator(z), (nn.Sequential(*list(generator)[:-2])(z) / 5).tanh())
    assert torch.allclose(critic(x), nn.Sequential(*list(critic)[:-2])(x)[:, 0] / 5)


@pytest.mark.parametrize(("resample", "outputs"), [("keep", 4), ("up", 6), ("down", 6)])
def test_residual_block_by_a_second_implementation(resample: str, outputs: int) -> None:
    """ReLU, 3x3, ReLU, 3x3; doubling before the first, averaging behind the second; a 1x1 shortcut where needed."""
    x, block = torch.randn(2, 4, 6, 6), resnet.block(4, outputs, "none", resample=resample)
    (_, first), (_, second) = weighted(block.branch)
    up = (lambda t: t.repeat_interleave(2, 2).repeat_interleave(2, 3)) if resample == "up" else (lambda t: t)
    down = (
        (lambda t: t.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).mean((3, 5))) if resample == "down" else (lambda t: t)
    )
    hidden = functional.conv2d(up(x.relu()), first.weight, first.bias, padding=1)
    branch = down(functional.conv2d(hidden.relu(), second.weight, second.bias, padding=1))
    shortcut = x
    if resample != "keep":
        layer = only_layer(block.shortcut)
        shortcut = down(functional.conv2d(up(x), layer.weight, layer.bias))
    assert torch.allclose(block(x), shortcut + branch, atol=1e-6)


def test_pooled_critics_average_and_sum() -> None:
    """With the same weights the summing critic's score is that of the averaging one times the 8x8 pixels."""
    options: dict[str, Any] = {"critic_width": 4}
    mean, total = (
        ARCHITECTURES.builder(name)((1, 32, 32), **options).critic("none", 1) for name in ("cifar_resnet", "sn_resnet")
    )
    result = mean.load_state_dict(total.state_dict(), strict=False)
    assert len(result.missing_keys) == 1 and "bias" in result.missing_keys[0]
    x = torch.randn(3, 1, 32, 32)
    assert torch.allclose(total(x), 64 * mean(x), rtol=1e-4)


def test_mnist_generator_ends_in_a_sigmoid_for_images_from_minus_one_to_one() -> None:
    """Its last activation is 2 sigmoid(x) - 1."""
    generator = ARCHITECTURES.builder("mnist_cnn")((1, 16, 16), latent_dim=8, width=4).generator()
    z = torch.randn(3, 8)
    before = nn.Sequential(*list(generator)[:-1])(z)
    assert torch.allclose(generator(z), 2 * before.sigmoid() - 1, atol=1e-6)
