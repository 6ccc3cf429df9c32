"""Times how fast one core makes training examples, EdgeVision beside torchvision with Pillow.

Both read the same JPEG files of about 110 kB, cut a random part of 8 to 100 % of the area, resize it
to the network's size (bicubic, averaged), flip, and normalize; in the second row both apply two
operations of RandAugment as well, each by its own rule (`--policy` is EdgeVision's). The files are cut from photographs (`--photos`, the repository's own by
default). Rounds measure both in turn.
"""

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BYTES = 110_000


def main() -> None:
    options = parse()
    facts = machine.describe()
    with tempfile.TemporaryDirectory() as folder:
        sizes = write_pictures(Path(folder), options)
        facts["pictures"] = f"{len(sizes)} JPEG files, {statistics.mean(sizes) / 1000:.0f} kB"
        policies = ["none", options.policy]
        rows = [(policy, compare(Path(folder), policy, options)) for policy in policies]
    text = table(rows, facts, options)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "augmentation.md").write_text(text)
    print(text, end="")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--count", type=int, default=48, help="pictures")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--policy", default="rand-m9-p1.0-inc1")
    parser.add_argument("--photos", type=Path, default=ROOT / "Examples")
    parser.add_argument("--edgevision", type=Path, default=ROOT / ".build/release/edgevision")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    return parser.parse_args()


def write_pictures(folder: Path, options: argparse.Namespace) -> list[int]:
    """Parts of 500x375 of the photographs, enlarged where they are smaller, of like file sizes."""
    from PIL import Image

    paths = [p for p in sorted(options.photos.rglob("*")) if p.suffix in (".png", ".jpg")]
    if not paths:
        sys.exit(f"augmentation: no .png or .jpg in {options.photos}")
    photos = [Image.open(path).convert("RGB") for path in paths]
    photos = [p if min(p.size) >= 600 else p.resize((900, 700), Image.BICUBIC) for p in photos]
    sizes = []
    for part in ("train", "val"):
        (folder / part / "photo").mkdir(parents=True)
    for index in range(options.count):
        photo = photos[index % len(photos)]
        x = index * 37 % (photo.width - 500)
        y = index * 23 % (photo.height - 375)
        data = encoded(photo.crop((x, y, x + 500, y + 375)))
        (folder / "train/photo" / f"{index}.jpg").write_bytes(data)
        sizes.append(len(data))
    (folder / "val/photo/0.jpg").write_bytes(data)
    return sizes


def encoded(picture) -> bytes:  # noqa: ANN001
    """The first quality at which the file is as large as asked for."""
    for quality in range(80, 101, 2):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() >= BYTES:
            break
    return buffer.getvalue()


def torchvision(folder: Path, policy: str, options: argparse.Namespace) -> float:
    import torch
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    torch.set_num_threads(1)
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    steps = [
        transforms.RandomResizedCrop(
            options.size, interpolation=transforms.InterpolationMode.BICUBIC
        ),
        transforms.RandomHorizontalFlip(),
    ]
    if policy != "none":
        fill = [round(255 * value) for value in mean]
        bicubic = transforms.InterpolationMode.BICUBIC
        steps.append(transforms.RandAugment(2, 9, interpolation=bicubic, fill=fill))
    steps += [transforms.ToTensor(), transforms.Normalize(mean, std)]
    dataset = ImageFolder(folder / "train", transforms.Compose(steps))
    count = 0
    start = time.perf_counter()
    while time.perf_counter() - start < 3:
        for index in range(len(dataset)):
            dataset[index]
            count += 1
    return count / (time.perf_counter() - start)


def edgevision(folder: Path, policy: str, options: argparse.Namespace) -> float:
    command = [
        str(options.edgevision), "augment", str(folder), "--time", "--json", "--size",
        str(options.size), "--aa", policy, "--color-jitter", "0",
    ]  # fmt: skip
    result = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(result)["images_per_s"]


def compare(folder: Path, policy: str, options: argparse.Namespace) -> list[tuple[float, float]]:
    return [
        (torchvision(folder, policy, options), edgevision(folder, policy, options))
        for _ in range(options.rounds)
    ]


def table(rows: list, facts: dict, options: argparse.Namespace) -> str:
    lines = [
        "**Training examples a second on one core (decode, cut, resize, change, normalize)**",
        "",
        "| policy | torchvision, Pillow | EdgeVision | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    for policy, rounds in rows:
        ratios = sorted(ours / peer for peer, ours in rounds)
        lines.append(
            f"| {policy} | {statistics.median(peer for peer, _ in rounds):.0f} "
            f"| {statistics.median(ours for _, ours in rounds):.0f} "
            f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) |"
        )
    facts = facts | {"size": options.size, "rounds": options.rounds}
    return "\n".join(lines + [""] + [f"- {key}: {value}" for key, value in facts.items()]) + "\n"


if __name__ == "__main__":
    main()
