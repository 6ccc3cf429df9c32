import EdgeGraph
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

@testable import EdgeModels

/// Backbones by themselves, with all steps and without the last ones.
@Suite struct BackboneTests {
  static let strides: [OutputStride] = [.thirtyTwo, .sixteen, .eight]

  private func backbone(
    _ model: ModelDescription, _ stride: OutputStride, from source: any ParameterSource
  ) throws -> Backbone {
    let architecture = try #require(model.architecture as? any BackboneArchitecture)
    return try Scope.build(from: source) { scope in
      architecture.backbone(scope, options: NetworkConfiguration(), outputStride: stride)
    }
  }

  @Test(arguments: ClassificationGoldenTests.models, strides)
  func stagesTellWhatTheGraphHas(model: ModelDescription, stride: OutputStride) throws {
    let backbone = try backbone(model, stride, from: ShapesOnly())
    let maps = backbone(.input("x", shape: [2, 64, 96, 3]))
    #expect(
      Array(backbone.stages.map(\.stride).suffix(3))
        == [8, 16, 32].map { min($0, stride.rawValue) })
    for stage in backbone.stages {
      let map = maps[stage.index]
      #expect(map.name == stage.name)
      #expect(
        map.tensor.shape == [2, 64 / stage.stride, 96 / stage.stride, stage.channels],
        "\(stage.name)")
    }
    #expect(backbone.stages.last?.index == maps.count - 1)
  }

  /// Weights fit whatever the stride.
  @Test(arguments: ClassificationGoldenTests.models)
  func parametersDoNotDependOnTheStride(model: ModelDescription) throws {
    let lists = try Self.strides.map { stride in
      let maps = try backbone(model, stride, from: ShapesOnly())(
        .input("x", shape: [1, 64, 64, 3]))
      return try Graph(outputs: maps).parameters.map { "\($0.name) \($0.shape)" }
    }
    #expect(!lists[0].isEmpty)
    #expect(lists[1] == lists[0] && lists[2] == lists[0])
  }

  /// cvnets and torchvision's ResNet-50 against their own code.
  @Test func mapsAgreeWithTheOfficialCode() throws {
    let golden = try OutputStrideGolden()
    let source = SyntheticParameters(tag: "v1")
    let image = source.image(Shape(golden.inputShape)).channelsLast()
    for expected in golden.cases {
      let model = try ModelDescription.named(expected.model)
      let stride = try #require(OutputStride(rawValue: expected.outputStride))
      let graph = try Graph(
        outputs: backbone(model, stride, from: source)(.input("input", shape: image.shape)))
      let executor = Executor<Int>(options: RuntimeOptions(threads: 2)) { _ in graph }
      let values = try executor.program(for: 0).run(image.floats())
      let maps = Dictionary(uniqueKeysWithValues: zip(graph.outputs.map(\.name), values))
      for feature in expected.features {
        let map = try #require(maps[feature.name], "\(feature.name)")
        expectFeature(map.channelsFirst(), feature, source)
      }
    }
  }

  /// Where nothing but convolutions sees other pixels, the larger maps hold the smaller ones.
  @Test(arguments: ["convnext_xt", "mobilenetv2", "resnet50"], [OutputStride.sixteen, .eight])
  func largerMapsHoldTheSmallerOnes(name: String, stride: OutputStride) throws {
    let model = try ModelDescription.named(name)
    let source = SyntheticParameters(tag: "stride")
    let image = source.image([1, 3, 64, 96]).channelsLast()
    func maps(_ stride: OutputStride) throws -> (Backbone, [TensorData]) {
      let backbone = try backbone(model, stride, from: source)
      let graph = try Graph(outputs: backbone(.input("input", shape: image.shape)))
      let executor = Executor<Int>(options: RuntimeOptions(threads: 2)) { _ in graph }
      return (backbone, try executor.program(for: 0).run(image.floats()))
    }
    let (small, smallMaps) = try maps(.thirtyTwo)
    let (large, largeMaps) = try maps(stride)
    for (stage, dense) in zip(small.stages, large.stages) {
      let step = stage.stride / dense.stride
      let expected = smallMaps[stage.index]
      let found = Reference(largeMaps[dense.index])
      let sampled = Subsample(stride: step).reference([found])
      let scale = expected.doubles().map(abs).max() ?? 0
      #expect(scale > 0)
      // Sums of the same products, in another order where other kernels run.
      #expect(
        largestDifference(sampled.values, expected.doubles()) <= 1e-5 * scale, "\(stage.name)")
    }
  }

  /// Which kernels are dilated is told where no official code is compared with.
  @Test(
    arguments: [
      (
        "edgenext_xx_small", OutputStride.sixteen,
        ["downsample_layers.3.1": 1, "stages.3.0.dwconv": 2, "stages.3.1.convs.2": 2]
      ),
      (
        "edgenext_xx_small", .eight,
        [
          "downsample_layers.2.1": 1, "stages.2.0.dwconv": 2, "stages.2.5.convs.0": 2,
          "downsample_layers.3.1": 2, "stages.3.0.dwconv": 4,
        ]
      ),
      (
        "edgevit_xxs", .eight,
        ["patch_embed4.proj": 2, "blocks3.0.LocalAgg.attn": 2, "blocks4.0.SelfAttn.pos_embed": 4]
      ),
      (
        "mobilenetv2", .sixteen,
        ["features.13.conv.1.0": 1, "features.14.conv.1.0": 1, "features.15.conv.1.0": 2]
      ),
      (
        "edgenext_small_rw", .sixteen,
        ["stages.3.blocks.0.conv_dw": 1, "stages.3.blocks.1.conv_dw": 2]
      ),
      ("edgenext_xx_small", .thirtyTwo, ["stages.3.0.dwconv": 1]),
    ] as [(String, OutputStride, [String: Int])])
  func kernelsAreDilated(name: String, stride: OutputStride, dilations: [String: Int]) throws {
    let maps = try backbone(.named(name), stride, from: ShapesOnly())(
      .input("x", shape: [1, 64, 64, 3]))
    var found: [String: Int] = [:]
    for node in try Graph(outputs: maps).nodes {
      guard let convolution = node.operation as? Convolution else { continue }
      found[node.path] = convolution.dilation
    }
    for (path, dilation) in dilations { #expect(found[path] == dilation, "\(path)") }
  }
}
