"""Draws the small pictures of this folder and records what Pillow decodes them to.

Usage: python make.py   (writes beside itself)

images.json lists for each file: size, SHA-256 and first pixels of convert("RGB"), and the same
after ImageOps.exif_transpose where that differs. resize.json has scene() at other sizes, and what
torchvision's evaluation transforms make of it. Needs Pillow 13.0.0, numpy, torch, torchvision.
"""

import hashlib
import io
import json
import os
import struct
import zlib

import numpy as np
import PIL
import torchvision
from PIL import Image, ImageOps
from torchvision import transforms

FOLDER = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEIGHT = 21, 13
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def scene(width=WIDTH, height=HEIGHT):
    """A gradient with a bright disc: smooth and sharp parts, no symmetry."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1), (x * y * 3) % 256], -1)
    disc = (x - width * 0.7) ** 2 + (y - height * 0.35) ** 2 < (min(width, height) * 0.25) ** 2
    rgb[disc] = [250, 240, 40]
    return Image.fromarray(rgb.astype(np.uint8))


def save(name, data):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(data)


def encode(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


# PNG files are written by hand, as Pillow writes neither all depths nor interlacing.

def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def packed(samples, depth):
    """Rows of samples [height, width, channels] as PNG stores them."""
    rows = []
    for row in samples.reshape(samples.shape[0], -1).tolist():
        bits = "".join(format(value, f"0{depth}b") for value in row)
        bits += "0" * (-len(bits) % 8)
        rows.append(bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)))
    return rows


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, depth, color, interlaced=False, extra=b"", late=b""):
    height, width = samples.shape[:2]
    passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [samples]
    raw = b"".join(
        b"\0" + row for part in passes if part.size for row in packed(part, depth))
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
        + chunk(b"IDAT", zlib.compress(raw, 9)) + late + chunk(b"IEND", b""))


def draw_pngs():
    rgb = np.asarray(scene()).astype(int)
    grey = rgb.sum(-1, keepdims=True) // 3
    alpha = (np.arange(HEIGHT)[:, None, None] * 17 + np.arange(WIDTH)[None, :, None] * 5) % 256
    palette = chunk(b"PLTE", bytes((i * 37 + c * 91) % 256 for i in range(200) for c in range(3)))
    for interlaced in (False, True):
        end = "_interlaced.png" if interlaced else ".png"
        for depth in (1, 2, 4, 8):
            save(f"grey{depth}{end}", png(grey >> (8 - depth), depth, 0, interlaced))
            colors = palette if depth == 8 else chunk(b"PLTE", palette[8 : 8 + 3 * 2**depth])
            save(f"palette{depth}{end}", png(grey >> (8 - depth), depth, 3, interlaced, colors))
        wide = grey * 3 + rgb[..., :1]  # 0 to 1020, around the 255 where Pillow cuts off
        save(f"grey16{end}", png(wide, 16, 0, interlaced))
        save(f"rgb8{end}", png(rgb, 8, 2, interlaced))
        save(f"rgb16{end}", png(rgb * 256 + 255 - rgb, 16, 2, interlaced))
        save(f"grey_alpha8{end}", png(np.concatenate([grey, alpha], -1), 8, 4, interlaced))
        save(f"grey_alpha16{end}", png(np.concatenate([grey, alpha], -1) * 257 ^ 3, 16, 4, interlaced))
        save(f"rgba8{end}", png(np.concatenate([rgb, alpha], -1), 8, 6, interlaced))
        save(f"rgba16{end}", png(np.concatenate([rgb, alpha], -1) * 256 + 9, 16, 6, interlaced))
    transparent = palette + chunk(b"tRNS", bytes(range(0, 200, 2)))
    save("palette_transparent.png", png(grey, 8, 3, extra=transparent))
    save("palette_short.png", png(grey, 8, 3, extra=chunk(b"PLTE", bytes(range(30)))))
    save("grey_transparent.png", png(grey, 8, 0, extra=chunk(b"tRNS", b"\0\x50")))
    save("rgb_transparent.png", png(rgb, 8, 2, extra=chunk(b"tRNS", b"\0\0\0\0\0\0")))
    save("gamma.png", png(rgb, 8, 2, extra=chunk(b"gAMA", struct.pack(">I", 100000))))
    turned = Image.Exif()
    turned[0x0112] = 6
    save("exif_early.png", png(rgb, 8, 2, extra=chunk(b"eXIf", turned.tobytes()[6:])))
    save("exif_late.png", png(rgb, 8, 2, late=chunk(b"eXIf", turned.tobytes()[6:])))
    xmp = b'XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation="8"/>'
    save("xmp.png", png(rgb, 8, 2, extra=chunk(b"iTXt", xmp)))


def draw_jpegs():
    rgb = scene()
    for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
        save(f"baseline_{name}.jpg", encode(rgb, "JPEG", quality=80, subsampling=subsampling))
    save("progressive.jpg", encode(rgb, "JPEG", quality=80, progressive=True))
    save("restarts.jpg", encode(rgb, "JPEG", quality=80, restart_marker_rows=1))
    save("grey.jpg", encode(rgb.convert("L"), "JPEG", quality=80))
    save("grey_progressive.jpg", encode(rgb.convert("L"), "JPEG", quality=80, progressive=True))
    save("rgb.jpg", encode(rgb, "JPEG", quality=80, keep_rgb=True))
    inks = np.asarray(rgb.convert("CMYK")).copy()
    inks[..., 3] = np.arange(WIDTH)[None, :] * 9
    cmyk = encode(Image.fromarray(inks, "CMYK"), "JPEG", quality=80)
    save("cmyk.jpg", cmyk)
    adobe = cmyk.index(b"Adobe")
    save("cmyk_without_adobe.jpg", cmyk[: adobe - 4] + cmyk[adobe + 12 :])
    save("ycck.jpg", cmyk[: adobe + 11] + b"\2" + cmyk[adobe + 12 :])
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        save(f"orientation{orientation}.jpg", encode(rgb, "JPEG", quality=70, exif=exif))
    xmp = b"<x><tiff:Orientation>3</tiff:Orientation></x>"
    save("xmp.jpg", encode(rgb, "JPEG", quality=70, xmp=xmp))


def draw_webps():
    rgb = scene()
    rgba = rgb.convert("RGBA")
    rgba.putalpha(Image.fromarray((np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH) % 256).astype(np.uint8)))
    save("lossy.webp", encode(rgb, "WEBP", quality=80))
    save("lossless.webp", encode(rgb, "WEBP", lossless=True))
    save("lossy_alpha.webp", encode(rgba, "WEBP", quality=80))
    save("lossless_alpha.webp", encode(rgba, "WEBP", lossless=True, exact=True))
    exif = Image.Exif()
    exif[0x0112] = 5
    save("exif.webp", encode(rgb, "WEBP", quality=80, exif=exif))
    second = ImageOps.mirror(rgb)
    save("animated.webp", encode(rgb, "WEBP", save_all=True, append_images=[second], quality=80))


def record():
    entries = []
    for name in sorted(os.listdir(FOLDER)):
        if not name.endswith((".png", ".jpg", ".webp")):
            continue
        path = os.path.join(FOLDER, name)
        stored = Image.open(path).convert("RGB")
        upright = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
        entry = {"file": name, "stored": summary(stored)}
        if upright.tobytes() != stored.tobytes() or upright.size != stored.size:
            entry["upright"] = summary(upright)
        entries.append(entry)
    write("images.json", {"cases": entries})


SIZES = [
    (1, 1), (21, 1), (1, 13), (20, 12), (22, 14), (21, 5), (5, 13), (40, 6), (6, 40), (18, 6),
    (19, 9), (19, 8), (200, 3), (3, 200), (97, 61), (7, 4)]
EVALUATIONS = [(9, 8), (8, 9), (13, 13), (30, 24), (5, 17), (1, 1), (14, 40)]


def record_resizing():
    image = scene()
    resized = [
        dict(filter=name, **summary(image.resize(size, code)))
        for size in SIZES for name, code in FILTERS.items()]
    evaluated = []
    for resize, crop in EVALUATIONS:
        for name, code in FILTERS.items():
            transform = transforms.Compose([
                transforms.Resize(resize, transforms.InterpolationMode(name)),
                transforms.CenterCrop(crop), transforms.ToTensor(),
                transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
            data = transform(image).permute(1, 2, 0).contiguous().numpy().tobytes()
            evaluated.append({
                "resize": resize, "crop": crop, "filter": name,
                "sha256_float32": hashlib.sha256(data).hexdigest()})
    write("resize.json", {"resized": resized, "evaluated": evaluated})


def write(name, content):
    made_with = {"made_with": f"Pillow {PIL.__version__}, torchvision {torchvision.__version__}"}
    with open(os.path.join(FOLDER, name), "w") as file:
        json.dump(made_with | content, file, indent=1)
        file.write("\n")


def summary(image):
    data = image.tobytes()
    return {
        "size": list(image.size),
        "sha256_rgb": hashlib.sha256(data).hexdigest(),
        "first_values": list(data[:12]),
    }


draw_pngs()
draw_jpegs()
draw_webps()
record()
record_resizing()
