"""The figures of one comparison, and the table made of them."""

import statistics
from dataclasses import asdict, dataclass, field

OURS = "edgevision"
LABELS = {
    "pytorch": "PyTorch",
    "torch-compile": "torch.compile",
    "onnxruntime": "ONNX Runtime",
    "openvino": "OpenVINO",
    "openvino-streams": "OpenVINO streams",
    "mnn": "MNN",
    OURS: "EdgeVision",
}


@dataclass
class Result:
    """One network at one size, batch and thread count, on every runtime."""

    model: str
    size: str
    batch: int
    threads: int
    #: Milliseconds a batch: for each runtime the median of every round.
    rounds: dict[str, list[float]] = field(default_factory=dict)
    #: Largest absolute difference of a logit from eager PyTorch's.
    differences: dict[str, float] = field(default_factory=dict)
    #: Why a runtime has no figures.
    failures: dict[str, str] = field(default_factory=dict)
    largest_logit: float = 0
    multiply_adds: int = 0
    peak_gflops: list[float] = field(default_factory=list)

    def median(self, runtime: str) -> float | None:
        return (
            statistics.median(self.rounds[runtime]) if runtime in self.rounds else None
        )

    @property
    def fastest_peer(self) -> str | None:
        peers = [runtime for runtime in self.rounds if runtime != OURS]
        return min(
            peers,
            key=lambda runtime: statistics.median(self.rounds[runtime]),
            default=None,
        )

    @property
    def ratios(self) -> list[float]:
        """EdgeVision's time divided by that of the fastest peer, round by round."""
        if OURS not in self.rounds or self.fastest_peer is None:
            return []
        pairs = zip(self.rounds[OURS], self.rounds[self.fastest_peer], strict=True)
        return [ours / peer for ours, peer in pairs]

    @property
    def peak_share(self) -> float | None:
        """The part of the processor's measured peak that EdgeVision's products reach."""
        median = self.median(OURS)
        if median is None:
            return None
        return (
            2 * self.multiply_adds / median / 1e6 / statistics.median(self.peak_gflops)
        )

    def json(self) -> dict[str, object]:
        ratios = self.ratios
        return asdict(self) | {
            "median_ms": {runtime: self.median(runtime) for runtime in self.rounds},
            "fastest_peer": self.fastest_peer,
            "ratio": {
                "median": statistics.median(ratios),
                "min": min(ratios),
                "max": max(ratios),
            }
            if ratios
            else None,
            "peak_share": self.peak_share,
        }


def markdown(
    results: list[Result], machine: dict[str, str], settings: dict[str, object]
) -> str:
    batches = sorted({result.batch for result in results})
    parts = []
    for batch in batches:
        chosen = [result for result in results if result.batch == batch]
        parts.append(_table(chosen, batch))
    parts.append(_checks(results))
    facts = machine | {key: str(value) for key, value in settings.items()}
    parts.append("\n".join(f"- {key}: {value}" for key, value in facts.items()))
    return "\n\n".join(parts) + "\n"


def _table(results: list[Result], batch: int) -> str:
    """Milliseconds for single images; images per second for batches, with the ratio turned over."""
    runtimes = [
        name
        for name in LABELS
        if any(name in each.rounds | each.failures for each in results)
    ]
    latency = batch == 1
    title = (
        "Milliseconds for one image"
        if latency
        else f"Images per second, batches of {batch}"
    )
    ratio = "time / fastest peer's" if latency else "speed / fastest peer's"
    head = [
        "network",
        "size",
        "threads",
        *(LABELS[name] for name in runtimes),
        ratio,
        "of peak",
    ]
    rows = [head, ["---"] * 3 + ["---:"] * (len(head) - 3)]
    for result in results:
        peer = result.fastest_peer
        cells = [_figure(result, name, bold=name in (peer, OURS)) for name in runtimes]
        share = (
            f"{100 * result.peak_share:.0f} %" if result.peak_share is not None else ""
        )
        rows.append(
            [
                result.model,
                result.size,
                str(result.threads),
                *cells,
                _ratio(result),
                share,
            ]
        )
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return f"**{title}**\n\n" + "\n".join(lines)


def _figure(result: Result, runtime: str, bold: bool) -> str:
    median = result.median(runtime)
    if median is None:
        return "failed" if runtime in result.failures else ""
    value = median if result.batch == 1 else 1000 * result.batch / median
    text = f"{value:.2f}" if value < 10 else f"{value:.1f}"
    return f"**{text}**" if bold else text


def _ratio(result: Result) -> str:
    ratios = result.ratios
    if not ratios:
        return ""
    if result.batch > 1:
        ratios = [1 / ratio for ratio in ratios]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def _checks(results: list[Result]) -> str:
    worst: dict[str, float] = {}
    for result in results:
        for runtime, difference in result.differences.items():
            worst[runtime] = max(worst.get(runtime, 0), difference)
    listed = ", ".join(
        f"{LABELS[name]} {worst[name]:.1e}" for name in LABELS if name in worst
    )
    lines = [f"Largest difference of a logit from eager PyTorch's: {listed}."]
    lines += [
        f"{LABELS[runtime]} on {each.model}, {each.size}, batch {each.batch}, "
        f"threads {each.threads}: {reason}"
        for each in results
        for runtime, reason in each.failures.items()
    ]
    return "\n\n".join(lines)
