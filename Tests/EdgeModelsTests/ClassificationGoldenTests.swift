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
  static let models = ModelDescription.all.filter { model in
    model.task == .classification
      && !["edgenext_small_usi", "edgenext_base_usi", "edgenext_base_in21k"].contains(model.name)
  }

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
      // The goldens are computed in double precision. Where the official code in float32 is far off,
      // the network itself enlarges errors: three times as much is allowed.
      let enlargement = max(1, 3 * expected.float32MaxAbsDiff / 1e-5)
      #expect(difference <= 1e-5 * enlargement)
      #expect(expected.features.count == outputs.count - 1)
      for (feature, output) in zip(expected.features, outputs.dropFirst()) {
        expectFeature(output.channelsFirst(), feature, source, enlargement: enlargement)
      }
    }
  }

  @Test(arguments: models)
  func namesShapesAndCountsAreTheOfficialOnes(model: ModelDescription) throws {
    let golden = try ClassificationGolden(model: model.name)
    try expectOfficialCounts(
      model, stateDict: golden.stateDict, alias: "residual", parameters: golden.parameters,
      macs: golden.macs, published: golden.publishedMadds)
  }
}
