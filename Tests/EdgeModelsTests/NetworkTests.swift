import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

/// Networks at sizes, batches and class counts of all kinds.
@Suite struct NetworkTests {
  /// Millions of multiply-adds at 256x256 as the authors print them.
  @Test(arguments: [
    (ModelDescription.edgeNeXtXXSmall, 260.58), (.edgeNeXtXSmall, 538.00),
    (.edgeNeXtSmall, 1260.59), (.edgeNeXtBase, 3840.93),
  ])
  func publishedMultiplyAdds(model: ModelDescription, millions: Double) throws {
    let count = try model.shapeGraph(height: 256, width: 256).publishedMultiplyAdds
    #expect((Double(count) / 10_000).rounded() == (millions * 100).rounded())
    let golden = try ClassificationGolden(model: model.name)
    #expect(count == golden.publishedMadds?["256x256"])
  }

  private func executor(
    _ model: ModelDescription, classes: Int = 10, threads: Int = 2, features: Bool = false
  ) throws -> Executor<Shape> {
    let network = try model.network(from: SyntheticParameters(tag: "sizes"), classes: classes)
    return Executor(options: RuntimeOptions(threads: threads)) { shape in
      try network.graph(input: shape, features: features)
    }
  }

  private func image(_ shape: Shape) -> [Float] {
    var rng = SplitMix64(seed: UInt64(shape.count))
    return rng.floats(shape.count, in: -2...2)
  }

  /// Rows and columns that don't fill a cell are dropped, at every stage anew.
  @Test(
    arguments: [ModelDescription.edgeNeXtXXSmall, .edgeNeXtXXSmallBNHS],
    [(32, 32), (33, 47), (200, 300), (63, 32), (36, 129)])
  func anySizeRuns(model: ModelDescription, size: (Int, Int)) throws {
    let shape: Shape = [1, size.0, size.1, 3]
    let outputs = try executor(model, features: true).program(for: shape).run(image(shape))
    var (height, width) = (size.0 / 4, size.1 / 4)
    var expected: [Shape] = [[1, 10]]
    for channels in [24, 48, 88, 168] {
      expected.append([1, height, width, channels])
      (height, width) = (height / 2, width / 2)
    }
    #expect(outputs.map(\.shape) == expected)
    for output in outputs {
      let values = output.floats()
      #expect(values.allSatisfy { $0.isFinite })
      #expect(Set(values).count > 1)
    }
  }

  /// What lies in the dropped rows and columns has no influence, what lies before them has.
  @Test func droppedPixelsDoNotCount() throws {
    let shape: Shape = [1, 35, 39, 3]
    let program = try executor(.edgeNeXtXXSmall).program(for: shape)
    let pixels = image(shape)
    func logits(changing row: Int, _ column: Int) -> [Float] {
      var changed = pixels
      changed[(row * 39 + column) * 3] += 1
      return program.run(changed)[0].floats()
    }
    let plain = program.run(pixels)[0].floats()
    #expect(logits(changing: 32, 0) == plain)
    #expect(logits(changing: 0, 38) == plain)
    #expect(logits(changing: 31, 31) != plain)
  }

  @Test(arguments: [
    ModelDescription.edgeNeXtXXSmall, .edgeNeXtSmall, .edgeNeXtXSmallBNHS,
  ])
  func aBatchOfTwoIsTwoBatchesOfOne(model: ModelDescription) throws {
    for threads in [1, 2] {
      let executor = try executor(model, threads: threads)
      let pixels = image([2, 64, 96, 3])
      let both = try executor.program(for: [2, 64, 96, 3]).run(pixels)[0].floats()
      let one = try executor.program(for: [1, 64, 96, 3])
      let half = pixels.count / 2
      let first = one.run(Array(pixels[..<half]))[0].floats()
      let second = one.run(Array(pixels[half...]))[0].floats()
      #expect(both == first + second)
      #expect(first != second)
    }
  }

  @Test(arguments: [1, 2, 17, 1000])
  func anyClassCount(classes: Int) throws {
    let shape: Shape = [1, 32, 32, 3]
    let logits = try executor(.edgeNeXtXXSmall, classes: classes).program(for: shape)
      .run(image(shape))[0]
    #expect(logits.shape == [1, classes])
    #expect(logits.floats().allSatisfy { $0.isFinite })
  }

  /// Asking for the features does not change the logits.
  @Test(arguments: [ModelDescription.edgeNeXtXXSmall, .edgeNeXtXXSmallBNHS])
  func featuresAreOptional(model: ModelDescription) throws {
    let shape: Shape = [1, 64, 64, 3]
    let plain = try executor(model).program(for: shape)
    let full = try executor(model, features: true).program(for: shape)
    #expect(plain.outputs == ["logits"])
    #expect(full.outputs == ["logits", "stage1", "stage2", "stage3", "stage4"])
    #expect(
      largestDifference(
        plain.run(image(shape))[0].doubles(), full.run(image(shape))[0].doubles()) <= 1e-6)
  }

  /// After the parameters are released, other sizes and the features come from packed weights.
  @Test(arguments: [ModelDescription.edgeNeXtXXSmall, .edgeNeXtXXSmallBNHS])
  func otherSizesRunAfterTheParametersAreReleased(model: ModelDescription) throws {
    struct Request: Hashable { var shape: Shape, features = false }
    func executor() throws -> Executor<Request> {
      let network = try model.network(from: SyntheticParameters(tag: "sizes"), classes: 10)
      return Executor(options: RuntimeOptions(threads: 1)) { request in
        try network.graph(input: request.shape, features: request.features)
      }
    }
    let (kept, released) = (try executor(), try executor())
    _ = try released.program(for: Request(shape: [1, 64, 64, 3]))
    try released.releaseParameters(of: Request(shape: [1, 64, 64, 3]))
    for request in [
      Request(shape: [1, 64, 64, 3], features: true), Request(shape: [2, 40, 70, 3]),
      Request(shape: [1, 96, 32, 3], features: true),
    ] {
      let pixels = image(request.shape)
      let expected = try kept.program(for: request).run(pixels).map { $0.floats() }
      #expect(try released.program(for: request).run(pixels).map { $0.floats() } == expected)
    }
  }

  /// The stem and one stage, not the sum of all values: below 8 MB.
  @Test func activationMemory() throws {
    let program = try executor(.edgeNeXtSmall).program(for: [1, 256, 256, 3])
    #expect(program.activationBytes < 8_000_000)
  }
}
