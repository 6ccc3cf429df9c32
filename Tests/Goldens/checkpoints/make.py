"""Makes the small checkpoints beside this file: python make.py (PyTorch 2, numpy).

They hold what real files hold next to weights. Every tensor's values are stated in
Tests/EdgeFormatsTests/SavedByPyTorchTests.swift.
"""
import argparse
import collections
import pathlib
import zipfile

import numpy
import torch

FOLDER = pathlib.Path(__file__).parent


class Unknown:
    def __init__(self):
        self.secret = 1


def content():
    base = torch.arange(12, dtype=torch.float32)
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(0.5)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.25)
    network(torch.ones(2, 2)).sum().backward()
    optimizer.step()
    tagged = torch.nn.Parameter(torch.full((2,), 3.0))
    tagged.tag = "kept by PyTorch"
    return {
        "state_dict": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "args": argparse.Namespace(lr=0.25, model="edgenext_small", sizes=[1, 2]),
        "unknown": Unknown(),
        "numpy": {"float": numpy.float64(2.5), "integer": numpy.int64(-7),
                  "single": numpy.float32(0.5), "flag": numpy.bool_(True),
                  "array": numpy.arange(3)},
        "types": {str(dtype).removeprefix("torch."): torch.tensor([0, 1, 2], dtype=dtype)
                  for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64,
                                torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
                                torch.bool)},
        "views": {"whole": base, "rows": base[4:8], "transposed": base.reshape(3, 4).t(),
                  "strided": base[1::3], "expanded": base[5].expand(2, 2),
                  "scalar": base[9], "empty": base[:0]},
        "parameters": {"plain": torch.nn.Parameter(torch.ones(2)), "tagged": tagged},
        "other": {"complex": torch.zeros(2, dtype=torch.complex64),
                  "unsigned": torch.zeros(2, dtype=torch.uint16),
                  "dtype": torch.float16, "device": torch.device("cuda", 1),
                  "size": torch.Size([1, 2]), "set": {1}, "bytes": b"ab\xff",
                  "ordered": collections.OrderedDict(a=1), "wide": 1 << 70,
                  "default": collections.defaultdict(list, x=[None])},
        "epoch": 23,
    }


def deflate(source, target):
    """The same file as an archiver would pack it again."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(
            target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))


if __name__ == "__main__":
    torch.manual_seed(0)
    everything = content()
    torch.save(everything, FOLDER / "everything.pth")
    torch.save(everything, FOLDER / "everything_protocol4.pth", pickle_protocol=4)
    torch.save(everything, FOLDER / "everything_legacy.pth",
               _use_new_zipfile_serialization=False)
    deflate(FOLDER / "everything.pth", FOLDER / "everything_deflated.pth")
