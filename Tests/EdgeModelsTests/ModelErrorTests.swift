import EdgeGraph
import EdgeModels
import EdgeNN
import Testing

@Suite struct ModelErrorTests {
  let model = ModelDescription.edgeNeXtXXSmall

  @Test(arguments: [(31, 32), (32, 31), (0, 64), (64, 0), (-64, 64), (1, 1)])
  func sidesBelow32(height: Int, width: Int) {
    let error = ModelError.inputSize(
      model: "edgenext_xx_small", height: height, width: width, sizes: .atLeast(32))
    #expect(throws: error) { try model.validate(batch: 1, height: height, width: width) }
    #expect(throws: error) { try model.shapeGraph(height: height, width: width) }
  }

  @Test(arguments: [0, -1, .min])
  func emptyBatches(batch: Int) {
    #expect(throws: ModelError.batchSize(found: batch)) {
      try model.validate(batch: batch, height: 64, width: 64)
    }
  }

  @Test(arguments: [
    (1, 1 << 13, (1 << 13) + 1), (1, .max, 2), (.max, 64, 64), (1, .max, .max),
    (1 << 15, 64, 64),
  ])
  func tooManyPixels(batch: Int, height: Int, width: Int) {
    #expect(throws: ModelError.tooManyPixels(batch: batch, height: height, width: width)) {
      try model.validate(batch: batch, height: height, width: width)
    }
  }

  @Test func theLimitsThemselvesAreFine() throws {
    try model.validate(batch: 1, height: 32, width: 32)
    try model.validate(batch: 1, height: 1 << 13, width: 1 << 13)
    try model.validate(batch: 1 << 14, height: 64, width: 64)
    _ = try model.network(from: ShapesOnly(), classes: 1)
    _ = try model.network(from: ShapesOnly(), classes: 1_000_000)
  }

  @Test(arguments: [0, -1, 1_000_001, .max])
  func classCounts(classes: Int) {
    #expect(throws: ModelError.classCount(found: classes)) {
      try model.network(from: ShapesOnly(), classes: classes)
    }
  }

  /// A graph recorded without the check still fails with an error that names the layer.
  @Test func theGraphItselfRejectsSmallImages() throws {
    let network = try model.network(from: ShapesOnly())
    do {
      _ = try network.graph(input: [1, 31, 64, 3])
      Issue.record("recorded")
    } catch {
      #expect(error.operation == "convolution")
      #expect(error.path == "downsample_layers.3.1")
      #expect(error.cause == .extent(axis: 1, expected: "at least 2", found: [1, 1, 4, 88]))
    }
    #expect(throws: GraphError.self) { try network.graph(input: [1, 64, 64, 4]) }
    #expect(throws: GraphError.self) { try network.graph(input: [64, 64, 3]) }
  }

  @Test func describesErrors() {
    let errors: [(ModelError, String)] = [
      (
        .unknownModel(name: "a", nearest: "b", known: ["b"]),
        "no model is named 'a'; did you mean 'b'?"
      ),
      (
        .unknownModel(name: "a", nearest: nil, known: ["bb", "cc"]),
        "no model is named 'a'; known: bb, cc"
      ),
      (
        .inputSize(model: "m", height: 31, width: 64, sizes: .atLeast(32)),
        "m takes images of at least 32x32 pixels, found 31x64; the nearest are 32x64"
      ),
      (
        .inputSize(model: "m", height: 224, width: 210, sizes: .multiples(of: 32)),
        "m takes images of sides that are multiples of 32 pixels, found 224x210; "
          + "the nearest are 224x224"
      ),
      (.batchSize(found: 0), "a batch holds at least one image, found 0"),
      (.classCount(found: 0), "expected between 1 and 1000000 classes, found 0"),
      (.classCount(found: 0, limit: 255), "expected between 1 and 255 classes, found 0"),
      (
        .task(model: "m", expected: .detection, found: .classification),
        "m is a network for classification, expected one for detection; "
          + "'edgevision models' lists them by task"
      ),
      (
        .tooManyPixels(batch: 2, height: 3, width: 4),
        "2 images of 3x4 are more than 67108864 pixels"
      ),
    ]
    for (error, text) in errors { #expect(error.description == text) }
  }
}
