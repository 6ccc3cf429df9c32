import EdgeGraph
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

@testable import EdgeModels

/// Detector and segmenter against the official PyTorch code.
@Suite struct HeadedGoldenTests {
  private static let files = [
    "ssd_edgeformer_s": "detection/ssd_edgeformer_s",
    "deeplabv3_edgeformer_s": "segmentation/deeplabv3_edgeformer_s",
  ]

  /// The rule, with the kernels of circular convolutions as a case has them.
  private struct Weights: ParameterSource {
    let rule = SyntheticParameters(tag: "v1")
    let kernelScale: Float

    init(_ expected: HeadedGolden.Case) { kernelScale = expected.weights == "quarter" ? 0.25 : 1 }

    func value(of name: String, shape: Shape, initializer: Initializer) -> TensorData? {
      let value = rule.value(of: name, shape: shape, initializer: initializer)
      guard kernelScale != 1, let value, name.contains(".meta_kernel") else { return value }
      return TensorData(value.floats().map { kernelScale * $0 }, shape: shape)
    }
  }

  /// Outputs of a case by their names.
  private func outputs(
    _ network: any Network, _ expected: HeadedGolden.Case, isa: ISA,
    adding inner: (_ features: [Graph.Output]) -> [Graph.Output] = { _ in [] }
  ) throws -> [String: TensorData] {
    let image = SyntheticParameters(tag: "v1").image(Shape(expected.inputShape)).channelsLast()
    let recorded = network(.input("input", shape: image.shape))
    let features = recorded.features.map { output in
      Graph.Output(
        output.name.hasPrefix("extra_layers.") ? output.name : "encoder.\(output.name)",
        output.tensor)
    }
    let graph = try Graph(
      outputs: recorded.results + features + inner(recorded.features))
    let executor = Executor<Int>(options: RuntimeOptions(isa: isa, threads: 2)) { _ in graph }
    let values = try executor.program(for: 0).run(image.floats())
    return Dictionary(uniqueKeysWithValues: zip(graph.outputs.map(\.name), values))
  }

  /// How many times larger than usual limits are: where the official code in float32 is far off, the
  /// network itself enlarges errors, and three times as much is allowed.
  private func enlargement(_ expected: HeadedGolden.Case) -> Double {
    let std = expected.results.map(\.std).min() ?? 1
    return max(1, 3 * expected.float32MaxAbsDiff / std / 1e-5)
  }

  @Test(arguments: ISA.available)
  func detectorAgrees(isa: ISA) throws {
    let golden = try HeadedGolden("detection/ssd_edgeformer_s")
    let model = try ModelDescription.named("ssd_edgeformer_s")
    let source = SyntheticParameters(tag: "v1")
    for expected in golden.cases {
      let network = try model.network(from: Weights(expected))
      let outputs = try outputs(network, expected, isa: isa)
      let enlargement = enlargement(expected)
      for feature in expected.features + expected.results {
        let output = try #require(outputs[feature.name], "\(feature.name)")
        expectFeature(output.channelsFirst(), feature, source, enlargement: enlargement)
      }
      let boxes = try #require(outputs["locations"])
      let scores = try #require(outputs["confidences"])
      for level in try #require(expected.levels) {
        let range = level.firstAnchor..<level.firstAnchor + level.anchors
        expectFeature(anchors(range, of: boxes), level.boxes, source, enlargement: enlargement)
        expectFeature(anchors(range, of: scores), level.scores, source, enlargement: enlargement)
      }
    }
  }

  /// A range of the second axis of `[1, anchors, k]`.
  private func anchors(_ range: Range<Int>, of tensor: TensorData) -> TensorData {
    let width = tensor.shape[2]
    let values = tensor.floats()[range.lowerBound * width..<range.upperBound * width]
    return TensorData(Array(values), shape: [1, range.count, width])
  }

  /// A size of 512 takes seconds on the portable kernels: it is for the quickest ones.
  @Test(arguments: ISA.available)
  func segmenterAgrees(isa: ISA) throws {
    let golden = try HeadedGolden("segmentation/deeplabv3_edgeformer_s")
    let model = try ModelDescription.named("deeplabv3_edgeformer_s")
    let source = SyntheticParameters(tag: "v1")
    for expected in golden.cases where isa == .best || expected.inputShape[2] == 320 {
      let network = try #require(try model.network(from: Weights(expected)) as? DeepLabV3)
      let outputs = try outputs(network, expected, isa: isa) { features in
        inner(network.pyramid, features)
      }
      let enlargement = enlargement(expected)
      // Stretched kernels as they are let values grow to 10⁴, and the errors of weights with them.
      let meanLimit = expected.weights == "plain" && expected.inputShape[2] == 512 ? 3e-6 : 3e-7
      for feature in expected.features + (expected.inner ?? []) + expected.results {
        let output = try #require(outputs[feature.name], "\(feature.name)")
        expectFeature(
          output.channelsFirst(), feature, source, enlargement: enlargement, meanLimit: meanLimit)
      }
      let logits = try #require(outputs["logits"])
      let values = logits.doubles()
      let limit = max(1e-5, 3 * expected.float32MaxAbsDiff)
      for position in try #require(expected.positions) {
        let first = (position.row * logits.shape[2] + position.column) * logits.shape[3]
        let found = Array(values[first..<first + 8])
        #expect(largestDifference(found, position.first8) <= limit)
      }
    }
  }

  /// What the pyramid computes, by the official names.
  private func inner(_ pyramid: AtrousPyramid, _ features: [Graph.Output]) -> [Graph.Output] {
    guard let x = features.last?.tensor else { return [] }
    let (place, result) = ("seg_head.aspp.aspp_layer", pyramid(x))
    return pyramid.branches(of: x).enumerated().map { index, branch in
      Graph.Output("\(place).convs.\(index)", branch)
    } + [Graph.Output("\(place).project", result), Graph.Output("seg_head.aspp", result)]
  }

  @Test(arguments: files.keys.sorted())
  func namesShapesAndCountsAreTheOfficialOnes(name: String) throws {
    let golden = try HeadedGolden(try #require(Self.files[name]))
    try expectOfficialCounts(
      ModelDescription.named(name), stateDict: golden.stateDict, alias: "encoder.residual",
      parameters: golden.parameters, macs: golden.macs)
  }

  /// Both heads on MobileViT, for an image that is no square.
  @Test(arguments: ISA.available)
  func headsOnAnotherBackboneAgree(isa: ISA) throws {
    let source = SyntheticParameters(tag: "v1")
    for expected in try HeadResultsGolden().cases {
      let network = try ModelDescription.named(expected.model).network(from: source)
      let image = source.image(Shape(expected.inputShape)).channelsLast()
      let graph = try network.graph(input: image.shape)
      let executor = Executor<Int>(options: RuntimeOptions(isa: isa, threads: 2)) { _ in graph }
      let values = try executor.program(for: 0).run(image.floats())
      #expect(graph.outputs.map(\.name) == expected.results.map(\.name))
      for (output, result) in zip(values, expected.results) {
        expectFeature(output.channelsFirst(), result, source)
      }
    }
  }

  /// In training the fourth layer is judged as well.
  @Test func auxiliaryHeadAgrees() throws {
    let golden = try OutputStrideGolden()
    let source = SyntheticParameters(tag: "v1")
    let network = try ModelDescription.named("deeplabv3_edgeformer_xs")
      .network(from: source, options: NetworkConfiguration(classes: 21, hasAuxiliaryHead: true))
    let image = source.image(Shape(golden.inputShape)).channelsLast()
    let graph = try network.graph(input: image.shape)
    #expect(graph.outputs.map(\.name) == ["logits", "auxiliary"])
    let executor = Executor<Int>(options: RuntimeOptions(threads: 2)) { _ in graph }
    let outputs = try executor.program(for: 0).run(image.floats())
    expectFeature(outputs[1].channelsFirst(), golden.auxiliary, source)
  }
}
