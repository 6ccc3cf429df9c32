"""Writes the JSON file beside this script: what PyTorch 2.12.1 makes of small tensors by
scaled_dot_product_attention, conv_transpose2d and interpolate, with the derivatives.

Usage: python make.py

Everything is computed in float64, on multiples of 1/16. Images are [n, h, w, c] in the file.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

GENERATOR = torch.Generator().manual_seed(7)


def numbers(*shape):
    return torch.randint(-32, 33, shape, generator=GENERATOR).double() / 16


def result(operation, attributes, inputs, y):
    """The output, and what an arbitrary derivative for it means for the inputs."""
    dy = numbers(*y.shape)
    y.backward(dy)
    return {
        "operation": operation,
        "attributes": attributes,
        "inputs": [tensor(x) for x in inputs],
        "output": tensor(y),
        "outputGradient": tensor(dy),
        "gradients": [tensor(x.grad) for x in inputs],
    }


def tensor(x):
    return {"shape": list(x.shape), "values": x.detach().flatten().tolist()}


def attention(shape, heads, patch):
    qkv = numbers(*shape).requires_grad_()
    n, c = shape[0], shape[-1] // 3
    if patch == 1:
        tokens = qkv.reshape(n, -1, 3 * c)
    else:
        # MobileViT's unfolding: a sequence for each offset in the patches.
        rows, columns = shape[1] // patch, shape[2] // patch
        tokens = qkv.reshape(n, rows, patch, columns, patch, 3 * c)
        tokens = tokens.permute(0, 2, 4, 1, 3, 5).reshape(n * patch * patch, -1, 3 * c)
    q, k, v = tokens.reshape(len(tokens), -1, 3, heads, c // heads).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(len(tokens), -1, c)
    if patch > 1:
        y = y.reshape(n, patch, patch, rows, columns, c).permute(0, 3, 1, 4, 2, 5)
    y = y.reshape(*shape[:-1], c)
    return result("softmax_attention", {"heads": heads, "patch": patch}, [qkv], y)


def transposed(shape, stride):
    x, c = numbers(*shape).requires_grad_(), shape[-1]
    weight = numbers(c, 1, stride, stride).requires_grad_()
    bias = numbers(c).requires_grad_()
    y = F.conv_transpose2d(x.permute(0, 3, 1, 2), weight, bias, stride=stride, groups=c)
    return result(
        "depthwise_transposed_convolution", {"stride": stride}, [x, weight, bias],
        y.permute(0, 2, 3, 1))


def resized(shape, height, width):
    x = numbers(*shape).requires_grad_()
    y = F.interpolate(
        x.permute(0, 3, 1, 2), size=(height, width), mode="bilinear", align_corners=False)
    return result(
        "bilinear_resize", {"height": height, "width": width}, [x], y.permute(0, 2, 3, 1))


cases = [
    attention([2, 5, 18], heads=2, patch=1),
    attention([1, 3, 2, 12], heads=1, patch=1),
    attention([2, 4, 2, 12], heads=2, patch=2),
    attention([1, 3, 6, 9], heads=3, patch=3),
    transposed([2, 2, 3, 3], stride=2),
    transposed([1, 1, 2, 2], stride=4),
    resized([2, 3, 5, 2], 4, 6),
    resized([1, 4, 6, 2], 3, 5),
    resized([1, 2, 3, 1], 8, 7),
    resized([1, 1, 5, 1], 3, 2),
]
with open(Path(__file__).parent / "attention.json", "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
