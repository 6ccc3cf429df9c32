"""The synthetic rule of README.md, for the scripts in the folders beside this file."""

import numpy as np
import torch
from torch import nn

MASK = 2**64 - 1


def numbers(name: str, count: int) -> np.ndarray:
    """The numbers r of a tensor with the tag v1."""
    seed = 0xCBF29CE484222325
    for byte in f"v1/{name}".encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    index = np.arange(1, count + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + index * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1


def value(name: str, shape: list[int]) -> torch.Tensor:
    """A parameter, in float32."""
    r = numbers(name, int(np.prod(shape)))
    last = name.rsplit(".", 1)[-1]
    if name.endswith("running_var"):
        r = 1 + 0.3 * r
    elif name.endswith("running_mean"):
        r = 0.2 * r
    elif last == "temperature":
        r = 1 + 0.5 * r
    elif "gamma" in last:
        r = 0.5 + 0.3 * r
    elif len(shape) >= 2:
        r = r * np.sqrt(3 / np.prod(shape[1:]))
    elif last == "weight":
        r = 1 + 0.2 * r
    else:
        r = 0.2 * r
    return torch.from_numpy(r.astype(np.float32)).reshape(shape)


def image(shape: list[int]) -> torch.Tensor:
    """The input, NCHW, in float64."""
    return torch.from_numpy(2 * numbers("input", int(np.prod(shape)))).reshape(shape)


def filled(model: nn.Module) -> nn.Module:
    """The model with the rule's parameters, as it is evaluated."""
    state = {
        name: torch.zeros_like(tensor)
        if name.endswith("num_batches_tracked")
        else value(name, list(tensor.shape))
        for name, tensor in model.state_dict().items()
    }
    model.load_state_dict(state)
    return model.eval()
