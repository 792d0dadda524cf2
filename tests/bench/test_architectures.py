"""Parameter counts, shapes, initial weights and padding of the architectures."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from bench.architectures.parts import Architecture, count_parameters, he_or_glorot, same_conv, same_deconv
from bench.catalogue import ARCHITECTURES

IMAGE_ARCHITECTURES = [name for name in ARCHITECTURES if ARCHITECTURES[name].data == "images"]
POINT_ARCHITECTURES = [name for name in ARCHITECTURES if ARCHITECTURES[name].data == "points"]


def build(name: str, shape: tuple[int, ...], **options: int) -> Architecture:
    return ARCHITECTURES.builder(name)(shape, **options)


@pytest.mark.parametrize(
    ("name", "shape", "generator", "critic", "critic_without_norm"),
    [
        # Layer-by-layer arithmetic over the official code of Gulrajani et al. (2017).
        ("dcgan", (3, 64, 64), 5_364_739, 4_316_545, 4_314_753),
        ("dcgan_nobn", (3, 64, 64), 444_291, 4_316_545, 4_314_753),
        ("mlp", (3, 64, 64), 7_157_760, 4_316_545, 4_314_753),
        ("toy_mlp", (2,), 527_874, 527_361, 527_361),
    ],
)
def test_golden_parameter_counts(
    name: str, shape: tuple[int, ...], generator: int, critic: int, critic_without_norm: int
) -> None:
    """At the published size and width the counts equal the published arithmetic."""
    architecture = build(name, shape)
    assert count_parameters(architecture.generator()) == generator
    assert count_parameters(architecture.critic("batch", 1)) == critic
    assert count_parameters(architecture.critic("none", 1)) == critic_without_norm


@pytest.mark.parametrize("image_size", [16, 32, 64])
@pytest.mark.parametrize("name", IMAGE_ARCHITECTURES)
def test_shapes_at_every_size(name: str, image_size: int) -> None:
    """One definition serves every size; samples are in [-1, 1] and scores have one entry per image."""
    shape = (1, image_size, image_size)
    architecture = build(name, shape, width=4, critic_width=4, latent_dim=8)
    images = architecture.generator()(torch.randn(3, 8))
    assert images.shape == (3, *shape) and images.abs().max() <= 1
    assert architecture.critic("layer", 1)(images).shape == (3,)
    assert architecture.critic("layer", 5)(images).shape == (3, 5)


@pytest.mark.parametrize("name", POINT_ARCHITECTURES)
def test_point_networks(name: str) -> None:
    """Networks for points map latents to points and points to scores."""
    architecture = build(name, (2,), width=8)
    points = architecture.generator()(torch.randn(3, architecture.latent_dim))
    assert points.shape == (3, 2)
    assert architecture.critic("none", 1)(points).shape == (3,)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_parameter_gets_a_gradient(name: str) -> None:
    """A score's gradient reaches every parameter of both networks."""
    shape = (1, 16, 16) if name in IMAGE_ARCHITECTURES else (2,)
    architecture = build(name, shape, width=4)
    generator, critic = architecture.generator(), architecture.critic("layer", 1)
    critic(generator(torch.randn(4, architecture.latent_dim))).square().sum().backward()
    for module in (generator, critic):
        for parameter_name, parameter in module.named_parameters():
            assert parameter.grad is not None, parameter_name


def test_same_padding_shapes_and_alignment() -> None:
    """SAME convolutions halve, SAME deconvolutions double, and padding is (1, 2) as in TensorFlow."""
    conv, deconv = same_conv(1, 1), same_deconv(1, 1)
    assert conv(torch.zeros(1, 1, 16, 16)).shape == (1, 1, 8, 8)
    assert deconv(torch.zeros(1, 1, 8, 8)).shape == (1, 1, 16, 16)
    for layer in (conv[1], deconv[0]):
        nn.init.ones_(layer.weight)
        nn.init.zeros_(layer.bias)
    # With padding (1, 2) the last output sees 3 of its 5 columns inside the image and the first sees 4.
    assert conv(torch.ones(1, 1, 16, 16))[0, 0, 5].tolist() == [20.0, 25, 25, 25, 25, 25, 25, 15]
    # Cropping the full output by (1, 2): input pixel 0 reaches outputs 0..3, one of its five is cropped.
    impulse = torch.zeros(1, 1, 8, 8)
    impulse[0, 0, 0, 0] = 1
    assert deconv(impulse)[0, 0].count_nonzero() == 16


@pytest.mark.parametrize("name", ["dcgan"])
def test_dcgan_weights_have_standard_deviation_002(name: str) -> None:
    """Every weight of both DCGAN networks is uniform with standard deviation 0.02, every bias 0."""
    torch.manual_seed(0)
    architecture = build(name, (3, 64, 64))
    for network in (architecture.generator(), architecture.critic("none", 1)):
        for layer in network.modules():
            if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                # The smallest layer has 4,800 weights: its deviation is known to about 1 %.
                assert layer.weight.std().item() == pytest.approx(0.02, rel=0.05)
                assert layer.weight.abs().max() <= 0.02 * math.sqrt(3)
                assert layer.bias is not None and (layer.bias == 0).all()


def test_official_initial_deviations() -> None:
    """The he/Glorot rule on hand-worked layers: fans divided by stride squared on the strided side."""
    assert he_or_glorot(nn.Conv2d(3, 64, 5, stride=2)) == pytest.approx(math.sqrt(4 / (75 + 1600 / 4)))
    assert he_or_glorot(nn.ConvTranspose2d(64, 3, 5, stride=2)) == pytest.approx(math.sqrt(4 / (1600 / 4 + 75)))
    assert he_or_glorot(nn.Linear(30, 20)) == pytest.approx(math.sqrt(2 / 50))


def test_mlp_hidden_layers_are_he_and_output_glorot() -> None:
    """The MLP generator has four hidden layers with deviation sqrt(2 / fan_in)."""
    torch.manual_seed(0)
    layers = [m for m in build("mlp", (3, 64, 64)).generator().modules() if isinstance(m, nn.Linear)]
    assert [layer.in_features for layer in layers] == [128, 512, 512, 512, 512]
    for layer in layers[:-1]:
        assert layer.weight.std().item() == pytest.approx(math.sqrt(2 / layer.in_features), rel=0.02)
    assert layers[-1].weight.std().item() == pytest.approx(math.sqrt(2 / (512 + 12288)), rel=0.02)
