import EdgeGraph
import EdgeNN
import TestSupport
import Testing

@testable import EdgeModels

/// Networks recognized by what their checkpoints hold.
@Suite struct IdentificationTests {
  /// The names and shapes of an official checkpoint with a head for other classes.
  struct OfficialShapes: ParameterSource {
    var shapes: [String: Shape]
    let order: [String]

    init(model: String, classes: Int) throws {
      let entries = try ClassificationGolden(model: model).stateDict
      let head = try ModelDescription.named(model).family.head
      order = entries.map(\.name)
      shapes = Dictionary(
        uniqueKeysWithValues: entries.map { entry in
          let shape = Shape(entry.shape)
          return (
            entry.name,
            entry.name.hasPrefix(head + ".") ? shape.replacing(axis: 0, with: classes) : shape
          )
        })
    }

    init(_ base: OfficialShapes, adding others: [String: Shape]) {
      shapes = base.shapes.merging(others) { first, _ in first }
      order = base.order + others.keys.sorted()
    }

    var names: [String]? { order.filter { shapes[$0] != nil } }
    func shape(of name: String) -> Shape? { shapes[name] }
    func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? { nil }
  }

  static let models = ClassificationGoldenTests.models

  @Test(arguments: models)
  func networkAndClassesAreReadOffTheShapes(model: ModelDescription) throws {
    let source = try OfficialShapes(model: model.name, classes: 37)
    #expect(try ModelDescription.identified(from: source).name == model.name)
    #expect(model.classCount(of: source) == 37)
    let network = try model.network(from: source, classes: 37)
    #expect(network(.input("x", shape: [1, 64, 64, 3]))["logits"]?.shape == [1, 37])
  }

  @Test(arguments: models)
  func landmarksTellFamiliesApart(model: ModelDescription) throws {
    let source = try OfficialShapes(model: model.name, classes: 10)
    let families = Set(ModelDescription.classification.map(\.family)).filter { family in
      family.landmarks.contains { source.shapes[$0] != nil }
    }
    #expect(families == [model.family])
  }

  @Test func aCheckpointOfAnotherNetworkIsListedTensorByTensor() throws {
    let source = try OfficialShapes(model: "edgenext_x_small", classes: 1000)
    let model = ModelDescription.edgeNeXtXXSmall
    do {
      _ = try model.network(from: source)
      Issue.record("built from another network's tensors")
    } catch .checkpoint(let name, let error) {
      #expect(name == model.name)
      let head = CheckpointError.Misshapen(
        name: "head.weight", expected: [1000, 168], found: [1000, 192])
      #expect(error.misshapen.contains(head))
      #expect(error.leftOver.contains("stages.0.2.gamma"))
    } catch {
      Issue.record(error)
    }
  }

  @Test(arguments: [
    "norm.weight", "head.bias", "stages.1.1.xca.temperature", "downsample_layers.2.1.bias",
  ])
  func aMissingTensorIsNamed(name: String) throws {
    var source = try OfficialShapes(model: "edgenext_xx_small", classes: 10)
    let shape = try #require(source.shapes[name])
    source.shapes[name] = nil
    let error = CheckpointError(
      missing: [.init(name: name, shape: shape, nearest: nil)], misshapen: [], leftOver: [])
    #expect(throws: ModelError.checkpoint(model: "edgenext_xx_small", error)) {
      try ModelDescription.edgeNeXtXXSmall.network(from: source, classes: 10)
    }
  }

  /// A damaged file is taken for the network that it has most of, so that the error lists the rest.
  @Test func damagedWeightsAreTakenForTheNearestNetwork() throws {
    var part = try OfficialShapes(model: "edgenext_x_small", classes: 10)
    part.shapes = part.shapes.filter { !$0.key.hasPrefix("stages.3.") }
    var wide = try OfficialShapes(model: "edgenext_x_small", classes: 10)
    wide.shapes["downsample_layers.3.1.weight"] = [176, 88, 2, 2]
    for source in [part, wide] {
      let model = try ModelDescription.identified(from: source)
      #expect(model.name == "edgenext_x_small")
      #expect(throws: ModelError.self) { try model.network(from: source, classes: 10) }
    }
  }

  /// Wherever tensors are missing: all over the network, at its beginning, at its end.
  @Test(arguments: models, [0, 1, 2])
  func damageDoesNotHideTheNetwork(model: ModelDescription, kind: Int) throws {
    var source = try OfficialShapes(model: model.name, classes: 10)
    let order = source.order
    let lost: [String] =
      switch kind {
      case 0: order.indices.filter { $0 % 5 == 0 }.map { order[$0] }
      case 1: Array(order.prefix(order.count / 3))
      default: order.suffix(order.count / 10)
      }
    for name in lost { source.shapes[name] = nil }
    #expect(try ModelDescription.identified(from: source).name == model.name)
  }

  @Test func tensorsOfAnotherNetworkBesideItDoNotMatter() throws {
    let network = try OfficialShapes(model: "mobilevit_xs", classes: 10)
    let other = try OfficialShapes(model: "resnet50", classes: 10)
    let source = OfficialShapes(
      network, adding: other.shapes.filter { $0.key.hasPrefix("layer1.") })
    #expect(try ModelDescription.identified(from: source).name == "mobilevit_xs")
  }

  /// Neither nothing, nor a small part.
  @Test func otherWeightsAreNotRecognized() throws {
    var part = try OfficialShapes(model: "edgenext_xx_small", classes: 10)
    part.shapes = part.shapes.filter { $0.key.hasPrefix("stages.3.") }
    for source in [part] as [any ParameterSource] + [ShapesOnly()] {
      #expect(throws: ModelError.unrecognizedWeights) {
        try ModelDescription.identified(from: source)
      }
    }
    #expect(ModelDescription.edgeNeXtSmall.classCount(of: ShapesOnly()) == nil)
  }

  /// Every layer takes the epsilon that the source gives for its path.
  @Test func epsilonsOfTheSourceReachTheNetwork() throws {
    struct Overridden: ParameterSource {
      var epsilonOverrides: [String: Double] { ["stages.1.1.norm_xca": 1e-5, "norm": 1e-4] }
      func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? { nil }
    }
    let network = try ModelDescription.edgeNeXtXXSmall.network(from: Overridden())
    let nodes = try network.graph(input: [1, 32, 32, 3]).nodes
    for node in nodes {
      guard let norm = node.operation as? LayerNormalization else { continue }
      #expect(norm.epsilon == (["stages.1.1.norm_xca": 1e-5, "norm": 1e-4][node.path] ?? 1e-6))
    }
  }
}
