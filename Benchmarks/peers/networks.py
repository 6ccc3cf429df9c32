"""Builds the networks in PyTorch and writes the files that every runtime reads."""

import argparse
import re
import warnings
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file, save_file

import catalog
import official


def make(
    name: str, checkout: Path | None, sides: tuple[int, int], classes: int = 1000
) -> torch.nn.Module:
    """A network of the catalog for images of these sides, as its authors start to train it."""
    network = catalog.NETWORKS[name]
    if network.checkout and checkout is None:
        raise SystemExit(f"{name} needs --official-{network.checkout}")
    maker = MAKERS[network.maker]
    return maker(network.entry, classes, checkout, sides, **network.settings)


def build(
    name: str, checkout: Path | None, sides: tuple[int, int], weights: Path | None = None
) -> torch.nn.Module:
    """The network with the tensors of `weights` (EdgeNeXt, official names), else random ones."""
    trained = (
        {key: value.float() for key, value in load_file(weights).items()}
        if weights
        else {}
    )
    classes = len(trained["head.bias"]) if trained else 1000
    network = make(name, checkout, sides, classes)
    if trained:
        from timm.models.edgenext import checkpoint_filter_fn

        network.load_state_dict(checkpoint_filter_fn(trained, network))
    else:
        randomize(network)
    return network.eval()


def exportable(network: torch.nn.Module, images: torch.Tensor) -> torch.nn.Module:
    """The network for images of this size only, in a form that can be exported."""
    with torch.no_grad():
        expected = flat(network(images))
        official.fix_kernels(network, images)
        difference = (flat(network(images)) - expected).abs().max() / expected.abs().max()
    if not difference <= 1e-5:
        raise SystemExit(f"the adapted network's logits differ by {difference:.1e}")
    return network


def flat(outputs: torch.Tensor | tuple[torch.Tensor, ...]) -> torch.Tensor:
    """All values that a network gives, one after the other."""
    parts = (outputs,) if isinstance(outputs, torch.Tensor) else outputs
    return torch.cat([part.flatten() for part in parts])


class Likeliest(torch.nn.Module):
    """A segmenter that gives the class of every pixel."""

    def __init__(self, segmenter: torch.nn.Module) -> None:
        super().__init__()
        self.segmenter = segmenter

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.segmenter(images).argmax(1)


def _timm(
    entry: str, classes: int, _: object, __: object, **settings: object
) -> torch.nn.Module:
    import timm

    return timm.create_model(entry, num_classes=classes, **settings)


def _torchvision(entry: str, classes: int, _: object, __: object) -> torch.nn.Module:
    import torchvision

    return torchvision.models.get_model(entry, num_classes=classes)


MAKERS = {
    "timm": _timm,
    "torchvision": _torchvision,
    "edgenext": official.edgenext,
    "edgevit": official.edgevit,
    "cvnets": official.cvnets,
    "parc": official.parc,
}


def randomize(network: torch.nn.Module) -> None:
    """Gives every parameter a say in the logits; initial layer scales of 1e-6 would hide errors."""
    generator = torch.Generator().manual_seed(0)

    def uniform(tensor: torch.Tensor, low: float, high: float) -> None:
        tensor.copy_(torch.empty_like(tensor).uniform_(low, high, generator=generator))

    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if not tensor.is_floating_point():
                continue
            if name.endswith(".pe") or ".meta_pe" in name or "gamma" in name:
                uniform(tensor, -0.5, 0.5)
            elif tensor.ndim >= 2 and not name.endswith("temperature"):
                bound = (3 / tensor[0].numel()) ** 0.5
                uniform(tensor, -bound, bound)
            elif name.endswith(("bias", "running_mean")):
                uniform(tensor, -0.2, 0.2)
            else:
                uniform(tensor, 0.5, 1.5)


def write_onnx(
    network: torch.nn.Module,
    images: torch.Tensor,
    path: Path,
    outputs: tuple[str, ...] = ("logits",),
) -> None:
    """Exports with fixed shapes, by the tracing exporter where this PyTorch still has it."""
    names = {"input_names": ["input"], "output_names": list(outputs)}
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


def tensors(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """All tensors, timm's ConvNeXt under official names (EdgeVision knows those of its EdgeNeXt).

    Copies, as EdgeFormer has some tensors under two names, and safetensors refuses to share.
    """
    state = network.state_dict()
    names = {name: name for name in state}
    if type(network).__module__ == "timm.models.convnext":
        for pattern, official_name in _CONVNEXT_NAMES:
            names = {key: re.sub(pattern, official_name, names[key]) for key in names}
    copy = {"memory_format": torch.contiguous_format}
    return {names[name]: tensor.clone(**copy) for name, tensor in state.items()}


_CONVNEXT_NAMES = [
    (r"^stem\.", "downsample_layers.0."),
    (r"^stages\.(\d)\.downsample\.", r"downsample_layers.\1."),
    (r"\.blocks\.", "."),
    (r"\.conv_dw\.", ".dwconv."),
    (r"\.mlp\.fc", ".pwconv"),
    (r"^head\.norm\.", "norm."),
    (r"^head\.fc\.", "head."),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=catalog.NETWORKS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--height", type=int)
    parser.add_argument("--width", type=int)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--weights", type=Path)
    catalog.add_checkouts(parser)
    options = parser.parse_args()

    size = catalog.NETWORKS[options.name].size
    sides = (options.height or size, options.width or size)
    shape = (options.batch, 3, *sides)
    images = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    checkout = catalog.checkout(options.name, options)
    network = build(options.name, checkout, sides, options.weights)
    with torch.inference_mode():
        logits = network(images)

    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    exportable(network, images)
    write_onnx(network, images, folder / "network.onnx")
    write_onnx(network, images[:1], folder / "single.onnx")
    save_file(tensors(network), folder / "weights.safetensors")
    save_file({"input": images}, folder / "input.safetensors")
    numpy.save(folder / "input.npy", images.numpy())
    numpy.save(folder / "logits.npy", logits.numpy())


if __name__ == "__main__":
    main()
