"""Makes opencv.json beside this file: python make_opencv.py (OpenCV, Pillow, numpy).

OpenCV 4.14.0 and 5.0.0 give the same bytes. Pictures are decoded by Pillow, as red, green and blue.
"""
import hashlib
import json
import pathlib

import cv2
import numpy
from PIL import Image

FOLDER = pathlib.Path(__file__).parent
ROOT = FOLDER / "../../.."


def resized(picture, width, height):
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)


def digest(values):
    return hashlib.sha256(numpy.ascontiguousarray(values).tobytes()).hexdigest()


def evaluation(name, crop):
    """cvnets' evaluation: short side crop + 32, the middle from a rounded-down origin, BGR / 255."""
    picture = numpy.array(Image.open(ROOT / "Examples" / name).convert("RGB"))
    height, width = picture.shape[:2]
    short = crop + 32
    width, height = ((short, int(short * height / width)) if width < height
                     else (int(short * width / height), short))
    picture = resized(picture, width, height)
    x, y = (width - crop) // 2, (height - crop) // 2
    picture = picture[y:y + crop, x:x + crop]
    values = picture[:, :, ::-1].astype(numpy.float32) / numpy.float32(255)
    return {"photo": name, "resize": short, "crop": crop, "resized": [width, height],
            "origin": [x, y], "first_values": picture.reshape(-1)[:12].tolist(),
            "sha256_rgb": digest(picture), "sha256_float32": digest(values)}


def scene(width, height):
    """The small picture of ../images at another size, which may be the same along an axis."""
    picture = resized(numpy.array(Image.open(FOLDER / "../images/rgb8.png")), width, height)
    return {"size": [width, height], "first_values": picture.reshape(-1)[:12].tolist(),
            "sha256_rgb": digest(picture)}


if __name__ == "__main__":
    sizes = [(21, 20), (30, 13), (7, 5), (10, 6), (64, 40), (1, 1), (2, 3), (21, 1), (1, 13),
             (200, 2), (3, 150), (500, 311), (42, 26)]
    content = {
        "made_with": f"OpenCV {cv2.__version__}",
        "evaluated": [evaluation(name, crop)
                      for name in ("chelsea.png", "coffee.png", "rocket.jpg")
                      for crop in (256, 224, 64)],
        "resized": [scene(*size) for size in sizes],
    }
    (FOLDER / "opencv.json").write_text(json.dumps(content) + "\n")
