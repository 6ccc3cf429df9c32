import EdgeGraph
import EdgeModels
import Foundation
import TestSupport
import Testing

@testable import EdgeTraining

/// The losses of detection and segmentation as they are recorded, against plain arithmetic.
@Suite struct DenseLossTests {
  /// Takes the numbers of the images for what it predicts of 8 anchors: 4 of a place, 5 of classes.
  private struct FixedBoxes: Network {
    func callAsFunction(_ x: Tensor) -> NetworkOutputs {
      let parts = Tensor(Reshape([x.shape[0], 8, 9]), [x]).split(widths: [4, 5])
      return NetworkOutputs(
        results: [Graph.Output("confidences", parts[1]), Graph.Output("locations", parts[0])],
        features: [])
    }
  }

  /// Takes the channels of a pixel for the logits of three classes.
  private struct FixedPixels: Network {
    func callAsFunction(_ x: Tensor) -> NetworkOutputs {
      let few = Tensor(Subsample(stride: 16), [x])
      return NetworkOutputs(
        results: [
          Graph.Output("logits", Tensor(Scale(by: 2), [x])),
          Graph.Output("auxiliary", Tensor(Scale(by: 3), [few])),
        ], features: [])
    }
  }

  private func random(_ shape: Shape, seed: UInt64) -> Reference {
    var rng = SplitMix64(seed: seed)
    return .random(shape, in: -3...3, using: &rng)
  }

  private func crossEntropy(_ logits: [Double], _ label: Int) -> Double {
    log(logits.reduce(0) { $0 + exp($1) }) - logits[label]
  }

  private func smoothL1(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { sum, pair in
      let distance = abs(pair.0 - pair.1)
      return sum + (distance < 1 ? 0.5 * distance * distance : distance - 0.5)
    }
  }

  /// The sums of one image of 8 anchors, by the definition in the paper.
  private func detectionLoss(
    _ image: ArraySlice<Double>, _ labels: [Int], _ locations: [[Double]]
  ) -> Double {
    let rows = (0..<8).map { Array(image.dropFirst(9 * $0).prefix(9)) }
    let scores = rows.map { Array($0[4...]) }
    let positives = labels.indices.filter { labels[$0] > 0 }
    let negatives = labels.indices.filter { labels[$0] == 0 }
      .sorted { crossEntropy(scores[$0], 0) > crossEntropy(scores[$1], 0) }
      .prefix(3 * positives.count)
    let classes = (positives + negatives).reduce(0) { $0 + crossEntropy(scores[$1], labels[$1]) }
    let boxes = positives.reduce(0) { $0 + smoothL1(Array(rows[$1][..<4]), locations[$1]) }
    return classes + boxes
  }

  /// Two objects, one, and none: that image counts for nothing.
  @Test func detectionIsPlainArithmetic() throws {
    let images: Shape = [3, 4, 6, 3]
    let graph = try DetectionLoss().graph(of: FixedBoxes(), images: images)
    #expect(graph.outputs.map(\.name) == ["loss"])
    #expect(graph.outputs.map(\.tensor.shape) == [[1]])
    let (image, locations) = (random(images, seed: 1), random([3, 8, 4], seed: 2))
    let labels = [[0, 3, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 4], [0, 0, 0, 0, 0, 0, 0, 0]]
    let flat = labels.flatMap { $0.map { Float($0) } }
    let scale = DetectionLoss.scale(labels: flat)
    #expect(scale == 1 / Float(3))
    let found = graph.evaluated([
      "images": image, "locations": locations,
      "labels": Reference(shape: [3, 8], values: flat.map { Double($0) }),
      "scale": Reference(shape: [1], values: [Double(scale)]),
    ])
    let sums = labels.enumerated().map { index, labels in
      let rows = (0..<8).map { row in
        Array(locations.values[(index * 8 + row) * 4..<(index * 8 + row + 1) * 4])
      }
      return detectionLoss(image.values[index * 72..<(index + 1) * 72], labels, rows)
    }
    #expect(sums[2] == 0 && sums[0] > 0)
    #expect(abs(found[0].values[0] - sums.reduce(0, +) / 3) < 1e-6)
  }

  /// A network that doesn't take the images says so.
  @Test func wrongShapesAreErrors() {
    #expect(throws: GraphError.self) {
      try DetectionLoss().graph(of: FixedBoxes(), images: [3, 4, 5, 3])
    }
    #expect(throws: GraphError.self) {
      try SegmentationLoss(hasAuxiliaryHead: true).graph(of: FixedPixels(), images: [2, 3])
    }
  }

  @Test func batchesWithoutObjectsAreDividedByOne() {
    #expect(DetectionLoss.scale(labels: [0, 0]) == 1)
    #expect(SegmentationLoss.scale(labels: [-1, -1]) == 1)
    #expect(SegmentationLoss.scale(labels: [-1, 0, 2, 1]) == 1 / Float(3))
  }

  @Test(arguments: [false, true])
  func segmentationIsPlainArithmetic(hasAuxiliaryHead: Bool) throws {
    let images: Shape = [2, 32, 48, 3]
    let loss = SegmentationLoss(hasAuxiliaryHead: hasAuxiliaryHead)
    let graph = try loss.graph(of: FixedPixels(), images: images)
    let image = random(images, seed: 3)
    let labels = (0..<2 * 32 * 48).map { (index: Int) -> Float in
      Float(index % 4 == 3 ? -1 : index / 5 % 3)
    }
    let few = SegmentationLoss.auxiliaryLabels(labels, count: 2, height: 32, width: 48)
    var inputs = ["images": image]
    inputs["labels"] = Reference(shape: [2, 32, 48], values: labels.map { Double($0) })
    inputs["scale"] = Reference(
      shape: [1], values: [Double(SegmentationLoss.scale(labels: labels))])
    if hasAuxiliaryHead {
      inputs["auxiliary_labels"] = Reference(shape: [2, 2, 3], values: few.map { Double($0) })
      inputs["auxiliary_scale"] = Reference(
        shape: [1], values: [Double(SegmentationLoss.scale(labels: few))])
    }
    let found = graph.evaluated(inputs)[0].values[0]
    let plain = meanLoss(image, labels, factor: 2) { $0 }
    let pixels = (0..<2).flatMap { n in
      [0, 16].flatMap { y in [0, 16, 32].map { x in (n * 32 + y) * 48 + x } }
    }
    #expect(few == pixels.map { labels[$0] })
    let auxiliary = meanLoss(image, few, factor: 3) { pixels[$0] }
    let expected = hasAuxiliaryHead ? 0.5 * (plain + 0.4 * auxiliary) : plain
    #expect(abs(found - expected) < 1e-6)
  }

  /// The mean over the labels that count; `pixel` tells which pixel each is of.
  private func meanLoss(
    _ image: Reference, _ labels: [Float], factor: Double, pixel: (Int) -> Int
  ) -> Double {
    var (sum, count) = (0.0, 0)
    for (index, label) in labels.enumerated() where label >= 0 {
      let start = 3 * pixel(index)
      sum += crossEntropy(image.values[start..<start + 3].map { factor * $0 }, Int(label))
      count += 1
    }
    return sum / Double(count)
  }
}
