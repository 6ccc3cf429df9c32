"""What a measurement was made on and with."""

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ["torch", "torchvision", "timm", "onnxruntime", "openvino", "MNN", "numpy"]
ROOT = Path(__file__).resolve().parents[2]


def describe() -> dict[str, str]:
    return {
        "processor": _processor(),
        "cores": str(available_cores()),
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": platform.platform(),
        "commit": _commit(),
        "compiler": _output("swift", "--version").partition("\n")[0],
        "python": sys.version.split()[0],
        "packages": ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def available_cores() -> int:
    """The cores that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        found = re.search(
            r"^model name\s*: (.*)$", information.read_text(), re.MULTILINE
        )
        if found:
            return found[1]
    return platform.processor() or platform.machine()


def _commit() -> str:
    changed = " with changes" if _output("git", "status", "--porcelain", "-uno") else ""
    return _output("git", "rev-parse", "--short=12", "HEAD") + changed


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _output(*command: str) -> str:
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()
