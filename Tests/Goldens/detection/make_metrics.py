"""What detection and segmentation are judged by, on small made-up data.

Usage: python make_metrics.py   (writes metrics.json beside itself)

COCO's figures come from pycocotools 2.0.11, those of PASCAL VOC and of segmentation from the plain
loops below. Needs NumPy. Coordinates are multiples of a quarter, so that corners are exact.
"""

import contextlib
import io
import json
import os

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

FOLDER = os.path.dirname(os.path.abspath(__file__))


def quarters(x):
    return (np.round(np.asarray(x) * 4) / 4).tolist()


# ---- made-up images
# objects: [x, y, width, height, label, area, crowd or difficult]
# detections: [x, y, width, height, label, score]


def random_box(rng):
    side = np.exp(rng.uniform(np.log(8), np.log(260), 2))
    return quarters([rng.uniform(0, 380), rng.uniform(0, 280), side[0], side[1]])


def moved(rng, box, amount):
    x, y, w, h = box
    dx, dy, dw, dh = rng.normal(0, amount, 4)
    box = quarters([x + dx * w, y + dy * h, w * np.exp(dw), h * np.exp(dh)])
    return box[:2] + [max(v, 0.25) for v in box[2:]]


def image(rng, labels, objects, false, marked=0.0, amount=0.08, score=lambda rng: rng.uniform()):
    truth, found = [], []
    for _ in range(objects):
        box, label = random_box(rng), int(rng.choice(labels))
        fill = 1 if rng.uniform() < 0.5 else rng.uniform(0.4, 1)
        mark = int(rng.uniform() < marked)
        truth.append(box + [label, quarters(box[2] * box[3] * fill), mark])
        for _ in range(int(rng.choice([0, 1, 1, 1, 2]))):
            wrong = int(rng.choice(labels)) if rng.uniform() < 0.1 else label
            found.append(moved(rng, box, amount) + [wrong, round(score(rng), 4)])
    for _ in range(false):
        found.append(random_box(rng) + [int(rng.choice(labels)), round(score(rng), 4)])
    return dict(objects=truth, detections=[found[i] for i in rng.permutation(len(found))])


def few_scores(rng):
    return float(rng.choice([0.25, 0.5, 0.75, 1]))


def tied(rng):
    """Overlaps of exactly 1/2, 3/4 and 1, and scores that are equal."""
    images = []
    for _ in range(8):
        truth, found = [], []
        for k in range(4):
            x, y = 100.0 * k, 40.0
            truth.append([x, y, 32, 32, k % 2, 1024, 0])
            for cut in (1, 0.75, 0.5):
                if rng.uniform() < 0.7:
                    found.append([x, y, 32, 32 * cut, k % 2, few_scores(rng)])
        images.append(dict(objects=truth, detections=found))
    return images


def coco_cases():
    rng = np.random.default_rng(20)
    crowded = [image(rng, [0, 1, 2], 6, 4, marked=0.3) for _ in range(10)]
    for one in crowded:
        for x, y, w, h, label, _, mark in [o for o in one["objects"] if o[6]]:
            one["detections"] += [
                quarters([x + w * u, y + h * v, w / 4, h / 4]) + [label, round(rng.uniform(), 4)]
                for u, v in rng.uniform(0, 0.9, (3, 2))]
    nothing = dict(objects=[], detections=[])
    many = [image(rng, [0, 1], 40, 190, amount=0.05), image(rng, [0], 12, 125, amount=0.1)]
    return [
        ("plain", 4, [image(rng, [0, 1, 2, 3], 5, 4) for _ in range(12)]),
        ("crowds", 3, crowded),
        ("empty images, absent classes", 6,
         [nothing, image(rng, [1, 2], 3, 0), image(rng, [4], 0, 5), nothing,
          dict(objects=random_objects(rng, 5), detections=[])]),
        ("many detections", 2, many),
        ("ties", 2, tied(rng)),
        ("few scores", 3, [image(rng, [0, 1, 2], 5, 5, score=few_scores) for _ in range(10)]),
        ("no objects", 2, [image(rng, [0, 1], 0, 3)]),
        ("no detections", 2, [dict(objects=random_objects(rng, 1), detections=[])]),
    ]


def random_objects(rng, label):
    boxes = [random_box(rng) for _ in range(3)]
    return [box + [label, box[2] * box[3], 0] for box in boxes]


# ---- COCO


def data_set(classes, count, annotations):
    data = COCO()
    data.dataset = dict(
        images=[dict(id=i + 1) for i in range(count)],
        categories=[dict(id=c + 1, name=str(c)) for c in range(classes)],
        annotations=annotations)
    data.createIndex()
    return data


def coco_figures(classes, images):
    truth, found = [], []
    for index, one in enumerate(images):
        for x, y, w, h, label, area, crowd in one["objects"]:
            truth.append(dict(
                id=len(truth) + 1, image_id=index + 1, category_id=label + 1, bbox=[x, y, w, h],
                area=area, iscrowd=crowd))
        for x, y, w, h, label, score in one["detections"]:
            found.append(dict(
                id=len(found) + 1, image_id=index + 1, category_id=label + 1, bbox=[x, y, w, h],
                area=w * h, iscrowd=0, score=score))
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(
            data_set(classes, len(images), truth), data_set(classes, len(images), found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision = evaluation.eval["precision"][:, :, :, 0, 2]
    per_class = [precision[:, :, c] for c in range(classes)]
    return dict(
        figures=[float(x) for x in evaluation.stats],
        per_class=[float(p.mean()) if p.max() > -1 else None for p in per_class])


# ---- PASCAL VOC


def overlap(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return 0 if w <= 0 or h <= 0 else w * h / (a[2] * a[3] + b[2] * b[3] - w * h)


def voc_precision(images, label):
    """[(recall, precision)] after each detection; None where there is nothing to find."""
    objects = sum(o[4] == label and not o[6] for one in images for o in one["objects"])
    if objects == 0:
        return None
    found = [
        (d[5], i, d) for i, one in enumerate(images) for d in one["detections"] if d[4] == label]
    taken, hits, misses, curve = set(), 0, 0, []
    for _, i, detection in sorted(found, key=lambda entry: -entry[0]):
        best, best_overlap = None, 0
        for j, o in enumerate(images[i]["objects"]):
            if o[4] == label and overlap(detection, o) > best_overlap:
                best, best_overlap = j, overlap(detection, o)
        if best is not None and best_overlap >= 0.5:
            if images[i]["objects"][best][6]:
                continue
            hits, misses = (hits, misses + 1) if (i, best) in taken else (hits + 1, misses)
            taken.add((i, best))
        else:
            misses += 1
        curve.append((hits / objects, hits / (hits + misses)))
    return curve


def voc_figures(classes, images):
    eleven, area = [], []
    for label in range(classes):
        curve = voc_precision(images, label)
        if curve is None:
            eleven.append(None)
            area.append(None)
            continue
        best = [max([p for r, p in curve if r >= k / 10], default=0) for k in range(11)]
        eleven.append(sum(best) / 11)
        total, before = 0, 0
        for index, (recall, _) in enumerate(curve):
            total += (recall - before) * max(p for _, p in curve[index:])
            before = recall
        area.append(total)
    return dict(eleven_points=eleven, area=area)


def voc_cases():
    rng = np.random.default_rng(21)
    return [
        ("difficult objects", 4, [image(rng, [0, 1, 2], 5, 3, marked=0.25) for _ in range(15)]),
        ("few scores", 2, [image(rng, [0, 1], 4, 2, score=few_scores) for _ in range(12)]),
        ("ties", 2, tied(rng)),
        ("no detections", 3, [dict(objects=random_objects(rng, 1), detections=[])]),
    ]


# ---- segmentation


def segmentation_case(rng, classes, seen, strange):
    """Two images; `strange` labels are not counted."""
    masks = rng.choice(seen + strange, (2, 300))
    guesses = np.where(rng.uniform(size=masks.shape) < 0.7, masks, rng.choice(seen, masks.shape))
    guesses = np.where(guesses < classes, guesses, 0)
    confusion = np.zeros((classes, classes), int)
    for label, guess in zip(masks.flatten(), guesses.flatten()):
        if label < classes:
            confusion[label, guess] += 1
    diagonal, rows, columns = np.diag(confusion), confusion.sum(1), confusion.sum(0)
    union = rows + columns - diagonal
    iou = [float(d / u) if u else None for d, u in zip(diagonal, union)]
    accuracy = [float(d / r) if r else None for d, r in zip(diagonal, rows)]
    return dict(
        classes=classes, masks=masks.tolist(), predicted=guesses.tolist(),
        confusion=confusion.flatten().tolist(), iou=iou,
        mean_iou=float(np.mean([x for x in iou if x is not None])), accuracy=accuracy,
        pixel_accuracy=float(diagonal.sum() / confusion.sum()))


def main():
    rng = np.random.default_rng(22)
    coco = [
        dict(name=name, classes=classes, images=images, **coco_figures(classes, images))
        for name, classes, images in coco_cases()]
    voc = [
        dict(name=name, classes=classes, images=images, **voc_figures(classes, images))
        for name, classes, images in voc_cases()]
    for case in coco:
        print(case["name"], case["figures"], case["per_class"])
    for case in voc:
        print(case["name"], case["eleven_points"], case["area"])
    segmentation = [
        segmentation_case(rng, 5, [0, 1, 2, 4], [255]),
        segmentation_case(rng, 3, [0, 1, 2], [3, 20, 254, 255]),
    ]
    with open(os.path.join(FOLDER, "metrics.json"), "w") as file:
        json.dump(dict(coco=coco, voc=voc, segmentation=segmentation), file, separators=(",", ":"))
        file.write("\n")


main()
