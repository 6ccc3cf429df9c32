"""Times training steps of EdgeVision and PyTorch on the same networks, side by side in one run.

A step is forward, backward and AdamW on one batch of stored images. Each measurement is a process
of its own; a round measures both, one after the other. Figures are medians over the rounds, ratios
are taken within a round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import catalog
import machine

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SETTINGS = [
    ("edgenext_xx_small", 64, 32),
    ("edgenext_xx_small", 128, 16),
    ("edgenext_small", 256, 8),
    ("edgevit_xxs", 128, 16),
    ("edgeformer_s", 128, 16),
    ("mobilevit_s", 128, 16),
]


def main() -> None:
    options = parse()
    if options.worker:
        print(json.dumps(pytorch(*options.worker, options)))
        return
    facts = machine.describe()
    for key, value in facts.items():
        print(f"{key}: {value}", file=sys.stderr)
    settings = [each for each in SETTINGS if catalog.is_available(each[0], options)]
    rows = [compare(setting, options) for setting in settings]
    text = table(rows, facts, options)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "training.md").write_text(text)
    print(text, end="")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=10, help="timed steps in a round")
    parser.add_argument("--bf16", action="store_true", help="mixed precision as well")
    parser.add_argument("--edgevision", type=Path, default=ROOT / ".build/release/edgevision")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    catalog.add_checkouts(parser)
    return parser.parse_args()


def pytorch(model: str, size: str, batch: str, options: argparse.Namespace) -> dict:
    """Eager PyTorch, channels last, AdamW on all parameters at once (its fastest form here).

    Without dropout, as EdgeVision's benchmark.
    """
    import resource

    import torch

    import networks

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    checkout = catalog.checkout(model, options)
    network = networks.make(model, checkout, (int(size), int(size)))
    network = network.train().to(memory_format=torch.channels_last)
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    shape = (int(batch), 3, int(size), int(size))
    images = torch.randn(shape).contiguous(memory_format=torch.channels_last)
    labels = torch.randint(0, 1000, (int(batch),))
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, fused=True)
    times = []
    for _ in range(3 + options.runs):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss_of(network(images), labels).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    return {
        "images_per_s": int(batch) / statistics.median(times[3:]),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def edgevision(setting: tuple, precision: str, options: argparse.Namespace) -> dict:
    model, size, batch = setting
    command = [
        str(options.edgevision), "bench", "--training", "--json", "--model", model,
        "--size", str(size), "--batch", str(batch), "--threads", str(options.threads),
        "--runs", str(options.runs), "--precision", precision,
    ]  # fmt: skip
    return json.loads(output(command))


def compare(setting: tuple, options: argparse.Namespace) -> dict:
    """The rounds of one setting."""
    peers, ours, rounded = [], [], []
    for _ in range(options.rounds):
        worker = [sys.executable, str(HERE / "training.py"), "--worker", *map(str, setting)]
        worker += ["--threads", str(options.threads), "--runs", str(options.runs)]
        worker += map(str, catalog.checkout_arguments(options))
        peers.append(json.loads(output(worker)))
        ours.append(edgevision(setting, "f32", options))
        if options.bf16:
            rounded.append(edgevision(setting, "bf16", options))
    print(f"{setting}: done", file=sys.stderr)
    return {"setting": setting, "peers": peers, "ours": ours, "rounded": rounded}


def output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def median(results: list[dict], key: str) -> float:
    return statistics.median(result[key] for result in results)


def table(rows: list[dict], facts: dict, options: argparse.Namespace) -> str:
    lines = [
        "**Training steps: images per second (forward, backward, AdamW)**",
        "",
        "| network | size | batch | PyTorch | EdgeVision | ratio | bf16 / f32 "
        "| MB at most, PyTorch | EdgeVision |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        model, size, batch = row["setting"]
        pairs = zip(row["ours"], row["peers"], strict=True)
        ratios = sorted(ours["images_per_s"] / peer["images_per_s"] for ours, peer in pairs)
        faster = [
            b["images_per_s"] / a["images_per_s"]
            for a, b in zip(row["ours"], row["rounded"], strict=False)
        ]
        lines.append(
            f"| {model} | {size} | {batch} | {median(row['peers'], 'images_per_s'):.1f} "
            f"| {median(row['ours'], 'images_per_s'):.1f} "
            f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) "
            f"| {f'{statistics.median(faster):.2f}' if faster else '-'} "
            f"| {median(row['peers'], 'peak_rss_mb'):.0f} "
            f"| {median(row['ours'], 'peak_rss_mb'):.0f} |"
        )
    facts = facts | {"threads": options.threads, "rounds": options.rounds}
    return "\n".join(lines + [""] + [f"- {key}: {value}" for key, value in facts.items()]) + "\n"


if __name__ == "__main__":
    main()
