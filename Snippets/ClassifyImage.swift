// Tells what is in pictures: `swift run ClassifyImage bird.jpg cat.png`.
//
// The classifier below uses the weights that come with the package. Others are chosen by
// `ImageClassifier(.edgeNeXtSmall, weights: .file("edgenext_small.pth"))`; `.official` in place of
// the file downloads what the network's authors publish, once.

import EdgeVision

let classifier = try ImageClassifier()

for path in CommandLine.arguments.dropFirst() {
  print(path)
  for prediction in try classifier.predict(contentsOf: path, top: 3) {
    print("  \(prediction.label): \(prediction.score)")
  }

  // What the network sees on the way, for another program to work on.
  let image = try Image(contentsOf: path)
  for map in try classifier.features(of: image) {
    print("  \(map.name): \(map.shape)")
  }
}
