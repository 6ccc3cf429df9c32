"""Makes output_strides.json: feature maps of backbones whose last steps are left out, and of the
auxiliary head.

    python make.py PATH-OF-hkzhang-git/ParC-Net

Needs torch, torchvision and what ParC-Net's `cvnets` imports. Everything is computed in float64 from
float32 weights and inputs. Dropout and normalization are those of evaluation.
"""

import argparse
import collections
import collections.abc
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import nn

HERE = Path(__file__).resolve().parent
SIDE = 64
MASK = 2**64 - 1


def numbers(name: str, count: int) -> np.ndarray:
    """The rule's numbers r of a tensor; see README.md one folder up."""
    seed = 0xCBF29CE484222325
    for byte in f"v1/{name}".encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1


def value(name: str, shape: list[int]) -> torch.Tensor:
    """A parameter of the rule."""
    r = numbers(name, int(np.prod(shape)))
    if name.endswith("running_var"):
        r = 1 + 0.3 * r
    elif name.endswith("running_mean"):
        r = 0.2 * r
    elif len(shape) >= 2:
        r = r * np.sqrt(3 / np.prod(shape[1:]))
    elif name.endswith("weight"):
        r = 1 + 0.2 * r
    else:
        r = 0.2 * r
    return torch.from_numpy(r.astype(np.float32)).reshape(shape)


def filled(model: nn.Module) -> nn.Module:
    state = {
        name: tensor if name.endswith("num_batches_tracked") else value(name, list(tensor.shape))
        for name, tensor in model.state_dict().items()
    }
    model.load_state_dict(state)
    return model.double().eval()


def options(name: str, **others: object) -> argparse.Namespace:
    """What config/segmentation/edgeformer/deeplabv3_edgeformer_s.yaml chooses, as far as networks
    differ by it."""
    common = {
        "model.classification.name": name,
        "model.classification.activation.name": "swish",
        "model.activation.name": "relu",
        "model.normalization.name": "batch_norm",
        "model.normalization.momentum": 0.1,
        "model.layer.global_pool": "mean",
        "model.layer.conv_init": "kaiming_normal",
        "model.layer.linear_init": "normal",
        "model.classification.n_classes": 1000,
        "model.classification.edge.mode": "outer_frame_v1",
        "model.classification.edge.kernel": "gcc_ca",
        "model.classification.edge.instance_kernel": "interpolation_bilinear",
        "model.classification.edge.use_pe": True,
        "model.classification.edge.mid_mix": True,
        "model.classification.classifier_dropout": 0.1,
    }
    namespace = argparse.Namespace()
    for key, choice in (common | others).items():
        setattr(namespace, key, choice)
    return namespace


NETWORKS = {
    "edgeformer_xs": options(
        "edgeformer",
        **{
            "model.classification.edge.scale": "scale_xs",
            "model.classification.edge.fusion": "add",
        },
    ),
    "mobilevit_xxs": options(
        "mobilevit",
        **{
            "model.classification.mit.mode": "xx_small",
            "model.classification.mit.number_heads": 4,
            "model.classification.mit.conv_kernel_size": 3,
            "model.classification.mit.dropout": 0.1,
            "model.classification.mit.attn_dropout": 0.0,
            "model.classification.mit.ffn_dropout": 0.0,
            "model.classification.mit.no_fuse_local_global_features": False,
        },
    ),
}


def feature(name: str, x: torch.Tensor) -> dict:
    values = x.detach().numpy().ravel()
    return {
        "name": name,
        "shape": list(x.shape),
        "mean": float(f"{values.mean():.12g}"),
        "std": float(f"{values.std():.12g}"),
        "first8": [float(f"{v:.9g}") for v in x[0, :8, 0, 0]],
        "checksum": float(f"{(values * numbers(f'probe:{name}', values.size)).sum():.13g}"),
    }


def features(model: nn.Module, layers: list[str], image: torch.Tensor) -> list[dict]:
    """The outputs of some layers, in their order."""
    found: dict[str, torch.Tensor] = {}
    hooks = [
        getattr(model, layer).register_forward_hook(
            lambda module, inputs, output, layer=layer: found.__setitem__(layer, output)
        )
        for layer in layers
    ]
    with torch.no_grad():
        model(image)
    for hook in hooks:
        hook.remove()
    return [feature(layer, found[layer]) for layer in layers]


def auxiliary(head_class: type, base_class: type, image: torch.Tensor) -> dict:
    """What the auxiliary head of DeepLabV3 predicts from the fourth layer, for 21 classes."""
    opts = NETWORKS["edgeformer_xs"]
    encoder = filled_below("encoder", base_class(opts, output_stride=16))
    setattr(opts, "model.segmentation.n_classes", 21)
    setattr(opts, "model.segmentation.use_aux_head", True)
    setattr(opts, "model.segmentation.deeplabv3.aspp_rates", (6, 12, 18))
    head = filled_below("seg_head", head_class(opts, encoder.model_conf_dict))
    with torch.no_grad():
        maps = encoder.extract_end_points_all(image)
        return feature("auxiliary", head.forward_aux_head(maps))


def filled_below(prefix: str, module: nn.Module) -> nn.Module:
    whole = nn.Module()
    setattr(whole, prefix, module)
    return getattr(filled(whole), prefix)


def main() -> None:
    for name in ("Callable", "Iterable", "Mapping", "MutableMapping"):
        setattr(collections, name, getattr(collections.abc, name))
    sys.path.insert(0, sys.argv[1])
    from cvnets.models.classification import CLS_MODEL_REGISTRY, build_classification_model
    from cvnets.models.segmentation.heads.deeplabv3 import DeeplabV3

    image = torch.from_numpy(2 * numbers("input", 3 * SIDE * SIDE)).reshape(1, 3, SIDE, SIDE)
    cases = []
    for stride in (16, 8):
        for name, opts in NETWORKS.items():
            model = filled(build_classification_model(opts, output_stride=stride))
            layers = [f"layer_{layer}" for layer in range(1, 6)]
            cases.append((name, stride, features(model, layers, image)))
        dilations = [False, stride == 8, True]
        model = filled(torchvision.models.resnet50(replace_stride_with_dilation=dilations))
        layers = [f"layer{layer}" for layer in range(1, 5)]
        cases.append(("resnet50", stride, features(model, layers, image)))

    def built(opts: argparse.Namespace, output_stride: int) -> nn.Module:
        return build_classification_model(opts, output_stride=output_stride)

    golden = {
        "tag": "v1",
        "input_shape": [1, 3, SIDE, SIDE],
        "cases": [
            {"model": name, "output_stride": stride, "features": found}
            for name, stride, found in cases
        ],
        "auxiliary": auxiliary(DeeplabV3, built, image),
    }
    path = HERE / "output_strides.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
