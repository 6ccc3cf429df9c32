"""Draws the bar chart for the README."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes

from results import LABELS, OURS, Result

COLUMNS = 4
OURS_COLOR, PEER_COLOR, TEXT_COLOR = "#e8590c", "#ced4da", "#343a40"


def draw(results: list[Result], path: Path) -> None:
    """One panel for each network and thread count, at its first size and the smallest batch."""
    batch = min(result.batch for result in results)
    sizes = {result.model: result.size for result in reversed(results)}
    chosen = [
        each for each in results if (each.size, each.batch) == (sizes[each.model], batch)
    ]
    runtimes = [name for name in LABELS if any(name in each.rounds for each in chosen)]
    rows = []
    for threads in sorted({result.threads for result in chosen}):
        row = [result for result in chosen if result.threads == threads]
        rows += [row[start : start + COLUMNS] for start in range(0, len(row), COLUMNS)]
    columns = max(map(len, rows))

    height = 0.75 + len(rows) * (0.6 + 0.23 * len(runtimes))
    figure, grid = pyplot.subplots(
        len(rows),
        columns,
        figsize=(1.3 + 1.85 * columns, height),
        squeeze=False,
        sharey=True,
    )
    for axes_row, row in zip(grid, rows, strict=True):
        for axes in axes_row[len(row) :]:
            axes.set_visible(False)
        for axes, result in zip(axes_row, row, strict=False):
            _panel(axes, result, runtimes)
    what = "one image" if batch == 1 else f"a batch of {batch}"
    figure.suptitle(
        f"Milliseconds for {what} (float32, shorter is better)",
        fontsize=11,
        color=TEXT_COLOR,
    )
    figure.tight_layout()
    figure.savefig(path, dpi=160)


def _panel(axes: Axes, result: Result, runtimes: list[str]) -> None:
    times = [result.median(name) or 0.0 for name in runtimes]
    colors = [OURS_COLOR if name == OURS else PEER_COLOR for name in runtimes]
    bars = axes.barh(
        [LABELS[name] for name in runtimes], times, color=colors, height=0.72
    )
    labels = [f"{each:.1f}" if each else "failed" for each in times]
    axes.bar_label(bars, labels, padding=3, fontsize=8, color=TEXT_COLOR)
    threads = f"{result.threads} thread{'s' if result.threads > 1 else ''}"
    title = f"{result.model}\n{result.size}, {threads}"
    axes.set_title(title, fontsize=8.5, color=TEXT_COLOR)
    axes.set_xlim(0, 1.25 * max(times))
    axes.set_ylim(len(runtimes) - 0.4, -0.6)
    axes.tick_params(left=False, bottom=False, labelbottom=False, labelsize=8.5)
    axes.spines[:].set_visible(False)
