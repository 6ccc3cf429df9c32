// Tells what every pixel of pictures shows: `swift run SegmentPictures deeplabv3.pth street.jpg`.
//
// The weights are of any network with a segmentation head: trained by `edgevision train --model
// deeplabv3_edgeformer_s`, or by the official code.

import EdgeVision

if let weights = CommandLine.arguments.dropFirst().first {
  let segmenter = try SemanticSegmenter(weights: .file(weights))

  for path in CommandLine.arguments.dropFirst(2) {
    let segmentation = try segmenter.segmentation(ofContentsOf: path)
    print(path)
    for (name, fraction) in zip(segmentation.classNames, segmentation.fractions)
    where fraction > 0 {
      print("  \(name): \(fraction)")
    }

    // The class of the pixel in the middle.
    let mask = segmentation.mask
    let middle = mask.labels[mask.height / 2 * mask.width + mask.width / 2]
    print("  middle: \(segmentation.classNames[Int(middle)])")
  }
}
