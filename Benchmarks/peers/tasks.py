"""Times detection and segmentation on EdgeVision and other runtimes, side by side in one run.

Each network is timed alone, and with what makes boxes or classes of its outputs. Each measurement
is a process of its own; a round measures all runtimes, one after another. Figures are medians over
the rounds, ratios are taken within a round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy

import machine
from results import LABELS, OURS
from runtimes import milliseconds

HERE = Path(__file__).resolve().parent
#: Differs by more than this part of the largest value: not the same network.
TOLERANCE = 1e-3


@dataclass(frozen=True)
class Task:
    """A network with a head, as the official code has it."""

    #: The function of official.py that builds it, and the configuration that it is given.
    maker: str
    entry: str
    classes: int
    size: int
    #: What the network gives.
    outputs: tuple[str, ...]


TASKS = {
    "ssd_edgeformer_s": Task(
        "ssd", "edgeformer/ssd_edgeformer_s", 80, 320, ("confidences", "locations")
    ),
    "deeplabv3_edgeformer_s": Task(
        "deeplab", "edgeformer/deeplabv3_edgeformer_s", 21, 512, ("logits",)
    ),
}
PEERS = ["pytorch", "onnxruntime", "openvino"]
#: The network alone, and with post-processing.
PARTS = ("network", "task")


@dataclass
class Case:
    """One network at one thread count."""

    model: str
    threads: int
    #: Milliseconds by runtime and part: the median of every round.
    rounds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    #: By part, the share of the processor's measured peak that EdgeVision's products reach.
    shares: dict[str, list[float]] = field(default_factory=dict)
    differences: dict[str, float] = field(default_factory=dict)


def main() -> None:
    options = parse()
    if options.export:
        return export(*options.export, options)
    if options.worker:
        return print(json.dumps(worker(*options.worker, options)))
    facts = machine.describe()
    for key, value in facts.items():
        note(f"{key}: {value}")
    cases = []
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        for model in options.models:
            files = Path(folder, model)
            output(script("--export", model, files, options=options))
            cases += [compare(Case(model, each), files, options) for each in options.threads]
    text = table(cases, facts, options)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "tasks.md").write_text(text)
    print(text, end="")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", choices=TASKS, default=list(TASKS))
    cores = machine.available_cores()
    parser.add_argument("--threads", nargs="+", type=int, default=sorted({1, cores}))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=30, help="timed runs in a round")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS)
    parser.add_argument("--official-parcnet", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--edgevision", type=Path, default=machine.ROOT / ".build/release/edgevision"
    )
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--export", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


# What runs in processes of its own


def build(model: str, options: argparse.Namespace) -> tuple:
    """The network with random weights, and an image; both are the same in every process."""
    import torch

    import networks
    import official

    task = TASKS[model]
    network = getattr(official, task.maker)(task.entry, task.classes, options.official_parcnet)
    networks.randomize(network)
    generator = torch.Generator().manual_seed(1)
    image = torch.randn((1, 3, task.size, task.size), generator=generator)
    return networks.exportable(network.eval(), image), image


def export(model: str, folder: str, options: argparse.Namespace) -> None:
    """Writes what all runtimes read."""
    import torch
    from safetensors.torch import save_file

    import networks

    files = Path(folder)
    files.mkdir(parents=True)
    network, image = build(model, options)
    with torch.inference_mode():
        numpy.save(files / "outputs.npy", networks.flat(network(image)).numpy())
    numpy.save(files / "input.npy", image.numpy())
    save_file({"input": image}, files / "input.safetensors")
    save_file(networks.tensors(network), files / "weights.safetensors")
    networks.write_onnx(network, image, files / "network.onnx", TASKS[model].outputs)
    if TASKS[model].maker == "deeplab":
        classes = networks.Likeliest(network).eval()
        networks.write_onnx(classes, image, files / "task.onnx", ("classes",))


def worker(runtime: str, model: str, folder: str, options: argparse.Namespace) -> dict:
    """The times of a peer's parts, and how far its outputs are from PyTorch's."""
    times, outputs = MEASURES[runtime](model, Path(folder), options)
    expected = numpy.load(Path(folder, "outputs.npy"))
    return times | {"difference": difference(outputs, expected)}


def difference(found: numpy.ndarray, expected: numpy.ndarray) -> float:
    if found.shape != expected.shape:
        raise SystemExit(f"{found.shape} values, expected {expected.shape}")
    return float(numpy.abs(found - expected).max() / numpy.abs(expected).max())


def median_of(call: object, options: argparse.Namespace) -> float:
    return statistics.median(milliseconds(call, max(3, options.runs // 5), options.runs))


def pytorch(model: str, _: Path, options: argparse.Namespace) -> tuple[dict, numpy.ndarray]:
    """Eager, in the form that is exported; of the two memory layouts the faster one."""
    import torch

    import networks

    torch.set_num_threads(options.threads[0])
    network, image = build(model, options)
    times: dict[str, float] = {}
    with torch.inference_mode():
        outputs = networks.flat(network(image)).numpy()
        for layout in (torch.contiguous_format, torch.channels_last):
            network = network.to(memory_format=layout)
            image = image.contiguous(memory_format=layout)
            detects = TASKS[model].maker == "ssd"
            calls = {
                "network": lambda: network(image),
                "task": lambda: network.predict(image) if detects else network(image).argmax(1),
            }
            for part, call in calls.items():
                times[part] = min(times.get(part, float("inf")), median_of(call, options))
    return times, outputs


def onnxruntime(model: str, files: Path, options: argparse.Namespace) -> tuple[dict, numpy.ndarray]:
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads[0]
    settings.inter_op_num_threads = 1
    inputs = {"input": numpy.load(files / "input.npy")}
    times, outputs = {}, None
    for part in PARTS:
        path = files / f"{part}.onnx"
        if path.exists():
            session = onnxruntime.InferenceSession(path, settings, ["CPUExecutionProvider"])
            if part == "network":
                outputs = session.run(None, inputs)
            times[part] = median_of(lambda: session.run(None, inputs), options)  # noqa: B023
    return times, numpy.concatenate([each.ravel() for each in outputs])


def openvino(model: str, files: Path, options: argparse.Namespace) -> tuple[dict, numpy.ndarray]:
    import openvino

    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": options.threads[0],
        "INFERENCE_PRECISION_HINT": "f32",
    }
    image = numpy.load(files / "input.npy")
    times, outputs = {}, None
    for part in PARTS:
        path = files / f"{part}.onnx"
        if path.exists():
            compiled = openvino.Core().compile_model(path, "CPU", settings)
            request = compiled.create_infer_request()
            request.set_input_tensor(openvino.Tensor(image, shared_memory=True))
            times[part] = median_of(request.infer, options)
            if part == "network":
                count = len(TASKS[model].outputs)
                outputs = [request.get_output_tensor(each).data.ravel() for each in range(count)]
                outputs = numpy.concatenate(outputs)
    return times, outputs


MEASURES = {"pytorch": pytorch, "onnxruntime": onnxruntime, "openvino": openvino}


def edgevision(case: Case, files: Path, options: argparse.Namespace) -> dict[str, float]:
    """`bench` without and with post-processing; once, `infer` for the outputs."""
    from safetensors.numpy import load_file

    command = [options.edgevision, "--model", case.model, "--threads", case.threads]
    command += ["--weights", files / "weights.safetensors"]
    measured: dict[str, float] = {}
    if OURS not in case.differences:
        found = files / "output.safetensors"
        files_of = ["--input", files / "input.safetensors", "--output", found]
        output([command[0], "infer", *command[1:], *files_of])
        values = load_file(found)
        flat = numpy.concatenate([values[each].ravel() for each in TASKS[case.model].outputs])
        measured["difference"] = difference(flat, numpy.load(files / "outputs.npy"))
    runs = ["--json", "--runs", options.runs, "--warmup", max(3, options.runs // 5)]
    runs += ["--size", TASKS[case.model].size]
    for part, flags in (("network", []), ("task", ["--postprocess"])):
        report = json.loads(output([command[0], "bench", *command[1:], *runs, *flags]))
        measured[part] = report["median_ms"]
        case.shares.setdefault(part, []).append(report["peak_share"])
    return measured


# What compares them


def compare(case: Case, files: Path, options: argparse.Namespace) -> Case:
    for _ in range(options.rounds):
        for runtime in [*options.peers, OURS]:
            if runtime == OURS:
                measured = edgevision(case, files, options)
            else:
                command = script("--worker", runtime, case.model, files, options=options)
                command += ["--threads", case.threads]
                measured = json.loads(output(command).splitlines()[-1])
            for part in PARTS:
                if part in measured:
                    case.rounds.setdefault((runtime, part), []).append(measured[part])
            far = measured.get("difference", 0)
            if not far <= TOLERANCE:
                raise SystemExit(f"tasks.py: {runtime}: outputs differ by {far:.1e} of the largest")
            case.differences[runtime] = max(case.differences.get(runtime, 0), far)
    note(f"{case.model}, threads {case.threads}: done")
    return case


def script(*arguments: object, options: argparse.Namespace) -> list[object]:
    """This script in another process."""
    command = [sys.executable, HERE / "tasks.py", "--official-parcnet", options.official_parcnet]
    return [*command, "--runs", options.runs, *arguments]


def output(command: list[object]) -> str:
    done = subprocess.run(
        list(map(str, command)), check=False, capture_output=True, text=True, env=os.environ
    )
    if done.returncode != 0:
        raise SystemExit(f"tasks.py: {' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def table(cases: list[Case], facts: dict[str, str], options: argparse.Namespace) -> str:
    runtimes = [*options.peers, OURS]
    head = ["network", "size", "threads", "timed", *(LABELS[each] for each in runtimes)]
    head += ["time / fastest peer's", "of peak"]
    rows = [head, ["---"] * 4 + ["---:"] * (len(head) - 4)]
    for case in cases:
        size = TASKS[case.model].size
        for part in PARTS:
            timed = "network" if part == "network" else "with post-processing"
            cells = [figure(case, runtime, part) for runtime in runtimes]
            first = [case.model, f"{size}x{size}", str(case.threads), timed]
            share = f"{100 * statistics.median(case.shares[part]):.0f} %"
            rows.append([*first, *cells, ratio(case, part, options), share])
    lines = ["**Detection and segmentation: milliseconds for one image**", ""]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    worst: dict[str, float] = {}
    for case in cases:
        for runtime, far in case.differences.items():
            worst[runtime] = max(worst.get(runtime, 0), far)
    listed = ", ".join(f"{LABELS[each]} {far:.1e}" for each, far in worst.items())
    lines += ["", "\"-\": the network file has no post-processing; see the row above.", ""]
    lines += [f"Largest difference from eager PyTorch, of the largest output: {listed}.", ""]
    facts = facts | {"rounds": options.rounds, "runs a round": options.runs}
    return "\n".join(lines + [f"- {key}: {value}" for key, value in facts.items()]) + "\n"


def figure(case: Case, runtime: str, part: str) -> str:
    times = case.rounds.get((runtime, part))
    return f"{statistics.median(times):.1f}" if times else "-"


def ratio(case: Case, part: str, options: argparse.Namespace) -> str:
    """EdgeVision's time over that of the fastest peer that did the same work, round by round."""
    peers = [case.rounds[each, part] for each in options.peers if (each, part) in case.rounds]
    if not peers:
        return ""
    fastest = min(peers, key=statistics.median)
    pairs = zip(case.rounds[OURS, part], fastest, strict=True)
    ratios = sorted(ours / peer for ours, peer in pairs)
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
