"""What every architecture promises: parameter counts, shapes, gradients, normalization and scaling."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bench.architectures import parts
from bench.architectures.parts import Architecture, count_parameters
from bench.catalogue import ARCHITECTURES, CHOICES

IMAGE_ARCHITECTURES = [name for name in ARCHITECTURES if ARCHITECTURES[name].data == "images"]
POINT_ARCHITECTURES = [name for name in ARCHITECTURES if ARCHITECTURES[name].data == "points"]
NORMALIZED_CRITICS = [name for name in ARCHITECTURES if ARCHITECTURES[name].normalizes_critic]
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)

AT_64, AT_32, GREY_32 = (3, 64, 64), (3, 32, 32), (1, 32, 32)


def build(name: str, shape: tuple[int, ...], **options: Any) -> Architecture:
    return ARCHITECTURES.builder(name)(shape, **options)


def narrow(name: str, shape: tuple[int, ...] | None = None, **options: Any) -> Architecture:
    """An architecture of few channels, at 16x16 or for points."""
    widths = {key: 4 for key in ("width", "critic_width") if key in ARCHITECTURES.describe(name).defaults}
    usual = (1, 16, 16) if name in IMAGE_ARCHITECTURES else (2,)
    return build(name, shape or usual, **widths | {"latent_dim": 8} | options)


def sample(architecture: Architecture, generator: nn.Module, shape: tuple[int, ...], n: int = 3) -> Tensor:
    """Calls a generator on noise, and on images where it completes them."""
    latents = torch.randn(n, architecture.latent_dim)
    return generator(latents, torch.rand(n, *shape) * 2 - 1) if architecture.conditional else generator(latents)


def has_batch_norm(network: nn.Module) -> bool:
    return any(isinstance(module, BATCH_NORMS) for module in network.modules())


@pytest.mark.parametrize(
    ("name", "shape", "options", "generator", "critic", "critic_without_norm"),
    [
        # Layer-by-layer arithmetic over the official code of Gulrajani et al. (2017).
        ("dcgan", AT_64, {}, 5_364_739, 4_316_545, 4_314_753),
        ("dcgan_nobn", AT_64, {}, 444_291, 4_316_545, 4_314_753),
        ("no_norm", AT_64, {}, 5_362_819, 4_314_753, 4_314_753),
        ("tanh", AT_64, {}, 5_364_739, 4_316_545, 4_314_753),
        ("gated", AT_64, {}, 10_724_675, 8_624_897, 8_621_313),
        ("mlp", AT_64, {}, 7_157_760, 4_316_545, 4_314_753),
        ("resnet101", AT_64, {}, 9_189_587, 7_618_801, 7_618_801 - 2 * 6_880),
        ("resnet", AT_64, {}, 8_540_483, 7_491_841, 7_491_841 - 2 * 1_920),
        # No layer's size depends on whether the side is the published 28 or 32: both lead to 4x4x256 in the critic.
        ("mnist_cnn", GREY_32, {}, 1_554_177, 1_030_913, 1_030_145),
        ("mnist_cnn", GREY_32, {"generator_norm": "batch"}, 1_562_753, 1_030_913, 1_030_145),
        ("cifar_cnn", AT_32, {}, 5_179_907, 4_116_225, 4_114_689),
        ("cifar_resnet", AT_32, {}, 1_204_483, 1_053_825 + 6 * 256, 1_053_825),
        ("toy_mlp", (2,), {}, 527_874, 527_361, 527_361),
        # The code of Arjovsky et al. (2017), models/dcgan.py and models/mlp.py.
        ("dcgan_k4", AT_64, {}, 3_576_704, 2_765_568, 2_765_568 - 2 * 896),
        ("dcgan_k4", AT_64, {"generator_norm": "none"}, 3_574_784, 2_765_568, 2_765_568 - 2 * 896),
        ("mlp", AT_64, {"latent_dim": 100, "depth": 3}, 6_880_768, 4_316_545, 4_314_753),
        # Inputs, three hidden layers more, and one score: 12288 * 512 + 512 + 3 (512^2 + 512) + 513.
        ("mlp_both", AT_64, {}, 7_157_760, 7_080_449, 7_080_449),
        # Miyato et al. (2018), table 3: sum of k^2 i o + o over its layers; the last layer of table 4 has no bias.
        ("sn_cnn", AT_32, {}, 3_812_355, 2_935_873 + 2 * 1_344, 2_935_873),
        ("sn_resnet", AT_32, {}, 4_276_739, 1_053_824 + 6 * 256, 1_053_824),
        # DCGAN with 128 more inputs, and its critic with 128 outputs for one as the encoder.
        (
            "dcgan_completion",
            AT_64,
            {},
            5_364_739 + 128 * 8192 + 4_314_753 + 127 * 8193,
            4_316_545,
            4_314_753,
        ),
    ],
)
def test_golden_parameter_counts(
    name: str,
    shape: tuple[int, ...],
    options: dict[str, Any],
    generator: int,
    critic: int,
    critic_without_norm: int,
) -> None:
    """At the published size and width the counts equal the published arithmetic."""
    architecture = build(name, shape, **options)
    assert count_parameters(architecture.generator()) == generator
    assert count_parameters(architecture.critic("batch", 1)) == critic
    assert count_parameters(architecture.critic("layer", 1)) == critic
    assert count_parameters(architecture.critic("none", 1)) == critic_without_norm


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("image_size", [16, 32, 64])
@pytest.mark.parametrize("name", IMAGE_ARCHITECTURES)
def test_shapes_at_every_size(name: str, image_size: int, channels: int) -> None:
    """One definition serves every size; samples are in [-1, 1] and scores have one entry per image."""
    shape = (channels, image_size, image_size)
    architecture = narrow(name, shape)
    images = sample(architecture, architecture.generator(), shape)
    assert images.shape == (3, *shape) and images.abs().max() <= 1
    for norm in ("batch", "layer", "none"):
        assert architecture.critic(norm, 1)(images).shape == (3,)
    assert architecture.critic("layer", 5)(images).shape == (3, 5)


@pytest.mark.parametrize("name", POINT_ARCHITECTURES)
def test_point_networks(name: str) -> None:
    """Networks for points map latents to points and points to scores."""
    architecture = build(name, (2,), width=8)
    points = architecture.generator()(torch.randn(3, architecture.latent_dim))
    assert points.shape == (3, 2)
    assert architecture.critic("none", 1)(points).shape == (3,)


@pytest.mark.parametrize("norm", ["batch", "layer", "none"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_parameter_gets_a_gradient(name: str, norm: str) -> None:
    """A score's gradient reaches every parameter of both networks."""
    torch.manual_seed(0)
    shape = (1, 16, 16) if name in IMAGE_ARCHITECTURES else (2,)
    architecture = narrow(name)
    generator, critic = architecture.generator(), architecture.critic(norm, 1)
    critic(sample(architecture, generator, shape, n=4)).square().sum().backward()
    for module in (generator, critic):
        for parameter_name, parameter in module.named_parameters():
            assert parameter.grad is not None, parameter_name


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_registry_lines_tell_what_the_networks_have(name: str) -> None:
    """`has` and `normalizes_critic` agree with the layers that the builders make."""
    entry, architecture = ARCHITECTURES[name], narrow(name)
    if not architecture.conditional:
        assert ("generator_batch_norm" in entry.has) == has_batch_norm(architecture.generator())
    assert entry.normalizes_critic == has_batch_norm(architecture.critic("batch", 1))


@pytest.mark.parametrize("name", NORMALIZED_CRITICS)
def test_only_batch_normalization_mixes_samples(name: str) -> None:
    """An image's score depends on the other images of its batch with "batch" and not with "layer" or "none"."""
    torch.manual_seed(1)
    images, others = torch.rand(2, 4, 1, 16, 16) * 2 - 1
    others[0] = images[0]
    for norm in ("batch", "layer", "none"):
        critic = narrow(name).critic(norm, 1).double()
        first, second = critic(images.double())[0], critic(others.double())[0]
        assert torch.isclose(first, second, rtol=1e-9, atol=0) == (norm != "batch")


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_sampling_uses_the_batch_statistics_of_training(name: str) -> None:
    """A generator in eval mode draws what it draws in train mode, and stores no running statistics."""
    torch.manual_seed(2)
    shape = (1, 16, 16) if name in IMAGE_ARCHITECTURES else (2,)
    architecture = narrow(name)
    generator = architecture.generator()
    drawn = []
    for mode in (True, False):
        torch.manual_seed(3)
        drawn.append(sample(architecture, generator.train(mode), shape))
    assert torch.equal(*drawn)
    assert not dict(generator.named_buffers())


@pytest.mark.parametrize(
    "name",
    ["dcgan", "dcgan_nobn", "no_norm", "tanh", "gated", "dcgan_k4", "mnist_cnn", "cifar_cnn", "sn_cnn", "resnet101"],
)
def test_small_networks_are_the_large_ones_without_their_widest_stages(name: str) -> None:
    """A generator's convolutions at 32x32 are the last ones at 64x64, a critic's the first; likewise at 16x16."""
    shapes = {}
    for size in (16, 32, 64):
        architecture = narrow(name, (3, size, size))
        for role, network in (("generator", architecture.generator()), ("critic", architecture.critic("none", 1))):
            layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
            shapes[role, size] = [tuple(layer.weight.shape) for layer in layers]
    for small, large in ((16, 32), (32, 64)):
        count = len(shapes["generator", small])
        assert count < len(shapes["generator", large])
        assert shapes["generator", small] == shapes["generator", large][-count:]
        assert shapes["critic", small] == shapes["critic", large][: len(shapes["critic", small])]


@pytest.mark.parametrize(("image_size", "depth"), [(64, 101), (32, 80), (16, 59)])
def test_depth_of_the_101_layer_networks(image_size: int, depth: int) -> None:
    """Both networks have 101 layers with weights at 64x64, shortcuts not counted."""
    architecture = narrow("resnet101", (3, image_size, image_size))
    for network in (architecture.generator(), architecture.critic("layer", 1)):
        layers = [
            name
            for name, module in network.named_modules()
            if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d) and "shortcut" not in name
        ]
        assert len(layers) == depth


@pytest.mark.parametrize(
    ("variant", "filters"),
    [
        ("paper", [64, 64, 128, 128, 256, 256, 512]),
        ("compare_gan", [64, 128, 128, 256, 256, 512, 512]),
    ],
)
def test_critic_filters_of_spectral_normalization(variant: str, filters: list[int]) -> None:
    """The critic has the seven convolutions of the paper's table, or those of the later code."""
    critic = build("sn_cnn", AT_32, critic_filters=variant).critic("none", 1)
    layers = [module for module in critic.modules() if isinstance(module, nn.Conv2d)]
    assert [layer.out_channels for layer in layers] == filters
    assert [layer.kernel_size[0] for layer in layers] == [3, 4, 3, 4, 3, 4, 3]


@pytest.mark.parametrize("name", ["mlp", "mlp_both"])
def test_depth_and_output_of_the_mlp(name: str) -> None:
    """`depth` counts hidden layers, and a linear output has no tanh."""
    for depth, output in ((4, "tanh"), (3, "linear")):
        generator = narrow(name, depth=depth, output=output).generator()
        assert sum(isinstance(module, nn.Linear) for module in generator.modules()) == depth + 1
        assert any(isinstance(module, nn.Tanh) for module in generator.modules()) == (output == "tanh")


def test_completion_keeps_the_left_half_and_does_not_see_the_right() -> None:
    """The left half comes back as it is; the right half depends on it and on the noise, on nothing else."""
    torch.manual_seed(4)
    architecture = narrow("dcgan_completion", context_dim=6)
    assert architecture.conditional
    generator, images, latents = architecture.generator(), torch.rand(4, 1, 16, 16), torch.randn(4, 8)
    drawn = generator(latents, images)
    assert torch.equal(drawn[..., :8], images[..., :8])
    blind = images.clone()
    blind[..., 8:] = torch.rand(4, 1, 16, 8)
    assert torch.equal(generator(latents, blind), drawn)
    for other in (generator(torch.randn(4, 8), images), generator(latents, images.flip(3))):
        assert not torch.equal(other[..., 8:], drawn[..., 8:])


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_options_that_are_words_have_choices(name: str) -> None:
    """Every option that is a word is one of the registry's choices."""
    for option, default in ARCHITECTURES.describe(name).defaults.items():
        if isinstance(default, str):
            assert default in CHOICES[option]


def test_batch_normalization_has_one_positional_argument_and_no_running_statistics() -> None:
    """The second positional argument of BatchNorm is epsilon, not momentum; here everything else is named."""
    calls = [
        node
        for path in Path(parts.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and "BatchNorm" in ast.unparse(node.func)
    ]
    assert len(calls) == 3
    for call in calls:
        assert len(call.args) == 1
        assert {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords} == {
            "track_running_stats": False
        }


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_registry_knows_which_generators_are_conditional(name: str) -> None:
    """What planning reads on the registry line is what the architecture builds."""
    shape = (1, 16, 16) if ARCHITECTURES[name].data == "images" else (2,)
    assert ARCHITECTURES.builder(name)(shape).conditional == ARCHITECTURES[name].conditional
