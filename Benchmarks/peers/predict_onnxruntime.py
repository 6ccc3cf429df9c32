"""What `edgevision predict` does, with Pillow and ONNX Runtime: prints five classes and scores."""

import sys

import numpy
import onnxruntime
from PIL import Image

MEAN = numpy.array([0.485, 0.456, 0.406], numpy.float32)
DEVIATION = numpy.array([0.229, 0.224, 0.225], numpy.float32)


def main() -> None:
    model, path, resize, crop = (
        sys.argv[1],
        sys.argv[2],
        int(sys.argv[3]),
        int(sys.argv[4]),
    )
    image = Image.open(path).convert("RGB")
    scale = resize / min(image.size)
    width, height = (max(resize, int(side * scale)) for side in image.size)
    image = image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = round((width - crop) / 2), round((height - crop) / 2)
    image = image.crop((left, top, left + crop, top + crop))
    pixels = (numpy.asarray(image, numpy.float32) / 255 - MEAN) / DEVIATION
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    logits = session.run(None, {"input": pixels.transpose(2, 0, 1)[None]})[0][0]
    scores = numpy.exp(logits - logits.max())
    scores /= scores.sum()
    for index in numpy.argsort(-scores)[:5]:
        print(index, f"{scores[index]:.4f}")


if __name__ == "__main__":
    main()
