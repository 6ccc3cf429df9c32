"""Builds the networks in PyTorch and writes the files that every runtime reads."""

import argparse
import sys
import types
import warnings
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file, save_file

OFFICIAL_ONLY = "_bn_hs"


def build(
    name: str, official: Path | None, weights: Path | None = None
) -> torch.nn.Module:
    """The network `name` with the tensors of `weights` (official names), else with random ones."""
    trained = (
        {key: value.float() for key, value in load_file(weights).items()}
        if weights
        else {}
    )
    classes = len(trained["head.bias"]) if trained else 1000
    if name.endswith(OFFICIAL_ONLY):
        network = _official_network(name, official, classes)
    else:
        network = _timm_network(name, classes)
    if trained:
        network.load_state_dict(_native_names(network, trained))
    else:
        _randomize(network)
    return network.eval()


def _timm_network(name: str, classes: int) -> torch.nn.Module:
    import timm

    return timm.create_model(name, num_classes=classes)


def _official_network(name: str, official: Path, classes: int) -> torch.nn.Module:
    """A network of the official code, which asks for modules that timm has since moved."""
    if official is None:
        raise ValueError(f"{name} needs a checkout of the official code")
    import timm.layers

    registry = types.ModuleType("timm.models.registry")
    # Without the official `register_model`, timm's networks of the same name stay registered.
    registry.register_model = lambda function: function
    sys.modules["timm.models.registry"] = registry
    sys.modules["timm.models.layers"] = timm.layers
    sys.path.insert(0, str(official))
    from models import model

    return getattr(model, name)(num_classes=classes, classifier_dropout=0.0)


def _native_names(
    network: torch.nn.Module, tensors: dict[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    if type(network).__module__.startswith("timm"):
        from timm.models.edgenext import checkpoint_filter_fn

        return checkpoint_filter_fn(tensors, network)
    return tensors


def _randomize(network: torch.nn.Module) -> None:
    """Gives every parameter a say in the logits; initial layer scales of 1e-6 would hide errors."""
    generator = torch.Generator().manual_seed(0)

    def uniform(tensor: torch.Tensor, low: float, high: float) -> None:
        tensor.copy_(torch.empty_like(tensor).uniform_(low, high, generator=generator))

    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if not tensor.is_floating_point():
                continue
            if tensor.ndim >= 2 and not name.endswith("temperature"):
                bound = (3 / tensor[0].numel()) ** 0.5
                uniform(tensor, -bound, bound)
            elif "gamma" in name:
                uniform(tensor, -0.5, 0.5)
            elif name.endswith(("bias", "running_mean")):
                uniform(tensor, -0.2, 0.2)
            else:
                uniform(tensor, 0.5, 1.5)


def write_onnx(network: torch.nn.Module, images: torch.Tensor, path: Path) -> None:
    """Exports with fixed shapes, by the tracing exporter where this PyTorch still has it."""
    names = {"input_names": ["input"], "output_names": ["logits"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                network, (images,), path, opset_version=17, dynamo=False, **names
            )
        except (TypeError, ValueError, torch.onnx.errors.OnnxExporterError):
            torch.onnx.export(
                network, (images,), path, dynamo=True, external_data=False, **names
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--height", type=int, default=256)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--official", type=Path)
    parser.add_argument("--weights", type=Path)
    options = parser.parse_args()

    network = build(options.name, options.official, options.weights)
    shape = (options.batch, 3, options.height, options.width)
    images = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        logits = network(images)

    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_onnx(network, images, folder / "network.onnx")
    write_onnx(network, images[:1], folder / "single.onnx")
    tensors = {key: value.contiguous() for key, value in network.state_dict().items()}
    save_file(tensors, folder / "weights.safetensors")
    save_file({"input": images}, folder / "input.safetensors")
    numpy.save(folder / "input.npy", images.numpy())
    numpy.save(folder / "logits.npy", logits.numpy())


if __name__ == "__main__":
    main()
