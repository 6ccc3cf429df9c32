"""Times whole processes, from exec to exit: `edgevision predict` and ONNX Runtime from Python.

Both read, resize and classify the same photograph with the same weights; first their best scores
are compared. Then they run in turn, each in a new process.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import machine

HERE = Path(__file__).resolve().parent
PHOTOGRAPH = machine.ROOT / "Examples/chelsea.png"
SHIPPED = "Sources/CEdgeResources/Data/edgenext_xx_small_cifar10.safetensors"


@dataclass
class Program:
    """A command with the wall times and the largest resident sizes of its processes."""

    label: str
    command: list[str]
    milliseconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def run(self) -> None:
        # The system counts this process's own pages, as they were at the fork, as the child's.
        # It stays small for that: it imports nothing but the standard library.
        silent = [
            (os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0)
            for descriptor in (1, 2)
        ]
        start = time.perf_counter()
        child = os.posix_spawnp(
            self.command[0], self.command, os.environ, file_actions=silent
        )
        _, status, usage = os.wait4(child, 0)
        self.milliseconds.append(1000 * (time.perf_counter() - start))
        if status != 0:
            raise SystemExit(
                f"{self.label}: status {status} of {' '.join(self.command)}"
            )
        unit = 1 if sys.platform == "darwin" else 1024
        self.megabytes.append(usage.ru_maxrss * unit / 1e6)

    def output(self, *arguments: str) -> str:
        command = [*self.command, *arguments]
        return subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20, metavar="N")
    parser.add_argument(
        "--edgevision",
        type=Path,
        default=machine.ROOT / ".build/release/edgevision",
        metavar="PATH",
    )
    parser.add_argument("--out", type=Path, default=HERE / "results", metavar="FOLDER")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        pairs = {
            "shipped weights, 128x128": shipped(
                options.edgevision, Path(folder, "shipped")
            ),
            "edgenext_small from a file, 256x256": small(
                options.edgevision, Path(folder, "small")
            ),
        }
        for ours, peer in pairs.values():
            compare_scores(ours, peer)
            for program in (ours, peer) * options.runs:
                program.run()
    text = report(pairs, machine.describe(), options.runs)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "cold_start.md").write_text(text)
    print(text, end="")


def shipped(edgevision: Path, folder: Path) -> tuple[Program, Program]:
    """The program's default network."""
    export(
        "edgenext_xx_small", folder, "--weights", machine.ROOT / SHIPPED, *square(128)
    )
    return (
        Program("EdgeVision", [str(edgevision), "predict", str(PHOTOGRAPH)]),
        onnxruntime(folder, resize=128, crop=128),
    )


def small(edgevision: Path, folder: Path) -> tuple[Program, Program]:
    """A larger network, whose weights are read from a file."""
    export("edgenext_small", folder, *square(256))
    weights = [
        "--model",
        "edgenext_small",
        "--weights",
        str(folder / "weights.safetensors"),
    ]
    return (
        Program("EdgeVision", [str(edgevision), "predict", str(PHOTOGRAPH), *weights]),
        onnxruntime(folder, resize=292, crop=256),
    )


def onnxruntime(folder: Path, resize: int, crop: int) -> Program:
    command = [sys.executable, HERE / "predict_onnxruntime.py", folder / "network.onnx"]
    return Program(
        "ONNX Runtime", [str(each) for each in [*command, PHOTOGRAPH, resize, crop]]
    )


def square(side: int) -> list[str]:
    return ["--height", str(side), "--width", str(side)]


def export(model: str, folder: Path, *arguments: object) -> None:
    command = [sys.executable, HERE / "networks.py", model, folder, *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def compare_scores(ours: Program, peer: Program) -> None:
    found = json.loads(ours.output("--json"))["predictions"][0]["score"]
    expected = float(peer.output().split()[1])
    if abs(found - expected) > 1e-3:
        raise SystemExit(
            f"{ours.label}'s best score is {found:.4f}, {peer.label}'s {expected:.4f}"
        )


def report(
    pairs: dict[str, tuple[Program, Program]], facts: dict[str, str], runs: int
) -> str:
    lines = ["| network | program | ms, median | ms, least | MB resident |"]
    lines.append("| --- | --- | ---: | ---: | ---: |")
    for title, pair in pairs.items():
        for program in pair:
            median, least = (
                statistics.median(program.milliseconds),
                min(program.milliseconds),
            )
            size = statistics.median(program.megabytes)
            lines.append(
                f"| {title} | {program.label} | {median:.1f} | {least:.1f} | {size:.1f} |"
            )
    lines += [
        "",
        *(f"- {key}: {value}" for key, value in facts.items()),
        f"- runs: {runs}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
