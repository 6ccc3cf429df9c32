"""Detections from the raw outputs of a small grid, in float64 by plain loops.

Usage: python make_decoding.py   (writes decoding.json beside itself; needs NumPy)
"""

import json
import math
import os

import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
LEVELS = [dict(height=3, width=4, ratios=[3, 2, 2]), dict(height=1, width=1, ratios=[2])]
CLASSES = 10
SETTINGS = [
    dict(score=0.05, overlap=0.5, per_class=200, per_image=None),
    dict(score=0.2, overlap=0.3, per_class=2, per_image=None),
    dict(score=0.1, overlap=0.45, per_class=200, per_image=9),
]


def anchors():
    sizes = np.linspace(0.2, 0.9, len(LEVELS) + 1)
    rows = []
    for i, level in enumerate(LEVELS):
        small, large = sizes[i], math.sqrt(sizes[i] * sizes[i + 1])
        shapes = [(small, small), (large, large)]
        for ratio in sorted(set(level["ratios"])):
            root = math.sqrt(ratio)
            shapes += [(small * root, small / root), (small / root, small * root)]
        for y in range(level["height"]):
            for x in range(level["width"]):
                center = (x + 0.5) / level["width"], (y + 0.5) / level["height"]
                rows += [center + shape for shape in shapes]
    return np.clip(np.array(rows), 0, 1).astype(np.float32).astype(np.float64)


def decode(locations, anchors):
    boxes = []
    for t, a in zip(locations, anchors):
        x, y = t[0] * 0.1 * a[2] + a[0], t[1] * 0.1 * a[3] + a[1]
        w, h = math.exp(t[2] * 0.2) * a[2], math.exp(t[3] * 0.2) * a[3]
        boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    return boxes


def overlap(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    areas = [(c[2] - c[0]) * (c[3] - c[1]) for c in (a, b)]
    return w * h / (sum(areas) - w * h)


def apart(a, b):
    """A fixture must not hang on rounding."""
    assert abs(a - b) > 2e-6, (a, b)
    return a > b


def detections(scores, boxes, setting):
    result = []
    for label in range(CLASSES):
        column = scores[:, label + 1]
        order = [i for i in np.argsort(-column) if apart(column[i], setting["score"])]
        assert all(apart(column[a], column[b]) for a, b in zip(order, order[1:]))
        kept = []
        for i in order:
            if not any(apart(overlap(boxes[i], boxes[j]), setting["overlap"]) for j in kept):
                kept.append(i)
        kept = kept[: setting["per_class"]]
        result += [[label, column[i]] + boxes[i] for i in kept]
    if setting["per_image"] is not None:
        best = sorted(result, key=lambda row: -row[1])[: setting["per_image"]]
        result = [row for row in result if row in best]
    return result


def main():
    rng = np.random.default_rng(7)
    table = anchors()
    # Multiples of 2^-8, which float32 holds.
    logits = np.round(rng.normal(0, 2, (len(table), CLASSES + 1)) * 256) / 256
    logits[:, 0] += 1
    logits[::9] += 500
    logits[4::9] -= 500
    logits[5] *= 40
    locations = np.round(rng.normal(0, 1.5, (len(table), 4)) * 256) / 256
    powers = np.exp(logits - logits.max(1, keepdims=True))
    scores = powers / powers.sum(1, keepdims=True)
    boxes = decode(locations, table)
    golden = dict(
        levels=LEVELS, classes=CLASSES, confidences=logits.flatten().tolist(),
        locations=locations.flatten().tolist(),
        cases=[dict(**s, detections=detections(scores, boxes, s)) for s in SETTINGS])
    for case in golden["cases"]:
        case["detections"] = [[row[0]] + [round(x, 9) for x in row[1:]] for row in case["detections"]]
        print(len(case["detections"]), "detections")
    with open(os.path.join(FOLDER, "decoding.json"), "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


main()
