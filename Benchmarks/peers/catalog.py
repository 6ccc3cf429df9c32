"""The networks that can be compared, where PyTorch has them, and options for their code."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

#: Official code that no package holds; `--official-KEY` names a checkout of it.
CHECKOUTS = {
    "edgenext": "mmaaz60/EdgeNeXt",
    "edgevit": "saic-fi/edgevit",
    "parcnet": "hkzhang-git/ParC-Net",
}


@dataclass(frozen=True)
class Network:
    """Where a network is found."""

    #: A key of `networks.MAKERS`.
    maker: str
    #: What it is called there.
    entry: str
    #: The side of its images where none is asked for.
    size: int
    #: The key of the checkout that it takes.
    checkout: str | None = None
    #: What the maker is told beside the name.
    settings: dict[str, object] = field(default_factory=dict)


def _cvnets(configuration: str, **settings: object) -> Network:
    return Network("cvnets", configuration, 256, "parcnet", settings)


NETWORKS = {
    **{
        f"edgenext_{size}": Network("timm", f"edgenext_{size}", 256)
        for size in ("xx_small", "x_small", "small", "base")
    },
    **{
        f"edgenext_{size}_bn_hs": Network(
            "edgenext", f"edgenext_{size}_bn_hs", 256, "edgenext"
        )
        for size in ("xx_small", "x_small", "small")
    },
    **{
        f"edgevit_{size}": Network("edgevit", f"edgevit_{size}", 224, "edgevit")
        for size in ("xxs", "xs", "s")
    },
    **{
        f"edgeformer_{size}": _cvnets(f"edgeformer/edgeformer_{size}")
        for size in ("xs", "s", "h")
    },
    "mobilevit_xxs": _cvnets("mobilevit/mobilevit_x_small", mode="xx_small"),
    "mobilevit_xs": _cvnets("mobilevit/mobilevit_x_small"),
    "mobilevit_s": _cvnets("mobilevit/mobilevit_small"),
    "resnet50": Network("torchvision", "resnet50", 224),
    "gcc_resnet50": Network("parc", "ParC_resnet50.parc_res50", 224, "parcnet"),
    "mobilenetv2": Network("torchvision", "mobilenet_v2", 224),
    "gcc_mobilenetv2": Network("parc", "ParC_mobilenetv2.parc_mv2", 224, "parcnet"),
    "convnext_xt": Network(
        "timm",
        "convnext_tiny",
        224,
        settings={"depths": (3, 3, 9, 3), "dims": (48, 96, 192, 384)},
    ),
    "gcc_convnext_xt": Network(
        "parc", "ParC_convnext.parc_convnext_xt", 224, "parcnet"
    ),
}


def add_checkouts(parser: argparse.ArgumentParser) -> None:
    for key, repository in CHECKOUTS.items():
        parser.add_argument(
            f"--official-{key}",
            type=Path,
            metavar="DIR",
            help=f"a checkout of {repository}",
        )


def checkout(name: str, options: argparse.Namespace) -> Path | None:
    """The checkout that a network takes, if it takes one and the options have it."""
    key = NETWORKS[name].checkout
    return getattr(options, f"official_{key}") if key else None


def checkout_arguments(options: argparse.Namespace) -> list[object]:
    """The options of `add_checkouts`, to pass on to another process."""
    pairs = [
        (f"--official-{key}", getattr(options, f"official_{key}")) for key in CHECKOUTS
    ]
    return [part for pair in pairs if pair[1] for part in pair]


def is_available(name: str, options: argparse.Namespace) -> bool:
    return NETWORKS[name].checkout is None or checkout(name, options) is not None
