"""Convolutions that keep, halve or double an image, with the padding of TensorFlow or of PyTorch.

"same" is TensorFlow's SAME for sides divisible by the stride s: kernel - s
zeros in all, the odd one at the end; (1, 2) for 5x5 with stride 2, (0, 1) for
3x3 with stride 2. Its transpose crops the same numbers off the full output.
"symmetric" is PyTorch's padding (kernel - 1) / 2 on both ends, with
output_padding 1 for the transpose: 5x5 with padding 2. Both give the same
shapes and differ by one pixel; "same" is the default because the networks were
published in TensorFlow. With stride 1 and odd kernels, and for 4x4 with stride
2, there is no difference.
"""

from __future__ import annotations

from torch import nn


def conv(
    inputs: int, outputs: int, kernel: int, *, stride: int = 1, padding: str = "same", bias: bool = True
) -> nn.Module:
    """Zero padding and a convolution: (n, inputs, h, w) -> (n, outputs, h / stride, w / stride)."""
    before, after = _pads(kernel, stride, padding)
    if before == after:
        return nn.Conv2d(inputs, outputs, kernel, stride, before, bias=bias)
    layer = nn.Conv2d(inputs, outputs, kernel, stride, bias=bias)
    return nn.Sequential(nn.ZeroPad2d((before, after, before, after)), layer)


def deconv(inputs: int, outputs: int, kernel: int, *, padding: str = "same", bias: bool = True) -> nn.Module:
    """Transposed convolution of stride 2 and a crop: (n, inputs, h, w) -> (n, outputs, 2 h, 2 w)."""
    before, after = _pads(kernel, 2, padding)
    if before < after:
        layer = nn.ConvTranspose2d(inputs, outputs, kernel, stride=2, padding=before, bias=bias)
        return nn.Sequential(layer, nn.ZeroPad2d((0, before - after, 0, before - after)))
    missing = 2 + 2 * before - kernel
    return nn.ConvTranspose2d(inputs, outputs, kernel, stride=2, padding=before, output_padding=missing, bias=bias)


def _pads(kernel: int, stride: int, padding: str) -> tuple[int, int]:
    if padding == "symmetric":
        return (kernel - 1) // 2, (kernel - 1) // 2
    total = max(0, kernel - stride)
    return total // 2, total - total // 2
