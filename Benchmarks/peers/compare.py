"""Times EdgeVision and other runtimes on the same networks, side by side in one run.

Each measurement is a process of its own. A round measures every runtime once, one after another;
figures are medians over the rounds, ratios are taken within a round.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import catalog
import machine
from results import LABELS, OURS, Result, markdown

HERE = Path(__file__).resolve().parent
#: Differs by more than this part of the largest logit: not the same network.
TOLERANCE = 1e-3


class Failure(Exception):
    """A runtime that gives no figures, and why."""


def main() -> None:
    options = parse()
    facts = machine.describe()
    settings = {"rounds": options.rounds, "runs a round": options.runs}
    for key, value in facts.items():
        note(f"{key}: {value}")
    options.out.mkdir(parents=True, exist_ok=True)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        for model in options.models:
            for size in options.sizes or [default_size(model)]:
                for batch in options.batches:
                    files = Path(folder, f"{model}-{size}-{batch}")
                    export(model, size, batch, files, options)
                    for threads in options.threads:
                        result = Result(model, size, batch, threads)
                        compare(result, files, options)
                        results.append(result)
                        write(results, facts, settings, options.out)
    print((options.out / "results.md").read_text(), end="")


def parse() -> argparse.Namespace:
    cores = machine.available_cores()
    peers = [name for name in LABELS if name != OURS]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--models",
        nargs="+",
        choices=catalog.NETWORKS,
        metavar="NAME",
        help=f"of {', '.join(catalog.NETWORKS)}; default: all whose code is there",
    )
    parser.add_argument(
        "--sizes",
        nargs="+",
        type=size,
        metavar="HxW",
        help="default: each network's own, 224x224 or 256x256",
    )
    parser.add_argument(
        "--batches", nargs="+", type=positive, default=[1, 16], metavar="N"
    )
    parser.add_argument(
        "--threads", nargs="+", type=positive, default=sorted({1, cores}), metavar="N"
    )
    parser.add_argument("--rounds", type=positive, default=5, metavar="N")
    parser.add_argument(
        "--runs",
        type=positive,
        default=50,
        metavar="N",
        help="timed runs in a round; divided by the batch, but at least 5 (default: 50)",
    )
    parser.add_argument(
        "--peers",
        nargs="+",
        choices=peers,
        default=[name for name in peers if name != "torch-compile"],
        metavar="NAME",
        help=f"of {', '.join(peers)}; default: all but torch-compile, which compiles for minutes",
    )
    catalog.add_checkouts(parser)
    parser.add_argument(
        "--edgevision",
        type=Path,
        default=machine.ROOT / ".build/release/edgevision",
        metavar="PATH",
    )
    parser.add_argument("--out", type=Path, default=HERE / "results", metavar="FOLDER")
    options = parser.parse_args()
    here = [name for name in catalog.NETWORKS if catalog.is_available(name, options)]
    options.models = options.models or here
    for name in set(options.models) - set(here):
        parser.error(f"{name} needs --official-{catalog.NETWORKS[name].checkout} DIR")
    if not options.edgevision.exists():
        parser.error(
            f"no {options.edgevision}; run swift build -c release --product edgevision"
        )
    return options


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {text}")
    return value


def size(text: str) -> str:
    """`256` or `192x256`, height first."""
    sides = [positive(side) for side in text.split("x")]
    if len(sides) > 2:
        raise argparse.ArgumentTypeError(f"expected HxW, got {text}")
    return f"{sides[0]}x{sides[-1]}"


def default_size(model: str) -> str:
    side = catalog.NETWORKS[model].size
    return f"{side}x{side}"


def export(
    model: str, size: str, batch: int, files: Path, options: argparse.Namespace
) -> None:
    note(f"{model} {size} batch {batch}: exporting")
    height, width = size.split("x")
    command = [
        sys.executable,
        HERE / "networks.py",
        model,
        files,
        "--batch",
        str(batch),
    ]
    command += ["--height", height, "--width", width]
    command += catalog.checkout_arguments(options)
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SystemExit(
            f"compare.py: {model} could not be exported; the reason is above"
        )


def compare(result: Result, files: Path, options: argparse.Namespace) -> None:
    """Fills in the figures of one case."""
    runtimes = [*options.peers, OURS]
    if result.batch == 1 and "openvino-streams" in runtimes:
        runtimes.remove("openvino-streams")
    for _ in range(options.rounds):
        for runtime in runtimes:
            if runtime in result.failures:
                continue
            try:
                record(result, runtime, measure(result, runtime, files, options))
            except Failure as failure:
                result.failures[runtime] = str(failure)
                result.rounds.pop(runtime, None)
    note(
        f"{result.model} {result.size} batch {result.batch} threads {result.threads}: "
        + ", ".join(f"{name} {result.median(name):.2f} ms" for name in result.rounds)
        + "".join(f"; {name} failed: {why}" for name, why in result.failures.items())
    )


def measure(
    result: Result, runtime: str, files: Path, options: argparse.Namespace
) -> dict[str, float]:
    runs = max(5, options.runs // result.batch)
    command = [sys.executable, HERE / "worker.py", runtime, result.model, files]
    command += ["--threads", str(result.threads), "--edgevision", options.edgevision]
    command += ["--warmup", str(max(3, runs // 5)), "--runs", str(runs)]
    command += catalog.checkout_arguments(options)
    environment = os.environ | {"OMP_NUM_THREADS": str(result.threads)}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment
    )
    # Runtimes print messages of their own.
    found = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not found:
        raise Failure(
            (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        )
    return json.loads(found[-1])


def record(result: Result, runtime: str, measured: dict[str, float]) -> None:
    difference, largest = measured["difference"], measured["largest_logit"]
    if not difference <= TOLERANCE * largest:
        raise Failure(
            f"wrong logits: {difference:.1e} from PyTorch's, which reach {largest:.1f}"
        )
    result.rounds.setdefault(runtime, []).append(measured["median_ms"])
    result.differences[runtime] = max(result.differences.get(runtime, 0), difference)
    result.largest_logit = largest
    if runtime == OURS:
        result.multiply_adds = int(measured["madds"])
        result.peak_gflops.append(measured["peak_gflops"])


def write(
    results: list[Result], facts: dict[str, str], settings: dict[str, object], out: Path
) -> None:
    from plot import draw

    everything = facts | settings | {"results": [result.json() for result in results]}
    (out / "results.json").write_text(json.dumps(everything, indent=2) + "\n")
    (out / "results.md").write_text(markdown(results, facts, settings))
    draw(results, out / "results.png")


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
