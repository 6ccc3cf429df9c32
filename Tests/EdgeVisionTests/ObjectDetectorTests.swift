import EdgeBoxes
import EdgeModels
import EdgeVision
import TestSupport
import Testing

@Suite struct ObjectDetectorTests {
  private static let name = "ssd_edgenext_xx_small"
  private static let size = 64

  private func network(classes: Int = 3) throws -> PretrainedNetwork {
    try PretrainedNetwork(.named(Self.name), synthetic: "v1", classes: classes)
  }

  private func detector(threads: Int = 1) throws -> ObjectDetector {
    try ObjectDetector(network(), size: Self.size, options: RuntimeOptions(threads: threads))
  }

  private func picture() throws -> Image { try Image(contentsOf: ImageClassifierTests.photo) }

  /// The same as preparing, running and decoding one by one.
  @Test(arguments: [1, 2], [0.25, 0.5])
  func agreesWithItsParts(threads: Int, threshold: Double) throws {
    let image = try picture()
    let found = try detector(threads: threads).detections(in: image, threshold: threshold)
    let network = try network()
    let transform = EvaluationTransform(of: network, size: Self.size)
    let program = try network.executor(RuntimeOptions(threads: threads))
      .program(for: .init(height: Self.size, width: Self.size, answers: true))
    #expect(program.outputs == ["scores", "locations"])
    let outputs = program.run(transform(image)).map { $0.floats() }
    let grid = try #require(network.model.anchors(height: Self.size, width: Self.size))
    var decoder = DetectionDecoder(grid: grid, classes: 3)
    decoder.scoreThreshold = threshold
    decoder.limitPerImage = 200
    let bounds = Box(
      left: 0, top: 0, right: Double(image.width), bottom: Double(image.height))
    let (scores, locations) = (outputs[0], outputs[1])
    let decoded = decoder(scores: scores.span, locations: locations.span)
    let expected =
      decoded.map { thing in
        let box = thing.box.scaled(x: bounds.right, y: bounds.bottom).clamped(to: bounds)
        return Detection(box: box, label: thing.label, score: thing.score)
      }
      .filter { $0.box.area > 0 }
    let things = found.map { Detection(box: $0.box, label: $0.index, score: $0.score) }
    #expect(Set(things) == Set(expected) && things.count == expected.count)
    #expect(threshold > 0.25 || !things.isEmpty)
  }

  @Test func tellsTheSurestFirst() throws {
    let detector = try detector()
    let image = try picture()
    let found = try detector.detections(in: image, threshold: 0)
    #expect(found.count <= ObjectDetector.limit && found.count > 20)
    #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
    for thing in found {
      #expect(thing.label == "class \(thing.index)")
      #expect(thing.box.left >= 0 && thing.box.right <= Double(image.width))
      #expect(thing.box.top >= 0 && thing.box.bottom <= Double(image.height))
    }
    #expect(try detector.detections(in: image, threshold: 1).isEmpty)
    #expect(try detector.detections(in: image, threshold: .nan).isEmpty)
  }

  @Test func takesPreparedPictures() throws {
    let detector = try detector()
    let image = try picture()
    let prepared = detector.transform(image)
    #expect(prepared.count == Self.size * Self.size * 3)
    #expect(
      try detector.detections(
        prepared: prepared, width: image.width, height: image.height, threshold: 0.1)
        == detector.detections(in: image, threshold: 0.1))
    #expect(
      try detector.detections(inContentsOf: ImageClassifierTests.photo)
        == detector.detections(in: image))
  }

  @Test func isDescribed() throws {
    let detector = try detector()
    #expect(detector.model.name == Self.name)
    #expect(detector.transform.fit == .stretch && detector.transform.crop == Self.size)
    #expect(detector.classNames == ["class 0", "class 1", "class 2"])
    #expect(detector.origin == "synthetic weights 'v1'")
    #expect(detector.warnings == [])
  }

  @Test func namesClasses() throws {
    let options = RuntimeOptions(threads: 1)
    let names = try ObjectDetector(network(classes: 80), size: 64, options: options).classNames
    #expect(names == COCO.classNames)
    #expect(names.count == 80 && Set(names).count == 80 && names[15] == "cat")
    let given = ["a", "b", "c"]
    #expect(
      try ObjectDetector(network(), size: 64, classNames: given, options: options).classNames
        == given)
    #expect(throws: LabelsError.count(expected: 3, found: 1)) {
      try ObjectDetector(network(), classNames: ["a"], options: options)
    }
  }

  @Test func refusesOtherNetworks() throws {
    let options = RuntimeOptions(threads: 1)
    #expect(
      throws: ModelError.task(
        model: "edgenext_xx_small", expected: .detection, found: .classification)
    ) {
      try ObjectDetector(PretrainedNetwork(), options: options)
    }
    #expect(
      throws: ModelError.task(model: Self.name, expected: .classification, found: .detection)
    ) {
      let network = try network()
      _ = try ImageClassifier(
        network, transform: EvaluationTransform(of: network), options: options)
    }
  }

  /// Tasks at once give the same bits as one after the other.
  @Test func isSafeForConcurrentCalls() async throws {
    let detector = try detector(threads: 2)
    let image = try picture()
    let expected = try detector.detections(in: image, threshold: 0.2)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<3 {
            let found = try detector.detections(in: image, threshold: 0.2)
            #expect(found == expected)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
