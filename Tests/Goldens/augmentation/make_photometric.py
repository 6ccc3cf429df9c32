"""Colors as OpenCV changes them in bytes, pixel by pixel, so that its scalar code rounds.

Needs numpy and opencv-python-headless. Writes photometric.json.
"""

import json
import pathlib

import cv2
import numpy as np

MASK = (1 << 64) - 1


def noise(index):
    z = (index + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return (z ^ z >> 31) >> 56


def picture():
    """The picture `noise` of make.py, red first."""
    values = [noise(index) for index in range(3 * 24 * 17)]
    return np.array(values, np.uint8).reshape(17, 24, 3)


def converted(image, code):
    pixels = [cv2.cvtColor(pixel.reshape(1, 1, 3), code) for pixel in image.reshape(-1, 3)]
    return np.array(pixels).reshape(image.shape)


def cut(values):
    return np.clip(values, 0, 255).astype(np.uint8)


def distorted(image, contrast=1, brightness=0, saturation=None, hue=None, late=1,
              channels=(0, 1, 2)):
    image = cut(image.astype(np.float32) * np.float32(contrast) + np.float32(brightness))
    if saturation is not None or hue is not None:
        hsv = converted(image, cv2.COLOR_RGB2HSV).astype(np.float32)
        hsv[..., 0] = (hsv[..., 0] + (hue or 0)) % 180
        hsv[..., 1] *= np.float32(1 if saturation is None else saturation)
        image = converted(cut(hsv), cv2.COLOR_HSV2RGB)
    return cut(image.astype(np.float32) * np.float32(late))[..., list(channels)]


CASES = [
    {"contrast": 0.7},
    {"brightness": -40.3},
    {"contrast": 1.43, "brightness": 31.9},
    {"saturation": 1.0},
    {"saturation": 0.55},
    {"saturation": 1.48, "hue": 12},
    {"hue": -12},
    {"hue": -7, "late": 0.62, "channels": [2, 0, 1]},
    {"contrast": 0.51, "brightness": 50.0, "saturation": 1.3, "hue": 3, "channels": [1, 0, 2]},
]

image = picture()
result = {
    "hsv": converted(image, cv2.COLOR_RGB2HSV).tobytes().hex(),
    "cases": [{**case, "pixels": distorted(image, **case).tobytes().hex()} for case in CASES],
}
path = pathlib.Path(__file__).with_name("photometric.json")
path.write_text(json.dumps(result, indent=1) + "\n")
