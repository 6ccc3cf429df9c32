"""Measures one runtime in this process and prints one line of JSON."""

import argparse
import json
from pathlib import Path

import numpy

import catalog
from runtimes import RUNTIMES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runtime", choices=RUNTIMES)
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--warmup", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--edgevision", type=Path, required=True)
    catalog.add_checkouts(parser)
    options = parser.parse_args()

    runtime = RUNTIMES[options.runtime](options)
    expected = numpy.load(options.folder / "logits.npy")
    found = runtime.logits()
    if found.shape != expected.shape:
        raise SystemExit(
            f"{options.runtime}: logits of {found.shape}, expected {expected.shape}"
        )
    measured = runtime.measure(options.warmup, options.runs)
    measured["difference"] = float(numpy.abs(found - expected).max())
    measured["largest_logit"] = float(numpy.abs(expected).max())
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
