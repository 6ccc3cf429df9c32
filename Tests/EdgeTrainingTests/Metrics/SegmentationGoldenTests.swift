import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import EdgeTraining
import TestSupport
import Testing

/// DeepLabV3's classes of an image, counted, against the official PyTorch code in float64.
@Suite struct SegmentationGoldenTests {
  /// The synthetic rule with a quarter of it in the kernels of circular convolutions, which keeps
  /// activations in bounds.
  private struct QuarterKernels: ParameterSource {
    let rule = SyntheticParameters(tag: "v1")

    func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
      let value = rule.value(of: name, shape: shape, initializer: initializer)
      let last = name.split(separator: ".").last ?? ""
      guard last.hasPrefix("meta_kernel"), let value else { return value }
      return TensorData(value.floats().map { $0 / 4 }, shape: shape)
    }
  }

  private static let side = 320

  /// Squares of 32 pixels whose classes change along the diagonals; those from 21 on don't count.
  private static let mask = (0..<side * side).map { pixel in
    let label = (pixel / side / 32 + pixel % side / 32) % 23
    return label < 21 ? UInt8(label) : 255
  }

  @Test func intersectionsAndUnionsAgree() throws {
    let source = QuarterKernels()
    let network = try ModelDescription.named("deeplabv3_edgeformer_s").network(from: source)
    let executor = Executor<Shape>(options: RuntimeOptions(threads: 2)) { shape in
      try network.graph(input: shape, answering: .segmentation)
    }
    let image = source.rule.image([1, 3, Self.side, Self.side]).channelsLast()
    let labels = try executor.program(for: image.shape).run(image.floats())[0].floats()
    var metrics = SegmentationMetrics(classes: 21)
    metrics.add(predicted: labels.map { UInt8($0) }, mask: Self.mask)
    let intersections = (0..<21).map { $0 == 6 ? 6106 : 0 }
    let unions = [
      1024, 2048, 3072, 4096, 5120, 6144, 96594, 8192, 9216, 10240, 9216, 8192, 7168, 6144, 5120,
      10964, 3072, 2048, 1024, 0, 0,
    ]
    // Two classes of a pixel are no more than 4.7 · 10⁻⁷ apart, twice the error of the official code
    // in float32: a pixel or two may differ.
    for label in 0..<21 {
      #expect(abs(metrics.intersections[label] - intersections[label]) <= 2, "class \(label)")
      #expect(abs(metrics.unions[label] - unions[label]) <= 2, "class \(label)")
    }
    let expected = 6106.0 / 96594 / 19
    #expect(abs(try #require(metrics.meanIoU) - expected) < 1e-5)
  }
}
