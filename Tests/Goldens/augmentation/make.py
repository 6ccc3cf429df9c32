"""Writes the JSON files beside this script: what Pillow 13.0.0, torchvision 0.27.1, PyTorch 2.12.1
and timm 1.0.31 make of pictures that follow from a formula. No random numbers are involved: where
timm draws, the draws are given."""

import hashlib
import json
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from timm.data import auto_augment, mixup
from torchvision.transforms import functional as F

HERE = Path(__file__).parent
MASK = (1 << 64) - 1
FILTERS = {"nearest": 0, "bilinear": 2, "bicubic": 3}
FILL = (124, 116, 104)


def noise(index):
    z = ((index + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return (z ^ (z >> 31)) >> 56


def picture(name):
    """noise: every byte; soft: a slope with a little noise, of few values; plain: one color."""
    width, height = {"noise": (24, 17), "soft": (41, 30), "plain": (5, 4), "row": (9, 1)}[name]
    values = []
    for i in range(width * height * 3):
        c, x, y = i % 3, i // 3 % width, i // 3 // width
        if name == "plain":
            values.append((200, 31, 90)[c])
        elif name == "soft":
            values.append(40 + 2 * x + 3 * y + 20 * c + noise(i) % 8)
        else:
            values.append(noise(i))
    array = np.array(values, np.uint8).reshape(height, width, 3)
    return Image.fromarray(array)


def affine(matrix, name):
    return lambda p: p.transform(
        p.size, Image.Transform.AFFINE, matrix, resample=FILTERS[name], fillcolor=FILL)


def operations():
    yield "autoContrast", None, ImageOps.autocontrast
    yield "equalize", None, ImageOps.equalize
    yield "invert", None, ImageOps.invert
    yield "grayscale", None, lambda p: F.rgb_to_grayscale(p, 3)
    yield "flip", None, ImageOps.mirror
    for bits in (1, 3, 4, 7, 8):
        yield "posterize", bits, lambda p: auto_augment.posterize(p, bits)
    for threshold in (0, 77, 192, 256):
        yield "solarize", threshold, lambda p: ImageOps.solarize(p, threshold)
    for amount in (0, 55, 110):
        yield "solarizeAdd", amount, lambda p: auto_augment.solarize_add(p, amount)
    for factor in (0.0, 0.1, 0.37, 0.95, 1.0, 1.3, 1.9):
        yield "brightness", factor, lambda p: ImageEnhance.Brightness(p).enhance(factor)
        yield "contrast", factor, lambda p: ImageEnhance.Contrast(p).enhance(factor)
        yield "saturation", factor, lambda p: ImageEnhance.Color(p).enhance(factor)
        yield "sharpness", factor, lambda p: ImageEnhance.Sharpness(p).enhance(factor)
    for turn in (-0.5, -0.13, 0.0, 0.1, 0.5):
        yield "hue", turn, lambda p: F.adjust_hue(p, turn)
    for radius in (0.0, 0.1, 0.7, 1.3, 2.0, 9.0):
        yield "boxBlur", radius, lambda p: p.filter(ImageFilter.GaussianBlur(radius))


def geometry(name):
    kwargs = {"fillcolor": FILL, "resample": FILTERS[name]}
    for degrees in (0.0, 13.7, -27.3, 90.0, 180.0, 45.0, 400.0):
        yield "rotate", degrees, lambda p: p.rotate(degrees, **kwargs)
    for factor in (-0.3, 0.0, 0.11, 0.27):
        yield "shearX", factor, lambda p: p.transform(p.size, 0, (1, factor, 0, 0, 1, 0), **kwargs)
        yield "shearY", factor, lambda p: p.transform(p.size, 0, (1, 0, 0, factor, 1, 0), **kwargs)
    for part in (-0.45, 0.09, 0.33):
        yield "translateX", part, lambda p: auto_augment.translate_x_rel(p, part, **dict(kwargs))
        yield "translateY", part, lambda p: auto_augment.translate_y_rel(p, part, **dict(kwargs))
    for index, matrix in enumerate(MATRICES):
        yield "affine", index, affine(matrix, name)


MATRICES = [(0.7, 0, 1.3, 0, 1.21, -2.5), (0.8, 0.31, -1.7, -0.27, 1.1, 3.2)]


def summary(image):
    data = image.tobytes()
    return {"sha256": hashlib.sha256(data).hexdigest()[:16], "first": list(data[:6])}


def pixel_cases():
    for name in ("noise", "soft", "plain", "row"):
        image = picture(name)
        for operation, argument, apply in operations():
            yield {"picture": name, "operation": operation, "argument": argument,
                   **summary(apply(image))}
        for filter_name in FILTERS:
            for operation, argument, apply in geometry(filter_name):
                yield {"picture": name, "operation": operation, "argument": argument,
                       "filter": filter_name, **summary(apply(image))}


def blur_cases():
    for name in ("noise", "soft"):
        for sigma in (0.1, 0.5, 1.1, 2.0):
            image = F.gaussian_blur(picture(name), [5, 9], [sigma, sigma])
            yield {"picture": name, "sigma": sigma, "hex": image.tobytes().hex()}


def bicubic_cases():
    for name, size in (("plain", (7, 3)), ("noise", (11, 9)), ("noise", (25, 19)), ("row", (20, 2))):
        x = torch.tensor(np.array(picture(name))).permute(2, 0, 1)[None].float()
        y = torch.nn.functional.interpolate(
            x, size=size[::-1], mode="bicubic", align_corners=False, antialias=False)
        values = y.clamp(0, 255)[0].permute(1, 2, 0).flatten()
        yield {"picture": name, "size": size, "values": [round(v, 3) for v in values.tolist()]}


def draft_cases():
    folder = HERE.parent / "images"
    for file in ("baseline_420.jpg", "baseline_444.jpg", "progressive.jpg", "grey.jpg"):
        for divisor in (2, 4, 8):
            image = Image.open(folder / file)
            width, height = image.size
            image.draft("RGB" if image.mode == "RGB" else "L", (width // divisor, height // divisor))
            # Pillow picks a divisor from the size; tiny pictures may get a smaller one.
            image = image.convert("RGB")
            if image.size == (-(-width // divisor), -(-height // divisor)):
                yield {"file": file, "eighths": 8 // divisor, "size": image.size, **summary(image)}


def level_cases():
    for name, to_argument in auto_augment.LEVEL_TO_ARG.items():
        for level in (0.0, 2.5, 3.3, 9.0, 9.87, 10.0):
            if name in ("TranslateX", "TranslateY", "GaussianBlur") or to_argument is None:
                continue
            if "GaussianBlur" in name:
                continue
            with mock.patch("random.random", return_value=0.25):
                argument = to_argument(level, {})[0]
            with mock.patch("random.random", return_value=0.75):
                negated = to_argument(level, {})[0]
            yield {"operation": name, "level": level, "argument": argument, "negated": negated}


def table_cases():
    for name in ("v0", "v0r", "original", "originalr", "3a"):
        policy = auto_augment.auto_augment_policy(name)
        yield {"name": name, "sequences": [
            [f"{op.name} {op.prob:g} {op.magnitude:g}" for op in sequence] for sequence in policy]}
    for text in ("rand-m9-n2", "rand-m7-inc1-p0.25"):
        policy = auto_augment.rand_augment_transform(text, None)
        yield {"name": text, "sequences": [
            [f"{op.name} {op.prob:g} {op.magnitude:g}" for op in policy.ops]]}


def batch():
    n, h, w = 4, 5, 6
    values = [noise(i) / 64 - 2 for i in range(n * h * w * 3)]
    return torch.tensor(values).reshape(n, h, w, 3).permute(0, 3, 1, 2).contiguous()


def mixing_cases():
    shares = np.array([0.3, 1.0, 0.65, 0.8], np.float32)
    cuts = np.array([True, False, True, False])
    centers = [3, 1, 0, 5]  # y, x, y, x
    for mode in ("batch", "pair", "elem"):
        for cut in (False, True):
            mixer = mixup.Mixup(1, 1, mode=mode, label_smoothing=0.1, num_classes=3)
            count = {"batch": 1, "pair": 2, "elem": 4}[mode]
            mixer._params_per_batch = lambda: (0.3, cut)
            mixer._params_per_elem = lambda n: (shares[:n].copy(), cuts[:n] & cut)
            with mock.patch("numpy.random.randint", side_effect=centers * 2):
                x, target = mixer(batch(), torch.tensor([0, 2, 1, 1]))
            yield {"mode": mode, "cut": cut,
                   "images": [round(v, 6) for v in x.permute(0, 2, 3, 1).flatten().tolist()],
                   "targets": [round(v, 6) for v in target.flatten().tolist()]}


def box_cases():
    for height, width, share, y, x in [
        (256, 256, 0.4, 10, 200), (32, 48, 0.999, 3, 3), (7, 9, 0.0, 3, 4), (160, 320, 0.73, 159, 0)
    ]:
        with mock.patch("numpy.random.randint", side_effect=[y, x]):
            (top, bottom, left, right), lam = mixup.cutmix_bbox_and_lam((3, height, width), share)
        yield {"height": height, "width": width, "share": share, "center": [y, x],
               "box": [int(left), int(top), int(right - left), int(bottom - top)],
               "corrected": float(lam)}


def save(name, **content):
    lines = []
    for key, values in content.items():
        rows = ",\n".join(json.dumps(value) for value in values)
        lines.append(f'"{key}": [\n{rows}\n]')
    (HERE / name).write_text("{" + ",\n".join(lines) + "}\n")


save("operations.json", pixels=pixel_cases(), blurs=blur_cases(), bicubic=bicubic_cases(),
     drafts=draft_cases())
save("policies.json", levels=level_cases(), tables=table_cases())
save("mixing.json", mixed=mixing_cases(), boxes=box_cases())
