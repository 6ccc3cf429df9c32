"""Makes heads.json: what SSD and DeepLabV3 on MobileViT-S make of an image that is no square.

    python make_heads.py PATH-OF-hkzhang-git/ParC-Net

Needs torch, PyYAML and what ParC-Net's `cvnets` imports. Everything is computed in float64 from
float32 weights and inputs. Dropout and normalization are those of evaluation.
"""

import argparse
import collections
import collections.abc
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import synthetic  # noqa: E402

#: The network, its configuration, classes as the file counts them, and what it gives.
HEADS = {
    "ssd_mobilevit_s": (
        "detection/mobilevit/ssd_mobilevit_small_320",
        {"model.detection.n_classes": 81},
        ["confidences", "locations"],
    ),
    "deeplabv3_mobilevit_s": (
        "segmentation/mobilevit/deeplabv3_mobilevit_small",
        {"model.segmentation.n_classes": 21},
        ["logits"],
    ),
}
SHAPE = [1, 3, 128, 192]


def flat(settings: dict[str, object], path: str = "") -> Iterator[tuple[str, object]]:
    for key, value in settings.items():
        if isinstance(value, dict):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def options(checkout: Path, configuration: str, others: dict[str, object]) -> argparse.Namespace:
    text = (checkout / "config" / f"{configuration}.yaml").read_text()
    chosen = dict(flat(yaml.safe_load(text))) | others
    chosen |= {"model.normalization.name": "batch_norm", "model.classification.pretrained": None}
    return argparse.Namespace(**chosen)


def result(name: str, x: torch.Tensor) -> dict:
    values = x.numpy().ravel()
    probe = synthetic.numbers(f"probe:{name}", values.size)
    first = x[0, :8, 0, 0] if x.dim() == 4 else x.flatten()[:8]
    return {
        "name": name,
        "shape": list(x.shape),
        "mean": float(f"{values.mean():.12g}"),
        "std": float(f"{values.std():.12g}"),
        "first8": [float(f"{v:.9g}") for v in first],
        "checksum": float(f"{(values * probe).sum():.13g}"),
    }


def main() -> None:
    for name in ("Callable", "Iterable", "Mapping", "MutableMapping"):
        setattr(collections, name, getattr(collections.abc, name))
    checkout = Path(sys.argv[1])
    sys.path.insert(0, str(checkout))
    from cvnets.models.detection import build_detection_model
    from cvnets.models.segmentation import build_segmentation_model

    cases = []
    for model, (configuration, others, names) in HEADS.items():
        detects = configuration.startswith("detection")
        build = build_detection_model if detects else build_segmentation_model
        network = synthetic.filled(build(options(checkout, configuration, others))).double()
        with torch.no_grad():
            outputs = network(synthetic.image(SHAPE))
        outputs = outputs if detects else [outputs]
        results = [result(name, x) for name, x in zip(names, outputs)]
        cases.append({"model": model, "input_shape": SHAPE, "results": results})
    (HERE / "heads.json").write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
