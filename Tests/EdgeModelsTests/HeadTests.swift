import EdgeBoxes
import EdgeGraph
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

@testable import EdgeModels

/// Both heads on every backbone.
@Suite struct HeadTests {
  static let models = ClassificationGoldenTests.models.flatMap { model in
    NetworkHead.allCases.compactMap { model.with($0) }
  }

  /// What belongs to a classifier, by the family.
  private static let classifiers = [
    "EdgeNeXt": ["norm.", "head."], "EdgeViT": ["norm.", "head."],
    "EdgeFormer": ["conv_1x1_exp.", "classifier."], "MobileViT": ["conv_1x1_exp.", "classifier."],
    "ResNet": ["fc."], "MobileNetV2": ["features.18.", "classifier."],
    "ConvNeXt": ["norm.", "head."],
  ]

  @Test func everyNetworkTakesBoth() {
    #expect(Self.models.count == 2 * ClassificationGoldenTests.models.count)
    #expect(Self.models.allSatisfy { $0.with(.ssd) == nil })
  }

  @Test(arguments: models)
  func backboneKeepsItsNames(model: ModelDescription) throws {
    let base = try #require(model.backbone)
    let classifier = try #require(Self.classifiers[base.family.name])
    let own = try base.shapeGraph(height: 64, width: 64).parameters
      .map { "\($0.name) \($0.shape)" }
      .filter { name in !classifier.contains { name.hasPrefix($0) } }
    let names = try model.shapeGraph(height: 64, width: 64).parameters
      .map { "\($0.name) \($0.shape)" }
    let below = names.filter { $0.hasPrefix("encoder.") }
    #expect(Set(below) == Set(own.map { "encoder.\($0)" }))
    #expect(Set(names.filter { model.isHeadParameter($0) }) == Set(names).subtracting(below))
    #expect(below.count < names.count)
  }

  @Test(arguments: models)
  func resultsHaveTheirShapes(model: ModelDescription) throws {
    let network = try model.network(from: ShapesOnly(), classes: 7)
    let outputs = network(.input("x", shape: [2, 64, 96, 3]))
    switch model.task {
    case .detection:
      let anchors = try #require(model.anchors(height: 64, width: 96)).count
      #expect(outputs.results.map(\.name) == ["confidences", "locations"])
      #expect(outputs["confidences"]?.shape == [2, anchors, 8])
      #expect(outputs["locations"]?.shape == [2, anchors, 4])
    case .segmentation:
      #expect(outputs.results.map(\.name) == ["logits"])
      #expect(outputs["logits"]?.shape == [2, 64, 96, 7])
      #expect(model.anchors(height: 64, width: 96) == nil)
    case .classification:
      Issue.record("no head")
    }
  }

  /// As many as the network predicts, where rows and columns don't fill a cell too.
  @Test(
    arguments: models.filter { $0.task == .detection },
    [(32, 32), (33, 63), (97, 131), (320, 320), (255, 449)])
  func anchorsAreCounted(model: ModelDescription, size: (Int, Int)) throws {
    let (height, width) = size
    guard model.family.sizes.allows(height), model.family.sizes.allows(width) else {
      #expect(model.anchors(height: height, width: width) == nil)
      return
    }
    let anchors = try #require(model.anchors(height: height, width: width))
    let graph = try model.shapeGraph(height: height, width: width)
    #expect(graph.outputs.map(\.tensor.shape) == [[1, anchors.count, 81], [1, anchors.count, 4]])
    #expect(anchors.values.count == 4 * anchors.count)
  }

  @Test func anchorsOfTheOfficialSize() throws {
    let model = try ModelDescription.named("ssd_edgeformer_s")
    let anchors = try #require(model.anchors(height: 320, width: 320))
    #expect(anchors.levels.map(\.height) == [20, 10, 5, 3, 2, 1])
    #expect(anchors.levels.map(\.width) == [20, 10, 5, 3, 2, 1])
    #expect(anchors.count == 3232)
    #expect(model.anchors(height: 16, width: 320) == nil)
    #expect(model.anchors(height: .max, width: .max) == nil)
    #expect(try ModelDescription.named("edgeformer_s").anchors(height: 320, width: 320) == nil)
  }

  @Test func parametersOfOtherClasses() throws {
    let classifier = try ModelDescription.named("edgenext_xx_small")
    let head: [String: Shape] = ["head.weight": [3, 168], "head.bias": [3]]
    #expect(classifier.renewedParameters(classes: 3) == head)
    let segmenter = try ModelDescription.named("deeplabv3_edgeformer_s")
    let name = "seg_head.classifier.classifier.block.conv"
    var expected: [String: Shape] = ["\(name).weight": [3, 256, 1, 1], "\(name).bias": [3]]
    #expect(segmenter.renewedParameters(classes: 3) == expected)
    let auxiliary = "seg_head.aux_head.aux_classifier.block.conv"
    expected["\(auxiliary).weight"] = [3, 256, 1, 1]
    expected["\(auxiliary).bias"] = [3]
    #expect(
      segmenter.renewedParameters(
        classes: 3, options: NetworkConfiguration(hasAuxiliaryHead: true)) == expected)
    let detector = try ModelDescription.named("ssd_edgeformer_s").renewedParameters(classes: 3)
    #expect(detector.count == 12)
    #expect(detector["ssd_heads.0.loc_cls_layer.pw_conv.block.conv.weight"] == [48, 512, 1, 1])
    #expect(detector["ssd_heads.5.loc_cls_layer.block.conv.bias"] == [32])
  }

  @Test func whatDeepLabDrops() throws {
    let network = try ModelDescription.named("deeplabv3_edgenext_s").network(
      from: ShapesOnly(),
      options: NetworkConfiguration(classes: 21, hasAuxiliaryHead: true, headDropoutRate: 0.2))
    let found = try network.graph(input: [2, 64, 64, 3]).nodes.compactMap { node in
      (node.operation as? Dropout).map { (node.path, $0) }
    }
    #expect(
      Dictionary(uniqueKeysWithValues: found) == [
        "seg_head.aspp.aspp_layer.dropout": Dropout(rate: 0.2),
        "seg_head.classifier.classifier_dropout": Dropout(rate: 0.2, of: .channel),
        "seg_head.aux_head.dropout": Dropout(rate: 0.2, of: .channel),
      ])
  }

  @Test func defaultClassesAreThoseOfTheDataSets() throws {
    let found = try ["edgenext_small", "ssd_edgenext_s", "deeplabv3_edgenext_s"].map { name in
      try ModelDescription.named(name).network(from: ShapesOnly())
        .graph(input: [1, 64, 64, 3]).outputs[0].tensor.shape[-1]
    }
    #expect(found == [1000, 81, 21])
  }

  @Test(arguments: [("ssd_edgenext_s", 10_000), ("deeplabv3_edgenext_s", 255)])
  func classesAreBounded(name: String, limit: Int) throws {
    let model = try ModelDescription.named(name)
    _ = try model.network(from: ShapesOnly(), classes: limit)
    for classes in [0, limit + 1, .max] {
      #expect(throws: ModelError.classCount(found: classes, limit: limit)) {
        try model.network(from: ShapesOnly(), classes: classes)
      }
    }
  }

  @Test func taskIsChecked() throws {
    let model = try ModelDescription.named("ssd_edgenext_s")
    try model.require(.detection)
    let error = ModelError.task(
      model: "ssd_edgenext_s", expected: .classification, found: .detection)
    #expect(throws: error) { try model.require(.classification) }
  }

  /// What decisions are made from, in place of the results and with the features.
  @Test func answersAreOfTheTask() throws {
    func outputs(_ name: String, _ task: NetworkTask) throws -> [String: Shape] {
      let network = try ModelDescription.named(name).network(from: ShapesOnly(), classes: 3)
      let graph = try network.graph(input: [2, 64, 64, 3], answering: task)
      return Dictionary(uniqueKeysWithValues: graph.outputs.map { ($0.name, $0.tensor.shape) })
    }
    let anchors = SSD.anchors(height: 64, width: 64, dropsPartialCells: true).count
    #expect(
      try outputs("ssd_edgenext_xx_small", .detection)
        == ["scores": [2, anchors, 4], "locations": [2, anchors, 4]])
    #expect(
      try outputs("deeplabv3_edgenext_xx_small", .segmentation) == ["labels": [2, 64, 64]])
    #expect(try outputs("edgenext_xx_small", .classification) == ["logits": [2, 3]])
  }

  /// Too small an image is an error of the layer where it shows, not a trap.
  @Test(arguments: ["ssd_edgenext_s", "deeplabv3_edgenext_s"])
  func graphsRejectSmallImages(name: String) throws {
    let network = try ModelDescription.named(name).network(from: ShapesOnly())
    #expect(throws: GraphError.self) { try network.graph(input: [1, 3, 64, 3]) }
    #expect(throws: GraphError.self) { try network.graph(input: [64, 64, 3]) }
  }

  private static let tiny = EdgeNeXt.Configuration(
    depths: [1, 2, 1, 2], channels: [6, 8, 10, 14], heads: 2)

  /// Programs against the plain references in double precision: two images that are no squares.
  @Test(arguments: NetworkHead.allCases, ISA.available)
  func programsAgreeWithTheReferences(head: NetworkHead, isa: ISA) throws {
    let network = try Scope.build(from: SyntheticParameters(tag: "tiny")) { scope in
      head.architecture(on: Self.tiny).network(
        scope, options: NetworkConfiguration(classes: 3, hasAuxiliaryHead: true))
    }
    let shape: Shape = [2, 37, 66, 3]
    var rng = SplitMix64(seed: 11)
    let x = Reference.random(shape, in: -2...2, using: &rng)
    let graph = try network.graph(input: shape, features: true)
    let expected = graph.evaluated(["input": x])
    for threads in [1, 2] {
      let executor = Executor<Shape>(options: RuntimeOptions(isa: isa, threads: threads)) { _ in
        graph
      }
      let outputs = try executor.program(for: shape).run(x.values.map { Float($0) })
      #expect(outputs.map(\.shape) == expected.map(\.shape))
      for (output, reference) in zip(outputs, expected) {
        // Values of a few units after some forty operations in float32.
        #expect(largestDifference(output.doubles(), reference.values) < 2e-5)
      }
    }
  }
}
