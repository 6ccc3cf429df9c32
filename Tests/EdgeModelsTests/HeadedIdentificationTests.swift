import EdgeGraph
import EdgeNN
import TestSupport
import Testing

@testable import EdgeModels

/// Detectors and segmenters recognized by what their checkpoints hold.
@Suite struct HeadedIdentificationTests {
  /// Names and shapes without values.
  private struct Listed: ParameterSource {
    var shapes: [String: Shape]
    var names: [String]? { shapes.keys.sorted() }
    func shape(of name: String) -> Shape? { shapes[name] }
    func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? { nil }

    init(_ model: ModelDescription, classes: Int) throws {
      let parameters = try model.shapeGraph(height: 64, width: 64, classes: classes).parameters
      shapes = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.shape) })
    }
  }

  @Test(arguments: HeadTests.models)
  func networkAndClassesAreReadOffTheShapes(model: ModelDescription) throws {
    let source = try Listed(model, classes: 37)
    #expect(try ModelDescription.identified(from: source).name == model.name)
    #expect(model.classCount(of: source) == 37)
    _ = try model.network(from: source, classes: 37)
  }

  /// The official files hold a block under two names, and counters.
  @Test(arguments: ["detection/ssd_edgeformer_s", "segmentation/deeplabv3_edgeformer_s"])
  func officialNamesAreRecognized(path: String) throws {
    var source = try Listed(.named("ssd_edgeformer_s"), classes: 1)
    source.shapes = Dictionary(
      uniqueKeysWithValues: try HeadedGolden(path).stateDict.map { ($0.name, Shape($0.shape)) })
    #expect(source.shapes.keys.contains { $0.hasPrefix("encoder.residual.") })
    let model = try ModelDescription.identified(from: source)
    #expect(path.hasSuffix(model.name))
    let classes = try #require(model.classCount(of: source))
    #expect(classes == model.defaultClasses)
    _ = try model.network(from: source, classes: classes)
  }

  /// Wherever tensors are missing, the error tells which.
  @Test(arguments: ["ssd_edgenext_s", "deeplabv3_mobilevit_s", "ssd_resnet50"], [0, 1])
  func damageDoesNotHideTheNetwork(name: String, kind: Int) throws {
    let model = try ModelDescription.named(name)
    var source = try Listed(model, classes: 5)
    let order = try #require(source.names)
    let lost = kind == 0 ? order.indices.filter { $0 % 5 == 0 }.map { order[$0] } : [order[3]]
    for name in lost { source.shapes[name] = nil }
    #expect(try ModelDescription.identified(from: source).name == model.name)
    #expect(throws: ModelError.self) { try model.network(from: source, classes: 5) }
  }

  /// Its own classifier's head says nothing about a backbone without one.
  @Test func aBackboneAloneIsNotRecognized() throws {
    var source = try Listed(.named("ssd_edgenext_s"), classes: 5)
    source.shapes = source.shapes.filter { $0.key.hasPrefix("encoder.") }
    #expect(throws: ModelError.unrecognizedWeights) {
      try ModelDescription.identified(from: source)
    }
  }

  /// The auxiliary head serves training: files may hold it, networks need not.
  @Test func auxiliaryHeadsAreLeftOut() throws {
    let model = try ModelDescription.named("deeplabv3_edgenext_s")
    var source = try Listed(model, classes: 5)
    source.shapes["seg_head.aux_head.aux_classifier.block.conv.bias"] = [5]
    _ = try model.network(from: source, classes: 5)
    #expect(try ModelDescription.identified(from: source).name == model.name)
  }

  /// Rows of a detector's weight that no number of classes gives.
  @Test(
    arguments: [(30, nil), (36, 1), (510, 80), (509, nil), (0, nil), (29, nil)] as [(Int, Int?)])
  func classesFollowFromRows(rows: Int, classes: Int?) throws {
    #expect(SSD.classes(rows: rows) == classes)
  }
}
