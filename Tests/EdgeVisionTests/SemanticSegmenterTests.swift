import EdgeData
import EdgeModels
import EdgeVision
import TestSupport
import Testing

@Suite struct SemanticSegmenterTests {
  private static let name = "deeplabv3_edgenext_xx_small"
  private static let size = 64

  private func network(classes: Int = 5) throws -> PretrainedNetwork {
    try PretrainedNetwork(.named(Self.name), synthetic: "v1", classes: classes)
  }

  private func segmenter(threads: Int = 1) throws -> SemanticSegmenter {
    try SemanticSegmenter(network(), size: Self.size, options: RuntimeOptions(threads: threads))
  }

  private func picture() throws -> Image { try Image(contentsOf: ImageClassifierTests.photo) }

  /// The same as preparing, running and comparing logits one by one; the picture is larger or
  /// smaller than the network's input.
  @Test(arguments: [1, 2], [451, 33])
  func agreesWithItsParts(threads: Int, width: Int) throws {
    let image = try picture().resized(width: width, height: 300, filter: .bilinear)
    let found = try segmenter(threads: threads).segmentation(of: image)
    let network = try network()
    let transform = EvaluationTransform(of: network, size: Self.size)
    let program = try network.executor(RuntimeOptions(threads: threads))
      .program(for: .init(height: Self.size, width: Self.size))
    let logits = program.run(transform(image))[0]
    #expect(logits.shape == [1, Self.size, Self.size, 5])
    let values = logits.floats()
    let expected = (0..<300 * width).map { pixel -> UInt8 in
      let (y, x) = (pixel / width * Self.size / 300, pixel % width * Self.size / width)
      let start = (y * Self.size + x) * 5
      let scores = values[start..<start + 5]
      return UInt8((scores.firstIndex(of: scores.max() ?? 0) ?? start) - start)
    }
    #expect(found.mask == Mask(width: width, height: 300, labels: expected))
    #expect(Set(expected).count > 1)
  }

  @Test func tellsFractions() throws {
    let segmenter = try segmenter()
    let found = try segmenter.segmentation(ofContentsOf: ImageClassifierTests.photo)
    #expect(found.fractions.count == 5 && found.classNames == segmenter.classNames)
    #expect(abs(found.fractions.reduce(0, +) - 1) < 1e-12)
    for (index, fraction) in found.fractions.enumerated() {
      let count = found.mask.labels.count { Int($0) == index }
      #expect(fraction == Double(count) / Double(found.mask.labels.count))
    }
  }

  @Test func takesPreparedPictures() throws {
    let segmenter = try segmenter()
    let image = try picture()
    let prepared = segmenter.transform(image)
    #expect(
      try segmenter.segmentation(prepared: prepared, width: image.width, height: image.height)
        == segmenter.segmentation(of: image))
    let one = try segmenter.segmentation(prepared: prepared, width: 1, height: 1)
    #expect(one.mask.labels.count == 1)
  }

  @Test func namesClasses() throws {
    let options = RuntimeOptions(threads: 1)
    let names = try SemanticSegmenter(network(classes: 21), size: 64, options: options).classNames
    #expect(names == PascalVOC.classNames)
    #expect(names.count == 21 && Set(names).count == 21 && names[8] == "cat")
    #expect(throws: LabelsError.count(expected: 5, found: 1)) {
      try SemanticSegmenter(network(), classNames: ["a"], options: options)
    }
  }

  @Test func refusesOtherNetworks() throws {
    #expect(
      throws: ModelError.task(
        model: "edgenext_xx_small", expected: .segmentation, found: .classification)
    ) {
      try SemanticSegmenter(PretrainedNetwork(), options: RuntimeOptions(threads: 1))
    }
  }

  /// Tasks at once give the same bits as one after the other.
  @Test func isSafeForConcurrentCalls() async throws {
    let segmenter = try segmenter(threads: 2)
    let image = try picture()
    let expected = try segmenter.segmentation(of: image)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<3 {
            let found = try segmenter.segmentation(of: image)
            #expect(found == expected)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
