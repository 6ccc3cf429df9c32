import EdgeGraph
import EdgeModels
import EdgeNN
import EdgeRuntime
import TestSupport
import Testing

/// Every network against the official PyTorch code, at every recorded size and batch.
@Suite struct ClassificationGoldenTests {
  struct Setting: CustomTestStringConvertible, Sendable {
    let model: ModelDescription
    let isa: ISA
    let threads: Int
    var testDescription: String { "\(model.name), \(isa), \(threads) threads" }

    static let all = models.flatMap { model in
      ISA.available.flatMap { isa in
        [1, 2].map { Setting(model: model, isa: isa, threads: $0) }
      }
    }
  }

  /// One description for each distinct network.
  static let models: [ModelDescription] = [
    .edgeNeXtXXSmall, .edgeNeXtXSmall, .edgeNeXtSmall, .edgeNeXtBase,
    .edgeNeXtXXSmallBNHS, .edgeNeXtXSmallBNHS, .edgeNeXtSmallBNHS,
  ]

  /// The goldens are computed in double precision; PyTorch itself in float32 is within 4e-6.
  let logitTolerance = 1e-5

  @Test(arguments: Setting.all)
  func logitsAndFeaturesAgree(setting: Setting) throws {
    let golden = try ClassificationGolden(model: setting.model.name)
    let source = SyntheticParameters(tag: "v1")
    let network = try setting.model.network(from: source)
    let options = RuntimeOptions(isa: setting.isa, threads: setting.threads)
    let executor = Executor<Shape>(options: options) { shape in
      try network.graph(input: shape, features: true)
    }
    for expected in golden.cases {
      let image = source.image(Shape(expected.inputShape)).channelsLast()
      let outputs = try executor.program(for: image.shape).run(image.floats())
      let difference =
        zip(outputs[0].doubles(), expected.logits.joined())
        .map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference <= logitTolerance)
      for (feature, output) in zip(expected.features, outputs.dropFirst()) {
        check(output.channelsFirst(), feature, source)
      }
    }
  }

  /// Limits: PyTorch in float32 stays within 4e-6 of `first8`, within 1e-6 · std · √count of the
  /// checksum and within 1e-7 · std of mean and std. The checksums here come to 1.1e-6 on the
  /// portable kernels, which round products and sums apart, and stay below 1e-6 on the others.
  private func check(
    _ output: TensorData, _ feature: ClassificationGolden.Feature, _ source: SyntheticParameters
  ) {
    let values = output.doubles()
    let count = Double(values.count)
    let probe = source.uniform("probe:\(feature.name)", count: values.count)
    let mean = values.reduce(0, +) / count
    let std = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let checksum = zip(values, probe).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(output.shape == Shape(feature.shape))
    #expect(abs(mean - feature.mean) <= 3e-7 * feature.std)
    #expect(abs(std - feature.std) <= 3e-7 * feature.std)
    #expect(abs(checksum - feature.checksum) <= 1.5e-6 * feature.std * count.squareRoot())
    let plane = output.shape[2] * output.shape[3]
    for (channel, expected) in feature.first8.enumerated() {
      #expect(abs(values[channel * plane] - expected) <= 1.2e-5 * feature.std)
    }
  }

  @Test(arguments: models)
  func namesShapesAndCountsAreTheOfficialOnes(model: ModelDescription) throws {
    let golden = try ClassificationGolden(model: model.name)
    let graph = try model.shapeGraph(height: 256, width: 256)
    let expected = golden.stateDict.filter { !$0.name.hasSuffix("num_batches_tracked") }
    #expect(
      Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.shape) })
        == Dictionary(uniqueKeysWithValues: expected.map { ($0.name, Shape($0.shape)) }))
    #expect(graph.parameterCount == golden.parameters)
    for (size, macs) in golden.macs {
      let sides = size.split(separator: "x").compactMap { Int($0) }
      let graph = try model.shapeGraph(height: sides[0], width: sides[1])
      #expect(graph.cost.multiplyAdds == macs.total)
      #expect(graph.publishedMultiplyAdds == golden.publishedMadds[size])
    }
  }
}
