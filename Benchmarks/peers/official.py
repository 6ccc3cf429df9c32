"""Networks of the official code, which asks for modules that have since moved.

Only what keeps a network from running or from being exported is changed, never what it computes:
`networks.exportable` compares both forms.
"""

import argparse
import importlib
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import torch
import yaml


def edgenext(
    entry: str, classes: int, checkout: Path, _: tuple[int, int]
) -> torch.nn.Module:
    _prepare(checkout)
    module = importlib.import_module("models.model")
    return getattr(module, entry)(num_classes=classes, classifier_dropout=0.0)


def edgevit(
    entry: str, classes: int, checkout: Path, sides: tuple[int, int]
) -> torch.nn.Module:
    """The code takes squares of 224 only because its patch embeddings compare sizes."""
    _prepare(checkout / "src")
    network = getattr(importlib.import_module("edgevit"), entry)(num_classes=classes)
    for stage, stride in enumerate((1, 4, 8, 16), start=1):
        embedding = getattr(network, f"patch_embed{stage}")
        embedding.img_size = tuple(side // stride for side in sides)
    return network


def cvnets(
    entry: str,
    classes: int,
    checkout: Path,
    _: tuple[int, int],
    mode: str | None = None,
) -> torch.nn.Module:
    """EdgeFormer, or MobileViT of any `mode`, as a configuration file says.

    The official reader of options needs the packages of all data sets, and a name that Python
    3.10 dropped; a namespace with the file's values does as well.
    """
    options = _options(checkout, f"classification/{entry}")
    setattr(options, "model.classification.n_classes", classes)
    if mode:
        setattr(options, "model.classification.mit.mode", mode)
    module = importlib.import_module("cvnets.models.classification")
    return module.build_classification_model(options)


def ssd(entry: str, classes: int, checkout: Path) -> torch.nn.Module:
    """A detector as a configuration file says; it gives confidences and locations.

    `classes` are without the background.
    """
    options = _options(checkout, f"detection/{entry}")
    setattr(options, "model.detection.n_classes", classes + 1)
    setattr(options, "model.detection.ssd.conf_threshold", 0.05)
    module = importlib.import_module("cvnets.models.detection")
    return module.build_detection_model(options)


def deeplab(entry: str, classes: int, checkout: Path) -> torch.nn.Module:
    """A segmenter as a configuration file says; it gives logits of the images' size."""
    options = _options(checkout, f"segmentation/{entry}")
    setattr(options, "model.segmentation.n_classes", classes)
    module = importlib.import_module("cvnets.models.segmentation")
    return module.build_segmentation_model(options)


def _options(checkout: Path, configuration: str) -> argparse.Namespace:
    """What a configuration file says, with batch norm that one process can run."""
    _prepare(checkout)
    text = (checkout / "config" / f"{configuration}.yaml").read_text()
    options = argparse.Namespace(**dict(_flat(yaml.safe_load(text))))
    setattr(options, "model.normalization.name", "batch_norm")
    return options


def parc(
    entry: str, classes: int, checkout: Path, _: tuple[int, int]
) -> torch.nn.Module:
    """Convolutional networks with circular convolutions, for images of 224x224 only."""
    _prepare(checkout)
    file, function = entry.split(".")
    module = importlib.import_module(f"ParC_ConvNets.{file}")
    return getattr(module, function)(num_classes=classes)


def fix_kernels(network: torch.nn.Module, images: torch.Tensor) -> None:
    """Resamples EdgeFormer's kernels and positions once, to the size of these images.

    The official code does it in every run, and the exporter refuses kernels that are computed.
    """

    def fix(block: torch.nn.Module, inputs: tuple[torch.Tensor]) -> None:
        side = inputs[0].shape[2]
        for name in ["get_instance_kernel"] + ["get_instance_pe"] * block.use_pe:
            fixed = [part.detach().clone() for part in getattr(block, name)(side)]
            setattr(block, name, lambda _, fixed=fixed: fixed)

    blocks = [
        each for each in network.modules() if hasattr(each, "get_instance_kernel")
    ]
    hooks = [block.register_forward_pre_hook(fix) for block in blocks]
    network(images)
    for hook in hooks:
        hook.remove()


def _prepare(folder: Path) -> None:
    """Makes the code's modules found, and those of timm that it imports by their old names."""
    import timm.layers

    registry = types.ModuleType("timm.models.registry")
    # Without the official `register_model`, timm's networks of the same name stay registered.
    registry.register_model = lambda function: function
    sys.modules["timm.models.registry"] = registry
    sys.modules["timm.models.layers"] = timm.layers
    sys.path.insert(0, str(folder))


def _flat(settings: dict[str, object], path: str = "") -> Iterator[tuple[str, object]]:
    for key, value in settings.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value
