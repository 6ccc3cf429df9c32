"""The runtimes, one class each.

Every class has the logits of the stored images, so that what is timed is also checked, and the
times of single calls. Copying images in and logits out is not counted where a runtime lets it be
done apart.
"""

import abc
import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy

import catalog

Times = list[float]


def milliseconds(
    call: Callable[[], object],
    warmup: int,
    runs: int,
    before: Callable[[], object] = lambda: None,
) -> Times:
    """The times of `runs` calls after `warmup` others; `before` each one is not counted."""
    times = []
    for _ in range(warmup + runs):
        before()
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    return times[warmup:]


class Runtime(abc.ABC):
    """A runtime that has loaded the network of a folder written by networks.py."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.folder: Path = options.folder
        self.threads: int = options.threads
        self.images = numpy.load(self.folder / "input.npy")
        self.load(options)

    @abc.abstractmethod
    def load(self, options: argparse.Namespace) -> None: ...

    @abc.abstractmethod
    def logits(self) -> numpy.ndarray: ...

    @abc.abstractmethod
    def measure(self, warmup: int, runs: int) -> dict[str, object]:
        """At least `median_ms`, the median of `runs` calls after `warmup` others."""


class InProcess(Runtime):
    @abc.abstractmethod
    def times(self, warmup: int, runs: int) -> Times: ...

    def measure(self, warmup: int, runs: int) -> dict[str, object]:
        return {"median_ms": statistics.median(self.times(warmup, runs))}


class PyTorch(InProcess):
    """Eager, in the form that is exported; of the two memory layouts the faster one."""

    def load(self, options: argparse.Namespace) -> None:
        import torch

        import networks

        torch.set_num_threads(self.threads)
        self.torch = torch
        self.input = torch.from_numpy(self.images)
        checkout = catalog.checkout(options.model, options)
        network = networks.build(options.model, checkout, self.images.shape[2:])
        self.network = networks.exportable(network, self.input)

    def logits(self) -> numpy.ndarray:
        with self.torch.inference_mode():
            return self.network(self.input).numpy()

    def times(self, warmup: int, runs: int) -> Times:
        layouts = (self.torch.contiguous_format, self.torch.channels_last)
        return min(
            (self._times(each, warmup, runs) for each in layouts), key=statistics.median
        )

    def _times(self, layout: object, warmup: int, runs: int) -> Times:
        network = self.network.to(memory_format=layout)
        images = self.input.contiguous(memory_format=layout)
        with self.torch.inference_mode():
            return milliseconds(lambda: network(images), warmup, runs)


class TorchCompile(PyTorch):
    """torch.compile with frozen weights, which it packs for the processor."""

    def load(self, options: argparse.Namespace) -> None:
        super().load(options)
        import torch._inductor.config

        torch._inductor.config.freezing = True
        self.network = torch.compile(self.network)

    def times(self, warmup: int, runs: int) -> Times:
        return self._times(self.torch.contiguous_format, warmup, runs)


class ONNXRuntime(InProcess):
    def load(self, options: argparse.Namespace) -> None:
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = self.threads
        settings.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            self.folder / "network.onnx", settings, providers=["CPUExecutionProvider"]
        )

    def logits(self) -> numpy.ndarray:
        return self.session.run(None, {"input": self.images})[0]

    def times(self, warmup: int, runs: int) -> Times:
        return milliseconds(self.logits, warmup, runs)


class OpenVINO(InProcess):
    """One request with the whole batch, for the shortest latency."""

    file = "network.onnx"
    hint = "LATENCY"

    def load(self, options: argparse.Namespace) -> None:
        import openvino

        settings = {
            "PERFORMANCE_HINT": self.hint,
            "INFERENCE_NUM_THREADS": self.threads,
            "INFERENCE_PRECISION_HINT": "f32",
            **self.streams(),
        }
        self.compiled = openvino.Core().compile_model(
            self.folder / self.file, "CPU", settings
        )
        self.prepare(openvino)

    def streams(self) -> dict[str, object]:
        return {}

    def prepare(self, openvino: object) -> None:
        self.request = self.compiled.create_infer_request()
        self.request.set_input_tensor(openvino.Tensor(self.images, shared_memory=True))

    def logits(self) -> numpy.ndarray:
        self.request.infer()
        return self.request.get_output_tensor().data.copy()

    def times(self, warmup: int, runs: int) -> Times:
        return milliseconds(self.request.infer, warmup, runs)


class OpenVINOStreams(OpenVINO):
    """A request for each image of the batch, a stream for each thread: its way to throughput."""

    file = "single.onnx"
    hint = "THROUGHPUT"

    def streams(self) -> dict[str, object]:
        return {"NUM_STREAMS": self.threads}

    def prepare(self, openvino: object) -> None:
        self.queue = openvino.AsyncInferQueue(self.compiled)
        self.queue.set_callback(self._keep)
        self.rows: list[numpy.ndarray] = [self.images[:0]] * len(self.images)

    def _keep(self, request: object, index: int) -> None:
        self.rows[index] = request.get_output_tensor().data.copy()

    def _run(self) -> None:
        for index in range(len(self.images)):
            image = self.images[index : index + 1]
            self.queue.start_async({0: image}, index, share_inputs=True)
        self.queue.wait_all()

    def logits(self) -> numpy.ndarray:
        self._run()
        return numpy.concatenate(self.rows)

    def times(self, warmup: int, runs: int) -> Times:
        return milliseconds(self._run, warmup, runs)


class MNN(InProcess):
    def load(self, options: argparse.Namespace) -> None:
        # The command `mnnconvert` calls this function too, but it also installs packages.
        import _tools
        import MNN

        converted = self.folder / "network.mnn"
        if not converted.exists():
            source = str(self.folder / "network.onnx")
            _tools.mnnconvert(
                ["mnnconvert", "-f", "ONNX", "--modelFile", source]
                + ["--MNNModel", str(converted), "--bizCode", "MNN"]
            )
        self.interpreter = MNN.Interpreter(str(converted))
        self.session = self.interpreter.createSession(
            {"backend": "CPU", "numThread": self.threads, "precision": "high"}
        )
        self.input = self.interpreter.getSessionInput(self.session)
        self.host_input = self._host_tensor(self.images)

    @staticmethod
    def _host_tensor(array: numpy.ndarray) -> object:
        import MNN

        kind, layout = MNN.Halide_Type_Float, MNN.Tensor_DimensionType_Caffe
        return MNN.Tensor(array.shape, kind, array, layout)

    def _copy_input(self) -> None:
        # A run overwrites the session's input.
        self.input.copyFrom(self.host_input)

    def _run(self) -> None:
        self.interpreter.runSession(self.session)

    def logits(self) -> numpy.ndarray:
        self._copy_input()
        self._run()
        output = self.interpreter.getSessionOutput(self.session)
        host_output = self._host_tensor(numpy.zeros(output.getShape(), numpy.float32))
        output.copyToHostTensor(host_output)
        return numpy.array(host_output.getNumpyData())

    def times(self, warmup: int, runs: int) -> Times:
        return milliseconds(self._run, warmup, runs, before=self._copy_input)


class EdgeVision(Runtime):
    """The command line: `bench` for the times, `infer` for the logits of the same weights."""

    def load(self, options: argparse.Namespace) -> None:
        self.command = str(options.edgevision)
        self.common = ["--model", options.model, "--threads", str(self.threads)]

    def logits(self) -> numpy.ndarray:
        from safetensors.numpy import load_file

        output = self.folder / "output.safetensors"
        self._edgevision(
            *("infer", "--weights", self.folder / "weights.safetensors"),
            *("--input", self.folder / "input.safetensors", "--output", output),
        )
        return load_file(output)["logits"]

    def measure(self, warmup: int, runs: int) -> dict[str, object]:
        batch, _, height, width = self.images.shape
        printed = self._edgevision(
            *("bench", "--json", "--size", f"{height}x{width}", "--batch", str(batch)),
            *("--warmup", str(warmup), "--runs", str(runs)),
        )
        return json.loads(printed)

    def _edgevision(self, *arguments: object) -> str:
        command = [self.command, *map(str, arguments), *self.common]
        return subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


RUNTIMES: dict[str, type[Runtime]] = {
    "pytorch": PyTorch,
    "torch-compile": TorchCompile,
    "onnxruntime": ONNXRuntime,
    "openvino": OpenVINO,
    "openvino-streams": OpenVINOStreams,
    "mnn": MNN,
    "edgevision": EdgeVision,
}
