// Finds the things in pictures: `swift run DetectObjects ssd_edgeformer_s.pth street.jpg park.png`.
//
// The weights are of any network with a detection head: trained by `edgevision train --model
// ssd_edgeformer_s`, or by the official code.

import EdgeVision

if let weights = CommandLine.arguments.dropFirst().first {
  let detector = try ObjectDetector(weights: .file(weights))

  for path in CommandLine.arguments.dropFirst(2) {
    print(path)
    for thing in try detector.detections(inContentsOf: path, threshold: 0.5) {
      let box = thing.box
      print("  \(thing.label): \(thing.score)")
      print("    from \(box.left), \(box.top) to \(box.right), \(box.bottom)")
    }
  }
}
