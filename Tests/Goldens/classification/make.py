"""Makes the goldens of the networks that the other files' authors don't have: timm's variant of
EdgeNeXt-Small, and EdgeViT-XS with circular convolutions, which is this project's own.

    python make.py PATH-OF-saic-fi/edgevit

Needs torch and timm. Everything is computed in float64 from float32 weights and inputs.
"""

import json
import sys
import types
from pathlib import Path

import timm
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import synthetic  # noqa: E402


class Circular(nn.Module):
    """y[i] = bias + sum over t of k[t] (x + pe)[(i + t) mod n] along one axis."""

    def __init__(self, channels: int, taps: int, axis: int, positions: bool) -> None:
        super().__init__()
        shape = (taps, 1) if axis == 2 else (1, taps)
        self.axis = axis
        self.gcc_conv = nn.Conv2d(channels, channels, shape, groups=channels)
        if positions:
            self.pe = nn.Parameter(torch.zeros(1, channels, *shape))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if hasattr(self, "pe"):
            x = x + self.pe
        tail = x.narrow(self.axis, 0, x.shape[self.axis] - 1)
        return self.gcc_conv(torch.cat([x, tail], self.axis))


class Halves(nn.Module):
    def __init__(self, channels: int, positions: bool) -> None:
        super().__init__()
        self.H = Circular(channels // 2, 14, 2, positions)
        self.W = Circular(channels // 2, 14, 3, positions)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first, second = x.chunk(2, 1)
        return torch.cat([self.H(first), self.W(second)], 1)


def circular_edgevit(path: str, size: int) -> nn.Module:
    # Old modules of timm that the official code imports under names that are gone.
    layers = types.ModuleType("timm.models.layers")
    layers.trunc_normal_, layers.DropPath = timm.layers.trunc_normal_, timm.layers.DropPath
    layers.to_2tuple = timm.layers.to_2tuple
    registry = types.ModuleType("timm.models.registry")
    registry.register_model = lambda function: function
    transformer = types.ModuleType("timm.models.vision_transformer")
    transformer._cfg = dict
    for module in (layers, registry, transformer):
        sys.modules[module.__name__] = module
    sys.path.insert(0, str(Path(path) / "src"))
    import edgevit

    model = edgevit.edgevit_xs(pretrained=False, img_size=size)
    for place, index in enumerate([1, 2]):
        model.blocks3[index].LocalAgg.attn = Halves(240, positions=place == 0)
    return model


def features(model: nn.Module, blocks: list[nn.Module], image: torch.Tensor) -> tuple:
    found = []
    hooks = [block.register_forward_hook(lambda *a: found.append(a[2])) for block in blocks]
    with torch.no_grad():
        logits = model(image)
    for hook in hooks:
        hook.remove()
    return logits, found


def case(model: nn.Module, blocks: list[nn.Module], shape: list[int]) -> dict:
    image = synthetic.image(shape)
    logits, outputs = features(model.double(), blocks, image)
    float32, _ = features(model.float(), blocks, image.float())
    stages = []
    for index, x in enumerate(outputs):
        name = f"stage{index + 1}"
        probe = torch.from_numpy(synthetic.numbers(f"probe:{name}", x.numel())).reshape(x.shape)
        stages.append({
            "name": name, "shape": list(x.shape), "mean": x.mean().item(),
            "std": x.std(correction=0).item(), "first8": x[0, :8, 0, 0].tolist(),
            "checksum": (x * probe).sum().item(),
        })  # fmt: skip
    return {
        "input_shape": shape,
        "logits": [[float(f"{v:.9g}") for v in row] for row in logits.tolist()],
        "argmax": logits.argmax(1).tolist(),
        "float32_max_abs_diff": (float32 - logits).abs().max().item(),
        "features": stages,
    }


def multiply_adds(model: nn.Module, shape: list[int]) -> tuple[int, int]:
    """Products of convolutions and linear maps, and those of attention (see macs_rule); and these
    with 5 for each element that a layer norm reads, 2 for each that a batch norm reads."""
    total = norms = 0

    def count(module: nn.Module, inputs: tuple, output: torch.Tensor) -> None:
        nonlocal total, norms
        if isinstance(module, nn.ConvTranspose2d):
            total += inputs[0].numel() * module.weight[0].numel()
        elif isinstance(module, nn.Conv2d | nn.Linear):
            total += output.numel() * module.weight[0].numel()
        elif hasattr(module, "temperature") and hasattr(module, "qkv"):
            tokens, channels = inputs[0].shape[-2:]
            total += 2 * tokens * channels * (channels // module.num_heads)
        elif hasattr(module, "sampler"):
            tokens, channels = inputs[0].shape[-2] // module.sr**2, inputs[0].shape[-1]
            total += 2 * tokens * tokens * channels
        elif isinstance(module, nn.LayerNorm | nn.BatchNorm2d):
            norms += inputs[0].numel() * (5 if isinstance(module, nn.LayerNorm) else 2)

    hooks = [module.register_forward_hook(count) for module in model.modules()]
    with torch.no_grad():
        model.float()(torch.zeros(shape))
    for hook in hooks:
        hook.remove()
    return total, total + norms


def write(name: str, source: str, make, blocks, shapes: list[list[int]]) -> None:  # noqa: ANN001
    cases, macs, published = [], {}, {}
    for shape in shapes:
        model = synthetic.filled(make(shape[2]))
        cases.append(case(model, blocks(model), shape))
        total, with_norms = multiply_adds(model, [1, *shape[1:]])
        macs[f"{shape[2]}x{shape[3]}"] = {"total": total}
        published[f"{shape[2]}x{shape[3]}"] = with_norms
    golden = {
        "model": name,
        "source": source,
        "tag": "v1",
        "parameters": sum(p.numel() for p in model.parameters()),
        "state_dict": [
            [key, list(tensor.shape), str(tensor.dtype).removeprefix("torch.")]
            for key, tensor in model.state_dict().items()
        ],
        "macs": macs,
        # The rule is that of EdgeNeXt's and EdgeViT's authors, not timm's.
        **({"published_madds": published} if name.startswith("gcc_") else {}),
        "cases": cases,
    }
    (HERE / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")))


def main() -> None:
    torch.set_num_threads(1)
    write(
        "edgenext_small_rw", f"timm {timm.__version__}, timm/models/edgenext.py",
        lambda _: timm.create_model("edgenext_small_rw"), lambda model: list(model.stages),
        [[1, 3, 256, 256], [2, 3, 160, 192]],
    )  # fmt: skip
    write(
        "gcc_edgevit_xs", "saic-fi/edgevit, src/edgevit.py, with circular convolutions",
        lambda size: circular_edgevit(sys.argv[1], size),
        lambda model: [getattr(model, f"blocks{i}")[-1] for i in range(1, 5)],
        [[1, 3, 224, 224], [2, 3, 224, 224]],
    )  # fmt: skip


if __name__ == "__main__":
    main()
