"""Losses with their derivatives, and ten steps of optimizers on a small problem.

Usage: python make.py   (writes beside itself)

Everything is computed in float64, on numbers that are exact in float32. Needs PyTorch 2.12 and
timm 1.0.31.
"""

import json
import os

import torch
import torch.nn.functional as F
from timm.optim import Lamb

FOLDER = os.path.dirname(os.path.abspath(__file__))
GENERATOR = torch.Generator().manual_seed(5)


def uniform(shape, low, high):
    x = torch.rand(shape, generator=GENERATOR, dtype=torch.float64) * (high - low) + low
    return x.float().double()


def write(name, value):
    with open(os.path.join(FOLDER, name), "w") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


# ---- losses


def case(name, loss, logits, other, **fields):
    """`loss` gives a number for each row; their sum, weighted by 1, 2, 3 ..., is differentiated."""
    z = logits.clone().requires_grad_()
    rows = loss(z, other)
    (rows * torch.arange(1, len(rows) + 1)).sum().backward()
    return dict(
        name=name, shape=list(logits.shape), logits=logits.flatten().tolist(),
        other=other.flatten().tolist(), loss=rows.tolist(), gradient=z.grad.flatten().tolist(),
        **fields)


def cross_entropy(z, t):
    return F.cross_entropy(z, t, reduction="none")


def binary(z, t):
    return F.binary_cross_entropy_with_logits(z, t, reduction="none").mean(-1)


def divergence(temperature):
    def loss(s, t):
        log_p, log_q = F.log_softmax(s / temperature, -1), F.log_softmax(t / temperature, -1)
        return F.kl_div(log_p, log_q, reduction="none", log_target=True).sum(-1)

    return loss


def losses():
    logits = uniform([3, 7], -4, 4)
    mixed = 0.3 * F.one_hot(torch.tensor([0, 3, 6]), 7) + 0.7 * F.one_hot(torch.tensor([2, 3, 1]), 7)
    smoothed = (0.9 * mixed + 0.1 / 7).float().double()
    weights = uniform([3, 7], 0, 2)
    extreme = torch.tensor(
        [[1e4, -1e4, 0, 5, 1e4], [-1e4, -1e4, -9999, -1e4, -1e4], [0, 1e4, 1, 9990, 2]],
        dtype=torch.float64)
    hard = F.one_hot(torch.tensor([1, 2, 0]), 5).double()
    teacher = uniform([3, 7], -4, 4)
    cases = [
        case("cross_entropy", cross_entropy, logits, smoothed),
        case("cross_entropy", cross_entropy, logits, weights),
        case("cross_entropy", cross_entropy, extreme, hard),
        case("binary_cross_entropy", binary, logits, weights / 2),
        case("binary_cross_entropy", binary, extreme, hard),
        case("distillation_divergence", divergence(1), logits, teacher, temperature=1),
        case("distillation_divergence", divergence(3), logits, teacher, temperature=3),
        case("distillation_divergence", divergence(2), extreme, extreme.flip(0), temperature=2),
    ]
    # The losses as DeiT's losses.py and Solving_ImageNet's kd_utils.py define them.
    T = 3
    deit = F.kl_div(
        F.log_softmax(logits / T, 1), F.log_softmax(teacher / T, 1), reduction="sum",
        log_target=True) * (T * T) / logits.numel()
    usi = 5 * F.kl_div(
        F.log_softmax(logits, 1), F.softmax(teacher, 1), reduction="batchmean")
    return dict(cases=cases, deit=deit.item(), usi=usi.item())


# ---- optimizers: f(p) = sum of c (p - d)^2 / 2

SHAPES = {"a.weight": [5, 7], "a.bias": [9], "head.weight": [3, 11]}
STEPS = 10


def problem():
    return {
        name: dict(
            shape=shape, start=uniform(shape, -1, 1), curvature=uniform(shape, 0.5, 1.5),
            target=uniform(shape, -1, 1))
        for name, shape in SHAPES.items()
    }


def flat(tensors):
    return [round(x, 10) for tensor in tensors for x in tensor.flatten().tolist()]


def trajectory(name, entries, make, weight_decay, clip_norm=None, clip_value=None):
    """Biases don't decay; the learning rate falls from step to step; the average has decay 0.8."""
    parameters = {n: torch.nn.Parameter(e["start"].clone()) for n, e in entries.items()}
    average = {n: p.detach().clone() for n, p in parameters.items()}
    groups = [
        dict(params=[p for n, p in parameters.items() if n.endswith(".weight")],
             weight_decay=weight_decay),
        dict(params=[p for n, p in parameters.items() if n.endswith(".bias")], weight_decay=0.0),
    ]
    optimizer = make(groups)
    norms, values, averages = [], [], []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = 0.05 * (1 - step / 20)
        for n, p in parameters.items():
            p.grad = entries[n]["curvature"] * (p.detach() - entries[n]["target"])
        if clip_value is not None:
            torch.nn.utils.clip_grad_value_(parameters.values(), clip_value)
        bound = float("inf") if clip_norm is None else clip_norm
        norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), bound).item())
        optimizer.step()
        for n, p in parameters.items():
            average[n] = 0.8 * average[n] + 0.2 * p.detach()
        values.append(flat(p.detach() for p in parameters.values()))
        averages.append(flat(average.values()))
    kept = [0, 2, STEPS - 1]
    result = dict(
        name=name, weight_decay=weight_decay, norms=norms, steps=[k + 1 for k in kept],
        values=[values[k] for k in kept], average=averages[-1])
    if clip_norm is not None:
        result["clip_norm"] = clip_norm
    if clip_value is not None:
        result["clip_value"] = clip_value
    return result


def optimizers():
    entries = problem()
    O = torch.optim
    runs = [
        trajectory("adamw", entries, lambda g: O.AdamW(g), 0.05),
        trajectory("adam", entries, lambda g: O.Adam(g), 0.05),
        trajectory("sgd", entries, lambda g: O.SGD(g), 0.05),
        trajectory("momentum", entries, lambda g: O.SGD(g, momentum=0.9), 0.05),
        trajectory("nesterov", entries, lambda g: O.SGD(g, momentum=0.9, nesterov=True), 0.05),
        trajectory("momentum", entries, lambda g: O.SGD(g, momentum=0.9), 0.0, clip_norm=1.0),
        trajectory("momentum", entries, lambda g: O.SGD(g, momentum=0.9), 0.0, clip_value=0.25),
        trajectory("lamb", entries, lambda g: Lamb(g), 0.02),
        trajectory("lamb", entries, lambda g: Lamb(g), 0.02, clip_norm=0.5),
    ]
    problem_json = [
        dict(name=n, **{k: v.flatten().tolist() if torch.is_tensor(v) else v for k, v in e.items()})
        for n, e in entries.items()
    ]
    return dict(problem=problem_json, runs=runs)


write("losses.json", losses())
write("optimizers.json", optimizers())
