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

import torch
import torchvision
from torch import nn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import synthetic  # noqa: E402

SIDE = 64


def filled(model: nn.Module) -> nn.Module:
    return synthetic.filled(model).double()


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
    probe = synthetic.numbers(f"probe:{name}", values.size)
    return {
        "name": name,
        "shape": list(x.shape),
        "mean": float(f"{values.mean():.12g}"),
        "std": float(f"{values.std():.12g}"),
        "first8": [float(f"{v:.9g}") for v in x[0, :8, 0, 0]],
        "checksum": float(f"{(values * probe).sum():.13g}"),
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

    image = synthetic.image([1, 3, SIDE, SIDE])
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
